#pragma once
// Where the agent of a container is asked for credentials.

#include "auth/plain_http.hpp"

#include <botocraft/environment.hpp>

#include <string>

namespace botocraft::auth {

// What code says (a path of ECS's agent or a URL), else the environment. Throws CredentialsError: credentials_not_found
// where nobody says it, and otherwise where what is said cannot be used: tokens go to this URL, so it must be https, this
// machine, or an address that AWS gives to its agents.
[[nodiscard]] Url container_url(const Environment& environment, const std::string& in_code = {});

}  // namespace botocraft::auth
