#pragma once
// Scalars as text, in the one way in which headers, labels, queries and XML have them.

#include "protocol/limits.hpp"
#include "schema/walk.hpp"

#include <string>
#include <string_view>

namespace botocraft::protocol {

// Of a member that does not say its own, the format `fallback`.
[[nodiscard]] inline schema::TimestampFormat format_or(const schema::Member& member,
                                                       schema::TimestampFormat fallback) noexcept {
    const schema::TimestampFormat own = schema::timestamp_format(member);
    return own == schema::TimestampFormat::protocol_default ? fallback : own;
}

// Appends the scalar that is present at `place`: blobs as base64, documents as their JSON. A time that its format
// cannot say is a UsageError.
void append_scalar(std::string& out, schema::ConstPlace place, schema::TimestampFormat timestamps);

// Puts the text there. A number, truth value, time or document that is empty stays absent. What does not fit is a
// ProtocolError; so is a document that is no JSON within the limits.
void parse_scalar(schema::Place place, std::string_view text, schema::TimestampFormat timestamps,
                  const Limits& limits = {});

// The text without blanks at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

[[nodiscard]] bool valid_utf8(std::string_view text) noexcept;

}  // namespace botocraft::protocol
