#pragma once
// Tags of models whose update does not take them: what AWS told, what has changed since, and the calls for that.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>

#include <cstdint>

namespace botocraft::detail {

// After an update: where the tags of the model are others than those that AWS told, of which `told` is the print, they are
// changed as well. A model that was told none takes none away. The answer has what holds now.
[[nodiscard]] awaitable<void> save_tags(const CallState& update, Structure& answer, const void* structure, std::uint32_t told);

}  // namespace botocraft::detail
