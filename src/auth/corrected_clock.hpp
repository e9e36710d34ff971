#pragma once
// This machine's clock, put right by what a session learned from servers: what the expiry of credentials is judged by.

#include <auth/clock_skew.hpp>

#include <botocraft/clock.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace botocraft::auth {

// One for a session and for the sessions that its providers make. Safe to use from several threads at once.
class CorrectedClock final : public Clock {
  public:
    explicit CorrectedClock(std::shared_ptr<const Clock> machine) : machine_(std::move(machine)) {}

    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return machine_->now() + offset(); }
    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override { return machine_->steady_now(); }

    [[nodiscard]] const std::shared_ptr<const Clock>& machine() const noexcept { return machine_; }
    [[nodiscard]] ClockOffset offset() const noexcept { return ClockOffset(seconds_.load(std::memory_order_relaxed)); }
    void correct(ClockOffset by) noexcept { seconds_.store(by.count(), std::memory_order_relaxed); }

  private:
    std::shared_ptr<const Clock> machine_;
    std::atomic<std::int64_t> seconds_ = 0;
};

// `clock` itself where it is one already, else one of its own for it.
[[nodiscard]] inline std::shared_ptr<CorrectedClock> corrected(const std::shared_ptr<const Clock>& clock) {
    if (auto known = std::dynamic_pointer_cast<const CorrectedClock>(clock)) {
        return std::const_pointer_cast<CorrectedClock>(std::move(known));  // made below, as one that is not const
    }
    return std::make_shared<CorrectedClock>(clock);
}

}  // namespace botocraft::auth
