#include <botocraft/credentials.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace botocraft {

Secret::Secret(std::string_view text) : text_(text.empty() ? nullptr : new char[text.size()]), size_(text.size()) {
    std::copy(text.begin(), text.end(), text_.get());
}

Secret::Secret(const Secret& other) : Secret(other.reveal()) {}

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) *this = Secret(other);
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        text_ = std::move(other.text_);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

Secret::~Secret() { wipe(); }

bool Secret::equals(const Secret& other) const noexcept {
    return size_ == other.size_ && (size_ == 0 || CRYPTO_memcmp(text_.get(), other.text_.get(), size_) == 0);
}

void Secret::wipe() noexcept {
    if (size_ != 0) OPENSSL_cleanse(text_.get(), size_);
}

}  // namespace botocraft
