// IAM: pages that end when AWS says so, policies inside and beside what they belong to, and members under other names.

#include "orm/model_state.hpp"
#include "support/query_script.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/iam.hpp>
#include <botocraft/iam/policy_document.hpp>
#include <botocraft/iam/requests.hpp>
#include <botocraft/json.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace botocraft;
using fake::Form;
using fake::form_of;
using fake::query_reply;
using iam::IAMAccessKey;
using iam::IAMGroup;
using iam::IAMLoginProfile;
using iam::IAMPolicy;
using iam::IAMPolicyVersion;
using iam::IAMRole;
using iam::IAMSSHPublicKey;
using iam::IAMUser;
using iam::InstanceProfile;

namespace {

std::string element(std::string_view name, std::string_view value) {
    return "<" + std::string(name) + ">" + std::string(value) + "</" + std::string(name) + ">";
}
std::string member_list(std::string_view name, const std::vector<std::string>& members) {
    std::string all;
    for (const std::string& one : members) all += element("member", one);
    return element(name, all);
}
std::string page_end(std::string_view marker) {
    return marker.empty() ? "<IsTruncated>false</IsTruncated>" : "<IsTruncated>true</IsTruncated>" + element("Marker", marker);
}
std::string role(std::string_view name) {
    return element("RoleName", name) + element("Arn", "arn:aws:iam::123456789012:role/" + std::string(name)) +
           element("Path", "/") + element("RoleId", "AROA") + element("CreateDate", "2026-01-02T03:04:05Z");
}
std::string user(std::string_view name) {
    return element("UserName", name) + element("Arn", "arn:aws:iam::123456789012:user/" + std::string(name)) +
           element("Path", "/team/") + element("UserId", "AIDA") + element("CreateDate", "2026-01-02T03:04:05Z");
}
std::string group(std::string_view name) {
    return element("GroupName", name) + element("Arn", "arn:aws:iam::123456789012:group/" + std::string(name)) +
           element("Path", "/") + element("GroupId", "AGPA") + element("CreateDate", "2026-01-02T03:04:05Z");
}

struct Iam : fake::World {
    Iam() {
        transport->on("GetRole", query_reply("GetRole", element("Role", role("deploy"))));
        transport->on("GetUser", [](const fake::Request& request) {
            return query_reply("GetUser", element("User", user(form_of(request).at("UserName"))));
        });
        transport->on("GetGroup", [](const fake::Request& request) {
            const Form form = form_of(request);
            const bool second = form.contains("Marker");
            return query_reply("GetGroup", element("Group", group(form.at("GroupName"))) +
                                               member_list("Users", {user(second ? "bob" : "alice")}) + page_end(second ? "" : "2"));
        });
        transport->on("GetPolicy", [](const fake::Request& request) {
            const std::string arn = form_of(request).at("PolicyArn");
            return query_reply("GetPolicy", element("Policy", element("Arn", arn) + element("DefaultVersionId", "v2")));
        });
    }
    IAMRole deploy() { return run(IAMRole::objects(session).get("deploy")); }
    IAMUser alice() { return run(IAMUser::objects(session).get("alice")); }
    IAMPolicy demo() { return run(IAMPolicy::objects(session).get(policy)); }
    // Without the action's name and version.
    [[nodiscard]] Form sent() const {
        Form form = form_of(transport->last());
        CHECK(form["Version"] == "2010-05-08");
        form.erase("Version");
        return form;
    }
    void expect(const std::string& operation) { transport->on(operation, query_reply(operation, "")); }

    static constexpr std::string_view policy = "arn:aws:iam::123456789012:policy/demo";
};

}  // namespace

// --- pages ----------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Iam, "a list goes on while it is truncated, from its marker") {
    transport->once("ListRoles", query_reply("ListRoles", member_list("Roles", {role("a"), role("b")}) + page_end("M+/=1")));
    transport->once("ListRoles", query_reply("ListRoles", member_list("Roles", {}) + page_end("M2")));
    transport->once("ListRoles", query_reply("ListRoles", member_list("Roles", {role("c")}) + page_end("")));
    const auto roles = run(IAMRole::objects(session).list({.PathPrefix = "/"}).page_size(2).all());
    REQUIRE(roles.size() == 3);
    CHECK(roles[2].name() == "c");
    REQUIRE(transport->requests().size() == 3);
    CHECK_FALSE(form_of(transport->requests()[0]).contains("Marker"));
    CHECK(form_of(transport->requests()[1]).at("Marker") == "M+/=1");
    CHECK(sent() == Form{{"Action", "ListRoles"}, {"PathPrefix", "/"}, {"MaxItems", "2"}, {"Marker", "M2"}});
}

TEST_CASE_METHOD(Iam, "what is not truncated ends, even with a marker") {
    transport->on("ListRoles", query_reply("ListRoles", member_list("Roles", {role("a")}) +
                                                            "<IsTruncated>false</IsTruncated><Marker>M</Marker>"));
    CHECK(run(IAMRole::objects(session).list().all()).size() == 1);
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(Iam, "what says nothing of being truncated goes on while there is a marker") {
    transport->once("ListRoles", query_reply("ListRoles", member_list("Roles", {role("a")}) + element("Marker", "M")));
    transport->once("ListRoles", query_reply("ListRoles", member_list("Roles", {role("b")})));
    CHECK(run(IAMRole::objects(session).list().all()).size() == 2);
}

TEST_CASE_METHOD(Iam, "a marker that leads to itself is an error, and not a list without end") {
    transport->on("ListRoles", query_reply("ListRoles", member_list("Roles", {role("a")}) + page_end("M")));
    try {
        run(IAMRole::objects(session).list().all());
        FAIL("it ended");
    } catch (const Error& error) {
        CHECK(error.code() == "RepeatedToken");
    }
}

TEST_CASE_METHOD(Iam, "all pages of an answer with several lists are one answer") {
    const auto entities = [](const std::string& suffix, std::string_view marker) {
        return query_reply("ListEntitiesForPolicy",
                           member_list("PolicyGroups", {element("GroupName", "g" + suffix)}) +
                               (suffix == "1" ? member_list("PolicyUsers", {element("UserName", "u")}) : "") +
                               member_list("PolicyRoles", {element("RoleName", "r" + suffix), element("RoleName", "s" + suffix)}) +
                               page_end(marker));
    };
    transport->once("ListEntitiesForPolicy", entities("1", "M"));
    transport->once("ListEntitiesForPolicy", entities("2", ""));
    const IAMPolicy shared = demo();
    const auto all = run(shared.entities({.EntityFilter = "Role"}));
    CHECK(sent() == Form{{"Action", "ListEntitiesForPolicy"}, {"PolicyArn", std::string(Iam::policy)},
                         {"EntityFilter", "Role"}, {"Marker", "M"}});
    CHECK(all.PolicyGroups.size() == 2);
    CHECK(all.PolicyUsers.size() == 1);
    REQUIRE(all.PolicyRoles.size() == 4);
    CHECK(all.PolicyRoles[3].RoleName == "s2");
}

// --- policies -------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Iam, "inline policies are read from what they are written into") {
    const auto document = [this](const std::string& operation) {
        transport->on(operation, [operation](const fake::Request& request) {
            const Form form = form_of(request);
            if (form.at("PolicyName") == "gone") return fake::query_error(404, "NoSuchEntity");
            return query_reply(operation, element("PolicyName", form.at("PolicyName")) + element("PolicyDocument", "{}"));
        });
    };
    for (const char* operation : {"GetRolePolicy", "GetUserPolicy", "GetGroupPolicy"}) document(operation);
    const std::string names = member_list("PolicyNames", {"one", "gone", "two"}) + page_end("");
    for (const char* operation : {"ListRolePolicies", "ListUserPolicies", "ListGroupPolicies"}) {
        transport->on(operation, query_reply(operation, names));
    }
    const auto of_role = run(deploy().inline_policies().all());
    REQUIRE(of_role.size() == 2);
    CHECK(of_role[1].PolicyName == "two");
    CHECK(of_role[1].PolicyDocument == "{}");
    CHECK(transport->count("GetRolePolicy") == 3);
    CHECK(form_of(transport->last()).at("RoleName") == "deploy");

    CHECK(run(alice().inline_policies().all()).size() == 2);
    CHECK(form_of(transport->last()).at("UserName") == "alice");
    CHECK(run(IAMGroup::objects(session).list_policies("ops").all()).size() == 2);
    CHECK(form_of(transport->last()).at("GroupName") == "ops");
    CHECK_THROWS_AS(run(IAMRole::objects(session).get_policy("deploy", "gone")), DoesNotExist);
}

TEST_CASE_METHOD(Iam, "attached policies are policies") {
    const std::string arns = member_list("AttachedPolicies", {element("PolicyName", "demo") + element("PolicyArn", policy)});
    for (const char* operation : {"ListAttachedRolePolicies", "ListAttachedUserPolicies"}) {
        transport->on(operation, query_reply(operation, arns + page_end("")));
    }
    const auto attached = run(deploy().attached_policies({.PathPrefix = "/"}).all());
    REQUIRE(attached.size() == 1);
    CHECK(attached[0].arn() == std::string(policy));
    CHECK(attached[0].DefaultVersionId == "v2");
    CHECK(sent() == Form{{"Action", "GetPolicy"}, {"PolicyArn", std::string(policy)}});
    CHECK(run(alice().attached_policies({}).all())[0].pk() == std::string(policy));
}

TEST_CASE_METHOD(Iam, "a version knows its policy, from whichever side it is reached") {
    transport->on("ListPolicyVersions", query_reply("ListPolicyVersions",
                                                    member_list("Versions", {element("VersionId", "v1"), element("VersionId", "v2")}) +
                                                        page_end("")));
    expect("DeletePolicyVersion");
    auto versions = run(demo().versions().all());
    REQUIRE(versions.size() == 2);
    CHECK(versions[0].pk()["PolicyArn"] == policy);
    run(versions[0].remove());
    CHECK(sent() == Form{{"Action", "DeletePolicyVersion"}, {"PolicyArn", std::string(policy)}, {"VersionId", "v1"}});

    CHECK(run(IAMPolicyVersion::objects(session).list(policy).all())[1].PolicyArn == std::string(policy));

    transport->on("CreatePolicyVersion", query_reply("CreatePolicyVersion", element("PolicyVersion", element("VersionId", "v3"))));
    IAMPolicyVersion next{.Document = "{}", .IsDefaultVersion = true};
    next.PolicyArn = policy;
    const auto made = run(IAMPolicyVersion::objects(session).create(next));
    CHECK(sent() == Form{{"Action", "CreatePolicyVersion"}, {"PolicyArn", std::string(policy)},
                         {"PolicyDocument", "{}"}, {"SetAsDefault", "true"}});
    CHECK(made.VersionId == "v3");
    CHECK(made.PolicyArn == std::string(policy));
}

TEST_CASE_METHOD(Iam, "a document that AWS did not tell is no empty one") {
    transport->on("ListPolicyVersions",
                  query_reply("ListPolicyVersions", member_list("Versions", {element("VersionId", "v1")}) + page_end("")));
    const auto versions = run(demo().versions().all());
    try {
        static_cast<void>(versions[0].policy());
        FAIL("it is empty");
    } catch (const UsageError& error) {
        CHECK(error.code() == "MissingMember");
    }
    CHECK_THROWS_AS(deploy().trust_policy(), UsageError);
}

TEST_CASE_METHOD(Iam, "the most that a user may do is set by a policy, and no more, by the manager alone") {
    const auto users = IAMUser::objects(session);
    expect("PutUserPermissionsBoundary");
    run(users.put_permission_boundary("alice", policy));
    CHECK(sent() == Form{{"Action", "PutUserPermissionsBoundary"}, {"UserName", "alice"},
                         {"PermissionsBoundary", std::string(policy)}});
    expect("DeleteUserPermissionsBoundary");
    run(users.delete_permission_boundary("alice"));
    CHECK(sent() == Form{{"Action", "DeleteUserPermissionsBoundary"}, {"UserName", "alice"}});
    transport->on("DeleteUserPermissionsBoundary", fake::query_error(404, "NoSuchEntity"));
    CHECK_THROWS_AS(run(users.delete_permission_boundary("nobody")), DoesNotExist);
}

TEST_CASE_METHOD(Iam, "a policy is in use where a user, group or role has it or is bounded by it") {
    const auto entities = [this](std::string_view members) {
        transport->once("ListEntitiesForPolicy", query_reply("ListEntitiesForPolicy", std::string(members) + page_end("")));
        return run(demo().is_in_use());
    };
    CHECK_FALSE(entities(""));
    CHECK(entities(member_list("PolicyRoles", {element("RoleName", "r")})));
    CHECK(entities(member_list("PolicyUsers", {element("UserName", "u")})));
    CHECK(entities(member_list("PolicyGroups", {element("GroupName", "g")})));
    const auto counts = [](std::string_view name, int attached, int bounding) {
        return element("PolicyName", name) + element("AttachmentCount", std::to_string(attached)) +
               element("PermissionsBoundaryUsageCount", std::to_string(bounding));
    };
    transport->on("ListPolicies", query_reply("ListPolicies", member_list("Policies", {counts("a", 1, 0), counts("b", 0, 0),
                                                                                       counts("c", 0, 2)}) + page_end("")));
    const auto used = run(IAMPolicy::objects(session).in_use({.Scope = "Local"}));
    CHECK(sent() == Form{{"Action", "ListPolicies"}, {"Scope", "Local"}});
    REQUIRE(used.size() == 2);
    CHECK(used[1].PolicyName == "c");
    const auto others = run(IAMPolicy::objects(session).not_in_use());
    REQUIRE(others.size() == 1);
    CHECK(others[0].PolicyName == "b");
}

// --- members and arguments ------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Iam, "a user is put into the group that is named, and the group gets the user that is named") {
    expect("AddUserToGroup");
    expect("RemoveUserFromGroup");
    const Form wanted{{"Action", "AddUserToGroup"}, {"GroupName", "ops"}, {"UserName", "alice"}};
    run(alice().add_to_group("ops"));
    CHECK(sent() == wanted);
    run(run(IAMGroup::objects(session).get("ops")).add_user("alice"));
    CHECK(sent() == wanted);
    run(alice().remove_from_group("ops"));
    CHECK(sent() == Form{{"Action", "RemoveUserFromGroup"}, {"GroupName", "ops"}, {"UserName", "alice"}});
}

TEST_CASE_METHOD(Iam, "relations: the users of a group, over pages, and the user of a key") {
    const auto ops = run(IAMGroup::objects(session).get("ops"));
    CHECK(ops.name() == "ops");
    CHECK(transport->requests().size() == 1);
    const auto users = run(ops.users().all());
    REQUIRE(users.size() == 2);
    CHECK(users[1].name() == "bob");

    IAMAccessKey key{.UserName = "alice", .AccessKeyId = "AKIDEXAMPLE"};
    key.state_ = ops.state_;
    CHECK(run(key.user())->Path == "/team/");
}

TEST_CASE_METHOD(Iam, "the keys of a list are keys: they can be deleted, and asked when they were used") {
    transport->on("ListAccessKeys",
                  query_reply("ListAccessKeys",
                              member_list("AccessKeyMetadata", {element("UserName", "alice") + element("AccessKeyId", "AKIDEXAMPLE") +
                                                                element("Status", "Active")}) + page_end("")));
    transport->on("GetAccessKeyLastUsed",
                  query_reply("GetAccessKeyLastUsed", "<UserName>alice</UserName><AccessKeyLastUsed><ServiceName>sts</ServiceName>"
                                                      "<Region>us-east-1</Region></AccessKeyLastUsed>"));
    for (const char* operation : {"UpdateAccessKey", "DeleteAccessKey"}) expect(operation);
    auto keys = run(IAMAccessKey::objects(session).list({.UserName = "alice"}).all());
    REQUIRE(keys.size() == 1);
    CHECK(run(keys[0].last_used()).ServiceName == "sts");
    keys[0].Status = "Inactive";
    run(keys[0].save());
    CHECK(sent() == Form{{"Action", "UpdateAccessKey"}, {"UserName", "alice"}, {"AccessKeyId", "AKIDEXAMPLE"}, {"Status", "Inactive"}});
    run(keys[0].remove());
    CHECK(sent() == Form{{"Action", "DeleteAccessKey"}, {"UserName", "alice"}, {"AccessKeyId", "AKIDEXAMPLE"}});
}

TEST_CASE_METHOD(Iam, "another model of a role's manager is that model") {
    transport->on("ListInstanceProfilesForRole",
                  query_reply("ListInstanceProfilesForRole",
                              member_list("InstanceProfiles", {element("InstanceProfileName", "web") + element("Path", "/") +
                                                               member_list("Roles", {role("deploy")})}) + page_end("")));
    const auto profiles = run(deploy().instance_profiles().all());
    REQUIRE(profiles.size() == 1);
    CHECK(profiles[0].pk() == "web");
    CHECK(profiles[0].Roles[0].arn() == "arn:aws:iam::123456789012:role/deploy");
    CHECK(profiles[0].state_.from_aws());
    CHECK(profiles[0].Roles[0].state_.from_aws());
}

TEST_CASE_METHOD(Iam, "a role is created with tags and the ARN of its boundary, and updated by what can change") {
    transport->on("CreateRole", query_reply("CreateRole", element("Role", role("deploy"))));
    transport->on("UpdateRole", query_reply("UpdateRole", ""));
    IAMRole made{.RoleName = "deploy", .AssumeRolePolicyDocument = "{}"};
    made.PermissionsBoundary.emplace().PermissionsBoundaryArn = policy;
    made.Tags["Team"] = "payments";
    auto created = run(IAMRole::objects(session).create(made));
    CHECK(sent() == Form{{"Action", "CreateRole"}, {"RoleName", "deploy"}, {"AssumeRolePolicyDocument", "{}"},
                         {"PermissionsBoundary", std::string(policy)}, {"Tags.member.1.Key", "Team"},
                         {"Tags.member.1.Value", "payments"}});
    created.MaxSessionDuration = 7200;
    run(created.save());
    CHECK(sent() == Form{{"Action", "UpdateRole"}, {"RoleName", "deploy"}, {"MaxSessionDuration", "7200"}});
}

TEST_CASE_METHOD(Iam, "what of a role differs from AWS's is changed by the operation for it, and nothing else") {
    const std::string bound = "<PermissionsBoundary><PermissionsBoundaryArn>" + std::string(policy) +
                              "</PermissionsBoundaryArn></PermissionsBoundary>";
    transport->on("GetRole", query_reply("GetRole", element("Role", role("deploy") +
        element("AssumeRolePolicyDocument", "%7B%7D") + element("Description", "old") +
        member_list("Tags", {"<Key>Team</Key><Value>pay</Value>", "<Key>Old</Key><Value>1</Value>"}) + bound)));
    for (const char* operation : {"UpdateRole", "UpdateAssumeRolePolicy", "PutRolePermissionsBoundary",
                                  "DeleteRolePermissionsBoundary", "TagRole", "UntagRole"}) {
        expect(operation);
    }
    IAMRole changed = deploy();
    transport->forget();
    run(changed.save());
    CHECK(transport->requests().size() == 1);  // a look

    changed.AssumeRolePolicyDocument = R"({"Statement":[]})";
    run(changed.save());
    CHECK(sent() == Form{{"Action", "UpdateAssumeRolePolicy"}, {"RoleName", "deploy"}, {"PolicyDocument", R"({"Statement":[]})"}});
    CHECK(changed.AssumeRolePolicyDocument == R"({"Statement":[]})");

    changed = deploy();
    changed.PermissionsBoundary->PermissionsBoundaryArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    run(changed.save());
    CHECK(sent() == Form{{"Action", "PutRolePermissionsBoundary"}, {"RoleName", "deploy"},
                         {"PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess"}});
    changed.PermissionsBoundary = null;
    run(changed.save());
    CHECK(sent() == Form{{"Action", "DeleteRolePermissionsBoundary"}, {"RoleName", "deploy"}});

    // Who may be let in is never without the boundary that goes with it.
    const auto operations = [this] {
        std::vector<std::string> names;
        for (const fake::Request& request : transport->requests()) names.push_back(request.operation());
        return names;
    };
    changed = deploy();
    changed.AssumeRolePolicyDocument = R"({"Statement":[]})";
    changed.PermissionsBoundary->PermissionsBoundaryArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    transport->forget();
    run(changed.save());
    CHECK(operations() == std::vector<std::string>{"GetRole", "PutRolePermissionsBoundary", "UpdateAssumeRolePolicy"});
    changed.PermissionsBoundary = null;
    transport->forget();
    run(changed.save());
    CHECK(operations() == std::vector<std::string>{"GetRole", "UpdateAssumeRolePolicy", "DeleteRolePermissionsBoundary"});

    changed = deploy();
    changed.Tags["Team"] = "web";
    changed.Tags.erase("Old");
    transport->forget();
    run(changed.save());
    REQUIRE(transport->requests().size() == 2);
    CHECK(sent() == Form{{"Action", "TagRole"}, {"RoleName", "deploy"}, {"Tags.member.1.Key", "Team"},
                         {"Tags.member.1.Value", "web"}});
    CHECK(transport->count("UpdateRole") == 0);

    changed = deploy();
    changed.Path = "/other/";
    CHECK_THROWS_AS(run(changed.save()), NotUpdatable);
    IAMRole listed{.RoleName = "deploy"};  // a list tells neither tags nor boundaries
    listed.state_ = changed.state_;
    transport->forget();
    run(listed.save());
    CHECK(transport->requests().size() == 1);
    listed.Tags["New"] = "1";  // takes none away of those that the list did not tell
    run(listed.save());
    CHECK(sent() == Form{{"Action", "TagRole"}, {"RoleName", "deploy"}, {"Tags.member.1.Key", "New"},
                         {"Tags.member.1.Value", "1"}});
    CHECK(transport->count("UntagRole") == 0);
    listed.MaxSessionDuration = 7200;
    listed.Tags.erase("New");
    run(listed.save());
    CHECK(sent() == Form{{"Action", "UpdateRole"}, {"RoleName", "deploy"}, {"Description", "old"}, {"MaxSessionDuration", "7200"}});
}

TEST_CASE_METHOD(Iam, "what of a user differs from AWS's is changed by the operation for it") {
    for (const char* operation : {"UpdateUser", "PutUserPermissionsBoundary", "TagUser"}) expect(operation);
    IAMUser changed = alice();
    changed.Path = "/";
    changed.Tags["Team"] = "pay";
    changed.PermissionsBoundary.emplace().PermissionsBoundaryArn = policy;
    transport->forget();
    run(changed.save());
    REQUIRE(transport->requests().size() == 4);
    CHECK(form_of(transport->requests()[1]).at("PermissionsBoundary") == policy);
    CHECK(form_of(transport->requests()[2]).at("NewPath") == "/");
    CHECK(form_of(transport->requests()[3]).at("Tags.member.1.Value") == "pay");

    transport->on("CreateUser", query_reply("CreateUser", element("User", user("bob"))));
    IAMUser bob{.Path = "/team/", .UserName = "bob"};
    bob.Tags["Team"] = "pay";
    bob.state_ = changed.state_;
    detail::ModelAccess::left_aws(bob.state_);
    run(bob.save());
    CHECK(sent() == Form{{"Action", "CreateUser"}, {"Path", "/team/"}, {"UserName", "bob"}, {"Tags.member.1.Key", "Team"},
                         {"Tags.member.1.Value", "pay"}});
    CHECK(bob.arn() == "arn:aws:iam::123456789012:user/bob");
    CHECK(bob.Tags.get("Team") == "pay");
    CHECK(bob.state_.from_aws());
}

TEST_CASE_METHOD(Iam, "a user gets another name and path; a login profile has a password that AWS never tells") {
    for (const char* operation : {"UpdateUser", "UpdateLoginProfile"}) expect(operation);
    auto changed = alice();
    changed.Path = "/";
    run(IAMUser::objects(session).update(changed, {.NewUserName = "alicia"}));
    CHECK(sent() == Form{{"Action", "UpdateUser"}, {"UserName", "alice"}, {"NewPath", "/"}, {"NewUserName", "alicia"}});

    transport->on("GetLoginProfile", query_reply("GetLoginProfile", element("LoginProfile", element("UserName", "alice"))));
    auto profile = run(IAMLoginProfile::objects(session).get("alice"));
    profile.Password = "correct horse";
    run(profile.save());
    CHECK(sent() == Form{{"Action", "UpdateLoginProfile"}, {"UserName", "alice"}, {"Password", "correct horse"}});
}

TEST_CASE_METHOD(Iam, "an SSH key is asked for in the encoding that it was uploaded in, unless another is wanted") {
    transport->on("GetSSHPublicKey",
                  query_reply("GetSSHPublicKey", element("SSHPublicKey", element("UserName", "alice") + element("SSHPublicKeyId", "APKA"))));
    const auto key = run(IAMSSHPublicKey::objects(session).get("alice", "APKA"));
    CHECK(sent() == Form{{"Action", "GetSSHPublicKey"}, {"UserName", "alice"}, {"SSHPublicKeyId", "APKA"}, {"Encoding", "SSH"}});
    CHECK(key.pk()["UserName"] == "alice");
    static_cast<void>(run(IAMSSHPublicKey::objects(session).get("alice", "APKA", {.Encoding = "PEM"})));
    CHECK(sent().at("Encoding") == "PEM");
}

TEST_CASE_METHOD(Iam, "what is not there does not exist") {
    transport->once("GetUser", fake::query_error(404, "NoSuchEntity"));
    CHECK_THROWS_AS(run(IAMUser::objects(session).get("nobody")), DoesNotExist);
    transport->once("GetUser", fake::query_error(404, "NoSuchEntity"));
    CHECK_FALSE(run(IAMUser::objects(session).get_or_none("nobody")));
    for (const char* operation : {"DeleteRole", "DetachRolePolicy", "UpdateGroup", "ListUserPolicies"}) {
        transport->once(operation, fake::query_error(404, "NoSuchEntity"));
    }
    CHECK_THROWS_AS(run(IAMRole::objects(session).remove("nobody")), DoesNotExist);
    CHECK_THROWS_AS(run(IAMRole::objects(session).detach_policy("nobody", "arn:aws:iam::aws:policy/p")), DoesNotExist);
    const IAMGroup nobody{.GroupName = "nobody"};
    CHECK_THROWS_AS(run(IAMGroup::objects(session).update(nobody, {.NewGroupName = "somebody"})), DoesNotExist);
    CHECK_THROWS_AS(run(IAMUser::objects(session).list_policies("nobody").all()), DoesNotExist);
    // It is of another kind: the user, and no key.
    transport->once("CreateAccessKey", fake::query_error(404, "NoSuchEntity"));
    const iam::IAMAccessKey key{.UserName = "nobody"};
    CHECK_THROWS_AS(run(iam::IAMAccessKey::objects(session).create(key)), iam::NoSuchEntityException);
}

// --- unions ---------------------------------------------------------------------------------------------------------------

TEST_CASE("the members of a union that are null are not the one that it has") {
    const auto one = from_json<iam::PolicyIdentifier>(R"({"PolicyType": null, "PolicyArn": "arn:aws:iam::1:policy/p",
                                                          "InlinePolicyIdentifier": null})");
    CHECK(one.PolicyArn == "arn:aws:iam::1:policy/p");
    CHECK(one.PolicyType.is_absent());
    CHECK_FALSE(one.InlinePolicyIdentifier.has_value());
    CHECK(to_json(one) == R"({"PolicyArn":"arn:aws:iam::1:policy/p"})");
    CHECK_THROWS_AS(from_json<iam::PolicyIdentifier>(R"({"PolicyType": "OrganizationPolicy", "PolicyArn": "p"})"), Error);
}

// --- policies as documents ----------------------------------------------------------------------------------------------------

using iam::PolicyDocument;
using iam::PolicyStatement;
using iam::Principals;

TEST_CASE_METHOD(Iam, "policies come decoded, and go as they are") {
    transport->once("GetRole", query_reply("GetRole", element("Role", role("deploy") + element("AssumeRolePolicyDocument",
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service"
        "%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D"))));
    const IAMRole deploy = run(IAMRole::objects(session).get("deploy"));
    CHECK(deploy.AssumeRolePolicyDocument == R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
                                             R"({"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]})");
    PolicyDocument trust = deploy.trust_policy();
    REQUIRE(trust.statements.size() == 1);
    CHECK(trust.statements[0].actions == std::vector<std::string>{"sts:AssumeRole"});
    CHECK(trust.statements[0].principal == Principals::of("Service", {"ec2.amazonaws.com"}));
    CHECK(trust.text() == deploy.AssumeRolePolicyDocument);

    trust.statements[0].principal->add("Service", "lambda.amazonaws.com");
    trust.statements[0].conditions["StringEquals"]["aws:PrincipalTag/a+b%"] = {"c d"};
    transport->once("UpdateAssumeRolePolicy", query_reply("UpdateAssumeRolePolicy", ""));
    run(deploy.update_assume_role_policy(trust.text()));
    CHECK(form_of(transport->last()).at("PolicyDocument") ==
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]},)"
          R"("Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/a+b%":"c d"}}}]})");

    transport->once("GetPolicyVersion", query_reply("GetPolicyVersion", element("PolicyVersion", element("VersionId", "v1") +
        element("Document", "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22NotAction%22%3A%5B%22s3%3A%2A%22%5D%2C%22Resource%22%3A%22%2A%22%7D%7D"))));
    const IAMPolicyVersion version = run(IAMPolicyVersion::objects(session).get("arn:aws:iam::1:policy/p", "v1"));
    const PolicyDocument denied = version.policy();
    CHECK(denied.version.empty());
    CHECK(denied.statements.at(0).effect == "Deny");
    CHECK(denied.statements.at(0).not_actions == std::vector<std::string>{"s3:*"});
}

TEST_CASE("a policy document has all parts of one, and nothing else") {
    const char* const text =
        R"({"Version":"2012-10-17","Id":"p","Statement":[)"
        R"({"Sid":"a","Effect":"Allow","Principal":"*","Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::b/*"},)"
        R"({"Effect":"Deny","NotPrincipal":{"AWS":["1","2"]},"NotAction":"iam:*","NotResource":["x","y"],)"
        R"("Condition":{"Bool":{"aws:SecureTransport":"false"},"NumericLessThan":{"s3:max-keys":["10","20"]}}}]})";
    const PolicyDocument document = PolicyDocument::parse(text);
    CHECK(document.text() == text);
    CHECK(PolicyDocument::parse(document.text()) == document);
    CHECK(document.statements[0].principal->is_everybody());
    Principals all = Principals::everybody();
    all.add("Service", "ec2.amazonaws.com");
    PolicyStatement open;
    open.principal = all;
    PolicyDocument beside;
    beside.statements = {open};
    CHECK_THAT(beside.text(), Catch::Matchers::Contains(R"("Principal":{"AWS":"*","Service":"ec2.amazonaws.com"})"));
    // Numbers and truths in conditions are texts to AWS.
    CHECK(PolicyDocument::parse(R"({"Statement":{"Condition":{"NumericLessThan":{"n":[0.25, 1.5, 1e30]}}}})")
              .statements[0].conditions.at("NumericLessThan").at("n") == std::vector<std::string>{"0.25", "1.5", "1e+30"});
    CHECK(PolicyDocument::parse(R"({"Statement":{"Condition":{"Bool":{"k":false},"NumericEquals":{"n":[1,2]}}}})")
              .statements[0].conditions.at("NumericEquals").at("n") == std::vector<std::string>{"1", "2"});
    const char* const silent = R"({"Statement":[{"Action":"s3:*","Resource":"*"}]})";  // not made an Allow
    CHECK(PolicyDocument::parse(silent).statements.at(0).effect.empty());
    CHECK(PolicyDocument::parse(silent).text() == silent);
    for (const char* wrong : {"", "{", "[]", R"({"Statements": []})", R"({"Statement": [1]})", R"({"Statement": {"Actions": "a"}})",
                              R"({"Statement": {"Action": {"a": 1}}})", R"({"Statement": {"Principal": "me"}})"}) {
        INFO(wrong);
        CHECK_THROWS_AS(PolicyDocument::parse(wrong), UsageError);
    }
    PolicyDocument made;
    PolicyStatement& statement = made.statements.emplace_back();
    statement.actions = {"sqs:*"};
    statement.resources = {"*"};
    CHECK(made.text() == R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]})");
}
