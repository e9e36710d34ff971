#pragma once
// Upper and lower case of ASCII, whatever the locale. All other bytes stay what they are.

#include <algorithm>
#include <string>
#include <string_view>

namespace botocraft {

[[nodiscard]] constexpr char lower_case(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

[[nodiscard]] inline std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = lower_case(c);
    return lower;
}

[[nodiscard]] inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char one, char other) { return lower_case(one) == lower_case(other); });
}

[[nodiscard]] inline bool ends_ignoring_case(std::string_view text, std::string_view ending) noexcept {
    return text.size() >= ending.size() && equal_ignoring_case(text.substr(text.size() - ending.size()), ending);
}

}  // namespace botocraft
