#include "runtime/route.hpp"

#include "runtime/input_text.hpp"

#include <utility>

namespace botocraft::detail {

// What the request calls the resource that may be in another region; empty where that cannot be.
static std::string_view resource_of(const orm::ServiceTables& service, const api::Operation& operation, const void* input) {
    if (service.region_member.empty() || operation.input == api::none) return {};
    return input_text(service, operation, schema::find_member({service.schema, operation.input}, service.region_member), input);
}

Route::Route(const std::shared_ptr<const SessionState>& own, const orm::ServiceTables& service,
             const api::Operation& operation, const void* input)
    : own_(own), service_(service), operation_(operation), resource_(resource_of(service, operation, input)) {
    const bool starts_at_home = (operation.flags & api::operation_flag::starts_at_home) != 0;
    if (!resource_.empty() && !starts_at_home) elsewhere_ = home().other_regions.find(resource_);
    target_.emplace(Target{session()->service(service_), service_, operation_});
}

void Route::find_destination(const void* input, std::string_view account) {
    ruled_ = target_->context.endpoints->find(operation_, input, account);
    target_->destination = ruled_;
}

std::shared_ptr<const SessionState> Route::other_region(const Problem& problem) const {
    const bool says = !moved_ && !resource_.empty() && !problem.region.empty() &&
                      problem.region != target_->context.endpoints->region().value;
    if (!says) return nullptr;
    auto known = home().other_regions.session_of(problem.region);
    return known ? known : std::make_shared<const SessionState>(own_->core(), own_->named_alike(problem.region));
}

void Route::move(std::shared_ptr<const SessionState> there) {
    moved_ = true;
    elsewhere_ = std::move(there);
    target_.emplace(Target{elsewhere_->service(service_), service_, operation_});
}

}  // namespace botocraft::detail
