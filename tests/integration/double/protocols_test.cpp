// Every protocol from the call to its answer over a socket: services of AWS, from the facts in specs/aws.

#include "catch.hpp"
#include "runtime_service.hpp"

#include "endpoint/tables.hpp"
#include "runtime/invoke.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs/types.hpp>
#include <botocraft/error.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <fstream>
#include <iterator>
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
using conformance::RuntimeSchema;
using conformance::RuntimeService;
using conformance::RuntimeValue;

// One operation of a service of AWS, and what goes in and comes out.
struct Example {
    std::string_view service;
    std::string_view operation;
    Protocol protocol;
    std::string_view input;
    std::string_view output;
};

constexpr Example examples[] = {
    {"ecs", "DescribeServices", Protocol::json_1_1, R"({"cluster":"c","services":["web","api"]})",
     R"({"services":[{"serviceName":"web","desiredCount":2,"createdAt":1515531081.5}],"failures":[]})"},
    {"sqs", "SendMessage", Protocol::json_1_0,
     R"({"QueueUrl":"http://q","MessageBody":"a \"b\"","MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"x"}}})",
     R"({"MessageId":"1","MD5OfMessageBody":"2"})"},
    {"sts", "AssumeRole", Protocol::query,
     R"({"RoleArn":"arn:aws:iam::1:role/r","RoleSessionName":"s","Tags":[{"Key":"k","Value":"a&b"}],"DurationSeconds":900})",
     R"({"Credentials":{"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t<u>","Expiration":1515531081},
         "PackedPolicySize":6})"},
    {"ec2", "DescribeInstances", Protocol::ec2,
     R"({"InstanceIds":["i-1","i-2"],"Filters":[{"Name":"tag:a","Values":["b","c"]}],"MaxResults":5})",
     R"({"Reservations":[{"ReservationId":"r-1","Instances":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]}]})"},
    {"efs", "DescribeAccessPoints", Protocol::rest_json, R"({"MaxResults":5,"FileSystemId":"fs-1"})",
     R"({"AccessPoints":[{"AccessPointId":"a","PosixUser":{"Uid":1,"Gid":2,"SecondaryGids":[3,4]}}],"NextToken":"n"})"},
    {"efs", "CreateAccessPoint", Protocol::rest_json,
     R"({"ClientToken":"t","FileSystemId":"fs-1","Tags":[{"Key":"k","Value":"v"}]})", R"({"AccessPointId":"a"})"},
    {"s3", "ListObjectsV2", Protocol::rest_xml, R"({"Bucket":"b","Prefix":"a/ b","MaxKeys":2,"FetchOwner":true})",
     R"({"Name":"b","KeyCount":2,"IsTruncated":false,"Contents":[{"Key":"a/ b1","Size":1},{"Key":"a/ b&2"}]})"},
    {"cloudwatch", "ListMetrics", Protocol::cbor,
     R"({"Namespace":"AWS/ECS","Dimensions":[{"Name":"ClusterName","Value":"c"}]})",
     R"({"Metrics":[{"Namespace":"AWS/ECS","MetricName":"CPU","Dimensions":[{"Name":"n","Value":"v"}]}]})"},
};

json::object parsed(std::string_view text) {
    json::parse_options options;
    options.max_depth = 256;  // the rules of endpoints
    return json::parse({text.data(), text.size()}, {}, options).as_object();
}

// The facts of a service as a suite with one case, which is what tables are built from at run time.
json::object suite_of(const Example& example) {
    std::ifstream file(std::string(BOTOCRAFT_SOURCE_DIR "/specs/aws/") + std::string(example.service) + ".json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    json::object facts = parsed(text);
    const json::value operation = facts.at("operations").at(std::string(example.operation));
    return {{"metadata", facts.at("metadata")},
            {"shapes", facts.at("shapes")},
            {"cases", json::array{json::object{{"given", operation}}}}};
}

class Service {
  public:
    explicit Service(const Example& example)
        : suite_(suite_of(example)),
          schema_(suite_),
          service_(schema_, suite_.at("metadata").as_object(),
                   suite_.at("cases").at(0).at("given").as_object()),
          tables_(service_.tables()) {
        tables_.name = example.service;
        tables_.service_id = example.service;
        tables_.signing_name = example.service;
        // Of endpoints only the one that is configured counts.
        tables_.endpoint_rules = botocraft::ecs::tables::service.endpoint_rules;
    }

    // In the service's own order of preference.
    void offer(std::vector<Protocol> protocols) {
        offered_ = std::move(protocols);
        tables_.protocols = offered_.data();
        tables_.protocol_count = static_cast<std::uint16_t>(offered_.size());
    }

    [[nodiscard]] const botocraft::orm::ServiceTables& tables() const noexcept { return tables_; }
    [[nodiscard]] const RuntimeService& operation() const noexcept { return service_; }

  private:
    json::object suite_;
    RuntimeSchema schema_;
    RuntimeService service_;
    std::vector<Protocol> offered_;
    botocraft::orm::ServiceTables tables_;
};

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
    for (const Example& example : examples) {
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
    for (const Example& example : examples) {
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
    const Example& example = examples[std::size(examples) - 1];
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
    for (const Example& example : examples) {
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
