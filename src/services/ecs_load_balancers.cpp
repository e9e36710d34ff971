// Where ECS leads to load balancers. Apart, so that only a program that asks for them links that service.

#include "services/service_session.hpp"

#include <botocraft/ecs/service.hpp>
#include <botocraft/elbv2/load_balancer.hpp>
#include <botocraft/elbv2/target_group.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::ecs {

namespace {

awaitable<list<elbv2::LoadBalancer>> load_balancers_of(detail::SessionPointer session, Query<elbv2::TargetGroup> groups) {
    const list<elbv2::TargetGroup> all = co_await groups.all();
    std::set<std::string> arns;
    for (const elbv2::TargetGroup& group : all) {
        for (const std::string& arn : group.LoadBalancerArns) arns.insert(arn);
    }
    list<elbv2::LoadBalancer> found;
    if (arns.empty()) co_return found;
    const std::vector<std::string> each(arns.begin(), arns.end());
    const auto manager = detail::objects_of<elbv2::LoadBalancer>(std::move(session));
    const elbv2::arguments::LoadBalancerGetMany by_arn{.LoadBalancerArns = each};
    found = co_await manager.get_many(by_arn);
    co_return found;
}

awaitable<list<elbv2::LoadBalancer>> none() {
    list<elbv2::LoadBalancer> nothing;
    co_return nothing;
}

}  // namespace

awaitable<list<elbv2::LoadBalancer>> Service::load_balancers() const {
    // Without target groups, AWS would be asked for all of them.
    const bool any = std::ranges::any_of(loadBalancers, [](const LoadBalancer& one) { return one.targetGroupArn.has_value(); });
    return any ? load_balancers_of(detail::session_of(state_), target_groups()) : none();
}

}  // namespace botocraft::ecs
