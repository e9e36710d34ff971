#pragma once
// A list of which AWS takes only so many elements in one call: the calls for its parts.

#include "orm/call.hpp"

#include <cstddef>

namespace botocraft::detail {

// How many elements there are.
[[nodiscard]] std::size_t chunked_size(CallState& call);

// A copy of the call for the elements from `first` on, which is moved behind them; false after the last. Of the list no more
// is copied than those.
[[nodiscard]] bool next_chunk(CallState& call, std::size_t& first, CallState& chunk);

}  // namespace botocraft::detail
