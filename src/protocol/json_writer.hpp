#pragma once
// Writing JSON: punctuation, numbers and escaped strings, appended to a string through a small buffer.

#include "protocol/numbers.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace botocraft::protocol::json {

// How many bytes at the beginning of a text need no escape.
[[nodiscard]] inline std::size_t plain_prefix(std::string_view text) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        // Of eight bytes at once: those below a space, and those that equal a quote or a backslash.
        std::uint64_t word;
        std::memcpy(&word, text.data() + i, sizeof(word));
        const std::uint64_t quote = word ^ (ones * '"');
        const std::uint64_t backslash = word ^ (ones * '\\');
        const std::uint64_t hits = ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
                                   ((backslash - ones) & ~backslash);
        if (hits & highs) break;
    }
    for (; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == '"' || c == '\\') break;
    }
    return i;
}

// Appending piece by piece to a std::string costs more than the pieces; so they gather here first.
class Writer {
  public:
    explicit Writer(std::string& out) noexcept : out_(out) {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() = default;

    void put(char c) {
        if (used_ == room) flush();
        buffer_[used_++] = c;
    }
    void put(std::string_view text) {
        std::size_t size = text.size();
        if (size > room - used_) {
            flush();
            if (size > room) {
                out_.append(text);
                return;
            }
        }
        std::memcpy(buffer_ + used_, text.data(), size);
        used_ += size;
    }
    template <class Number>
    void number(Number value) {
        if (room - used_ < number_room) flush();
        used_ = static_cast<std::size_t>(write_number(buffer_ + used_, value) - buffer_);
    }
    // In quotes and escaped.
    void string(std::string_view text) {
        put('"');
        for (;;) {
            const std::size_t plain = plain_prefix(text);
            put(text.substr(0, plain));
            if (plain == text.size()) break;
            escape(static_cast<unsigned char>(text[plain]));
            text.remove_prefix(plain + 1);
        }
        put('"');
    }
    // What was written is in the string only after this.
    void flush() {
        out_.append(buffer_, used_);
        used_ = 0;
    }

  private:
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

    static constexpr std::size_t room = 2048;

    std::string& out_;
    std::size_t used_ = 0;
    char buffer_[room];
};

}  // namespace botocraft::protocol::json
