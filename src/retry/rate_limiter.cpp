#include "retry/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace botocraft::retry {

namespace {

constexpr double scale = 0.4;          // of the curve
constexpr double after_throttling = 0.7;  // of the rate at which throttling came
constexpr double smallest_rate = 0.5;
constexpr double smallest_capacity = 1;
constexpr double newest_weight = 0.8;  // of the last measurement, in the average of all

double seconds(RateLimiter::Time time) noexcept {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

double half_seconds_down(double time) noexcept { return std::floor(time * 2) / 2; }

double time_to(double max_rate) noexcept { return std::cbrt(max_rate * (1 - after_throttling) / scale); }

}  // namespace

CubicRate::CubicRate(double last_max_rate, double last_throttled) noexcept
    : last_max_rate_(last_max_rate), last_throttled_(last_throttled), time_to_max_(time_to(last_max_rate)) {}

double CubicRate::succeeded(double now) const noexcept {
    const double from_max = now - last_throttled_ - time_to_max_;
    return scale * from_max * from_max * from_max + last_max_rate_;
}

double CubicRate::throttled(double rate, double now) noexcept {
    *this = CubicRate(rate, now);
    return rate * after_throttling;
}

RateLimiter::RateLimiter(Time now) noexcept
    : filled_at_(seconds(now)), measured_until_(half_seconds_down(filled_at_)), curve_(0, filled_at_) {}

RateLimiter::Wait RateLimiter::reserve(Time now) noexcept {
    const std::lock_guard lock(mutex_);
    if (!limits_) return Wait::zero();
    refill(seconds(now));
    tokens_ -= 1;
    if (tokens_ >= 0) return Wait::zero();
    return std::chrono::duration_cast<Wait>(std::chrono::duration<double>(-tokens_ / allowed_));
}

void RateLimiter::give_back() noexcept {
    const std::lock_guard lock(mutex_);
    tokens_ = std::min(capacity_, tokens_ + 1);
}

void RateLimiter::answered(Time time, bool throttled) noexcept {
    const std::lock_guard lock(mutex_);
    const double now = seconds(time);
    measure(now);
    double rate = 0;
    if (throttled) {
        rate = curve_.throttled(limits_ ? std::min(measured_, allowed_) : measured_, now);
        limits_ = true;
    } else {
        rate = curve_.succeeded(now);
    }
    allow(std::min(rate, 2 * measured_), now);
}

double RateLimiter::measured_rate() const noexcept {
    const std::lock_guard lock(mutex_);
    return measured_;
}

double RateLimiter::allowed_rate() const noexcept {
    const std::lock_guard lock(mutex_);
    return allowed_;
}

void RateLimiter::refill(double now) noexcept {
    tokens_ = std::min(capacity_, tokens_ + std::max(0.0, now - filled_at_) * allowed_);
    filled_at_ = now;
}

void RateLimiter::allow(double rate, double now) noexcept {
    refill(now);
    allowed_ = std::max(rate, smallest_rate);
    capacity_ = std::max(rate, smallest_capacity);
    tokens_ = std::min(tokens_, capacity_);
}

void RateLimiter::measure(double now) noexcept {
    ++requests_;
    const double until = half_seconds_down(now);
    if (until <= measured_until_) return;
    const double rate = requests_ / (until - measured_until_);
    measured_ = rate * newest_weight + measured_ * (1 - newest_weight);
    requests_ = 0;
    measured_until_ = until;
}

}  // namespace botocraft::retry
