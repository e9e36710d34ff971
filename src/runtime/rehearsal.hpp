#pragma once
// What a call does at its stop point, instead of sending.

#include "runtime/request.hpp"
#include "runtime/session_state.hpp"
#include "runtime/stop_point.hpp"

#include <chrono>

namespace botocraft::detail {

// Makes the request as it would be sent, or the presigned one, and says why it is what it is.
[[nodiscard]] Explanation rehearse(const SessionState& session, const Target& target, const Sender& sender,
                                   std::chrono::seconds clock_correction, const void* input, const StopPoint& stop);

}  // namespace botocraft::detail
