#pragma once
// Where a call goes: into the session's own region, or into the one in which the resource is that it names.

#include "runtime/endpoint_discovery.hpp"
#include "runtime/problem.hpp"
#include "runtime/request.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/service.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace botocraft::detail {

class Route {
  public:
    // `own` is prepared, and outlives this.
    Route(const std::shared_ptr<const SessionState>& own, const orm::ServiceTables& service, const api::Operation& operation,
          const void* input);

    [[nodiscard]] const std::shared_ptr<const SessionState>& session() const noexcept { return elsewhere_ ? elsewhere_ : own_; }
    [[nodiscard]] Target& target() noexcept { return *target_; }

    // As the service's endpoint rules say.
    void find_destination(const void* input, std::string_view account);
    // As the service itself says, if it named an endpoint.
    void choose_destination(const NamedEndpoint& named) { target_->destination = named.where ? named.where : ruled_; }

    // The session of the region in which the resource is, by what the service says; null where there is nothing to follow.
    // It is followed once: who sends in a circle does not know.
    [[nodiscard]] std::shared_ptr<const SessionState> other_region(const Problem& problem) const;
    // A session that is prepared: later calls of what this one is about go there at once.
    void remember(std::shared_ptr<const SessionState> there) { home().other_regions.put(resource_, std::move(there)); }
    // This call goes there as well.
    void move(std::shared_ptr<const SessionState> there);

  private:
    [[nodiscard]] const ServiceContext& home() const { return own_->service(service_); }

    const std::shared_ptr<const SessionState>& own_;
    const orm::ServiceTables& service_;
    const api::Operation& operation_;
    std::string_view resource_;  // of the input
    std::shared_ptr<const SessionState> elsewhere_;
    std::optional<Target> target_;
    std::shared_ptr<const Destination> ruled_;
    bool moved_ = false;
};

}  // namespace botocraft::detail
