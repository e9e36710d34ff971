#include "catch.hpp"

#include <botocraft/error.hpp>

#include "protocol/eventstream.hpp"

namespace eventstream = botocraft::protocol::eventstream;
using eventstream::Decoder;
using eventstream::Message;

namespace {

Message sample() {
    Message message;
    message.headers = {{":event-type", std::string("chunk")}, {"n", std::int32_t{-7}}, {"yes", true},
                       {"at", eventstream::Time{1700000000123}}, {"id", eventstream::Uuid{{1, 2, 3}}}};
    message.payload = "hello";
    return message;
}
std::string encoded(const Message& message) {
    std::string out;
    eventstream::encode(message, out);
    return out;
}
std::string complaint(std::string_view bytes, const botocraft::protocol::Limits& limits = {}) {
    Decoder decoder(limits);
    decoder.feed(bytes);
    Message message;
    try {
        while (decoder.next(message)) {}
    } catch (const botocraft::ProtocolError& error) {
        return error.details().explanation;
    }
    return "none";
}
bool says(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("events come out of a stream as they went in, however it is cut") {
    const std::string bytes = encoded(sample()) + encoded({}) + encoded(sample());
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
        Decoder decoder;
        std::vector<Message> found;
        for (std::size_t i = 0; i < bytes.size(); i += step) {
            decoder.feed(std::string_view(bytes).substr(i, step));
            Message message;
            while (decoder.ready()) {
                REQUIRE(decoder.next(message));
                found.push_back(message);
            }
            CHECK_FALSE(decoder.next(message));
        }
        CHECK(found == std::vector<Message>{sample(), {}, sample()});
        CHECK(decoder.at_boundary());
    }
    CHECK(sample().text(":event-type") == "chunk");
    CHECK(sample().text("n").empty());
}

TEST_CASE("every damaged bit of an event is found") {
    const std::string bytes = encoded(sample());
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << (bit % 8));
        CHECK(complaint(damaged) != "none");
    }
}

TEST_CASE("an event that is cut off is not given out") {
    const std::string bytes = encoded(sample());
    Decoder decoder;
    decoder.feed(std::string_view(bytes).substr(0, bytes.size() - 1));
    Message message;
    CHECK_FALSE(decoder.next(message));
    CHECK_FALSE(decoder.at_boundary());
}

TEST_CASE("an event beyond the limit is refused before its bytes have come") {
    Message large;
    large.payload.assign(2000, 'x');
    CHECK(says(complaint(std::string_view(encoded(large)).substr(0, 12), {.event = 1000}), "more than 1000 bytes"));
    CHECK(complaint(encoded(large), {.event = 4000}) == "none");
    Decoder decoder({.event = 1000});
    decoder.feed(std::string_view(encoded(large)).substr(0, 11));
    CHECK_FALSE(decoder.ready());
    decoder.feed(std::string_view(encoded(large)).substr(11, 1));
    CHECK(decoder.ready());  // to be refused
    Message headed;
    headed.headers = {{"long", std::string(500, 'x')}};
    CHECK(says(complaint(encoded(headed), {.event_head = 400}), "more than 400 bytes"));
    CHECK(complaint(encoded(headed), {.event_head = 600}) == "none");
}

TEST_CASE("an event that the format cannot say is not sent") {
    CHECK_THROWS_AS(encoded({{{"", true}}, ""}), botocraft::UsageError);
    CHECK_THROWS_AS(encoded({{{std::string(256, 'n'), true}}, ""}), botocraft::UsageError);
    CHECK_THROWS_AS(encoded({{{"n", std::string(40'000, 'v')}}, ""}), botocraft::UsageError);
}
