#include <auth/hash.hpp>

#include <botocraft/error.hpp>

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace botocraft::auth {

namespace {

// These calls fail for want of memory or of a SHA-256 (an OpenSSL configuration that switches it off).
void require(bool ok) {
    if (ok) return;
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = "CryptographyUnavailable";
    details.explanation = "OpenSSL could not compute SHA-256 or HMAC-SHA-256, without which no request can be signed: "
                          "check the OpenSSL configuration of this machine (openssl.cnf, OPENSSL_CONF)";
    throw_error(std::move(details));
}

const unsigned char* bytes(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

HexDigest to_hex(const Digest& digest) noexcept {
    constexpr char digits[] = "0123456789abcdef";
    HexDigest text;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    return text;
}

Sha256::Sha256() : md_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    require(md_ && context_ && EVP_DigestInit_ex2(context_.get(), md_.get(), nullptr) == 1);
}

Digest Sha256::operator()(std::string_view text) {
    Digest digest;
    unsigned size = 0;
    require(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1 &&
            EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
            EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
    return digest;
}

HmacSha256::HmacSha256() {
    const std::unique_ptr<EVP_MAC, FreeWith<EVP_MAC_free>> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    require(mac != nullptr);
    context_.reset(EVP_MAC_CTX_new(mac.get()));  // keeps the EVP_MAC alive
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                     OSSL_PARAM_construct_end()};
    require(context_ && EVP_MAC_CTX_set_params(context_.get(), parameters) == 1);
}

void HmacSha256::set_key(std::string_view key) {
    require(EVP_MAC_init(context_.get(), bytes(key), key.size(), nullptr) == 1);
}

Digest HmacSha256::operator()(std::string_view text) {
    Digest digest;
    std::size_t size = 0;
    require(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
            EVP_MAC_update(context_.get(), bytes(text), text.size()) == 1 &&
            EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) == 1);
    return digest;
}

}  // namespace botocraft::auth
