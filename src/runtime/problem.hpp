#pragma once
// Why an attempt of a call failed, and what that means for another one.

#include "auth/clock_skew.hpp"
#include "http/transport.hpp"
#include "retry/strategy.hpp"
#include "runtime/proof.hpp"
#include "runtime/request.hpp"

#include <botocraft/error.hpp>

#include <memory>
#include <optional>

namespace botocraft::detail {

struct Problem {
    ErrorDetails error{};
    retry::Failed failed{};  // but for `repeatable` and `poll`
    bool safe_to_repeat = true;  // the server cannot have carried the request out, or said that it did not
    bool stale = false;  // a kept connection that the server had closed meanwhile
};

// What every error of a call says.
[[nodiscard]] ErrorDetails details_of(const Target& target);

// No reply came.
[[nodiscard]] Problem failed_connection(const Target& target, const http::Failure& failure);

// An error that AWS answered with, and what it says about the credentials or the time that the request was signed with.
[[nodiscard]] Problem refused(const SessionCore& core, const Target& target, const http::Reply& reply,
                              const Proof& proof, auth::ClockOffset signed_with);

// Reads the result of a call. Nothing where it is in `output`.
[[nodiscard]] std::optional<Problem> decode(const Target& target, const http::Reply& reply, void* output);

}  // namespace botocraft::detail
