#include "runtime/session_state.hpp"

#include "endpoint/partition_data.hpp"
#include "endpoint/rules.hpp"
#include "protocol/codec.hpp"
#include "runtime/defaults.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>

#include <boost/asio/execution_context.hpp>

#include <algorithm>
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

// AWS_BEARER_TOKEN_BEDROCK: a token for one service.
Secret bearer_token(const Environment& environment, const orm::ServiceTables& service) {
    if (std::ranges::find(service.auth, api::AuthScheme::bearer) == service.auth.end()) return {};
    std::string name = "AWS_BEARER_TOKEN_";
    for (const char c : service.signing_name) {
        name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    const std::string token = environment.variable(name).value_or(std::string());
    const bool clean = std::ranges::all_of(token, [](unsigned char c) { return c > ' ' && c < 0x7f; });
    if (clean) return token;
    ErrorDetails details;
    details.kind = ErrorKind::credentials;
    details.code = "InvalidCredentials";
    details.explanation = "the token in " + name + " holds a blank, a line break or another character that none has: "
                          "copy it again";
    throw_error(std::move(details));
}

std::string endpoint_source(const config::Settings& settings, bool configured) {
    if (settings.endpoint_override) return "endpoint_url in code";
    if (configured) return "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> or endpoint_url in the profile";
    std::string text = "the endpoint rules of the service";
    if (settings.use_fips) text += ", with FIPS";
    if (settings.use_dualstack) text += ", with dual stack";
    return text;
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
        overrides.max_attempts = options_.max_attempts;
        overrides.ca_bundle = options_.ca_bundle;
        overrides.auth_schemes = options_.auth_schemes;
        overrides.signing_region_set = options_.signing_region_set;
        settings_ = std::make_unique<const config::Settings>(
            config::resolve_settings(options_.environment, overrides));
    }
    return *settings_;
}

auth::CredentialsCache& SessionCore::credentials() const {
    const std::lock_guard lock(mutex_);
    if (!credentials_) {
        CredentialsContext context;
        context.environment = options_.environment;
        context.clock = options_.clock;
        context.profile = options_.profile.value_or(std::string());
        credentials_ = std::make_unique<auth::CredentialsCache>(
            options_.credentials ? options_.credentials : default_credentials(), std::move(context));
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

std::string SessionState::region_source() const {
    return region_.empty() ? core_->settings().region_source : "code";
}

const ServiceContext& SessionState::service(const orm::ServiceTables& service) const {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find(services_, &service, [](const auto& context) { return context->service; });
    if (known != services_.end()) return **known;
    return *services_.emplace_back(make_context(service));
}

std::unique_ptr<ServiceContext> SessionState::make_context(const orm::ServiceTables& service) const {
    const SessionOptions& options = core_->options();
    const config::Settings& settings = core_->settings();
    const std::string& name = region();
    if (!region_.empty()) config::check_region(region_, "code");
    const std::optional<std::string> configured = settings.endpoint_url(service.service_id);

    endpoint::Parameters parameters(*service.endpoint_rules);
    parameters.set(endpoint::BuiltIn::region, std::string_view(name));
    parameters.set(endpoint::BuiltIn::use_fips, settings.use_fips);
    parameters.set(endpoint::BuiltIn::use_dual_stack, settings.use_dualstack);
    if (configured) parameters.set(endpoint::BuiltIn::endpoint, std::string_view(*configured));
    endpoint::Endpoint endpoint;
    endpoint::resolve(endpoint::partitions(), parameters, endpoint, service.name);

    auto context = std::make_unique<ServiceContext>();
    context->service = &service;
    context->protocol = choose_protocol(service);
    context->origin.tls = endpoint.tls;
    context->origin.host = endpoint.host();
    context->origin.port = endpoint.port();
    if (endpoint.tls) context->origin.context = core_->tls();
    context->host = endpoint.authority;
    context->path = endpoint.path == "/" ? std::string() : endpoint.path;
    context->url = endpoint.url();
    context->region = name;
    context->endpoint_source = endpoint_source(settings, configured.has_value());
    context->auth.assign(endpoint.auth().begin(), endpoint.auth().end());
    context->schemes.preferred = auth::parse_schemes(settings.auth_schemes);
    context->schemes.region_set = settings.signing_region_set;
    context->schemes.bearer_token = bearer_token(*options.environment, service);
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
