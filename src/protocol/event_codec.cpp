#include "protocol/event_codec.hpp"

#include "protocol/cbor.hpp"
#include "protocol/failure.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/json.hpp"
#include "protocol/payload.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/timestamp.hpp"
#include "protocol/xml.hpp"
#include "schema/secrets.hpp"

#include <botocraft/error.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace botocraft::protocol {

namespace {

using eventstream::Message;
using eventstream::Value;
using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Place;
using schema::Presence;
using schema::ShapeRef;

enum class Body : unsigned char { json, xml, cbor };

Body body_of(Protocol protocol) noexcept {
    switch (protocol) {
        case Protocol::query:
        case Protocol::ec2:
        case Protocol::rest_xml: return Body::xml;
        case Protocol::cbor: return Body::cbor;
        default: return Body::json;
    }
}

std::string_view content_type(Body body) noexcept {
    switch (body) {
        case Body::json: return "application/json";
        case Body::xml: return "application/xml";
        case Body::cbor: return "application/cbor";
    }
    return {};
}

void put(Message& message, std::string_view name, Value value) {
    message.headers.push_back({std::string(name), std::move(value)});
}
void put_text(Message& message, std::string_view name, std::string_view text) { put(message, name, std::string(text)); }

// --- out -------------------------------------------------------------------------------------------------------------

Value header_value(ConstPlace place) {
    switch (place.kind()) {
        case Kind::boolean: return schema::scalar<bool>(place);
        case Kind::integer: return schema::scalar<std::int32_t>(place);
        case Kind::long_: return schema::scalar<std::int64_t>(place);
        case Kind::blob: return schema::scalar<blob>(place);
        case Kind::string: return schema::scalar<std::string>(place);
        case Kind::timestamp: {
            const auto since = schema::scalar<timestamp>(place).time_since_epoch();
            return eventstream::Time{std::chrono::floor<std::chrono::milliseconds>(since).count()};
        }
        default: break;
    }
    invalid_input("InvalidEvent",
                  std::string(place.schema->name(*place.row)) + " is of a kind that no header of an event can hold");
}

void encode_structure(Body body, ShapeRef shape, const void* at, Message& message) {
    switch (body) {
        case Body::json: json::encode(shape, at, message.payload, {.bindings = true}); break;
        case Body::xml: xml::encode(xml::root_tag(shape), shape, at, message.payload); break;
        case Body::cbor: cbor::encode(shape, at, message.payload, cbor::Members::unbound); break;
    }
    put_text(message, ":content-type", content_type(body));
}

void encode_payload(Body body, ConstPlace place, Message& message) {
    if (schema::presence(place) != Presence::present) return;
    switch (place.kind()) {
        case Kind::blob: {
            const blob& bytes = schema::scalar<blob>(place);
            message.payload.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            put_text(message, ":content-type", "application/octet-stream");
            break;
        }
        case Kind::string:
            message.payload = schema::scalar<std::string>(place);
            put_text(message, ":content-type", "text/plain");
            break;
        case Kind::structure: encode_structure(body, place.target(), schema::structure(place), message); break;
        default:
            append_scalar(message.payload, place, schema::TimestampFormat::epoch_seconds);
            put_text(message, ":content-type", "text/plain");
    }
}

// --- in --------------------------------------------------------------------------------------------------------------

[[noreturn]] void misfit(ShapeRef shape, const Member& member) {
    invalid_reply("the header " + std::string(shape.schema->name(member)) + " of an event is of another type");
}

std::optional<timestamp> time_of(eventstream::Time time) noexcept {
    constexpr std::int64_t second = 1000;
    const std::int64_t within = (time.milliseconds % second + second) % second;
    const std::int64_t seconds = time.milliseconds / second - (time.milliseconds % second < 0 ? 1 : 0);
    return to_timestamp({seconds, static_cast<std::int32_t>(within * 1'000'000)});
}

// Numbers come in any width.
template <class Integer>
void set_integer(ShapeRef shape, const Member& member, Place place, std::int64_t value) {
    if (!std::in_range<Integer>(value)) misfit(shape, member);
    schema::make_scalar<Integer>(place) = static_cast<Integer>(value);
}

void decode_header(ShapeRef shape, const Member& member, Place place, const Value& value) {
    std::visit(
        [&]<class T>(const T& held) {
            const Kind kind = place.kind();
            if constexpr (std::is_same_v<T, bool>) {
                if (kind != Kind::boolean) misfit(shape, member);
                schema::make_scalar<bool>(place) = held;
            } else if constexpr (std::is_integral_v<T>) {
                if (kind == Kind::integer) {
                    set_integer<std::int32_t>(shape, member, place, held);
                } else if (kind == Kind::long_) {
                    set_integer<std::int64_t>(shape, member, place, held);
                } else {
                    misfit(shape, member);
                }
            } else if constexpr (std::is_same_v<T, std::string>) {
                if (kind != Kind::string) misfit(shape, member);
                if (!valid_utf8(held)) invalid_reply("a header of an event is not UTF-8");
                schema::set_string(place, held);
            } else if constexpr (std::is_same_v<T, blob>) {
                if (kind != Kind::blob) misfit(shape, member);
                schema::make_scalar<blob>(place) = held;
            } else if constexpr (std::is_same_v<T, eventstream::Time>) {
                const auto time = kind == Kind::timestamp ? time_of(held) : std::nullopt;
                if (!time) misfit(shape, member);
                schema::make_scalar<timestamp>(place) = *time;
            } else {
                misfit(shape, member);
            }
        },
        value);
}

void decode_headers(ShapeRef shape, const Message& message, void* at) {
    for (const Member& member : shape) {
        if (member.location != Location::header) continue;
        for (const eventstream::Header& header : message.headers) {
            if (header.name != shape.schema->wire_name(member)) continue;
            decode_header(shape, member, schema::member_place(shape, member, at), header.value);
        }
    }
}

void decode_structure(Body body, ShapeRef shape, std::string_view text, void* at, const Limits& limits) {
    switch (body) {
        case Body::json: json::decode(shape, text, at, {.bindings = true, .limits = limits}); break;
        case Body::xml: xml::decode(xml::Frame::bare, shape, text, at, limits); break;
        case Body::cbor: cbor::decode(shape, text, at, limits, cbor::Members::unbound); break;
    }
}

// Code and message of a payload that is an error's body.
void read_error(Body body, const Message& message, ErrorDetails& details, const Limits& limits) {
    const auto take = [&details](auto error) {
        if (details.code.empty()) details.code = std::move(error.code);
        details.message = std::move(error.message);
    };
    switch (body) {
        case Body::json: take(json::decode_error(message.payload, limits)); break;
        case Body::xml: take(xml::decode_error(message.payload, limits)); break;
        case Body::cbor: take(cbor::decode_error(message.payload, limits)); break;
    }
}

// The members of an exception of the model; absent where they cannot be read: the exception itself counts more.
std::shared_ptr<const void> error_members(Body body, ShapeRef shape, const Message& message, const Limits& limits) {
    const std::shared_ptr<void> members(detail::structure_new(shape),
                                        [shape](void* at) { detail::structure_delete(at, shape); });
    try {
        all_or_nothing(shape, members.get(), [&] {
            decode_headers(shape, message, members.get());
            decode_structure(body, shape, message.payload, members.get(), limits);
        });
    } catch (const Error&) {
    }
    return members;
}

// The message ends the stream: an exception of the model, or an error that the service did not expect itself.
[[noreturn]] void throw_service_error(Body body, ShapeRef stream, const Message& message, const Limits& limits) {
    ErrorDetails details;
    details.kind = ErrorKind::service;
    details.explanation = "the stream of events ended with an error";
    if (message.text(":message-type") == "error") {
        details.code = message.text(":error-code");
        details.message = message.text(":error-message");
    } else {
        const std::string_view type = message.text(":exception-type");
        unsigned hint = 0;
        const Member* const member = schema::find_wire_name(stream, type, hint);
        const bool known = member != nullptr && member->kind == Kind::structure;
        details.code = known ? ShapeRef{stream.schema, member->target}.name() : type;
        read_error(body, message, details, limits);
        if (known) {
            details.members = error_members(body, {stream.schema, member->target}, message, limits);
        } else if (!schema::holds_secrets(stream)) {
            details.body = message.payload.substr(0, kept_bytes);
        }
    }
    cut_code(details.code);
    if (details.code.empty()) details.code = "UnknownError";
    throw_error(std::move(details));
}

}  // namespace

void encode_event(Protocol protocol, ShapeRef stream, const void* event, Message& message) {
    for (const Member& chosen : stream) {
        const ConstPlace place = schema::member_place(stream, chosen, event);
        if (schema::presence(place) != Presence::present) continue;
        const ShapeRef shape = place.target();
        const bool exception = (shape.shape().flags & schema::shape_flag::exception) != 0;
        put_text(message, ":message-type", exception ? "exception" : "event");
        put_text(message, exception ? ":exception-type" : ":event-type", stream.schema->wire_name(chosen));
        const void* const at = schema::structure(place);
        for (const Member& member : shape) {
            if (member.location != Location::header) continue;
            const ConstPlace header = schema::member_place(shape, member, at);
            if (schema::presence(header) != Presence::present) continue;
            put(message, shape.schema->wire_name(member), header_value(header));
        }
        if (const Member* const payload = payload_member(shape)) {
            encode_payload(body_of(protocol), schema::member_place(shape, *payload, at), message);
        } else if (has_body_members(shape)) {
            encode_structure(body_of(protocol), shape, at, message);
        }
        return;
    }
    invalid_input("InvalidEvent", "an event has to have the one member that says what it is");
}

bool decode_event(Protocol protocol, ShapeRef stream, const Message& message, void* event, const Limits& limits) {
    const Body body = body_of(protocol);
    const std::string_view kind = message.text(":message-type");
    if (kind == "error" || kind == "exception") throw_service_error(body, stream, message, limits);
    if (kind != "event") invalid_reply("a message of the event stream says neither that it is an event nor an error");
    unsigned hint = 0;
    const Member* const chosen = schema::find_wire_name(stream, message.text(":event-type"), hint);
    if (!chosen || chosen->kind != Kind::structure) return false;
    const Place place = schema::member_place(stream, *chosen, event);
    all_or_nothing(stream, event, [&] {
        const ShapeRef shape = place.target();
        void* const at = schema::make_structure(place);
        decode_headers(shape, message, at);
        if (const Member* const payload = payload_member(shape)) {
            decode_payload(schema::member_place(shape, *payload, at), message.payload,
                           schema::TimestampFormat::epoch_seconds, limits, [&](ShapeRef held, void* structure) {
                               decode_structure(body, held, message.payload, structure, limits);
                           });
        } else if (has_body_members(shape)) {
            decode_structure(body, shape, message.payload, at, limits);
        }
    });
    return true;
}

bool has_initial_message(Protocol protocol) noexcept {
    return protocol != Protocol::rest_json && protocol != Protocol::rest_xml;
}

void encode_initial_response(Protocol protocol, ShapeRef output, const void* from, Message& message) {
    put_text(message, ":message-type", "event");
    put_text(message, ":event-type", initial_response);
    encode_structure(body_of(protocol), output, from, message);
}

bool decode_initial_response(Protocol protocol, ShapeRef output, const Message& message, void* to, const Limits& limits) {
    if (message.text(":message-type") != "event" || message.text(":event-type") != initial_response) return false;
    if (message.payload.empty()) return true;
    all_or_nothing(output, to, [&] { decode_structure(body_of(protocol), output, message.payload, to, limits); });
    return true;
}

}  // namespace botocraft::protocol
