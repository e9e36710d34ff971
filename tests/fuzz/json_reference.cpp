#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/json.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace json = botocraft::protocol::json;

namespace {

std::optional<boost::json::value> read_by_boost(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = botocraft::protocol::Limits{}.depth;
    boost::json::error_code error;
    boost::json::value value = boost::json::parse({text.data(), text.size()}, error, {}, options);
    if (error) return std::nullopt;
    return value;
}

template <class Structure>
bool accepted(std::string_view text, Structure& value) {
    try {
        json::decode(Structure::shape_, text, &value);
        return true;
    } catch (const botocraft::ProtocolError&) {
        return false;
    }
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

// Boost 1.81 rounds the last digits of a number by what follows it in the text, white space included.
bool same_number(double one, double other) {
    constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();
    return one == other || std::abs(one - other) <= rounding * std::max(std::abs(one), std::abs(other));
}

bool same_value(const boost::json::value& one, const boost::json::value& other) {
    if (one.is_double() && other.is_double()) return same_number(one.get_double(), other.get_double());
    if (one.is_array() && other.is_array()) {
        return std::equal(one.get_array().begin(), one.get_array().end(), other.get_array().begin(),
                          other.get_array().end(), same_value);
    }
    if (one.is_object() && other.is_object()) {
        const auto& members = one.get_object();
        const auto same_member = [&](const auto& member) {
            const boost::json::value* const counterpart = other.get_object().if_contains(member.key());
            return counterpart != nullptr && same_value(member.value(), *counterpart);
        };
        return members.size() == other.get_object().size() && std::all_of(members.begin(), members.end(), same_member);
    }
    return one == other;
}

}  // namespace

void fuzz::json_reference(std::string_view bytes) {
    // Members that the schema does not know must be JSON as well.
    const auto reference = read_by_boost(bytes);
    sample::Empty nothing;
    require(accepted(bytes, nothing) == (is_blank(bytes) || (reference && reference->is_object())),
            "the same objects are JSON");

    // A document is kept as text, with the value that it had.
    if (!reference) return;
    std::string wrapped = R"({"any":)";
    wrapped.append(bytes).append("}");
    const auto whole = read_by_boost(wrapped);
    sample::Everything value;
    require(accepted(wrapped, value) == whole.has_value(), "the same documents are JSON");
    if (!whole) return;
    const boost::json::value& expected = whole->get_object().at("any");
    if (expected.is_null()) return;
    const boost::json::value again = expected;
    if (!(again == expected)) return;  // Boost 1.81 makes NaN of 0e400, and that equals nothing
    const auto kept = read_by_boost(value.any->json());
    require(kept && same_value(*kept, expected), "a document keeps its value");
}
