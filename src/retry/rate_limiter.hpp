#pragma once
// The rate limit of the adaptive retry mode: after throttling, requests are sent at a rate that follows a cubic curve up to
// the rate at which throttling came, and past it. No I/O, and no clock of its own.

#include <chrono>
#include <mutex>

namespace botocraft::retry {

// In requests per second, and in seconds of any one clock.
class CubicRate {
  public:
    CubicRate(double last_max_rate, double last_throttled) noexcept;

    // The rate to send at after a success at that time, or after throttling at a rate.
    [[nodiscard]] double succeeded(double now) const noexcept;
    [[nodiscard]] double throttled(double rate, double now) noexcept;

  private:
    double last_max_rate_;
    double last_throttled_;
    double time_to_max_;  // how long after throttling the curve is back at the rate at which it came
};

// Shared by all calls of a session to one service in one region. Safe to use from several threads at once.
class RateLimiter {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Wait = std::chrono::steady_clock::duration;

    explicit RateLimiter(Time now) noexcept;

    // How long a request must wait before it is sent. Its place is taken: those who come later wait longer.
    [[nodiscard]] Wait reserve(Time now) noexcept;
    // A request that had a place is not sent after all.
    void give_back() noexcept;
    // Nothing is held back before the first throttling.
    void answered(Time now, bool throttled) noexcept;

    [[nodiscard]] double measured_rate() const noexcept;
    [[nodiscard]] double allowed_rate() const noexcept;

  private:
    void refill(double now) noexcept;
    void allow(double rate, double now) noexcept;
    void measure(double now) noexcept;

    mutable std::mutex mutex_;
    bool limits_ = false;
    double allowed_ = 0;
    double capacity_ = 0;
    double tokens_ = 0;  // negative: that many wait
    double filled_at_;
    double measured_ = 0;
    double measured_until_;
    int requests_ = 0;  // since then
    CubicRate curve_;
};

}  // namespace botocraft::retry
