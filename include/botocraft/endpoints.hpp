#pragma once
// EndpointOptions: what code says about the addresses that a session calls.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace botocraft {

// Whether the account's id may be part of the host's name, for services that have such endpoints.
enum class AccountIdEndpointMode : std::uint8_t { preferred, disabled, required };

// How a bucket is named.
//  - automatic: in the host where its name allows that; at an endpoint that was set in place of AWS's own, which seldom has
//    names below it, in the path. So does boto3.
//  - path: in the path.
//  - virtual_host: in the host where its name allows that, whatever the endpoint.
enum class AddressingStyle : std::uint8_t { automatic, path, virtual_host };

// Whether a service that once had one endpoint for all regions is called at that one, or at each region's own.
enum class RegionalEndpoints : std::uint8_t { regional, legacy };

struct S3EndpointOptions {
    std::optional<AddressingStyle> addressing_style{};  // else s3.addressing_style in the profile, automatic
    std::optional<bool> accelerate{};                   // else s3.use_accelerate_endpoint in the profile
    std::optional<bool> use_arn_region{};               // call the region of an ARN; else AWS_S3_USE_ARN_REGION
    std::optional<bool> disable_multi_region_access_points{};  // else AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS
    std::optional<bool> disable_express_session_auth{};        // else AWS_S3_DISABLE_EXPRESS_SESSION_AUTH
    std::optional<RegionalEndpoints> us_east_1{};              // else AWS_S3_US_EAST_1_REGIONAL_ENDPOINT, regional
};

// What holds for one service alone.
struct ServiceEndpointOptions {
    std::optional<std::string> url{};
    std::optional<bool> use_fips{};
    std::optional<bool> use_dualstack{};
};

// What is left out comes from the environment, then from the profile, then from a default.
struct EndpointOptions {
    std::optional<bool> use_fips{};                 // else AWS_USE_FIPS_ENDPOINT
    std::optional<bool> use_dualstack{};            // IPv6 as well; else AWS_USE_DUALSTACK_ENDPOINT
    std::optional<bool> ignore_configured_urls{};   // those of environment and profile; else AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
    std::optional<bool> disable_host_prefix{};      // put nothing before a host; else AWS_DISABLE_HOST_PREFIX_INJECTION
    std::optional<AccountIdEndpointMode> account_id_mode{};  // else AWS_ACCOUNT_ID_ENDPOINT_MODE, preferred
    // Ask the service for its endpoints: true, wherever that can be done (DynamoDB); false, nowhere. Else
    // AWS_ENABLE_ENDPOINT_DISCOVERY; else where there is no other way (Timestream).
    std::optional<bool> discovery{};
    std::optional<RegionalEndpoints> sts{};                  // else AWS_STS_REGIONAL_ENDPOINTS, regional
    S3EndpointOptions s3{};
    std::map<std::string, ServiceEndpointOptions> services{};  // by name, as in botocraft::ecs: {"ecs", {.url = ...}}
};

}  // namespace botocraft
