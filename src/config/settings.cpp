#include <config/names.hpp>
#include <config/settings.hpp>
#include <config/wipe.hpp>
#include <text/case.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace botocraft::config {

namespace {

int to_attempts(const Found& found) {
    int number = 0;
    const char* end = found.value.data() + found.value.size();
    const auto [at, error] = std::from_chars(found.value.data(), end, number);
    if (error != std::errc() || at != end || number < 1) fail_value(found, "a whole number from 1 on");
    return number;
}

std::size_t to_min_size(const Found& found) {
    std::size_t number = 0;
    const char* const end = found.value.data() + found.value.size();
    const auto [at, error] = std::from_chars(found.value.data(), end, number);
    if (error != std::errc() || at != end || number > Compression::max_min_size) {
        fail_value(found, "a whole number from 0 to " + std::to_string(Compression::max_min_size));
    }
    return number;
}

template <class Checksums>
Checksums to_checksums(const Found& found) {
    const std::string value = lower_case(found.value);
    if (value == "when_supported") return Checksums::when_supported;
    if (value == "when_required") return Checksums::when_required;
    fail_value(found, "when_supported or when_required");
}

RetryMode to_retry_mode(const Found& found) {
    const std::string text = lower_case(found.value);
    // What was before `standard` differs from one SDK to the next, and this library never had it.
    if (text == "standard" || text == "legacy") return RetryMode::standard;
    if (text == "adaptive") return RetryMode::adaptive;
    fail_value(found, "standard, adaptive or legacy");
}

DefaultsMode to_defaults_mode(const Found& found) {
    if (const auto mode = parse_defaults_mode(found.value)) return *mode;
    fail_value(found, "legacy, standard, in-region, cross-region, mobile or auto");
}

// In the user agent it must be one word (RFC 9110, 5.6.2): what that cannot have becomes a hyphen, as in AWS's SDKs.
std::string to_token(std::string text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    for (char& c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && marks.find(c) == marks.npos) c = '-';
    }
    return text;
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

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    }
    return text;
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

bool take_fips(std::string& region) {
    const std::size_t size = region.size();
    for (const std::string_view mark : {"fips-", "-fips"}) {
        for (std::size_t at = 0; (at = region.find(mark)) != region.npos;) region.erase(at, mark.size());
    }
    return region.size() != size;
}

Settings resolve_settings(std::shared_ptr<const Environment> environment, const Overrides& overrides) {
    Settings settings;
    settings.environment = std::move(environment);
    settings.files = load_profile_files(*settings.environment, overrides.files);
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
        settings.region_is_fips = take_fips(region->value);
        check_region(region->value, region->source);
        settings.region = std::move(region->value);
        settings.region_source = std::move(region->source);
    }

    settings.endpoints = resolve_endpoint_settings(lookup, overrides.endpoints);

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
    if (overrides.behavior) {
        settings.behavior = *overrides.behavior;
    } else if (const auto found = lookup.any(names::new_retries)) {
        settings.behavior = to_bool(*found) ? BehaviorVersion::latest : BehaviorVersion::v2025_01_01;
    }
    if (overrides.compression.disable) {
        settings.compression.disabled = *overrides.compression.disable;
    } else if (const auto found = lookup.any(names::disable_compression)) {
        settings.compression.disabled = to_bool(*found);
    }
    if (overrides.compression.min_size) {
        settings.compression.min_size =
            to_min_size({std::to_string(*overrides.compression.min_size), "compression.min_size in code"});
    } else if (const auto found = lookup.any(names::compression_min_size)) {
        settings.compression.min_size = to_min_size(*found);
    }
    if (overrides.request_checksums) {
        settings.request_checksums = *overrides.request_checksums;
    } else if (const auto found = lookup.any(names::request_checksums)) {
        settings.request_checksums = to_checksums<RequestChecksums>(*found);
    }
    if (overrides.response_checksums) {
        settings.response_checksums = *overrides.response_checksums;
    } else if (const auto found = lookup.any(names::response_checksums)) {
        settings.response_checksums = to_checksums<ResponseChecksums>(*found);
    }
    if (overrides.ca_bundle) {
        settings.ca_bundle = overrides.ca_bundle;
    } else if (auto found = lookup.any(names::ca_bundle)) {
        settings.ca_bundle = std::move(found->value);
    }
    settings.proxies = resolve_proxies(*settings.environment, overrides.proxy);
    const auto text = [&lookup](const std::optional<std::string>& code, const Setting& setting) {
        if (code) return *code;
        const auto found = lookup.any(setting);
        return found ? found->value : std::string();
    };
    settings.auth_schemes = text(overrides.auth_schemes, names::auth_schemes);
    settings.signing_region_set = text(overrides.signing_region_set, names::signing_region_set);
    settings.app_id = to_token(text(overrides.app_id, names::app_id));
    if (overrides.endpoint_url) settings.endpoint_override = checked_url({*overrides.endpoint_url, "endpoint_url in code"});
    return settings;
}

std::optional<Found> Settings::endpoint_url(std::string_view service_id, std::string_view name) const {
    const ServiceEndpointOptions* const own = endpoints.of(name, service_id);
    if (own != nullptr && own->url) return Found{*own->url, "endpoints of " + std::string(name) + " in code"};
    if (endpoint_override) return Found{*endpoint_override, "endpoint_url in code"};
    if (endpoints.ignore_configured_urls.value) return std::nullopt;
    const Lookup lookup(*environment, files.profile(profile));
    const std::string service = snake(service_id);
    auto found = lookup.variable("AWS_ENDPOINT_URL_" + upper(service));
    if (!found) found = lookup.variable(names::endpoint_url.variable);
    if (!found) found = service_endpoint(*this, lookup, service);
    if (!found) found = lookup.property(names::endpoint_url.key);
    if (found) found->value = checked_url(*found);
    return found;
}

const std::string& Settings::required_region() const {
    if (!region.empty()) return region;
    fail("RegionMissing", "no region is set, and no EC2 instance says where it stands: give the session one in code, set "
                          "AWS_REGION, or write `region = us-east-1` into the profile \"" + profile + "\" in " +
                              (files.config_path.empty() ? "~/.aws/config" : files.config_path));
}

}  // namespace botocraft::config
