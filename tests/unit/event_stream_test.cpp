// Operations that stream events: what is handed over, what is an error, and what becomes of the connection.

#include "support/event_messages.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/kinesis/client.hpp>
#include <botocraft/lambda/client.hpp>
#include <botocraft/s3/client.hpp>
#include <botocraft/s3/object.hpp>

#include "catch.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;

namespace {

std::string text_of(const blob& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

using Texts = std::vector<std::string>;

// The events of a stream of Lambda's, as texts, to its end.
template <class Stream>
awaitable<Texts> read_all(Stream& events) {
    Texts texts;
    while (auto event = co_await events.next()) {
        if (event->PayloadChunk) texts.push_back(text_of(*event->PayloadChunk->Payload));
        if (event->InvokeComplete) texts.push_back("complete " + event->InvokeComplete->ErrorCode.value_or("well"));
    }
    co_return texts;
}

struct Streams : fake::World {
    lambda::Client functions{session};
    kinesis::Client shards{session};
    s3::Client buckets{session};

    static fake::Answer stream(std::string body, std::size_t piece = 0) {
        fake::Answer answer = fake::reply(std::move(body));
        answer.headers.emplace_back("Content-Type", "application/vnd.amazon.eventstream");
        answer.piece = piece;
        return answer;
    }
    static std::string chunk(std::string_view text) { return fake::event("PayloadChunk", text); }
    static std::string complete() { return fake::event("InvokeComplete", R"({"LogResult": "log"})"); }

    auto invoke() { return functions.invoke_with_response_stream({.FunctionName = "f"}); }
    auto subscribe() {
        kinesis::StartingPosition position;
        position.Type = "LATEST";
        return shards.subscribe_to_shard({.ConsumerARN = "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1",
                                          .ShardId = "shardId-0",
                                          .StartingPosition = position});
    }
    auto select() {
        const s3::InputSerialization input;
        const s3::OutputSerialization output;
        return buckets.select_object_content({.Bucket = "bucket",
                                              .Key = "key",
                                              .Expression = "SELECT * FROM S3Object",
                                              .ExpressionType = "SQL",
                                              .InputSerialization = input,
                                              .OutputSerialization = output});
    }
    // Whether the next call goes over the connection of this one.
    bool keeps_connection() {
        const fake::Transport& used = *transport;
        transport->once("", stream(complete()));
        auto events = invoke();
        static_cast<void>(run(read_all(events)));
        return used.last().reused_connection;
    }
    template <class Failure, class Stream>
    std::string code_of(Stream& events) {
        try {
            static_cast<void>(run(events.next()));
        } catch (const Failure& error) {
            return error.code();
        }
        return "no error";
    }
};

}  // namespace

TEST_CASE_METHOD(Streams, "a stream sends nothing before it is awaited, and then gives event after event to its end") {
    transport->once("", stream(chunk("one") + chunk("") + chunk("three") + complete()));
    auto events = invoke();
    poll();
    CHECK(transport->requests().empty());
    CHECK(run(read_all(events)) == Texts{"one", "", "three", "complete well"});
    CHECK(transport->last().text.starts_with("POST /2021-11-15/functions/f/response-streaming-invocations HTTP/1.1\r\n"));
    CHECK_FALSE(run(events.next()));  // the end stays the end
    CHECK(transport->requests().size() == 1);
    CHECK(session.statistics().in_flight == 0);
    CHECK(keeps_connection());
}

TEST_CASE_METHOD(Streams, "events may come in pieces of any size") {
    const std::string body = chunk("one") + chunk(std::string(300, 'x')) + complete();
    for (std::size_t piece = 1; piece <= body.size(); ++piece) {
        transport->once("", stream(body, piece));
        auto events = invoke();
        const Texts texts = run(read_all(events));
        REQUIRE(texts == Texts{"one", std::string(300, 'x'), "complete well"});
    }
    CHECK(keeps_connection());
}

// Framed by another implementation of the format.
TEST_CASE_METHOD(Streams, "events that others framed are read") {
    constexpr std::string_view hex =
        "0000006c0000005ab25efdcf0b3a6576656e742d7479706507000c5061796c6f61644368756e6b0d3a636f6e74656e742d74"
        "7970650700186170706c69636174696f6e2f6f637465742d73747265616d0d3a6d6573736167652d74797065070005657665"
        "6e7468691162e4690000007800000054c086e18a0b3a6576656e742d7479706507000e496e766f6b65436f6d706c6574650d"
        "3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d7479706507000565"
        "76656e747b224c6f67526573756c74223a226247396e227d6be3b912";
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    transport->once("", stream(bytes, 10));
    auto events = invoke();
    CHECK(run(read_all(events)) == Texts{"hi", "complete well"});
}

TEST_CASE_METHOD(Streams, "a stream may have no events at all") {
    transport->once("", stream(""));
    auto events = invoke();
    CHECK_FALSE(run(events.next()));
    CHECK(keeps_connection());
}

TEST_CASE_METHOD(Streams, "what the head of the reply says is there before the first event, and stays") {
    fake::Answer answer = stream(chunk("one"));
    answer.headers.emplace_back("X-Amz-Executed-Version", "7");
    transport->once("", answer);
    transport->passing.close();
    auto events = invoke();
    const auto response = run(events.response());
    CHECK(response.ExecutedVersion == "7");
    CHECK(response.StatusCode == 200);
    transport->passing.open();
    CHECK(run(read_all(events)) == Texts{"one"});
    CHECK(run(events.response()).ExecutedVersion == "7");
}

TEST_CASE_METHOD(Streams, "in protocols without bindings the first message may be the response, and is no event") {
    for (const std::string& initial : {fake::event("initial-response", "{}"), std::string()}) {
        transport->once("SubscribeToShard",
                        stream(initial + fake::event("SubscribeToShardEvent",
                                                     R"({"Records": [{"Data": "aGk="}], "MillisBehindLatest": 3})")));
        auto events = subscribe();
        static_cast<void>(run(events.response()));
        const auto event = run(events.next());
        REQUIRE(event);
        REQUIRE(event->SubscribeToShardEvent->Records.size() == 1);
        CHECK(text_of(*event->SubscribeToShardEvent->Records[0].Data) == "hi");
        CHECK_FALSE(run(events.next()));
    }
}

TEST_CASE_METHOD(Streams, "the events of S3 Select are XML and bytes") {
    transport->once("", stream(fake::event("Records", "a,b\n") + fake::event("Cont", "") +
                               fake::event("Stats", "<Stats><BytesScanned>5</BytesScanned></Stats>") + fake::event("End", "")));
    auto events = select();
    const auto records = run(events.next());
    CHECK(text_of(*records->Records->Payload) == "a,b\n");
    CHECK(run(events.next())->Cont);
    CHECK(run(events.next())->Stats->Details->BytesScanned == 5);
    CHECK(run(events.next())->End);
    CHECK_FALSE(run(events.next()));
    CHECK(transport->last().text.starts_with("POST /key?select&select-type=2 HTTP/1.1\r\n"));
}

TEST_CASE_METHOD(Streams, "a stream follows a bucket to its region") {
    fake::Answer elsewhere = fake::reply("<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>");
    elsewhere.status = 301;
    elsewhere.headers.emplace_back("x-amz-bucket-region", "eu-west-1");
    transport->once("", elsewhere);
    transport->once("", stream(fake::event("Records", "a,b\n") + fake::event("End", "")));
    auto events = select();
    CHECK(text_of(*run(events.next())->Records->Payload) == "a,b\n");
    CHECK(transport->requests().size() == 2);
    CHECK(transport->last().region() == "eu-west-1");
}

TEST_CASE_METHOD(Streams, "events that the model does not know are passed over") {
    transport->once("", stream(chunk("one") + fake::event("SomethingNew", "?") + chunk("two")));
    auto events = invoke();
    CHECK(run(read_all(events)) == Texts{"one", "two"});
}

TEST_CASE_METHOD(Streams, "an exception among the events ends the stream, as the class that the service declares") {
    transport->once("SubscribeToShard",
                    stream(fake::event("SubscribeToShardEvent", R"({"MillisBehindLatest": 3})") +
                           fake::exception("InternalFailureException", R"({"message": "sorry"})") +
                           fake::event("SubscribeToShardEvent", R"({"MillisBehindLatest": 4})")));
    auto events = subscribe();
    CHECK(run(events.next())->SubscribeToShardEvent->MillisBehindLatest == 3);
    try {
        static_cast<void>(run(events.next()));
        FAIL("there was an exception");
    } catch (const kinesis::InternalFailureException& error) {
        CHECK(error.message() == "sorry");
        CHECK(error.members()->message == "sorry");
        CHECK(error.status() == 200);
        CHECK(error.request_id() == "11112222-3333-4444-5555-666677778888");
        CHECK(error.details().operation == "SubscribeToShard");
        CHECK(error.details().endpoint == "https://123456789012.data-kinesis.us-east-1.amazonaws.com");
    }
    CHECK_THROWS_AS(run(events.next()), kinesis::InternalFailureException);  // what it ended with, it says again
    CHECK(transport->requests().size() == 1);
    CHECK(session.statistics().errors == 1);
}

TEST_CASE_METHOD(Streams, "errors that nobody declared are errors of the service as well") {
    transport->once("", stream(fake::exception("SomethingNew", R"({"message": "?"})")));
    auto unknown = invoke();
    CHECK(code_of<ServiceError>(unknown) == "SomethingNew");
    transport->once("", stream(fake::message({{":message-type", "error"}, {":error-code", "InternalError"}}, "")));
    auto internal = invoke();
    CHECK(code_of<ServiceError>(internal) == "InternalError");
    CHECK_FALSE(keeps_connection());
}

TEST_CASE_METHOD(Streams, "what is damaged, cut off or too large is an error, and no event") {
    SECTION("a wrong checksum, of the beginning or of the whole") {
        const std::string body = chunk("one") + chunk("two");
        for (const std::size_t at : {chunk("one").size() + 9, body.size() - 1}) {
            std::string damaged = body;
            damaged[at] = static_cast<char>(damaged[at] ^ 1);
            transport->once("", stream(damaged));
            auto events = invoke();
            CHECK(text_of(*run(events.next())->PayloadChunk->Payload) == "one");
            CHECK_THROWS_AS(run(events.next()), ProtocolError);
            CHECK_THROWS_AS(run(events.next()), ProtocolError);
        }
        CHECK_FALSE(keeps_connection());
    }
    SECTION("an event that ends too early, at every byte") {
        const std::string body = chunk("one") + chunk("two");
        for (std::size_t size = chunk("one").size() + 1; size < body.size(); ++size) {
            transport->once("", stream(body.substr(0, size)));
            auto events = invoke();
            CHECK(text_of(*run(events.next())->PayloadChunk->Payload) == "one");
            CHECK(code_of<ProtocolError>(events) == "TruncatedEvent");
        }
    }
    SECTION("more than the limits, of which nothing is kept") {
        options.protocol.limits.event = 1000;
        const Session strict(options);
        transport->once("", stream(chunk(std::string(900, 'x')) + chunk(std::string(1000, 'x')), 64));
        auto events = lambda::Client(strict).invoke_with_response_stream({.FunctionName = "f"});
        CHECK(run(events.next()));
        CHECK_THROWS_AS(run(events.next()), ProtocolError);
        CHECK(transport->taken < 1100);
        options.protocol.limits = {};
        options.protocol.limits.event_head = 100;
        const Session stricter(options);
        transport->once("", stream(fake::message({{":message-type", "event"}, {":event-type", std::string(100, 'x')}}, "")));
        auto heads = lambda::Client(stricter).invoke_with_response_stream({.FunctionName = "f"});
        CHECK_THROWS_AS(run(heads.next()), ProtocolError);
    }
    SECTION("a page of a proxy") {
        fake::Answer page = fake::reply("<html><body>Please log in to use this network</body></html>");
        page.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
        transport->once("", page);
        auto events = select();
        try {
            static_cast<void>(run(events.next()));
            FAIL("that is no event");
        } catch (const ProtocolError& error) {
            CHECK(error.details().explanation.find("text/html") != std::string::npos);
            CHECK(error.details().body == page.body);
            CHECK(error.status() == 200);
            CHECK_FALSE(error.request_id().empty());
        }
        page.body.clear();
        transport->once("", page);
        auto nothing = select();
        CHECK(code_of<ProtocolError>(nothing) == "InvalidReply");
    }
    SECTION("but for a content type that says nothing") {
        fake::Answer answer = fake::reply(fake::event("Records", "a,b") + fake::event("End", ""));
        answer.headers.emplace_back("Content-Type", "application/octet-stream");
        transport->once("", answer);
        auto events = select();
        CHECK(text_of(*run(events.next())->Records->Payload) == "a,b");
    }
    SECTION("but for a content type that is one of the events'") {
        fake::Answer answer = fake::reply(chunk("one"));
        answer.headers.emplace_back("Content-Type", "text/plain");
        transport->once("", answer);
        auto events = invoke();
        CHECK(run(read_all(events)) == Texts{"one"});
    }
    SECTION("an error of the service in a success") {
        fake::Answer failed = fake::reply("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>m</Message></Error>");
        failed.headers.emplace_back("Content-Type", "application/xml");
        transport->on("", failed);
        auto events = select();
        CHECK(code_of<ServiceError>(events) == "AccessDenied");
    }
    SECTION("a connection that breaks tells what came before") {
        fake::Answer answer = stream(chunk("one"));
        answer.breaks = *fake::broken(http::Phase::receive, true).failure;
        transport->on("", answer);
        auto events = invoke();
        CHECK(run(events.next()));
        try {
            static_cast<void>(run(events.next()));
            FAIL("that is no event");
        } catch (const ConnectionError& error) {
            CHECK(error.status() == 200);
            CHECK(error.request_id() == "11112222-3333-4444-5555-666677778888");
        }
    }
}

TEST_CASE_METHOD(Streams, "a reply that is no success is an error as everywhere, and worth another attempt") {
    transport->once("", fake::error(404, "ResourceNotFoundException", "no such function"));
    auto none = invoke();
    CHECK_THROWS_AS(run(none.next()), lambda::ResourceNotFoundException);
    transport->once("", fake::error(500, "ServiceException"));
    transport->once("", stream(chunk("one")));
    auto events = invoke();
    CHECK(run(read_all(events)) == Texts{"one"});
    CHECK(session.statistics().retries == 1);
}

TEST_CASE_METHOD(Streams, "a connection that breaks after an event was handed over ends the stream") {
    fake::Answer answer = stream(chunk("one") + chunk("two").substr(0, 20));
    answer.breaks = *fake::broken(http::Phase::receive, true).failure;
    transport->on("", answer);
    auto events = invoke();
    CHECK(run(events.next()));
    CHECK_THROWS_AS(run(events.next()), ConnectionError);
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(Streams, "a connection that breaks before the first event is tried again where that does no harm") {
    fake::Answer answer =
        stream(fake::event("initial-response", "{}") + fake::event("SubscribeToShardEvent", "{}").substr(0, 20));
    answer.breaks = *fake::broken(http::Phase::receive, false).failure;
    transport->once("SubscribeToShard", answer);
    transport->once("SubscribeToShard", stream(fake::event("SubscribeToShardEvent", R"({"MillisBehindLatest": 4})")));
    auto events = subscribe();
    CHECK(run(events.next())->SubscribeToShardEvent->MillisBehindLatest == 4);
    CHECK_FALSE(run(events.next()));
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(Streams, "whoever reads sets the pace") {
    const std::size_t size = chunk("one").size();
    transport->once("", stream(chunk("one") + chunk("two") + chunk("six"), size));
    auto events = invoke();
    CHECK(run(events.next()));
    CHECK(transport->taken == 0);  // the piece is held until another event is asked for
    poll();
    CHECK(transport->taken == 0);
    CHECK(run(events.next()));
    CHECK(transport->taken == size);
    CHECK(session.statistics().in_flight == 1);
    CHECK(run(read_all(events)) == Texts{"six"});
}

TEST_CASE_METHOD(Streams, "cancelling ends the stream and its connection, wherever it is") {
    SECTION("before the reply") { transport->exchanging.close(); }
    SECTION("between two pieces") { transport->passing.close(); }
    transport->once("", stream(chunk("one"), 7));
    auto events = invoke();
    fake::Running<box<lambda::InvokeWithResponseStreamResponseEvent>> reading;
    start(reading, events.next());
    CHECK_FALSE(reading.done);
    cancel(reading);
    CHECK(reading.aborted());
    CHECK(transport->cancelled == 1);
    CHECK(session.statistics().in_flight == 0);
    CHECK(session.statistics().cancelled == 1);
    transport->exchanging.open();
    transport->passing.open();
    CHECK_THROWS_AS(run(events.next()), boost::system::system_error);
    CHECK_FALSE(keeps_connection());
}

TEST_CASE_METHOD(Streams, "every type of cancellation ends a stream, for a caller that heeds it") {
    using boost::asio::cancellation_type;
    for (const auto type : {cancellation_type::terminal, cancellation_type::partial, cancellation_type::total}) {
        transport->exchanging.close();
        transport->once("", stream(chunk("one")));
        auto events = invoke();
        fake::Running<box<lambda::InvokeWithResponseStreamResponseEvent>> reading;
        start(reading, fake::heeding(events.next()));
        auto others = subscribe();
        fake::Running<kinesis::SubscribeToShardOutput> responding;
        start(responding, fake::heeding(others.response()));
        REQUIRE(session.statistics().in_flight == 2);
        reading.cancel.emit(type);
        responding.cancel.emit(type);
        poll();
        CHECK(reading.aborted());
        CHECK(responding.aborted());
        CHECK(session.statistics().in_flight == 0);
        transport->exchanging.open();
    }
}

TEST_CASE_METHOD(Streams, "a stream that is dropped closes its connection") {
    transport->once("", stream(chunk("one") + chunk("two")));
    {
        auto events = invoke();
        CHECK(run(events.next()));
        CHECK(session.statistics().in_flight == 1);
    }
    poll();
    CHECK(session.statistics().in_flight == 0);
    CHECK_FALSE(keeps_connection());
}

TEST_CASE_METHOD(Streams, "a stream may outlive the execution context that it began in") {
    transport->once("", stream(chunk("one") + chunk("two")));
    auto events = invoke();
    {
        boost::asio::io_context other;
        std::optional<box<lambda::InvokeWithResponseStreamResponseEvent>> first;
        boost::asio::co_spawn(other, events.next(), [&](const std::exception_ptr&, auto event) { first = std::move(event); });
        other.poll();
        CHECK(first->has_value());
    }
    CHECK(code_of<UsageError>(events) == "EndedContext");
}

TEST_CASE_METHOD(Streams, "a rehearsal sends nothing, and takes nothing from the stream") {
    auto events = invoke();
    const auto request = run(dry_run(events.next()));
    CHECK(request.url == "https://lambda.us-east-1.amazonaws.com/2021-11-15/functions/f/response-streaming-invocations");
    CHECK(transport->requests().empty());
    transport->once("", stream(chunk("one")));
    CHECK(run(read_all(events)) == Texts{"one"});
}

TEST_CASE_METHOD(Streams, "an object and its manager hand on the events of a query of it") {
    const s3::InputSerialization input;
    const s3::OutputSerialization output;
    const std::string body = fake::event("Records", "a,b") + fake::event("End", "");
    const auto found = [&](auto events) {
        std::string text;
        while (auto event = run(events.next())) {
            if (event->Records) text += text_of(*event->Records->Payload);
        }
        return text;
    };
    transport->once("", stream(body));
    const auto objects = s3::Object::objects(session);
    CHECK(found(objects.select_content("bucket", "key", "SELECT 1", "SQL", input, output)) == "a,b");
    CHECK(transport->last().text.starts_with("POST /key?select&select-type=2 HTTP/1.1\r\n"));
    CHECK(transport->last().body().find("<Expression>SELECT 1</Expression>") != std::string::npos);

    transport->once("", fake::reply(""));
    const s3::Object object = run(objects.get("bucket", "key"));
    transport->once("", stream(body));
    CHECK(found(object.select_content("SELECT 2", "SQL", input, output)) == "a,b");
    CHECK(transport->last().text.starts_with("POST /key?select&select-type=2 HTTP/1.1\r\n"));
    CHECK(transport->last().body().find("<Expression>SELECT 2</Expression>") != std::string::npos);
    fake::Answer missing = fake::reply("<Error><Code>NoSuchKey</Code></Error>");
    missing.status = 404;
    transport->once("", missing);
    auto gone = object.select_content("SELECT 3", "SQL", input, output);
    CHECK_THROWS_AS(run(gone.next()), DoesNotExist);
}
