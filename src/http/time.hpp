#pragma once
// Arithmetic with limits on time, of which the longest means that there is none.

#include <chrono>

namespace botocraft::http {

using Clock = std::chrono::steady_clock;

// `from + duration`, where the longest duration means never.
[[nodiscard]] constexpr Clock::time_point after(Clock::time_point from, Clock::duration duration) noexcept {
    return duration >= Clock::time_point::max() - from ? Clock::time_point::max() : from + duration;
}

// How much is left: without end where the time never comes.
[[nodiscard]] constexpr Clock::duration time_until(Clock::time_point time, Clock::time_point now) noexcept {
    return time == Clock::time_point::max() ? Clock::duration::max() : time - now;
}

// In the clock's unit. What is more than it can count is no limit.
[[nodiscard]] constexpr Clock::duration limit_of(std::chrono::milliseconds time) noexcept {
    return time > std::chrono::floor<std::chrono::milliseconds>(Clock::duration::max()) ? Clock::duration::max()
                                                                                        : Clock::duration(time);
}

}  // namespace botocraft::http
