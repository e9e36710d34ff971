// Roles and users of IAM are saved by several calls: the operations that update them change next to nothing of them.

#include "services/saving.hpp"
#include "services/service_session.hpp"

#include <botocraft/error.hpp>
#include <botocraft/iam/iam_role.hpp>
#include <botocraft/iam/iam_user.hpp>

#include <string>
#include <utility>

namespace botocraft::iam {

namespace {

[[noreturn]] void cannot_change(std::string_view what) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "NotUpdatable";
    details.service = "iam";
    details.explanation.append("AWS has no operation that changes the ").append(what);
    throw NotUpdatable(std::move(details));
}

std::string boundary_of(const box<AttachedPermissionsBoundary>& boundary) {
    return boundary.has_value() ? boundary->PermissionsBoundaryArn.value_or("") : std::string();
}

// None is taken away: what a list told has none of the tags that are there, and whoever adds one to it does not mean those.
template <class Manager>
awaitable<void> add_tags(const Manager& all, const std::string& name, const tag_list<Tag>& there, const tag_list<Tag>& wanted) {
    const detail::TagDifference<Tag> tags(there, wanted);
    if (!tags.set.empty()) co_await all.tag(name, tags.set);
}

// AWS takes what is left out for a wish as well: a session is an hour again.
awaitable<void> update(const IAMRoleManager& roles, const IAMRole& role, const IAMRole& there) {
    IAMRole whole;
    whole.RoleName = there.RoleName;
    whole.Description = role.Description.has_value() ? role.Description : there.Description;
    whole.MaxSessionDuration = role.MaxSessionDuration.has_value() ? role.MaxSessionDuration : there.MaxSessionDuration;
    co_await roles.update(whole);
}

// What is compared is what AWS has, and not what the model was read with: a role of a list lacks half of it.
awaitable<void> change_role(const IAMRoleManager& roles, const IAMRole& role, const IAMRole& there) {
    const std::string name = there.RoleName.value_or("");
    if (detail::differs(role.Path, there.Path)) cannot_change("path of a role");
    // The boundary comes before those who may be let in, and goes after all else: nobody has more on the way than before
    // it and behind it.
    const std::string boundary = boundary_of(role.PermissionsBoundary);
    if (!boundary.empty() && boundary != boundary_of(there.PermissionsBoundary)) {
        co_await roles.put_role_permissions_boundary(name, boundary);
    }
    if (detail::differs(role.Description, there.Description) ||
        detail::differs(role.MaxSessionDuration, there.MaxSessionDuration)) {
        co_await update(roles, role, there);
    }
    if (detail::differs(role.AssumeRolePolicyDocument, there.AssumeRolePolicyDocument)) {
        co_await roles.update_assume_role_policy(name, *role.AssumeRolePolicyDocument);
    }
    co_await add_tags(roles, name, there.Tags, role.Tags);
    if (role.PermissionsBoundary.is_null() && there.PermissionsBoundary.has_value()) {
        co_await roles.delete_role_permissions_boundary(name);
    }
}

awaitable<void> change_user(const IAMUserManager& users, const IAMUser& user, const IAMUser& there) {
    const std::string name = there.UserName.value_or("");
    const std::string boundary = boundary_of(user.PermissionsBoundary);  // as of roles
    if (!boundary.empty() && boundary != boundary_of(there.PermissionsBoundary)) {
        co_await users.put_permission_boundary(name, boundary);
    }
    if (detail::differs(user.Path, there.Path)) co_await users.update(user);
    co_await add_tags(users, name, there.Tags, user.Tags);
    if (user.PermissionsBoundary.is_null() && there.PermissionsBoundary.has_value()) {
        co_await users.delete_permission_boundary(name);
    }
}

awaitable<void> save_role(IAMRole* role) {
    const Session session = co_await detail::bound_session(detail::session_of(role->state_));
    const IAMRoleManager roles = IAMRole::objects(session);
    if (role->state_.from_aws()) {
        const IAMRole there = co_await roles.get(role->RoleName.value_or(""));
        co_await change_role(roles, *role, there);
    } else {
        const IAMRole made = co_await roles.create(*role);
        detail::take_over(made, *role);
    }
}

awaitable<void> save_user(IAMUser* user) {
    const Session session = co_await detail::bound_session(detail::session_of(user->state_));
    const IAMUserManager users = IAMUser::objects(session);
    if (user->state_.from_aws()) {
        const IAMUser there = co_await users.get(user->UserName.value_or(""));
        co_await change_user(users, *user, there);
    } else {
        const IAMUser made = co_await users.create(*user);
        detail::take_over(made, *user);
    }
}

}  // namespace

awaitable<void> IAMRole::save() & { return save_role(this); }

awaitable<void> IAMUser::save() & { return save_user(this); }

}  // namespace botocraft::iam
