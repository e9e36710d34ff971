#pragma once
// Which failures are worth another attempt. No I/O.

#include <string_view>

namespace botocraft::retry {

enum class Failure : unsigned char {
    final,       // the same request would fail again
    transient,   // the server or the way to it had a problem
    throttling,  // too many requests
};

// An answer of AWS with an error.
struct ErrorAnswer {
    int status = 0;
    std::string_view code{};
    Failure modelled = Failure::final;  // what the service's model says of the error
    std::string_view transient{};       // codes that are so at this service alone, with spaces between
};

// By its code, then by the service's model, then by its HTTP status. The codes are those of the AWS SDKs' standard mode
// (AWS SDKs and Tools Reference Guide, "Retry behavior"), and what single services were retried for before it.
[[nodiscard]] Failure classify(const ErrorAnswer& answer) noexcept;

}  // namespace botocraft::retry
