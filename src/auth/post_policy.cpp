#include <auth/post_policy.hpp>

namespace botocraft::auth {

std::string sign_policy(std::string_view encoded, const Scope& scope, const Credentials& credentials, SigningKeys& keys) {
    const auto key = keys.hmac(credentials, scope);
    HmacSha256 hmac;
    return std::string(view(to_hex(hmac(encoded, *key))));
}

}  // namespace botocraft::auth
