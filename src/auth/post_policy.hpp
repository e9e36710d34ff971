#pragma once
// The signature of a policy, which is what S3 checks of a posted form.

#include <auth/signing_keys.hpp>

#include <botocraft/credentials.hpp>

#include <string>
#include <string_view>

namespace botocraft::auth {

// `encoded`: the policy in base64, which is what is signed. Hexadecimal.
[[nodiscard]] std::string sign_policy(std::string_view encoded, const Scope& scope, const Credentials& credentials,
                                      SigningKeys& keys);

}  // namespace botocraft::auth
