#include "protocol/codec.hpp"

#include "protocol/json.hpp"

#include <algorithm>

namespace botocraft::protocol {

namespace {

constexpr std::size_t shown_bytes = 200;  // of a reply that is not understood

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

bool is_aws_json(api::Protocol protocol) noexcept {
    return protocol == api::Protocol::json_1_0 || protocol == api::Protocol::json_1_1;
}

void encode_aws_json(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                     const void* input, Request& request) {
    request.method = http_method(operation.method);
    request.path = "/";
    request.content_type =
        protocol == api::Protocol::json_1_0 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
    request.target.append(service.target_prefix).append(".").append(service.text(operation.name));
    if (operation.input == api::none) {
        request.body = "{}";
    } else {
        json::encode({service.schema, operation.input}, input, request.body);
    }
}

}  // namespace

bool supported(api::Protocol protocol) noexcept { return is_aws_json(protocol); }

void encode(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
            const void* input, Request& request) {
    encode_aws_json(protocol, service, operation, input, request);
}

void decode(api::Protocol, const orm::ServiceTables& service, const api::Operation& operation, const Reply& reply,
            void* output) {
    if (operation.output == api::none || reply.body.empty()) return;
    json::decode({service.schema, operation.output}, reply.body, output);
}

void decode_error(api::Protocol, const Reply& reply, ErrorDetails& details) {
    details.status = reply.status;
    details.request_id = reply.header("x-amzn-requestid");
    if (details.request_id.empty()) details.request_id = reply.header("x-amz-request-id");
    const json::ErrorBody error = json::decode_error(reply.body);
    const std::string_view header = reply.header("x-amzn-errortype");
    details.code = header.empty() ? std::string_view(error.code) : json::bare_error_code(header);
    details.message = error.message;
    if (details.code.empty()) details.body = reply.body.substr(0, shown_bytes);
}

}  // namespace botocraft::protocol
