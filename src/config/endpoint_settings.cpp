#include <config/endpoint_settings.hpp>

#include <config/names.hpp>

#include "endpoint/functions.hpp"

#include "text/case.hpp"

#include <utility>

namespace botocraft::config {

namespace {

AccountIdEndpointMode to_account_id_mode(const Found& found) {
    const std::string text = lower_case(found.value);
    if (text == "preferred") return AccountIdEndpointMode::preferred;
    if (text == "disabled") return AccountIdEndpointMode::disabled;
    if (text == "required") return AccountIdEndpointMode::required;
    fail_value(found, "preferred, disabled or required");
}

// `auto` is the default.
std::optional<bool> to_discovery(const Found& found) {
    if (lower_case(found.value) == "auto") return std::nullopt;
    return to_bool(found);
}

RegionalEndpoints to_regional(const Found& found) {
    const std::string text = lower_case(found.value);
    if (text == "regional") return RegionalEndpoints::regional;
    if (text == "legacy") return RegionalEndpoints::legacy;
    fail_value(found, "regional or legacy");
}

AddressingStyle to_addressing_style(const Found& found) {
    const std::string text = lower_case(found.value);
    if (text == "auto") return AddressingStyle::automatic;
    if (text == "path") return AddressingStyle::path;
    if (text == "virtual") return AddressingStyle::virtual_host;
    fail_value(found, "auto, path or virtual");
}

// What code says, else what was found and is understood, else the default.
template <class T, class U, class Read>
void choose(Sourced<T>& setting, const std::optional<U>& code, std::string_view name,
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

void resolve_s3(EndpointSettings& settings, const Lookup& lookup, const EndpointOptions& general) {
    const S3EndpointOptions& code = general.s3;
    const auto nested = [&lookup](const Setting& setting) { return lookup.nested("s3", setting.key); };
    const auto anywhere = [&lookup](const Setting& setting, std::string_view inner) {
        return first(lookup.any(setting), lookup.nested("s3", inner));
    };
    choose(settings.s3_addressing_style, code.addressing_style, "s3.addressing_style",
           nested(names::s3_addressing_style), to_addressing_style);
    choose(settings.s3_accelerate, code.accelerate, "s3.accelerate", nested(names::s3_accelerate), to_bool);
    const bool said_before_profile = general.use_dualstack || lookup.variable(names::use_dualstack.variable);
    if (!said_before_profile) {
        choose(settings.s3_use_dualstack, std::optional<bool>(), "", nested(names::s3_use_dualstack), to_bool);
    }
    choose(settings.s3_use_arn_region, code.use_arn_region, "s3.use_arn_region",
           anywhere(names::s3_use_arn_region, "use_arn_region"), to_bool);
    choose(settings.s3_disable_multi_region, code.disable_multi_region_access_points,
           "s3.disable_multi_region_access_points",
           anywhere(names::s3_disable_multi_region, names::s3_disable_multi_region.key), to_bool);
    choose(settings.s3_disable_express_session_auth, code.disable_express_session_auth,
           "s3.disable_express_session_auth", lookup.any(names::s3_disable_express_session_auth), to_bool);
    choose(settings.s3_us_east_1, code.us_east_1, "s3.us_east_1",
           anywhere(names::s3_us_east_1, "us_east_1_regional_endpoint"), to_regional);
}

}  // namespace

std::string snake(std::string_view service_id) {
    std::string result = lower_case(service_id);
    for (char& c : result) {
        if (c == ' ' || c == '-') c = '_';
    }
    return result;
}

// Who writes a user into a URL writes a password too.
std::string without_user(std::string url) {
    const std::size_t scheme = url.find("://");
    const std::size_t begin = scheme == url.npos ? 0 : scheme + 3;
    const std::size_t end = url.rfind('@', url.find_first_of("/?#", begin));
    if (end != url.npos && end >= begin) url.replace(begin, end - begin, "***");
    return url;
}

std::string checked_url(const Found& found) {
    const auto url = endpoint::parse_url(found.value);
    if (!url) {
        fail_value({without_user(found.value), found.source},
                   "a URL such as http://localhost:4566, without user, query and fragment");
    }
    std::string_view authority = url->authority;
    const std::string_view implied = url->scheme == "https" ? ":443" : ":80";
    if (authority.ends_with(implied)) authority.remove_suffix(implied.size());
    return std::string(url->scheme) + "://" + lower_case(authority) + std::string(url->path);
}

const ServiceEndpointOptions* EndpointSettings::of(std::string_view name, std::string_view service_id) const {
    if (services.empty()) return nullptr;
    auto found = services.find(snake(name));
    if (found == services.end()) found = services.find(snake(service_id));
    return found == services.end() ? nullptr : &found->second;
}

EndpointSettings resolve_endpoint_settings(const Lookup& lookup, const EndpointOptions& code) {
    EndpointSettings settings;
    choose(settings.use_fips, code.use_fips, "use_fips", lookup.any(names::use_fips),
           to_bool);
    choose(settings.use_dualstack, code.use_dualstack, "use_dualstack",
           lookup.any(names::use_dualstack), to_bool);
    choose(settings.ignore_configured_urls, code.ignore_configured_urls, "ignore_configured_urls",
           lookup.any(names::ignore_endpoint_urls), to_bool);
    choose(settings.disable_host_prefix, code.disable_host_prefix, "disable_host_prefix",
           lookup.any(names::disable_host_prefix), to_bool);
    choose(settings.account_id_mode, code.account_id_mode, "account_id_mode",
           lookup.any(names::account_id_mode), to_account_id_mode);
    choose(settings.discovery, code.discovery, "discovery", lookup.any(names::endpoint_discovery), to_discovery);
    choose(settings.sts, code.sts, "sts", lookup.any(names::sts_regional_endpoints),
           to_regional);
    resolve_s3(settings, lookup, code);
    for (const auto& [name, service] : code.services) {
        ServiceEndpointOptions& kept = settings.services.emplace(snake(name), service).first->second;
        if (kept.url) kept.url = checked_url({*kept.url, "endpoints of " + name + " in code"});
    }
    return settings;
}

}  // namespace botocraft::config
