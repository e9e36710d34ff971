#include "protocol/rest_body.hpp"

#include "protocol/failure.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/json.hpp"
#include "protocol/payload.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/xml.hpp"

namespace botocraft::protocol {

namespace {

using api::Protocol;
using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Place;
using schema::Presence;
using schema::ShapeRef;

std::string_view structure_type(Protocol protocol) noexcept {
    return protocol == Protocol::rest_json ? "application/json" : "application/xml";
}

void encode_structure(Protocol protocol, const xml::Tag& tag, ShapeRef shape, const void* at, std::string& body) {
    if (protocol == Protocol::rest_json) {
        json::encode(shape, at, body, {.bindings = true});
    } else {
        xml::encode(tag, shape, at, body);
    }
}

// Returns the content type of what was written; empty where nothing was.
std::string_view encode_payload(Protocol protocol, ShapeRef parent, ConstPlace place, Side side, std::string& body) {
    if (schema::presence(place) != Presence::present) {
        // A service that expects a structure in JSON is sent an empty one.
        const bool expected = protocol == Protocol::rest_json && side == Side::request &&
                              place.kind() == Kind::structure && !place.has(schema::member_flag::streaming) &&
                              (place.target().shape().flags & schema::shape_flag::union_) == 0;
        if (!expected) return {};
        body = "{}";
        return structure_type(protocol);
    }
    switch (place.kind()) {
        case Kind::blob: {
            const blob& bytes = schema::scalar<blob>(place);
            body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return "application/octet-stream";
        }
        case Kind::string: body += schema::scalar<std::string>(place); return "text/plain";
        case Kind::document: body += schema::scalar<document>(place).json(); return "application/json";
        case Kind::structure:
            if (protocol == Protocol::rest_json) {
                json::encode(place.target(), schema::structure(place), body);
            } else {
                encode_structure(protocol, xml::root_tag(parent, *place.row), place.target(), schema::structure(place),
                                 body);
            }
            return structure_type(protocol);
        default: append_scalar(body, place, schema::TimestampFormat::date_time); return "text/plain";
    }
}

bool any_body_member_present(ShapeRef shape, const void* structure) noexcept {
    for (const Member& member : shape) {
        if (member.location != Location::body) continue;
        if (schema::presence(schema::member_place(shape, member, structure)) == Presence::present) return true;
    }
    return false;
}

// A reply has a body wherever it could have members there; a request in XML only where it has any.
bool expects_body(Protocol protocol, ShapeRef shape, const void* structure, Side side) noexcept {
    if (protocol == Protocol::rest_json) return side == Side::reply || has_body_members(shape);
    return side == Side::reply ? has_body_members(shape) : any_body_member_present(shape, structure);
}

std::string_view encode_members(Protocol protocol, ShapeRef shape, const void* structure, Side side,
                                std::string& body) {
    if (!expects_body(protocol, shape, structure, side)) return {};
    encode_structure(protocol, xml::root_tag(shape), shape, structure, body);
    return structure_type(protocol);
}

void decode_structure(Protocol protocol, ShapeRef shape, std::string_view body, void* at, const Limits& limits,
                      std::string_view operation) {
    if (protocol == Protocol::rest_json) {
        json::decode(shape, body, at, {.limits = limits});
    } else {
        xml::decode(xml::Frame::bare, shape, body, at, limits, operation);
    }
}

void decode_whole_body(Protocol protocol, Place place, std::string_view body, const Limits& limits,
                       std::string_view operation) {
    decode_payload(place, body, schema::TimestampFormat::date_time, limits,
                   [&](ShapeRef shape, void* at) { decode_structure(protocol, shape, body, at, limits, operation); });
}

}  // namespace

std::string_view http_method(api::HttpMethod method) noexcept {
    switch (method) {
        case api::HttpMethod::get: return "GET";
        case api::HttpMethod::post: return "POST";
        case api::HttpMethod::put: return "PUT";
        case api::HttpMethod::delete_: return "DELETE";
        case api::HttpMethod::head: return "HEAD";
        case api::HttpMethod::patch: return "PATCH";
    }
    return "POST";
}

std::string_view aws_json_type(Protocol protocol) noexcept {
    return protocol == Protocol::json_1_0 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}

void encode_rest_body(Protocol protocol, ShapeRef shape, const void* structure, Side side, std::string& body,
                      std::string& content_type) {
    const Member* const payload = payload_member(shape);
    const std::string_view type =
        payload ? encode_payload(protocol, shape, schema::member_place(shape, *payload, structure), side, body)
                : encode_members(protocol, shape, structure, side, body);
    if (content_type.empty()) content_type = type;
}

void decode_rest_body(Protocol protocol, ShapeRef shape, std::string_view body, void* structure, const Limits& limits,
                      std::string_view operation) {
    if (body.empty()) return;
    if (const Member* const payload = payload_member(shape)) {
        decode_whole_body(protocol, schema::member_place(shape, *payload, structure), body, limits, operation);
    } else if (!has_body_members(shape)) {
        return;
    } else if (protocol == Protocol::rest_json) {
        json::decode(shape, body, structure, {.bindings = true, .limits = limits});
    } else {
        xml::decode(xml::Frame::bare, shape, body, structure, limits, operation);
    }
}

}  // namespace botocraft::protocol
