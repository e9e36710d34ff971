#include <auth/credentials_cache.hpp>

#include "auth/problem.hpp"
#include <runtime/stop_point.hpp>

#include <botocraft/clock.hpp>
#include <botocraft/error.hpp>

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
#include <exception>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::auth {

namespace asio = boost::asio;
using TimePoint = std::chrono::system_clock::time_point;

namespace {

[[noreturn]] void fail_late(std::string_view provider) {
    ErrorDetails details;
    details.kind = ErrorKind::timeout;
    details.code = "CredentialsTimeout";
    details.explanation = "the call's time was over before there were credentials (" + std::string(provider) +
                          "): allow it more time, or see why they take so long";
    throw_error(std::move(details));
}

// Keys stand in header lines: a line break in one would begin a header of its own.
bool is_clean(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

void check_usable(const Credentials& credentials, TimePoint now) {
    const std::string source = credentials.source.empty() ? "the provider" : credentials.source;
    const auto check = [&source](std::string_view what, std::string_view text, bool required) {
        if (required && text.empty()) {
            fail("InvalidCredentials", "the " + std::string(what) + " from " + source + " is empty");
        }
        if (!is_clean(text)) {
            fail("InvalidCredentials", "the " + std::string(what) + " from " + source +
                                           " holds a blank, a line break or another character that none has: "
                                           "copy it again");
        }
    };
    check("access key id", credentials.access_key_id, true);
    check("secret access key", credentials.secret_access_key.reveal(), true);
    check("session token", credentials.session_token.reveal(), false);
    if (credentials.expired(now)) {
        const auto ago = std::chrono::floor<std::chrono::seconds>(now - *credentials.expiration);
        fail("ExpiredCredentials", "the credentials from " + source + " expired " + std::to_string(ago.count()) +
                                       " s ago: get new ones (sign in again, or renew the profile or variables)");
    }
}

}  // namespace

struct CredentialsCache::State : std::enable_shared_from_this<State> {
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
        ~Resolving() { finish(nullptr, nullptr); }

        void finish(std::shared_ptr<const SigningIdentity> found, const std::exception_ptr& error) {
            if (std::exchange(finished, true)) return;
            const std::lock_guard lock(state->mutex);
            state->resolving = false;
            if (found) state->current = std::move(found);
            if (error) state->retry_after = state->context.clock->now() + pause_after_failure;
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

    std::shared_ptr<CredentialsProvider> provider;
    CredentialsContext context;
    mutable std::mutex mutex;
    std::shared_ptr<const SigningIdentity> current;
    TimePoint retry_after{};  // no background refresh before
    bool resolving = false;
    std::vector<Waiter*> waiters;

    State(std::shared_ptr<CredentialsProvider> source, CredentialsContext with)
        : provider(std::move(source)), context(std::move(with)) {}

    [[nodiscard]] bool lives(TimePoint now, std::chrono::seconds margin) const {
        return current && !current->expired(now + margin);
    }

    static asio::awaitable<void> resolve(std::shared_ptr<State> state) {
        Resolving ending(state);
        std::shared_ptr<const SigningIdentity> found;
        std::exception_ptr error;
        try {
            auto credentials = co_await state->provider->resolve(state->context);
            check_usable(credentials, state->context.clock->now());
            found = std::make_shared<const SigningIdentity>(std::move(credentials));
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
        if (!in_time) fail_late(waiter.state.provider->name());
    }

    static asio::awaitable<std::shared_ptr<const SigningIdentity>> get(std::shared_ptr<State> state,
                                                                       asio::steady_timer::time_point deadline) {
        const asio::any_io_executor own = co_await asio::this_coro::executor;
        const asio::any_io_executor executor = detail::without_stop_point(own);  // looking for credentials is no rehearsal
        for (;;) {
            Waiter waiter(*state, executor, deadline);
            bool lead = false;
            std::shared_ptr<const SigningIdentity> ready;
            {
                const std::lock_guard lock(state->mutex);
                const TimePoint now = state->context.clock->now();
                if (state->lives(now, safety_margin)) ready = state->current;
                const bool due = !state->lives(now, refresh_ahead) && (!ready || now >= state->retry_after);
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
                ready = state->current;
                if (ready && ready->expired(state->context.clock->now())) ready = nullptr;
            }
            if (ready) co_return ready;
        }
    }
};

CredentialsCache::CredentialsCache(std::shared_ptr<CredentialsProvider> provider, CredentialsContext context)
    : state_(std::make_shared<State>(std::move(provider), std::move(context))) {}

std::shared_ptr<const SigningIdentity> CredentialsCache::fresh() const noexcept {
    const State& s = *state_;
    const std::lock_guard lock(s.mutex);
    if (!s.current) return nullptr;
    if (!s.current->expiration) return s.current;
    const TimePoint now = s.context.clock->now();
    if (s.lives(now, refresh_ahead)) return s.current;
    const bool resting = now < s.retry_after || s.resolving;
    return resting && s.lives(now, safety_margin) ? s.current : nullptr;
}

asio::awaitable<std::shared_ptr<const SigningIdentity>> CredentialsCache::get(
    std::chrono::steady_clock::time_point deadline) {
    return State::get(state_, deadline);
}

void CredentialsCache::reject(const std::shared_ptr<const SigningIdentity>& refused) noexcept {
    const std::lock_guard lock(state_->mutex);
    if (state_->current == refused) state_->current = nullptr;
}

}  // namespace botocraft::auth
