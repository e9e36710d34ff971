#include "protocol/json.hpp"
#include "testing/protocol.hpp"

#include <algorithm>

namespace botocraft::testing {

namespace {

// `AmazonEC2ContainerServiceV20141113.DescribeServices`
class JsonProtocol final : public ServerProtocol {
  public:
    bool read(const HttpRequest& request, std::span<const std::unique_ptr<ServiceDouble>> services,
              Asked& asked) const override {
        const std::string_view target = request.header("x-amz-target");
        const auto dot = target.rfind('.');
        if (dot == std::string_view::npos) return false;
        const std::string_view prefix = target.substr(0, dot);
        asked.operation_name = target.substr(dot + 1);
        asked.service_name = prefix;
        for (const auto& service : services) {
            if (service->tables().target_prefix != prefix) continue;
            asked.service = service.get();
            asked.service_name = service->tables().name;
            asked.operation = find_operation(service->tables(), asked.operation_name);
        }
        return true;
    }

    void decode(const HttpRequest& request, const Asked&, schema::ShapeRef shape, void* in) const override {
        protocol::json::decode(shape, request.body, in);
    }

    void encode(const Asked& asked, schema::ShapeRef shape, const void* out, Reply& reply) const override {
        const auto* const first = asked.service->tables().protocols;
        const bool old = std::find(first, first + asked.service->tables().protocol_count, api::Protocol::json_1_1) ==
                         first + asked.service->tables().protocol_count;
        reply.headers.emplace_back("Content-Type", old ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1");
        reply.body.clear();
        if (shape.schema) {
            protocol::json::encode(shape, out, reply.body);
        } else {
            reply.body = "{}";
        }
    }

    void encode_error(const HttpRequest& request, const ErrorToSend& error, Reply& reply) const override {
        const std::string_view type = request.header("content-type");
        reply.status = error.status;
        reply.headers.emplace_back("Content-Type", type.starts_with("application/x-amz-json-1.0")
                                                       ? "application/x-amz-json-1.0"
                                                       : "application/x-amz-json-1.1");
        reply.body = R"({"__type":)" + quoted(error.code);
        if (!error.message.empty()) reply.body += R"(,"message":)" + quoted(error.message);
        reply.body += '}';
    }

    ErrorToSend refusal(const Access& access) const override {
        switch (access.refusal) {
            case Refusal::missing_token: return {"MissingAuthenticationTokenException", access.message};
            case Refusal::incomplete: return {"IncompleteSignatureException", access.message};
            case Refusal::unknown_key: return {"UnrecognizedClientException", access.message};
            case Refusal::expired_token: return {"ExpiredTokenException", access.message};
            default: return {"InvalidSignatureException", access.message};
        }
    }

  private:
    static std::string quoted(std::string_view text) {
        static constexpr char digits[] = "0123456789abcdef";
        std::string out = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                out += '\\';
                out += c;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                out.append("\\u00").append({digits[c >> 4 & 15], digits[c & 15]});
            } else {
                out += c;
            }
        }
        return out += '"';
    }
};

}  // namespace

std::unique_ptr<const ServerProtocol> json_protocol() {
    return std::make_unique<JsonProtocol>();
}

const api::Operation* find_operation(const orm::ServiceTables& tables, std::string_view name) noexcept {
    const api::Operation* const end = tables.operations + tables.operation_count;
    const api::Operation* const found =
        std::find_if(tables.operations, end, [&](const api::Operation& o) { return tables.text(o.name) == name; });
    return found == end ? nullptr : found;
}

}  // namespace botocraft::testing
