#pragma once
// JSON bodies: awsJson 1.0 and 1.1, the bodies of restJson1, and to_json and from_json.
//
// Decoding drives Boost.JSON's parser without its values: those take 2.5 times as long, and four times the allocations;
// a reader by hand was 10 to 15 % faster in a prototype.

#include "protocol/limits.hpp"

#include <botocraft/schema.hpp>

#include <string>
#include <string_view>

namespace botocraft::protocol::json {

// Which of a member's two names is in the text.
enum class Names : unsigned char {
    wire,   // what AWS calls it; members that are never on the wire are left out
    model,  // what the C++ structure calls it; all members
};

struct EncodeOptions {
    Names names = Names::wire;
    bool bindings = false;  // members of the structure itself that travel elsewhere (header, query, path) are left out
    bool nulls = false;     // members that are null are written as null; the protocols of AWS leave them out
    schema::TimestampFormat timestamps = schema::TimestampFormat::epoch_seconds;  // where a member has no own format
};

struct DecodeOptions {
    Names names = Names::wire;
    bool bindings = false;
    schema::TimestampFormat timestamps = schema::TimestampFormat::epoch_seconds;
    Limits limits = {};
};

// Appends the structure. Absent members are left out. A time that its format cannot say is a
// UsageError; `out` then ends within the text.
void encode(schema::ShapeRef shape, const void* structure, std::string& out, const EncodeOptions& options = {});

// Fills a structure whose members are absent. A body without a value leaves them so. What the schema does not know is
// skipped. Whatever does not fit is a ProtocolError that names the member but never repeats its value, and leaves all
// members absent.
void decode(schema::ShapeRef shape, std::string_view body, void* structure, const DecodeOptions& options = {});

// Appends the text in quotes.
void append_quoted(std::string& out, std::string_view text);

// The error in a reply: empty where the body does not say.
struct ErrorBody {
    std::string code;
    std::string message;
};
[[nodiscard]] ErrorBody decode_error(std::string_view body, const Limits& limits = {});

// Throws ProtocolError where the text is not one value of JSON, or is beyond the limits. It keeps nothing of it.
void check(std::string_view text, const Limits& limits = {});

// `ClusterNotFoundException` of `com.amazonaws.ecs#ClusterNotFoundException:http://...`.
[[nodiscard]] std::string_view bare_error_code(std::string_view type) noexcept;

// `Customized` of the header x-amzn-query-error, `Customized;Sender`: the code that the query protocol had, which
// counts for services that came from there. Nothing of what is not of that form, which others than AWS send.
[[nodiscard]] std::string_view query_error_code(std::string_view header) noexcept;

}  // namespace botocraft::protocol::json
