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

#include <exception>
#include <mutex>
#include <vector>

namespace botocraft::auth {

namespace asio = boost::asio;
using TimePoint = std::chrono::system_clock::time_point;

struct RenewedState::State : std::enable_shared_from_this<State> {
    // One caller who waits. Lives in the caller's coroutine, so that it ends with the caller's execution context; its
    // timer expires when the caller will wait no longer, and is touched under the mutex only.
    struct Waiter {
        Waiter(State& owner, const asio::any_io_executor& executor, asio::steady_timer::time_point deadline)
            : state(owner), timer(executor, deadline) {}
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
        explicit Resolving(std::shared_ptr<State> owner) : state(std::move(owner)) {}
        Resolving(const Resolving&) = delete;
        Resolving& operator=(const Resolving&) = delete;
        ~Resolving() { finish({}, nullptr); }

        void finish(Found<void> found, const std::exception_ptr& error) {
            if (std::exchange(finished, true)) return;
            const std::lock_guard lock(state->mutex);
            state->resolving = false;
            if (found.value) state->current = std::move(found);
            if (error) state->retry_after = state->clock->now() + state->times.pause;
            for (Waiter* waiter : state->waiters) {
                waiter->done = true;
                waiter->error = error;
                waiter->timer.cancel();
            }
            state->waiters.clear();
        }
        std::shared_ptr<State> state;
        bool finished = false;
    };

    std::shared_ptr<RenewalSource> source;
    std::shared_ptr<const Clock> clock;
    RenewalTimes times;
    mutable std::mutex mutex;
    Found<void> current;
    TimePoint retry_after{};  // no background refresh before
    bool resolving = false;
    std::vector<Waiter*> waiters;

    State(std::shared_ptr<RenewalSource> asked, std::shared_ptr<const Clock> watch, RenewalTimes when)
        : source(std::move(asked)), clock(std::move(watch)), times(when) {}

    [[nodiscard]] bool lives(TimePoint now, std::chrono::seconds margin) const {
        return current.value && (!current.expiration || *current.expiration > now + margin);
    }

    static asio::awaitable<void> resolve(std::shared_ptr<State> state) {
        Resolving ending(state);
        Found<void> found;
        std::exception_ptr error;
        try {
            found = co_await state->source->ask();
        } catch (...) {
            error = std::current_exception();
        }
        ending.finish(std::move(found), error);
    }

    // With the mutex held by the caller only until it has set `resolving`.
    static void start(const std::shared_ptr<State>& state, const asio::any_io_executor& executor) {
        asio::co_spawn(executor, resolve(state), asio::detached);
    }

    static asio::awaitable<void> wait(Waiter& waiter) {
        auto initiation = [](auto handler, Waiter* waiting) {
            const std::lock_guard lock(waiting->state.mutex);
            if (waiting->done) waiting->timer.expires_at(asio::steady_timer::time_point::min());
            waiting->timer.async_wait(std::move(handler));
        };
        bool in_time = false;
        try {
            co_await asio::async_initiate<const asio::use_awaitable_t<>, void(boost::system::error_code)>(
                initiation, asio::use_awaitable, &waiter);
            const std::lock_guard lock(waiter.state.mutex);
            in_time = waiter.done;
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
            Waiter waiter(*state, executor, deadline);
            bool lead = false;
            Value ready;
            {
                const std::lock_guard lock(state->mutex);
                const TimePoint now = state->clock->now();
                if (state->lives(now, state->times.margin)) ready = state->current.value;
                const bool due = !state->lives(now, state->times.ahead) && (!ready || now >= state->retry_after);
                lead = due && !state->resolving;
                if (lead) state->resolving = true;
                if (!ready) state->waiters.push_back(&waiter);
            }
            if (lead) start(state, executor);
            if (ready) co_return ready;
            co_await wait(waiter);
            if (waiter.error) std::rethrow_exception(waiter.error);
            {
                // Just resolved: hand it out even when it lives for less than the margin, else this would never end.
                const std::lock_guard lock(state->mutex);
                if (state->lives(state->clock->now(), std::chrono::seconds(0))) ready = state->current.value;
            }
            if (ready) co_return ready;
        }
    }
};

RenewedState::RenewedState(std::shared_ptr<RenewalSource> source, std::shared_ptr<const Clock> clock, RenewalTimes times)
    : state_(std::make_shared<State>(std::move(source), std::move(clock), times)) {}

RenewedState::Value RenewedState::fresh() const noexcept {
    const State& s = *state_;
    const std::lock_guard lock(s.mutex);
    if (!s.current.value) return nullptr;
    if (!s.current.expiration) return s.current.value;
    const TimePoint now = s.clock->now();
    if (s.lives(now, s.times.ahead)) return s.current.value;
    const bool resting = now < s.retry_after || s.resolving;
    return resting && s.lives(now, s.times.margin) ? s.current.value : nullptr;
}

asio::awaitable<RenewedState::Value> RenewedState::get(std::chrono::steady_clock::time_point deadline) const {
    return State::get(state_, deadline);
}

void RenewedState::reject(const Value& refused) const noexcept {
    const std::lock_guard lock(state_->mutex);
    if (state_->current.value == refused) state_->current = {};
}

}  // namespace botocraft::auth
