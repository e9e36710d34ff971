#include "auth/proof_of_possession.hpp"

#include "auth/hash.hpp"
#include "auth/problem.hpp"
#include "protocol/base64.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace botocraft::auth {

namespace {

template <class T, auto Free>
using Owned = std::unique_ptr<T, FreeWith<Free>>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Number = Owned<BIGNUM, BN_clear_free>;

constexpr int coordinate_size = 32;
using Coordinate = std::array<unsigned char, coordinate_size>;

[[noreturn]] void refuse_key() {
    fail("SignInInvalid", "the key (dpopKey) that `aws login` left is no P-256 private key in PEM: sign in again with "
                          "`aws login`");
}

std::string base64_url(std::span<const unsigned char> bytes) {
    std::string text = protocol::base64(std::as_bytes(bytes));
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (text.ends_with('=')) text.pop_back();
    return text;
}

std::string base64_url(std::string_view text) {
    return base64_url(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

Key read_key(std::string_view pem) {
    const Owned<BIO, BIO_free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) throw std::bad_alloc();
    // Never asks at a terminal for a password.
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
    if (!key || EVP_PKEY_is_a(key.get(), "EC") != 1 || EVP_PKEY_get_bits(key.get()) != 256) refuse_key();
    return key;
}

Coordinate coordinate(const EVP_PKEY* key, const char* name) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) refuse_key();
    const Number number(raw);
    Coordinate bytes;
    if (BN_bn2binpad(number.get(), bytes.data(), coordinate_size) != coordinate_size) refuse_key();
    return bytes;
}

// The two numbers of a signature, one after the other, instead of OpenSSL's DER.
std::string sign(EVP_PKEY* key, std::string_view text) {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key, nullptr) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) {
        refuse_key();
    }
    std::vector<unsigned char> der(size);
    if (EVP_DigestSign(context.get(), der.data(), &size, bytes, text.size()) != 1) refuse_key();
    const unsigned char* at = der.data();
    const Owned<ECDSA_SIG, ECDSA_SIG_free> signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
    if (!signature) refuse_key();
    std::array<unsigned char, 2 * coordinate_size> pair;
    if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), pair.data(), coordinate_size) != coordinate_size ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), pair.data() + coordinate_size, coordinate_size) !=
            coordinate_size) {
        refuse_key();
    }
    return base64_url(pair);
}

}  // namespace

std::string proof_of_possession(std::string_view pem, std::string_view url, std::string_view unique_id,
                                std::chrono::system_clock::time_point now) {
    const Key key = read_key(pem);
    const Coordinate x = coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_X);
    const Coordinate y = coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y);
    boost::json::object public_key;
    public_key["kty"] = "EC";
    public_key["x"] = base64_url(x);
    public_key["y"] = base64_url(y);
    public_key["crv"] = "P-256";
    boost::json::object header;
    header["typ"] = "dpop+jwt";
    header["alg"] = "ES256";
    header["jwk"] = std::move(public_key);
    boost::json::object payload;
    payload["htm"] = "POST";
    payload["htu"] = boost::json::string(url.data(), url.size());
    payload["iat"] = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    payload["jti"] = boost::json::string(unique_id.data(), unique_id.size());
    std::string token = base64_url(boost::json::serialize(header)) + '.' + base64_url(boost::json::serialize(payload));
    token += '.' + sign(key.get(), token);
    return token;
}

}  // namespace botocraft::auth
