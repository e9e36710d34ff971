#pragma once
// Writing JSON: names and strings, escaped where they must be.

#include "protocol/writer.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace botocraft::protocol::json {

// Marks those of eight bytes that need an escape: below a space, a quote, a backslash. A mark may be followed by others
// that mean nothing.
[[nodiscard]] constexpr std::uint64_t escape_marks(std::uint64_t word) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    const std::uint64_t quote = word ^ (ones * '"');
    const std::uint64_t backslash = word ^ (ones * '\\');
    return ((word - ones * 0x20) | (quote - ones) | (backslash - ones)) & ~word & highs;
}

// Copies a text and returns its end; null if something in it needs an escape.
[[nodiscard]] inline char* copy_plain(char* to, std::string_view text) noexcept {
    const std::size_t size = text.size();
    const char* const from = text.data();
    std::uint64_t marks = 0;
    const auto copy = [&]<class Word>(std::size_t at, Word word) {
        std::memcpy(&word, from + at, sizeof(Word));
        std::memcpy(to + at, &word, sizeof(Word));
        return word;
    };
    if (size >= 8) {
        for (std::size_t i = 0; i + 8 < size; i += 8) marks |= escape_marks(copy(i, std::uint64_t{}));
        marks |= escape_marks(copy(size - 8, std::uint64_t{}));
    } else if (size >= 4) {
        const std::uint64_t first = copy(0, std::uint32_t{});
        marks = escape_marks(first | std::uint64_t{copy(size - 4, std::uint32_t{})} << 32);
    } else if (size != 0) {
        const std::uint64_t blanks = 0x2020202020000000;
        marks = escape_marks(blanks | std::uint64_t{copy(0, std::uint8_t{})} |
                             std::uint64_t{copy(size / 2, std::uint8_t{})} << 8 |
                             std::uint64_t{copy(size - 1, std::uint8_t{})} << 16);
    }
    return marks == 0 ? to + size : nullptr;
}

class Writer : public protocol::Writer {
  public:
    using protocol::Writer::Writer;

    // In quotes and escaped.
    void string(std::string_view text) {
        if (text.size() <= longest_at_once) [[likely]] {
            char* const to = room(longest_at_once + 2);
            *to = '"';
            if (char* const end = copy_plain(to + 1, text)) [[likely]] {
                *end = '"';
                took(end + 1);
                return;
            }
        }
        any_string(text);
    }
    // The name of a member of an object that follows `before`, with its colon.
    void name(char before, std::string_view text) {
        if (text.size() <= longest_at_once) [[likely]] {
            char* const to = room(longest_at_once + 4);
            to[0] = before;
            to[1] = '"';
            if (char* const end = copy_plain(to + 2, text)) [[likely]] {
                end[0] = '"';
                end[1] = ':';
                took(end + 2);
                return;
            }
        }
        put(before);
        any_string(text);
        put(':');
    }
    // The same of a name that has its quotes and its colon.
    void ready_name(char before, std::string_view text) {
        char* to = room(text.size() + 1);
        *to++ = before;
        took(copy_text(to, text));
    }

  private:
    static constexpr std::size_t longest_at_once = 1024;

    [[gnu::noinline]] void any_string(std::string_view text) {
        put('"');
        while (!text.empty()) {
            const std::size_t plain = plain_prefix(text);
            put(text.substr(0, plain));
            if (plain == text.size()) break;
            escape(static_cast<unsigned char>(text[plain]));
            text.remove_prefix(plain + 1);
        }
        put('"');
    }
    // How many characters need no escape.
    [[nodiscard]] static std::size_t plain_prefix(std::string_view text) noexcept {
        std::size_t i = 0;
        for (std::uint64_t word; i + 8 <= text.size(); i += 8) {
            std::memcpy(&word, text.data() + i, sizeof(word));
            if (escape_marks(word) != 0) break;
        }
        for (; i < text.size(); ++i) {
            const auto c = static_cast<unsigned char>(text[i]);
            if (c < 0x20 || c == '"' || c == '\\') break;
        }
        return i;
    }
    void escape(unsigned char c) {
        constexpr char digits[] = "0123456789abcdef";
        switch (c) {
            case '"': put("\\\""); break;
            case '\\': put("\\\\"); break;
            case '\b': put("\\b"); break;
            case '\f': put("\\f"); break;
            case '\n': put("\\n"); break;
            case '\r': put("\\r"); break;
            case '\t': put("\\t"); break;
            default:
                put("\\u00");
                put(digits[c >> 4]);
                put(digits[c & 15]);
        }
    }
};

}  // namespace botocraft::protocol::json
