#include <config/names.hpp>
#include <config/settings.hpp>
#include <config/wipe.hpp>

#include <botocraft/error.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace botocraft::config {

namespace {

// A value and the words that tell a person where it stands.
struct Found {
    std::string value;
    std::string source;
};

[[noreturn]] void fail(std::string code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = std::move(code);
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

[[noreturn]] void fail_value(const Found& found, std::string_view expected) {
    fail("InvalidSetting", "\"" + found.value + "\" (" + found.source + ") cannot be used: it must be " +
                               std::string(expected));
}

std::string source_of(std::string_view name, const Property& property) {
    return std::string(name) + " in " + property.file + ", line " + std::to_string(property.line);
}

// Looks where a setting may stand, in order of precedence below code.
class Lookup {
  public:
    Lookup(const Environment& environment, const Section* profile) : environment_(environment), profile_(profile) {}

    [[nodiscard]] std::optional<Found> variable(std::string_view name) const {
        auto value = environment_.variable(name);
        if (!value || value->find_first_not_of(" \t") == value->npos) return std::nullopt;
        return Found{*std::move(value), std::string(name)};
    }

    [[nodiscard]] std::optional<Found> property(std::string_view name) const {
        if (profile_ == nullptr) return std::nullopt;
        const auto at = profile_->find(name);
        if (at == profile_->end() || at->second.value.empty()) return std::nullopt;
        return Found{at->second.value, source_of(name, at->second)};
    }

    [[nodiscard]] std::optional<Found> any(const Setting& setting) const {
        if (auto found = variable(setting.variable)) return found;
        return property(setting.key);
    }

  private:
    const Environment& environment_;
    const Section* profile_;
};

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return text;
}

bool to_bool(const Found& found) {
    const std::string text = lower(found.value);
    if (text == "true") return true;
    if (text == "false") return false;
    fail_value(found, "true or false");
}

int to_attempts(const Found& found) {
    int number = 0;
    const char* end = found.value.data() + found.value.size();
    const auto [at, error] = std::from_chars(found.value.data(), end, number);
    if (error != std::errc() || at != end || number < 1) fail_value(found, "a whole number from 1 on");
    return number;
}

RetryMode to_retry_mode(const Found& found) {
    const std::string text = lower(found.value);
    if (text == "legacy") return RetryMode::legacy;
    if (text == "standard") return RetryMode::standard;
    if (text == "adaptive") return RetryMode::adaptive;
    fail_value(found, "standard, adaptive or legacy");
}

DefaultsMode to_defaults_mode(const Found& found) {
    if (const auto mode = parse_defaults_mode(found.value)) return *mode;
    fail_value(found, "legacy, standard, in-region, cross-region, mobile or auto");
}

std::string checked_url(const Found& found) {
    const std::string text = lower(found.value);
    const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
    const bool ok = scheme != 0 && text.size() > scheme && text[scheme] != '/' && text[scheme] != ':' &&
                    std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
    if (!ok) fail_value(found, "a URL such as http://localhost:4566");
    return found.value;
}

[[noreturn]] void fail_profile(const std::string& profile, const std::string& source, const ProfileFiles& files) {
    std::string known;
    for (const auto& [name, section] : files.profiles) known += (known.empty() ? "" : ", ") + name;
    const auto file = [](const std::string& path) { return path.empty() ? "(no home directory)" : path; };
    fail("ProfileNotFound", "there is no profile \"" + profile + "\" (named by " + source + ") in " +
                                file(files.config_path) + " or " + file(files.credentials_path) +
                                (known.empty() ? ", which hold no profile or do not exist"
                                               : "; the profiles there are " + known) +
                                ". Add [profile " + profile + "] to the first, or name another profile");
}

std::string upper_snake(std::string_view service_id) {
    std::string result(service_id);
    for (char& c : result) {
        if (c == ' ' || c == '-') c = '_';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    }
    return result;
}

// The endpoint of one service in the `[services]` section that the profile refers to.
std::optional<Found> service_endpoint(const Settings& settings, const Lookup& lookup, const std::string& service) {
    const auto section_name = lookup.property(names::services.key);
    if (!section_name) return std::nullopt;
    const auto section = settings.files.services.find(section_name->value);
    if (section == settings.files.services.end()) {
        fail("ServicesSectionNotFound", "there is no section [services " + section_name->value + "] (" +
                                            section_name->source + "): add it to " + settings.files.config_path +
                                            ", or remove that line");
    }
    const auto property = section->second.find(service);
    if (property == section->second.end()) return std::nullopt;
    const auto url = property->second.nested.find("endpoint_url");
    if (url == property->second.nested.end()) return std::nullopt;
    return Found{url->second, "endpoint_url of " + source_of(service, property->second)};
}

}  // namespace

void check_region(const std::string& region, std::string_view source) {
    const bool ok = !region.empty() && region.size() <= 63 && region.front() != '-' && region.back() != '-' &&
                    std::all_of(region.begin(), region.end(), [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                    });
    if (ok) return;
    fail("InvalidRegion", "\"" + region + "\" (" + std::string(source) +
                              ") is no region: it must be letters, digits and hyphens, such as us-east-1");
}

Settings resolve_settings(std::shared_ptr<const Environment> environment, const Overrides& overrides) {
    Settings settings;
    settings.environment = std::move(environment);
    settings.files = load_profile_files(*settings.environment);
    wipe_secrets(settings.files);  // who wants credentials reads the files anew

    const Lookup variables(*settings.environment, nullptr);
    const auto named = overrides.profile ? std::optional(Found{*overrides.profile, "code"})
                                         : variables.variable(names::profile.variable);
    settings.profile = named ? named->value : "default";
    const Section* profile = settings.files.profile(settings.profile);
    if (named && profile == nullptr) fail_profile(named->value, named->source, settings.files);

    const Lookup lookup(*settings.environment, profile);
    auto region = overrides.region ? std::optional(Found{*overrides.region, "code"})
                                   : lookup.variable(names::region.variable);
    if (!region) region = lookup.any(names::default_region);
    if (region) {
        check_region(region->value, region->source);
        settings.region = std::move(region->value);
        settings.region_source = std::move(region->source);
    }

    const auto flag = [&lookup](std::optional<bool> code, const Setting& setting) {
        if (code) return *code;
        const auto found = lookup.any(setting);
        return found && to_bool(*found);
    };
    settings.use_fips = flag(overrides.use_fips, names::use_fips);
    settings.use_dualstack = flag(overrides.use_dualstack, names::use_dualstack);
    settings.ignore_configured_endpoint_urls =
        flag(overrides.ignore_configured_endpoint_urls, names::ignore_endpoint_urls);

    auto mode = overrides.defaults_mode ? std::optional(Found{*overrides.defaults_mode, "code"})
                                        : lookup.any(names::defaults_mode);
    if (mode) settings.defaults_mode = to_defaults_mode(*mode);
    if (overrides.retry_mode) {
        settings.retry_mode = *overrides.retry_mode;
    } else if (const auto found = lookup.any(names::retry_mode)) {
        settings.retry_mode = to_retry_mode(*found);
    }
    if (overrides.max_attempts) {
        settings.max_attempts = to_attempts({std::to_string(*overrides.max_attempts), "max_attempts in code"});
    } else if (const auto found = lookup.any(names::max_attempts)) {
        settings.max_attempts = to_attempts(*found);
    }
    if (overrides.ca_bundle) {
        settings.ca_bundle = overrides.ca_bundle;
    } else if (auto found = lookup.any(names::ca_bundle)) {
        settings.ca_bundle = std::move(found->value);
    }
    if (overrides.endpoint_url) settings.endpoint_override = checked_url({*overrides.endpoint_url, "code"});
    return settings;
}

std::optional<std::string> Settings::endpoint_url(std::string_view service_id) const {
    if (endpoint_override) return endpoint_override;
    if (ignore_configured_endpoint_urls) return std::nullopt;
    const Lookup lookup(*environment, files.profile(profile));
    const std::string service = upper_snake(service_id);
    auto found = lookup.variable("AWS_ENDPOINT_URL_" + service);
    if (!found) found = lookup.variable(names::endpoint_url.variable);
    if (!found) found = service_endpoint(*this, lookup, lower(service));
    if (!found) found = lookup.property(names::endpoint_url.key);
    if (!found) return std::nullopt;
    return checked_url(*found);
}

const std::string& Settings::required_region() const {
    if (!region.empty()) return region;
    fail("RegionMissing", "no region is set, and no EC2 instance says where it stands: give the session one in code, set "
                          "AWS_REGION, or write `region = us-east-1` into the profile \"" + profile + "\" in " +
                              (files.config_path.empty() ? "~/.aws/config" : files.config_path));
}

}  // namespace botocraft::config
