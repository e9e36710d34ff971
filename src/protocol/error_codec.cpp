// Errors of every protocol, received and sent.

#include "protocol/cbor.hpp"
#include "protocol/codec.hpp"
#include "protocol/failure.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/json.hpp"
#include "protocol/rest_body.hpp"
#include "protocol/xml.hpp"
#include "schema/walk.hpp"

namespace botocraft::protocol {

namespace {

using api::Protocol;

// The header counts more than the body.
template <class Found>
void take_typed_error(const Reply& reply, Found error, ErrorDetails& details) {
    const std::string_view header = reply.header(error_type_header);
    details.code = header.empty() ? std::move(error.code) : std::string(json::bare_error_code(header));
    details.message = std::move(error.message);
}

void decode_xml_error(const Reply& reply, ErrorDetails& details, const Limits& limits) {
    xml::Error error = xml::decode_error(reply.body, limits);
    details.code = std::move(error.code);
    details.message = std::move(error.message);
    if (!error.request_id.empty()) details.request_id = std::move(error.request_id);
}

// What stands for an error whose reply has no body, as replies to HEAD have none. Others than AWS may have sent one that
// says nothing but that something went wrong: AWS's have a request id.
std::string code_of_status(const Reply& reply) {
    const bool is_from_aws = !reply.header("x-amz-request-id").empty();
    switch (reply.status) {
        case 301: return "PermanentRedirect";
        case 304: return "NotModified";
        case 307: return "TemporaryRedirect";
        case 400: return "BadRequest";
        case 403: return "Forbidden";
        case 404: return "NotFound";
        case 405: return "MethodNotAllowed";
        case 409: return "Conflict";
        case 412: return "PreconditionFailed";
        default: break;
    }
    if (!is_from_aws) return {};
    switch (reply.status) {
        case 416: return "InvalidRange";
        case 500: return "InternalError";
        case 501: return "NotImplemented";
        case 503: return "SlowDown";
        default: return std::to_string(reply.status);
    }
}

std::string declared_name(const ErrorToSend& error) {
    return std::string(error.members && error.shape.schema ? error.shape.name() : error.code);
}

// Whether a structure has a member for the message that holds one.
bool says_message(const ErrorToSend& error) noexcept {
    if (!error.members) return false;
    for (const schema::Member& member : error.shape) {
        const std::string_view name = error.shape.schema->wire_name(member);
        if (name != "message" && name != "Message") continue;
        return schema::presence(schema::member_place(error.shape, member, error.members)) == schema::Presence::present;
    }
    return false;
}

void encode_json_error(Protocol protocol, const ErrorToSend& error, ReplyMessage& reply) {
    const bool rest = protocol == Protocol::rest_json;
    reply.content_type = rest ? std::string_view("application/json") : aws_json_type(protocol);
    std::string members;
    if (error.members) json::encode(error.shape, error.members, members, {.bindings = rest});
    std::string extra;
    const auto put = [&](std::string_view name, std::string_view value) {
        if (!extra.empty()) extra += ',';
        extra.append("\"").append(name).append("\":");
        json::append_quoted(extra, value);
    };
    if (rest) {
        reply.headers.emplace_back("x-amzn-errortype", declared_name(error));
    } else {
        put("__type", declared_name(error));
    }
    if (!error.message.empty() && !says_message(error)) put("message", error.message);
    if (members.size() > 2) extra.append(extra.empty() ? "" : ",").append(members, 1, members.size() - 2);
    reply.body.append("{").append(extra).append("}");
}

void encode_xml_error(Protocol protocol, const ErrorToSend& error, ReplyMessage& reply) {
    reply.content_type = protocol == Protocol::rest_xml ? "application/xml" : "text/xml;charset=UTF-8";
    std::string& body = reply.body;
    const bool ec2 = protocol == Protocol::ec2;
    body += ec2 ? "<Response><Errors><Error>" : "<ErrorResponse><Error>";
    if (!ec2) xml::append_element(body, "Type", error.fault_of_sender ? "Sender" : "Receiver");
    xml::append_element(body, "Code", error.code);
    if (!error.message.empty() && !says_message(error)) xml::append_element(body, "Message", error.message);
    if (error.members) xml::encode_members(error.shape, error.members, body);
    body += ec2 ? "</Error></Errors>" : "</Error>";
    xml::append_element(body, ec2 ? "RequestID" : "RequestId", error.request_id);
    body += ec2 ? "</Response>" : "</ErrorResponse>";
}

void encode_cbor_error(const ErrorToSend& error, ReplyMessage& reply) {
    reply.content_type = "application/cbor";
    reply.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
    cbor::encode_error(declared_name(error), error.message, error.shape, error.members, reply.body);
}

}  // namespace

std::string_view request_id(const Headers& headers) noexcept {
    for (const std::string_view name : {"x-amzn-requestid", "x-amz-request-id", "x-amz-id-2"}) {
        if (const std::string_view value = headers.header(name); !value.empty()) return value;
    }
    return {};
}

std::string decode_error(Protocol protocol, const orm::ServiceTables& service, const Reply& reply,
                         ErrorDetails& details, const Limits& limits) {
    details.status = reply.status;
    details.request_id = request_id(reply);
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1:
        case Protocol::rest_json: take_typed_error(reply, json::decode_error(reply.body, limits), details); break;
        case Protocol::query:
        case Protocol::ec2:
        case Protocol::rest_xml: decode_xml_error(reply, details, limits); break;
        case Protocol::cbor: take_typed_error(reply, cbor::decode_error(reply.body, limits), details); break;
    }
    cut_code(details.code);
    std::string declared = details.code;
    const std::string_view query = json::query_error_code(reply.header("x-amzn-query-error"));
    if (service.query_compatible && !query.empty()) details.code = query;
    cut_code(details.code);
    const bool bodiless = reply.body.empty() && protocol == Protocol::rest_xml && reply.status >= 300;
    if (details.code.empty() && bodiless) details.code = code_of_status(reply);
    return declared.empty() ? details.code : declared;
}

void decode_error_members(Protocol protocol, schema::ShapeRef shape, const Reply& reply, void* error,
                          const Limits& limits) {
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1: json::decode(shape, reply.body, error, {.limits = limits}); break;
        case Protocol::rest_json:
            all_or_nothing(shape, error, [&] {
                json::decode(shape, reply.body, error, {.bindings = true, .limits = limits});
                decode_reply_bindings(shape, reply, error, limits);
            });
            break;
        case Protocol::query:
        case Protocol::ec2: xml::decode_error_members(shape, reply.body, error, limits); break;
        case Protocol::rest_xml:
            all_or_nothing(shape, error, [&] {
                if (!reply.body.empty()) xml::decode_error_members(shape, reply.body, error, limits);
                decode_reply_bindings(shape, reply, error, limits);
            });
            break;
        case Protocol::cbor: cbor::decode(shape, reply.body, error, limits); break;
    }
}

void encode_error(Protocol protocol, const orm::ServiceTables& service, const ErrorToSend& error, ReplyMessage& reply) {
    reply.status = error.status;
    if (!error.request_id.empty()) reply.headers.emplace_back("x-amzn-requestid", error.request_id);
    const bool rest = protocol == Protocol::rest_json || protocol == Protocol::rest_xml;
    if (rest && error.members) encode_reply_bindings(error.shape, error.members, reply);
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1:
        case Protocol::rest_json: encode_json_error(protocol, error, reply); break;
        case Protocol::query:
        case Protocol::ec2:
        case Protocol::rest_xml: encode_xml_error(protocol, error, reply); break;
        case Protocol::cbor: encode_cbor_error(error, reply); break;
    }
    const bool custom = error.members && error.shape.schema && error.shape.name() != error.code;
    if (service.query_compatible && custom) {
        reply.headers.emplace_back("x-amzn-query-error",
                                   std::string(error.code) + (error.fault_of_sender ? ";Sender" : ";Receiver"));
    }
}

}  // namespace botocraft::protocol
