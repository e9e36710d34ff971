// The protocols of AWS as the double speaks them: the server's side of the codecs, on the double's requests and replies.

#include "protocol/codec.hpp"
#include "protocol/query.hpp"
#include "testing/gzip.hpp"
#include "testing/protocol.hpp"

#include <algorithm>

namespace botocraft::testing {

namespace {

constexpr std::size_t max_unzipped = 256U << 20;

using Services = std::span<const std::unique_ptr<ServiceDouble>>;

struct View final : protocol::RequestView {
    explicit View(const HttpRequest& request) : request_(request) {
        method = request.method;
        path = request.path();
        query = request.query();
        body = request.body;
    }
    std::string_view header(std::string_view name) const override { return request_.header(name); }
    bool has_header(std::string_view name) const override {
        return std::ranges::any_of(request_.headers, [name](const auto& header) { return header.first == name; });
    }
    std::size_t header_count() const override { return request_.headers.size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override {
        return request_.headers[i];
    }

  private:
    const HttpRequest& request_;
};

bool offers(const orm::ServiceTables& tables, Protocol protocol) noexcept {
    const std::span offered(tables.protocols, tables.protocol_count);
    return std::ranges::find(offered, protocol) != offered.end();
}

// The first service that offers the protocol and of which `f` is true.
template <class F>
ServiceDouble* find_service(Services services, Protocol protocol, F&& f) {
    for (const auto& service : services) {
        if (offers(service->tables(), protocol) && f(service->tables())) return service.get();
    }
    return nullptr;
}

// Unsigned requests may be for any service.
bool signed_for(const HttpRequest& request, const orm::ServiceTables& tables) {
    const std::string scope = scope_service(request);
    return scope.empty() || is_scope_of(scope, tables.signing_name);
}

// What a request is for, by what it says in the way of each protocol. False where it is of another one.

// x-amz-target: `AmazonEC2ContainerServiceV20141113.DescribeServices`
bool read_json(Protocol protocol, const HttpRequest& request, Services services, Asked& asked) {
    const std::string_view target = request.header("x-amz-target");
    const auto dot = target.rfind('.');
    const bool old = request.header("content-type").starts_with("application/x-amz-json-1.0");
    if (dot == std::string_view::npos || old != (protocol == Protocol::json_1_0)) return false;
    asked.service_name = target.substr(0, dot);
    asked.operation_name = target.substr(dot + 1);
    asked.service = find_service(services, protocol,
                                 [&](const auto& tables) { return tables.target_prefix == target.substr(0, dot); });
    return true;
}

// /service/GraniteServiceVersion20100801/operation/ListMetrics
bool read_cbor(const HttpRequest& request, Services services, Asked& asked) {
    if (request.header("smithy-protocol") != "rpc-v2-cbor") return false;
    const std::string_view path = request.path();
    asked.operation_name = path.substr(path.rfind('/') + 1);
    asked.service = find_service(services, Protocol::cbor, [&](const auto& tables) {
        return path == "/service/" + std::string(tables.target_prefix) + "/operation/" + std::string(asked.operation_name);
    });
    return true;
}

bool read_query(Protocol protocol, const HttpRequest& request, Services services, Asked& asked) {
    if (!request.header("content-type").starts_with("application/x-www-form-urlencoded")) return false;
    const std::string version = protocol::query::find_pair(request.body, "Version");
    asked.service = find_service(services, protocol, [&](const auto& tables) {
        return tables.api_version == version && signed_for(request, tables);
    });
    return asked.service != nullptr;
}

bool read_rest(Protocol protocol, const HttpRequest& request, Services services, Asked& asked) {
    const View view(request);
    asked.service = find_service(services, protocol, [&](const auto& tables) {
        return signed_for(request, tables) && protocol::find_operation(protocol, tables, view) != nullptr;
    });
    return asked.service != nullptr;
}

class WireProtocol final : public ServerProtocol {
  public:
    explicit WireProtocol(Protocol protocol) noexcept : protocol_(protocol) {}

    bool read(const HttpRequest& request, Services services, Asked& asked) const override {
        if (!read_service(request, services, asked)) return false;
        if (!asked.service) return true;
        const orm::ServiceTables& tables = asked.service->tables();
        asked.service_name = tables.name;
        asked.operation = protocol::find_operation(protocol_, tables, View(request));
        if (asked.operation) asked.operation_name = tables.text(asked.operation->name);
        return true;
    }

    void decode(const HttpRequest& request, const Asked& asked, schema::ShapeRef, void* in) const override {
        View view(request);
        std::string plain;
        if (request.header("content-encoding").ends_with("gzip")) view.body = plain = unzipped(request.body, max_unzipped);
        protocol::decode_request(protocol_, asked.service->tables(), *asked.operation, view, in);
    }

    void encode(const HttpRequest& request, const Asked& asked, const void* out, Reply& reply) const override {
        protocol::ReplyMessage message;
        protocol::encode_reply(protocol_, asked.service->tables(), *asked.operation, out, id_of(reply), message);
        put(request, std::move(message), reply);
    }

    void encode_events(const HttpRequest& request, const Asked& asked, const void* out,
                       const botocraft::detail::RawList& events, Reply& reply) const override {
        protocol::ReplyMessage message;
        protocol::encode_event_reply(protocol_, asked.service->tables(), *asked.operation, out, events, id_of(reply), message);
        put(request, std::move(message), reply);
        reply.chunked = true;
    }

    void encode_error(const HttpRequest& request, const Asked& asked, const ErrorToSend& error,
                      Reply& reply) const override {
        static constexpr orm::ServiceTables nobody{};
        protocol::ReplyMessage message;
        protocol::ErrorToSend sent{error.code,   error.message, {}, error.status, error.fault_of_sender,
                                   error.shape, error.members};
        const std::string id = id_of(reply);
        sent.request_id = id;
        protocol::encode_error(protocol_, asked.service ? asked.service->tables() : nobody, sent, message);
        put(request, std::move(message), reply);
    }

    ErrorToSend refusal(const Access& access) const override {
        if (access.refusal == Refusal::malformed_upload) return {"IncompleteBody", access.message};
        if (access.refusal == Refusal::bad_checksum) return {"BadDigest", access.message};
        switch (protocol_) {
            case Protocol::query:
            case Protocol::rest_xml: return refusal_of_query(access);
            case Protocol::ec2: return {"AuthFailure", access.message, 401};
            default: return refusal_of_json(access);
        }
    }

    ErrorToSend mishap(Mishap what, std::string_view message) const override {
        const bool query = protocol_ == Protocol::query || protocol_ == Protocol::ec2;
        switch (what) {
            case Mishap::unknown_operation:
                return {query ? "InvalidAction" : "UnknownOperationException", message};
            case Mishap::malformed: return {query ? "MalformedQueryString" : "SerializationException", message};
            case Mishap::internal: break;
        }
        return {"InternalFailure", message, 500, false};
    }

  private:
    bool read_service(const HttpRequest& request, Services services, Asked& asked) const {
        switch (protocol_) {
            case Protocol::json_1_0:
            case Protocol::json_1_1: return read_json(protocol_, request, services, asked);
            case Protocol::query:
            case Protocol::ec2: return read_query(protocol_, request, services, asked);
            case Protocol::rest_json:
            case Protocol::rest_xml: return read_rest(protocol_, request, services, asked);
            case Protocol::cbor: return read_cbor(request, services, asked);
        }
        return false;
    }

    // The request's id is among the headers from the beginning.
    static std::string id_of(const Reply& reply) {
        const auto found = std::ranges::find(reply.headers, "x-amzn-RequestId",
                                             &std::pair<std::string, std::string>::first);
        return found == reply.headers.end() ? std::string() : found->second;
    }
    static void put(const HttpRequest& request, protocol::ReplyMessage message, Reply& reply) {
        reply.status = message.status;
        if (!message.content_type.empty()) reply.headers.emplace_back("Content-Type", std::move(message.content_type));
        for (auto& header : message.headers) {
            if (header.first != "x-amzn-requestid") reply.headers.push_back(std::move(header));
        }
        reply.body = request.method == "HEAD" ? std::string() : std::move(message.body);
    }

    static ErrorToSend refusal_of_json(const Access& access) {
        switch (access.refusal) {
            case Refusal::missing_token: return {"MissingAuthenticationTokenException", access.message};
            case Refusal::incomplete: return {"IncompleteSignatureException", access.message};
            case Refusal::unknown_key: return {"UnrecognizedClientException", access.message};
            case Refusal::expired_token: return {"ExpiredTokenException", access.message};
            default: return {"InvalidSignatureException", access.message};
        }
    }
    static ErrorToSend refusal_of_query(const Access& access) {
        switch (access.refusal) {
            case Refusal::missing_token: return {"MissingAuthenticationToken", access.message, 403};
            case Refusal::incomplete: return {"IncompleteSignature", access.message};
            case Refusal::unknown_key: return {"InvalidClientTokenId", access.message, 403};
            case Refusal::expired_token: return {"ExpiredToken", access.message, 403};
            default: return {"SignatureDoesNotMatch", access.message, 403};
        }
    }

    Protocol protocol_;
};

}  // namespace

std::vector<std::unique_ptr<const ServerProtocol>> server_protocols() {
    // Those that a request names come before those that are told by a service's addresses.
    std::vector<std::unique_ptr<const ServerProtocol>> all;
    for (const Protocol protocol : {Protocol::json_1_1, Protocol::json_1_0, Protocol::cbor, Protocol::ec2,
                                    Protocol::query, Protocol::rest_json, Protocol::rest_xml}) {
        all.push_back(std::make_unique<WireProtocol>(protocol));
    }
    return all;
}

}  // namespace botocraft::testing
