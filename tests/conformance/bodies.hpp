#pragma once
// Comparing bodies by what they say.

#include <string>
#include <string_view>

namespace conformance {

// XML as one line of text: blanks around elements gone, attributes sorted.
[[nodiscard]] std::string canonical_xml(std::string_view body);

// `a=1&b=2` sorted.
[[nodiscard]] std::string sorted_pairs(std::string_view pairs);

// CBOR as text: maps sorted, floats of all sizes alike.
[[nodiscard]] std::string canonical_cbor(std::string_view body);

[[nodiscard]] std::string from_base64(std::string_view text);

}  // namespace conformance
