#pragma once
// The profile that a provider reads.

#include <botocraft/credentials.hpp>
#include <config/profile_file.hpp>

#include <string>
#include <string_view>

namespace botocraft::auth {

struct SelectedProfile {
    SelectedProfile() = default;
    SelectedProfile(SelectedProfile&&) = default;
    SelectedProfile& operator=(SelectedProfile&&) = delete;
    ~SelectedProfile();  // overwrites secrets

    config::ProfileFiles files;
    std::string name;
    bool named = false;  // by code or AWS_PROFILE, not by default

    // Null where there is none of that name.
    [[nodiscard]] const config::Section* section() const { return files.profile(name); }
    // The value of a property, or nothing; blanks count as nothing.
    [[nodiscard]] std::string_view value(std::string_view key) const;
    [[nodiscard]] std::string places() const;  // both files, for messages
};

// `profile` comes before what the context and the environment say. Throws ConfigurationError where a file is no good.
[[nodiscard]] SelectedProfile select_profile(const CredentialsContext& context, const std::string& profile = {});

// The value of a property of a section, or nothing.
[[nodiscard]] std::string_view value_of(const config::Section& section, std::string_view key);

}  // namespace botocraft::auth
