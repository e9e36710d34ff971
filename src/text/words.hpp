#pragma once
// Lists of words in one text, separated by single spaces: how tables write them.

#include <string_view>

namespace botocraft {

[[nodiscard]] inline bool is_one_of(std::string_view words, std::string_view word) noexcept {
    while (!words.empty()) {
        const auto space = words.find(' ');
        if (words.substr(0, space) == word) return true;
        words = space == std::string_view::npos ? std::string_view() : words.substr(space + 1);
    }
    return false;
}

}  // namespace botocraft
