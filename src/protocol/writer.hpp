#pragma once
// Appending many short pieces to a string, through a small buffer.

#include "protocol/numbers.hpp"
#include "schema/words.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace botocraft::protocol {

// Appending piece by piece to a std::string costs more than the pieces; so they gather here first.
class Writer {
  public:
    static constexpr std::size_t capacity = 2048;

    explicit Writer(std::string& out) noexcept : out_(out) {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() = default;

    void put(char c) {
        char* const to = room(1);
        *to = c;
        took(to + 1);
    }
    void put(std::string_view text) {
        if (text.size() <= left()) [[likely]] {
            took(schema::copy_text(at_, text));
        } else {
            put_large(text);
        }
    }
    template <class Number>
    void number(Number value) {
        took(write_number(room(number_room), value));
    }

    // Several pieces at once: room for `most` characters, at most `capacity`, and the end of those that were written.
    [[nodiscard]] char* room(std::size_t most) {
        if (most > left()) [[unlikely]] flush();
        return at_;
    }
    void took(char* end) noexcept { at_ = end; }

    // What was written is in the string only after this. Not inlined: GCC would see a buffer that is not filled, and warn.
    [[gnu::noinline]] void flush() {
        out_.append(buffer_, static_cast<std::size_t>(at_ - buffer_));
        at_ = buffer_;
    }
    // The string, with all that was written so far. For pieces that are made in place.
    [[nodiscard]] std::string& flushed() {
        flush();
        return out_;
    }

  private:
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(buffer_ + capacity - at_); }
    [[gnu::noinline]] void put_large(std::string_view text) {
        flush();
        if (text.size() > capacity) {
            out_.append(text);
        } else {
            took(schema::copy_text(at_, text));
        }
    }

    std::string& out_;
    char* at_ = buffer_;
    char buffer_[capacity];
};

}  // namespace botocraft::protocol
