// The CBOR reader against vectors that no one here wrote.

#include "catch.hpp"
#include "conformance_file.hpp"

#include "protocol/cbor_reader.hpp"

#include <botocraft/error.hpp>

#include <bit>

namespace {

namespace cbor = botocraft::protocol::cbor;
using cbor::Type;

std::string unhex(std::string_view text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes += static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1]));
    }
    return bytes;
}

boost::json::value value_of(cbor::Reader& reader, const cbor::Item& item);

boost::json::value container_of(cbor::Reader& reader, const cbor::Item& item) {
    boost::json::array list;
    boost::json::object map;
    for (std::uint64_t i = 0; item.indefinite || i < item.number; ++i) {
        const cbor::Item head = reader.next();
        if (head.type == Type::end && item.indefinite) break;
        if (item.type == Type::array) {
            list.push_back(value_of(reader, head));
        } else {
            const std::string key(head.text);
            map[key] = value_of(reader, reader.next());
        }
    }
    if (item.type == Type::array) return {{"list", std::move(list)}};
    return {{"map", std::move(map)}};
}

// In the words of the vectors.
boost::json::value value_of(cbor::Reader& reader, const cbor::Item& item) {
    switch (item.type) {
        case Type::unsigned_: return {{"uint", item.number}};
        case Type::negative: return {{"negint", -1.0 - static_cast<double>(item.number)}};
        case Type::bytes: {
            boost::json::array bytes;
            for (const char c : item.text) bytes.push_back(static_cast<unsigned char>(c));
            return {{"bytestring", std::move(bytes)}};
        }
        case Type::text: return {{"string", boost::json::string(item.text)}};
        case Type::boolean: return {{"bool", item.number != 0}};
        case Type::null: return {{"null", boost::json::object()}};
        case Type::undefined: return {{"undefined", boost::json::object()}};
        case Type::real:
            if (item.real_bits == 64) return {{"float64", std::bit_cast<std::uint64_t>(item.real)}};
            return {{"float32", std::bit_cast<std::uint32_t>(static_cast<float>(item.real))}};
        case Type::tag: {
            const std::uint64_t id = item.number;
            return {{"tag", {{"id", id}, {"value", value_of(reader, reader.next())}}}};
        }
        case Type::array:
        case Type::map: return container_of(reader, item);
        default: reader.fail("nothing that a vector names");
    }
}

// Whole numbers beyond 64 bits are doubles in the vectors as in our words for them.
bool same(const boost::json::value& a, const boost::json::value& b) {
    if (a.is_number() && b.is_number()) {
        return a == b || a.to_number<double>() == b.to_number<double>();
    }
    if (a.is_object() && b.is_object() && a.get_object().size() == b.get_object().size()) {
        for (const auto& [name, value] : a.get_object()) {
            const auto* const other = b.get_object().if_contains(name);
            if (!other || !same(value, *other)) return false;
        }
        return true;
    }
    if (a.is_array() && b.is_array() && a.get_array().size() == b.get_array().size()) {
        for (std::size_t i = 0; i < a.get_array().size(); ++i) {
            if (!same(a.get_array()[i], b.get_array()[i])) return false;
        }
        return true;
    }
    return a == b;
}

std::string string_of(const boost::json::value& text) { return {text.as_string().data(), text.as_string().size()}; }

}  // namespace

TEST_CASE("CBOR that the vectors say is right") {
    const auto vectors = conformance::file("cbor/decode-success-tests.json");
    if (!vectors) return;
    for (const auto& vector : vectors->as_array()) {
        const std::string bytes = unhex(string_of(vector.at("input")));
        CAPTURE(string_of(vector.at("description")), string_of(vector.at("input")));
        cbor::Reader reader(bytes);
        const cbor::Item head = reader.next();
        const boost::json::value found = value_of(reader, head);
        INFO(boost::json::serialize(found));
        INFO(boost::json::serialize(vector.at("expect")));
        CHECK(same(found, vector.at("expect")));
        CHECK(reader.at_end());
    }
    CHECK(vectors->as_array().size() == 151);
}

TEST_CASE("CBOR that the vectors say is wrong") {
    const auto vectors = conformance::file("cbor/decode-error-tests.json");
    if (!vectors) return;
    for (const auto& vector : vectors->as_array()) {
        const std::string bytes = unhex(string_of(vector.at("input")));
        CAPTURE(string_of(vector.at("description")), string_of(vector.at("input")));
        const auto read = [&] {
            cbor::Reader reader(bytes);
            const cbor::Item head = reader.next();
            reader.skip(head, 64);
        };
        CHECK_THROWS_AS(read(), botocraft::ProtocolError);
    }
    CHECK(vectors->as_array().size() == 56);
}
