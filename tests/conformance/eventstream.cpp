// Event-stream frames against vectors that no one here wrote.

#include "bodies.hpp"
#include "catch.hpp"
#include "conformance_file.hpp"

#include "protocol/base64.hpp"
#include "protocol/eventstream.hpp"

#include <botocraft/error.hpp>

namespace {

namespace eventstream = botocraft::protocol::eventstream;

std::string string_of(const boost::json::value& text) { return {text.as_string().data(), text.as_string().size()}; }

std::string base64(std::string_view bytes) { return botocraft::protocol::base64(std::as_bytes(std::span(bytes))); }

// In the words of the vectors.
struct InWords {
    boost::json::value operator()(bool value) const { return value; }
    boost::json::value operator()(std::int8_t value) const { return value; }
    boost::json::value operator()(std::int16_t value) const { return value; }
    boost::json::value operator()(std::int32_t value) const { return value; }
    boost::json::value operator()(std::int64_t value) const { return value; }
    boost::json::value operator()(const botocraft::blob& value) const {
        return boost::json::string(base64({reinterpret_cast<const char*>(value.data()), value.size()}));
    }
    boost::json::value operator()(const std::string& value) const { return boost::json::string(base64(value)); }
    boost::json::value operator()(eventstream::Time value) const { return value.milliseconds; }
    boost::json::value operator()(const eventstream::Uuid& value) const {
        return boost::json::string(base64({reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()}));
    }
};

void check_positive(const boost::json::object& vector, const std::string& bytes) {
    eventstream::Decoder decoder;
    eventstream::Message message;
    // A byte at a time: the message is there with the last one only.
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        REQUIRE_FALSE(decoder.next(message));
        decoder.feed(std::string_view(bytes).substr(i, 1));
    }
    REQUIRE(decoder.next(message));
    CHECK(decoder.at_boundary());

    const boost::json::object& decoded = vector.at("decoded").as_object();
    CHECK(base64(message.payload) == string_of(decoded.at("payload")));
    const boost::json::array& headers = decoded.at("headers").as_array();
    REQUIRE(message.headers.size() == headers.size());
    for (std::size_t i = 0; i < headers.size(); ++i) {
        CHECK(message.headers[i].name == string_of(headers[i].at("name")));
        const std::size_t type = message.headers[i].value.index();
        const auto* const flag = std::get_if<bool>(&message.headers[i].value);
        CHECK((flag ? (*flag ? 0 : 1) : static_cast<std::int64_t>(type) + 1) == headers[i].at("type").as_int64());
        CHECK(std::visit(InWords{}, message.headers[i].value) == headers[i].at("value"));
    }
    std::string again;
    eventstream::encode(message, again);
    CHECK(again == bytes);
}

}  // namespace

TEST_CASE("Event-stream frames of the vectors") {
    const auto vectors = conformance::file("eventstream/vectors.json");
    if (!vectors) return;
    std::size_t positive = 0;
    std::size_t negative = 0;
    for (const auto& vector : vectors->as_array()) {
        CAPTURE(string_of(vector.at("name")));
        const std::string bytes = conformance::from_base64(string_of(vector.at("encoded_base64")));
        if (string_of(vector.at("kind")) == "positive") {
            ++positive;
            check_positive(vector.as_object(), bytes);
        } else {
            ++negative;
            eventstream::Decoder decoder;
            decoder.feed(bytes);
            eventstream::Message message;
            CHECK_THROWS_AS(static_cast<void>(decoder.next(message)), botocraft::ProtocolError);
        }
    }
    CHECK(positive == 5);
    CHECK(negative == 4);
}
