#pragma once
// Carrying out the calls of managers: in one operation, or in as many as the method takes.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/error.hpp>

#include <memory>

namespace botocraft::detail {

// Fills `result`: what the method's ResultKind says, empty. `call` and `result` must live until this completes.
// Throws DoesNotExist where the method returns one model and there is none.
[[nodiscard]] awaitable<void> run_method(CallState& call, void* result);

// The same of a method that returns one model. Makes the structure: what the reply holds is taken over where it lies.
[[nodiscard]] awaitable<void> run_model(CallState& call, void*& model);

// Sends the request and returns the response as it came.
[[nodiscard]] awaitable<Structure> send(CallState& call, std::shared_ptr<const SessionState> session);

}  // namespace botocraft::detail
