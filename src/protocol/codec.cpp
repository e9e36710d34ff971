#include "protocol/codec.hpp"

#include "protocol/body.hpp"
#include "protocol/cbor.hpp"
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
    request.headers.emplace_back("accept", events ? "application/vnd.amazon.eventstream" : "application/cbor");
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

[[noreturn]] void missing_body() {
    ErrorDetails details;
    details.kind = ErrorKind::protocol;
    details.code = missing_body_code;
    details.explanation = "the reply has no body, and so none of the members that it must have";
    throw_error(std::move(details));
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

// A ServiceError, if the reply says that it is one. Structures say their type as errors do: a type alone makes no error.
void refuse_error(const orm::ServiceTables& service, const Reply& reply, std::string code, std::string message) {
    const std::string_view header = reply.header("x-amzn-errortype");
    if (!header.empty()) code = json::bare_error_code(header);
    if (code.empty() || (header.empty() && !declares(service, code))) return;
    ErrorDetails details;
    details.kind = ErrorKind::service;
    details.code = std::move(code);
    details.message = std::move(message);
    details.explanation = "the reply has the status of a success, and an error in it";
    throw_error(std::move(details));
}

void check_json(const orm::ServiceTables& service, const Reply& reply, const Limits& limits) {
    if (trimmed(reply.body) != "null") {
        char nothing = 0;
        json::decode(empty_shape, reply.body, &nothing, {.limits = limits});
    }
    json::ErrorBody error = json::decode_error(reply.body, limits);
    refuse_error(service, reply, std::move(error.code), std::move(error.message));
}

void check_cbor(const orm::ServiceTables& service, const Reply& reply, const Limits& limits) {
    char nothing = 0;
    cbor::decode(empty_shape, reply.body, &nothing, limits);
    cbor::Error error = cbor::decode_error(reply.body, limits);
    refuse_error(service, reply, std::move(error.code), std::move(error.message));
}

void check_xml(xml::Frame frame, const Reply& reply, const Limits& limits) {
    char nothing = 0;
    xml::decode(frame, empty_shape, reply.body, &nothing, limits);
}

// Where no output is read from a body, a page of a proxy would be taken for a success. AWS sends no body then, or an
// empty structure of the protocol.
void check_unread(Protocol protocol, const orm::ServiceTables& service, const Reply& reply, const Limits& limits) {
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1:
        case Protocol::rest_json: check_json(service, reply, limits); break;
        case Protocol::query: check_xml(xml::Frame::result, reply, limits); break;
        case Protocol::ec2: check_xml(xml::Frame::ec2, reply, limits); break;
        case Protocol::rest_xml: check_xml(xml::Frame::bare, reply, limits); break;
        case Protocol::cbor: check_cbor(service, reply, limits); break;
    }
}

// --- replies with an output -------------------------------------------------------------------------------------------

void decode_body(Protocol protocol, ShapeRef shape, std::string_view body, void* output, const Limits& limits) {
    if (trimmed(body).empty()) missing_body();
    switch (protocol) {
        case Protocol::query: xml::decode(xml::Frame::result, shape, body, output, limits); break;
        case Protocol::ec2: xml::decode(xml::Frame::ec2, shape, body, output, limits); break;
        case Protocol::cbor: cbor::decode(shape, body, output, limits); break;
        default: json::decode(shape, body, output, {.limits = limits}); break;
    }
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
        if (trimmed(reply.body).empty() && !head && !may_be_empty(protocol, shape, reply)) missing_body();
        decode_rest_body(protocol, shape, reply.body, output, limits);
    } else {
        check_unread(protocol, service, reply, limits);
    }
    decode_reply_bindings(shape, reply, output, limits);
}

}  // namespace

bool supported(Protocol protocol) noexcept { return protocol <= Protocol::cbor; }

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
    if (operation.output == api::none || (!rest && !has_members(shape))) {
        check_unread(protocol, service, reply, limits);
    } else if (rest) {
        all_or_nothing(shape, output, [&] { decode_rest(protocol, service, operation, reply, output, limits); });
    } else {
        decode_body(protocol, shape, reply.body, output, limits);
    }
}

void decode_head(Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation, const Reply& reply,
                 void* output, const Limits& limits) {
    if (protocol != Protocol::rest_json && protocol != Protocol::rest_xml) return;
    const ShapeRef shape{service.schema, operation.output};
    all_or_nothing(shape, output, [&] { decode_reply_bindings(shape, reply, output, limits); });
}

}  // namespace botocraft::protocol
