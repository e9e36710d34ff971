#pragma once
// A block of bytes that is filled at its end and grows without clearing what it will only be read into.

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace botocraft::http {

// Overwrites all of its memory, so that nothing of an earlier and longer text stays either. Leaves it empty.
inline void wipe(std::string& text) noexcept {
    text.resize(text.capacity());
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

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
        if (secret_) wipe();
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

    // From now on, or no longer, growing leaves no copy behind.
    void set_secret(bool secret) noexcept { secret_ = secret; }
    // Overwrites what it holds and held.
    void wipe() noexcept {
        if (capacity_ != 0) OPENSSL_cleanse(bytes_.get(), capacity_);
    }

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
    bool secret_ = false;
};

}  // namespace botocraft::http
