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
#include <vector>

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
    schema::ShapeRef shape = {};  // of its members, where it has any
    const void* members = nullptr;
};

// What goes wrong before an operation is carried out, or because of it.
enum class Mishap : unsigned char { unknown_operation, malformed, internal };

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
    // `reply` has its id among the headers already.
    virtual void encode(const HttpRequest& request, const Asked& asked, const void* out, Reply& reply) const = 0;
    // The same with events behind it.
    virtual void encode_events(const HttpRequest& request, const Asked& asked, const void* out,
                               const botocraft::detail::RawList& events, Reply& reply) const = 0;
    virtual void encode_error(const HttpRequest& request, const Asked& asked, const ErrorToSend& error,
                              Reply& reply) const = 0;
    // How the protocol calls it.
    [[nodiscard]] virtual ErrorToSend refusal(const Access& access) const = 0;
    [[nodiscard]] virtual ErrorToSend mishap(Mishap what, std::string_view message) const = 0;
};

// All protocols of AWS, in the order in which a request is offered to them. The first answers what no other knows.
[[nodiscard]] std::vector<std::unique_ptr<const ServerProtocol>> server_protocols();

}  // namespace botocraft::testing
