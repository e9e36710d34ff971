#include "auth/sign_in_cache.hpp"

#include "auth/problem.hpp"
#include "config/names.hpp"
#include "config/profile_file.hpp"
#include "config/wipe.hpp"

#include <openssl/evp.h>

#include <array>

namespace botocraft::auth {

namespace {

std::string hex_digest(const char* algorithm, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, algorithm, nullptr, text.data(), text.size(), digest.data(), &size) != 1) {
        fail("DigestUnavailable", std::string("OpenSSL does not provide ") + algorithm +
                                      ", which names the files of signed-in sessions");
    }
    std::string hex;
    for (std::size_t i = 0; i < size; ++i) {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 15];
    }
    return hex;
}

std::string aws_folder(const Environment& environment) { return config::home_directory(environment) + "/.aws/"; }

}  // namespace

std::string sso_cache_path(const Environment& environment, std::string_view key) {
    return aws_folder(environment) + "sso/cache/" + hex_digest("SHA1", key) + ".json";
}

std::string login_cache_path(const Environment& environment, std::string_view key,
                             const std::optional<std::string>& named) {
    std::string folder = named ? *named : variable(environment, config::names::login_cache.variable);
    folder = folder.empty() ? aws_folder(environment) + "login/cache" : config::expand_home(folder, environment);
    return folder + "/" + hex_digest("SHA256", key) + ".json";
}

SecretJson read_sign_in(const Environment& environment, const std::string& path, std::string_view advice) {
    auto text = environment.read_file(path);
    if (!text) {
        fail("SignInRequired", "nobody is signed in: failed to read `" + path + "`: No such file or directory: " +
                                   std::string(advice));
    }
    SecretJson document(*text);
    config::wipe(*text);
    if (!document.valid()) {
        fail("SignInInvalid", "the file " + path + " is not what signing in leaves there: " + std::string(advice));
    }
    return document;
}

void write_sign_in(const Environment& environment, const std::string& path, const SecretJson& document) {
    const Secret text = document.serialize();
    static_cast<void>(environment.write_private_file(path, text.reveal()));
}

std::string advice_on_keeping(const std::string& path) {
    return ". What is renewed is kept in " + path + ", and is lost where this program may not write there";
}

}  // namespace botocraft::auth
