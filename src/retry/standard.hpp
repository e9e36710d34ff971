#pragma once
// The standard retry mode of the AWS SDKs: a bucket of tokens that keeps retries from making an outage worse, and
// exponential backoff with full jitter. No I/O, and no clock or random source of its own.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace botocraft::retry {

// Shared by all calls to one service and region. Safe to use from several threads at once.
class TokenBucket {
  public:
    static constexpr int capacity = 500;
    static constexpr int retry_cost = 5;
    static constexpr int timeout_cost = 10;  // a retry after a timeout holds up resources for longer
    static constexpr int success_gain = 1;   // of a call that needed no retry

    // Takes what a retry costs; false when the bucket lacks it: then there is no retry.
    [[nodiscard]] bool take(int cost) noexcept;
    // A call succeeded: gives back what its last retry cost, or a little where it needed none.
    void give_back(int cost) noexcept;
    [[nodiscard]] int available() const noexcept;

  private:
    std::atomic<int> tokens_ = capacity;  // guards nothing else
};

// The wait before attempt `retry` + 1 (the first retry is 1): a random part of 1 s, 2 s, 4 s ... up to 20 s.
[[nodiscard]] std::chrono::nanoseconds backoff(int retry, std::uint64_t random) noexcept;

}  // namespace botocraft::retry
