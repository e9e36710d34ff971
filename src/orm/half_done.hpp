#pragma once
// What becomes of changes that AWS made in part: a new resource that cannot be read yet, a list that was taken to its middle.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/error.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace botocraft::detail {

// Reads a model again, by arguments from a response.
using ReadAgain = awaitable<void> (*)(CallState& call, std::shared_ptr<const SessionState> session, schema::ShapeRef shape,
                                      const void* structure, void* result);

// Reads what `call` has created. AWS may take a while to find it: then it is asked again. Where it cannot be read, the model
// is what was asked for and what the response says, for the resource is there; only where that is not enough to tell which
// one, the error is thrown.
[[nodiscard]] awaitable<void> read_created(CallState& call, std::shared_ptr<const SessionState> session,
                                           const Structure& response, void* result, ReadAgain read);

// Gives the model of what was created what AWS has been told and has said. False where that does not tell which one it is.
[[nodiscard]] bool fill_from(const CallState& call, const Structure& response, void* model);
// Whether a model of the call's has its key.
[[nodiscard]] bool has_key(const CallState& call, schema::ShapeRef shape, const void* model);

// Throws an error of the same class that says more.
[[noreturn]] void throw_saying(const orm::ServiceTables& service, const Error& error, std::string_view more);
// The same that says how many elements of the list were sent before, and which of them were refused as `answers`, the
// joined responses, tell, where there are any.
[[noreturn]] void throw_half_done(const CallState& call, const Error& error, std::size_t sent, std::size_t all,
                                  Structure& answers);

}  // namespace botocraft::detail
