#pragma once
// Bearer tokens: what some services take instead of a signature, and what IAM Identity Center gives credentials for.

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::auth {

struct BearerToken {
    Secret token;
    std::optional<std::chrono::system_clock::time_point> expiration;
    std::string source;
};

// What AWS_BEARER_TOKEN_<SIGNING_NAME> says; empty where it is not set. Throws CredentialsError for what can be no token.
[[nodiscard]] Secret environment_token(const Environment& environment, std::string_view signing_name);

// AWS_BEARER_TOKEN_<SIGNING_NAME>, then the sso_session of the profile. `context` must live until this completes.
// Throws CredentialsError; with the code credentials_not_found where there is none.
[[nodiscard]] awaitable<BearerToken> find_bearer_token(const CredentialsContext& context, std::string signing_name);

// The token of a person who signed in with `aws sso login`. Only `session`, `start_url` and `region` of the role
// matter. With a session it is renewed when it has little time left.
[[nodiscard]] awaitable<BearerToken> find_sso_token(const CredentialsContext& context, SsoRole role);

}  // namespace botocraft::auth
