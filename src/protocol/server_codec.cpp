// The server's side of every protocol, for doubles of AWS.

#include "protocol/cbor.hpp"
#include "protocol/codec.hpp"
#include "protocol/event_codec.hpp"
#include "protocol/failure.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/json.hpp"
#include "protocol/query.hpp"
#include "protocol/rest_body.hpp"
#include "protocol/xml.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <compare>

namespace botocraft::protocol {

namespace {

using api::Protocol;
using schema::ShapeRef;

const api::Operation* find_name(const orm::ServiceTables& service, std::string_view name) noexcept {
    for (std::uint16_t i = 0; i < service.operation_count; ++i) {
        if (service.text(service.operations[i].name) == name) return &service.operations[i];
    }
    return nullptr;
}

// How well a request fits an operation whose URI and method it has. More is better, what comes first counts most.
struct Fit {
    std::size_t literal = 0;  // characters of the URI that are no labels: /things/new is not the thing that is called new
    bool whole = false;       // what the operation cannot do without in headers and query is there
    std::size_t given = 0;    // so much of it

    friend auto operator<=>(const Fit&, const Fit&) = default;
};

std::size_t literal_size(std::string_view uri) noexcept {
    std::size_t literal = 0;
    bool label = false;
    for (const char c : uri) {
        if (c == '{') label = true;
        literal += !label;
        if (c == '}') label = false;
    }
    return literal;
}

// Whether a parameter of that name is in the query; names are taken as they stand.
bool has_parameter(std::string_view query, std::string_view name) noexcept {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.substr(0, pair.find('=')) == name) return true;
    }
    return false;
}

bool has_header(const RequestView& request, std::string_view wire_name) noexcept {
    for (std::size_t i = 0; i < request.header_count(); ++i) {
        if (equal_ignoring_case(request.header_at(i).first, wire_name)) return true;
    }
    return false;
}

Fit fit_of(const orm::ServiceTables& service, const api::Operation& operation, const RequestView& request) noexcept {
    Fit fit{literal_size(service.text(operation.uri)), true, 0};
    if (operation.input == api::none) return fit;
    for (const schema::Member& member : ShapeRef{service.schema, operation.input}) {
        const bool in_header = member.location == schema::Location::header;
        if ((member.flags & schema::member_flag::required) == 0) continue;
        if (!in_header && member.location != schema::Location::query) continue;
        const std::string_view name = service.schema->wire_name(member);
        const bool there = in_header ? has_header(request, name) : has_parameter(request.query, name);
        if (there) {
            ++fit.given;
        } else {
            fit.whole = false;
        }
    }
    return fit;
}

// Services have operations that only what they need tells apart: S3's PutObject, CopyObject and UploadPart.
const api::Operation* find_uri(const orm::ServiceTables& service, const RequestView& request) noexcept {
    const api::Operation* best = nullptr;
    Fit best_fit;
    for (std::uint16_t i = 0; i < service.operation_count; ++i) {
        const api::Operation& operation = service.operations[i];
        if (http_method(operation.method) != request.method) continue;
        if (!matches_uri(service.text(operation.uri), request.path, request.query)) continue;
        const Fit fit = fit_of(service, operation, request);
        if (!best || fit > best_fit) {
            best = &operation;
            best_fit = fit;
        }
    }
    return best;
}

std::string_view after_last(std::string_view text, char mark) noexcept { return text.substr(text.rfind(mark) + 1); }

void encode_query_reply(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                        const void* output, std::string_view request_id, ReplyMessage& reply) {
    const bool ec2 = protocol == Protocol::ec2;
    const std::string name(service.text(operation.name));
    std::string& body = reply.body;
    reply.content_type = "text/xml;charset=UTF-8";
    body.append("<").append(name).append("Response>");
    if (!ec2) body.append("<").append(name).append("Result>");
    if (operation.output != api::none) xml::encode_members({service.schema, operation.output}, output, body);
    if (!ec2) body.append("</").append(name).append("Result><ResponseMetadata>");
    xml::append_element(body, ec2 ? "requestId" : "RequestId", request_id);
    if (!ec2) body += "</ResponseMetadata>";
    body.append("</").append(name).append("Response>");
}

}  // namespace

const api::Operation* find_operation(Protocol protocol, const orm::ServiceTables& service,
                                     const RequestView& request) noexcept {
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1: return find_name(service, after_last(request.header("x-amz-target"), '.'));
        case Protocol::query:
        case Protocol::ec2: return find_name(service, query::find_pair(request.body, "Action"));
        case Protocol::cbor: return find_name(service, after_last(request.path, '/'));
        case Protocol::rest_json:
        case Protocol::rest_xml: return find_uri(service, request);
    }
    return nullptr;
}

void decode_request(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                    const RequestView& request, void* input, const Limits& limits) {
    if (operation.input == api::none) return;
    const ShapeRef shape{service.schema, operation.input};
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1: json::decode(shape, request.body, input, {.limits = limits}); break;
        case Protocol::query: query::decode(query::Dialect::aws, shape, request.body, input, limits); break;
        case Protocol::ec2: query::decode(query::Dialect::ec2, shape, request.body, input, limits); break;
        case Protocol::cbor: cbor::decode(shape, request.body, input, limits); break;
        case Protocol::rest_json:
        case Protocol::rest_xml:
            all_or_nothing(shape, input, [&] {
                decode_rest_body(protocol, shape, request.body, input, limits);
                decode_request_bindings(service, operation, request, input, limits);
            });
            break;
    }
}

void encode_reply(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                  const void* output, std::string_view request_id, ReplyMessage& reply) {
    if (!request_id.empty()) reply.headers.emplace_back("x-amzn-requestid", request_id);
    const bool has_output = operation.output != api::none;
    const ShapeRef shape = has_output ? ShapeRef{service.schema, operation.output} : ShapeRef{};
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1:
            reply.content_type = aws_json_type(protocol);
            if (has_output) {
                json::encode(shape, output, reply.body);
            } else {
                reply.body = "{}";
            }
            break;
        case Protocol::query:
        case Protocol::ec2: encode_query_reply(protocol, service, operation, output, request_id, reply); break;
        case Protocol::cbor:
            reply.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
            if (!has_output) break;
            reply.content_type = "application/cbor";
            cbor::encode(shape, output, reply.body);
            break;
        case Protocol::rest_json:
        case Protocol::rest_xml:
            if (!has_output) break;
            encode_reply_bindings(shape, output, reply);
            encode_rest_body(protocol, shape, output, Side::reply, reply.body, reply.content_type);
            break;
    }
}

void encode_event_reply(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                        const void* output, const detail::RawList& events, std::string_view request_id, ReplyMessage& reply) {
    if (!request_id.empty()) reply.headers.emplace_back("x-amzn-requestid", request_id);
    if (protocol == Protocol::cbor) reply.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
    reply.content_type = eventstream::media_type;
    const ShapeRef shape{service.schema, operation.output};
    const ShapeRef stream = shape.target(shape.begin()[operation.event_member]);
    eventstream::Message message;
    if (has_initial_message(protocol)) {
        encode_initial_response(protocol, shape, output, message);
        eventstream::encode(message, reply.body);
    } else {
        encode_reply_bindings(shape, output, reply);
    }
    for (std::uint32_t i = 0; i < events.size; ++i) {
        message = {};
        encode_event(protocol, stream, schema::offset(events.data, std::size_t{i} * stream.shape().size), message);
        eventstream::encode(message, reply.body);
    }
}

}  // namespace botocraft::protocol
