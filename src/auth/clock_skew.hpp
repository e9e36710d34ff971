#pragma once
// How wrong this machine's clock is, learned from what servers say. No I/O.

#include <chrono>
#include <optional>
#include <string_view>

namespace botocraft::auth {

using ClockOffset = std::chrono::seconds;  // what must be added to the clock of this machine

// The offset to be used from now on, where the answer says that the time was the problem; nothing where it was not.
// `date` is the reply's own; `signed_with` the offset of the request; `head`: the reply had no room for an error code.
[[nodiscard]] std::optional<ClockOffset> learn_offset(int status, std::string_view code, std::string_view date, bool head,
                                                      std::chrono::system_clock::time_point now, ClockOffset signed_with);

}  // namespace botocraft::auth
