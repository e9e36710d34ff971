#include "retry/rules.hpp"

namespace botocraft::retry {

using namespace std::chrono_literals;

Rules rules_of(BehaviorVersion version, std::string_view service_id) noexcept {
    Rules rules;
    rules.transient_wait = rules.throttling_wait = 1s;
    if (version < BehaviorVersion::v2026_11_10) return rules;
    rules.transient_wait = 50ms;
    rules.hint_margin = 5s;
    rules.transient_cost = rules.timeout_cost = 14;
    rules.polls_wait = true;
    if (service_id == "DynamoDB" || service_id == "DynamoDB Streams") {
        rules.transient_wait = 25ms;
        rules.max_attempts = 4;
    }
    return rules;
}

bool is_poll(std::string_view service_id, std::string_view operation) noexcept {
    if (service_id == "SQS") return operation == "ReceiveMessage";
    if (service_id == "SFN") return operation == "GetActivityTask";
    if (service_id == "SWF") return operation == "PollForActivityTask" || operation == "PollForDecisionTask";
    return false;
}

}  // namespace botocraft::retry
