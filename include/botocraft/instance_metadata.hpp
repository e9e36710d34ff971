#pragma once
// InstanceMetadataOptions: how the metadata service of an EC2 instance is asked, for credentials and for the region.

#include <chrono>
#include <optional>
#include <string>

namespace botocraft {

// What is left out comes from the environment, then from the profile, then from a default.
struct InstanceMetadataOptions {
    std::optional<bool> disabled{};                   // ask nobody; else AWS_EC2_METADATA_DISABLED, false
    std::optional<bool> v1_disabled{};                // else AWS_EC2_METADATA_V1_DISABLED, true
    std::optional<std::string> endpoint{};            // its URL; else AWS_EC2_METADATA_SERVICE_ENDPOINT, as the mode says
    std::optional<std::string> endpoint_mode{};       // IPv4, IPv6; else AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, IPv4
    std::optional<std::chrono::milliseconds> timeout{};  // to connect, and between bytes; else AWS_METADATA_SERVICE_TIMEOUT, 1 s
    std::optional<int> attempts{};                    // else AWS_METADATA_SERVICE_NUM_ATTEMPTS, 3
    std::optional<std::string> instance_profile{};    // the role; else AWS_EC2_INSTANCE_PROFILE_NAME, what the service says
};

}  // namespace botocraft
