#pragma once
// The quota of retries: a bucket of tokens that keeps retries from making an outage worse. No I/O.

#include <atomic>

namespace botocraft::retry {

// Shared by all calls to one service in one region. Safe to use from several threads at once.
class TokenBucket {
  public:
    explicit TokenBucket(int capacity) noexcept : capacity_(capacity), tokens_(capacity) {}
    TokenBucket(int capacity, int tokens) noexcept : capacity_(capacity), tokens_(tokens) {}

    // Takes what a retry costs; false when the bucket lacks it: then there is no retry.
    [[nodiscard]] bool take(int cost) noexcept;
    // A call succeeded: gives back what its last retry cost, or a little where it needed none.
    void give_back(int cost) noexcept;
    [[nodiscard]] int available() const noexcept;

  private:
    int capacity_;
    std::atomic<int> tokens_;  // guards nothing else
};

}  // namespace botocraft::retry
