// EFS's models: a method of each form, and what it says on the wire.

#include "support/world.hpp"

#include <botocraft/ec2/security_group.hpp>
#include <botocraft/ec2/subnet.hpp>
#include <botocraft/efs.hpp>
#include <botocraft/efs/client.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using efs::AccessPoint;
using efs::FileSystem;
using efs::MountTarget;
using efs::ReplicationConfiguration;

namespace {

struct EFS : fake::World {
    // PUT /2015-02-01/file-systems/fs-1
    [[nodiscard]] std::string called() const {
        const std::string_view head = transport->last().head();
        return std::string(head.substr(0, head.find(" HTTP/")));
    }
    [[nodiscard]] fake::json::value sent() const { return transport->last().json(); }
    [[nodiscard]] static fake::json::value json(std::string_view text) { return fake::json::parse({text.data(), text.size()}); }
    void answer(std::string body) { transport->once("", fake::reply(std::move(body))); }
    void refuse(int status, std::string_view code) {
        fake::Answer refusal = fake::reply(fake::json::object{{"ErrorCode", code}, {"Message", "no"}});
        refusal.status = status;
        refusal.headers.emplace_back("x-amzn-ErrorType", code);
        transport->once("", refusal);
    }

    FileSystem file_system() {
        answer(R"({"FileSystems": [{"FileSystemId": "fs-1", "Name": "home", "ThroughputMode": "bursting",
            "FileSystemArn": "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1",
            "Tags": [{"Key": "Name", "Value": "home"}]}]})");
        return run(FileSystem::objects(session).get("fs-1"));
    }
    MountTarget mount_target() {
        answer(R"({"MountTargets": [{"MountTargetId": "fsmt-1", "FileSystemId": "fs-1", "SubnetId": "subnet-1"}]})");
        return run(MountTarget::objects(session).get("fsmt-1"));
    }
};

}  // namespace

TEST_CASE_METHOD(EFS, "a file system comes with its tags, in one call") {
    const FileSystem home = file_system();
    CHECK(called() == "GET /2015-02-01/file-systems?FileSystemId=fs-1");
    CHECK(transport->requests().size() == 1);
    CHECK(home.Tags.get("Name") == "home");
    CHECK(home.name() == "home");
    CHECK(home.arn() == "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1");
    refuse(404, "FileSystemNotFound");
    CHECK_THROWS_AS(run(FileSystem::objects(session).get("fs-2")), DoesNotExist);
}

TEST_CASE_METHOD(EFS, "file systems are listed page by page") {
    answer(R"({"FileSystems": [{"FileSystemId": "fs-1"}], "NextMarker": "more"})");
    answer(R"({"Marker": "more", "FileSystems": [{"FileSystemId": "fs-2"}]})");
    CHECK(run(FileSystem::objects(session).list().all()).size() == 2);
    CHECK(called() == "GET /2015-02-01/file-systems?Marker=more");
}

TEST_CASE_METHOD(EFS, "a file system is created with its tags, and what can be changed is saved") {
    answer(R"({"FileSystemId": "fs-1", "ThroughputMode": "bursting", "LifeCycleState": "creating"})");
    FileSystem made{.PerformanceMode = efs::PerformanceMode::generalPurpose, .Encrypted = true};
    made.Tags["Team"] = "pay";
    made = run(FileSystem::objects(session).create(made, {.Backup = true}));
    CHECK(called() == "POST /2015-02-01/file-systems");
    fake::json::object body = sent().as_object();
    CHECK(body.erase("CreationToken") == 1);
    CHECK(body == json(R"({"PerformanceMode": "generalPurpose", "Encrypted": true, "Backup": true,
                           "Tags": [{"Key": "Team", "Value": "pay"}]})"));
    made.ThroughputMode = efs::ThroughputMode::elastic;
    answer(R"({"FileSystemId": "fs-1", "ThroughputMode": "elastic", "LifeCycleState": "updating"})");
    run(made.save());
    CHECK(called() == "PUT /2015-02-01/file-systems/fs-1");
    CHECK(sent() == json(R"({"ThroughputMode": "elastic"})"));
    CHECK(made.LifeCycleState == "updating");
    answer("");
    run(made.remove());
    CHECK(called() == "DELETE /2015-02-01/file-systems/fs-1");
}

TEST_CASE_METHOD(EFS, "the token that makes a creation idempotent is made where the caller gives none") {
    // AWS requires it; nobody has to think of it.
    const auto token = [this] { return std::string(sent().at("CreationToken").as_string().c_str()); };
    answer(R"({"FileSystemId": "fs-1"})");
    const FileSystem empty;
    run(FileSystem::objects(session).create(empty));
    const std::string first = token();
    CHECK(first.size() == 36);
    random->value += 12345;
    answer(R"({"FileSystemId": "fs-2"})");
    const efs::Client client(session);
    run(client.create_file_system());
    CHECK(token().size() == 36);
    CHECK(token() != first);
    answer(R"({"FileSystemId": "fs-3"})");
    run(client.create_file_system({.CreationToken = "mine"}));
    CHECK(token() == "mine");
    const FileSystem named{.CreationToken = "also mine"};
    answer(R"({"FileSystemId": "fs-4"})");
    run(FileSystem::objects(session).create(named));
    CHECK(token() == "also mine");
}

TEST_CASE_METHOD(EFS, "policies are read, put and deleted by the file system itself") {
    const FileSystem home = file_system();
    answer(R"({"BackupPolicy": {"Status": "ENABLING"}})");
    const efs::BackupPolicy policy{.Status = efs::Status::ENABLED};
    CHECK(run(home.put_backup_policy(policy)).Status == "ENABLING");
    CHECK(called() == "PUT /2015-02-01/file-systems/fs-1/backup-policy");
    CHECK(sent() == json(R"({"BackupPolicy": {"Status": "ENABLED"}})"));

    answer(R"({"FileSystemId": "fs-1", "Policy": "{}"})");
    CHECK(run(home.put_file_system_policy("{}", {.BypassPolicyLockoutSafetyCheck = true})) == "{}");
    CHECK(called() == "PUT /2015-02-01/file-systems/fs-1/policy");
    CHECK(sent() == json(R"({"Policy": "{}", "BypassPolicyLockoutSafetyCheck": true})"));
    refuse(404, "PolicyNotFound");
    CHECK_THROWS_AS(run(home.get_file_system_policy()), DoesNotExist);
    answer("");
    run(home.delete_file_system_policy());
    CHECK(called() == "DELETE /2015-02-01/file-systems/fs-1/policy");

    answer(R"({"LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}]})");
    const std::vector<efs::LifecyclePolicy> policies{{.TransitionToIA = "AFTER_30_DAYS"}};
    CHECK(run(home.put_lifecycle_configuration(policies)).size() == 1);
    CHECK(sent() == json(R"({"LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}]})"));
    answer(R"({"ReplicationOverwriteProtection": "DISABLED"})");
    CHECK(run(home.update_file_system_protection({.ReplicationOverwriteProtection = "DISABLED"})) == "DISABLED");
    CHECK(called() == "PUT /2015-02-01/file-systems/fs-1/protection");
}

TEST_CASE_METHOD(EFS, "a file system replicates to where it is told") {
    const FileSystem home = file_system();
    answer(R"({"SourceFileSystemId": "fs-1", "Destinations": [{"FileSystemId": "fs-9", "Region": "eu-west-1"}]})");
    const std::vector<efs::DestinationToCreate> destinations{{.Region = "eu-west-1", .KmsKeyId = "alias/home"}};
    const ReplicationConfiguration made = run(home.create_replication_configuration(destinations));
    CHECK(called() == "POST /2015-02-01/file-systems/fs-1/replication-configuration");
    CHECK(sent() == json(R"({"Destinations": [{"Region": "eu-west-1", "KmsKeyId": "alias/home"}]})"));
    CHECK(made.pk() == "fs-1");
    CHECK(made.state_.from_aws());
    answer(R"({"Replications": [{"SourceFileSystemId": "fs-1"}]})");
    CHECK(run(home.replication_configuration()));
    CHECK(called() == "GET /2015-02-01/file-systems/replication-configurations?FileSystemId=fs-1");
}

TEST_CASE_METHOD(EFS, "relations lead to mount targets, and from them to the network") {
    const FileSystem home = file_system();
    answer(R"({"AccessPoints": [{"AccessPointId": "fsap-1", "Tags": []}]})");
    CHECK(run(home.access_points().all()).size() == 1);
    CHECK(called() == "GET /2015-02-01/access-points?FileSystemId=fs-1");
    answer(R"({"MountTargets": []})");
    CHECK(run(home.mount_targets().all()).empty());
    CHECK(called() == "GET /2015-02-01/mount-targets?FileSystemId=fs-1");

    const MountTarget target = mount_target();
    transport->once("", fake::reply("<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId></item></subnetSet>"
                                    "</DescribeSubnetsResponse>"));
    const auto subnet = run(target.subnet());
    CHECK(transport->last().origin.host == "ec2.us-east-1.amazonaws.com");
    CHECK(transport->last().body() == "Action=DescribeSubnets&Version=2016-11-15&SubnetId.1=subnet-1");
    REQUIRE(subnet);
    CHECK(subnet->SubnetId == "subnet-1");
}

TEST_CASE_METHOD(EFS, "a mount target's security groups are read and set") {
    const MountTarget target = mount_target();
    answer(R"({"SecurityGroups": ["sg-1", "sg-2"]})");
    CHECK(run(target.get_security_groups()).size() == 2);
    CHECK(called() == "GET /2015-02-01/mount-targets/fsmt-1/security-groups");
    answer("");
    const std::vector<std::string> groups{"sg-3"};
    run(target.set_security_groups(groups));
    CHECK(called() == "PUT /2015-02-01/mount-targets/fsmt-1/security-groups");
    CHECK(sent() == json(R"({"SecurityGroups": ["sg-3"]})"));
    refuse(404, "MountTargetNotFound");
    CHECK_THROWS_AS(run(MountTarget::objects(session).remove("fsmt-2")), DoesNotExist);

    answer(R"({"SecurityGroups": ["sg-1"]})");
    transport->once("", fake::reply("<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-1</groupId></item>"
                                    "</securityGroupInfo></DescribeSecurityGroupsResponse>"));
    const auto found = run(target.security_groups());
    REQUIRE(found.size() == 1);
    CHECK(found[0].pk() == "sg-1");
    CHECK(transport->last().body() == "Action=DescribeSecurityGroups&Version=2016-11-15&GroupId.1=sg-1");
    answer(R"({"SecurityGroups": []})");
    CHECK(run(target.security_groups()).empty());
    CHECK(called() == "GET /2015-02-01/mount-targets/fsmt-1/security-groups");
}

TEST_CASE_METHOD(EFS, "an access point that is made from the model of another one is another one") {
    AccessPoint point{.ClientToken = "that of another", .FileSystemId = "fs-1"};
    answer(R"({"AccessPointId": "fsap-2"})");
    run(AccessPoint::objects(session).create(point));
    CHECK(sent().as_object().at("ClientToken") != "that of another");
}

TEST_CASE_METHOD(EFS, "tags that differ from AWS's are changed when a file system is saved") {
    FileSystem home = file_system();
    home.Tags["Name"] = "home2";
    home.Tags["Team"] = "pay";
    const char* const there = R"({"FileSystemId": "fs-1", "ThroughputMode": "elastic", "Tags": [{"Key": "Name", "Value": "home"},
        {"Key": "Old", "Value": "1"}, {"Key": "Older", "Value": "2"}]})";
    answer(there);
    answer("{}");
    answer("{}");
    run(home.save());
    REQUIRE(transport->requests().size() == 4);
    const fake::Request& tag = transport->requests()[2];
    CHECK(tag.head().starts_with("POST /2015-02-01/resource-tags/fs-1 "));
    CHECK(tag.json() == json(R"({"Tags": [{"Key": "Name", "Value": "home2"}, {"Key": "Team", "Value": "pay"}]})"));
    CHECK(called() == "DELETE /2015-02-01/resource-tags/fs-1?tagKeys=Old&tagKeys=Older");
    CHECK(home.Tags.size() == 2);
    CHECK(home.Tags.get("Name") == "home2");
    CHECK(home.ThroughputMode == "elastic");
}

TEST_CASE_METHOD(EFS, "tags that are as AWS has them, or that nobody knows, are left alone") {
    FileSystem home = file_system();
    answer(R"({"FileSystemId": "fs-1", "Tags": [{"Key": "Name", "Value": "home"}]})");
    run(home.save());
    CHECK(transport->requests().size() == 2);
    home.Tags.reset();
    answer(R"({"FileSystemId": "fs-1", "Tags": [{"Key": "Name", "Value": "home"}]})");
    run(home.save());
    CHECK(transport->requests().size() == 3);
    CHECK(home.Tags.get("Name") == "home");
    home.Tags.clear();
    answer(R"({"FileSystemId": "fs-1", "Tags": [{"Key": "Name", "Value": "home"}]})");
    answer("{}");
    run(home.save());
    CHECK(called() == "DELETE /2015-02-01/resource-tags/fs-1?tagKeys=Name");
    CHECK(home.Tags.empty());
}

TEST_CASE_METHOD(EFS, "a file system is replicated no more, once") {
    const FileSystem home = file_system();
    answer("");
    run(home.delete_replication_configuration({.DeletionMode = "LOCAL_CONFIGURATION_ONLY"}));
    CHECK(called() == "DELETE /2015-02-01/file-systems/fs-1/replication-configuration?deletionMode=LOCAL_CONFIGURATION_ONLY");
    CHECK(transport->last().body().empty());
    refuse(404, "ReplicationNotFound");
    CHECK_THROWS_AS(run(home.delete_replication_configuration()), DoesNotExist);
}
