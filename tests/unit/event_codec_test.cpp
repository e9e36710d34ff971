// Events with headers, and what they do with what no honest peer sends.

#include "catch.hpp"
#include "sample_service.hpp"

#include "protocol/event_codec.hpp"

#include <botocraft/error.hpp>

#include <cstddef>
#include <limits>
#include <string_view>

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace eventstream = botocraft::protocol::eventstream;
namespace schema = botocraft::schema;
using botocraft::Protocol;
using botocraft::ProtocolError;
using botocraft::ServiceError;
using eventstream::Message;
using eventstream::Value;

namespace {

struct Reading {
    botocraft::field<botocraft::timestamp> at{};
    botocraft::field<std::int32_t> small{};
    botocraft::field<std::int64_t> large{};
    botocraft::field<std::string> text{};
    botocraft::field<std::string> note{};
};
struct Stream {  // a union
    void* reading = nullptr;
};

constexpr std::string_view names = R"("at":"small":"large":"text":"note":"reading":"Reading":"Stream":)";
constexpr std::uint32_t row_of(std::string_view name) {
    return static_cast<std::uint32_t>(names.find('"' + std::string(name) + '"'));
}
schema::Member row(std::string_view name, std::size_t offset, schema::Kind kind,
                      schema::Location location = schema::Location::header) {
    const auto size = static_cast<std::uint8_t>(name.size());
    return {row_of(name), row_of(name), static_cast<std::uint32_t>(offset), 0, 0, size, size, kind, location};
}

// A stream whose one event has a header of each kind.
struct Readings {
    schema::Member members[6] = {
        row("at", offsetof(Reading, at), schema::Kind::timestamp),
        row("small", offsetof(Reading, small), schema::Kind::integer),
        row("large", offsetof(Reading, large), schema::Kind::long_),
        row("text", offsetof(Reading, text), schema::Kind::string),
        row("note", offsetof(Reading, note), schema::Kind::string, schema::Location::body),
        {row_of("reading"), row_of("reading"), 0, 0, 0, 7, 7, schema::Kind::structure, schema::Location::body},
    };
    schema::Shape shapes[2] = {
        {0, sizeof(Reading), row_of("Reading"), 5, 7, schema::Kind::structure, 0},
        {5, sizeof(Stream), row_of("Stream"), 1, 6, schema::Kind::structure, schema::shape_flag::union_},
    };
    schema::Schema schema{shapes, members, names.data(), 2};

    // Calls f with what the message says.
    template <class F>
    void read(const Message& message, F&& f, Protocol protocol = Protocol::rest_json) const {
        const schema::ShapeRef stream{&schema, 1};
        void* const event = botocraft::detail::structure_new(stream);
        const std::shared_ptr<void> owner(event, [stream](void* at) { botocraft::detail::structure_delete(at, stream); });
        const bool known = botocraft::protocol::decode_event(protocol, stream, message, event);
        REQUIRE(known);
        f(*static_cast<const Reading*>(static_cast<const Stream*>(event)->reading));
    }
    void refuses(std::string_view name, Value value) const {
        INFO(name);
        CHECK_THROWS_AS(read(event({{std::string(name), std::move(value)}}), [](const Reading&) {}), ProtocolError);
    }
    static Message event(std::vector<eventstream::Header> headers) {
        Message message;
        message.headers = {{":message-type", std::string("event")}, {":event-type", std::string("reading")}};
        for (eventstream::Header& each : headers) message.headers.push_back(std::move(each));
        return message;
    }
};

Message failure(std::string_view type, std::string_view payload) {
    Message message;
    message.headers = {{":message-type", std::string("exception")}, {":exception-type", std::string(type)}};
    message.payload = payload;
    return message;
}
botocraft::ErrorDetails error_of(schema::ShapeRef stream, const Message& message) {
    sample::Choice event;
    try {
        static_cast<void>(botocraft::protocol::decode_event(Protocol::rest_json, stream, message, &event));
    } catch (const ServiceError& error) {
        return error.details();
    }
    FAIL("no error");
    return {};
}

}  // namespace

TEST_CASE("numbers in headers of events come in any width, and fit or are refused") {
    const Readings readings;
    readings.read(Readings::event({{"small", std::int8_t{-5}}, {"large", std::int16_t{7}}}), [](const Reading& reading) {
        CHECK(reading.small == -5);
        CHECK(reading.large == 7);
    });
    readings.read(Readings::event({{"small", std::int64_t{2147483647}}}),
                  [](const Reading& reading) { CHECK(reading.small == 2147483647); });
    readings.refuses("small", std::int64_t{2147483648});
    readings.refuses("small", std::string("5"));
    readings.refuses("large", true);
}

TEST_CASE("texts in headers of events are UTF-8") {
    const Readings readings;
    readings.read(Readings::event({{"text", std::string("\xc3\xa4")}}),
                  [](const Reading& reading) { CHECK(reading.text == "\xc3\xa4"); });
    readings.refuses("text", std::string("\xc3"));
    readings.refuses("text", std::int32_t{1});
}

TEST_CASE("of equal headers of an event the last one counts, but its type is the first") {
    const Readings readings;
    const Message twice = Readings::event(
        {{"small", std::int32_t{1}}, {"small", std::int32_t{2}}, {":event-type", std::string("other")}});
    readings.read(twice, [](const Reading& reading) { CHECK(reading.small == 2); });
}

TEST_CASE("times in headers of events are those that a timestamp holds") {
    const Readings readings;
    constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max() / 1'000'000 * 1000;
    for (const std::int64_t time : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{-1500}, last - 2000, 2000 - last}) {
        readings.read(Readings::event({{"at", eventstream::Time{time}}}), [time](const Reading& reading) {
            CHECK(reading.at == botocraft::timestamp(std::chrono::milliseconds(time)));
        });
    }
    for (const std::int64_t time : {last, -last, std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::int64_t>::max()}) {
        readings.refuses("at", eventstream::Time{time});
    }
}

TEST_CASE("an exception in a stream has its members") {
    const auto details = error_of(sample::Choice::shape_, failure("node", R"({"name":"n","weight":5,"message":"m"})"));
    CHECK(details.code == "Node");
    CHECK(details.message == "m");
    CHECK(details.body.empty());
    REQUIRE(details.members);
    CHECK(static_cast<const sample::Node*>(details.members.get())->weight == 5);
    CHECK(error_of(sample::Choice::shape_, failure("node", "{")).members);  // all absent
}

TEST_CASE("an exception in a stream that nobody declared is kept whole") {
    const auto details = error_of(sample::Choice::shape_, failure("Other", R"({"name":"n","message":"m"})"));
    CHECK(details.code == "Other");
    CHECK(details.message == "m");
    CHECK(details.body == R"({"name":"n","message":"m"})");
    CHECK(error_of(sample::Choice::shape_, failure("Other", std::string(1000, 'x'))).body.size() == 1000);
    CHECK(error_of(sample::Choice::shape_, failure("Other", std::string(100'000, 'x'))).body.size() == 64 * 1024);
    CHECK(error_of(sample::Secret::shape_, failure("Other", R"({"token":"t"})")).body.empty());
}

TEST_CASE("what a header of an event carries is not in its payload, and is not taken from there") {
    const Readings readings;
    Reading reading;
    reading.small = 5;
    reading.note = "n";
    const Stream event{&reading};
    struct Case {
        Protocol protocol;
        std::string_view written, both;
    };
    for (const Case& each : {Case{Protocol::rest_json, R"({"note":"n"})", R"({"small":6,"note":"n"})"},
                             Case{Protocol::cbor, "\xa1\x64note\x61n", "\xa2\x65small\x06\x64note\x61n"},
                             Case{Protocol::rest_xml, "<Reading><note>n</note></Reading>",
                                  "<Reading><small>6</small><note>n</note></Reading>"}}) {
        Message message;
        botocraft::protocol::encode_event(each.protocol, {&readings.schema, 1}, &event, message);
        CHECK(message.payload == each.written);
        message.payload = each.both;
        readings.read(
            message,
            [](const Reading& read) {
                CHECK(read.small == 5);
                CHECK(read.note == "n");
            },
            each.protocol);
    }
}
