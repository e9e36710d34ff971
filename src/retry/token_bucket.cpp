#include "retry/token_bucket.hpp"

#include <algorithm>

namespace botocraft::retry {

bool TokenBucket::take(int cost) noexcept {
    int tokens = tokens_.load(std::memory_order_relaxed);
    while (tokens >= cost) {
        if (tokens_.compare_exchange_weak(tokens, tokens - cost, std::memory_order_relaxed)) return true;
    }
    return false;
}

void TokenBucket::give_back(int cost) noexcept {
    int tokens = tokens_.load(std::memory_order_relaxed);
    while (tokens < capacity_) {  // nearly always it is full, and nothing is written that other threads would have to read
        if (tokens_.compare_exchange_weak(tokens, std::min(capacity_, tokens + cost), std::memory_order_relaxed)) return;
    }
}

int TokenBucket::available() const noexcept { return tokens_.load(std::memory_order_relaxed); }

}  // namespace botocraft::retry
