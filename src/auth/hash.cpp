#include <auth/hash.hpp>

#include <botocraft/error.hpp>

#include <openssl/crypto.h>

#include <utility>

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

// A byte at a time. A signature has three of these.
constexpr auto hex_pairs = [] {
    constexpr char digits[] = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = {digits[i >> 4], digits[i & 15]};
    return table;
}();

}  // namespace

HexDigest to_hex(const Digest& digest) noexcept {
    HexDigest text;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const auto& pair = hex_pairs[digest[i]];
        text[2 * i] = pair[0];
        text[2 * i + 1] = pair[1];
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

HmacSha256::HmacSha256()
    : md_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      inner_(EVP_MD_CTX_new()),
      outer_(EVP_MD_CTX_new()),
      work_(EVP_MD_CTX_new()) {
    require(md_ && inner_ && outer_ && work_);
    set_key({});
}

void HmacSha256::begin(EVP_MD_CTX* context, std::string_view key, unsigned char pad) {
    std::array<unsigned char, 64> block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= static_cast<unsigned char>(key[i]);
    const bool ok = EVP_DigestInit_ex2(context, md_.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context, block.data(), block.size()) == 1;
    OPENSSL_cleanse(block.data(), block.size());
    require(ok);
}

void HmacSha256::set_key(std::string_view key) {
    Digest hashed{};
    if (key.size() > 64) {
        hashed = Sha256()(key);
        key = {reinterpret_cast<const char*>(hashed.data()), hashed.size()};
    }
    begin(inner_.get(), key, 0x36);
    begin(outer_.get(), key, 0x5c);
    OPENSSL_cleanse(hashed.data(), hashed.size());
}

Digest HmacSha256::operator()(std::string_view text) {
    Digest digest;
    unsigned size = 0;
    require(EVP_MD_CTX_copy_ex(work_.get(), inner_.get()) == 1 &&
            EVP_DigestUpdate(work_.get(), text.data(), text.size()) == 1 &&
            EVP_DigestFinal_ex(work_.get(), digest.data(), &size) == 1 &&
            EVP_MD_CTX_copy_ex(work_.get(), outer_.get()) == 1 &&
            EVP_DigestUpdate(work_.get(), digest.data(), digest.size()) == 1 &&
            EVP_DigestFinal_ex(work_.get(), digest.data(), &size) == 1);
    return digest;
}

}  // namespace botocraft::auth
