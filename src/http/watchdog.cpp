#include "http/watchdog.hpp"

#include <boost/asio/execution.hpp>
#include <boost/asio/require.hpp>

#include <algorithm>

// The order of the sequentially consistent operations is what makes this right without a lock. An owner stores its
// deadline and then reads `set_for_`; the watchdog stores `never` to `set_for_` and then reads the deadlines. Whichever
// comes first, one of the two sees the other, and sets the timer. In the same way whoever ends last counts down `active_`
// and then sets `rest_asked_`, and `rest` takes that back and then reads `active_`.

namespace botocraft::http {

Watchdog::Watchdog(const asio::any_io_executor& executor)
    : timer_(std::in_place, executor), later_(asio::require(executor, asio::execution::blocking.never)) {}

void Watchdog::add(Watched& watched) noexcept {
    const std::lock_guard lock(mutex_);
    watched.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &watched;
    first_ = &watched;
}

void Watchdog::remove(Watched& watched) noexcept {
    const std::lock_guard lock(mutex_);
    (watched.previous_ == nullptr ? first_ : watched.previous_->next_) = watched.next_;
    if (watched.next_ != nullptr) watched.next_->previous_ = watched.previous_;
    watched.previous_ = watched.next_ = nullptr;
}

void Watchdog::begin(Watched& watched, Clock::time_point deadline) {
    active_.fetch_add(1);
    watched.deadline_.store(ticks(deadline));
    check_set_for(ticks(deadline));
}

bool Watchdog::move(Watched& watched, Clock::time_point deadline) {
    std::int64_t last = watched.deadline_.load(std::memory_order_relaxed);
    if (last == Watched::over || !watched.deadline_.compare_exchange_strong(last, ticks(deadline))) return false;
    check_set_for(ticks(deadline));
    return true;
}

bool Watchdog::end(Watched& watched) noexcept {
    const bool in_time = watched.deadline_.exchange(Watched::never) != Watched::over;
    if (active_.fetch_sub(1) == 1 && set_for_.load() != Watched::never) ask_for_rest();
    return in_time;
}

// Later: who ended one call may be about to begin another, and to set the timer anew would cost a system call.
void Watchdog::ask_for_rest() noexcept {
    if (rest_asked_.exchange(true)) return;
    try {
        if (later_) later_->execute([this] { rest(); });
    } catch (...) {  // no memory
        rest();
    }
}

void Watchdog::rest() noexcept {
    rest_asked_.store(false);
    if (active_.load() != 0) return;
    const std::lock_guard lock(mutex_);
    if (set_for_.exchange(Watched::never) == Watched::never) return;
    if (active_.load() == 0) {
        timer_->cancel();
    } else {
        set_for(earliest());  // somebody came just now, and may have relied on the timer
    }
}

void Watchdog::check_set_for(std::int64_t deadline) {
    if (deadline >= set_for_.load()) return;
    const std::lock_guard lock(mutex_);
    if (deadline < set_for_.load()) set_for(deadline);
}

void Watchdog::set_for(std::int64_t deadline) {
    if (deadline == Watched::never || !timer_) return;
    set_for_.store(deadline);
    timer_->expires_at(Clock::time_point(Clock::duration(deadline)));
    timer_->async_wait([this](const boost::system::error_code& ec) {
        if (!ec) look();
    });
}

void Watchdog::look() {
    const std::lock_guard lock(mutex_);
    // A timer that was set anew, or given up, while this call was on its way, is none of its business.
    const std::int64_t now = ticks(Clock::now());
    if (set_for_.load() > now) return;
    set_for_.store(Watched::never);
    for (Watched* watched = first_; watched != nullptr; watched = watched->next_) {
        std::int64_t deadline = watched->deadline_.load();
        if (deadline != Watched::over && deadline <= now &&
            watched->deadline_.compare_exchange_strong(deadline, Watched::over)) {
            watched->expired();
        }
    }
    set_for(earliest());
}

std::int64_t Watchdog::earliest() const noexcept {
    std::int64_t result = Watched::never;
    for (const Watched* watched = first_; watched != nullptr; watched = watched->next_) {
        const std::int64_t deadline = watched->deadline_.load();
        if (deadline != Watched::over) result = std::min(result, deadline);
    }
    return result;
}

void Watchdog::shutdown() noexcept {
    const std::lock_guard lock(mutex_);
    set_for_.store(Watched::never);
    timer_.reset();  // now: its service may be destroyed before ours
    later_.reset();
}

}  // namespace botocraft::http
