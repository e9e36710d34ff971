#pragma once
// Which failures are worth another attempt. No I/O.

#include <string_view>

namespace botocraft::retry {

enum class Failure : unsigned char {
    final,       // the same request would fail again
    transient,   // the server or the way to it had a problem
    throttling,  // too many requests
};

// An answer of AWS with an error, by its code first and its HTTP status second. The codes are those of the AWS SDKs'
// standard mode (AWS SDKs and Tools Reference Guide, "Retry behavior").
[[nodiscard]] Failure classify(int status, std::string_view code) noexcept;

}  // namespace botocraft::retry
