#pragma once
// A clock that stands still until it is told to go on.

#include <botocraft/clock.hpp>

#include <atomic>
#include <chrono>

namespace botocraft::testing {

// Both of its times move together; safe to use from several threads.
class ManualClock final : public Clock {
  public:
    // Starts on 30 August 2015, 12:36:00 UTC, the moment that AWS's signing examples use.
    explicit ManualClock(std::chrono::sys_seconds start = std::chrono::sys_seconds(std::chrono::seconds(1440938160)))
        : start_(start) {}

    void advance(std::chrono::nanoseconds by) { passed_.fetch_add(by.count(), std::memory_order_relaxed); }

    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        return std::chrono::system_clock::time_point(
            start_.time_since_epoch() + std::chrono::duration_cast<std::chrono::system_clock::duration>(passed()));
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(passed()));
    }

  private:
    [[nodiscard]] std::chrono::nanoseconds passed() const {
        return std::chrono::nanoseconds(passed_.load(std::memory_order_relaxed));
    }

    std::chrono::sys_seconds start_;
    std::atomic<std::chrono::nanoseconds::rep> passed_ = 0;
};

}  // namespace botocraft::testing
