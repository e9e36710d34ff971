// Where EFS leads to security groups: a mount target does not have their ids, it is asked for them.

#include "services/service_session.hpp"

#include <botocraft/ec2/security_group.hpp>
#include <botocraft/efs/mount_target.hpp>

#include <string>
#include <utility>

namespace botocraft::efs {

namespace {

awaitable<list<ec2::SecurityGroup>> groups_of(detail::SessionPointer known, awaitable<list<std::string>> asking) {
    const Session session = co_await detail::bound_session(std::move(known));
    const list<std::string> ids = co_await std::move(asking);
    list<ec2::SecurityGroup> groups;
    if (ids.empty()) co_return groups;  // else EC2 would be asked for all
    const ec2::SecurityGroupManager manager = ec2::SecurityGroup::objects(session);
    groups = co_await manager.get_many(ids);
    co_return groups;
}

}  // namespace

awaitable<list<ec2::SecurityGroup>> MountTarget::security_groups() const {
    return groups_of(detail::session_of(state_), get_security_groups());
}

}  // namespace botocraft::efs
