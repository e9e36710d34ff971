#include "retry/standard.hpp"

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
    while (tokens < capacity) {  // nearly always it is full, and nothing is written that other threads would have to read
        if (tokens_.compare_exchange_weak(tokens, std::min(capacity, tokens + cost), std::memory_order_relaxed)) return;
    }
}

int TokenBucket::available() const noexcept { return tokens_.load(std::memory_order_relaxed); }

std::chrono::nanoseconds backoff(int retry, std::uint64_t random) noexcept {
    constexpr std::chrono::nanoseconds longest = std::chrono::seconds(20);
    const int doublings = std::clamp(retry - 1, 0, 5);
    const auto bound = std::min<std::chrono::nanoseconds>(std::chrono::seconds(1) * (1 << doublings), longest);
    const double part = static_cast<double>(random >> 11) * 0x1.0p-53;  // in [0, 1)
    return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(bound.count()) * part));
}

}  // namespace botocraft::retry
