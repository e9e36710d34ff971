#pragma once
// The metadata service of EC2 instances: where it is, and how it is asked (IMDSv2).

#include "auth/plain_http.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/instance_metadata.hpp>
#include <config/profile_file.hpp>

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace botocraft::auth {

struct MetadataSettings {
    Url endpoint;
    bool enabled = true;
    bool allow_v1 = false;  // go on without a token where the service gives none
    std::chrono::milliseconds timeout = std::chrono::seconds(1);
    int attempts = 3;
    std::string instance_profile;  // empty: ask which there is

    [[nodiscard]] Url url(std::string_view path) const;
};

// Code before environment before profile. `profile` may be null. Throws ConfigurationError.
[[nodiscard]] MetadataSettings metadata_settings(const Environment& environment, const config::Section* profile,
                                                 const InstanceMetadataOptions& code = {});

// Keeps the session token, and renews it. Safe to use from several threads at once.
class InstanceMetadata {
  public:
    // A 200 or a 404. Throws CredentialsError; with the code credentials_not_found where there is no such service here.
    // All must live until this completes.
    [[nodiscard]] awaitable<PlainReply> get(const CredentialsContext& context, const MetadataSettings& settings,
                                            std::string path);

    static constexpr std::string_view token_path = "/latest/api/token";

  private:
    awaitable<Secret> token(const CredentialsContext& context, const MetadataSettings& settings);

    std::mutex mutex_;
    Secret token_;
    std::chrono::steady_clock::time_point token_end_{};
};

// The region that this machine stands in; empty where there is no metadata service, or it is switched off.
// `context` must live until this completes.
[[nodiscard]] awaitable<std::string> instance_region(const CredentialsContext& context);

}  // namespace botocraft::auth
