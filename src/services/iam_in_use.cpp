// Which policies are in use: by users, groups and roles, for what they may do or for the most that they may.

#include "services/service_session.hpp"

#include <botocraft/iam/iam_policy.hpp>
#include <botocraft/iam/requests.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace botocraft::iam {

namespace {

bool counted(const IAMPolicy& policy) {
    return policy.AttachmentCount.value_or(0) > 0 || policy.PermissionsBoundaryUsageCount.value_or(0) > 0;
}

awaitable<list<IAMPolicy>> policies(Query<IAMPolicy> all, bool in_use) {
    list<IAMPolicy> found;
    while (auto page = co_await all.next_page()) {
        for (IAMPolicy& policy : page) {
            if (counted(policy) == in_use) found.push_back(std::move(policy));
        }
    }
    co_return found;
}

awaitable<bool> has_entities(detail::SessionPointer known, std::string arn) {
    const Session session = co_await detail::bound_session(std::move(known));
    const IAMPolicyManager manager = IAMPolicy::objects(session);
    const ListEntitiesForPolicyResponse found = co_await manager.list_entities(arn);
    co_return !found.PolicyGroups.empty() || !found.PolicyUsers.empty() || !found.PolicyRoles.empty();
}

}  // namespace

awaitable<list<IAMPolicy>> IAMPolicyManager::in_use(const arguments::IAMPolicyList& arguments) const {
    return policies(list(arguments), true);
}

awaitable<list<IAMPolicy>> IAMPolicyManager::not_in_use(const arguments::IAMPolicyList& arguments) const {
    return policies(list(arguments), false);
}

awaitable<bool> IAMPolicy::is_in_use() const {
    return has_entities(detail::session_of(state_), Arn.value_or(""));
}

}  // namespace botocraft::iam
