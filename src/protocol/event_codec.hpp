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

// Fills `message`, which is empty, from the member that the union `event` has. An exception of the model ends the stream.
// Throws UsageError where there is no member.
void encode_event(Protocol protocol, schema::ShapeRef stream, const void* event, eventstream::Message& message);

// Fills `event`, a union with all members absent. False where the stream's model does not know the event: it is to be
// skipped. Throws ProtocolError, and ServiceError where the message ends the stream with an error; all members are
// absent then.
[[nodiscard]] bool decode_event(Protocol protocol, schema::ShapeRef stream, const eventstream::Message& message,
                                void* event, const Limits& limits = {});

// Whether the members of output that are no stream travel in a message of their own: else they are in the head of the reply.
[[nodiscard]] bool has_initial_message(Protocol protocol) noexcept;
// Fills `message`, which is empty, from the members of `output` besides its stream.
void encode_initial_response(Protocol protocol, schema::ShapeRef output, const void* from, eventstream::Message& message);
// Fills `to`, a structure with all members absent. False where the message is another one. Throws ProtocolError; all members
// are absent then.
[[nodiscard]] bool decode_initial_response(Protocol protocol, schema::ShapeRef output, const eventstream::Message& message,
                                           void* to, const Limits& limits = {});

}  // namespace botocraft::protocol
