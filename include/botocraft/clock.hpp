#pragma once
// Where a session takes the time from.

#include <chrono>
#include <memory>

namespace botocraft {

// Tests give a session a clock that stands still (testing/clock.hpp). Implementations must allow calls from several
// threads at once.
class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    // The date: for signatures and for the expiry of credentials.
    [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;

    // The time that never jumps: for deadlines and durations.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

// The clocks of this machine.
[[nodiscard]] std::shared_ptr<const Clock> system_clock();

}  // namespace botocraft
