#pragma once
// Endpoints that a service names when it is asked: always, or where the session wants that.

#include "auth/renewed.hpp"
#include "config/settings.hpp"
#include "runtime/destination.hpp"

#include <botocraft/service.hpp>

#include <memory>
#include <optional>

namespace botocraft::detail {

struct Problem;
class SessionState;

// Null `where`: the service named none, and what its endpoint rules say is used for a while.
struct NamedEndpoint {
    std::shared_ptr<const Destination> where;
};

// Which calls of one session to one service go where the service says.
class EndpointDiscovery {
  public:
    // `endpoint_is_set`: somebody said in place of the service where it is.
    EndpointDiscovery(const orm::ServiceTables& service, const config::EndpointSettings& settings, bool endpoint_is_set,
                      std::weak_ptr<const SessionState> session, const std::shared_ptr<const Clock>& clock);

    // Null for operations that go where the endpoint rules say. Throws ConfigurationError for one that cannot, in a session
    // that does not want to ask.
    [[nodiscard]] const auth::Renewed<NamedEndpoint>* find(const api::Operation& operation) const {
        return (operation.flags & api::operation_flag::discovers_endpoint) == 0 ? nullptr : find_named(operation);
    }

  private:
    [[nodiscard]] const auth::Renewed<NamedEndpoint>* find_named(const api::Operation& operation) const;

    const orm::ServiceTables& service_;
    config::Sourced<std::optional<bool>> wanted_;
    bool endpoint_is_set_;
    std::optional<auth::Renewed<NamedEndpoint>> named_;
};

// Whether the service says that it is to be asked again where it is.
[[nodiscard]] bool went_elsewhere(const Problem& problem) noexcept;

}  // namespace botocraft::detail
