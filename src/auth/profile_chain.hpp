#pragma once
// What a profile says about how to get credentials: a plan, made without any I/O.

#include <botocraft/credentials.hpp>
#include <config/profile_file.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace botocraft::auth {

enum class CredentialSource : unsigned char { environment, instance, container };

struct ProcessSource {
    std::string command;
    std::string account_id;
};
struct LoginSource {
    std::string session;
};

// Where the first credentials come from, and the roles that are taken with them, one after the other.
struct ProfileChain {
    std::variant<Credentials, CredentialSource, WebIdentity, SsoRole, LoginSource, ProcessSource> base;
    std::vector<AssumeRole> roles;
};

// Throws CredentialsError: credentials_not_found where the profile, or a profile of that name, has nothing to say about
// credentials, and otherwise where what it says cannot be used.
[[nodiscard]] ProfileChain plan_chain(const config::ProfileFiles& files, const std::string& profile);

// The SSO settings of a profile, those of its [sso-session] among them. Throws CredentialsError.
[[nodiscard]] SsoRole sso_role(const config::ProfileFiles& files, const std::string& profile);

}  // namespace botocraft::auth
