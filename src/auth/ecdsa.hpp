#pragma once
// The key pair of Signature Version 4a: ECDSA on the curve P-256, derived from an access key.

#include <botocraft/credentials.hpp>

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace botocraft::auth {

// Immutable; several threads may use it at once.
class EcdsaKey {
  public:
    // Always the same pair for the same access key.
    static EcdsaKey derive(std::string_view access_key_id, const Secret& secret_access_key);
    // For those who only verify. Both coordinates are 32 bytes, big-endian.
    static EcdsaKey from_public(std::string_view x, std::string_view y);

    // The DER form of a signature of the SHA-256 of `text`; another one each time.
    [[nodiscard]] std::string sign(std::string_view text) const;
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

    // x, then y: 64 bytes.
    [[nodiscard]] std::string public_point() const;

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    };
    using Key = std::unique_ptr<EVP_PKEY, Free>;

    explicit EcdsaKey(Key key) noexcept : key_(std::move(key)) {}

    Key key_;
};

}  // namespace botocraft::auth
