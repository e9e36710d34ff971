#pragma once
// The endpoints of one service in one session: what its rules are asked, and what they answered so far.

#include "config/settings.hpp"
#include "endpoint/rules.hpp"
#include "runtime/destination.hpp"

#include <botocraft/service.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::detail {

class ServiceEndpoints {
  public:
    using ChooseWay = std::function<void(http::Origin&)>;

    // `region` and where it was said; `fips`: it was named as one of FIPS endpoints. `choose_way` adds to an origin how it is reached.
    ServiceEndpoints(const orm::ServiceTables& service, const config::Settings& settings, config::Found region,
                     bool fips, ChooseWay choose_way);
    ServiceEndpoints(const ServiceEndpoints&) = delete;
    ServiceEndpoints& operator=(const ServiceEndpoints&) = delete;
    ~ServiceEndpoints() = default;

    // Whether the endpoint depends on whose credentials are used.
    [[nodiscard]] bool reads_account_id() const noexcept { return account_id_.has_value(); }

    // Where that operation with that input goes; valid as long as this and the answer are. Allocates nothing where the
    // answer is known. Throws ConfigurationError where there is no endpoint, and UsageError where a member makes no host.
    [[nodiscard]] std::shared_ptr<const Destination> find(const api::Operation& operation, const void* input,
                                                          std::string_view account_id = {}) const;

    [[nodiscard]] const config::Found& region() const noexcept { return region_; }
    // The endpoint that was set in place of the service's own, and where.
    [[nodiscard]] const std::optional<config::Found>& configured() const noexcept { return configured_; }
    // What somebody set that the rules look at, for people: `UseFIPS (AWS_USE_FIPS_ENDPOINT), ForcePathStyle (...)`.
    [[nodiscard]] std::string reasons() const;

  private:
    struct Question;

    void set_session(const config::Settings& settings, bool fips);
    void set_s3(const config::EndpointSettings& settings);
    template <class T>
    void set(endpoint::BuiltIn what, const T& value, const std::string& source);
    [[nodiscard]] bool varies(const api::Operation& operation) const noexcept;
    void ask(Question& question, const api::Operation& operation, const void* input) const;
    void ask_path(Question& question, const api::EndpointParameter& parameter, const api::Operation& operation,
                  const void* input) const;
    [[nodiscard]] std::shared_ptr<const Destination> common(const api::Operation& operation) const;
    [[nodiscard]] std::shared_ptr<const Destination> resolve(const Question& question) const;
    void put_prefix(endpoint::Endpoint& endpoint, std::string_view prefix) const;

    const orm::ServiceTables& service_;
    config::Found region_;
    std::optional<config::Found> configured_;
    ChooseWay choose_way_;
    bool no_host_prefix_ = false;
    std::vector<std::pair<endpoint::BuiltIn, std::string>> sources_;
    endpoint::Parameters session_parameters_;  // refer to the texts above
    std::optional<std::size_t> account_id_;    // index of the parameter
    std::optional<std::size_t> path_bucket_;   // likewise, where buckets are in the path because the endpoint was set

    mutable std::mutex mutex_;
    mutable std::shared_ptr<const Destination> common_;            // of operations that say nothing of their own
    mutable std::atomic<const Destination*> common_now_ = nullptr;  // the same, once there is one
    std::unique_ptr<DestinationCache> cache_;                      // of the others, where there are any
};

}  // namespace botocraft::detail
