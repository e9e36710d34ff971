#pragma once
// A block of bytes that is filled at its end and grows without clearing what it will only be read into.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace botocraft::http {

class Buffer {
  public:
    [[nodiscard]] const char* data() const noexcept { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

    // The room behind the last byte; what is written into it counts after `commit`.
    [[nodiscard]] std::span<char> room() noexcept { return {bytes_.get() + size_, capacity_ - size_}; }
    void commit(std::size_t count) noexcept { size_ += count; }

    void reserve(std::size_t capacity) {
        if (capacity <= capacity_) return;
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
        bytes_ = std::move(larger);
        capacity_ = capacity;
    }

    // Takes [from, to) out; what follows moves up.
    void erase(std::size_t from, std::size_t to) noexcept {
        if (from == to) return;
        std::memmove(bytes_.get() + from, bytes_.get() + to, size_ - to);
        size_ -= to - from;
    }

    void clear() noexcept { size_ = 0; }

    // Empties it, and gives back a block that an unusually large content left behind.
    void trim(std::size_t largest_kept) noexcept {
        size_ = 0;
        if (capacity_ <= largest_kept) return;
        bytes_.reset();
        capacity_ = 0;
    }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace botocraft::http
