// Every protocol from the call to its answer over a socket: services of AWS, from the facts in specs/aws.

#include "catch.hpp"
#include "runtime_service.hpp"
#include "support/example_services.hpp"

#include "runtime/invoke.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/error.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace json = boost::json;
using botocraft::Protocol;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::ModelledError;
using conformance::RuntimeValue;
using examples::Example;
using examples::parsed;
using examples::Service;

Session session_for(const AwsDouble& aws, botocraft::ProtocolOptions protocol = {}) {
    SessionOptions options;
    options.protocol = std::move(protocol);
    options.region = "us-east-1";
    options.endpoint_url = aws.endpoint_url();
    options.endpoints.disable_host_prefix = true;
    options.credentials = botocraft::static_credentials(aws.credentials());
    options.max_attempts = 1;
    return Session(options);
}

void call(const Session& session, const Service& service, RuntimeValue& input, RuntimeValue& output) {
    boost::asio::io_context context(1);
    auto done = boost::asio::co_spawn(
        context, botocraft::detail::invoke(session.state(), service.tables(), 0, input.get(), output.get()),
        boost::asio::use_future);
    context.run();
    done.get();
}

// Answers the operation with `answer(input, output)`.
template <class Answer>
void answer(AwsDouble& aws, const Example& example, const Service& service, Answer answer) {
    aws.on_untyped(
        example.service, example.operation,
        [answer](const Caller&, const void* in, void* out) { answer(in, out); }, service.operation().input(),
        service.operation().output());
}

}  // namespace

TEST_CASE("every protocol, from the call to its answer over a socket", "[double]") {
    for (const Example& example : examples::all) {
        INFO(example.service << '.' << example.operation);
        const Service service(example);
        REQUIRE(service.operation().protocol() == example.protocol);
        AwsDouble aws({.services = {&service.tables()}});
        json::object arrived;
        answer(aws, example, service, [&](const void* in, void* out) {
            arrived = conformance::to_json(service.operation().input(), in);
            conformance::fill(service.operation().output(), out, parsed(example.output));
        });
        RuntimeValue input(service.operation().input());
        RuntimeValue output(service.operation().output());
        conformance::fill(input.shape(), input.get(), parsed(example.input));
        call(session_for(aws), service, input, output);
        CHECK(conformance::same_json(arrived, parsed(example.input)));
        CHECK(conformance::same_json(conformance::to_json(output.shape(), output.get()), parsed(example.output)));
        CHECK(aws.counters().signatures_refused == 0);
    }
}

TEST_CASE("errors of every protocol, over a socket", "[double]") {
    for (const Example& example : examples::all) {
        INFO(example.service << '.' << example.operation);
        const Service service(example);
        AwsDouble aws({.services = {&service.tables()}});
        answer(aws, example, service, [](const void*, void*) { throw ModelledError("NotToday", "come \"back\"", 409); });
        RuntimeValue input(service.operation().input());
        RuntimeValue output(service.operation().output());
        conformance::fill(input.shape(), input.get(), parsed(example.input));
        try {
            call(session_for(aws), service, input, output);
            FAIL("no error");
        } catch (const botocraft::ServiceError& error) {
            CHECK(error.code() == "NotToday");
            CHECK(error.message() == "come \"back\"");
            CHECK(error.status() == 409);
            CHECK_FALSE(error.request_id().empty());
        }
    }
}

TEST_CASE("an error without a body is named by its status", "[double]") {
    const Example head{"s3", "HeadObject", Protocol::rest_xml, R"({"Bucket":"b","Key":"a/b"})", "{}"};
    const Service service(head);
    AwsDouble aws({.services = {&service.tables()}});
    answer(aws, head, service, [](const void*, void*) { throw ModelledError("NoSuchKey", "none", 404); });
    RuntimeValue input(service.operation().input());
    RuntimeValue output(service.operation().output());
    conformance::fill(input.shape(), input.get(), parsed(head.input));
    try {
        call(session_for(aws), service, input, output);
        FAIL("no error");
    } catch (const botocraft::ServiceError& error) {
        CHECK(error.code() == "NotFound");
        CHECK(error.status() == 404);
        CHECK_FALSE(error.request_id().empty());
    }
}

TEST_CASE("a session can prefer another protocol of a service", "[double]") {
    const Example& example = examples::all[std::size(examples::all) - 1];
    REQUIRE(example.protocol == Protocol::cbor);
    Service service(example);
    service.offer({Protocol::cbor, Protocol::query});
    AwsDouble aws({.services = {&service.tables()}});
    answer(aws, example, service, [&](const void*, void* out) {
        conformance::fill(service.operation().output(), out, parsed(example.output));
    });
    const auto content_type = [&](std::vector<Protocol> preferred) {
        RuntimeValue input(service.operation().input());
        RuntimeValue output(service.operation().output());
        conformance::fill(input.shape(), input.get(), parsed(example.input));
        call(session_for(aws, {.preferred = std::move(preferred)}), service, input, output);
        CHECK(conformance::same_json(conformance::to_json(output.shape(), output.get()), parsed(example.output)));
        return std::string(aws.recorded().back().header("content-type"));
    };
    CHECK(content_type({}) == "application/cbor");
    CHECK(content_type({Protocol::query}) == "application/x-www-form-urlencoded");
    CHECK(content_type({Protocol::rest_xml, Protocol::cbor}) == "application/cbor");  // the first is not offered
}

TEST_CASE("large requests are sent gzipped where the operation allows it", "[double]") {
    const Example example{"cloudwatch", "PutMetricData", Protocol::cbor,
                          R"({"Namespace":"n","MetricData":[{"MetricName":"m","Value":1.5}]})", "{}"};
    const Service service(example);
    AwsDouble aws({.services = {&service.tables()}});
    json::object arrived;
    answer(aws, example, service,
           [&](const void* in, void*) { arrived = conformance::to_json(service.operation().input(), in); });
    const auto encoding = [&](botocraft::CompressionOptions compression) {
        RuntimeValue input(service.operation().input());
        RuntimeValue output(service.operation().output());
        conformance::fill(input.shape(), input.get(), parsed(example.input));
        call(session_for(aws, {.compression = compression}), service, input, output);
        CHECK(conformance::same_json(arrived, parsed(example.input)));
        return std::string(aws.recorded().back().header("content-encoding"));
    };
    CHECK(encoding({}).empty());  // too small
    CHECK(encoding({.min_size = 10}) == "gzip");
    CHECK(encoding({.min_size = 0}) == "gzip");
    CHECK(encoding({.disable = true, .min_size = 10}).empty());
}

TEST_CASE("the limits of replies are the session's", "[double]") {
    for (const Example& example : examples::all) {
        if (example.output.find('[') == example.output.npos) continue;
        INFO(example.service << '.' << example.operation);
        const Service service(example);
        AwsDouble aws({.services = {&service.tables()}});
        answer(aws, example, service, [&](const void*, void* out) {
            conformance::fill(service.operation().output(), out, parsed(example.output));
        });
        for (const botocraft::ReplyLimits& limits : {botocraft::ReplyLimits{.elements = 0},
                                                     botocraft::ReplyLimits{.depth = 1},
                                                     botocraft::ReplyLimits{.body = 10}}) {
            RuntimeValue input(service.operation().input());
            RuntimeValue output(service.operation().output());
            conformance::fill(input.shape(), input.get(), parsed(example.input));
            CHECK_THROWS_AS(call(session_for(aws, {.limits = limits}), service, input, output),
                            botocraft::ProtocolError);
            CHECK(conformance::to_json(output.shape(), output.get()).empty());
        }
    }
}
