#include "retry/classify.hpp"

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

constexpr std::array<std::string_view, 3> transient_codes{"InternalError", "RequestTimeout", "RequestTimeoutException"};

constexpr std::array<int, 4> transient_statuses{500, 502, 503, 504};

}  // namespace

Failure classify(int status, std::string_view code) noexcept {
    if (std::ranges::find(throttling_codes, code) != throttling_codes.end()) return Failure::throttling;
    if (std::ranges::find(transient_codes, code) != transient_codes.end()) return Failure::transient;
    if (status == 429) return Failure::throttling;
    if (std::ranges::find(transient_statuses, status) != transient_statuses.end()) return Failure::transient;
    return Failure::final;
}

}  // namespace botocraft::retry
