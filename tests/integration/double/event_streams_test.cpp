// Streams of events over sockets: every protocol that has them, and what becomes of their connections.

#include "catch.hpp"
#include "support/example_services.hpp"

#include "orm/event_flow.hpp"
#include "orm/structure.hpp"
#include "schema/walk.hpp"

#include <botocraft/connections.hpp>
#include <botocraft/error.hpp>
#include <botocraft/s3/client.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using botocraft::awaitable;
using botocraft::blob;
using botocraft::Protocol;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::detail::EventFlow;
using botocraft::detail::Structure;
using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::Fault;
using examples::Example;
using examples::parsed;
using examples::Service;
namespace s3 = botocraft::s3;

SessionOptions options_for(const AwsDouble& aws) {
    SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = aws.endpoint_url();
    options.endpoints.disable_host_prefix = true;
    options.credentials = botocraft::static_credentials(aws.credentials());
    options.max_attempts = 1;
    return options;
}

template <class T>
T run(asio::io_context& context, awaitable<T> work) {
    context.restart();
    auto done = asio::co_spawn(context, std::move(work), asio::use_future);
    context.run();
    return done.get();
}

// --- by their tables alone ---------------------------------------------------------------------------------------------

struct Stream {
    Example example;  // its output: what is no event
    std::vector<Protocol> offered;
    std::vector<std::string_view> events;
};

const Stream streams[] = {
    {{"lambda", "InvokeWithResponseStream", Protocol::rest_json, R"({"FunctionName":"f","Payload":"{}"})",
      R"({"StatusCode":200,"ExecutedVersion":"7","ResponseStreamContentType":"text/plain"})"},
     {Protocol::rest_json},
     {R"({"PayloadChunk":{"Payload":"one"}})", R"({"InvokeComplete":{"LogResult":"log"}})"}},
    {{"bedrock-runtime", "ConverseStream", Protocol::rest_json, R"({"modelId":"m","messages":[]})", "{}"},
     {Protocol::rest_json},
     {R"({"messageStart":{"role":"assistant"}})", R"({"contentBlockDelta":{"delta":{"text":"Hi"},"contentBlockIndex":0}})"}},
    {{"s3", "SelectObjectContent", Protocol::rest_xml,
      R"({"Bucket":"b","Key":"k","Expression":"e","ExpressionType":"SQL","InputSerialization":{},"OutputSerialization":{}})",
      "{}"},
     {Protocol::rest_xml},
     {R"({"Records":{"Payload":"a,b"}})", R"({"Stats":{"Details":{"BytesScanned":5}}})", R"({"End":{}})"}},
    {{"kinesis", "SubscribeToShard", Protocol::json_1_1,
      R"({"ConsumerARN":"arn:aws:kinesis:us-east-1:1:stream/s/consumer/c:1","ShardId":"s","StartingPosition":{"Type":"LATEST"}})",
      "{}"},
     {Protocol::json_1_1, Protocol::json_1_0, Protocol::cbor},
     {R"({"SubscribeToShardEvent":{"Records":[{"Data":"hi","PartitionKey":"k"}],"MillisBehindLatest":3}})"}},
    {{"logs", "StartLiveTail", Protocol::json_1_1, R"({"logGroupIdentifiers":["g"]})", "{}"},
     {Protocol::json_1_1, Protocol::cbor},
     {R"({"sessionStart":{"sessionId":"s"}})", R"({"sessionUpdate":{"sessionResults":[{"message":"m","timestamp":5}]}})"}},
};

// The response, and behind it the events.
awaitable<json::array> everything(botocraft::detail::CallState call, botocraft::schema::ShapeRef output,
                                  botocraft::schema::ShapeRef stream) {
    auto flow = std::make_shared<EventFlow>(std::move(call));
    json::array all;
    Structure response(output);
    co_await EventFlow::response(flow, response.get());
    all.push_back(conformance::to_json(output, response.get()));
    while (true) {
        Structure event(stream);
        const bool more = co_await EventFlow::next(flow, event.get());
        if (!more) break;
        all.push_back(conformance::to_json(stream, event.get()));
    }
    co_return all;
}

// --- S3's, typed -------------------------------------------------------------------------------------------------------

struct Selections {
    AwsDouble aws{{.services = {&s3::tables::service}}};
    SessionOptions options = options_for(aws);
    asio::io_context context{1};

    void answer_with(std::vector<std::string> records) {
        aws.on_events<s3::SelectObjectContentRequest, s3::SelectObjectContentOutput, s3::SelectObjectContentEventStream>(
            "s3", "SelectObjectContent", [records](const Caller&, const auto&, auto&, auto& events) {
                for (const std::string& text : records) {
                    const auto* const first = reinterpret_cast<const std::byte*>(text.data());
                    s3::SelectObjectContentEventStream event;
                    event.Records.emplace().Payload = blob(first, first + text.size());
                    events.push_back(std::move(event));
                }
                s3::SelectObjectContentEventStream end;
                end.End.emplace();
                events.push_back(std::move(end));
            });
    }
    static auto select(const Session& session) {
        const s3::InputSerialization input;
        const s3::OutputSerialization output;
        return s3::Client(session).select_object_content({.Bucket = "bucket",
                                                          .Key = "key",
                                                          .Expression = "SELECT * FROM S3Object",
                                                          .ExpressionType = "SQL",
                                                          .InputSerialization = input,
                                                          .OutputSerialization = output});
    }
    // How many bytes of records, to the end.
    static awaitable<std::size_t> count(Session session) {
        std::size_t size = 0;
        auto events = select(session);
        while (auto event = co_await events.next()) {
            if (event->Records) size += event->Records->Payload->size();
        }
        co_return size;
    }
    static awaitable<std::size_t> only_first(Session session) {
        auto events = select(session);
        auto event = co_await events.next();
        co_return event->Records->Payload->size();
    }
};

}  // namespace

TEST_CASE("every protocol that has events, from the call to the last of them, over a socket", "[double]") {
    for (const Stream& stream : streams) {
        for (const Protocol protocol : stream.offered) {
            INFO(stream.example.service << '.' << stream.example.operation << ' ' << static_cast<int>(protocol));
            Service service(stream.example);
            service.offer({protocol});
            const auto input = service.operation().input();
            const auto output = service.operation().output();
            const auto& row = service.operation().operation();
            const auto shape = output.target(output.begin()[row.event_member]);
            AwsDouble aws({.services = {&service.tables()}});
            json::object arrived;
            aws.on_events_untyped(
                stream.example.service, stream.example.operation,
                [&](const Caller&, const void* in, void* out, botocraft::detail::RawList& events) {
                    arrived = conformance::to_json(input, in);
                    conformance::fill(output, out, parsed(stream.example.output));
                    for (const std::string_view event : stream.events) {
                        const botocraft::schema::TypeRef type{shape.schema, shape.index, botocraft::schema::Kind::structure, 0};
                        conformance::fill(shape, botocraft::detail::list_append(events, type), parsed(event));
                    }
                },
                input, output);
            asio::io_context context(1);
            const Session session(options_for(aws));
            auto call = botocraft::detail::make_operation_call(service.tables(), 0, session.state());
            conformance::fill(input, call.request.get(), parsed(stream.example.input));
            const json::array all = run(context, everything(std::move(call), output, shape));
            CHECK(arrived == parsed(stream.example.input));
            REQUIRE(all.size() == stream.events.size() + 1);
            CHECK(all[0] == json::value(parsed(stream.example.output)));
            for (std::size_t i = 0; i < stream.events.size(); ++i) CHECK(all[i + 1] == json::value(parsed(stream.events[i])));
            const auto kept = session.connections(context);
            CHECK(kept.idle == 1);
        }
    }
}

TEST_CASE_METHOD(Selections, "a connection is kept after the end of a stream, and closed where it is dropped before", "[double]") {
    answer_with({"one", "two"});
    const Session session(options);
    for (int i = 0; i < 3; ++i) CHECK(run(context, count(session)) == 6);
    CHECK(session.connections(context).opened == 1);
    CHECK(session.connections(context).reused == 2);
    CHECK(run(context, only_first(session)) == 3);
    CHECK(session.connections(context).idle == 0);
    CHECK(session.connections(context).in_flight == 0);
    CHECK(run(context, count(session)) == 6);
    CHECK(session.connections(context).opened == 2);
}

TEST_CASE_METHOD(Selections, "events of any size, and many of them", "[double]") {
    answer_with({std::string(5'000'000, 'x'), "", std::string(300'000, 'y'), "z"});
    CHECK(run(context, count(Session(options))) == 5'300'001);
    answer_with(std::vector<std::string>(5000, std::string(100, 'x')));
    CHECK(run(context, count(Session(options))) == 500'000);
}

TEST_CASE_METHOD(Selections, "a reply that breaks off in the midst of the events is an error, and not tried again", "[double]") {
    options.max_attempts = 3;
    const Session session(options);
    answer_with({"one", std::string(100'000, 'x')});
    const auto first_then_error = [](Session with) -> awaitable<std::string> {
        auto events = select(with);
        auto event = co_await events.next();
        std::string code;
        try {
            event = co_await events.next();
        } catch (const botocraft::ConnectionError& error) {
            code = error.code();
        }
        co_return code;
    };
    aws.fail("SelectObjectContent", Fault::truncated_body());
    CHECK(run(context, first_then_error(session)) == "ReceiveFailure");
    CHECK(aws.requests("SelectObjectContent") == 1);
    aws.fail("SelectObjectContent", Fault::truncated_json());  // whole for HTTP
    const auto truncated = [](Session with) -> awaitable<std::string> {
        auto events = select(with);
        auto event = co_await events.next();
        try {
            event = co_await events.next();
        } catch (const botocraft::ProtocolError& error) {
            co_return error.code();
        }
        co_return "no error";
    };
    CHECK(run(context, truncated(session)) == "TruncatedEvent");
}

TEST_CASE_METHOD(Selections, "what counts is that bytes move while somebody waits for them", "[double]") {
    answer_with({"one", "two"});
    SECTION("a service that falls silent") {
        options.stall_timeout = std::chrono::milliseconds(50);
        aws.fail("SelectObjectContent", Fault::long_content_length());
        CHECK_THROWS_AS(run(context, count(Session(options))), botocraft::TimeoutError);
    }
    SECTION("a reader that takes its time, longer than an attempt may take") {
        options.stall_timeout = std::chrono::seconds(1);
        options.attempt_timeout = options.call_timeout = std::chrono::seconds(1);
        const auto slowly = [](Session with) -> awaitable<std::size_t> {
            std::size_t size = 0;
            auto events = select(with);
            asio::steady_timer timer(co_await asio::this_coro::executor);
            while (auto event = co_await events.next()) {
                if (event->Records) size += event->Records->Payload->size();
                timer.expires_after(std::chrono::milliseconds(450));
                co_await timer.async_wait(asio::use_awaitable);
            }
            co_return size;
        };
        CHECK(run(context, slowly(Session(options))) == 6);
    }
}

TEST_CASE_METHOD(Selections, "an error of the service comes in place of the events", "[double]") {
    aws.fail("SelectObjectContent", Fault::error("InvalidTextEncoding", "not UTF-8", 400));
    CHECK_THROWS_AS(run(context, count(Session(options))), botocraft::ServiceError);
    aws.on_events<s3::GetObjectRequest, s3::GetObjectOutput, s3::SelectObjectContentEventStream>(
        "s3", "GetObject", [](const Caller&, const auto&, auto&, auto&) {});
    const auto get = [](Session session) -> awaitable<bool> {
        const auto got = co_await s3::Client(session).get_object({.Bucket = "bucket", .Key = "key"});
        co_return got.Body.has_value();
    };
    CHECK_THROWS_AS(run(context, get(Session(options))), botocraft::ServiceError);  // which says that it streams none
}
