// IAM, SQS and STS on a moto server: what boto3 made is read equal in every member, and what this library made boto3 sees.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/error.hpp>
#include <botocraft/iam.hpp>
#include <botocraft/json.hpp>
#include <botocraft/sqs.hpp>
#include <botocraft/sts.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace iam = botocraft::iam;
namespace sqs = botocraft::sqs;
using botocraft::Session;
using namespace botocraft::test;

namespace {

// boto3 shows policy documents parsed; to us they are texts.
json::value with_documents(json::value value) {
    if (value.is_array()) {
        for (json::value& one : value.get_array()) one = with_documents(std::move(one));
    }
    if (!value.is_object()) return value;
    for (auto& member : value.get_object()) {
        if (member.key().ends_with("Document") && member.value().is_string()) {
            const auto& text = member.value().get_string();
            member.value() = json::parse({text.data(), text.size()});
        } else {
            member.value() = with_documents(std::move(member.value()));
        }
    }
    return value;
}

template <class Model>
json::value json_of(const Model& model) {
    return with_documents(json::parse(botocraft::to_json(model)));
}
template <class Model>
json::value json_of(const botocraft::list<Model>& models) {
    json::array all;
    for (const Model& model : models) all.push_back(json_of(model));
    return all;
}

struct Call {
    const char* operation;
    const char* arguments;
};

// What boto3 makes, how boto3 reads it (a member of the response; empty: all of it), and how we do.
struct Reading {
    const char* name;
    const char* service;
    std::vector<Call> made;
    Call read;
    const char* member;
    std::function<json::value(const Session&)> ours;
};

constexpr const char* trust = R"({"RoleName": "deploy", "Path": "/app/", "Description": "d&d",
    "AssumeRolePolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": []}", "Tags": [{"Key": "Team", "Value": "payments"}]})";
constexpr const char* policy = R"({"PolicyName": "demo", "Description": "ö",
    "PolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}"})";
constexpr const char* policy_arn = "arn:aws:iam::123456789012:policy/demo";
constexpr const char* alice = R"({"UserName": "alice", "Path": "/team/", "Tags": [{"Key": "Team", "Value": "payments"}]})";

const std::vector<Reading>& readings() {
    using namespace iam;
    static const std::vector<Reading> all = {
        {"identity", "sts", {}, {"get_caller_identity", "{}"}, "",
         [](const Session& s) { return json_of(await(botocraft::sts::CallerIdentity::objects(s).get())); }},
        {"user", "iam", {{"create_user", alice}}, {"get_user", R"({"UserName": "alice"})"}, "User",
         [](const Session& s) { return json_of(await(IAMUser::objects(s).get("alice"))); }},
        {"users", "iam", {{"create_user", alice}, {"create_user", R"({"UserName": "bob"})"}}, {"list_users", "{}"}, "Users",
         [](const Session& s) { return json_of(await(IAMUser::objects(s).list().page_size(1).all())); }},
        {"role", "iam", {{"create_role", trust}}, {"get_role", R"({"RoleName": "deploy"})"}, "Role",
         [](const Session& s) { return json_of(await(IAMRole::objects(s).get("deploy"))); }},
        {"role's inline policy", "iam",
         {{"create_role", trust},
          {"put_role_policy", R"({"RoleName": "deploy", "PolicyName": "in", "PolicyDocument":
              "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"s3:Get*\", \"Resource\": \"arn:aws:s3:::a b%/*\"}}"})"}},
         {"get_role_policy", R"({"RoleName": "deploy", "PolicyName": "in"})"}, "",
         [](const Session& s) {
             const auto role = await(IAMRole::objects(s).get("deploy"));
             return json_of(await(role.inline_policies().all())[0]);
         }},
        {"role's attached policy", "iam",
         {{"create_role", trust}, {"create_policy", policy},
          {"attach_role_policy", R"({"RoleName": "deploy", "PolicyArn": "arn:aws:iam::123456789012:policy/demo"})"}},
         {"get_policy", R"({"PolicyArn": "arn:aws:iam::123456789012:policy/demo"})"}, "Policy",
         [](const Session& s) {
             const auto role = await(IAMRole::objects(s).get("deploy"));
             return json_of(await(role.attached_policies({}).all())[0]);
         }},
        {"policy's entities", "iam",
         {{"create_role", trust}, {"create_policy", policy},
          {"attach_role_policy", R"({"RoleName": "deploy", "PolicyArn": "arn:aws:iam::123456789012:policy/demo"})"}},
         {"list_entities_for_policy", R"({"PolicyArn": "arn:aws:iam::123456789012:policy/demo"})"}, "PolicyRoles",
         [](const Session& s) { return json_of(await(IAMPolicy::objects(s).list_entities(policy_arn)).PolicyRoles); }},
        {"group's users", "iam",
         {{"create_user", alice}, {"create_group", R"({"GroupName": "ops"})"},
          {"add_user_to_group", R"({"GroupName": "ops", "UserName": "alice"})"}},
         {"get_group", R"({"GroupName": "ops"})"}, "Users",
         [](const Session& s) {
             const auto group = await(IAMGroup::objects(s).get("ops"));
             return json_of(await(group.users().all()));
         }},
        {"user's groups", "iam",
         {{"create_user", alice}, {"create_group", R"({"GroupName": "ops"})"},
          {"add_user_to_group", R"({"GroupName": "ops", "UserName": "alice"})"}},
         {"list_groups_for_user", R"({"UserName": "alice"})"}, "Groups",
         [](const Session& s) { return json_of(await(IAMUser::objects(s).list_groups("alice").all())); }},
        {"instance profile", "iam",
         {{"create_role", trust}, {"create_instance_profile", R"({"InstanceProfileName": "web"})"},
          {"add_role_to_instance_profile", R"({"InstanceProfileName": "web", "RoleName": "deploy"})"}},
         {"list_instance_profiles_for_role", R"({"RoleName": "deploy"})"}, "InstanceProfiles",
         [](const Session& s) { return json_of(await(IAMRole::objects(s).list_instance_profiles("deploy").all())); }},
        {"access keys", "iam", {{"create_user", alice}, {"create_access_key", R"({"UserName": "alice"})"}},
         {"list_access_keys", R"({"UserName": "alice"})"}, "AccessKeyMetadata",
         [](const Session& s) { return json_of(await(IAMAccessKey::objects(s).list({.UserName = "alice"}).all())); }},
        {"login profile", "iam",
         {{"create_user", alice}, {"create_login_profile", R"({"UserName": "alice", "Password": "correct horse"})"}},
         {"get_login_profile", R"({"UserName": "alice"})"}, "LoginProfile",
         [](const Session& s) { return json_of(await(IAMLoginProfile::objects(s).get("alice"))); }},
    };
    return all;
}

// The names of each page.
botocraft::awaitable<std::vector<std::vector<std::string>>> pages_of(botocraft::Query<iam::IAMRole> query) {
    std::vector<std::vector<std::string>> pages;
    while (auto page = co_await query.next_page()) {
        std::vector<std::string>& names = pages.emplace_back();
        for (const iam::IAMRole& role : page) names.push_back(*role.RoleName);
    }
    co_return pages;
}

}  // namespace

TEST_CASE("a list of more than two pages comes whole, in the order of boto3's") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    for (int i = 0; i < 7; ++i) {
        auto role = parse(trust);
        role["RoleName"] = "role-" + std::to_string(i);
        witness->call("iam", "create_role", role);
    }
    const Session session = session_for(*witness);
    const auto theirs = witness->call("iam", "list_roles", parse("{}"));
    std::vector<std::string> expected;
    for (const auto& role : theirs.at("Roles").as_array()) expected.emplace_back(role.at("RoleName").as_string());
    REQUIRE(expected.size() == 7);

    const auto pages = await(pages_of(iam::IAMRole::objects(session).list().page_size(2)));
    std::vector<std::string> names;
    for (const auto& page : pages) names.insert(names.end(), page.begin(), page.end());
    CHECK(pages.size() >= 4);
    CHECK(names == expected);
    CHECK(await(iam::IAMRole::objects(session).list().page_size(3).limit(4).count()) == 4);
}

TEST_CASE("what boto3 made in IAM is read equal") {
    for (const Reading& reading : readings()) {
        INFO(reading.name);
        const auto witness = Witness::call_in();  // of a server that has forgotten the last
        if (!witness) return;
        for (const Call& call : reading.made) witness->call(reading.service, call.operation, parse(call.arguments));
        json::value theirs = witness->call(reading.service, reading.read.operation, parse(reading.read.arguments));
        if (*reading.member) theirs = json::value(theirs.at(reading.member));
        CHECK(difference(reading.ours(session_for(*witness)), theirs) == "");
    }
}

TEST_CASE("boto3 sees what was made in IAM, changed and removed") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    const auto theirs = [&](const char* operation, const char* arguments, const char* member) {
        return json::value(witness->call("iam", operation, parse(arguments)).at(member));
    };
    iam::IAMUser user{.Path = "/team/", .UserName = "alice"};
    user.Tags["Team"] = "payments & more";
    auto alice_made = await(iam::IAMUser::objects(session).create(user));
    CHECK(difference(json_of(alice_made), theirs("get_user", R"({"UserName": "alice"})", "User")) == "");

    iam::IAMPolicy made{.PolicyName = "demo"};
    made.PolicyDocument = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
    auto demo = await(iam::IAMPolicy::objects(session).create(made));
    await(iam::IAMUser::objects(session).attach_policy("alice", *demo.arn()));
    await(alice_made.add_policy("in", *made.PolicyDocument));
    CHECK(theirs("list_attached_user_policies", R"({"UserName": "alice"})", "AttachedPolicies").at(0).at("PolicyName") == "demo");
    CHECK(theirs("get_user_policy", R"({"UserName": "alice", "PolicyName": "in"})", "PolicyDocument") ==
          json::parse(*made.PolicyDocument));

    iam::IAMPolicyVersion version{.Document = made.PolicyDocument, .IsDefaultVersion = true};
    version.PolicyArn = *demo.arn();
    const auto second = await(iam::IAMPolicyVersion::objects(session).create(version));
    CHECK(second.VersionId == "v2");
    const auto versions = await(demo.versions().all());
    REQUIRE(versions.size() == 2);
    auto first = versions[0].VersionId == "v1" ? versions[0] : versions[1];
    await(first.remove());
    CHECK(theirs("list_policy_versions", R"({"PolicyArn": "arn:aws:iam::123456789012:policy/demo"})", "Versions").as_array().size() == 1);

    const auto renamed = [&] { return iam::IAMUser::objects(session).update(alice_made, {.NewUserName = "alicia"}); };
    await(renamed());
    CHECK(theirs("list_users", "{}", "Users").at(0).at("UserName") == "alicia");
    CHECK_THROWS_AS(await(iam::IAMUser::objects(session).get("alice")), botocraft::DoesNotExist);
}

TEST_CASE("queues and messages go both ways") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    witness->call("sqs", "create_queue",
                  parse(R"({"QueueName": "jobs", "Attributes": {"VisibilityTimeout": "77"}, "tags": {"Team": "pay"}})"));
    const auto queue = await(sqs::Queue::objects(session).get("jobs"));
    const json::value url(*queue.QueueUrl);
    const auto attributes = witness->call("sqs", "get_queue_attributes", {{"QueueUrl", url}, {"AttributeNames", {"All"}}});
    CHECK(difference(json_of(queue),
                     json::object{{"QueueUrl", url}, {"QueueName", "jobs"}, {"Attributes", attributes.at("Attributes")},
                                  {"tags", witness->call("sqs", "list_queue_tags", {{"QueueUrl", url}}).at("Tags")}}) == "");
    CHECK_THROWS_AS(await(sqs::Queue::objects(session).get("absent")), botocraft::DoesNotExist);

    sqs::Queue made{.QueueName = "more"};
    made.tags = {{"Stage", "test"}};
    auto more = await(sqs::Queue::objects(session).create(made));
    CHECK(witness->call("sqs", "list_queue_tags", {{"QueueUrl", json::value(*more.QueueUrl)}}).at("Tags") ==
          json::object{{"Stage", "test"}});
    CHECK(await(sqs::Queue::objects(session).list().all()).size() == 2);

    witness->call("sqs", "send_message", {{"QueueUrl", url}, {"MessageBody", "from boto3 ä"}});
    auto received = await(queue.receive({.MaxNumberOfMessages = 10}));
    REQUIRE(received.size() == 1);
    CHECK(received[0].Body == "from boto3 ä");
    await(received[0].remove());
    const auto sent = await(sqs::Message::objects(session).send(*more.QueueUrl, "from here"));
    const auto theirs = witness->call("sqs", "receive_message", {{"QueueUrl", json::value(*more.QueueUrl)}});
    CHECK(theirs.at("Messages").at(0).at("MessageId") == json::value(*sent.MessageId));
    CHECK(theirs.at("Messages").at(0).at("Body") == "from here");
    await(more.remove());
    CHECK(await(sqs::Queue::objects(session).list().all()).size() == 1);
}
