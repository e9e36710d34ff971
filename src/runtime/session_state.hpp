#pragma once
// What a session is: settings and credentials that many regions share, and for each service what calls need to know.

#include "auth/bearer_token.hpp"
#include "auth/bucket_sessions.hpp"
#include "auth/corrected_clock.hpp"
#include "auth/credentials_cache.hpp"
#include "auth/scheme.hpp"
#include "config/settings.hpp"
#include "http/transport.hpp"
#include "protocol/limits.hpp"
#include "retry/strategy.hpp"
#include "runtime/endpoint_discovery.hpp"
#include "runtime/preparation.hpp"
#include "runtime/retry_quotas.hpp"
#include "runtime/secrets.hpp"
#include "runtime/service_endpoints.hpp"
#include "runtime/spares.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft::detail {

class SessionCore;
class SessionState;

// In which regions resources are that are not in the session's own, as far as that was found out, with one session for each
// such region. Safe to use from many threads. Bounded: when it is full it begins anew.
class OtherRegions {
  public:
    // Null where nothing is known of it.
    [[nodiscard]] std::shared_ptr<const SessionState> find(std::string_view resource) const;
    // Null where no resource is known to be in that region.
    [[nodiscard]] std::shared_ptr<const SessionState> session_of(std::string_view region) const;
    void put(std::string_view resource, std::shared_ptr<const SessionState> session);

    static constexpr std::size_t most = 1024;

  private:
    mutable std::mutex mutex_;
    std::atomic<bool> any_ = false;
    using Sessions = std::map<std::string, std::shared_ptr<const SessionState>, std::less<>>;
    Sessions by_resource_;
    Sessions by_region_;
};

// What all calls of one session to one service have in common.
struct ServiceContext {
    const orm::ServiceTables* service = nullptr;
    mutable std::atomic<api::Protocol> protocol{};  // an endpoint of one's own may turn out to speak another
    mutable std::atomic<bool> protocol_is_known = true;
    protocol::Limits reply_limits;
    config::Compression compression;
    RequestChecksums request_checksums{};
    ResponseChecksums response_checksums{};
    http::Limits limits;  // without the deadline
    std::unique_ptr<const ServiceEndpoints> endpoints;
    std::optional<EndpointDiscovery> discovery;
    std::string user_agent;
    auth::SchemeSettings schemes;
    std::optional<auth::Renewed<BearerToken>> tokens;  // where the service takes any
    auth::BucketSessions bucket_sessions;
    mutable OtherRegions other_regions;  // of resources that turned out not to be in the session's own
    mutable std::atomic<std::int64_t> clock_offset = 0;  // seconds: how wrong this machine's clock turned out to be
    std::shared_ptr<retry::Strategy> retries;
    std::string quota;  // of retries, that sessions share: its name
    Secrecy secrecy;

    // What must be added to this machine's clock: as this service said, or else as others did.
    [[nodiscard]] auth::ClockOffset correction(const SessionCore& core) const noexcept;
    // The endpoint answered in it: all later calls are made in it.
    void know_protocol(api::Protocol spoken) const noexcept {
        if (protocol_is_known.load(std::memory_order_acquire)) return;
        protocol.store(spoken, std::memory_order_relaxed);
        protocol_is_known.store(true, std::memory_order_release);
    }
    // What to try where it does not speak the one that was tried: what it is known to speak by now, or the next that the
    // service has. Nothing where there is no other.
    [[nodiscard]] std::optional<api::Protocol> next_protocol(api::Protocol tried) const noexcept;
};

struct Workplace;

// The part that sessions of different regions share.
class SessionCore {
  public:
    explicit SessionCore(const SessionOptions& options);
    SessionCore(const SessionCore&) = delete;
    SessionCore& operator=(const SessionCore&) = delete;
    ~SessionCore();

    [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }
    [[nodiscard]] const Clock& clock() const noexcept { return *options_.clock; }
    [[nodiscard]] RandomSource& random() const noexcept { return *options_.random; }
    [[nodiscard]] Sleeper& sleeper() const noexcept { return *options_.sleeper; }
    [[nodiscard]] http::Transport& transport() const noexcept { return *options_.transport; }

    // For providers, and for what else needs to look around. Its clock is put right by what calls learn.
    [[nodiscard]] CredentialsContext context() const;
    // What must be added to `clock`, as far as this session knows.
    [[nodiscard]] auth::ClockOffset clock_offset() const noexcept { return corrected_clock_->offset(); }
    void learn_clock_offset(auth::ClockOffset offset) const noexcept { corrected_clock_->correct(offset); }

    // For providers of a session that was told of no region but by `with_region`: the first that was called.
    void remember_region(std::string_view region) const;

    // Reads environment and profile files when first asked. Throws ConfigurationError.
    [[nodiscard]] const config::Settings& settings() const;
    [[nodiscard]] auth::CredentialsCache& credentials() const;
    // For the service of that name in signatures.
    [[nodiscard]] auth::Renewed<BearerToken> bearer_tokens(std::string_view signing_name) const;
    // How long a call, and an attempt, may take.
    [[nodiscard]] http::Clock::duration call_limit() const noexcept;
    [[nodiscard]] http::Clock::duration attempt_limit() const noexcept;
    // How many connections there may be, which certificates they trust, and through which proxy they go.
    void choose_way(http::Origin& origin) const;
    [[nodiscard]] InstanceRegion& instance_region() const;
    // Made when first asked for.
    [[nodiscard]] std::shared_ptr<retry::Strategy> retries(const orm::ServiceTables& service,
                                                           const std::string& region) const;

    struct Counters {
        using Counter = std::atomic<std::uint64_t>;
        Counter calls = 0, ended = 0, errors = 0, cancelled = 0, attempts = 0, retries = 0, resent = 0, throttled = 0,
                no_quota = 0, bytes_sent = 0, bytes_received = 0;
        Counter observed = 0;
    };
    [[nodiscard]] Counters& counters() const noexcept { return counters_; }
    [[nodiscard]] Spares<Workplace>& workplaces() const noexcept { return workplaces_; }

  private:
    SessionOptions options_;
    std::shared_ptr<auth::CorrectedClock> corrected_clock_;
    mutable Counters counters_;
    mutable Spares<Workplace> workplaces_;
    mutable std::mutex mutex_;
    mutable std::unique_ptr<const config::Settings> settings_;
    mutable std::unique_ptr<auth::CredentialsCache> credentials_;
    mutable std::atomic<auth::CredentialsCache*> known_credentials_ = nullptr;  // the same, for those without the lock
    mutable std::map<std::string, auth::Renewed<BearerToken>, std::less<>> bearer_tokens_;
    mutable std::shared_ptr<http::TlsContext> tls_;  // set with settings_
    mutable std::unique_ptr<InstanceRegion> instance_region_;
    mutable std::mutex first_region_mutex_;  // taken with or without the other
    mutable std::string first_region_;
    mutable std::map<std::pair<std::string, std::string>, std::shared_ptr<retry::Strategy>> retries_;  // by service and region
};

class SessionState : public std::enable_shared_from_this<SessionState> {
  public:
    SessionState(std::shared_ptr<const SessionCore> core, std::string region)
        : core_(std::move(core)), region_(std::move(region)), fips_(config::take_fips(region_)) {}

    [[nodiscard]] const std::shared_ptr<const SessionCore>& core() const noexcept { return core_; }
    // False before the first call of a session whose region, or defaults mode, may be for the EC2 instance to say. Then
    // await `prepare`, which throws ConfigurationError where the settings cannot be used.
    [[nodiscard]] bool is_prepared() const noexcept { return prepared_.load(std::memory_order_acquire); }
    [[nodiscard]] awaitable<void> prepare() const { return prepare(*this); }

    // Throws ConfigurationError where nobody named a region.
    [[nodiscard]] const std::string& region() const;
    [[nodiscard]] std::string region_source() const;  // for people
    // A region as another session has to be told of it, so that it asks for FIPS endpoints where this one was told to do so
    // by the name of its region.
    [[nodiscard]] std::string named_alike(std::string_view region) const;
    // Made when first asked for. Throws ConfigurationError.
    [[nodiscard]] const ServiceContext& service(const orm::ServiceTables& service) const;

  private:
    [[nodiscard]] bool names_fips() const;
    [[nodiscard]] std::unique_ptr<ServiceContext> make_context(const orm::ServiceTables& service) const;

    static awaitable<void> prepare(const SessionState& state);
    [[nodiscard]] config::ModeDefaults mode_defaults(std::string_view region) const;

    std::shared_ptr<const SessionCore> core_;
    std::string region_;  // empty: as the settings say
    bool fips_;           // what was given named FIPS endpoints as a region
    mutable std::atomic<bool> prepared_ = false;
    mutable std::mutex mutex_;
    mutable std::string instance_region_;  // where only the instance says; set once, before prepared_
    // Contexts are added in front and stay, so that they are found without the lock, which is for adding.
    struct Known {
        std::unique_ptr<const ServiceContext> context;
        std::unique_ptr<const Known> next;
    };
    [[nodiscard]] const ServiceContext* find(const orm::ServiceTables& service) const noexcept;

    mutable std::unique_ptr<const Known> services_;
    mutable std::atomic<const Known*> first_service_ = nullptr;  // services_, for those who do not hold the lock
};

// The session of those who named none: one for each execution context.
[[nodiscard]] std::shared_ptr<const SessionState> default_session(boost::asio::execution_context& context);

}  // namespace botocraft::detail
