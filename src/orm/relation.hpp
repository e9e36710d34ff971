#pragma once
// Relations: from what a model holds to a call for another model.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>

#include <optional>

namespace botocraft::detail {

// The call of a relation, after the relation that it depends on, if any, has been awaited; nothing where the model lacks
// what the relation is made from.
[[nodiscard]] awaitable<std::optional<CallState>> resolve_related(const RelatedState& related);

}  // namespace botocraft::detail
