#include <auth/renewed.hpp>

#include <runtime/stop_point.hpp>

#include <botocraft/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
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

struct RenewedState::State {
    // One caller who waits. Lives in the caller's coroutine, so that it ends with the caller's execution context; its
    // timer expires when the caller will not go on waiting as before, and is touched under the mutex only.
    struct Waiter {
        Waiter(State& owner, const asio::any_io_executor& executor) : state(owner), timer(executor) {}
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        ~Waiter() {
            const std::lock_guard lock(state.mutex);
            std::erase(state.waiters, this);
            state.stop_if_unwanted(late);
        }
        State& state;
        asio::steady_timer timer;
        bool done = true;
        bool late = false;  // its time was over
        std::exception_ptr error;
    };

    // Ends an asking. Both are touched where it runs only, and outlive it.
    struct Stop {
        asio::cancellation_signal signal;
        bool wanted = false;
    };

    // An asking under way, from `begin` on. When it is destroyed it ends, also where its execution context goes away.
    struct Asking {
        Asking(std::shared_ptr<State> owner, const asio::any_io_executor& executor)
            : state(std::move(owner)), strand(asio::make_strand(executor)) {}
        Asking(const Asking&) = delete;
        Asking& operator=(const Asking&) = delete;
        ~Asking() { finish({}, nullptr); }

        void finish(Found<void> found, const std::exception_ptr& error) {
            if (std::exchange(finished, true)) return;
            const std::lock_guard lock(state->mutex);
            std::erase(state->under_way, this);
            const bool taken_over = number != state->asking_number;
            if (taken_over && !found.value) return;  // whoever took over may yet find something
            if (taken_over && stopped && state->asking_number != 0) return;  // nobody waited for this any more
            if (!taken_over) state->asking_number = 0;
            const TimePoint now = state->clock->now();
            const bool replaced = taken_over && state->lives(now, state->times.margin);
            const bool came = found.value != nullptr;
            if (came && !replaced) state->current = std::move(found);
            if ((came || !stopped) && !state->lives(now, state->times.ahead)) state->retry_after = now + state->times.pause;
            // Who came after it was stopped asks anew.
            state->wake_all(stopped ? nullptr : error);
        }

        // With the mutex held, which its destructor waits for: so the execution context is there. As terminal cancellation.
        void cancel() noexcept {
            if (std::exchange(stopped, true)) return;
            try {
                asio::post(strand, [stop = stop] {
                    stop->wanted = true;
                    stop->signal.emit(asio::cancellation_type::terminal);
                });
            } catch (...) {
                stopped = false;  // no memory: it runs to its end
            }
        }

        std::shared_ptr<State> state;
        asio::strand<asio::any_io_executor> strand;  // where it runs, so that it can be stopped from any thread
        std::shared_ptr<Stop> stop = std::make_shared<Stop>();
        std::uint64_t number = 0;
        bool stopped = false;  // under the mutex
        bool finished = false;
    };

    std::shared_ptr<RenewalSource> source;
    std::shared_ptr<const Clock> clock;
    RenewalTimes times;
    mutable std::mutex mutex;
    Found<void> current;
    TimePoint retry_after{};  // no background refresh before
    TimePoint reject_after{};  // until then, what is refused is kept
    std::uint64_t asking_number = 0;  // of the asking that callers wait for; 0: none
    std::uint64_t askings = 0;
    std::vector<Asking*> under_way;  // that one, and those whose place was taken or that were stopped
    asio::steady_timer::time_point overdue{};  // when the asking counts as given up
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
        if (asking_number == 0) return false;
        const auto now = asio::steady_timer::clock_type::now();
        if (now >= overdue && source->waits_for_person()) be_patient(now);
        return now < overdue;
    }
    void be_patient(asio::steady_timer::time_point now) {
        const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(decltype(now)::max() - now);
        overdue = now + std::min(times.patience, longest);
    }

    // With the mutex held.
    void wake_all(const std::exception_ptr& error) {
        for (Waiter* waiter : waiters) {
            waiter->done = true;
            waiter->error = error;
            waiter->timer.cancel();
        }
        waiters.clear();
    }

    // With the mutex held: what nobody waits for ends, unless it renews what is still held. But a person who is slow may
    // yet answer, and is not asked again before the first asking has ended.
    void stop_if_unwanted(bool late) noexcept {
        if (!waiters.empty() || under_way.empty() || lives(clock->now(), std::chrono::seconds(0))) return;
        const bool person = source->waits_for_person();
        if (person && late) return;
        for (Asking* const asking : under_way) asking->cancel();
        if (!person) asking_number = 0;
    }

    static asio::awaitable<void> ask(std::shared_ptr<Asking> asking) {
        Found<void> found;
        std::exception_ptr error;
        try {
            found = co_await asking->state->source->ask();
        } catch (...) {
            error = std::current_exception();
        }
        asking->finish(std::move(found), error);
    }

    // With the mutex held. Returns what to `start`.
    [[nodiscard]] static std::shared_ptr<Asking> begin(const std::shared_ptr<State>& state, const asio::any_io_executor& executor) {
        state->under_way.reserve(state->under_way.size() + 1);
        auto asking = std::make_shared<Asking>(state, executor);
        state->under_way.push_back(asking.get());
        asking->number = state->asking_number = ++state->askings;
        state->be_patient(asio::steady_timer::clock_type::now());
        return asking;
    }

    // Without the mutex.
    static void start(std::shared_ptr<Asking> asking) {
        const auto strand = asking->strand;
        asio::dispatch(strand, [asking = std::move(asking)]() mutable {
            const std::shared_ptr<Stop> stop = asking->stop;
            if (stop->wanted) return;
            const asio::any_io_executor executor = asking->strand;
            asio::co_spawn(executor, ask(std::move(asking)),
                           asio::bind_cancellation_slot(stop->signal.slot(), [stop](const std::exception_ptr&) {}));
        });
    }

    // Until the asking is done, or overdue, or the deadline has passed, which throws.
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
            waiter.late = !in_time;
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
        Waiter waiter(*state, executor);
        for (;;) {
            std::shared_ptr<Asking> asking;
            Value ready;
            {
                const std::lock_guard lock(state->mutex);
                const TimePoint now = state->clock->now();
                if (state->serves(now)) ready = state->current.value;
                if (state->due(now) && !state->asking()) asking = begin(state, executor);
                if (!ready && std::exchange(waiter.done, false)) state->waiters.push_back(&waiter);
            }
            if (asking) start(std::move(asking));
            if (ready) co_return ready;
            co_await wait(waiter, deadline);
            std::exception_ptr error;
            {
                // Just found: hand it out even when it lives for less than the margin, else this would never end. The
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
