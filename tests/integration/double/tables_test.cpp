// What the double makes of services that it knows by their tables alone: filters, tags in all their forms, parts that have
// operations of their own, and what it says of that which is not there.

#include "catch.hpp"
#include "trial_tools.hpp"

#include <botocraft/cloudwatch.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/ec2.hpp>
#include <botocraft/ec2/client.hpp>
#include <botocraft/efs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/iam.hpp>
#include <botocraft/s3.hpp>
#include <botocraft/sqs.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <string>
#include <utility>
#include <vector>

namespace {

namespace cloudwatch = botocraft::cloudwatch;
namespace ec2 = botocraft::ec2;
namespace iam = botocraft::iam;
namespace s3 = botocraft::s3;
namespace sqs = botocraft::sqs;
using botocraft::DoesNotExist;
using botocraft::ServiceError;
using botocraft::Session;
using botocraft::test::await;
using Texts = std::vector<std::string>;

botocraft::testing::DoubleOptions with_services() {
    botocraft::testing::DoubleOptions options;
    options.services = {&cloudwatch::tables::service, &ec2::tables::service, &botocraft::efs::tables::service,
                        &iam::tables::service,        &s3::tables::service,  &sqs::tables::service};
    return options;
}

struct Tables {
    botocraft::testing::AwsDouble aws{with_services()};
    Session session{options()};

    [[nodiscard]] botocraft::SessionOptions options(std::vector<botocraft::Protocol> protocols = {}) const {
        botocraft::SessionOptions made;
        made.region = "us-east-1";
        made.endpoint_url = aws.endpoint_url();
        made.credentials = botocraft::static_credentials(aws.credentials());
        made.max_attempts = 1;
        made.protocol.preferred = std::move(protocols);
        return made;
    }

    ec2::SecurityGroup make_group(const std::string& name, const std::string& vpc, const std::string& team) {
        ec2::SecurityGroup group;
        group.GroupName = name;
        group.Description = "for " + name;
        group.VpcId = vpc;
        group.Tags = {{.Key = "Team", .Value = team}};
        return await(ec2::SecurityGroup::objects(session).create(group));
    }

    std::string names(const std::string& filter, const Texts& values) {
        const std::vector<ec2::Filter> filters{{.Name = filter, .Values = values}};
        std::string all;
        const auto found = await(ec2::SecurityGroup::objects(session).list({.Filters = filters}).all());
        for (const ec2::SecurityGroup& group : found) all.append(*group.GroupName).append(" ");
        return all;
    }

    template <class Error, class Call>
    std::pair<std::string, int> refused(Call call) {
        try {
            await(call());
        } catch (const Error& error) {
            return {error.code(), error.status()};
        }
        return {};
    }
};

}  // namespace

TEST_CASE_METHOD(Tables, "filters choose by members, at any depth, and by tags") {
    const ec2::SecurityGroup web = make_group("web", "vpc-1", "shop");
    make_group("data", "vpc-1", "platform");
    make_group("other", "vpc-2", "platform");
    CHECK(names("vpc-id", {"vpc-1"}) == "web data ");
    CHECK(names("vpc-id", {"vpc-2", "vpc-3"}) == "other ");
    CHECK(names("group-name", {"*a*"}) == "data ");
    CHECK(names("group-name", {"w?b", "o*"}) == "web other ");
    CHECK(names("tag:Team", {"plat*"}) == "data other ");
    CHECK(names("tag-key", {"Team"}) == "web data other ");
    CHECK(names("tag:Stage", {"*"}).empty());
    CHECK(names("group-id", {*web.GroupId}) == "web ");
    const auto refusal = refused<ServiceError>([&] {
        const std::vector<ec2::Filter> filters{{.Name = "colour", .Values = Texts{"red"}}};
        return ec2::SecurityGroup::objects(session).list({.Filters = filters}).all();
    });
    CHECK(refusal == std::pair<std::string, int>("InvalidParameterValue", 400));

    ec2::Instance instance;
    instance.ImageId = "ami-1";
    instance.SecurityGroups = {{.GroupId = web.GroupId}};
    instance = await(ec2::Instance::objects(session).create(instance));
    REQUIRE(instance.InstanceId->starts_with("instance-"));
    const std::vector<ec2::Filter> filters{{.Name = "security-group.group-id", .Values = Texts{*web.GroupId}}};
    const auto found = await(ec2::Instance::objects(session).list({.Filters = filters}).all());
    REQUIRE(found.size() == 1);
    CHECK(found.front().InstanceId == instance.InstanceId);
    CHECK(await(found.front().security_groups().count()) == 1);
}

TEST_CASE_METHOD(Tables, "what is created takes the tags that were meant for its type") {
    std::vector<ec2::TagSpecification> tags(2);
    tags[0].ResourceType = "volume";
    tags[0].Tags["Team"] = "storage";
    tags[1].ResourceType = "instance";
    tags[1].Tags["Team"] = "shop";
    ec2::Instance instance;
    instance.ImageId = "ami-1";
    const auto create = [&](std::size_t specifications) {
        const std::span given(tags.data(), specifications);
        return await(ec2::Instance::objects(session).create(instance, {.TagSpecifications = given}));
    };
    CHECK(create(2).Tags.get("Team") == "shop");
    CHECK(create(1).Tags.empty());
}

TEST_CASE_METHOD(Tables, "pages of one list are no pages of another") {
    for (int i = 0; i < 5; ++i) make_group("group-" + std::to_string(i), "vpc-1", "shop");
    const ec2::Client client(session);
    const auto first = await(client.describe_security_groups({.MaxResults = 2}));
    REQUIRE(first.SecurityGroups.size() == 2);
    REQUIRE(first.NextToken);
    const auto second = await(client.describe_security_groups({.NextToken = *first.NextToken, .MaxResults = 4}));
    CHECK(second.SecurityGroups.size() == 3);
    CHECK_FALSE(second.NextToken);
    CHECK_THROWS_AS(await(client.describe_volumes({.NextToken = *first.NextToken})), ServiceError);
}

TEST_CASE_METHOD(Tables, "what is not there is said as each service says it") {
    CHECK(refused<DoesNotExist>([&] { return ec2::Volume::objects(session).get("vol-1"); }) ==
          std::pair<std::string, int>("InvalidVolume.NotFound", 400));
    const Texts some{*make_group("web", "vpc-1", "shop").GroupId, "sg-1"};
    CHECK(refused<DoesNotExist>([&] { return ec2::SecurityGroup::objects(session).get_many(some); }).first ==
          "InvalidGroup.NotFound");
    // The reply of a success has a list of failures.
    CHECK_THROWS_AS(await(ec2::FlowLog::objects(session).remove("fl-1")), DoesNotExist);
    CHECK(refused<DoesNotExist>([&] { return iam::IAMRole::objects(session).get("admin"); }) ==
          std::pair<std::string, int>("NoSuchEntity", 404));
    CHECK(refused<ServiceError>([&] { return iam::IAMRole::objects(session).remove("admin"); }) ==
          std::pair<std::string, int>("NoSuchEntity", 404));
    CHECK(refused<DoesNotExist>([&] { return botocraft::efs::FileSystem::objects(session).get("fs-1"); }) ==
          std::pair<std::string, int>("FileSystemNotFound", 404));
    CHECK(refused<DoesNotExist>([&] { return s3::Bucket::objects(session).get("logs"); }).second == 404);
    CHECK(refused<DoesNotExist>([&] { return sqs::Queue::objects(session).get("jobs"); }).first == "QueueDoesNotExist");
    CHECK_THROWS_AS(await(cloudwatch::MetricAlarm::objects(session).get("load")), DoesNotExist);
}

TEST_CASE_METHOD(Tables, "what is there is not made again") {
    iam::IAMRole role;
    role.RoleName = "admin";
    role.AssumeRolePolicyDocument = "{}";
    role.Tags = {{.Key = "Team", .Value = "platform"}};
    const iam::IAMRole made = await(iam::IAMRole::objects(session).create(role));
    CHECK(made.Arn->ends_with(":123456789012:iam-role/admin"));
    CHECK(made.CreateDate.has_value());
    CHECK(refused<ServiceError>([&] { return iam::IAMRole::objects(session).create(role); }).first ==
          "EntityAlreadyExists");
    CHECK(await(iam::IAMRole::objects(session).list().count()) == 1);
}

TEST_CASE_METHOD(Tables, "a bucket's settings have operations of their own, and are read with it") {
    s3::Bucket bucket;
    bucket.Name = "logs";
    bucket.Tags = {{.Key = "Team", .Value = "platform"}};
    bucket = await(s3::Bucket::objects(session).create(bucket));
    CHECK(bucket.Tags.size() == 1);
    CHECK_FALSE(bucket.VersioningStatus);
    bucket.VersioningStatus = "Enabled";
    bucket.Tags.clear();
    await(bucket.save());
    CHECK(aws.requests("DeleteBucketTagging") == 1);
    const s3::Bucket now = await(s3::Bucket::objects(session).get("logs"));
    CHECK(now.VersioningStatus == "Enabled");
    CHECK(now.Tags.empty());
    CHECK(aws.requests("GetBucketVersioning") == 3);
}

TEST_CASE_METHOD(Tables, "objects are kept with their bodies") {
    const auto objects = s3::Object::objects(session);
    await(objects.put("logs", "2026/01", botocraft::Source::of(std::string("hello")), {.ContentType = "text/plain"}));
    await(objects.put("logs", "2026/02", botocraft::Source::of(std::string("world"))));
    const s3::Object object = await(objects.get("logs", "2026/01"));
    CHECK(object.ContentType == "text/plain");
    std::string text;
    await(object.download(botocraft::Sink::into(text)));
    CHECK(text == "hello");
    CHECK(await(objects.list("logs").page_size(1).count()) == 2);
    CHECK(await(objects.list("other").count()) == 0);
    await(objects.remove("logs", "2026/01"));
    CHECK_THROWS_AS(await(objects.get("logs", "2026/01")), DoesNotExist);
    CHECK(await(objects.list("logs").count()) == 1);
}

TEST_CASE_METHOD(Tables, "a service is served in each of its protocols") {
    const auto content_type = [&] { return std::string(aws.recorded().back().header("content-type")); };
    for (const auto& [protocol, type] : std::vector<std::pair<botocraft::Protocol, std::string>>{
             {botocraft::Protocol::query, "application/x-www-form-urlencoded"},
             {botocraft::Protocol::json_1_0, "application/x-amz-json-1.0"},
             {botocraft::Protocol::cbor, "application/cbor"}}) {
        const Session spoken(options({protocol}));
        CHECK_FALSE(await(cloudwatch::MetricAlarm::objects(spoken).get_or_none("load")));
        CHECK(content_type().starts_with(type));
    }
}

TEST_CASE_METHOD(Tables, "what no table tells is not carried out, and said so") {
    ec2::Instance instance;
    instance.ImageId = "ami-1";
    instance = await(ec2::Instance::objects(session).create(instance));
    CHECK(refused<ServiceError>([&] { return instance.start(); }) == std::pair<std::string, int>("NotImplemented", 501));
    CHECK(refused<ServiceError>([&] { return iam::IAMGroup::objects(session).list_for_user("alice").all(); }) ==
          std::pair<std::string, int>("NotImplemented", 501));
}
