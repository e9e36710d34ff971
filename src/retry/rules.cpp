#include "retry/rules.hpp"

namespace botocraft::retry {

using namespace std::chrono_literals;

Rules rules_of(BehaviorVersion version, const orm::ServiceRetries& service) noexcept {
    Rules rules;
    rules.transient_wait = rules.throttling_wait = 1s;
    if (version < BehaviorVersion::v2026_11_10) return rules;
    rules.transient_wait = 50ms;
    rules.hint_margin = 5s;
    rules.transient_cost = rules.timeout_cost = 14;
    rules.polls_wait = true;
    if (service.first_wait != 0) rules.transient_wait = std::chrono::milliseconds(service.first_wait);
    if (service.max_attempts != 0) rules.max_attempts = service.max_attempts;
    return rules;
}

}  // namespace botocraft::retry
