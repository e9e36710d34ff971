#pragma once
// Modelled events: from the union of a stream to the messages of an event stream, and back. No I/O.
//
// The structure of an event has members that travel in the message's headers (Location::header), one that is the whole
// payload (Location::payload), or a payload that holds the others as a body of the service's protocol.

#include "protocol/eventstream.hpp"
#include "protocol/limits.hpp"

#include <botocraft/service.hpp>

#include <string_view>

namespace botocraft::protocol {

// The event types by which protocols without HTTP bindings send the members of input and output that are no stream.
inline constexpr std::string_view initial_request = "initial-request";
inline constexpr std::string_view initial_response = "initial-response";

// Fills `message`, which is empty, from the member that the union `event` has. Throws UsageError where it has none.
void encode_event(Protocol protocol, schema::ShapeRef stream, const void* event, eventstream::Message& message);

// Fills `event`, a union with all members absent. False where the stream's model does not know the event: it is to be
// skipped. Throws ProtocolError, and ServiceError where the message ends the stream with an error; all members are
// absent then.
[[nodiscard]] bool decode_event(Protocol protocol, schema::ShapeRef stream, const eventstream::Message& message,
                                void* event, const Limits& limits = {});

}  // namespace botocraft::protocol
