#include "retry/standard.hpp"

#include <algorithm>

namespace botocraft::retry {

bool TokenBucket::take(int cost) noexcept {
    const std::lock_guard lock(mutex_);
    if (tokens_ < cost) return false;
    tokens_ -= cost;
    return true;
}

void TokenBucket::give_back(int cost) noexcept {
    const std::lock_guard lock(mutex_);
    tokens_ = std::min(capacity, tokens_ + cost);
}

int TokenBucket::available() const noexcept {
    const std::lock_guard lock(mutex_);
    return tokens_;
}

std::chrono::nanoseconds backoff(int retry, std::uint64_t random) noexcept {
    constexpr std::chrono::nanoseconds longest = std::chrono::seconds(20);
    const int doublings = std::clamp(retry - 1, 0, 5);
    const auto bound = std::min<std::chrono::nanoseconds>(std::chrono::seconds(1) * (1 << doublings), longest);
    const double part = static_cast<double>(random >> 11) * 0x1.0p-53;  // in [0, 1)
    return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(bound.count()) * part));
}

}  // namespace botocraft::retry
