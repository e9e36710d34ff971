#include "protocol/codec.hpp"

#include "protocol/body.hpp"
#include "protocol/cbor.hpp"
#include "protocol/eventstream.hpp"
#include "protocol/failure.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/json.hpp"
#include "protocol/query.hpp"
#include "protocol/query_string.hpp"
#include "protocol/rest_body.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/xml.hpp"
#include "schema/types.hpp"

#include <algorithm>
#include <utility>

namespace botocraft::protocol {

namespace {

using api::Protocol;
using schema::ShapeRef;

ShapeRef input_of(const orm::ServiceTables& service, const api::Operation& operation) noexcept {
    return {service.schema, operation.input};
}

void encode_aws_json(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                     const void* input, Request& request) {
    request.method = "POST";
    request.path = "/";
    request.content_type = aws_json_type(protocol);
    request.target.append(service.target_prefix).append(".").append(service.text(operation.name));
    if (service.query_compatible) request.headers.emplace_back("x-amzn-query-mode", "true");
    if (operation.input == api::none) {
        request.body = "{}";
    } else {
        json::encode(input_of(service, operation), input, request.body);
    }
}

void encode_query(query::Dialect dialect, const orm::ServiceTables& service, const api::Operation& operation,
                  const void* input, Request& request) {
    request.method = "POST";
    request.path = "/";
    request.content_type = "application/x-www-form-urlencoded";
    append_query_pair(request.body, "Action", service.text(operation.name));
    append_query_pair(request.body, "Version", service.api_version);
    if (operation.input != api::none) query::encode(dialect, input_of(service, operation), input, request.body);
}

void encode_cbor(const orm::ServiceTables& service, const api::Operation& operation, const void* input,
                 Request& request) {
    request.method = "POST";
    request.path.append("/service/").append(service.target_prefix);
    request.path.append("/operation/").append(service.text(operation.name));
    const bool events = operation.event_member != api::none;
    request.headers.emplace_back("accept", events ? eventstream::media_type : std::string_view("application/cbor"));
    request.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
    if (service.query_compatible) request.headers.emplace_back("x-amzn-query-mode", "true");
    if (operation.input == api::none) return;
    request.content_type = "application/cbor";
    cbor::encode(input_of(service, operation), input, request.body);
}

void encode_rest(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                 const void* input, Request& request) {
    request.method = http_method(operation.method);
    encode_request_bindings(service, operation, input, request);
    if (operation.input == api::none) return;
    encode_rest_body(protocol, input_of(service, operation), input, Side::request, request.body, request.content_type);
}

// Whether anything of a reply's body, in a protocol without HTTP bindings, is a member of that output.
bool has_members(ShapeRef shape) noexcept {
    return std::any_of(shape.begin(), shape.end(),
                       [](const schema::Member& member) { return member.location != schema::Location::none; });
}

// --- replies of which nothing is read ---------------------------------------------------------------------------------

// A structure without members: everything is passed over, and checked on the way.
constexpr schema::Shape empty_row{0, 0, 0, 0, 0, schema::Kind::structure, 0};
constexpr schema::Member no_members[1]{};
constexpr schema::Schema empty_schema{&empty_row, no_members, "", 1};
constexpr ShapeRef empty_shape{&empty_schema, 0};

bool declares(const orm::ServiceTables& service, std::string_view code) noexcept {
    return std::any_of(service.error_types, service.error_types + service.error_type_count,
                       [&](const orm::ErrorType& type) {
                           return service.text(type.code) == code ||
                                  (type.shape != api::none && ShapeRef{service.schema, type.shape}.name() == code);
                       });
}

bool is_xml(Protocol protocol) noexcept {
    return protocol == Protocol::query || protocol == Protocol::ec2 || protocol == Protocol::rest_xml;
}

// In JSON and CBOR, a ServiceError if the reply says that it is one. Structures say their type as errors do: a type alone
// makes no error.
void refuse_error(Protocol protocol, const orm::ServiceTables& service, const Reply& reply, const Limits& limits) {
    std::string code;
    std::string message;
    const auto take = [&](auto error) {
        code = std::move(error.code);
        message = std::move(error.message);
    };
    if (protocol == Protocol::cbor) {
        take(cbor::decode_error(reply.body, limits));
    } else {
        take(json::decode_error(reply.body, limits));
    }
    const std::string_view header = reply.header(error_type_header);
    if (!header.empty()) code = json::bare_error_code(header);
    if (code.empty() || (header.empty() && !declares(service, code))) return;
    error_in_success(std::move(code), std::move(message));
}

void check_json(const Reply& reply, const Limits& limits) {
    if (trimmed(reply.body) == "null") return;
    char nothing = 0;
    json::decode(empty_shape, reply.body, &nothing, {.limits = limits});
}

void check_cbor(const Reply& reply, const Limits& limits) {
    char nothing = 0;
    cbor::decode(empty_shape, reply.body, &nothing, limits);
}

void check_xml(xml::Frame frame, std::string_view operation, const Reply& reply, const Limits& limits) {
    char nothing = 0;
    xml::decode(frame, empty_shape, reply.body, &nothing, limits, operation);
}

// Where no output is read from a body, a page of a proxy would be taken for a success. AWS sends no body then, or an
// empty structure of the protocol.
void check_unread(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                  const Reply& reply, const Limits& limits) {
    const std::string_view name = service.text(operation.name);
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1:
        case Protocol::rest_json: check_json(reply, limits); break;
        case Protocol::query: check_xml(xml::Frame::result, name, reply, limits); break;
        case Protocol::ec2: check_xml(xml::Frame::ec2, name, reply, limits); break;
        case Protocol::rest_xml: check_xml(xml::Frame::bare, name, reply, limits); break;
        case Protocol::cbor: check_cbor(reply, limits); break;
    }
    if (!is_xml(protocol)) refuse_error(protocol, service, reply, limits);
}

// --- replies with an output -------------------------------------------------------------------------------------------

void decode_body(Protocol protocol, ShapeRef shape, std::string_view operation, std::string_view body, void* output,
                 const Limits& limits) {
    if (trimmed(body).empty()) missing_body("the reply has no body, and so none of the members that it must have");
    switch (protocol) {
        case Protocol::query: xml::decode(xml::Frame::result, shape, body, output, limits, operation); break;
        case Protocol::ec2: xml::decode(xml::Frame::ec2, shape, body, output, limits, operation); break;
        case Protocol::cbor: cbor::decode(shape, body, output, limits); break;
        default: json::decode(shape, body, output, {.limits = limits}); break;
    }
}

// Whether no member was in the body, which may be that of an error then. Of a body that is one member: of that one.
bool read_nothing(ShapeRef shape, const void* output) noexcept {
    if (const schema::Member* const payload = payload_member(shape)) {
        const schema::ConstPlace place = schema::member_place(shape, *payload, output);
        return payload->kind == schema::Kind::structure && schema::presence(place) == schema::Presence::present &&
               read_nothing(place.target(), schema::structure(place));
    }
    return std::none_of(shape.begin(), shape.end(), [&](const schema::Member& member) {
        return schema::presence(schema::member_place(shape, member, output)) == schema::Presence::present;
    });
}

// Some replies have a body only now and then: 204 says so. In JSON one whose members are all optional scalars may be
// missing as well; what is left out with a list would be taken for an empty one. In XML the root element of a structure is
// there in any case: S3 sends blanks while it copies, and may end without having done it.
bool may_be_empty(Protocol protocol, ShapeRef shape, const Reply& reply) noexcept {
    if (reply.status == 204 || reply.status == 304) return true;
    return std::none_of(shape.begin(), shape.end(), [protocol, shape](const schema::Member& member) {
        if (member.location == schema::Location::payload) {
            const bool structure = protocol == Protocol::rest_xml && member.kind == schema::Kind::structure;
            return structure && (shape.target(member).shape().flags & schema::shape_flag::union_) == 0;  // one may be unset
        }
        if (member.location != schema::Location::body) return false;
        return protocol == Protocol::rest_xml || member.kind == schema::Kind::structure ||
               schema::is_container(member.kind) || (member.flags & schema::member_flag::required) != 0;
    });
}

void decode_rest(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                 const Reply& reply, void* output, const Limits& limits) {
    const ShapeRef shape{service.schema, operation.output};
    if (payload_member(shape) || has_body_members(shape)) {
        const bool head = operation.method == api::HttpMethod::head;
        if (trimmed(reply.body).empty() && !head && !may_be_empty(protocol, shape, reply)) {
            missing_body("the reply has no body, and so none of the members that it must have");
        }
        decode_rest_body(protocol, shape, reply.body, output, limits, service.text(operation.name));
        if (protocol == Protocol::rest_json && read_nothing(shape, output)) refuse_error(protocol, service, reply, limits);
    } else {
        check_unread(protocol, service, operation, reply, limits);
    }
    decode_reply_bindings(shape, reply, output, limits);
}

}  // namespace

bool has_length(const Request& request) noexcept {
    return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

void encode(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation, const void* input,
            Request& request) {
    encode_host_prefix(service, operation, input, request.host_prefix);
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1: encode_aws_json(protocol, service, operation, input, request); break;
        case Protocol::query: encode_query(query::Dialect::aws, service, operation, input, request); break;
        case Protocol::ec2: encode_query(query::Dialect::ec2, service, operation, input, request); break;
        case Protocol::rest_json:
        case Protocol::rest_xml: encode_rest(protocol, service, operation, input, request); break;
        case Protocol::cbor: encode_cbor(service, operation, input, request); break;
    }
    if (operation.flags & api::operation_flag::checksum_required) add_content_md5(request);
}

void decode(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation, const Reply& reply,
            void* output, const Limits& limits) {
    const bool rest = protocol == Protocol::rest_json || protocol == Protocol::rest_xml;
    const ShapeRef shape = operation.output == api::none ? empty_shape : ShapeRef{service.schema, operation.output};
    if (!is_xml(protocol) && !reply.header(error_type_header).empty()) refuse_error(protocol, service, reply, limits);
    if (operation.output == api::none || (!rest && !has_members(shape))) {
        check_unread(protocol, service, operation, reply, limits);
    } else if (rest) {
        all_or_nothing(shape, output, [&] { decode_rest(protocol, service, operation, reply, output, limits); });
    } else {
        decode_body(protocol, shape, service.text(operation.name), reply.body, output, limits);
        if (is_xml(protocol) || !read_nothing(shape, output)) return;
        all_or_nothing(shape, output, [&] { refuse_error(protocol, service, reply, limits); });
    }
}

void decode_head(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation, const Reply& reply,
                 void* output, const Limits& limits) {
    if (protocol != Protocol::rest_json && protocol != Protocol::rest_xml) return;
    const ShapeRef shape{service.schema, operation.output};
    all_or_nothing(shape, output, [&] { decode_reply_bindings(shape, reply, output, limits); });
}

}  // namespace botocraft::protocol
