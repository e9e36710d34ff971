#include "runtime/invoke.hpp"

#include "runtime/idempotency.hpp"
#include "runtime/problem.hpp"
#include "runtime/proof.hpp"
#include "runtime/rehearsal.hpp"
#include "runtime/reply_errors.hpp"
#include "runtime/request.hpp"
#include "runtime/stop_point.hpp"
#include "runtime/trace.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace botocraft::detail {

namespace {

using std::chrono::steady_clock;

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

// The bodies of a call that are not in memory, and what its attempts made of them.
struct Bodies {
    Bodies(const CallBodies& given, bool validates) {
        if (given.source) out.emplace(*given.source);
        if (given.sink) in.emplace(*given.sink, validates);
    }
    // Before each attempt: false where there can be no other.
    bool begin() { return (!out || out->rewind()) && (!in || in->restart()); }
    // What the caller's reader or writer threw.
    [[noreturn]] void rethrow() const {
        const std::exception_ptr& read = out ? out->error() : in->error();
        std::rethrow_exception(read ? read : in->error());
    }
    std::optional<OutgoingBody> out;
    std::optional<IncomingBody> in;
};

// A text of the input; empty where it has none.
std::string_view text_of(const orm::ServiceTables& service, const api::Operation& operation, const schema::Member* member,
                         const void* input) {
    if (member == nullptr || member->kind != schema::Kind::string) return {};
    const schema::ConstPlace place = schema::member_place({service.schema, operation.input}, *member, input);
    if (schema::presence(place) != schema::Presence::present) return {};
    return schema::scalar<std::string>(place);
}

const schema::Member* validation_member(const orm::ServiceTables& service, const api::Operation& operation) noexcept {
    if (operation.validation_member == api::none) return nullptr;
    return schema::ShapeRef{service.schema, operation.input}.begin() + operation.validation_member;
}

// Whether the reply is asked for a checksum, to be compared.
bool validates(const orm::ServiceTables& service, const api::Operation& operation, const void* input) {
    return text_of(service, operation, validation_member(service, operation), input) == "ENABLED";
}

void ask_for_checksum(const orm::ServiceTables& service, const api::Operation& operation, void* input) {
    const schema::Place place =
        schema::member_place({service.schema, operation.input}, *validation_member(service, operation), input);
    if (schema::presence(place) == schema::Presence::absent) schema::set_string(place, "ENABLED");
}

// What the request calls the resource that may be in another region; empty where that cannot be.
std::string_view resource_of(const orm::ServiceTables& service, const api::Operation& operation, const void* input) {
    if (service.region_member.empty() || operation.input == api::none) return {};
    return text_of(service, operation, schema::find_member({service.schema, operation.input}, service.region_member), input);
}

// Whether the body's hash must be known before it is sent: only services that take checksums can do without.
bool wants_digest(const Target& target, const auth::SchemeChoice& scheme) noexcept {
    const bool is_signed = scheme.scheme != api::AuthScheme::no_auth && scheme.scheme != api::AuthScheme::bearer;
    return is_signed && !scheme.unsigned_payload && !takes_checksum(target.operation);
}

constexpr std::string_view no_second_time = "not sent, or not sent again, because the source cannot go back to its beginning, or the "
                                            "sink cannot forget what it was given";

[[noreturn]] void unrepeatable(const Target& target) {
    ErrorDetails details = details_of(target);
    details.kind = ErrorKind::usage;
    details.code = "BodyNotRepeatable";
    details.explanation = no_second_time;
    throw_error(std::move(details));
}

constexpr std::chrono::seconds longest_leave(1);  // some servers never tell to go on

awaitable<void> exchange(const Target& target, const Sender& sender, const SessionCore& core, const void* input,
                         Bodies& bodies, std::string_view digest, http::Lease& lease, http::ReplyBody expected,
                         Trace* trace) {
    http::Streams streams;
    bool asks = false;
    core.workplaces().with([&](Workplace& work) {
        if (bodies.out) {
            asks = write_head(target, sender, input, *bodies.out, digest, work, lease.output());
        } else {
            write_request(target, sender, input, work, lease.output());
        }
    });
    if (bodies.out) streams.source = &*bodies.out;
    if (bodies.in) streams.sink = &*bodies.in;
    if (asks) streams.leave = longest_leave;
    count(core.counters().bytes_sent, lease.output().size() + (bodies.out ? bodies.out->size() : 0));
    if (trace != nullptr) trace->sending(lease.reused(), lease.output());
    co_await lease.exchange(expected, streams);
}

// One attempt, in one coroutine: each costs its frame. Where nothing comes out as `problem`, the output is there.
awaitable<void> attempt(const std::shared_ptr<const SessionState>& session, const Target& target,
                        const http::Limits& limits, const void* input, void* output, std::unique_ptr<Problem>& problem,
                        Trace* trace, Bodies* bodies) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    const SessionCore& core = *session->core();
    try {
        const auth::SchemeChoice scheme = target.scheme();
        Proof proof;
        const bool known = find_known_proof(core, target, scheme.scheme, input, proof);
        if (!known) co_await find_proof(session, target, scheme.scheme, input, limits.deadline, proof);
        const auth::ClockOffset offset(target.context.clock_offset.load(std::memory_order_relaxed));
        if (StopPoint* const stop = stop_point_of(executor)) {
            const Sender sender{scheme, proof.identity.get(), proof.token.get(), core.clock().now() + offset};
            stop->put(rehearse(*session, target, sender, offset, input, *stop));
            throw Stopped();
        }
        count(core.counters().attempts);
        std::string digest;
        if (bodies && bodies->out && wants_digest(target, scheme)) {
            digest = co_await bodies->out->digest();
            if (!bodies->out->rewind()) unrepeatable(target);
        }
        http::Lease lease = core.transport().acquire_now(executor, target.destination->origin, limits);
        if (!lease) lease = co_await core.transport().acquire(target.destination->origin, limits);
        const Sender sender{scheme, proof.identity.get(), proof.token.get(), core.clock().now() + offset};
        const bool head = target.operation.method == api::HttpMethod::head;
        const http::ReplyBody expected = head ? http::ReplyBody::none : http::ReplyBody::expected;
        if (bodies) {
            co_await exchange(target, sender, core, input, *bodies, digest, lease, expected, trace);
        } else {
            core.workplaces().with([&](Workplace& work) { write_request(target, sender, input, work, lease.output()); });
            count(core.counters().bytes_sent, lease.output().size());
            if (trace != nullptr) trace->sending(lease.reused(), lease.output());
            co_await lease.exchange(expected);
        }
        const http::Reply& reply = lease.reply();
        const bool passed_by = bodies && bodies->in;
        count(core.counters().bytes_received, reply.body().size() + (passed_by ? bodies->in->size() : 0));
        if (trace != nullptr) trace->received(reply);
        if (reply.status() >= 200 && reply.status() < 300) {
            std::string mismatch;
            if (passed_by) {
                mismatch = bodies->in->finish();
            } else if (validates(target.service, target.operation, input)) {
                mismatch = checksum_mismatch(reply);
            }
            problem = mismatch.empty() ? decode(target, reply, output) : damaged(target, reply, mismatch);
        } else {
            problem = refused(core, target, reply, proof, offset);
        }
    } catch (const http::Failure& failure) {
        if (failure.cancelled()) throw boost::system::system_error(boost::asio::error::operation_aborted);
        problem = failed_connection(target, failure);
    } catch (const BodyInterrupted&) {
        bodies->rethrow();
    }
}

// Whether to send the request once more does no harm.
bool may_repeat(const Target& target, const Problem& problem) {
    const api::HttpMethod method = target.operation.method;
    if (method == api::HttpMethod::get || method == api::HttpMethod::head) return true;  // by HTTP's own rules
    if (problem.safe_to_repeat || (target.operation.flags & api::operation_flag::retry_safe) != 0) return true;
    return has_idempotency_token(target.service, target.operation);
}

retry::Decision decide(const SessionCore& core, const Target& target, retry::Attempts& attempts, const Problem& problem,
                       steady_clock::time_point deadline) {
    retry::Failed failed = problem.failed;
    failed.repeatable = may_repeat(target, problem);
    failed.poll = retry::is_poll(target.service.service_id, target.service.text(target.operation.name));
    if (failed.failure == retry::Failure::final || !failed.repeatable) return {};
    return attempts.failed(failed, core.random().next(), deadline - core.clock().steady_now());
}

// What the error says of an attempt that might have been worth it.
std::string_view why_not_again(retry::Verdict verdict) noexcept {
    switch (verdict) {
        case retry::Verdict::no_quota:
            return "not tried again, because too many calls to this service fail: the quota of retries is used up";
        case retry::Verdict::out_of_time: return "not tried again, because the time of the call would be over before that";
        default: return {};
    }
}

void explain(ErrorDetails& error, std::string_view text) {
    if (text.empty()) return;
    if (!error.explanation.empty()) error.explanation.append("; ");
    error.explanation.append(text);
}

Attempt history_entry(const Problem& problem, steady_clock::duration took, std::chrono::nanoseconds wait) {
    using milliseconds = std::chrono::milliseconds;
    Attempt entry;
    entry.status = problem.error.status;
    entry.error = problem.error.code;
    entry.request_id = problem.error.request_id;
    entry.took_ms = std::chrono::duration_cast<milliseconds>(took).count();
    entry.delay_ms = std::chrono::duration_cast<milliseconds>(wait).count();
    return entry;
}

// As the type that the service's model gives the error, where it has one.
[[noreturn]] void raise(const orm::ServiceTables& service, Problem problem) {
    if (problem.error.kind == ErrorKind::service) {
        const orm::ErrorType* const type = find_error_type(service, problem.declared);
        if (type != nullptr) type->raise(std::move(problem.error));
    }
    throw_error(std::move(problem.error));
}

[[noreturn]] void give_up(const orm::ServiceTables& service, Problem problem, std::vector<Attempt> history) {
    problem.error.attempts = std::move(history);
    raise(service, std::move(problem));
}

void tally(SessionCore::Counters& counters, const Problem& problem, retry::Verdict verdict, bool at_once) noexcept {
    if (problem.failed.failure == retry::Failure::throttling) count(counters.throttled);
    if (verdict == retry::Verdict::no_quota) count(counters.no_quota);
    if (verdict == retry::Verdict::retry) count(at_once ? counters.resent : counters.retries);
}

// A call, from its beginning to whatever end.
class Counted {
  public:
    explicit Counted(SessionCore::Counters& counters) noexcept : counters_(counters) { count(counters_.calls); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() {
        if (!ended_) count(counters_.cancelled);
        count(counters_.ended);
    }
    void succeeded() noexcept { ended_ = true; }
    void failed() noexcept {
        ended_ = true;
        count(counters_.errors);
    }

  private:
    SessionCore::Counters& counters_;
    bool ended_ = false;
};

// A request's place in the order in which the adaptive mode lets them go. One that is not sent after all frees it.
class Turn {
  public:
    explicit Turn(retry::RateLimiter& limiter, steady_clock::time_point now) : limiter_(&limiter), wait_(limiter.reserve(now)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        if (limiter_ != nullptr) limiter_->give_back();
    }
    [[nodiscard]] steady_clock::duration wait() const noexcept { return wait_; }
    void take() noexcept { limiter_ = nullptr; }

  private:
    retry::RateLimiter* limiter_;
    steady_clock::duration wait_;
};

// False where the call's time would be over first.
awaitable<bool> wait_in_turn(const SessionCore& core, retry::RateLimiter& limiter, steady_clock::time_point deadline) {
    const steady_clock::time_point now = core.clock().steady_now();
    Turn turn(limiter, now);
    if (turn.wait() >= deadline - now) co_return false;
    if (turn.wait() > steady_clock::duration::zero()) co_await core.sleeper().sleep(turn.wait());
    turn.take();
    co_return true;
}

// The error of a call that was not sent, or not again, because the adaptive mode would have held it back for too long.
Problem held_back(const Target& target, const std::unique_ptr<Problem>& last) {
    Problem problem;
    if (last) {
        problem = std::move(*last);
    } else {
        problem.error = details_of(target);
        problem.error.kind = ErrorKind::timeout;
        problem.error.code = "RequestHeldBack";
    }
    explain(problem.error, "the adaptive retry mode holds requests back after throttling, this one for longer than the call may take");
    return problem;
}

awaitable<void> run(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                    std::uint16_t operation_row, void* input, void* output, Trace* trace, CallBodies given) {
    const std::shared_ptr<const SessionState> own = session;  // `session` may become one of another region
    const SessionCore& core = *own->core();
    const SessionOptions& options = core.options();
    const api::Operation& operation = service.operations[operation_row];
    Counted counted(core.counters());
    try {
        if (!session->is_prepared()) co_await session->prepare();
        const ServiceContext& home = session->service(service);
        const std::string resource(resource_of(service, operation, input));
        if (!resource.empty()) {
            if (auto other = home.other_regions.find(resource)) session = std::move(other);
            if (!session->is_prepared()) co_await session->prepare();
        }
        std::optional<Target> aim;
        aim.emplace(Target{session->service(service), service, operation});
        if (home.response_checksums == ResponseChecksums::when_supported && operation.validation_member != api::none) {
            const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
            if (stop_point_of(executor) == nullptr) ask_for_checksum(service, operation, input);
        }
        if (trace != nullptr) trace->started(aim->context.endpoints->region().value);
        fill_idempotency_tokens(service, operation, input, core.random());
        steady_clock::time_point now = core.clock().steady_now();
        steady_clock::time_point deadline = now + options.call_timeout;
        std::optional<Bodies> bodies;
        if (given.source || given.sink) bodies.emplace(given, validates(service, operation, input));
        std::shared_ptr<const Credentials> owner;
        const bool is_signed = (operation.flags & api::operation_flag::no_auth) == 0;
        if (is_signed && aim->context.endpoints->reads_account_id()) {
            owner = core.credentials().fresh();
            if (!owner) owner = co_await core.credentials().get(http::Clock::now() + options.call_timeout);
            now = core.clock().steady_now();
        }
        const std::string_view account = owner ? std::string_view(owner->account_id) : std::string_view();
        aim->destination = aim->context.endpoints->find(operation, input, account);

        retry::Strategy& strategy = *aim->context.retries;
        retry::Attempts attempts(strategy);
        std::vector<Attempt> history;
        http::Limits limits = aim->context.limits;
        bool moved = false;
        std::unique_ptr<Problem> problem;
        for (bool first = true;; first = false) {
            const Target& target = *aim;
            if (strategy.limiter() != nullptr) {
                const bool in_time = co_await wait_in_turn(core, *strategy.limiter(), deadline);
                if (!in_time) give_up(service, held_back(target, problem), std::move(history));
                now = core.clock().steady_now();
            }
            const auto left = std::min<steady_clock::duration>(deadline - now, options.attempt_timeout);
            limits.deadline = http::Clock::now() + left;
            problem.reset();
            if (bodies && !bodies->begin()) unrepeatable(target);
            if (trace != nullptr) trace->attempt_begins(*target.destination);
            co_await attempt(session, target, limits, input, output, problem, trace, bodies ? &*bodies : nullptr);
            if (trace != nullptr) trace->attempted(problem.get());
            if (strategy.limiter() != nullptr) {
                const bool throttled = problem && problem->failed.failure == retry::Failure::throttling;
                strategy.limiter()->answered(core.clock().steady_now(), throttled);
            }
            if (!problem) {
                attempts.succeeded();
                counted.succeeded();
                co_return;
            }
            // How long a body takes is not for the call's limit to say.
            if (bodies) deadline = core.clock().steady_now() + options.call_timeout;
            const steady_clock::duration took = core.clock().steady_now() - now;
            if (!moved && !resource.empty() && !problem->region.empty() &&
                problem->region != target.context.endpoints->region().value && (!bodies || bodies->begin())) {
                moved = true;
                history.push_back(history_entry(*problem, took, {}));
                session = std::make_shared<const SessionState>(session->core(), problem->region);
                if (!session->is_prepared()) co_await session->prepare();
                aim.emplace(Target{session->service(service), service, operation});
                aim->destination = aim->context.endpoints->find(operation, input, account);
                home.other_regions.put(resource, session);
                now = core.clock().steady_now();
                continue;
            }
            const bool at_once = first && problem->stale && may_repeat(target, *problem);  // nothing is wrong with the service
            const retry::Decision decision = at_once ? retry::Decision{retry::Verdict::retry}
                                                     : decide(core, target, attempts, *problem, deadline);
            if (bodies && decision.verdict == retry::Verdict::retry && !bodies->begin()) {
                explain(problem->error, no_second_time);
                give_up(service, std::move(*problem), std::move(history));
            }
            tally(core.counters(), *problem, decision.verdict, at_once);
            if (trace != nullptr && decision.verdict == retry::Verdict::retry) trace->retrying(*problem, at_once, decision.wait);
            history.push_back(history_entry(*problem, took, decision.wait));
            if (!at_once && (decision.verdict == retry::Verdict::retry || decision.wait.count() != 0)) {
                co_await core.sleeper().sleep(std::chrono::duration_cast<steady_clock::duration>(decision.wait));
            }
            if (decision.verdict != retry::Verdict::retry) {
                explain(problem->error, why_not_again(decision.verdict));
                give_up(service, std::move(*problem), std::move(history));
            }
            now = core.clock().steady_now();
        }
    } catch (const Error&) {
        counted.failed();
        throw;
    } catch (const Stopped&) {
        counted.succeeded();
        throw;
    }
}

// A call that observers are told of.
awaitable<void> run_observed(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                             std::uint16_t operation, void* input, void* output, CallBodies bodies) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    if (stop_point_of(executor) != nullptr) {
        co_await run(std::move(session), service, operation, input, output, nullptr, bodies);
        co_return;
    }
    const std::shared_ptr<const SessionCore> core = session->core();
    Trace trace(*core, service, service.operations[operation]);
    try {
        co_await run(std::move(session), service, operation, input, output, &trace, bodies);
    } catch (const Error& error) {
        trace.failed(error);
        throw;
    }
    trace.succeeded();
}

}  // namespace

awaitable<void> invoke(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                       std::uint16_t operation, void* input, void* output, CallBodies bodies) {
    if (!session->core()->options().observers.empty()) {
        return run_observed(std::move(session), service, operation, input, output, bodies);
    }
    return run(std::move(session), service, operation, input, output, nullptr, bodies);
}

}  // namespace botocraft::detail
