#pragma once
// The numbers of the retry rules: by the day whose defaults a session has, and by service.

#include <botocraft/retry.hpp>
#include <botocraft/service.hpp>

#include <chrono>

namespace botocraft::retry {

struct Rules {
    std::chrono::nanoseconds transient_wait{};   // the longest before the first retry; twice as long before each further one
    std::chrono::nanoseconds throttling_wait{};
    std::chrono::nanoseconds longest_wait = std::chrono::seconds(20);
    // A server that names a wait gets it: so much longer than ours at most; or else, where this is zero, `longest_wait`.
    std::chrono::nanoseconds hint_margin{};
    int max_attempts = 3;
    int capacity = 500;  // tokens in the quota
    int transient_cost = 5;
    int throttling_cost = 5;
    int timeout_cost = 10;  // a retry after a timeout holds up resources for longer
    int success_gain = 1;   // of a call that needed no retry
    bool polls_wait = false;  // polls that get no retry for want of tokens fail after the wait, so that loops do not spin
};

// What the service alone does counts since the rules of 2026.
[[nodiscard]] Rules rules_of(BehaviorVersion version, const orm::ServiceRetries& service = {}) noexcept;

}  // namespace botocraft::retry
