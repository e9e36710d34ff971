#pragma once
// Pages of a list: sizes within their bounds, and tokens that say nothing to the caller.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::testing {

// A token for the page that begins after `last`, of the list that `list` describes (the operation and its filters).
[[nodiscard]] std::string make_token(std::string_view list, std::string_view last);
// The `last` of a token that was made for the same list; nothing for any other text.
[[nodiscard]] std::optional<std::string> read_token(std::string_view list, std::string_view token);

}  // namespace botocraft::testing
