#include "runtime/session_state.hpp"

#include "protocol/codec.hpp"
#include "runtime/defaults.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>

#include <boost/asio/execution_context.hpp>

#include <utility>

namespace botocraft {

namespace detail {

namespace {

SessionOptions with_defaults(SessionOptions options) {
    if (!options.environment) options.environment = system_environment();
    if (!options.clock) options.clock = system_clock();
    if (!options.random) options.random = system_random();
    if (!options.sleeper) options.sleeper = timer_sleeper();
    if (!options.transport) options.transport = http::make_transport();
    return options;
}

// The first protocol in the service's own order of preference that this library speaks.
api::Protocol choose_protocol(const orm::ServiceTables& service) {
    for (std::uint16_t i = 0; i < service.protocol_count; ++i) {
        const api::Protocol protocol = service.protocols[i];
        if (protocol::supported(protocol)) return protocol;
    }
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = "UnsupportedProtocol";
    details.service = service.name;
    details.explanation = "this version of the library does not speak any protocol of this service";
    throw_error(std::move(details));
}

}  // namespace

SessionCore::SessionCore(const SessionOptions& options) : options_(with_defaults(options)) {}

const config::Settings& SessionCore::settings() const {
    const std::lock_guard lock(mutex_);
    if (!settings_) {
        config::Overrides overrides;
        overrides.profile = options_.profile;
        overrides.region = options_.region;
        overrides.endpoint_url = options_.endpoint_url;
        overrides.endpoints = options_.endpoints;
        overrides.max_attempts = options_.max_attempts;
        overrides.ca_bundle = options_.ca_bundle;
        settings_ = std::make_unique<const config::Settings>(
            config::resolve_settings(options_.environment, overrides));
    }
    return *settings_;
}

auth::CredentialsCache& SessionCore::credentials() const {
    if (auto* const known = known_credentials_.load(std::memory_order_acquire)) return *known;
    const std::lock_guard lock(mutex_);
    if (!credentials_) {
        CredentialsContext context;
        context.environment = options_.environment;
        context.clock = options_.clock;
        context.profile = options_.profile.value_or(std::string());
        credentials_ = std::make_unique<auth::CredentialsCache>(
            options_.credentials ? options_.credentials : default_credentials(), std::move(context));
        known_credentials_.store(credentials_.get(), std::memory_order_release);
    }
    return *credentials_;
}

const std::shared_ptr<http::TlsContext>& SessionCore::tls() const {
    const config::Settings& known = settings();
    const std::lock_guard lock(mutex_);
    if (!tls_) {
        http::TlsSettings tls;
        tls.ca_bundle = known.ca_bundle.value_or(std::string());
        tls_ = http::make_tls_context(std::move(tls));
    }
    return tls_;
}

const std::string& SessionState::region() const {
    return region_.empty() ? core_->settings().required_region() : region_;
}

const ServiceContext* SessionState::find(const orm::ServiceTables& service) const noexcept {
    const Known* known = first_service_.load(std::memory_order_acquire);
    while (known != nullptr && known->context->service != &service) known = known->next.get();
    return known == nullptr ? nullptr : known->context.get();
}

const ServiceContext& SessionState::service(const orm::ServiceTables& service) const {
    if (const ServiceContext* const known = find(service)) return *known;
    const std::lock_guard lock(mutex_);
    if (const ServiceContext* const known = find(service)) return *known;  // somebody else was faster
    auto added = std::make_unique<Known>(Known{make_context(service), nullptr});
    added->next = std::move(services_);
    services_ = std::move(added);
    first_service_.store(services_.get(), std::memory_order_release);
    return *services_->context;
}

std::unique_ptr<ServiceContext> SessionState::make_context(const orm::ServiceTables& service) const {
    const SessionOptions& options = core_->options();
    const config::Settings& settings = core_->settings();
    if (!region_.empty()) config::check_region(region_, "code");
    config::Found where{region(), region_.empty() ? settings.region_source : "code"};

    auto context = std::make_unique<ServiceContext>();
    context->service = &service;
    context->protocol = choose_protocol(service);
    context->endpoints = std::make_unique<const ServiceEndpoints>(
        service, settings, std::move(where), [core = core_.get()] { return core->tls(); });
    context->limits.connect = options.connect_timeout;
    context->limits.tls = options.tls_timeout;
    context->limits.first_byte = options.read_timeout;
    context->limits.stall = options.read_timeout;
    context->limits.connections = options.connections;
    return context;
}

namespace {

class DefaultSession : public boost::asio::execution_context::service {
  public:
    using key_type = DefaultSession;
    static inline boost::asio::execution_context::id id;

    explicit DefaultSession(boost::asio::execution_context& context)
        : boost::asio::execution_context::service(context), state_(Session().state()) {}
    [[nodiscard]] const std::shared_ptr<const SessionState>& state() const noexcept { return state_; }

  private:
    void shutdown() override { state_.reset(); }

    std::shared_ptr<const SessionState> state_;
};

}  // namespace

std::shared_ptr<const SessionState> default_session(boost::asio::execution_context& context) {
    return boost::asio::use_service<DefaultSession>(context).state();
}

}  // namespace detail

Session::Session() : Session(SessionOptions{}) {}

Session::Session(const SessionOptions& options)
    : state_(std::make_shared<const detail::SessionState>(std::make_shared<const detail::SessionCore>(options),
                                                          std::string())) {}

Session Session::with_region(std::string_view region) const {
    return Session(std::make_shared<const detail::SessionState>(state_->core(), std::string(region)));
}

SessionStatistics Session::statistics() const noexcept {
    const auto& counters = state_->core()->counters();
    SessionStatistics statistics;
    statistics.calls = counters.calls.load(std::memory_order_relaxed);
    statistics.attempts = counters.attempts.load(std::memory_order_relaxed);
    statistics.errors = counters.errors.load(std::memory_order_relaxed);
    return statistics;
}

const std::string& Session::region() const { return state_->region(); }

}  // namespace botocraft
