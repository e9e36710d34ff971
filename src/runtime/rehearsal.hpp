#pragma once
// What a call does at its stop point, instead of sending.

#include "runtime/request.hpp"
#include "runtime/session_state.hpp"
#include "runtime/stop_point.hpp"

#include <chrono>
#include <string_view>

namespace botocraft::detail {

// Makes the request as it would be sent, or the presigned one, and says why it is what it is. `source`, if not null, has the
// body, which is not read for this; `digest` is its hash where that is signed.
[[nodiscard]] Explanation rehearse(const SessionState& session, const Target& target, const Sender& sender,
                                   std::chrono::seconds clock_correction, const void* input, OutgoingBody* source,
                                   std::string_view digest, const StopPoint& stop);

}  // namespace botocraft::detail
