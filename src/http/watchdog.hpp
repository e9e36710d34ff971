#pragma once
// Ends what takes too long: one timer for everything that goes on in an execution context, and none touched per call, also
// where one call follows the other: it is given up when the context has come to what is next, and nothing goes on.

#include "http/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>

namespace botocraft::http {

class Watch;
class Watchdog;

// Something with a deadline. Its owner moves the deadline; the watchdog, perhaps on another thread, calls `expired`.
class Watched {
  public:
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

  protected:
    Watched() = default;
    virtual ~Watched() = default;

  private:
    friend class Watchdog;

    // Called once for a deadline that passed, under the watchdog's lock.
    virtual void expired() noexcept = 0;

    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t over = std::numeric_limits<std::int64_t>::min();

    std::atomic<std::int64_t> deadline_{never};
    Watched* previous_ = nullptr;
    Watched* next_ = nullptr;
};

// Setting and moving deadlines takes no lock as long as the timer is set for an earlier one, which it nearly always is:
// deadlines are moved on again and again before they pass. The timer is set only while something has a deadline, so
// that it does not keep the context's run() from returning.
class Watchdog {
  public:
    explicit Watchdog(const asio::any_io_executor& executor);

    void add(Watched& watched) noexcept;
    void remove(Watched& watched) noexcept;  // no call of `expired` is under way when this returns

    // While this is held, `expired` is not being called.
    [[nodiscard]] std::unique_lock<std::mutex> pause() { return std::unique_lock(mutex_); }

    // The execution context ends: from now on nothing is watched.
    void shutdown() noexcept;

  private:
    friend class Watch;

    // `begin` gives it a deadline, `move` another one, `end` none. False if a deadline had passed before.
    void begin(Watched& watched, Clock::time_point deadline);
    [[nodiscard]] bool move(Watched& watched, Clock::time_point deadline);
    [[nodiscard]] bool end(Watched& watched) noexcept;

    static std::int64_t ticks(Clock::time_point time) noexcept { return time.time_since_epoch().count(); }

    void check_set_for(std::int64_t deadline);
    void set_for(std::int64_t deadline);
    void look();
    void ask_for_rest() noexcept;
    void rest() noexcept;
    [[nodiscard]] std::int64_t earliest() const noexcept;

    std::mutex mutex_;
    std::optional<asio::steady_timer> timer_;
    std::optional<asio::any_io_executor> later_;  // runs nothing at once
    Watched* first_ = nullptr;
    std::atomic<std::int64_t> set_for_{Watched::never};
    std::atomic<std::size_t> active_{0};
    std::atomic<bool> rest_asked_{false};
};

// The time during which something has a deadline.
class Watch {
  public:
    Watch(Watchdog& watchdog, Watched& watched, Clock::time_point deadline) : watchdog_(watchdog), watched_(watched) {
        watchdog_.begin(watched_, deadline);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { end(); }

    // Another deadline. If the last one has passed, it stays so.
    void move(Clock::time_point deadline) { in_time_ = watchdog_.move(watched_, deadline) && in_time_; }

    // False if a deadline passed while it was in force.
    bool end() noexcept {
        if (!ended_) in_time_ = watchdog_.end(watched_) && in_time_;
        ended_ = true;
        return in_time_;
    }

  private:
    Watchdog& watchdog_;
    Watched& watched_;
    bool in_time_ = true;
    bool ended_ = false;
};

}  // namespace botocraft::http
