#pragma once
// What codecs throw, and what they leave behind then.

#include "schema/walk.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace botocraft::protocol {

// A ProtocolError: what came is not what the protocol says. The text names members but never repeats values: any may be
// secret.
[[noreturn]] void invalid_reply(std::string explanation);

// The code of the ProtocolError about a reply that is a success and has nothing where its result should be.
inline constexpr std::string_view missing_body_code = "MissingBody";

[[noreturn]] void missing_body(std::string explanation);

// A ServiceError that stands in a reply with the status of a success.
[[noreturn]] void error_in_success(std::string code, std::string message, std::string request_id = {});

// Codes of errors are words. What a server sends as one may be anything, and goes where people read and count.
void cut_code(std::string& code);

// A UsageError: the input cannot be sent as it is.
[[noreturn]] void invalid_input(std::string code, std::string explanation);

// Runs f, which fills the structure. Where it throws, all members are absent: nobody meets a structure that is half filled.
template <class F>
void all_or_nothing(schema::ShapeRef shape, void* structure, F&& f) {
    try {
        std::forward<F>(f)();
    } catch (...) {
        schema::clear(shape, structure);
        throw;
    }
}

}  // namespace botocraft::protocol
