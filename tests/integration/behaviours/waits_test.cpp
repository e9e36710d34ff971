// AWS's waiters as functions of models, for what boto3 made on a moto server: it is there at the first look.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/cloudwatch/metric_alarm.hpp>
#include <botocraft/ec2.hpp>
#include <botocraft/error.hpp>
#include <botocraft/iam.hpp>

#include <chrono>
#include <string>

using botocraft::Session;
using botocraft::WaitOptions;
using namespace botocraft::test;
namespace cloudwatch = botocraft::cloudwatch;
namespace ec2 = botocraft::ec2;
namespace iam = botocraft::iam;

namespace {

constexpr WaitOptions once{.max_attempts = 1};

// What boto3 makes, and tells of it.
class Maker {
  public:
    explicit Maker(Witness& witness) : witness_(witness) {}
    std::string ec2(const char* operation, const std::string& parameters, const char* pointer) {
        return std::string(witness_.call("ec2", operation, parse(parameters)).at_pointer(pointer).as_string());
    }
    std::string iam(const char* operation, const std::string& parameters, const char* pointer) {
        return std::string(witness_.call("iam", operation, parse(parameters)).at_pointer(pointer).as_string());
    }

  private:
    Witness& witness_;
};

std::string object(const std::string& member, const std::string& value, const std::string& more = "") {
    return "{\"" + member + "\": \"" + value + '"' + more + '}';
}

}  // namespace

TEST_CASE("what networks are made of is there, or gone") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    Maker make(*witness);

    const ec2::Vpc vpc = await(ec2::Vpc::objects(session).get(make.ec2("create_vpc", object("CidrBlock", "10.0.0.0/16"), "/Vpc/VpcId")));
    await(vpc.wait_until_exists(once));
    await(vpc.wait_until_available(once));
    const std::string in_vpc = object("VpcId", *vpc.VpcId, R"(, "CidrBlock": "10.0.1.0/24")");
    const ec2::Subnet subnet = await(ec2::Subnet::objects(session).get(make.ec2("create_subnet", in_vpc, "/Subnet/SubnetId")));
    await(subnet.wait_until_available(once));
    const std::string group_id = make.ec2("create_security_group", object("GroupName", "waits", R"(, "Description": "d")"), "/GroupId");
    const ec2::SecurityGroup group = await(ec2::SecurityGroup::objects(session).get(group_id));
    await(group.wait_until_exists(once));
    const std::string customer_id = make.ec2("create_customer_gateway", R"({"BgpAsn": 65000, "PublicIp": "1.2.3.4", "Type": "ipsec.1"})",
                                             "/CustomerGateway/CustomerGatewayId");
    const ec2::CustomerGateway customer = await(ec2::CustomerGateway::objects(session).get(customer_id));
    await(customer.wait_until_available(once));
    const std::string peer_id = make.ec2("create_vpc", object("CidrBlock", "10.9.0.0/16"), "/Vpc/VpcId");
    const std::string peering_id = make.ec2("create_vpc_peering_connection", object("VpcId", *vpc.VpcId, R"(, "PeerVpcId": ")" + peer_id + '"'),
                                            "/VpcPeeringConnection/VpcPeeringConnectionId");
    const ec2::VpcPeeringConnection peering = await(ec2::VpcPeeringConnection::objects(session).get(peering_id));
    await(peering.wait_until_exists(once));
    const std::string vpn_gateway_id = make.ec2("create_vpn_gateway", R"({"Type": "ipsec.1"})", "/VpnGateway/VpnGatewayId");
    const std::string vpn_id = make.ec2("create_vpn_connection",
                                        object("CustomerGatewayId", customer_id, R"(, "Type": "ipsec.1", "VpnGatewayId": ")" + vpn_gateway_id + '"'),
                                        "/VpnConnection/VpnConnectionId");
    const ec2::VpnConnection vpn = await(ec2::VpnConnection::objects(session).get(vpn_id));
    await(vpn.wait_until_available(once));
    const std::string nat_id = make.ec2("create_nat_gateway", object("SubnetId", *subnet.SubnetId, R"(, "ConnectivityType": "private")"),
                                        "/NatGateway/NatGatewayId");
    const ec2::NatGateway nat = await(ec2::NatGateway::objects(session).get(nat_id));
    await(nat.wait_until_available(once));
    CHECK_THROWS_AS(await(nat.wait_until_deleted(once)), botocraft::TimeoutError);
    const std::string interface_id = make.ec2("create_network_interface", object("SubnetId", *subnet.SubnetId),
                                              "/NetworkInterface/NetworkInterfaceId");
    const ec2::NetworkInterface interface = await(ec2::NetworkInterface::objects(session).get(interface_id));
    await(interface.wait_until_available(once));

    witness->call("ec2", "delete_nat_gateway", parse(object("NatGatewayId", nat_id)));
    await(nat.wait_until_deleted(once));
    witness->call("ec2", "delete_vpn_connection", parse(object("VpnConnectionId", vpn_id)));
    await(vpn.wait_until_deleted(once));
    witness->call("ec2", "delete_vpc_peering_connection", parse(object("VpcPeeringConnectionId", peering_id)));
    await(peering.wait_until_deleted(once));
}

TEST_CASE("what machines are made of is there, or gone") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    Maker make(*witness);

    const std::string pair_id = make.ec2("create_key_pair", object("KeyName", "waits"), "/KeyPairId");
    const ec2::KeyPair pair = await(ec2::KeyPair::objects(session).get(pair_id));
    await(pair.wait_until_exists(once));
    const std::string image_id = make.ec2("describe_images", "{}", "/Images/0/ImageId");
    const ec2::AMI image = await(ec2::AMI::objects(session).get(image_id));
    await(image.wait_until_exists(once));
    await(image.wait_until_available(once));
    const std::string machine_id = make.ec2("run_instances", object("ImageId", image_id, R"(, "MinCount": 1, "MaxCount": 1)"),
                                            "/Instances/0/InstanceId");
    const ec2::Instance machine = await(ec2::Instance::objects(session).get(machine_id));
    await(machine.wait_until_exists(once));
    const std::string volume_id = make.ec2("create_volume", R"({"AvailabilityZone": "us-east-1a", "Size": 1})", "/VolumeId");
    const ec2::Volume volume = await(ec2::Volume::objects(session).get(volume_id));
    await(volume.wait_until_available(once));
    CHECK_THROWS_AS(await(volume.wait_until_in_use(once)), botocraft::TimeoutError);
    const json::object attachment = parse(object("VolumeId", volume_id, R"(, "Device": "/dev/sdf", "InstanceId": ")" + machine_id + '"'));
    witness->call("ec2", "attach_volume", attachment);
    await(volume.wait_until_in_use(once));
    const std::string snapshot_id = make.ec2("create_snapshot", object("VolumeId", volume_id), "/SnapshotId");
    const ec2::Snapshot snapshot = await(ec2::Snapshot::objects(session).get(snapshot_id));
    await(snapshot.wait_until_completed(once));
    witness->call("ec2", "detach_volume", attachment);
    witness->call("ec2", "delete_volume", parse(object("VolumeId", volume_id)));
    await(volume.wait_until_deleted(once));
}

TEST_CASE("who may do what is there, or not yet") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    Maker make(*witness);

    make.iam("create_user", object("UserName", "waits"), "/User/UserName");
    const iam::IAMUser user = await(iam::IAMUser::objects(session).get("waits"));
    await(user.wait_until_exists(once));
    make.iam("create_role", object("RoleName", "waits", R"(, "AssumeRolePolicyDocument": "{}")"), "/Role/RoleName");
    const iam::IAMRole role = await(iam::IAMRole::objects(session).get("waits"));
    await(role.wait_until_exists(once));
    make.iam("create_instance_profile", object("InstanceProfileName", "waits"), "/InstanceProfile/InstanceProfileName");
    const iam::InstanceProfile profile = await(iam::InstanceProfile::objects(session).get("waits"));
    await(profile.wait_until_exists(once));
    const char* const document = R"(, "PolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}")";
    const std::string arn = make.iam("create_policy", object("PolicyName", "waits", document), "/Policy/Arn");
    const iam::IAMPolicy policy = await(iam::IAMPolicy::objects(session).get(arn));
    await(policy.wait_until_exists(once));
    witness->call("iam", "delete_user", parse(object("UserName", "waits")));
    CHECK_THROWS_AS(await(user.wait_until_exists(once)), botocraft::TimeoutError);
}

TEST_CASE("an alarm is there, or not yet") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    witness->call("cloudwatch", "put_metric_alarm", parse(R"({"AlarmName": "waits", "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1, "MetricName": "m", "Namespace": "n", "Period": 60, "Statistic": "Sum", "Threshold": 1})"));
    const cloudwatch::MetricAlarm alarm = await(cloudwatch::MetricAlarm::objects(session).get("waits"));
    await(alarm.wait_until_exists(once));
    witness->call("cloudwatch", "delete_alarms", parse(R"({"AlarmNames": ["waits"]})"));
    CHECK_THROWS_AS(await(alarm.wait_until_exists(once)), botocraft::TimeoutError);
}
