// Replies and requests of every protocol as a whole: line, headers and body.

#include "fuzz.hpp"
#include "service.hpp"
#include "targets.hpp"

#include "schema/print.hpp"

#include <charconv>
#include <optional>

namespace protocol = botocraft::protocol;

namespace fuzz {

namespace {

using conformance::RuntimeService;
using conformance::RuntimeValue;

std::string text_of(const RuntimeValue& value) {
    std::string text;
    botocraft::schema::print(value.shape(), value.get(), text);
    return text;
}

// Runs a decoder into a new structure. None where it refuses, which leaves nothing behind.
template <class Decode>
std::optional<std::string> refused(RuntimeValue& value, Decode&& decode) {
    try {
        decode(value.get());
        return std::nullopt;
    } catch (const botocraft::ProtocolError& error) {
        const RuntimeValue empty(value.shape());
        require(text_of(value) == text_of(empty), "what cannot be read leaves nothing behind");
        return error.what();
    } catch (const botocraft::ServiceError& error) {
        return error.what();  // an error in place of the output
    }
}

// --- replies ---------------------------------------------------------------------------------------------------------

// None where the protocol cannot say it.
std::optional<protocol::ReplyMessage> written(Protocol p, const RuntimeService& service, const RuntimeValue& value) {
    protocol::ReplyMessage message;
    try {
        protocol::encode_reply(p, service.tables(), service.operation(), value.get(), "id", message);
        return message;
    } catch (const botocraft::UsageError&) {
        return std::nullopt;
    }
}

void try_output(Protocol p, const RuntimeService& service, const Reply& reply) {
    const auto decode = [&](const Reply& from) {
        return [&](void* to) { protocol::decode(p, service.tables(), service.operation(), from, to); };
    };
    RuntimeValue value(service.output());
    if (refused(value, decode(reply))) return;
    const auto first = written(p, service, value);
    if (!first) return;

    Reply sent;
    // What had no body, as these allow, has none again; with another status it would lack one.
    const bool bodiless = reply.status == 204 || reply.status == 304;
    sent.status = bodiless && first->body.empty() ? reply.status : first->status;
    sent.body = first->body;
    sent.headers = first->headers;
    sent.headers.emplace_back("content-type", first->content_type);
    RuntimeValue again(service.output());
    require(!refused(again, decode(sent)), "what was written can be read");
    const auto second = written(p, service, again);
    require(second && second->body == first->body && second->headers == first->headers,
            "what was written and read is written alike");
}

void try_error(Protocol p, const RuntimeService& service, const Reply& reply, botocraft::schema::ShapeRef shape) {
    botocraft::ErrorDetails details;
    protocol::decode_error(p, service.tables(), reply, details);
    RuntimeValue members(shape);
    static_cast<void>(
        refused(members, [&](void* to) { protocol::decode_error_members(p, shape, reply, to); }));
}

// --- requests --------------------------------------------------------------------------------------------------------

std::optional<protocol::Request> encoded(Protocol p, const RuntimeService& service, const RuntimeValue& value) {
    protocol::Request request;
    try {
        protocol::encode(p, service.tables(), service.operation(), value.get(), request);
        return request;
    } catch (const botocraft::UsageError&) {
        return std::nullopt;
    }
}

void try_input(Protocol p, const RuntimeService& service, const Request& request) {
    const auto decode = [&](const Request& from) {
        return [&](void* to) { protocol::decode_request(p, service.tables(), service.operation(), from, to); };
    };
    RuntimeValue value(service.input());
    if (refused(value, decode(request))) return;
    const auto first = encoded(p, service, value);
    if (!first) return;

    Request sent;
    sent.method = first->method;
    sent.path = first->path;
    sent.query = first->query;
    sent.body = first->body;
    sent.headers = first->headers;
    sent.headers.emplace_back("content-type", first->content_type);
    if (!first->target.empty()) sent.headers.emplace_back("x-amz-target", first->target);
    require(protocol::find_operation(p, service.tables(), sent) == &service.operation(),
            "the operation of what was written is found");
    RuntimeValue again(service.input());
    require(!refused(again, decode(sent)), "what was written can be read");
    const auto second = encoded(p, service, again);
    const bool lossy = p == Protocol::query || p == Protocol::ec2;  // of an empty structure there is no pair
    require(lossy || (second && second->path == first->path && second->query == first->query &&
                      second->body == first->body && second->headers == first->headers),
            "what was written and read is written alike");
}

// The first byte says which; the rest is handed on.
std::size_t take_choice(std::string_view& bytes, std::size_t count) {
    if (bytes.empty()) return 0;
    const auto choice = static_cast<unsigned char>(bytes.front()) % count;
    bytes.remove_prefix(1);
    return choice;
}

}  // namespace

void try_reply(Protocol p, std::string_view bytes) {
    const Service& service = service_of(p);
    const RuntimeService& operation = service.operation(take_choice(bytes, service.size()));
    Parts parts = split_message(bytes);
    Reply reply;
    const char* const end = parts.line.data() + parts.line.size();
    if (std::from_chars(parts.line.data(), end, reply.status).ec != std::errc{}) reply.status = 200;
    reply.headers = std::move(parts.headers);
    reply.body = parts.body;
    try_output(p, operation, reply);
    try_error(p, operation, reply, service.error());
}

void try_request(Protocol p, std::string_view bytes) {
    const Service& service = service_of(p);
    const RuntimeService& operation = service.operation(take_choice(bytes, service.size()));
    Parts parts = split_message(bytes);
    const std::string_view target = parts.line.substr(std::min(parts.line.find(' '), parts.line.size() - 1) + 1);
    Request request;
    request.method = parts.line.substr(0, parts.line.find(' '));
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
    request.headers = std::move(parts.headers);
    request.body = parts.body;
    static_cast<void>(protocol::find_operation(p, operation.tables(), request));
    try_input(p, operation, request);
}

void rest_json(std::string_view bytes) { try_reply(Protocol::rest_json, bytes); }

void rest_xml(std::string_view bytes) { try_reply(Protocol::rest_xml, bytes); }

void rpc(std::string_view bytes) {
    constexpr Protocol protocols[] = {Protocol::json_1_0, Protocol::query, Protocol::ec2, Protocol::cbor};
    try_reply(protocols[take_choice(bytes, std::size(protocols))], bytes);
}

void requests(std::string_view bytes) {
    constexpr Protocol protocols[] = {Protocol::json_1_1,  Protocol::query,    Protocol::ec2,
                                      Protocol::rest_json, Protocol::rest_xml, Protocol::cbor};
    try_request(protocols[take_choice(bytes, std::size(protocols))], bytes);
}

}  // namespace fuzz
