#include "protocol/codec.hpp"

#include "protocol/body.hpp"
#include "protocol/cbor.hpp"
#include "protocol/failure.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/json.hpp"
#include "protocol/query.hpp"
#include "protocol/query_string.hpp"
#include "protocol/rest_body.hpp"
#include "protocol/xml.hpp"

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
    request.headers.emplace_back("accept", "application/cbor");
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
    if (operation.output == api::none) return;
    const ShapeRef shape{service.schema, operation.output};
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1: json::decode(shape, reply.body, output, {.limits = limits}); break;
        case Protocol::query: xml::decode(xml::Frame::result, shape, reply.body, output, limits); break;
        case Protocol::ec2: xml::decode(xml::Frame::ec2, shape, reply.body, output, limits); break;
        case Protocol::cbor: cbor::decode(shape, reply.body, output, limits); break;
        case Protocol::rest_json:
        case Protocol::rest_xml:
            all_or_nothing(shape, output, [&] {
                decode_rest_body(protocol, shape, reply.body, output, limits);
                decode_reply_bindings(shape, reply, output);
            });
            break;
    }
}

}  // namespace botocraft::protocol
