#include "retry/classify.hpp"

#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace botocraft::retry {

namespace {

constexpr std::array<std::string_view, 14> throttling_codes{
    "BandwidthLimitExceeded",   "EC2ThrottledException",   "LimitExceededException",
    "PriorRequestNotComplete",  "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",     "RequestThrottled",        "RequestThrottledException",
    "SlowDown",                 "ThrottledException",      "Throttling",
    "ThrottlingException",      "TooManyRequestsException", "TransactionInProgressException"};

constexpr std::array<std::string_view, 4> transient_codes{"IDPCommunicationError", "InternalError", "RequestTimeout",
                                                          "RequestTimeoutException"};

constexpr std::array<int, 2> throttling_statuses{429, 509};
constexpr std::array<int, 4> transient_statuses{500, 502, 503, 504};

template <class List, class Value>
constexpr bool holds(const List& list, const Value& value) noexcept {
    return std::ranges::find(list, value) != list.end();
}

}  // namespace

Failure classify(const ErrorAnswer& answer) noexcept {
    if (holds(throttling_codes, answer.code)) return Failure::throttling;
    if (holds(transient_codes, answer.code)) return Failure::transient;
    if (is_one_of(answer.transient, answer.code)) return Failure::transient;
    if (answer.modelled != Failure::final) return answer.modelled;
    if (holds(throttling_statuses, answer.status)) return Failure::throttling;
    if (holds(transient_statuses, answer.status)) return Failure::transient;
    return Failure::final;
}

}  // namespace botocraft::retry
