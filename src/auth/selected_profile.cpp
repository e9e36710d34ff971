#include "auth/selected_profile.hpp"

#include "auth/problem.hpp"
#include "config/names.hpp"
#include "config/wipe.hpp"

namespace botocraft::auth {

std::string_view value_of(const config::Section& section, std::string_view key) {
    const auto found = section.find(key);
    return found == section.end() ? std::string_view() : std::string_view(found->second.value);
}

SelectedProfile::~SelectedProfile() { config::wipe_secrets(files); }

std::string_view SelectedProfile::value(std::string_view key) const {
    const config::Section* found = section();
    return found == nullptr ? std::string_view() : value_of(*found, key);
}

std::string SelectedProfile::places() const {
    const auto place = [](const std::string& path) { return path.empty() ? "(no home directory)" : path; };
    return place(files.config_path) + " or " + place(files.credentials_path);
}

SelectedProfile select_profile(const CredentialsContext& context, const std::string& profile) {
    SelectedProfile selected;
    selected.name = profile.empty() ? context.profile : profile;
    if (selected.name.empty()) selected.name = variable(*context.environment, config::names::profile.variable);
    selected.named = !selected.name.empty();
    if (!selected.named) selected.name = "default";
    selected.files = config::load_profile_files(*context.environment,
                                                {context.session.config_file, context.session.credentials_file});
    return selected;
}

}  // namespace botocraft::auth
