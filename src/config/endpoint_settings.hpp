#pragma once
// The settings that decide which addresses are called, each with the place where it was said.

#include <botocraft/endpoints.hpp>

#include <config/lookup.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::config {

// A value and where it was said; nowhere: the default.
template <class T>
struct Sourced {
    T value{};
    std::string source{};
};

struct EndpointSettings {
    Sourced<bool> use_fips;
    Sourced<bool> use_dualstack;
    Sourced<bool> ignore_configured_urls;
    Sourced<bool> disable_host_prefix;
    Sourced<AccountIdEndpointMode> account_id_mode;
    Sourced<std::optional<bool>> discovery;
    Sourced<RegionalEndpoints> sts;
    Sourced<AddressingStyle> s3_addressing_style;
    Sourced<bool> s3_accelerate;
    Sourced<std::optional<bool>> s3_use_arn_region;  // AWS's rules tell apart what was never said
    Sourced<bool> s3_use_dualstack;
    Sourced<bool> s3_disable_multi_region;
    Sourced<bool> s3_disable_express_session_auth;
    Sourced<RegionalEndpoints> s3_us_east_1;
    std::map<std::string, ServiceEndpointOptions> services;  // as code says; keys in the form of `auto_scaling`

    // What code says of a service, by its name here or its service id.
    [[nodiscard]] const ServiceEndpointOptions* of(std::string_view name, std::string_view service_id) const;
};

// Throws ConfigurationError where something that was said cannot be used, and says where it was said.
[[nodiscard]] EndpointSettings resolve_endpoint_settings(const Lookup& lookup, const EndpointOptions& code);

// `Auto Scaling` as in the names of variables and sections, but in lower-case: `auto_scaling`.
[[nodiscard]] std::string snake(std::string_view service_id);

// For errors: without the user and the password that a URL may have.
[[nodiscard]] std::string without_user(std::string url);

// As whoever is given the URL will send it, since host and port are signed: the host in small letters, without a port that
// the scheme implies. Throws ConfigurationError for what is no URL of an endpoint.
[[nodiscard]] std::string checked_url(const Found& found);

}  // namespace botocraft::config
