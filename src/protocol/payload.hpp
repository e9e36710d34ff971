#pragma once
// Reading the one member that is a whole body, or the payload of an event.

#include "protocol/failure.hpp"
#include "protocol/limits.hpp"
#include "protocol/scalar_text.hpp"

#include <cstddef>
#include <string_view>

namespace botocraft::protocol {

// A structure is read by read(shape, structure); what else there may be stands there as it is.
template <class Read>
void decode_payload(schema::Place place, std::string_view text, schema::TimestampFormat times, const Limits& limits,
                    Read&& read) {
    switch (place.kind()) {
        case schema::Kind::blob: {
            const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
            schema::make_scalar<blob>(place).assign(bytes, bytes + text.size());
            break;
        }
        case schema::Kind::string:
            if (!valid_utf8(text)) invalid_reply("what shall be a text is not UTF-8");
            schema::set_string(place, text);
            break;
        case schema::Kind::structure: read(place.target(), schema::make_structure(place)); break;
        default: parse_scalar(place, text, times, limits);
    }
}

}  // namespace botocraft::protocol
