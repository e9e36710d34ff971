#include "runtime/invoke.hpp"

#include "auth/clock_skew.hpp"
#include "protocol/codec.hpp"
#include "retry/classify.hpp"
#include "runtime/idempotency.hpp"
#include "runtime/rehearsal.hpp"
#include "runtime/reply_errors.hpp"
#include "runtime/request.hpp"
#include "runtime/stop_point.hpp"

#include <botocraft/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace botocraft::detail {

namespace {

using std::chrono::steady_clock;

struct HttpReply final : protocol::Reply {
    explicit HttpReply(const http::Reply& reply) : reply_(reply) {
        status = reply.status();
        body = reply.body();
    }
    std::string_view header(std::string_view lower_case_name) const override { return reply_.header(lower_case_name); }
    bool has_header(std::string_view lower_case_name) const override { return reply_.has_header(lower_case_name); }
    std::size_t header_count() const override { return reply_.headers().size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override {
        return {reply_.headers()[i].name, reply_.headers()[i].value};
    }

  private:
    const http::Reply& reply_;
};

ErrorDetails details_of(const Target& target) {
    ErrorDetails details;
    details.service = target.service.name;
    details.operation = target.service.text(target.operation.name);
    details.region = target.context.endpoints->region().value;
    if (target.destination) details.endpoint = target.destination->endpoint.url();
    return details;
}

// Why an attempt failed.
struct Problem {
    ErrorDetails error{};
    retry::Failure failure = retry::Failure::final;
    bool safe_to_repeat = true;  // the server cannot have carried the request out, or said that it did not
    int retry_cost = retry::TokenBucket::retry_cost;
    bool stale = false;  // a kept connection that the server had closed meanwhile
};

std::string_view connection_code(const http::Failure& failure) noexcept {
    if (failure.timed_out()) {
        switch (failure.phase()) {
            case http::Phase::pool: return "PoolTimeout";
            case http::Phase::resolve: return "NameLookupTimeout";
            case http::Phase::connect: return "ConnectTimeout";
            case http::Phase::proxy: return "ProxyTimeout";
            case http::Phase::tls: return "TlsTimeout";
            default: return "ReadTimeout";
        }
    }
    switch (failure.phase()) {
        case http::Phase::pool: return "PoolFailure";
        case http::Phase::resolve: return "NameLookupFailure";
        case http::Phase::connect: return "ConnectFailure";
        case http::Phase::proxy: return "ProxyFailure";
        case http::Phase::tls: return "TlsFailure";
        case http::Phase::send: return "SendFailure";
        case http::Phase::receive: return "ReceiveFailure";
        case http::Phase::parse: return "MalformedReply";
    }
    return "ConnectionFailure";
}

std::string_view connection_advice(const http::Failure& failure) noexcept {
    switch (failure.phase()) {
        case http::Phase::resolve: return "check the region's name and the endpoint URL";
        case http::Phase::connect: return "check that the endpoint can be reached from here";
        case http::Phase::proxy: return "check the proxy's URL and what it allows (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)";
        case http::Phase::tls: return "check the certificate authorities (AWS_CA_BUNDLE, ca_bundle)";
        case http::Phase::parse: return "something that does not speak HTTP answered: check the endpoint URL and proxies";
        default: return {};
    }
}

Problem failed_connection(const Target& target, const http::Failure& failure) {
    Problem problem;
    problem.error = details_of(target);
    problem.error.kind = failure.phase() == http::Phase::parse ? ErrorKind::protocol
                         : failure.timed_out()                 ? ErrorKind::timeout
                                                               : ErrorKind::connection;
    problem.error.code = connection_code(failure);
    problem.error.explanation = failure.what();
    if (const std::string_view advice = connection_advice(failure); !advice.empty()) {
        problem.error.explanation.append("; ").append(advice);
    }
    // A certificate that is refused now is refused a second later.
    problem.failure = failure.permanent() ? retry::Failure::final : retry::Failure::transient;
    problem.safe_to_repeat = !failure.may_have_been_sent();
    if (failure.timed_out()) problem.retry_cost = retry::TokenBucket::timeout_cost;
    problem.stale = failure.stale();
    return problem;
}

// Errors by which AWS says that it does not accept the credentials as such.
bool refuses_credentials(std::string_view code) noexcept {
    constexpr std::array<std::string_view, 7> codes{
        "ExpiredToken",          "ExpiredTokenException",       "InvalidAccessKeyId",    "InvalidClientTokenId",
        "InvalidTokenException", "UnrecognizedClientException", "InvalidSignatureException"};
    return std::ranges::find(codes, code) != codes.end();
}

Problem answered_error(const Target& target, const http::Reply& reply) {
    Problem problem;
    problem.error = details_of(target);
    protocol::decode_error(target.context.protocol, target.service, HttpReply(reply), problem.error);
    const bool understood = !problem.error.code.empty();
    problem.error.kind = understood ? ErrorKind::service : ErrorKind::protocol;
    if (understood) {
        problem.error.members = error_members(target.context.protocol, target.service, HttpReply(reply),
                                              problem.error.code, target.context.reply_limits);
    } else {
        problem.error.code = "UnknownError";
        problem.error.explanation = "the reply is not an error of this service; something on the way may have sent it";
    }
    problem.failure = retry::classify(reply.status(), problem.error.code);
    return problem;
}

// Completes what a codec knows of an error.
Problem undecodable(const Target& target, const http::Reply& reply, ErrorDetails details) {
    const ErrorDetails where = details_of(target);
    details.service = where.service;
    details.operation = where.operation;
    details.region = where.region;
    details.endpoint = where.endpoint;
    details.status = reply.status();
    if (details.request_id.empty()) details.request_id = protocol::request_id(HttpReply(reply));
    details.body = shown_beginning(target.context.protocol, target.service, target.operation, reply.body());
    Problem problem;
    problem.error = std::move(details);
    problem.safe_to_repeat = false;
    return problem;
}

std::optional<Problem> decode(const Target& target, const http::Reply& reply, void* output) {
    try {
        protocol::decode(target.context.protocol, target.service, target.operation, HttpReply(reply), output,
                         target.context.reply_limits);
    } catch (const ProtocolError& error) {
        return undecodable(target, reply, error.details());
    } catch (const ServiceError& error) {  // in a reply that has the status of a success
        Problem problem = undecodable(target, reply, error.details());
        problem.failure = retry::classify(reply.status(), error.code());
        problem.error.members = error_members(target.context.protocol, target.service, HttpReply(reply), error.code(),
                                              target.context.reply_limits);
        return problem;
    }
    return std::nullopt;
}

// An error that AWS answered with, and what it says about the credentials or the time that the request was signed with.
Problem refused(const SessionCore& core, const Target& target, const http::Reply& reply,
                const std::shared_ptr<const auth::SigningIdentity>& identity, auth::ClockOffset signed_with) {
    Problem problem = answered_error(target, reply);
    const bool head = target.operation.method == api::HttpMethod::head;
    if (const auto offset = auth::learn_offset(reply.status(), problem.error.code, reply.header("date"), head,
                                               core.clock().now(), signed_with)) {
        target.context.clock_offset.store(offset->count(), std::memory_order_relaxed);
        problem.failure = retry::Failure::transient;
        problem.error.explanation = "the clock of this machine differs by " + std::to_string(offset->count()) +
                                    " s from that of AWS: set it. Requests from now on are signed with AWS's time";
    } else if (identity && refuses_credentials(problem.error.code)) {
        core.credentials().reject(identity);  // the next call looks for others
        problem.error.explanation = "AWS refused the credentials that came from " + identity->source +
                                    ": renew them there, or give others";
    }
    return problem;
}

void count(std::atomic<std::uint64_t>& counter) noexcept { counter.fetch_add(1, std::memory_order_relaxed); }

// One attempt, in one coroutine: each costs its frame. Where nothing comes out as `problem`, the output is there.
awaitable<void> attempt(const SessionState& session, const Target& target, const http::Limits& limits, const void* input,
                        void* output, std::optional<Problem>& problem) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    const SessionCore& core = *session.core();
    try {
        const auth::SchemeChoice scheme = target.scheme();
        std::shared_ptr<const auth::SigningIdentity> identity;
        if (scheme.scheme == api::AuthScheme::sigv4 || scheme.scheme == api::AuthScheme::sigv4a) {
            identity = core.credentials().fresh();
            if (!identity) identity = co_await core.credentials().get(limits.deadline);
        }
        const auth::ClockOffset offset(target.context.clock_offset.load(std::memory_order_relaxed));
        if (StopPoint* const stop = stop_point_of(executor)) {
            const Sender sender{scheme, identity.get(), core.clock().now() + offset};
            stop->put(rehearse(session, target, sender, offset, input, *stop));
            throw Stopped();
        }
        count(core.counters().attempts);
        http::Lease lease = core.transport().acquire_now(executor, target.destination->origin, limits);
        if (!lease) lease = co_await core.transport().acquire(target.destination->origin, limits);
        const Sender sender{scheme, identity.get(), core.clock().now() + offset};
        write_request(target, sender, input, lease.attachment<Workplace>(), lease.output());
        const bool head = target.operation.method == api::HttpMethod::head;
        co_await lease.exchange(head ? http::ReplyBody::none : http::ReplyBody::expected);
        const http::Reply& reply = lease.reply();
        if (reply.status() >= 200 && reply.status() < 300) {
            problem = decode(target, reply, output);
        } else {
            problem = refused(core, target, reply, identity, offset);
        }
    } catch (const http::Failure& failure) {
        if (failure.cancelled()) throw boost::system::system_error(boost::asio::error::operation_aborted);
        problem = failed_connection(target, failure);
    }
}

bool repeatable(const api::Operation& operation, const orm::ServiceTables& service) {
    if ((operation.flags & api::operation_flag::retry_safe) != 0) return true;
    return has_idempotency_token(service, operation);
}

// The wait before the next attempt, or nothing where there shall be none.
std::optional<steady_clock::duration> next_wait(const SessionCore& core, const Target& target, const Problem& problem,
                                                int attempts, steady_clock::time_point deadline) {
    if (problem.failure == retry::Failure::final) return std::nullopt;
    if (!problem.safe_to_repeat && !repeatable(target.operation, target.service)) return std::nullopt;
    if (problem.stale && attempts == 1) return steady_clock::duration::zero();  // nothing is wrong with the service
    if (attempts >= core.settings().max_attempts) return std::nullopt;
    const auto wait = retry::backoff(attempts, core.random().next());
    if (core.clock().steady_now() + wait >= deadline) return std::nullopt;
    if (!target.context.retries.take(problem.retry_cost)) return std::nullopt;
    return std::chrono::duration_cast<steady_clock::duration>(wait);
}

Attempt history_entry(const Problem& problem, steady_clock::duration wait) {
    Attempt entry;
    entry.status = problem.error.status;
    entry.error = problem.error.code;
    entry.delay_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
    return entry;
}

// As the type that the service's model gives the error, where it has one.
[[noreturn]] void raise(const orm::ServiceTables& service, ErrorDetails details) {
    if (details.kind == ErrorKind::service) {
        if (const orm::ErrorType* const type = find_error_type(service, details.code)) type->raise(std::move(details));
    }
    throw_error(std::move(details));
}

awaitable<void> run(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                    std::uint16_t operation_row, void* input, void* output) {
    const SessionCore& core = *session->core();
    const SessionOptions& options = core.options();
    const api::Operation& operation = service.operations[operation_row];
    if (!session->is_prepared()) co_await session->prepare();
    Target target{session->service(service), service, operation};
    count(core.counters().calls);
    fill_idempotency_tokens(service, operation, input, core.random());
    steady_clock::time_point now = core.clock().steady_now();
    const steady_clock::time_point deadline = now + options.call_timeout;
    std::shared_ptr<const Credentials> owner;
    const bool is_signed = (operation.flags & api::operation_flag::no_auth) == 0;
    if (is_signed && target.context.endpoints->reads_account_id()) {
        owner = core.credentials().fresh();
        if (!owner) owner = co_await core.credentials().get(http::Clock::now() + options.call_timeout);
        now = core.clock().steady_now();
    }
    target.destination = target.context.endpoints->find(operation, input, owner ? owner->account_id : std::string_view());

    std::vector<Attempt> history;
    int paid = 0;  // what the last retry cost
    http::Limits limits = target.context.limits;
    for (int attempts = 1;; ++attempts) {
        const auto left = std::min<steady_clock::duration>(deadline - now, options.attempt_timeout);
        limits.deadline = http::Clock::now() + left;
        std::optional<Problem> problem;
        co_await attempt(*session, target, limits, input, output, problem);
        if (!problem) {
            target.context.retries.give_back(paid == 0 ? retry::TokenBucket::success_gain : paid);
            co_return;
        }
        const auto wait = next_wait(core, target, *problem, attempts, deadline);
        history.push_back(history_entry(*problem, wait.value_or(steady_clock::duration::zero())));
        if (!wait) {
            count(core.counters().errors);
            problem->error.attempts = std::move(history);
            raise(service, std::move(problem->error));
        }
        const bool cost_nothing = problem->stale && attempts == 1;
        if (!cost_nothing) {
            paid = problem->retry_cost;
            co_await core.sleeper().sleep(*wait);
        }
        now = core.clock().steady_now();
    }
}

}  // namespace

awaitable<void> invoke(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                       std::uint16_t operation, void* input, void* output) {
    return run(std::move(session), service, operation, input, output);
}

}  // namespace botocraft::detail
