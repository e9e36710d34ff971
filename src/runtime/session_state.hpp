#pragma once
// What a session is: settings and credentials that many regions share, and for each service what calls need to know.

#include "auth/credentials_cache.hpp"
#include "auth/scheme.hpp"
#include "config/settings.hpp"
#include "http/transport.hpp"
#include "retry/standard.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace botocraft::detail {

// What all calls of one session to one service have in common.
struct ServiceContext {
    const orm::ServiceTables* service = nullptr;
    api::Protocol protocol{};
    http::Origin origin;
    http::Limits limits;         // without the deadline
    std::string host;            // what the Host header says
    std::string path;            // comes before the operation's own; empty for most
    std::string url;             // for messages
    std::string region;
    std::string endpoint_source;                // for people: why this endpoint
    std::vector<endpoint::EndpointAuth> auth;   // how the endpoint wants requests signed; empty: as the service says
    auth::SchemeSettings schemes;
    mutable std::atomic<std::int64_t> clock_offset = 0;  // seconds: how wrong this machine's clock turned out to be
    mutable retry::TokenBucket retries;
};

// The part that sessions of different regions share.
class SessionCore {
  public:
    explicit SessionCore(const SessionOptions& options);

    [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }
    [[nodiscard]] const Clock& clock() const noexcept { return *options_.clock; }
    [[nodiscard]] RandomSource& random() const noexcept { return *options_.random; }
    [[nodiscard]] Sleeper& sleeper() const noexcept { return *options_.sleeper; }
    [[nodiscard]] http::Transport& transport() const noexcept { return *options_.transport; }

    // Reads environment and profile files when first asked. Throws ConfigurationError.
    [[nodiscard]] const config::Settings& settings() const;
    [[nodiscard]] auth::CredentialsCache& credentials() const;
    [[nodiscard]] const std::shared_ptr<http::TlsContext>& tls() const;

    struct Counters {
        std::atomic<std::uint64_t> calls = 0;
        std::atomic<std::uint64_t> attempts = 0;
        std::atomic<std::uint64_t> errors = 0;
    };
    [[nodiscard]] Counters& counters() const noexcept { return counters_; }

  private:
    SessionOptions options_;
    mutable Counters counters_;
    mutable std::mutex mutex_;
    mutable std::unique_ptr<const config::Settings> settings_;
    mutable std::unique_ptr<auth::CredentialsCache> credentials_;
    mutable std::shared_ptr<http::TlsContext> tls_;
};

class SessionState {
  public:
    SessionState(std::shared_ptr<const SessionCore> core, std::string region)
        : core_(std::move(core)), region_(std::move(region)) {}

    [[nodiscard]] const std::shared_ptr<const SessionCore>& core() const noexcept { return core_; }
    // Throws ConfigurationError where nobody named a region.
    [[nodiscard]] const std::string& region() const;
    [[nodiscard]] std::string region_source() const;  // for people
    // Made when first asked for. Throws ConfigurationError.
    [[nodiscard]] const ServiceContext& service(const orm::ServiceTables& service) const;

  private:
    [[nodiscard]] std::unique_ptr<ServiceContext> make_context(const orm::ServiceTables& service) const;

    std::shared_ptr<const SessionCore> core_;
    std::string region_;  // empty: as the settings say
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<const ServiceContext>> services_;
};

// The session of those who named none: one for each execution context.
[[nodiscard]] std::shared_ptr<const SessionState> default_session(boost::asio::execution_context& context);

}  // namespace botocraft::detail
