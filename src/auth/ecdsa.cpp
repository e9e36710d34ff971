#include <auth/ecdsa.hpp>

#include <auth/hash.hpp>

#include <botocraft/error.hpp>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <utility>

namespace botocraft::auth {

namespace {

template <class T, auto Release>
using Owned = std::unique_ptr<T, FreeWith<Release>>;
using Number = Owned<BIGNUM, BN_clear_free>;
using Group = Owned<EC_GROUP, EC_GROUP_free>;
using Point = Owned<EC_POINT, EC_POINT_free>;

constexpr std::size_t coordinate_size = 32;
constexpr std::size_t point_size = 1 + 2 * coordinate_size;
using PointBytes = std::array<unsigned char, point_size>;  // 4, x, y: the uncompressed form

void require(bool ok) {
    if (ok) return;
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = "CryptographyUnavailable";
    details.explanation = "OpenSSL could not compute with the curve P-256, without which no request can be signed for "
                          "several regions: check the OpenSSL configuration of this machine (openssl.cnf, OPENSSL_CONF)";
    throw_error(std::move(details));
}

const unsigned char* bytes(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Group p256() {
    Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    require(group != nullptr);
    return group;
}

// `secret` may be null: a public key only.
EVP_PKEY* make_key(const BIGNUM* secret, const PointBytes& point) {
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
    require(builder != nullptr &&
            OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1 &&
            (secret == nullptr || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1));
    const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    require(parameters != nullptr && context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1 &&
            EVP_PKEY_fromdata(context.get(), &key, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1);
    return key;
}

// The key derivation of NIST SP 800-108 in counter mode, with HMAC-SHA-256 and one round: what comes of it is a private
// key unless it is too large for the curve; then the counter in the context goes up.
Number derive_private(std::string_view access_key_id, const Secret& secret_access_key, const EC_GROUP* group) {
    constexpr std::string_view prefix = "AWS4A";
    std::string key;
    key.reserve(prefix.size() + secret_access_key.reveal().size());
    key.append(prefix).append(secret_access_key.reveal());
    HmacSha256 hmac;
    hmac.set_key(key);
    OPENSSL_cleanse(key.data(), key.size());

    const Number largest(BN_dup(EC_GROUP_get0_order(group)));  // the order less two
    require(largest != nullptr && BN_sub_word(largest.get(), 2) == 1);
    std::string input;
    for (unsigned counter = 1; counter < 255; ++counter) {
        using namespace std::string_view_literals;
        input.assign("\0\0\0\1"sv).append("AWS4-ECDSA-P256-SHA256\0"sv);
        input.append(access_key_id).append(1, static_cast<char>(counter));
        input.append("\0\0\1\0"sv);  // the bits that are wanted
        Digest candidate = hmac(input);
        Number number(BN_secure_new());
        require(number != nullptr && BN_bin2bn(candidate.data(), candidate.size(), number.get()) != nullptr);
        OPENSSL_cleanse(candidate.data(), candidate.size());
        if (BN_cmp(number.get(), largest.get()) > 0) continue;
        require(BN_add_word(number.get(), 1) == 1);
        return number;
    }
    require(false);
    return nullptr;
}

}  // namespace

EcdsaKey EcdsaKey::derive(std::string_view access_key_id, const Secret& secret_access_key) {
    const Group group = p256();
    const Number secret = derive_private(access_key_id, secret_access_key, group.get());
    const Point point(EC_POINT_new(group.get()));
    PointBytes encoded{};
    require(point != nullptr && EC_POINT_mul(group.get(), point.get(), secret.get(), nullptr, nullptr, nullptr) == 1 &&
            EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(),
                               nullptr) == encoded.size());
    return EcdsaKey(Key(make_key(secret.get(), encoded)));
}

EcdsaKey EcdsaKey::from_public(std::string_view x, std::string_view y) {
    require(x.size() == coordinate_size && y.size() == coordinate_size);
    PointBytes encoded{4};
    std::copy(x.begin(), x.end(), encoded.begin() + 1);
    std::copy(y.begin(), y.end(), encoded.begin() + 1 + coordinate_size);
    return EcdsaKey(Key(make_key(nullptr, encoded)));
}

std::string EcdsaKey::sign(std::string_view text) const {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    std::size_t size = signature.size();
    require(context != nullptr &&
            EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key_.get(), nullptr) == 1 &&
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes(text),
                           text.size()) == 1);
    signature.resize(size);
    return signature;
}

bool EcdsaKey::verify(std::string_view text, std::string_view signature) const {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    require(context != nullptr &&
            EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key_.get(), nullptr) == 1);
    // What is said about a signature of no valid form must not be taken for an error of the next TLS operation.
    ERR_set_mark();
    const bool valid = EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
    ERR_pop_to_mark();
    return valid;
}

std::string EcdsaKey::public_point() const {
    PointBytes encoded{};
    std::size_t size = 0;
    require(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size(), &size) ==
                1 &&
            size == point_size && encoded[0] == 4);
    return {reinterpret_cast<const char*>(encoded.data()) + 1, point_size - 1};
}

}  // namespace botocraft::auth
