// Modelled events of AWS's services, from the facts in specs/aws: as messages of an event stream, and back.

#include "catch.hpp"
#include "runtime_schema.hpp"

#include "protocol/event_codec.hpp"

#include <botocraft/error.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace json = boost::json;
namespace eventstream = botocraft::protocol::eventstream;
using botocraft::Protocol;
using conformance::RuntimeSchema;
using conformance::RuntimeValue;

json::object facts_of(std::string_view service) {
    std::ifstream file(std::string(BOTOCRAFT_SOURCE_DIR "/specs/aws/") + std::string(service) + ".json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    json::parse_options options;
    options.max_depth = 256;  // the rules of endpoints
    json::object facts = json::parse(text, {}, options).as_object();
    facts["cases"] = json::array();
    return facts;
}

struct Stream {
    Stream(std::string_view service, std::string_view union_name, Protocol with)
        : facts(facts_of(service)), schema(facts), shape(schema.shape(union_name)), protocol(with) {}

    [[nodiscard]] json::object decoded(const eventstream::Message& message) const {
        RuntimeValue event(shape);
        REQUIRE(botocraft::protocol::decode_event(protocol, shape, message, event.get()));
        return conformance::to_json(shape, event.get());
    }
    [[nodiscard]] eventstream::Message encoded(std::string_view event) const {
        RuntimeValue value(shape);
        conformance::fill(shape, value.get(), json::parse({event.data(), event.size()}).as_object());
        eventstream::Message message;
        botocraft::protocol::encode_event(protocol, shape, value.get(), message);
        return message;
    }

    json::object facts;
    RuntimeSchema schema;
    botocraft::schema::ShapeRef shape;
    Protocol protocol;
};

eventstream::Message message_of(std::initializer_list<std::pair<std::string_view, std::string_view>> headers,
                                std::string_view payload) {
    eventstream::Message message;
    for (const auto& [name, value] : headers) message.headers.push_back({std::string(name), std::string(value)});
    message.payload = payload;
    // Over the wire: what is decoded has been framed.
    std::string frame;
    eventstream::encode(message, frame);
    eventstream::Decoder decoder;
    decoder.feed(frame);
    eventstream::Message received;
    REQUIRE(decoder.next(received));
    return received;
}
eventstream::Message event_of(std::string_view type, std::string_view payload) {
    return message_of({{":message-type", "event"}, {":event-type", type}}, payload);
}

json::value parsed(std::string_view text) { return json::parse({text.data(), text.size()}); }

}  // namespace

TEST_CASE("the events of S3 Select") {
    const Stream stream("s3", "SelectObjectContentEventStream", Protocol::rest_xml);
    CHECK(stream.decoded(event_of("Records", "a,b\n1,2\n")) == parsed(R"({"Records":{"Payload":"a,b\n1,2\n"}})"));
    CHECK(stream.decoded(event_of("Stats", "<Stats><BytesScanned>5</BytesScanned><BytesReturned>2</BytesReturned></Stats>")) ==
          parsed(R"({"Stats":{"Details":{"BytesScanned":5,"BytesReturned":2}}})"));
    CHECK(stream.decoded(event_of("Cont", "")) == parsed(R"({"Cont":{}})"));
    CHECK(stream.decoded(event_of("End", "")) == parsed(R"({"End":{}})"));
}

TEST_CASE("the events of Bedrock, in both directions") {
    const Stream out("bedrock-runtime", "ConverseStreamOutput", Protocol::rest_json);
    CHECK(out.decoded(event_of("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"Hello"}})")) ==
          parsed(R"({"contentBlockDelta":{"delta":{"text":"Hello"},"contentBlockIndex":0}})"));
    const Stream in("bedrock-runtime", "InvokeModelWithBidirectionalStreamInput", Protocol::rest_json);
    const eventstream::Message chunk = in.encoded(R"({"chunk":{"bytes":"hi"}})");
    CHECK(chunk.text(":message-type") == "event");
    CHECK(chunk.text(":event-type") == "chunk");
    CHECK(chunk.text(":content-type") == "application/json");
    CHECK(chunk.payload == R"({"bytes":"aGk="})");
    CHECK(in.decoded(chunk) == parsed(R"({"chunk":{"bytes":"hi"}})"));
}

TEST_CASE("the events of Kinesis and of CloudWatch Logs") {
    const Stream shard("kinesis", "SubscribeToShardEventStream", Protocol::json_1_1);
    CHECK(shard.decoded(event_of("SubscribeToShardEvent",
                                 R"({"Records":[{"Data":"aGk=","PartitionKey":"k"}],"MillisBehindLatest":3})")) ==
          parsed(R"({"SubscribeToShardEvent":{"Records":[{"Data":"hi","PartitionKey":"k"}],"MillisBehindLatest":3}})"));
    const Stream tail("logs", "StartLiveTailResponseStream", Protocol::json_1_1);
    CHECK(tail.decoded(event_of("sessionUpdate", R"({"sessionResults":[{"message":"m","timestamp":5}]})")) ==
          parsed(R"({"sessionUpdate":{"sessionResults":[{"message":"m","timestamp":5}]}})"));
}

TEST_CASE("members in headers, of every type") {
    json::object facts = parsed(R"({"metadata":{"protocol":"rest-json"},"cases":[],"shapes":{
        "String":{"type":"string"},"Blob":{"type":"blob"},"Long":{"type":"long"},"Integer":{"type":"integer"},
        "Boolean":{"type":"boolean"},"Time":{"type":"timestamp"},
        "Event":{"type":"structure","event":true,"members":{
            "text":{"shape":"String","eventheader":true},"data":{"shape":"Blob","eventheader":true},
            "long":{"shape":"Long","eventheader":true},"number":{"shape":"Integer","eventheader":true},
            "flag":{"shape":"Boolean","eventheader":true},"time":{"shape":"Time","eventheader":true},
            "rest":{"shape":"String"}}},
        "Stream":{"type":"structure","eventstream":true,"members":{"one":{"shape":"Event"}}}}})").as_object();
    const RuntimeSchema schema(facts);
    const auto shape = schema.shape("Stream");
    const json::value event =
        parsed(R"({"one":{"text":"t","data":"d","long":-5,"number":6,"flag":true,"time":1.5,"rest":"r"}})");
    RuntimeValue value(shape);
    conformance::fill(shape, value.get(), event.as_object());
    eventstream::Message message;
    botocraft::protocol::encode_event(Protocol::rest_json, shape, value.get(), message);
    CHECK(message.payload == R"({"rest":"r"})");
    CHECK(message.headers.size() == 9);
    RuntimeValue again(shape);
    REQUIRE(botocraft::protocol::decode_event(Protocol::rest_json, shape, message, again.get()));
    CHECK(conformance::to_json(shape, again.get()) == event);

    // A header of another type, and a number that is too large: nothing is left behind.
    for (const eventstream::Value& wrong : {eventstream::Value(std::string("x")), eventstream::Value(INT64_MAX)}) {
        for (eventstream::Header& header : message.headers) {
            if (header.name == "number") header.value = wrong;
        }
        RuntimeValue refused(shape);
        CHECK_THROWS_AS(botocraft::protocol::decode_event(Protocol::rest_json, shape, message, refused.get()),
                        botocraft::ProtocolError);
        CHECK(conformance::to_json(shape, refused.get()).empty());
    }
}

TEST_CASE("a stream ends with an error") {
    const Stream stream("bedrock-runtime", "ConverseStreamOutput", Protocol::rest_json);
    const auto error_of = [&](const eventstream::Message& message) {
        RuntimeValue event(stream.shape);
        try {
            static_cast<void>(botocraft::protocol::decode_event(stream.protocol, stream.shape, message, event.get()));
        } catch (const botocraft::ServiceError& error) {
            return error.code() + ": " + error.message();
        }
        return std::string();
    };
    CHECK(error_of(message_of({{":message-type", "exception"}, {":exception-type", "throttlingException"}},
                              R"({"message":"slow down"})")) == "ThrottlingException: slow down");
    CHECK(error_of(message_of({{":message-type", "exception"}, {":exception-type", "somethingNew"}}, "")) ==
          "somethingNew: ");
    CHECK(error_of(message_of(
              {{":message-type", "error"}, {":error-code", "InternalError"}, {":error-message", "sorry"}}, "")) ==
          "InternalError: sorry");
}

TEST_CASE("events that the model does not know are passed over, and what is no event is refused") {
    const Stream stream("s3", "SelectObjectContentEventStream", Protocol::rest_xml);
    RuntimeValue event(stream.shape);
    CHECK_FALSE(botocraft::protocol::decode_event(stream.protocol, stream.shape, event_of("New", "x"), event.get()));
    CHECK_THROWS_AS(
        static_cast<void>(botocraft::protocol::decode_event(stream.protocol, stream.shape, message_of({}, ""), event.get())),
        botocraft::ProtocolError);
    CHECK_THROWS_AS(static_cast<void>(botocraft::protocol::decode_event(stream.protocol, stream.shape,
                                                                        event_of("Stats", "<Stats><"), event.get())),
                    botocraft::ProtocolError);
    CHECK(conformance::to_json(stream.shape, event.get()).empty());
    eventstream::Message message;
    CHECK_THROWS_AS(botocraft::protocol::encode_event(stream.protocol, stream.shape, event.get(), message),
                    botocraft::UsageError);
}
