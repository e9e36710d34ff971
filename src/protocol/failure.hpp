#pragma once
// What codecs throw.

#include <string>

namespace botocraft::protocol {

// A ProtocolError: what came is not what the protocol says. The text names members but never repeats values: any may be
// secret.
[[noreturn]] void invalid_reply(std::string explanation);

// A UsageError: the input cannot be sent as it is.
[[noreturn]] void invalid_input(std::string code, std::string explanation);

}  // namespace botocraft::protocol
