#include "runtime/invoke.hpp"

#include "http/time.hpp"
#include "runtime/bodies.hpp"
#include "runtime/idempotency.hpp"
#include "runtime/problem.hpp"
#include "runtime/proof.hpp"
#include "runtime/rehearsal.hpp"
#include "runtime/reply_checksums.hpp"
#include "runtime/reply_errors.hpp"
#include "runtime/request.hpp"
#include "runtime/route.hpp"
#include "runtime/stop_point.hpp"
#include "runtime/trace.hpp"

#include <botocraft/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace botocraft::detail {

namespace {

using std::chrono::steady_clock;

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

// A request's place in the order in which the adaptive mode lets them go. One that is not sent after all frees it.
class Turn {
  public:
    Turn(retry::RateLimiter& limiter, steady_clock::time_point now) : limiter_(&limiter), wait_(limiter.reserve(now)) {}
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

// Whether the body's hash must be known before it is sent: only services that take checksums can do without.
bool wants_digest(const Target& target, const auth::SchemeChoice& scheme) noexcept {
    const bool is_signed = scheme.scheme != api::AuthScheme::no_auth && scheme.scheme != api::AuthScheme::bearer;
    return is_signed && !scheme.unsigned_payload && !takes_checksum(target.operation);
}

std::string_view no_second_time(const Bodies& bodies) noexcept {
    if (bodies.events) return "not sent again, because what came of the stream was handed over";
    return "not sent, or not sent again, because the source cannot go back to its beginning, or the sink cannot forget what it "
           "was given";
}

[[noreturn]] void unrepeatable(const Target& target, const Bodies& bodies) {
    ErrorDetails details = details_of(target);
    details.kind = ErrorKind::usage;
    details.code = "BodyNotRepeatable";
    details.explanation = no_second_time(bodies);
    throw_error(std::move(details));
}

constexpr std::chrono::seconds longest_leave(1);  // some servers never tell to go on

// Writes a request whose body follows by itself, if it has one, and says how the bodies go over the wire.
void write_streamed(const Target& target, const Sender& sender, const void* input, Bodies& bodies, Workplace& work,
                    std::string& out) {
    bodies.streams = {};
    bodies.streams.deadline = bodies.deadline;
    if (bodies.out) {
        bodies.streams.source = &*bodies.out;
        const bool asks = write_head(target, sender, input, *bodies.out, bodies.digest, work, out);
        if (asks) bodies.streams.leave = longest_leave;
    } else {
        write_request(target, sender, input, work, out);
    }
    if (bodies.in) bodies.streams.sink = &*bodies.in;
    if (bodies.events) {
        bodies.events->expect(target);
        bodies.streams.sink = &*bodies.events;
    }
}

// What a reply that is a success comes to. Null where its result is in `output`.
std::unique_ptr<Problem> accept(const SessionCore& core, const Target& target, const http::Reply& reply,
                                const void* input, void* output, Bodies* bodies) {
    if (bodies != nullptr && bodies->events) {
        if (!bodies->events->begun()) return no_events(core, target, reply, input);
        bodies->events->finish();
        return nullptr;
    }
    IncomingBody* const passed_by = bodies != nullptr && bodies->in ? &*bodies->in : nullptr;
    std::string mismatch;
    if (passed_by != nullptr) {
        mismatch = passed_by->mismatch();
    } else if (is_validated(target.service, target.operation, input)) {
        mismatch = checksum_mismatch(reply);
    } else {
        mismatch = crc32_mismatch(target.service, reply);
    }
    if (!mismatch.empty()) return damaged(target, reply, mismatch);
    std::unique_ptr<Problem> problem = decode(core, target, reply, input, output);
    if (!problem) target.context.know_protocol(target.protocol);
    if (!problem && passed_by != nullptr) passed_by->finish();
    return problem;
}

// Whether to send a request a second time does no harm, though the first may have been carried out.
bool is_repeatable(const Target& target) {
    const api::HttpMethod method = target.operation.method;
    if (method == api::HttpMethod::get || method == api::HttpMethod::head) return true;  // by HTTP's own rules
    return (target.operation.flags & api::operation_flag::retry_safe) != 0 ||
           has_idempotency_token(target.service, target.operation);
}

http::Limits limits_of(const Target& target, http::Clock::time_point deadline) {
    http::Limits limits = target.context.limits;
    limits.deadline = deadline;
    // What may be sent only once goes over no connection that the server is known to have closed, not even a moment ago.
    if (!is_repeatable(target)) limits.trusted_idle = http::Limits::idle_always_checked;
    return limits;
}

// The limits are in no frame of a call in flight, of which there may be very many: a plain function, and a coroutine that
// has ended by then.
http::Lease acquire_now(const SessionCore& core, const Target& target, http::Clock::time_point deadline,
                        const boost::asio::any_io_executor& executor) {
    return core.transport().acquire_now(executor, target.destination->origin, limits_of(target, deadline));
}
awaitable<http::Lease> acquire(const SessionCore& core, const Target& target, http::Clock::time_point deadline) {
    const http::Limits limits = limits_of(target, deadline);
    http::Lease lease = co_await core.transport().acquire(target.destination->origin, limits);
    co_return lease;
}

awaitable<void> exchange(http::Lease& lease, const Target& target, const Bodies* bodies) {
    const bool head = target.operation.method == api::HttpMethod::head;
    const http::ReplyBody expected = head ? http::ReplyBody::none : http::ReplyBody::expected;
    return bodies == nullptr ? lease.exchange(expected) : lease.exchange(expected, bodies->streams);
}

Sender sender_of(const SessionCore& core, const auth::SchemeChoice& scheme, const Proof& proof, auth::ClockOffset offset) {
    return {scheme, proof.identity.get(), proof.token.get(), core.clock().now() + offset};
}

void write(const SessionCore& core, const Target& target, const Sender& sender, const void* input, Bodies* bodies,
           http::Lease& lease) {
    const bool secret = target.context.secrecy.of(target.operation);
    if (secret || sender.token != nullptr) lease.mark_secret();
    core.workplaces().with([&](Workplace& work) {
        if (bodies != nullptr) {
            write_streamed(target, sender, input, *bodies, work, lease.output());
        } else {
            write_request(target, sender, input, work, lease.output());
        }
        if (secret) work.wipe();
    });
}

void tell_request(const SessionCore& core, http::Lease& lease, const Bodies* bodies, Trace* trace) {
    const std::uint64_t passing = bodies != nullptr ? bodies->passing_out() : 0;
    count(core.counters().bytes_sent, lease.output().size() + passing);
    if (trace != nullptr) trace->sending(lease.reused(), lease.output(), passing);
}

void tell_reply(const SessionCore& core, const http::Reply& reply, const Bodies* bodies, Trace* trace) {
    const std::uint64_t passed = bodies != nullptr ? bodies->passed_in() : 0;
    count(core.counters().bytes_received, reply.body().size() + passed);
    if (trace != nullptr) trace->received(reply, passed);
}

// The calls of all sessions in one context draw on the same.
void share_quota(retry::Attempts& attempts, const Target& target, const boost::asio::any_io_executor& executor) {
    const ServiceContext& context = target.context;
    auto& place = boost::asio::query(executor, boost::asio::execution::context);
    attempts.share(RetryQuotas::find(place, context.quota, context.retries->rules().capacity));
}

// One attempt, in one coroutine: each costs its frame. Where nothing comes out as `problem`, the output is there.
awaitable<void> attempt(const std::shared_ptr<const SessionState>& session, const Target& target, retry::Attempts& attempts,
                        http::Clock::time_point deadline, const void* input, void* output, std::unique_ptr<Problem>& problem,
                        std::optional<Turn>& turn, Trace* trace, Bodies* bodies) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    const SessionCore& core = *session->core();
    http::Lease lease;  // what came of a reply that breaks off is read when it did
    try {
        const auth::SchemeChoice scheme = target.scheme();
        Proof proof;
        const bool known = find_known_proof(core, target, scheme.scheme, input, proof);
        if (!known) co_await find_proof(session, target, scheme.scheme, input, deadline, proof);
        const auth::ClockOffset offset = target.context.correction(core);
        OutgoingBody* const source = bodies != nullptr && bodies->out ? &*bodies->out : nullptr;
        if (source != nullptr && wants_digest(target, scheme)) {
            co_await bodies->find_digest();
            if (!source->rewind()) unrepeatable(target, *bodies);
        }
        if (StopPoint* const stop = stop_point_of(executor)) {
            stop->put(rehearse(*session, target, sender_of(core, scheme, proof, offset), offset, input, source,
                               source != nullptr ? std::string_view(bodies->digest) : std::string_view(), *stop));
            throw Stopped();
        }
        count(core.counters().attempts);
        share_quota(attempts, target, executor);
        lease = acquire_now(core, target, deadline, executor);
        if (!lease) lease = co_await acquire(core, target, deadline);
        write(core, target, sender_of(core, scheme, proof, offset), input, bodies, lease);
        tell_request(core, lease, bodies, trace);
        if (turn) turn->take();
        co_await exchange(lease, target, bodies);
        const http::Reply& reply = lease.reply();
        tell_reply(core, reply, bodies, trace);
        if (reply.status() >= 200 && reply.status() < 300) {
            problem = accept(core, target, reply, input, output, bodies);
        } else {
            problem = refused(core, target, reply, input, proof, offset);
        }
    } catch (const http::Failure& failure) {
        if (failure.cancelled()) throw boost::system::system_error(boost::asio::error::operation_aborted);
        problem = failed_connection(target, failure, lease ? &lease.reply() : nullptr, input);
    } catch (const BodyInterrupted&) {
        count(core.counters().bytes_received, bodies->passed_in());
        bodies->rethrow();
    }
}

bool may_repeat(const Target& target, const Problem& problem) { return problem.safe_to_repeat || is_repeatable(target); }

retry::Decision decide(const SessionCore& core, const Target& target, retry::Attempts& attempts, const Problem& problem,
                       steady_clock::time_point deadline) {
    retry::Failed failed = problem.failed;
    failed.repeatable = may_repeat(target, problem);
    failed.poll = (target.operation.flags & api::operation_flag::poll) != 0;
    return attempts.failed(failed, core.random().next(), http::time_until(deadline, core.clock().steady_now()));
}

// What the error says of an attempt that might have been worth it.
std::string_view why_not_again(retry::Verdict verdict) noexcept {
    switch (verdict) {
        case retry::Verdict::unrepeatable:
            return "not tried again, because it may have been carried out, and this operation must not be twice";
        case retry::Verdict::no_quota:
            return "not tried again, because too many calls to this service fail: the quota of retries is used up";
        case retry::Verdict::out_of_time: return "not tried again, because the time of the call would be over before that";
        default: return {};
    }
}

// AWS may object to what an attempt before this one did, whose reply was lost: the object is there already, or gone.
bool may_object_to_itself(const Target& target, const Problem& problem) noexcept {
    const api::HttpMethod method = target.operation.method;
    const bool changes = method != api::HttpMethod::get && method != api::HttpMethod::head &&
                         (target.operation.flags & api::operation_flag::read_only) == 0;
    return changes && problem.error.kind == ErrorKind::service && problem.failed.failure == retry::Failure::final;
}
constexpr std::string_view lost_reply = "an attempt before this one may have been carried out, and its reply was lost: "
                                        "look whether what is asked for is done already";

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

[[noreturn]] void give_up(const orm::ServiceTables& service, Problem problem, std::vector<Attempt> history) {
    problem.error.attempts = std::move(history);
    throw_declared(service, std::move(problem.error), problem.declared);
}

// `stale`: it is the connection that is replaced.
void tally(SessionCore::Counters& counters, const Problem& problem, retry::Verdict verdict, bool stale) noexcept {
    if (problem.failed.failure == retry::Failure::throttling) count(counters.throttled);
    if (verdict == retry::Verdict::no_quota) count(counters.no_quota);
    if (verdict == retry::Verdict::retry) count(stale ? counters.resent : counters.retries);
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

// False where the call's time would be over first.
awaitable<bool> wait_in_turn(const SessionCore& core, const Turn& turn, steady_clock::duration left) {
    if (turn.wait() >= left) co_return false;
    if (turn.wait() > steady_clock::duration::zero()) co_await core.sleeper().sleep(turn.wait());
    co_return true;
}

// Until when bodies may pass by: only what was set bounds that, because defaults know nothing of how large they are.
http::Clock::time_point end_of_bodies(const SessionCore& core, steady_clock::duration left_of_call) {
    steady_clock::duration allowed = steady_clock::duration::max();
    if (core.options().call_timeout) allowed = left_of_call;
    if (core.options().attempt_timeout) allowed = std::min(allowed, core.attempt_limit());
    return http::after(http::Clock::now(), allowed);
}

// Which of the two ended an attempt whose time was over.
std::string over_text(const SessionCore& core, steady_clock::duration left_of_call, bool bodies_passed) {
    const bool call_counts = !bodies_passed || core.options().call_timeout;
    const bool attempt_counts = !bodies_passed || core.options().attempt_timeout;
    const bool by_call = call_counts && (!attempt_counts || left_of_call < core.attempt_limit());
    return "the time was over (" + (by_call ? limit_text("call_timeout", core.call_limit())
                                            : limit_text("attempt_timeout", core.attempt_limit())) + ")";
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

// Goes where the problem says that the resource is. Whether the call can.
awaitable<bool> follow(Route& route, Problem& problem, Bodies* bodies, const void* input, std::string_view account) {
    const std::shared_ptr<const SessionState> there = route.other_region(problem);
    if (!there) co_return false;
    if (!there->is_prepared()) co_await there->prepare();
    route.remember(there);  // for later calls, whether or not this one can follow
    if (bodies != nullptr && !bodies->begin()) {
        explain(problem.error, no_second_time(*bodies));
        co_return false;
    }
    route.move(there);
    route.find_destination(input, account);
    co_return true;
}

// Goes on in another protocol that the service has. Whether there is one, and the call can.
bool change_protocol(Target& target, Problem& problem, Bodies* bodies) {
    const std::optional<api::Protocol> next = target.context.next_protocol(target.protocol);
    if (!next) return false;
    if (bodies != nullptr && !bodies->begin()) {
        explain(problem.error, no_second_time(*bodies));
        return false;
    }
    target.protocol = *next;
    return true;
}

// Whether the call does not stop before it sends.
awaitable<bool> is_to_be_sent() {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    co_return stop_point_of(executor) == nullptr;
}

awaitable<void> run(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                    std::uint16_t operation_row, void* input, void* output, Trace* trace, const CallBodies* given) {
    const SessionCore& core = *session->core();
    const api::Operation& operation = service.operations[operation_row];
    Counted counted(core.counters());
    std::unique_ptr<Bodies> bodies;
    try {
        steady_clock::time_point now = core.clock().steady_now();
        steady_clock::time_point deadline = http::after(now, core.call_limit());
        if (!session->is_prepared()) {
            co_await session->prepare();
            now = core.clock().steady_now();
        }
        Route route(session, service, operation, input);
        Target& target = route.target();
        if (trace != nullptr) trace->started(target.context.endpoints->region().value);
        fill_idempotency_tokens(service, operation, input, core.random());
        bool sends = true;
        if (target.context.retries->limiter() != nullptr || asks_for_checksum(target)) sends = co_await is_to_be_sent();
        if (sends && asks_for_checksum(target)) ask_for_checksum(service, operation, input);
        if (given != nullptr) {
            bodies = std::make_unique<Bodies>(*given, is_validated(service, operation, input), input, output);
        }
        std::shared_ptr<const Credentials> owner;
        const bool is_signed = (operation.flags & api::operation_flag::no_auth) == 0;
        if (is_signed && target.context.endpoints->reads_account_id()) {
            owner = core.credentials().fresh();
            if (!owner) owner = co_await core.credentials().get(http::after(http::Clock::now(), http::time_until(deadline, now)));
            now = core.clock().steady_now();
        }
        const std::string_view account = owner ? std::string_view(owner->account_id) : std::string_view();
        route.find_destination(input, account);

        const auth::Renewed<NamedEndpoint>* const discovery = target.context.discovery->find(operation);
        std::shared_ptr<const NamedEndpoint> named;

        retry::Strategy& strategy = *target.context.retries;
        retry::Attempts attempts(strategy);
        const bool limited = strategy.limiter() != nullptr && sends;
        std::vector<Attempt> history;
        std::unique_ptr<Problem> problem;
        bool may_replace = true;  // a stale connection; the pool has looked at the idle ones then
        bool lost = false;        // the reply to an attempt that may have been carried out
        for (bool first = true;; first = false) {
            std::optional<Turn> turn;
            if (limited) {
                now = core.clock().steady_now();
                turn.emplace(*strategy.limiter(), now);
                const bool in_time = co_await wait_in_turn(core, *turn, http::time_until(deadline, now));
                if (!in_time) give_up(service, held_back(target, problem), std::move(history));
                now = core.clock().steady_now();
            }
            if (discovery != nullptr) {
                named = discovery->fresh();
                if (!named) named = co_await discovery->get(http::after(http::Clock::now(), http::time_until(deadline, now)));
                route.choose_destination(*named);
                now = core.clock().steady_now();
            }
            const steady_clock::duration left = http::time_until(deadline, now);
            const http::Clock::time_point end = http::after(http::Clock::now(), std::min(left, core.attempt_limit()));
            problem.reset();
            if (bodies && !bodies->begin()) unrepeatable(target, *bodies);
            if (bodies && !bodies->events) bodies->deadline = end_of_bodies(core, left);  // events come for as long as they like
            if (trace != nullptr) trace->attempt_begins(*target.destination);
            co_await attempt(route.session(), target, attempts, end, input, output, problem, turn, trace, bodies.get());
            turn.reset();
            if (bodies && bodies->out) bodies->out->end();
            if (problem && problem->overdue) explain(problem->error, over_text(core, left, bodies && problem->connected));
            if (trace != nullptr) trace->attempted(problem.get());
            if (limited) {
                const bool throttled = problem && problem->failed.failure == retry::Failure::throttling;
                strategy.limiter()->answered(core.clock().steady_now(), throttled);
            }
            if (!problem) {
                attempts.succeeded();
                counted.succeeded();
                co_return;
            }
            const steady_clock::duration took = core.clock().steady_now() - now;
            if (bodies && (bodies->events || !core.options().call_timeout)) {  // how long they take is not ours to limit
                deadline = http::after(core.clock().steady_now(), core.call_limit());
            }
            bool moved = problem->other_protocol && change_protocol(target, *problem, bodies.get());
            if (!moved && !problem->region.empty()) moved = co_await follow(route, *problem, bodies.get(), input, account);
            if (moved) {
                tally(core.counters(), *problem, retry::Verdict::retry, false);
                if (trace != nullptr) trace->retrying(*problem, false, {});
                history.push_back(history_entry(*problem, took, {}));
                now = core.clock().steady_now();
                continue;
            }
            const bool elsewhere = named && named->where && went_elsewhere(*problem);  // it was not done there
            if (elsewhere) discovery->reject(named);
            // Nothing is wrong with the service.
            const bool replaced = may_replace && problem->stale && may_repeat(target, *problem);
            const bool at_once = replaced || (first && elsewhere);
            may_replace = may_replace && !replaced;
            const retry::Decision decision = at_once ? retry::Decision{retry::Verdict::retry}
                                                     : decide(core, target, attempts, *problem, deadline);
            if (bodies && decision.verdict == retry::Verdict::retry && !bodies->begin()) {
                explain(problem->error, no_second_time(*bodies));
                give_up(service, std::move(*problem), std::move(history));
            }
            tally(core.counters(), *problem, decision.verdict, replaced);
            if (trace != nullptr && decision.verdict == retry::Verdict::retry) trace->retrying(*problem, replaced, decision.wait);
            history.push_back(history_entry(*problem, took, decision.wait));
            if (!at_once && (decision.verdict == retry::Verdict::retry || decision.wait.count() != 0)) {
                co_await core.sleeper().sleep(std::chrono::duration_cast<steady_clock::duration>(decision.wait));
            }
            if (decision.verdict != retry::Verdict::retry) {
                explain(problem->error, why_not_again(decision.verdict));
                if (lost && may_object_to_itself(target, *problem)) explain(problem->error, lost_reply);
                give_up(service, std::move(*problem), std::move(history));
            }
            lost = lost || !problem->safe_to_repeat;
            now = core.clock().steady_now();
        }
    } catch (const Error&) {
        counted.failed();
        if (bodies) bodies->abandon();
        throw;
    } catch (const Stopped&) {
        counted.succeeded();
        throw;
    } catch (...) {
        if (bodies) bodies->abandon();
        throw;
    }
}

// A call that observers are told of.
awaitable<void> run_observed(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                             std::uint16_t operation, void* input, void* output, const CallBodies* bodies) {
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
                       std::uint16_t operation, void* input, void* output, const CallBodies* bodies) {
    if (!session->core()->options().observers.empty()) {
        return run_observed(std::move(session), service, operation, input, output, bodies);
    }
    return run(std::move(session), service, operation, input, output, nullptr, bodies);
}

}  // namespace botocraft::detail
