#pragma once
// The server's side of AWS's protocols: which operation a request asks for, its input, and the forms of output and
// errors.

#include "testing/access.hpp"
#include "testing/http_request.hpp"
#include "testing/reply.hpp"
#include "testing/service_double.hpp"

#include <botocraft/service.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace botocraft::testing {

// What a request asks for.
struct Asked {
    ServiceDouble* service = nullptr;           // null where the double does not have it
    const api::Operation* operation = nullptr;  // null where the service does not have it
    std::string_view service_name{};
    std::string_view operation_name{};
};

struct ErrorToSend {
    std::string_view code;
    std::string_view message;
    int status = 400;
    bool fault_of_sender = true;
};

class ServerProtocol {
  public:
    ServerProtocol() = default;
    ServerProtocol(const ServerProtocol&) = delete;
    ServerProtocol& operator=(const ServerProtocol&) = delete;
    virtual ~ServerProtocol() = default;

    // Whether the request is of this protocol; then `asked` says what it asks for.
    [[nodiscard]] virtual bool read(const HttpRequest& request,
                                    std::span<const std::unique_ptr<ServiceDouble>> services, Asked& asked) const = 0;
    // Fills the input. Throws ProtocolError.
    virtual void decode(const HttpRequest& request, const Asked& asked, schema::ShapeRef shape, void* in) const = 0;
    virtual void encode(const Asked& asked, schema::ShapeRef shape, const void* out, Reply& reply) const = 0;
    virtual void encode_error(const HttpRequest& request, const ErrorToSend& error, Reply& reply) const = 0;
    [[nodiscard]] virtual ErrorToSend refusal(const Access& access) const = 0;
};

// awsJson 1.0 and 1.1
[[nodiscard]] std::unique_ptr<const ServerProtocol> json_protocol();

// The operation of that name, or null.
[[nodiscard]] const api::Operation* find_operation(const orm::ServiceTables& tables, std::string_view name) noexcept;

}  // namespace botocraft::testing
