#pragma once
// DPoP (RFC 9449): a signed statement that who sends a request holds the key that a token was given for.

#include <botocraft/credentials.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace botocraft::auth {

// The value of the DPoP header of a POST: a JWT signed with ES256. `key` is a P-256 private key in PEM. Throws
// CredentialsError where it is not.
[[nodiscard]] std::string proof_of_possession(std::string_view key, std::string_view url, std::string_view unique_id,
                                              std::chrono::system_clock::time_point now);

}  // namespace botocraft::auth
