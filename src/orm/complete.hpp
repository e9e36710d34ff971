#pragma once
// What a service tells of a resource in more than one answer: the calls besides the one that returned it.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>

namespace botocraft::detail {

// Makes the calls that the method's additions say for each of the models that it returned, several at once, and gives the
// models what they answer. `call` and the models must live until this completes. If one fails, this does.
[[nodiscard]] awaitable<void> complete(const CallState& call, RawList& models);
[[nodiscard]] awaitable<void> complete_one(const CallState& call, void* model);

}  // namespace botocraft::detail
