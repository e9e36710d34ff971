#include "runtime/session_state.hpp"

#include "auth/bearer_token.hpp"
#include "config/names.hpp"
#include "http/proxy.hpp"
#include "protocol/codec.hpp"
#include "runtime/defaults.hpp"
#include "runtime/request.hpp"

#include <botocraft/bearer_token.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>
#include <botocraft/process.hpp>

#include <boost/asio/execution_context.hpp>

#include <algorithm>
#include <span>
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
    if (!options.processes) options.processes = system_processes();
    return options;
}

std::string user_agent(const std::string& app_id) {
    std::string text = "botocraft-cpp/0.1.0";
    if (!app_id.empty()) text.append(" app/").append(app_id);
    return text;
}

// The first that the session prefers and the service offers, else the first in the service's own order of preference.
api::Protocol choose_protocol(const orm::ServiceTables& service, const std::vector<Protocol>& preferred) {
    const std::span offered(service.protocols, service.protocol_count);
    for (const Protocol protocol : preferred) {
        if (std::ranges::find(offered, protocol) != offered.end()) return protocol;
    }
    return offered.front();
}

bool takes_tokens(const orm::ServiceTables& service) noexcept {
    return std::ranges::find(service.auth, api::AuthScheme::bearer) != service.auth.end();
}

// Without asking anybody for it.
auth::TokenHope token_hope(const CredentialsContext& context, const config::Settings& settings,
                           std::string_view signing_name) {
    if (auth::has_own_token(context, signing_name)) return auth::TokenHope::own;
    const config::Section* const profile = settings.files.profile(settings.profile);
    const bool signs_in = profile != nullptr && profile->contains(config::names::sso_session.key);
    return signs_in ? auth::TokenHope::perhaps : auth::TokenHope::none;
}

[[noreturn]] void refuse(std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = "InvalidLimit";
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

void check_bounds(const SessionOptions& options) {
    using milliseconds = std::chrono::milliseconds;
    const std::pair<std::string_view, milliseconds> times[] = {
        {"call_timeout", options.call_timeout.value_or(milliseconds::zero())},
        {"attempt_timeout", options.attempt_timeout.value_or(milliseconds::zero())},
        {"connect_timeout", options.connect_timeout.value_or(milliseconds::zero())},
        {"tls_timeout", options.tls_timeout.value_or(milliseconds::zero())},
        {"lookup_timeout", options.lookup_timeout},
        {"first_byte_timeout", options.first_byte_timeout},
        {"stall_timeout", options.stall_timeout},
        {"max_idle", options.max_idle},
        {"max_age", options.max_age}};
    for (const auto& [name, time] : times) {
        if (time < milliseconds::zero()) {
            refuse(std::string(name) + " in code is " + std::to_string(time.count()) +
                   " ms: give a time of 0 or more, or milliseconds::max() for no limit");
        }
    }
    if (options.connections == 0) refuse("connections in code is 0: every call would wait for one; give 1 or more");
}

}  // namespace

SessionCore::SessionCore(const SessionOptions& options)
    : options_(with_defaults(options)), corrected_clock_(auth::corrected(options_.clock)) {
    options_.clock = corrected_clock_->machine();
}

SessionCore::~SessionCore() = default;

const config::Settings& SessionCore::settings() const {
    const std::lock_guard lock(mutex_);
    if (!settings_) {
        check_bounds(options_);
        config::Overrides overrides;
        overrides.files = {options_.config_file, options_.credentials_file};
        overrides.profile = options_.profile;
        overrides.region = options_.region;
        overrides.endpoint_url = options_.endpoint_url;
        overrides.endpoints = options_.endpoints;
        overrides.retry_mode = options_.retry_mode;
        overrides.max_attempts = options_.max_attempts;
        overrides.behavior = options_.behavior;
        overrides.ca_bundle = options_.ca_bundle;
        overrides.proxy = options_.proxy;
        overrides.defaults_mode = options_.defaults_mode;
        overrides.auth_schemes = options_.auth_schemes;
        overrides.signing_region_set = options_.signing_region_set;
        overrides.app_id = options_.app_id;
        overrides.compression = options_.protocol.compression;
        overrides.request_checksums = options_.protocol.request_checksums;
        overrides.response_checksums = options_.protocol.response_checksums;
        auto made = std::make_unique<const config::Settings>(config::resolve_settings(options_.environment, overrides));
        http::TlsSettings tls;
        tls.ca_bundle = made->ca_bundle.value_or(std::string());
        tls.own = options_.tls.context;
        tls.client_certificate = options_.tls.client_certificate;
        tls.client_key = options_.tls.client_key;
        tls_ = http::make_tls_context(std::move(tls));
        for (const auto& proxy : {made->proxies.https, made->proxies.http}) {
            if (proxy) proxy->context = tls_;
        }
        settings_ = std::move(made);
    }
    return *settings_;
}

http::Clock::duration SessionCore::call_limit() const noexcept {
    return http::limit_of(options_.call_timeout.value_or(std::chrono::minutes(5)));
}

http::Clock::duration SessionCore::attempt_limit() const noexcept {
    return http::limit_of(options_.attempt_timeout.value_or(std::chrono::minutes(2)));
}

CredentialsContext SessionCore::context() const {
    CredentialsContext context;
    context.environment = options_.environment;
    context.clock = corrected_clock_;
    context.profile = options_.profile.value_or(std::string());
    context.session = options_;
    context.session.credentials = nullptr;
    context.session.observers.clear();
    const std::lock_guard lock(first_region_mutex_);
    if (!first_region_.empty()) context.session.region = first_region_;
    return context;
}

void SessionCore::remember_region(std::string_view region) const {
    const std::lock_guard lock(first_region_mutex_);
    if (first_region_.empty()) first_region_ = region;
}

InstanceRegion& SessionCore::instance_region() const {
    const std::lock_guard lock(mutex_);
    if (!instance_region_) instance_region_ = std::make_unique<InstanceRegion>(context());
    return *instance_region_;
}

auth::CredentialsCache& SessionCore::credentials() const {
    if (auto* const known = known_credentials_.load(std::memory_order_acquire)) return *known;
    const std::lock_guard lock(mutex_);
    if (!credentials_) {
        credentials_ = std::make_unique<auth::CredentialsCache>(
            options_.credentials ? options_.credentials : default_credentials(), context());
        known_credentials_.store(credentials_.get(), std::memory_order_release);
    }
    return *credentials_;
}

auth::Renewed<BearerToken> SessionCore::bearer_tokens(std::string_view signing_name) const {
    const std::lock_guard lock(mutex_);
    const auto known = bearer_tokens_.find(signing_name);
    if (known != bearer_tokens_.end()) return known->second;
    const std::string name(signing_name);
    return bearer_tokens_.emplace(name, auth::keep_bearer_token(context(), name)).first->second;
}

void SessionCore::choose_way(http::Origin& origin) const {
    const config::Settings& known = settings();
    origin.connections = options_.connections;
    if (origin.tls) origin.context = tls_;
    origin.proxy = known.proxies.find(origin.tls, origin.host, origin.port);
}

std::shared_ptr<retry::Strategy> SessionCore::retries(const orm::ServiceTables& service,
                                                      const std::string& region) const {
    const config::Settings& known = settings();
    const std::lock_guard lock(mutex_);
    std::shared_ptr<retry::Strategy>& kept = retries_[{std::string(service.name), region}];
    if (!kept) {
        retry::Rules rules = retry::rules_of(known.behavior, service.retries);
        rules.max_attempts = known.max_attempts.value_or(rules.max_attempts);
        kept = std::make_shared<retry::Strategy>(known.retry_mode, rules, clock().steady_now());
    }
    return kept;
}

const std::string& SessionState::region() const {
    if (!region_.empty()) return region_;
    const config::Settings& settings = core_->settings();
    if (settings.region.empty() && is_prepared() && !instance_region_.empty()) return instance_region_;
    return settings.required_region();
}

std::string SessionState::region_source() const {
    return region_.empty() ? core_->settings().region_source : "code";
}

bool SessionState::names_fips() const { return region_.empty() ? core_->settings().region_is_fips : fips_; }

std::string SessionState::named_alike(std::string_view region) const {
    return std::string(names_fips() ? "fips-" : "").append(region);
}

awaitable<void> SessionState::prepare(const SessionState& state) {
    const config::Settings& settings = state.core_->settings();
    const bool region_missing = state.region_.empty() && settings.region.empty();
    std::string first_region = state.region_;
    const bool automatic = settings.defaults_mode == config::DefaultsMode::automatic &&
                           config::region_of_execution(*settings.environment).empty();
    if (region_missing || automatic) {
        const auto deadline = http::after(http::Clock::now(), state.core_->call_limit());
        std::string region = co_await state.core_->instance_region().find(deadline);
        if (region_missing && region.empty()) co_return;  // it may be there later
        const std::lock_guard lock(state.mutex_);
        if (region_missing && state.instance_region_.empty()) {
            config::check_region(region, "the instance metadata service");
            state.instance_region_ = std::move(region);
        }
        if (region_missing) first_region = state.instance_region_;
    }
    // Before anybody asks for credentials, which may be another service's to give.
    if (settings.region.empty()) {
        config::check_region(first_region, "code");
        state.core_->remember_region(state.named_alike(first_region));
    }
    state.prepared_.store(true, std::memory_order_release);
}

config::ModeDefaults SessionState::mode_defaults(std::string_view region) const {
    const config::Settings& settings = core_->settings();
    config::DefaultsMode mode = settings.defaults_mode;
    if (mode == config::DefaultsMode::automatic) {
        std::string own = config::region_of_execution(*settings.environment);
        if (own.empty()) own = core_->instance_region().known();
        mode = config::choose_defaults_mode(own, region);
    }
    return config::defaults_of(mode);
}

std::shared_ptr<const SessionState> OtherRegions::find(std::string_view resource) const {
    if (!any_.load(std::memory_order_acquire)) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto found = by_resource_.find(resource);
    return found == by_resource_.end() ? nullptr : found->second;
}

std::shared_ptr<const SessionState> OtherRegions::session_of(std::string_view region) const {
    if (!any_.load(std::memory_order_acquire)) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto found = by_region_.find(region);
    return found == by_region_.end() ? nullptr : found->second;
}

void OtherRegions::put(std::string_view resource, std::shared_ptr<const SessionState> session) {
    const std::lock_guard lock(mutex_);
    if (by_resource_.size() >= most) {
        by_resource_.clear();
        by_region_.clear();
    }
    const auto one = by_region_.try_emplace(session->region(), session).first;  // who came first stays
    by_resource_.insert_or_assign(std::string(resource), one->second);
    any_.store(true, std::memory_order_release);
}

auth::ClockOffset ServiceContext::correction(const SessionCore& core) const noexcept {
    const auth::ClockOffset own(clock_offset.load(std::memory_order_relaxed));
    return own.count() != 0 ? own : core.clock_offset();
}

std::optional<api::Protocol> ServiceContext::next_protocol(api::Protocol tried) const noexcept {
    if (protocol_is_known.load(std::memory_order_acquire)) {
        const api::Protocol known = protocol.load(std::memory_order_relaxed);
        return known == tried ? std::nullopt : std::optional(known);
    }
    const std::span offered(service->protocols, service->protocol_count);
    const auto at = std::ranges::find(offered, tried);
    if (at == offered.end() || at + 1 == offered.end()) return std::nullopt;
    return *(at + 1);
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
    config::Found where{region(), region_source()};

    auto context = std::make_unique<ServiceContext>();
    context->service = &service;
    context->secrecy = Secrecy(service);
    context->protocol = choose_protocol(service, options.protocol.preferred);
    const ReplyLimits& limits = options.protocol.limits;
    context->reply_limits = {
        .depth = limits.depth, .elements = limits.elements, .event = limits.event, .event_head = limits.event_head};
    context->compression = settings.compression;
    context->request_checksums = settings.request_checksums;
    context->response_checksums = settings.response_checksums;
    context->endpoints = std::make_unique<const ServiceEndpoints>(
        service, settings, std::move(where), names_fips(), [core = core_.get()](http::Origin& origin) { core->choose_way(origin); });
    const bool is_own = context->endpoints->configured().has_value();
    const bool is_preferred = std::ranges::find(options.protocol.preferred, context->protocol.load()) != options.protocol.preferred.end();
    context->protocol_is_known = !is_own || is_preferred;
    context->discovery.emplace(service, settings.endpoints, is_own, weak_from_this(),
                               options.clock);
    context->user_agent = user_agent(settings.app_id);
    context->schemes.preferred = auth::parse_schemes(settings.auth_schemes);
    context->schemes.region_set = settings.signing_region_set;
    if (takes_tokens(service)) {
        context->schemes.token = token_hope(core_->context(), settings, service.signing_name);
        context->tokens = core_->bearer_tokens(service.signing_name);
    }
    const config::ModeDefaults defaults = mode_defaults(context->endpoints->region().value);
    context->retries = core_->retries(service, context->endpoints->region().value);
    const std::optional<config::Found>& url = context->endpoints->configured();
    context->quota = RetryQuotas::key(service, context->endpoints->region().value, url ? url->value : std::string_view(),
                                      context->retries->rules());
    context->limits.connect = http::limit_of(options.connect_timeout.value_or(defaults.connect_timeout));
    context->limits.tls = http::limit_of(options.tls_timeout.value_or(defaults.tls_timeout));
    context->limits.resolve = http::limit_of(options.lookup_timeout);
    context->limits.first_byte = http::limit_of(options.first_byte_timeout);
    context->limits.stall = http::limit_of(options.stall_timeout);
    context->limits.idle = http::limit_of(options.max_idle);
    context->limits.age = http::limit_of(options.max_age);
    context->limits.reply_head = options.protocol.limits.head;
    context->limits.reply_body = options.protocol.limits.body;
    return context;
}

namespace {

class DefaultSession : public boost::asio::execution_context::service {
  public:
    using key_type = DefaultSession;

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
    const auto value = [](const std::atomic<std::uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
    SessionStatistics statistics;
    const std::uint64_t ended = value(counters.ended);  // before `calls`, so that the difference is not negative
    statistics.calls = value(counters.calls);
    statistics.in_flight = statistics.calls - ended;
    statistics.errors = value(counters.errors);
    statistics.cancelled = value(counters.cancelled);
    statistics.attempts = value(counters.attempts);
    statistics.retries = value(counters.retries);
    statistics.resent = value(counters.resent);
    statistics.throttled = value(counters.throttled);
    statistics.no_quota = value(counters.no_quota);
    statistics.bytes_sent = value(counters.bytes_sent);
    statistics.bytes_received = value(counters.bytes_received);
    return statistics;
}

ConnectionStatistics Session::connections(boost::asio::execution_context& context) const {
    return http::statistics(context);
}

const std::string& Session::region() const { return state_->region(); }

}  // namespace botocraft
