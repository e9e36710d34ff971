#pragma once
// Signatures that follow one another: those of a body's chunks, of its trailer, and of the events of a stream. Each is
// taken over the one before it, so that none can be left out or moved.

#include <auth/request.hpp>
#include <auth/signing_keys.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace botocraft::auth {

// What is signed with: it is held for as long as the body or stream lasts.
using ChainKey = std::variant<std::shared_ptr<const HmacKey>, std::shared_ptr<const EcdsaKey>>;

// Begins with the signature of the request (Signer::chain). Not thread-safe.
class SignatureChain {
  public:
    // A signature of ECDSA is as long as it happens to be; a chunk's is filled up, for the body's length to be known.
    static constexpr std::size_t hmac_size = 64;
    static constexpr std::size_t ecdsa_padded_size = 144;

    SignatureChain(ChainKey key, std::string_view date, std::string_view scope, std::string_view seed);

    // The signature of the next chunk; the empty chunk is the last. As it is sent; valid until the next call.
    [[nodiscard]] std::string_view chunk(std::string_view data);

    // The signature of the trailer, which comes after the last chunk: `name:value\n` for each of its headers.
    [[nodiscard]] std::string_view trailer(std::string_view lines);

    // The signature of the next event: that of its headers but for :chunk-signature, and of its payload. It is signed
    // with the key of its own day, which may be another one than that of the request. In bytes, not in digits.
    [[nodiscard]] std::string event(std::chrono::system_clock::time_point time, std::string_view headers,
                                    std::string_view payload, const Credentials& credentials, SigningKeys& keys);

    [[nodiscard]] Algorithm algorithm() const noexcept { return key_.index() == 0 ? Algorithm::hmac : Algorithm::ecdsa; }
    [[nodiscard]] std::size_t sent_size() const noexcept {
        return algorithm() == Algorithm::hmac ? hmac_size : ecdsa_padded_size;
    }

    // Of the last signature; for tests.
    [[nodiscard]] std::string_view string_to_sign() const noexcept { return to_sign_; }

  private:
    [[nodiscard]] std::string_view sign(std::string_view what, std::string_view first, std::string_view second);
    [[nodiscard]] std::string_view padded();

    ChainKey key_;
    Sha256 sha256_;
    HmacSha256 hmac_;
    std::string date_;
    std::string scope_;
    std::string last_;  // hexadecimal
    std::string padded_;
    std::string to_sign_;
};

}  // namespace botocraft::auth
