#pragma once
// Which partition a region belongs to.

#include <algorithm>
#include <string_view>

#include "endpoint/tables.hpp"

namespace botocraft::endpoint {

// `word-number`, which is how the names of regions end.
[[nodiscard]] constexpr bool is_regular_ending(std::string_view text) noexcept {
    constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    constexpr auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    const auto hyphen = text.find('-');
    if (hyphen == std::string_view::npos || hyphen == 0 || hyphen + 1 == text.size()) return false;
    return std::ranges::all_of(text.substr(0, hyphen), is_word) &&
           std::ranges::all_of(text.substr(hyphen + 1), is_digit);
}

// The partition of `region`; for a region that no partition knows, the first one. `partitions` must not be empty.
[[nodiscard]] const PartitionRow& find_partition(const Partitions& partitions, std::string_view region) noexcept;

}  // namespace botocraft::endpoint
