#pragma once
// Session: in whose name, to which region and how calls are made.

#include <botocraft/awaitable.hpp>
#include <botocraft/connections.hpp>
#include <botocraft/endpoints.hpp>
#include <botocraft/instance_metadata.hpp>
#include <botocraft/protocol.hpp>
#include <botocraft/retry.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class execution_context;
}

namespace botocraft {

class BearerTokenProvider;
class Clock;
class CredentialsProvider;
class Environment;
class Observer;
class ProcessRunner;

namespace http {
class Transport;
}
namespace detail {
class SessionState;
}

// Where randomness comes from: the jitter of retries and idempotency tokens. Safe to call from several threads at once.
class RandomSource {
  public:
    RandomSource() = default;
    RandomSource(const RandomSource&) = delete;
    RandomSource& operator=(const RandomSource&) = delete;
    virtual ~RandomSource() = default;
    [[nodiscard]] virtual std::uint64_t next() = 0;
};

// How the wait before a retry is spent.
class Sleeper {
  public:
    Sleeper() = default;
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
    virtual ~Sleeper() = default;
    [[nodiscard]] virtual awaitable<void> sleep(std::chrono::steady_clock::duration time) = 0;
};

// Asks a person for the code that a device for multi-factor authentication shows. Awaited in the execution context of the
// call that needs it, once for all calls that wait for its answer, however long that takes. They wait for no longer than
// SessionOptions::call_timeout; an answer that comes later serves the calls after them. End it where nobody answers. It is
// cancelled (terminal) when all of those calls are.
using MfaPrompt = std::function<awaitable<std::string>(std::string_view serial_number)>;

// What a session is told in code. Everything that is left out comes from the environment, then from the profile, then
// from a default, and is looked for by the first call: making a session reads nothing.
struct SessionOptions {
    std::optional<std::string> region{};        // else AWS_REGION, AWS_DEFAULT_REGION, the profile, the EC2 instance
    std::optional<std::string> profile{};       // else AWS_PROFILE, `default`
    std::optional<std::string> endpoint_url{};  // for every service; else AWS_ENDPOINT_URL*, the profile, AWS's own
    EndpointOptions endpoints{};                // FIPS, dual stack, S3's addressing, and URLs of single services
    std::shared_ptr<CredentialsProvider> credentials{};  // else the default chain
    std::shared_ptr<BearerTokenProvider> bearer_tokens{};  // else AWS_BEARER_TOKEN_<SERVICE>, the profile's sso_session
    MfaPrompt mfa_code{};                                // for roles of profiles with mfa_serial
    std::optional<std::string> config_file{};       // else AWS_CONFIG_FILE, ~/.aws/config; one that is not there: empty
    std::optional<std::string> credentials_file{};  // else AWS_SHARED_CREDENTIALS_FILE, ~/.aws/credentials; likewise
    std::optional<std::string> login_cache{};       // a folder, for `aws login`; else AWS_LOGIN_CACHE_DIRECTORY, ~/.aws/login/cache
    InstanceMetadataOptions metadata{};             // of the EC2 instance
    std::optional<std::string> ca_bundle{};     // PEM file of the only trusted authorities; else AWS_CA_BUNDLE, the system's
    TlsOptions tls{};                           // a configuration of your own, a client's certificate
    ProxyOptions proxy{};                       // else HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY
    std::optional<std::string> defaults_mode{};  // `in-region`, ...; else AWS_DEFAULTS_MODE, the profile, `legacy`
    std::optional<RetryMode> retry_mode{};      // else AWS_RETRY_MODE, the profile, `standard`
    std::optional<int> max_attempts{};          // 1: no retries. Else AWS_MAX_ATTEMPTS, the profile, 3 (DynamoDB: 4)
    std::optional<BehaviorVersion> behavior{};  // else AWS_NEW_RETRIES_2026, the latest
    ProtocolOptions protocol{};                 // which protocol is preferred, limits of replies, compression

    // Ways to sign that are taken first where a service offers them: `sigv4a, sigv4`. Else AWS_AUTH_SCHEME_PREFERENCE,
    // the profile's auth_scheme_preference.
    std::optional<std::string> auth_schemes{};
    // The regions that a signature of Version 4a is good for: `us-east-1,eu-west-1` or `*`. Else
    // AWS_SIGV4A_SIGNING_REGION_SET, the profile's sigv4a_signing_region_set, what the endpoint says.
    std::optional<std::string> signing_region_set{};

    // The program's name for who reads AWS's logs: a part of the user agent, at most 50 characters by AWS's advice. Else
    // AWS_SDK_UA_APP_ID, the profile's sdk_ua_app_id.
    std::optional<std::string> app_id{};

    // Bounds. Each has one meaning; together they bound every call. `milliseconds::max()` is no bound. The first call
    // refuses less than nothing, and 0 connections.
    //
    // The first two bound a call whose body passes by (streams.hpp) only where they are set: how long a large body may take
    // is not for a default to say. Without them such an attempt has `attempt_timeout` to get a connection, and then lasts for
    // as long as bytes move; `call_timeout` bounds the waits between attempts. Streams of events are so in any case.
    std::optional<std::chrono::milliseconds> call_timeout{};     // a call with all its attempts and waits; else 5 min
    std::optional<std::chrono::milliseconds> attempt_timeout{};  // one attempt, waiting for a connection included; else 2 min
    std::optional<std::chrono::milliseconds> connect_timeout{};  // TCP, each address, and a proxy's CONNECT; else as the defaults mode, 5 s
    std::optional<std::chrono::milliseconds> tls_timeout{};      // TLS handshake; else as the defaults mode, 10 s
    std::chrono::milliseconds lookup_timeout = std::chrono::seconds(10);  // for the addresses of a name
    std::chrono::milliseconds first_byte_timeout = std::chrono::seconds(60);  // from the request sent to the reply's start
    std::chrono::milliseconds stall_timeout = std::chrono::seconds(60);  // no byte moved, within a request or a reply
    // A connection that was unused for longer is not used again. It is closed when somebody next asks for a connection in
    // its execution context: a timer for that would keep the context's run() from returning.
    std::chrono::milliseconds max_idle = std::chrono::seconds(50);
    std::chrono::milliseconds max_age = std::chrono::minutes(10);    // an older connection is not used again
    // Open at once to one endpoint from one execution context; more callers wait in turn. Sessions that say the same share
    // them.
    std::size_t connections = 256;

    // Told of every call, in this order: observer.hpp; log.hpp makes one that logs. Calls by which the session gets its
    // own credentials are not told, those that open sessions with directory buckets of S3 are.
    std::vector<std::shared_ptr<Observer>> observers{};

    // What a session touches the world through; for tests and unusual hosts.
    std::shared_ptr<const Environment> environment{};
    std::shared_ptr<const Clock> clock{};
    std::shared_ptr<RandomSource> random{};
    std::shared_ptr<Sleeper> sleeper{};
    std::shared_ptr<http::Transport> transport{};
    std::shared_ptr<ProcessRunner> processes{};  // runs the credential_process of a profile
};

// What the calls of a session, and of those made from it by with_region, came to so far.
struct SessionStatistics {
    std::uint64_t calls = 0;      // that were begun
    std::uint64_t in_flight = 0;  // that have not ended
    std::uint64_t errors = 0;     // calls that ended in an error
    std::uint64_t cancelled = 0;  // that their callers ended
    std::uint64_t attempts = 0;   // to send a request, retries among them; also those that got no connection
    std::uint64_t retries = 0;    // that followed an error
    std::uint64_t resent = 0;     // at once, because the server had closed a kept connection; not among the retries
    std::uint64_t throttled = 0;  // attempts that AWS refused because there were too many
    std::uint64_t no_quota = 0;   // retries that were not made because too many calls failed
    std::uint64_t bytes_sent = 0;      // of requests, heads among them
    std::uint64_t bytes_received = 0;  // of bodies of replies
};

// A cheap handle, to be copied freely; safe to use from many threads at once. Connections do not belong to it but to the
// execution context that a call is awaited in. It can outlive contexts, and be shared by several.
class Session {
  public:
    // Everything from the environment and the profile files.
    Session();
    explicit Session(const SessionOptions& options);

    // The same in another region: credentials, settings and limits are shared.
    [[nodiscard]] Session with_region(std::string_view region) const;

    // The region that calls will be made to. Reads environment and profile files if nobody did so far. One that only the
    // EC2 instance knows is there when a call has been made. Throws ConfigurationError where none is known.
    [[nodiscard]] const std::string& region() const;

    [[nodiscard]] SessionStatistics statistics() const noexcept;

    // Of the connections that belong to that context, which sessions share.
    [[nodiscard]] ConnectionStatistics connections(boost::asio::execution_context& context) const;

    // For the library.
    explicit Session(std::shared_ptr<const detail::SessionState> state) noexcept : state_(std::move(state)) {}
    [[nodiscard]] const std::shared_ptr<const detail::SessionState>& state() const noexcept { return state_; }

  private:
    std::shared_ptr<const detail::SessionState> state_;
};

}  // namespace botocraft
