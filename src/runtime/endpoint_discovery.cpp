#include "runtime/endpoint_discovery.hpp"

#include "auth/aws_call.hpp"
#include "endpoint/functions.hpp"
#include "orm/structure.hpp"
#include "runtime/problem.hpp"
#include "runtime/session_state.hpp"
#include "schema/path.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace botocraft::detail {

namespace {

using namespace api::operation_flag;
using std::chrono::minutes;

// An answer holds for some minutes, or for a day, as it says.
constexpr auth::RenewalTimes times{std::chrono::seconds(20), std::chrono::seconds(0), std::chrono::seconds(30)};
constexpr minutes after_failure{1};
constexpr std::int64_t longest = 24 * 60 * 7;  // minutes

[[noreturn]] void fail(const orm::ServiceTables& service, std::string_view code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = code;
    details.service = service.name;
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

schema::Value read(const Structure& answer, std::string_view path) {
    const auto parsed = schema::Path::parse(answer.shape(), path);
    return parsed ? parsed->read(answer.get()) : schema::Value(schema::Absent());
}

class Question final : public auth::RenewalSource {
  public:
    Question(std::weak_ptr<const SessionState> session, const orm::ServiceTables& service, const api::Operation& operation,
             bool needed, std::shared_ptr<const Clock> clock)
        : session_(std::move(session)), service_(service), operation_(operation), needed_(needed), clock_(std::move(clock)) {}

    [[nodiscard]] awaitable<auth::Found<void>> ask() override {
        const std::shared_ptr<const SessionState> session = session_.lock();
        if (!session) fail(service_, "SessionEnded", "the session is gone that was asking where the service is");
        Structure input(schema::ShapeRef{service_.schema, operation_.input});
        Structure answer(schema::ShapeRef{service_.schema, operation_.output});
        NamedEndpoint named;
        minutes time = after_failure;
        try {
            const Session caller(session);
            co_await auth::call(caller, service_, service_.text(operation_.name), input.get(), answer.get());
            named.where = destination(*session, answer);
            time = lifetime(answer);
        } catch (const Error&) {
            if (needed_) throw;  // else it works without as well
        }
        co_return auth::Found<void>(std::make_shared<const NamedEndpoint>(std::move(named)), clock_->now() + time);
    }

    [[nodiscard]] ErrorDetails late() const override {
        ErrorDetails details;
        details.kind = ErrorKind::timeout;
        details.code = "EndpointDiscoveryTimeout";
        details.service = service_.name;
        details.explanation = "the call's time was over before the service said which endpoint to call: allow it more time";
        return details;
    }

  private:
    // As the rules say, but at the host that the answer names.
    [[nodiscard]] std::shared_ptr<const Destination> destination(const SessionState& session, const Structure& answer) const {
        const schema::Value address = read(answer, "Endpoints[0].Address");
        const auto* const text = std::get_if<std::string_view>(&address);
        if (text == nullptr || text->empty()) fail(service_, "EndpointDiscoveryFailed", "the service names no endpoint");
        const auto made = std::make_shared<Destination>(*session.service(service_).endpoints->find(operation_, nullptr));
        made->named = true;
        const std::string_view scheme = made->endpoint.tls ? "https://" : "http://";
        std::string url(*text);
        if (url.find("://") == url.npos) url.insert(0, scheme);
        if (!url.starts_with(scheme) || !endpoint::parse_url(url)) {
            fail(service_, "EndpointDiscoveryFailed", "the service names \"" + std::string(*text) + "\" as its endpoint, which is no address to call");
        }
        const std::string_view rest = std::string_view(url).substr(scheme.size());
        made->endpoint.authority = rest.substr(0, rest.find('/'));
        made->origin = {};
        made->origin.tls = made->endpoint.tls;
        made->origin.host = made->endpoint.host();
        made->origin.port = made->endpoint.port();
        session.core()->choose_way(made->origin);
        return made;
    }

    [[nodiscard]] static minutes lifetime(const Structure& answer) {
        const schema::Value said = read(answer, "Endpoints[0].CachePeriodInMinutes");
        const auto* const number = std::get_if<std::int64_t>(&said);
        return minutes(number == nullptr ? 1 : std::clamp<std::int64_t>(*number, 1, longest));
    }

    std::weak_ptr<const SessionState> session_;
    const orm::ServiceTables& service_;
    const api::Operation& operation_;
    bool needed_;
    std::shared_ptr<const Clock> clock_;
};

}  // namespace

EndpointDiscovery::EndpointDiscovery(const orm::ServiceTables& service, const config::EndpointSettings& settings,
                                     bool endpoint_is_set, std::weak_ptr<const SessionState> session,
                                     const std::shared_ptr<const Clock>& clock)
    : service_(service), wanted_(settings.discovery), endpoint_is_set_(endpoint_is_set) {
    const std::span operations(service.operations, service.operation_count);
    const auto asked = std::ranges::find_if(operations, [](const auto& one) { return (one.flags & names_endpoints) != 0; });
    if (asked == operations.end()) return;
    const bool needed = std::ranges::any_of(operations, [](const auto& one) { return (one.flags & needs_discovery) != 0; });
    named_.emplace(std::make_shared<Question>(std::move(session), service, *asked, needed, clock), clock, times);
}

const auth::Renewed<NamedEndpoint>* EndpointDiscovery::find_named(const api::Operation& operation) const {
    if (endpoint_is_set_ || !named_) return nullptr;
    const bool needed = (operation.flags & needs_discovery) != 0;
    if (wanted_.value.value_or(needed)) return &*named_;
    if (!needed) return nullptr;
    fail(service_, "EndpointDiscoveryNeeded", "the service names the endpoint of " + std::string(service_.text(operation.name)) +
                                                  " when it is asked, and " + wanted_.source +
                                                  " forbids to ask: remove that, or set an endpoint");
}

bool went_elsewhere(const Problem& problem) noexcept {
    constexpr int misdirected_request = 421;  // RFC 9110, 15.5.20
    return problem.error.status == misdirected_request || problem.error.code == "InvalidEndpointException";
}

}  // namespace botocraft::detail
