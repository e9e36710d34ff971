#pragma once
// Where the agent of a container is asked for credentials.

#include "auth/plain_http.hpp"

#include <botocraft/environment.hpp>

namespace botocraft::auth {

// Throws CredentialsError: credentials_not_found where no variable says it, and otherwise where what is said cannot be
// used: tokens go to this URL, so it must be https, this machine, or an address that AWS gives to its agents.
[[nodiscard]] Url container_url(const Environment& environment);

}  // namespace botocraft::auth
