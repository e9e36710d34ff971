#include "auth/aws_call.hpp"

#include "runtime/invoke.hpp"
#include "runtime/session_state.hpp"

#include <stdexcept>
#include <utility>

namespace botocraft::auth {

namespace {

std::uint16_t operation_row(const orm::ServiceTables& service, std::string_view name) {
    for (std::uint16_t row = 0; row < service.operation_count; ++row) {
        if (service.text(service.operations[row].name) == name) return row;
    }
    throw std::logic_error("no such operation: " + std::string(name));
}

// Stands where nobody is asked for credentials.
class NoCredentials final : public CredentialsProvider {
  public:
    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext&) override { co_return Credentials(); }
    [[nodiscard]] std::string_view name() const noexcept override { return "nobody"; }
};

}  // namespace

Session make_session(const CredentialsContext& context, std::string_view region,
                     std::shared_ptr<CredentialsProvider> credentials) {
    SessionOptions options = context.session;
    options.environment = context.environment;
    options.clock = context.clock;  // with what the other session has learned of this machine's
    if (!context.profile.empty()) options.profile = context.profile;
    if (!region.empty()) options.region = std::string(region);
    options.credentials = credentials ? std::move(credentials) : std::make_shared<NoCredentials>();
    return Session(options);
}

awaitable<void> call(const Session& session, const orm::ServiceTables& service, std::string_view operation, void* input,
                     void* output) {
    return detail::invoke(session.state(), service, operation_row(service, operation), input, output);
}

}  // namespace botocraft::auth
