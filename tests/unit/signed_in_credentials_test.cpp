// The providers of credentials for people who signed in: with IAM Identity Center, and with `aws login`. Their tokens are read,
// renewed, and kept for other programs.
#include "credential_world.hpp"

#include <auth/bearer_token.hpp>
#include <auth/sign_in_cache.hpp>

#include "catch.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace credential_world;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

// --- people ----------------------------------------------------------------------------------------------------------

namespace {

struct SignedIn : Providers {
    SignedIn() {
        config("[default]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = reader\n"
               "[sso-session dev]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n");
        script("GET /federation/credentials", {});
    }
    void sign_in(std::string_view end, std::string_view more = R"(,"refreshToken":"refresh-1","clientId":"c","clientSecret":"s",)"
                                                               R"("registrationExpiresAt":"2016-01-01T00:00:00Z","other":1)") {
        environment->add_file(path, R"({"accessToken":"access-1","expiresAt":")" + std::string(end) + "\"" + std::string(more) + "}");
    }
    void script_portal(int status = 200) {
        script("GET /federation/credentials?role_name=reader&account_id=123456789012",
               {answer(status, R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"sso-secret",)"
                               R"("sessionToken":"sso-token","expiration":1440941760000}})")});
    }
    const std::string path = auth::sso_cache_path(*environment, "dev");
};

}  // namespace

TEST_CASE_METHOD(SignedIn, "a token that lives is used as it is") {
    sign_in("2015-08-30T18:00:00Z");
    script_portal();
    const Credentials found = resolve(profile_credentials());
    CHECK(found.access_key_id == "ASIASSO");
    CHECK(found.account_id == "123456789012");
    CHECK(found.expiration == clock->now() + 1h);
    CHECK(transport->requests().size() == 1);
    CHECK(transport->last().header("x-amz-sso_bearer_token") == "access-1");
    CHECK(transport->last().origin.host == "portal.sso.eu-west-1.amazonaws.com");
    CHECK(transport->last().header("authorization").empty());
}

TEST_CASE_METHOD(SignedIn, "a token near its end is renewed, and kept for other programs") {
    sign_in("2015-08-30T12:40:00Z");
    script_portal();
    script("POST /token", {answer(200, R"({"accessToken":"access-2","expiresIn":3600,"refreshToken":"refresh-2"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIASSO");
    CHECK(transport->requests().front().origin.host == "oidc.eu-west-1.amazonaws.com");
    CHECK(transport->requests().front().json().at("refreshToken") == "refresh-1");
    CHECK(transport->requests().front().json().at("grantType") == "refresh_token");
    CHECK(transport->last().header("x-amz-sso_bearer_token") == "access-2");
    const auto kept = fake::json::parse(*environment->read_file(path)).as_object();
    CHECK(kept.at("accessToken") == "access-2");
    CHECK(kept.at("refreshToken") == "refresh-2");
    CHECK(kept.at("expiresAt") == "2015-08-30T13:36:00Z");
    CHECK(kept.at("other") == 1);  // what others keep there stays
}

TEST_CASE_METHOD(SignedIn, "a token that cannot be renewed serves for as long as it lives") {
    sign_in("2015-08-30T12:40:00Z");
    script_portal();
    script("POST /token", {answer(400, R"({"error":"invalid_grant"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIASSO");
    CHECK(transport->last().header("x-amz-sso_bearer_token") == "access-1");
    sign_in("2015-08-30T12:00:00Z");
    const Error error = failure(profile_credentials());
    CHECK(error.kind() == ErrorKind::credentials);
    CHECK_THAT(error.what(), Contains("renewing") && Contains("aws sso login --sso-session dev") && Contains("kept in " + path) &&
                                 !Contains("refresh-1") && !Contains("access-1"));
    sign_in("2015-08-30T12:00:00Z", "");
    CHECK(failure(profile_credentials()).code() == "SignInRequired");
}

TEST_CASE_METHOD(SignedIn, "files of signing in that are no good") {
    CHECK(failure(profile_credentials()).code() == "SignInRequired");
    environment->add_file(path, "{");
    CHECK(failure(profile_credentials()).code() == "SignInInvalid");
    environment->add_file(path, R"({"accessToken":"access-1"})");
    CHECK(failure(profile_credentials()).code() == "SignInInvalid");
    sign_in("2015-08-30T18:00:00Z");
    script_portal(401);
    CHECK_THAT(failure(profile_credentials()).what(), Contains("aws sso login"));
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(Providers, "a bearer token for one service") {
    environment->set("AWS_BEARER_TOKEN_BEDROCK", "bearer");
    const CredentialsContext with = context();
    const auth::BearerToken token = run(auth::find_bearer_token(with, "bedrock"));
    CHECK(token.token.reveal() == "bearer");
    CHECK_THROWS_AS(run(auth::find_bearer_token(with, "other")), CredentialsError);
}

// --- aws login -------------------------------------------------------------------------------------------------------

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    REQUIRE(PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::vector<unsigned char> from_base64_url(std::string text) {
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    const std::size_t padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    REQUIRE(size >= 0);
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

fake::json::object json_part(const std::string& text) {
    const auto bytes = from_base64_url(text);
    return fake::json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).as_object();
}

struct LoggedIn : Providers {
    LoggedIn() { config("[default]\nlogin_session = arn:aws:iam::123456789012:user/alice\n"); }

    void log_in(std::string_view end) {
        fake::json::object keys{{"accessKeyId", "ASIALOGIN1"}, {"secretAccessKey", "login-secret"}, {"sessionToken", "t1"},
                                {"accountId", "123456789012"}, {"expiresAt", end}};
        fake::json::object file{{"accessToken", keys}, {"refreshToken", "refresh-1"}, {"clientId", "c"},
                                {"dpopKey", pem_of(key.get())}};
        environment->add_file(path, fake::json::serialize(file));
    }

    Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    const std::string path = auth::login_cache_path(*environment, "arn:aws:iam::123456789012:user/alice");
};

}  // namespace

TEST_CASE_METHOD(LoggedIn, "the keys of `aws login` are used as they are while they live") {
    log_in("2015-08-30T18:00:00Z");
    const Credentials found = resolve(default_credentials());
    CHECK(found.access_key_id == "ASIALOGIN1");
    CHECK(found.account_id == "123456789012");
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(LoggedIn, "the keys of `aws login` are renewed with a proof that the key is held") {
    log_in("2015-08-30T12:38:00Z");
    script("POST /v1/token",
           {answer(200, R"({"accessToken":{"accessKeyId":"ASIALOGIN2","secretAccessKey":"s2","sessionToken":"t2"},)"
                        R"("tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"refresh-2"})")});
    const Credentials found = resolve(profile_credentials());
    CHECK(found.access_key_id == "ASIALOGIN2");
    CHECK(found.expiration == clock->now() + 15min);
    CHECK(found.account_id == "123456789012");
    CHECK(transport->last().origin.host == "us-east-1.signin.aws.amazon.com");
    CHECK(transport->last().json().at("refreshToken") == "refresh-1");
    CHECK_FALSE(transport->last().origin.proxy);
    CHECK(transport->last().secret);
    const auto kept = fake::json::parse(*environment->read_file(path)).as_object();
    CHECK(kept.at("refreshToken") == "refresh-2");
    CHECK(kept.at("accessToken").at("secretAccessKey") == "s2");

    const std::string proof = transport->last().header("dpop");
    const std::size_t first = proof.find('.'), second = proof.rfind('.');
    const fake::json::object header = json_part(proof.substr(0, first));
    const fake::json::object payload = json_part(proof.substr(first + 1, second - first - 1));
    CHECK(header.at("typ") == "dpop+jwt");
    CHECK(header.at("alg") == "ES256");
    CHECK(header.at("jwk").at("crv") == "P-256");
    CHECK(payload.at("htm") == "POST");
    CHECK(payload.at("htu") == "https://us-east-1.signin.aws.amazon.com/v1/token");
    CHECK(payload.at("iat") == 1440938160);
    CHECK(payload.at("jti").as_string().size() == 36);
    // The signature is that of the key in the header.
    std::vector<unsigned char> point{4};
    for (const char* name : {"x", "y"}) {
        const auto bytes = from_base64_url(std::string(header.at("jwk").at(name).as_string()));
        point.insert(point.end(), bytes.begin(), bytes.end());
    }
    std::vector<unsigned char> held(point.size());
    std::size_t held_size = 0;
    EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, held.data(), held.size(), &held_size);
    CHECK(held == point);
    const auto pair = from_base64_url(proof.substr(second + 1));
    REQUIRE(pair.size() == 64);
    ECDSA_SIG* signature = ECDSA_SIG_new();
    ECDSA_SIG_set0(signature, BN_bin2bn(pair.data(), 32, nullptr), BN_bin2bn(pair.data() + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int der_size = i2d_ECDSA_SIG(signature, &der);
    ECDSA_SIG_free(signature);
    EVP_MD_CTX* verifying = EVP_MD_CTX_new();
    REQUIRE(EVP_DigestVerifyInit(verifying, nullptr, EVP_sha256(), nullptr, key.get()) == 1);
    CHECK(EVP_DigestVerify(verifying, der, static_cast<std::size_t>(der_size),
                           reinterpret_cast<const unsigned char*>(proof.data()), second) == 1);
    EVP_MD_CTX_free(verifying);
    OPENSSL_free(der);
}

TEST_CASE_METHOD(LoggedIn, "a login is renewed by the way that other calls go, in the folder that code names") {
    environment->set("HTTPS_PROXY", "http://proxy.example:3128");
    log_in("2015-08-30T12:38:00Z");
    const std::string elsewhere =
        auth::login_cache_path(*environment, "arn:aws:iam::123456789012:user/alice", "~/other");
    CHECK(elsewhere.starts_with("/h/other/"));
    environment->add_file(elsewhere, *environment->read_file(path)).add_file(path, "{}");
    options.login_cache = "~/other";
    script("POST /v1/token", {answer(400, R"({"error":"TOKEN_EXPIRED","message":"over"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIALOGIN1");
    REQUIRE(transport->last().origin.proxy);
    CHECK(transport->last().origin.proxy->host == "proxy.example");
}

TEST_CASE_METHOD(LoggedIn, "a login that is not renewed serves for as long as it lives") {
    log_in("2015-08-30T12:38:00Z");
    script("POST /v1/token", {answer(400, R"({"error":"TOKEN_EXPIRED","message":"over"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIALOGIN1");
    log_in("2015-08-30T12:00:00Z");
    const Error error = failure(profile_credentials());
    CHECK(error.code() == "SignInRequired");
    CHECK_THAT(error.what(), Contains("aws login") && Contains("kept in " + path) && !Contains("refresh-1") && !Contains("login-secret"));
    script("POST /v1/token", {answer(200, "{}")});
    CHECK(failure(profile_credentials()).code() == "InvalidCredentials");
    environment->add_file(path, "{}");
    CHECK_THAT(failure(profile_credentials()).what(), Contains("lacks refreshToken"));
}
