#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/json.hpp"

#include <boost/json/parse.hpp>

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
    // In the same place: Boost rounds the last digit of a number otherwise where the text ends with it.
    const auto kept = read_by_boost(R"({"any":)" + std::string(value.any->json()) + "}");
    require(kept == whole, "a document keeps its value");
}
