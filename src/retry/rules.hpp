#pragma once
// The numbers of the retry rules: by the day whose defaults a session has, and by service.

#include <botocraft/retry.hpp>

#include <chrono>
#include <string_view>

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

[[nodiscard]] Rules rules_of(BehaviorVersion version, std::string_view service_id) noexcept;

// Operations that wait for something to come, and are called in a loop.
[[nodiscard]] bool is_poll(std::string_view service_id, std::string_view operation) noexcept;

}  // namespace botocraft::retry
