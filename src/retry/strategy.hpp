#pragma once
// Whether, and when, a call is tried again. No I/O, and no clock or random source of its own.

#include "retry/classify.hpp"
#include "retry/rate_limiter.hpp"
#include "retry/rules.hpp"
#include "retry/token_bucket.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace botocraft::retry {

// What all calls of a session to one service in one region share; the quota they may share with those of other sessions.
// Safe to use from several threads at once.
class Strategy {
  public:
    Strategy(RetryMode mode, const Rules& rules, std::chrono::steady_clock::time_point now);
    // With a quota of which some is used.
    Strategy(RetryMode mode, const Rules& rules, std::chrono::steady_clock::time_point now, int tokens);

    [[nodiscard]] const Rules& rules() const noexcept { return rules_; }
    [[nodiscard]] int max_attempts() const noexcept { return max_attempts_; }
    [[nodiscard]] TokenBucket& quota() noexcept { return quota_; }
    [[nodiscard]] RateLimiter* limiter() noexcept { return limiter_.get(); }  // null but in the adaptive mode

  private:
    Rules rules_;
    int max_attempts_;
    TokenBucket quota_;
    std::unique_ptr<RateLimiter> limiter_;
};

// What is known of an attempt that failed.
struct Failed {
    Failure failure = Failure::final;
    bool repeatable = true;  // to send the request again does no harm
    bool timed_out = false;
    bool poll = false;  // of an operation that waits for something to come
    std::optional<std::chrono::nanoseconds> hint{};  // the wait that the server named
};

enum class Verdict : unsigned char {
    retry,          // after `wait`
    final,          // the same request would fail again
    unrepeatable,   // it may have been carried out, and must not be twice
    last_attempt,   // there were as many as there may be
    no_quota,       // the quota is used up. To be told after `wait`
    out_of_time,    // the call's time would be over before the wait
};

struct Decision {
    Verdict verdict = Verdict::final;
    std::chrono::nanoseconds wait{};
};

// The attempts of one call.
class Attempts {
  public:
    explicit Attempts(Strategy& strategy) noexcept : strategy_(strategy), quota_(&strategy.quota()) {}

    // In place of the strategy's own.
    void share(TokenBucket& quota) noexcept { quota_ = &quota; }

    // `random`: any number, evenly distributed. `left`: of the call's time.
    [[nodiscard]] Decision failed(const Failed& attempt, std::uint64_t random, std::chrono::nanoseconds left) noexcept;
    void succeeded() noexcept;

  private:
    [[nodiscard]] std::chrono::nanoseconds wait(const Failed& attempt, std::uint64_t random) const noexcept;
    [[nodiscard]] int cost(const Failed& attempt) const noexcept;

    Strategy& strategy_;
    TokenBucket* quota_;
    int failed_ = 0;
    int paid_ = 0;  // what the last retry cost
};

// What the headers `x-amz-retry-after` (milliseconds) and `Retry-After` (seconds, or a date) say. The first one goes first.
// `now`: by the server's clock.
[[nodiscard]] std::optional<std::chrono::nanoseconds> read_hint(std::string_view amz_retry_after, std::string_view retry_after,
                                                                std::chrono::system_clock::time_point now) noexcept;

}  // namespace botocraft::retry
