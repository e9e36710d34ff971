// What JSON is, by a reader that has nothing in common with the one that drives ours.

#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/json.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace json = botocraft::protocol::json;

namespace {

using Reference = nlohmann::json;

// Reads over a text.
struct Scan {
    enum class Verdict { json, none, undecided };  // undecided: a number that one of the two cannot hold

    Verdict verdict = Verdict::json;
    std::size_t depth = 0;
    bool is_object = false;

    bool null() { return true; }
    bool boolean(bool) { return true; }
    bool number_integer(Reference::number_integer_t) { return true; }
    bool number_unsigned(Reference::number_unsigned_t) { return true; }
    // Boost counts in an int how far the point moves, and refuses what moves it farther; the reference takes 0e9999999999.
    bool number_float(Reference::number_float_t, const std::string& text) {
        constexpr std::size_t most_digits = 8;
        const std::size_t exponent = text.find_first_of("eE");
        if (exponent == text.npos || text.size() - exponent <= most_digits) return true;
        verdict = Verdict::undecided;
        return false;
    }
    bool string(std::string&) { return true; }
    bool binary(Reference::binary_t&) { return true; }
    bool key(std::string&) { return true; }
    bool start_object(std::size_t) {
        is_object = is_object || depth == 0;
        return open();
    }
    bool start_array(std::size_t) { return open(); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
        constexpr int out_of_range = 406;
        verdict = error.id == out_of_range ? Verdict::undecided : Verdict::none;
        return false;
    }

  private:
    bool open() {
        if (++depth <= botocraft::protocol::Limits{}.depth) return true;
        verdict = Verdict::none;
        return false;
    }
    bool close() {
        --depth;
        return true;
    }
};

Scan scan(std::string_view text) {
    Scan scanned;
    Reference::sax_parse(text, &scanned);
    return scanned;
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
    // The reference takes a zero byte for the end, and passes over the mark of UTF-8: neither is JSON.
    if (bytes.find('\0') != bytes.npos || bytes.starts_with("\xef\xbb\xbf")) return;
    // Members that the schema does not know must be JSON as well.
    const Scan reference = scan(bytes);
    if (reference.verdict == Scan::Verdict::undecided) return;
    const bool is_json = reference.verdict == Scan::Verdict::json;
    sample::Empty nothing;
    require(accepted(bytes, nothing) == (is_blank(bytes) || (is_json && reference.is_object)),
            "the same objects are JSON");

    // A document is kept as text, with the value that it had.
    if (!is_json) return;
    std::string wrapped = R"({"any":)";
    wrapped.append(bytes).append("}");
    const bool whole = scan(wrapped).verdict == Scan::Verdict::json;  // one level deeper
    sample::Everything value;
    require(accepted(wrapped, value) == whole, "the same documents are JSON");
    if (!whole) return;
    const Reference expected = Reference::parse(bytes);
    if (expected.is_null()) return;
    require(Reference::parse(value.any->json()) == expected, "a document keeps its value");
}
