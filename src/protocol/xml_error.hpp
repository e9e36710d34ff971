#pragma once
// Errors in XML, wherever a service puts them.

#include "protocol/limits.hpp"
#include "protocol/xml_reader.hpp"

#include <optional>
#include <string_view>

namespace botocraft::protocol::xml {

// A reader that has just opened the element with the error's code in it; none if there is none. A body that is not
// well-formed is a ProtocolError.
[[nodiscard]] std::optional<Reader> find_error(std::string_view body, const Limits& limits);

// A ServiceError that was found in place of the output.
[[noreturn]] void throw_service_error(std::string_view body, const Limits& limits);

}  // namespace botocraft::protocol::xml
