#pragma once
// Short texts, eight characters at a time.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace botocraft::schema {

// Copies a text and returns its end. Most are so short that a call of memcpy takes longer than this.
inline char* copy_text(char* to, std::string_view text) noexcept {
    const std::size_t size = text.size();
    const char* const from = text.data();
    const auto both_ends = [=](auto width) {  // which overlap in the middle
        std::memcpy(to, from, width);
        std::memcpy(to + size - width, from + size - width, width);
    };
    if (size > 64) {
        std::memcpy(to, from, size);
    } else if (size >= 32) {
        both_ends(std::integral_constant<std::size_t, 32>{});
    } else if (size >= 16) {
        both_ends(std::integral_constant<std::size_t, 16>{});
    } else if (size >= 8) {
        both_ends(std::integral_constant<std::size_t, 8>{});
    } else if (size >= 4) {
        both_ends(std::integral_constant<std::size_t, 4>{});
    } else if (size != 0) {
        to[0] = from[0];
        to[size / 2] = from[size / 2];
        to[size - 1] = from[size - 1];
    }
    return to + size;
}

// Copies a text whose characters all pass: returns its end, or null where `marks(word)` is not zero for a word of eight
// of them. Some characters are in more than one word.
template <class Marks>
[[nodiscard]] inline char* copy_unmarked(char* to, std::string_view text, Marks marks) noexcept {
    const std::size_t size = text.size();
    const char* const from = text.data();
    const auto copy = [&]<class Word>(std::size_t at, Word word) -> std::uint64_t {
        std::memcpy(&word, from + at, sizeof(Word));
        std::memcpy(to + at, &word, sizeof(Word));
        return word;
    };
    std::uint64_t found = 0;
    if (size >= 8) {
        for (std::size_t i = 0; i + 8 < size; i += 8) found |= marks(copy(i, std::uint64_t{}));
        found |= marks(copy(size - 8, std::uint64_t{}));
    } else if (size >= 4) {
        const std::uint64_t first = copy(0, std::uint32_t{});
        found = marks(first | copy(size - 4, std::uint32_t{}) << 32);
    } else if (size != 0) {
        const std::uint64_t first = copy(0, std::uint8_t{});
        const std::uint64_t middle = copy(size / 2, std::uint8_t{});
        const std::uint64_t last = copy(size - 1, std::uint8_t{});
        found = marks(first * 0x0101010101010000 | middle << 8 | last);
    }
    return found == 0 ? to + size : nullptr;
}

// Whether two short texts are equal. A call of memcmp costs more than the comparison; and most that are asked for are,
// so that leaving early gains nothing and a branch that is guessed wrongly costs as much as ten comparisons.
[[nodiscard]] inline bool same_text(const char* a, const char* b, std::size_t size) noexcept {
    const auto difference = [=]<class Word>(std::size_t at, Word one) -> std::uint64_t {
        Word other;
        std::memcpy(&one, a + at, sizeof(Word));
        std::memcpy(&other, b + at, sizeof(Word));
        return one ^ other;
    };
    if (size >= 8) {
        std::uint64_t found = difference(size - 8, std::uint64_t{});
        for (std::size_t i = 0; i + 8 < size; i += 8) found |= difference(i, std::uint64_t{});
        return found == 0;
    }
    if (size >= 4) return (difference(0, std::uint32_t{}) | difference(size - 4, std::uint32_t{})) == 0;
    for (std::size_t i = 0; i < size; ++i) {
        if (a[i] != b[i]) return false;
    }
    return true;
}

}  // namespace botocraft::schema
