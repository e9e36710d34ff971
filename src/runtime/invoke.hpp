#pragma once
// The one road that every call travels: encode, endpoint, [credentials, sign, send, receive, classify], decode.

#include "runtime/bodies.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/service.hpp>

#include <cstdint>
#include <memory>

namespace botocraft::detail {

// Carries out one operation. `input` and `output` are structures of the operation's shapes and must live until this
// completes; `output` has all members absent. Idempotency tokens that are absent from `input` are filled in, once for
// all attempts. Throws an Error, or system_error(operation_aborted) where the caller cancelled; then `output` is to be
// discarded, and the connection is closed if a request was under way on it. `bodies` that are not in memory, if any, are not in
// `input` and `output` either; they must live as long.
[[nodiscard]] awaitable<void> invoke(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                                     std::uint16_t operation, void* input, void* output, const CallBodies* bodies = nullptr);

}  // namespace botocraft::detail
