#pragma once
// Bearer tokens: what some services take instead of a signature, and what IAM Identity Center gives credentials for.

#include <auth/renewed.hpp>

#include <botocraft/awaitable.hpp>
#include <botocraft/bearer_token.hpp>
#include <botocraft/credentials.hpp>

#include <string>
#include <string_view>

namespace botocraft::auth {

using botocraft::BearerToken;

// Whether a token was set for this one service, in code or in AWS_BEARER_TOKEN_<SIGNING_NAME>. No I/O.
[[nodiscard]] bool has_own_token(const CredentialsContext& context, std::string_view signing_name);

// The first of code, AWS_BEARER_TOKEN_<SIGNING_NAME> and the sso_session of the profile. Where code names a profile, the
// variable is not asked. `context` must live until this completes. Throws CredentialsError; with the code
// credentials_not_found where there is none.
[[nodiscard]] awaitable<BearerToken> find_bearer_token(const CredentialsContext& context, std::string signing_name);

// The same for a session: found once for all who wait, and again before it expires.
[[nodiscard]] Renewed<BearerToken> keep_bearer_token(CredentialsContext context, std::string signing_name);

// The token of a person who signed in with `aws sso login`. Only `session`, `start_url` and `region` of the role
// matter. With a session it is renewed when it has little time left.
[[nodiscard]] awaitable<BearerToken> find_sso_token(const CredentialsContext& context, SsoRole role);

}  // namespace botocraft::auth
