#pragma once
// What a session is set up to do: code before environment before profile before default.

#include <config/defaults_mode.hpp>
#include <config/endpoint_settings.hpp>
#include <config/profile_file.hpp>
#include <config/proxy_settings.hpp>

#include <botocraft/protocol.hpp>
#include <botocraft/retry.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::config {

// What the program itself said. Absent members are looked for elsewhere.
struct Overrides {
    NamedFiles files;
    std::optional<std::string> profile;
    std::optional<std::string> region;
    std::optional<std::string> endpoint_url;
    EndpointOptions endpoints;
    std::optional<RetryMode> retry_mode;
    std::optional<int> max_attempts;
    std::optional<BehaviorVersion> behavior;
    std::optional<std::string> ca_bundle;
    ProxyOptions proxy;
    std::optional<std::string> defaults_mode;
    std::optional<std::string> auth_schemes;
    std::optional<std::string> signing_region_set;
    std::optional<std::string> app_id;
    CompressionOptions compression;
    std::optional<RequestChecksums> request_checksums;
    std::optional<ResponseChecksums> response_checksums;
};

// Whether, and from how many bytes on, bodies are sent gzipped.
struct Compression {
    static constexpr std::size_t default_min_size = 10'240;
    static constexpr std::size_t max_min_size = 10'485'760;

    bool disabled = false;
    std::size_t min_size = default_min_size;
};

struct Settings {
    std::string profile;       // the name that applies; `default` where nobody named one
    std::string region;        // empty where nobody named one
    std::string region_source; // `code`, `AWS_REGION`, or the file and line of the profile
    bool region_is_fips = false;  // it was named as one of FIPS endpoints: below
    DefaultsMode defaults_mode = DefaultsMode::legacy;
    RetryMode retry_mode = RetryMode::standard;  // also what every defaults mode says
    std::optional<int> max_attempts;             // nothing: as the retry rules say
    BehaviorVersion behavior = BehaviorVersion::latest;
    EndpointSettings endpoints;
    Compression compression;
    RequestChecksums request_checksums = RequestChecksums::when_supported;
    ResponseChecksums response_checksums = ResponseChecksums::when_supported;
    std::optional<std::string> ca_bundle;
    ProxySettings proxies;
    std::string auth_schemes;        // preferred ways to sign, comma-separated
    std::string signing_region_set;  // for Signature Version 4a
    std::string app_id;              // what the user agent says of the program: nothing that a header cannot hold
    std::optional<std::string> endpoint_override;  // of the program, for every service
    ProfileFiles files;
    std::shared_ptr<const Environment> environment;

    // The endpoint that is configured for a service, by its service id (`ECS`, `Auto Scaling`) and its name in code;
    // nothing where the service's own rules decide. Looks into the environment: ask once per service and session.
    [[nodiscard]] std::optional<Found> endpoint_url(std::string_view service_id, std::string_view name = {}) const;

    // `region`, or a ConfigurationError that says where one may be given.
    [[nodiscard]] const std::string& required_region() const;
};

// Throws ConfigurationError where something that was said cannot be used, and says where it was said.
[[nodiscard]] Settings resolve_settings(std::shared_ptr<const Environment> environment, const Overrides& overrides = {});

// A region becomes a part of a host name: anything that is none could send a signed request anywhere. Throws
// ConfigurationError; `source` says where the name stands.
void check_region(const std::string& region, std::string_view source);

// Older settings name FIPS endpoints as if they were regions (`fips-us-gov-west-1`, `us-east-1-fips`). Leaves the region;
// true where it was such a name.
[[nodiscard]] bool take_fips(std::string& region);

}  // namespace botocraft::config
