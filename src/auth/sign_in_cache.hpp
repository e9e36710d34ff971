#pragma once
// The files in which `aws sso login` and `aws login` leave what a person signed in for.

#include "auth/secret_json.hpp"

#include <botocraft/environment.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace botocraft::auth {

// ~/.aws/sso/cache/<SHA-1 of the session's name, or of the start URL>.json
[[nodiscard]] std::string sso_cache_path(const Environment& environment, std::string_view key);
// ~/.aws/login/cache/<SHA-256 of the login session>.json; the folder may be named by code or a variable.
[[nodiscard]] std::string login_cache_path(const Environment& environment, std::string_view key,
                                           const std::optional<std::string>& named = {});

// Throws CredentialsError where the file is not there or is no JSON object; `advice` says how to get a good one.
[[nodiscard]] SecretJson read_sign_in(const Environment& environment, const std::string& path, std::string_view advice);

// Other programs share the file. It is a cache: where it cannot be written, what was renewed is lost with its refresh token,
// and the next renewal shows the old one.
void write_sign_in(const Environment& environment, const std::string& path, const SecretJson& document);

// What to add to the error of a renewal that was refused: the reason may be that one.
[[nodiscard]] std::string advice_on_keeping(const std::string& path);

}  // namespace botocraft::auth
