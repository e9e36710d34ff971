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

void append_hex(std::string& out, std::string_view bytes) {
    for (const char raw : bytes) {
        const auto& pair = hex_pairs[static_cast<unsigned char>(raw)];
        out.append(pair.data(), pair.size());
    }
}

std::string from_hex(std::string_view digits) {
    const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    std::string bytes;
    if (digits.size() % 2 != 0) return bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = value(digits[i]);
        const int low = value(digits[i + 1]);
        if (high < 0 || low < 0) return {};
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
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

HmacKey::HmacKey()
    : md_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), inner_(EVP_MD_CTX_new()), outer_(EVP_MD_CTX_new()) {
    require(md_ && inner_ && outer_);
    set({});
}

void HmacKey::begin(EVP_MD_CTX* context, std::string_view key, unsigned char pad) {
    std::array<unsigned char, 64> block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= static_cast<unsigned char>(key[i]);
    const bool ok = EVP_DigestInit_ex2(context, md_.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context, block.data(), block.size()) == 1;
    OPENSSL_cleanse(block.data(), block.size());
    require(ok);
}

void HmacKey::set(std::string_view key) {
    Digest hashed{};
    if (key.size() > 64) {
        hashed = Sha256()(key);
        key = as_text(hashed);
    }
    begin(inner_.get(), key, 0x36);
    begin(outer_.get(), key, 0x5c);
    OPENSSL_cleanse(hashed.data(), hashed.size());
}

Digest HmacKey::operator()(std::string_view text, EVP_MD_CTX* work) const {
    Digest digest;
    unsigned size = 0;
    require(EVP_MD_CTX_copy_ex(work, inner_.get()) == 1 &&
            EVP_DigestUpdate(work, text.data(), text.size()) == 1 &&
            EVP_DigestFinal_ex(work, digest.data(), &size) == 1 &&
            EVP_MD_CTX_copy_ex(work, outer_.get()) == 1 &&
            EVP_DigestUpdate(work, digest.data(), digest.size()) == 1 &&
            EVP_DigestFinal_ex(work, digest.data(), &size) == 1);
    return digest;
}

HmacSha256::HmacSha256() : work_(EVP_MD_CTX_new()) { require(work_ != nullptr); }

}  // namespace botocraft::auth
