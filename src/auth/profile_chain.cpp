#include "auth/profile_chain.hpp"

#include "auth/problem.hpp"
#include "auth/selected_profile.hpp"
#include "config/names.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace botocraft::auth {

namespace {

namespace names = config::names;

constexpr std::string_view invalid = "InvalidProfile";

// A profile and its name; what it says, and how to complain about it.
class Reader {
  public:
    Reader(const config::ProfileFiles& files, const config::Section& section, const std::string& name)
        : files_(files), section_(section), name_(name) {}

    [[nodiscard]] std::string operator()(const config::Setting& setting) const {
        return std::string(value_of(section_, setting.key));
    }
    [[nodiscard]] bool has(const config::Setting& setting) const { return !value_of(section_, setting.key).empty(); }
    [[nodiscard]] bool has_static_keys() const { return has(names::access_key_id) || has(names::secret_access_key); }

    [[noreturn]] void refuse(const std::string& what) const { fail(invalid, "profile `" + name_ + "`: " + what); }

    [[nodiscard]] Credentials static_keys() const {
        for (const auto* setting : {&names::access_key_id, &names::secret_access_key}) {
            if (!has(*setting)) {
                fail("PartialCredentials", "profile missing " + std::string(setting->key) + ": \"" + name_ +
                                               "\" has only the other half of a key: add it");
            }
        }
        Credentials found((*this)(names::access_key_id), Secret(value_of(section_, names::secret_access_key.key)),
                          Secret(value_of(section_, names::session_token.key)));
        found.account_id = (*this)(names::account_id);
        found.source = "profile " + name_;
        return found;
    }

    [[nodiscard]] AssumeRole role() const {
        AssumeRole role;
        role.role_arn = (*this)(names::role_arn);
        role.session_name = (*this)(names::role_session_name);
        role.external_id = (*this)(names::external_id);
        role.mfa_serial = (*this)(names::mfa_serial);
        if (const std::string text = (*this)(names::duration_seconds); !text.empty()) role.duration = seconds(text);
        return role;
    }

    // Nothing where the profile has none of the forms.
    [[nodiscard]] std::optional<decltype(ProfileChain::base)> base() const {
        if (has(names::web_identity_token_file)) return web_identity();
        if (has(names::sso_session) || has(names::sso_account_id) || has(names::sso_role_name)) {
            return sso_role(files_, name_);
        }
        if (has_static_keys()) return static_keys();
        if (has(names::login_session)) return LoginSource{(*this)(names::login_session)};
        if (has(names::credential_process)) {
            return ProcessSource{(*this)(names::credential_process), (*this)(names::account_id)};
        }
        return std::nullopt;
    }

    // Of a role that nobody takes by a profile.
    [[nodiscard]] CredentialSource named_source() const {
        const std::string source = (*this)(names::credential_source);
        if (source == "Environment") return CredentialSource::environment;
        if (source == "Ec2InstanceMetadata") return CredentialSource::instance;
        if (source == "EcsContainer") return CredentialSource::container;
        refuse("credential_source is \"" + source + "\": it must be Environment, Ec2InstanceMetadata or EcsContainer");
    }

  private:
    [[nodiscard]] WebIdentity web_identity() const {
        if (!has(names::role_arn)) {
            refuse("`web_identity_token_file` was specified but `role_arn` was missing: add it to this profile");
        }
        WebIdentity identity;
        identity.role_arn = (*this)(names::role_arn);
        identity.token_file = (*this)(names::web_identity_token_file);
        identity.session_name = (*this)(names::role_session_name);
        return identity;
    }

    [[nodiscard]] std::chrono::seconds seconds(const std::string& text) const {
        int value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < 1) {
            refuse("duration_seconds is \"" + text + "\": it must be a whole number");
        }
        return std::chrono::seconds(value);
    }

    const config::ProfileFiles& files_;
    const config::Section& section_;
    const std::string& name_;
};

const config::Section& find_profile(const config::ProfileFiles& files, const std::string& name,
                                    const std::vector<std::string>& path) {
    if (const config::Section* found = files.profile(name)) return *found;
    if (!path.empty()) {
        fail(invalid, "could not find source profile " + name + " referenced from " + path.back() + ": add [profile " +
                          name + "], or correct source_profile");
    }
    if (files.profiles.empty()) not_found("No profiles were defined");
    not_found("there is no profile \"" + name + "\"");
}

std::string joined(const std::vector<std::string>& path, const std::string& last) {
    std::string text;
    for (const std::string& name : path) text += name + " -> ";
    return text + last;
}

}  // namespace

SsoRole sso_role(const config::ProfileFiles& files, const std::string& profile) {
    const config::Section& section = find_profile(files, profile, {});
    const Reader read(files, section, profile);
    SsoRole role;
    role.session = read(names::sso_session);
    role.account_id = read(names::sso_account_id);
    role.role_name = read(names::sso_role_name);
    role.region = read(names::sso_region);
    role.start_url = read(names::sso_start_url);
    if (role.role_name.empty() != role.account_id.empty()) {
        read.refuse(role.account_id.empty() ? "if `sso_role_name` is set, then `sso_account_id` must also be set"
                                            : "if `sso_account_id` is set, then `sso_role_name` must also be set");
    }
    if (!role.session.empty()) {
        const auto session = files.sso_sessions.find(role.session);
        if (session == files.sso_sessions.end()) {
            read.refuse("sso-session named `" + role.session + "` (referenced by profile `" + profile +
                        "`) was not found: add [sso-session " + role.session + "]");
        }
        const auto take = [&](std::string& value, const config::Setting& setting) {
            const std::string_view shared = value_of(session->second, setting.key);
            if (!value.empty() && value != shared) {
                read.refuse("`" + std::string(setting.key) +
                            "` can only be specified in the [sso-session] config when a session name is given: remove it "
                            "from the profile");
            }
            value = shared;
        };
        take(role.region, names::sso_region);
        take(role.start_url, names::sso_start_url);
    }
    if (role.region.empty()) read.refuse("sso_region is missing");
    if (role.start_url.empty()) read.refuse("sso_start_url is missing");
    return role;
}

ProfileChain plan_chain(const config::ProfileFiles& files, const std::string& profile) {
    ProfileChain chain;
    std::vector<std::string> path;
    std::string name = profile;
    for (;;) {
        const bool again = std::find(path.begin(), path.end(), name) != path.end();
        if (again && path.back() != name) {
            fail(invalid, "profile formed an infinite loop through source_profile: " + joined(path, name));
        }
        const config::Section& section = find_profile(files, name, path);
        const Reader read(files, section, name);
        // A profile that is the source of another, or of itself, gives its keys rather than its role.
        const bool is_source = !path.empty();
        const bool has_role = read.has(names::role_arn) && !read.has(names::web_identity_token_file);
        if (again || !has_role || (is_source && read.has_static_keys())) {
            std::optional<decltype(ProfileChain::base)> base;
            if (is_source && read.has_static_keys()) {
                base = read.static_keys();
            } else if (!again) {
                base = read.base();
            }
            if (!base) {
                const std::string what = "profile `" + name + "` did not contain credential information";
                if (is_source) fail(invalid, what + ", although " + path.back() + " takes its role with it");
                not_found(what);
            }
            chain.base = *std::move(base);
            break;
        }
        chain.roles.push_back(read.role());
        if (read.has(names::source_profile) && read.has(names::credential_source)) {
            read.refuse("profile contained both source_profile and credential_source: remove one");
        }
        if (read.has(names::credential_source)) {
            chain.base = read.named_source();
            break;
        }
        if (!read.has(names::source_profile)) {
            read.refuse("profile must contain `source_profile` or `credential_source` beside role_arn: it says who takes "
                        "the role");
        }
        path.push_back(name);
        name = read(names::source_profile);
    }
    std::reverse(chain.roles.begin(), chain.roles.end());
    return chain;
}

}  // namespace botocraft::auth
