#include <config/endpoint_settings.hpp>

#include "endpoint/functions.hpp"

#include <utility>

namespace botocraft::config {

namespace {

AccountIdEndpointMode to_account_id_mode(const Found& found) {
    const std::string text = lower(found.value);
    if (text == "preferred") return AccountIdEndpointMode::preferred;
    if (text == "disabled") return AccountIdEndpointMode::disabled;
    if (text == "required") return AccountIdEndpointMode::required;
    fail_value(found, "preferred, disabled or required");
}

RegionalEndpoints to_regional(const Found& found) {
    const std::string text = lower(found.value);
    if (text == "regional") return RegionalEndpoints::regional;
    if (text == "legacy") return RegionalEndpoints::legacy;
    fail_value(found, "regional or legacy");
}

AddressingStyle to_addressing_style(const Found& found) {
    const std::string text = lower(found.value);
    if (text == "auto") return AddressingStyle::automatic;
    if (text == "path") return AddressingStyle::path;
    if (text == "virtual") return AddressingStyle::virtual_host;
    fail_value(found, "auto, path or virtual");
}

// What code says, else what was found and is understood, else the default.
template <class T, class U, class Read>
void choose(Setting<T>& setting, const std::optional<U>& code, std::string_view name,
            const std::optional<Found>& found, Read read) {
    if (code) {
        setting = {*code, std::string(name) + " in code"};
    } else if (found) {
        setting = {read(*found), found->source};
    }
}

std::optional<Found> first(std::optional<Found> one, std::optional<Found> other) {
    return one ? std::move(one) : std::move(other);
}

void resolve_s3(EndpointSettings& settings, const Lookup& lookup, const S3EndpointOptions& code) {
    const auto anywhere = [&lookup](std::string_view variable, std::string_view property, std::string_view inner) {
        return first(lookup.any(variable, property), lookup.nested("s3", inner));
    };
    choose(settings.s3_addressing_style, code.addressing_style, "s3.addressing_style",
           lookup.nested("s3", "addressing_style"), to_addressing_style);
    choose(settings.s3_accelerate, code.accelerate, "s3.accelerate", lookup.nested("s3", "use_accelerate_endpoint"),
           to_bool);
    choose(settings.s3_use_dualstack, std::optional<bool>(), "", lookup.nested("s3", "use_dualstack_endpoint"), to_bool);
    choose(settings.s3_use_arn_region, code.use_arn_region, "s3.use_arn_region",
           anywhere("AWS_S3_USE_ARN_REGION", "s3_use_arn_region", "use_arn_region"), to_bool);
    choose(settings.s3_disable_multi_region, code.disable_multi_region_access_points,
           "s3.disable_multi_region_access_points",
           anywhere("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "s3_disable_multiregion_access_points",
                    "s3_disable_multiregion_access_points"),
           to_bool);
    choose(settings.s3_disable_express_session_auth, code.disable_express_session_auth,
           "s3.disable_express_session_auth",
           lookup.any("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "s3_disable_express_session_auth"), to_bool);
    choose(settings.s3_us_east_1, code.us_east_1, "s3.us_east_1",
           anywhere("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint",
                    "us_east_1_regional_endpoint"),
           to_regional);
}

}  // namespace

std::string snake(std::string_view service_id) {
    std::string result = lower(std::string(service_id));
    for (char& c : result) {
        if (c == ' ' || c == '-') c = '_';
    }
    return result;
}

std::string checked_url(const Found& found) {
    if (!endpoint::parse_url(found.value)) {
        fail_value(found, "a URL such as http://localhost:4566, without user, query and fragment");
    }
    return found.value;
}

const ServiceEndpointOptions* EndpointSettings::of(std::string_view name, std::string_view service_id) const {
    if (services.empty()) return nullptr;
    auto found = services.find(snake(name));
    if (found == services.end()) found = services.find(snake(service_id));
    return found == services.end() ? nullptr : &found->second;
}

EndpointSettings resolve_endpoint_settings(const Lookup& lookup, const EndpointOptions& code) {
    EndpointSettings settings;
    choose(settings.use_fips, code.use_fips, "use_fips", lookup.any("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
           to_bool);
    choose(settings.use_dualstack, code.use_dualstack, "use_dualstack",
           lookup.any("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"), to_bool);
    choose(settings.ignore_configured_urls, code.ignore_configured_urls, "ignore_configured_urls",
           lookup.any("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"), to_bool);
    choose(settings.disable_host_prefix, code.disable_host_prefix, "disable_host_prefix",
           lookup.any("AWS_DISABLE_HOST_PREFIX_INJECTION", "disable_host_prefix_injection"), to_bool);
    choose(settings.account_id_mode, code.account_id_mode, "account_id_mode",
           lookup.any("AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode"), to_account_id_mode);
    choose(settings.sts, code.sts, "sts", lookup.any("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints"),
           to_regional);
    resolve_s3(settings, lookup, code.s3);
    for (const auto& [name, service] : code.services) {
        if (service.url) static_cast<void>(checked_url({*service.url, "endpoints of " + name + " in code"}));
        settings.services.emplace(snake(name), service);
    }
    return settings;
}

}  // namespace botocraft::config
