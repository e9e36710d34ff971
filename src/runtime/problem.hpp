#pragma once
// Why an attempt of a call failed, and what that means for another one.

#include "auth/clock_skew.hpp"
#include "http/transport.hpp"
#include "retry/strategy.hpp"
#include "runtime/proof.hpp"
#include "runtime/request.hpp"

#include <botocraft/error.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace botocraft::detail {

// On the heap: a call that goes well has no room for it.
struct Problem {
    ErrorDetails error{};
    std::string declared{};  // what the service's model calls the error, if that has it
    std::string region{};        // where the service says that the resource is, if it does
    retry::Failed failed{};  // but for `repeatable` and `poll`
    bool safe_to_repeat = true;  // the server cannot have carried the request out, or said that it did not
    bool stale = false;  // a kept connection that the server had closed meanwhile
    bool overdue = false;  // the time of the attempt was over
    bool connected = false;  // it had its connection
    bool other_protocol = false;  // the endpoint does not seem to speak this one
};

// What every error of a call says.
[[nodiscard]] ErrorDetails details_of(const Target& target);

// No whole reply came to the call of `input`. `reply`: what came of it, if there was a connection; else null.
[[nodiscard]] std::unique_ptr<Problem> failed_connection(const Target& target, const http::Failure& failure,
                                                         const http::Reply* reply, const void* input);

// An error that AWS answered the call of `input` with, and what it says about the credentials or the time that the request was signed with.
[[nodiscard]] std::unique_ptr<Problem> refused(const SessionCore& core, const Target& target, const http::Reply& reply,
                                               const void* input, const Proof& proof, auth::ClockOffset signed_with);

// A body that is not the one that its checksum was taken of. Sent again, it may be.
[[nodiscard]] std::unique_ptr<Problem> damaged(const Target& target, const http::Reply& reply, const std::string& why);

// Reads the result of a call. Null where it is in `output`.
[[nodiscard]] std::unique_ptr<Problem> decode(const SessionCore& core, const Target& target, const http::Reply& reply,
                                              const void* input, void* output);

// A success that says that it is no stream of events where one must be: an error in it, or what somebody else sent.
[[nodiscard]] std::unique_ptr<Problem> no_events(const SessionCore& core, const Target& target, const http::Reply& reply,
                                                 const void* input);

// For people: `attempt_timeout, 120 s`.
[[nodiscard]] std::string limit_text(std::string_view name, std::chrono::nanoseconds time);

}  // namespace botocraft::detail
