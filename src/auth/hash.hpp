#pragma once
// SHA-256 and HMAC-SHA-256 over contexts that are kept: OpenSSL 3 takes three times as long to make one as to use it.

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace botocraft::auth {

using Digest = std::array<unsigned char, 32>;
inline constexpr std::size_t hex_digest_size = 64;
using HexDigest = std::array<char, hex_digest_size>;

[[nodiscard]] HexDigest to_hex(const Digest& digest) noexcept;
void append_hex(std::string& out, std::string_view bytes);
[[nodiscard]] std::string from_hex(std::string_view digits);  // lower-case; empty where it is none

[[nodiscard]] inline std::string_view view(const HexDigest& text) noexcept { return {text.data(), text.size()}; }

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* p) const noexcept {
        Free(p);
    }
};

// Not thread-safe; neither is HmacSha256.
class Sha256 {
  public:
    Sha256();
    [[nodiscard]] Digest operator()(std::string_view text);

  private:
    std::unique_ptr<EVP_MD, FreeWith<EVP_MD_free>> md_;
    std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>> context_;
};

// A key of HMAC, as two digests that have begun with it (RFC 2104's inner and outer one). Once set, several threads may
// use it at once, each with a context of its own.
class HmacKey {
  public:
    HmacKey();
    void set(std::string_view key);
    [[nodiscard]] Digest operator()(std::string_view text, EVP_MD_CTX* work) const;

  private:
    using Context = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;  // wipes what it held

    void begin(EVP_MD_CTX* context, std::string_view key, unsigned char pad);

    std::unique_ptr<EVP_MD, FreeWith<EVP_MD_free>> md_;
    Context inner_;
    Context outer_;
};

// A key and a context to use it with. Keeps its key from one call to the next.
class HmacSha256 {
  public:
    HmacSha256();
    void set_key(std::string_view key) { key_.set(key); }
    [[nodiscard]] Digest operator()(std::string_view text) { return key_(text, work_.get()); }
    // With a key that is somebody else's.
    [[nodiscard]] Digest operator()(std::string_view text, const HmacKey& key) { return key(text, work_.get()); }

  private:
    HmacKey key_;
    std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>> work_;
};

[[nodiscard]] inline std::string_view as_text(const Digest& digest) noexcept {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace botocraft::auth
