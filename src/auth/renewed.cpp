#include <auth/renewed.hpp>

#include <runtime/stop_point.hpp>

#include <botocraft/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <mutex>
#include <vector>

namespace botocraft::auth {

namespace asio = boost::asio;
using TimePoint = std::chrono::system_clock::time_point;

struct RenewedState::State : std::enable_shared_from_this<State> {
    // One caller who waits. Lives in the caller's coroutine, so that it ends with the caller's execution context; its
    // timer expires when the caller will not go on waiting as before, and is touched under the mutex only.
    struct Waiter {
        Waiter(State& owner, const asio::any_io_executor& executor) : state(owner), timer(executor) {}
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        ~Waiter() {
            const std::lock_guard lock(state.mutex);
            std::erase(state.waiters, this);
        }
        State& state;
        asio::steady_timer timer;
        bool done = false;
        std::exception_ptr error;
    };

    // Ends a resolving, also one whose coroutine is destroyed because its execution context goes away.
    struct Resolving {
        Resolving(std::shared_ptr<State> owner, std::uint64_t which) : state(std::move(owner)), number(which) {}
        Resolving(const Resolving&) = delete;
        Resolving& operator=(const Resolving&) = delete;
        ~Resolving() { finish({}, nullptr); }

        void finish(Found<void> found, const std::exception_ptr& error) {
            if (std::exchange(finished, true)) return;
            const std::lock_guard lock(state->mutex);
            const bool taken_over = number != state->resolving;
            if (taken_over && !found.value) return;  // whoever took over may yet find something
            if (!taken_over) state->resolving = 0;
            const TimePoint now = state->clock->now();
            const bool replaced = taken_over && state->lives(now, state->times.margin);
            if (found.value && !replaced) state->current = std::move(found);
            if (!state->lives(now, state->times.ahead)) state->retry_after = now + state->times.pause;
            for (Waiter* waiter : state->waiters) {
                waiter->done = true;
                waiter->error = error;
                waiter->timer.cancel();
            }
            state->waiters.clear();
        }
        std::shared_ptr<State> state;
        std::uint64_t number;
        bool finished = false;
    };

    std::shared_ptr<RenewalSource> source;
    std::shared_ptr<const Clock> clock;
    RenewalTimes times;
    mutable std::mutex mutex;
    Found<void> current;
    TimePoint retry_after{};  // no background refresh before
    TimePoint reject_after{};  // until then, what is refused is kept
    std::uint64_t resolving = 0;  // the number of the resolving under way; 0: none
    std::uint64_t resolvings = 0;
    asio::steady_timer::time_point overdue{};  // when the resolving under way counts as given up
    std::vector<Waiter*> waiters;

    State(std::shared_ptr<RenewalSource> asked, std::shared_ptr<const Clock> watch, RenewalTimes when)
        : source(std::move(asked)), clock(std::move(watch)), times(when) {}

    [[nodiscard]] bool lives(TimePoint now, std::chrono::seconds margin) const {
        return current.value && (!current.expiration || *current.expiration > now + margin);
    }
    // Whether the value is handed out at once. While the source is left alone, it serves to its end.
    [[nodiscard]] bool serves(TimePoint now) const {
        return lives(now, now < retry_after ? std::chrono::seconds(0) : times.margin);
    }
    // Whether to ask the source, as far as the value is concerned.
    [[nodiscard]] bool due(TimePoint now) const {
        return !lives(now, times.ahead) && (now >= retry_after || !serves(now));
    }
    // With the mutex held.
    [[nodiscard]] bool asking() {
        if (resolving == 0) return false;
        const auto now = asio::steady_timer::clock_type::now();
        if (now >= overdue && source->waits_for_person()) be_patient(now);
        return now < overdue;
    }
    void be_patient(asio::steady_timer::time_point now) {
        const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(decltype(now)::max() - now);
        overdue = now + std::min(times.patience, longest);
    }

    static asio::awaitable<void> resolve(std::shared_ptr<State> state, std::uint64_t number) {
        Resolving ending(state, number);
        Found<void> found;
        std::exception_ptr error;
        try {
            found = co_await state->source->ask();
        } catch (...) {
            error = std::current_exception();
        }
        ending.finish(std::move(found), error);
    }

    // With the mutex held. Returns the number to `start`.
    [[nodiscard]] std::uint64_t begin() {
        resolving = ++resolvings;
        be_patient(asio::steady_timer::clock_type::now());
        return resolving;
    }

    // Without the mutex.
    static void start(const std::shared_ptr<State>& state, const asio::any_io_executor& executor, std::uint64_t number) {
        asio::co_spawn(executor, resolve(state, number), asio::detached);
    }

    // Until the resolving is done, or overdue, or the deadline has passed, which throws.
    static asio::awaitable<void> wait(Waiter& waiter, asio::steady_timer::time_point deadline) {
        auto initiation = [](auto handler, Waiter* waiting, asio::steady_timer::time_point latest) {
            const std::lock_guard lock(waiting->state.mutex);
            const auto until = std::min(latest, waiting->state.overdue);
            waiting->timer.expires_at(waiting->done ? asio::steady_timer::time_point::min() : until);
            waiting->timer.async_wait(std::move(handler));
        };
        bool in_time = false;
        try {
            co_await asio::async_initiate<const asio::use_awaitable_t<>, void(boost::system::error_code)>(
                initiation, asio::use_awaitable, &waiter, deadline);
            const std::lock_guard lock(waiter.state.mutex);
            in_time = waiter.done || asio::steady_timer::clock_type::now() < deadline;
        } catch (const boost::system::system_error&) {
            const std::lock_guard lock(waiter.state.mutex);
            if (!waiter.done) throw;  // the caller was cancelled
            in_time = true;
        }
        if (!in_time) throw_error(waiter.state.source->late());
    }

    static asio::awaitable<Value> get(std::shared_ptr<State> state, asio::steady_timer::time_point deadline) {
        const asio::any_io_executor own = co_await asio::this_coro::executor;
        const asio::any_io_executor executor = detail::without_stop_point(own);  // what is asked for is no rehearsal
        for (;;) {
            Waiter waiter(*state, executor);
            std::uint64_t number = 0;
            Value ready;
            {
                const std::lock_guard lock(state->mutex);
                const TimePoint now = state->clock->now();
                if (state->serves(now)) ready = state->current.value;
                if (state->due(now) && !state->asking()) number = state->begin();
                if (!ready) state->waiters.push_back(&waiter);
            }
            if (number != 0) start(state, executor, number);
            if (ready) co_return ready;
            co_await wait(waiter, deadline);
            std::exception_ptr error;
            {
                // Just resolved: hand it out even when it lives for less than the margin, else this would never end. The
                // same where it could not be renewed: it is still valid.
                const std::lock_guard lock(state->mutex);
                if (waiter.done && state->lives(state->clock->now(), std::chrono::seconds(0))) {
                    ready = state->current.value;
                }
                error = waiter.error;
            }
            if (ready) co_return ready;
            if (error) std::rethrow_exception(error);
        }
    }
};

RenewedState::RenewedState(std::shared_ptr<RenewalSource> source, std::shared_ptr<const Clock> clock, RenewalTimes times)
    : state_(std::make_shared<State>(std::move(source), std::move(clock), times)) {}

RenewedState::Value RenewedState::fresh() const noexcept {
    State& s = *state_;
    const std::lock_guard lock(s.mutex);
    if (!s.current.value) return nullptr;
    if (!s.current.expiration) return s.current.value;
    const TimePoint now = s.clock->now();
    if (!s.serves(now)) return nullptr;
    return !s.due(now) || s.asking() ? s.current.value : nullptr;
}

asio::awaitable<RenewedState::Value> RenewedState::get(std::chrono::steady_clock::time_point deadline) const {
    return State::get(state_, deadline);
}

void RenewedState::reject(const Value& refused) const noexcept {
    const std::lock_guard lock(state_->mutex);
    if (state_->current.value != refused) return;
    const TimePoint now = state_->clock->now();
    if (now < state_->reject_after) return;
    state_->current = {};
    state_->reject_after = now + state_->times.pause;
}

}  // namespace botocraft::auth
