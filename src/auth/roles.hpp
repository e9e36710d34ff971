#pragma once
// Taking roles through AWS STS.

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>

namespace botocraft::auth {

// `context` must live until these complete. Throw CredentialsError.
[[nodiscard]] awaitable<Credentials> assume_role(const CredentialsContext& context, AssumeRole role, Credentials source);
[[nodiscard]] awaitable<Credentials> assume_role(const CredentialsContext& context, WebIdentity identity);

}  // namespace botocraft::auth
