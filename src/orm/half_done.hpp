#pragma once
// What becomes of changes that AWS made in part: a new resource that cannot be read yet, a list that was taken to its middle.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/error.hpp>

#include <cstddef>
#include <memory>

namespace botocraft::detail {

// Reads a model again, by arguments from a response.
using ReadAgain = awaitable<void> (*)(CallState& call, std::shared_ptr<const SessionState> session, schema::ShapeRef shape,
                                      const void* structure, void* result);

// Reads what `call` has created. AWS may take a while to find it: then it is asked again. Where it cannot be read, the model
// is what was asked for and what the response says, for the resource is there; only where that is not enough to tell which
// one, the error is thrown.
[[nodiscard]] awaitable<void> read_created(CallState& call, std::shared_ptr<const SessionState> session,
                                           const Structure& response, void* result, ReadAgain read);

// Throws an error of the same class that also says that elements of the list were taken before.
[[noreturn]] void throw_half_done(const CallState& call, const Error& error, std::size_t taken, std::size_t all);

}  // namespace botocraft::detail
