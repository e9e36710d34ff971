// Models of several services on a moto server: what boto3 makes is read equal in every member, alone and in a list, and
// what is made here, boto3 sees equal. A line of a table each.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/ec2.hpp>
#include <botocraft/efs.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ec2 = botocraft::ec2;
namespace efs = botocraft::efs;
namespace json = boost::json;
using botocraft::Session;
using namespace botocraft::test;

namespace {

// How boto3 makes one and describes it. `$vpc` and the like stand for what is there before, `$key` for its key.
struct Case {
    const char* service;
    const char* create;     // an operation and its arguments
    const char* arguments;
    const char* key;        // where the key is in the answer, as a JSON pointer
    const char* describe;   // an operation and its arguments
    const char* described;
    const char* found;      // where in that answer it is
    botocraft::awaitable<json::value> (*get)(Session session, std::string key);
    botocraft::awaitable<bool> (*listed)(Session session, std::string key);
};

template <class Model>
botocraft::awaitable<json::value> get(Session session, std::string key) {
    const Model model = co_await Model::objects(session).get(key);
    co_return json::parse(botocraft::to_json(model));
}

template <class Model>
botocraft::awaitable<bool> listed(Session session, std::string key) {
    const auto all = co_await Model::objects(session).list().all();
    co_return std::ranges::any_of(all, [&](const Model& model) { return model.pk() == key; });
}

template <class Model>
botocraft::awaitable<bool> is_there(Session session, std::string key) {
    const auto model = co_await Model::objects(session).get_or_none(key);
    co_return static_cast<bool>(model);
}

using Names = std::map<std::string, std::string>;

json::object filled(std::string text, const Names& names) {
    for (const auto& [name, value] : names) {
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
            text.replace(at, name.size(), value);
        }
    }
    return parse(text);
}

std::string text_at(const json::value& value, std::string_view pointer) {
    const auto& text = value.at_pointer({pointer.data(), pointer.size()}).as_string();
    return {text.data(), text.size()};
}

// But for what moto answers anew each time: when a file system's size was measured is when it was asked.
json::value lasting(json::value model) {
    model.as_object().erase("SizeInBytes");
    return model;
}

Names names_of(Witness& witness) {
    Names names;
    names["$vpc"] = text_at(witness.call("ec2", "describe_vpcs"), "/Vpcs/0/VpcId");
    names["$subnet"] = text_at(witness.call("ec2", "describe_subnets"), "/Subnets/0/SubnetId");
    names["$zone"] = "us-east-1a";
    names["$ami"] = text_at(witness.call("ec2", "describe_images"), "/Images/0/ImageId");
    names["$volume"] = text_at(witness.call("ec2", "create_volume", filled(R"({"AvailabilityZone": "$zone", "Size": 8})", names)),
                               "/VolumeId");
    names["$files"] = text_at(witness.call("efs", "create_file_system", parse(R"({"CreationToken": "one"})")), "/FileSystemId");
    return names;
}

template <class Model>
Case of(const char* service, const char* create, const char* arguments, const char* key, const char* describe,
        const char* described, const char* found) {
    return {service, create, arguments, key, describe, described, found, get<Model>, listed<Model>};
}

std::vector<Case> cases() {
    return {
        of<ec2::Vpc>("ec2", "create_vpc", R"({"CidrBlock": "10.7.0.0/16"})", "/Vpc/VpcId",
                     "describe_vpcs", R"({"VpcIds": ["$key"]})", "/Vpcs/0"),
        of<ec2::Subnet>("ec2", "create_subnet", R"({"VpcId": "$vpc", "CidrBlock": "172.31.200.0/24"})", "/Subnet/SubnetId",
                        "describe_subnets", R"({"SubnetIds": ["$key"]})", "/Subnets/0"),
        of<ec2::SecurityGroup>("ec2", "create_security_group", R"({"GroupName": "web", "Description": "d", "VpcId": "$vpc"})",
                               "/GroupId", "describe_security_groups", R"({"GroupIds": ["$key"]})", "/SecurityGroups/0"),
        of<ec2::NetworkAcl>("ec2", "create_network_acl", R"({"VpcId": "$vpc"})", "/NetworkAcl/NetworkAclId",
                            "describe_network_acls", R"({"NetworkAclIds": ["$key"]})", "/NetworkAcls/0"),
        of<ec2::DhcpOptions>("ec2", "create_dhcp_options",
                             R"({"DhcpConfigurations": [{"Key": "domain-name", "Values": ["a.example"]}]})",
                             "/DhcpOptions/DhcpOptionsId", "describe_dhcp_options", R"({"DhcpOptionsIds": ["$key"]})",
                             "/DhcpOptions/0"),
        of<ec2::InternetGateway>("ec2", "create_internet_gateway", "{}", "/InternetGateway/InternetGatewayId",
                                 "describe_internet_gateways", R"({"InternetGatewayIds": ["$key"]})", "/InternetGateways/0"),
        of<ec2::NatGateway>("ec2", "create_nat_gateway", R"({"SubnetId": "$subnet", "ConnectivityType": "private"})",
                            "/NatGateway/NatGatewayId", "describe_nat_gateways", R"({"NatGatewayIds": ["$key"]})",
                            "/NatGateways/0"),
        of<ec2::RouteTable>("ec2", "create_route_table", R"({"VpcId": "$vpc"})", "/RouteTable/RouteTableId",
                            "describe_route_tables", R"({"RouteTableIds": ["$key"]})", "/RouteTables/0"),
        of<ec2::VpcPeeringConnection>("ec2", "create_vpc_peering_connection", R"({"VpcId": "$vpc", "PeerVpcId": "$vpc"})",
                                      "/VpcPeeringConnection/VpcPeeringConnectionId", "describe_vpc_peering_connections",
                                      R"({"VpcPeeringConnectionIds": ["$key"]})", "/VpcPeeringConnections/0"),
        of<ec2::EC2VpcEndpoint>("ec2", "create_vpc_endpoint",
                                R"({"VpcId": "$vpc", "ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway"})",
                                "/VpcEndpoint/VpcEndpointId", "describe_vpc_endpoints", R"({"VpcEndpointIds": ["$key"]})",
                                "/VpcEndpoints/0"),
        of<ec2::CustomerGateway>("ec2", "create_customer_gateway",
                                 R"({"BgpAsn": 65000, "IpAddress": "203.0.113.1", "Type": "ipsec.1"})",
                                 "/CustomerGateway/CustomerGatewayId", "describe_customer_gateways",
                                 R"({"CustomerGatewayIds": ["$key"]})", "/CustomerGateways/0"),
        of<ec2::VpnGateway>("ec2", "create_vpn_gateway", R"({"Type": "ipsec.1"})", "/VpnGateway/VpnGatewayId",
                            "describe_vpn_gateways", R"({"VpnGatewayIds": ["$key"]})", "/VpnGateways/0"),
        of<ec2::Instance>("ec2", "run_instances", R"({"ImageId": "$ami", "MinCount": 1, "MaxCount": 1, "SubnetId": "$subnet"})",
                          "/Instances/0/InstanceId", "describe_instances", R"({"InstanceIds": ["$key"]})",
                          "/Reservations/0/Instances/0"),
        of<ec2::KeyPair>("ec2", "create_key_pair", R"({"KeyName": "k"})", "/KeyPairId",
                         "describe_key_pairs", R"({"KeyPairIds": ["$key"]})", "/KeyPairs/0"),
        of<ec2::LaunchTemplate>("ec2", "create_launch_template",
                                R"({"LaunchTemplateName": "web", "LaunchTemplateData": {"ImageId": "$ami"}})",
                                "/LaunchTemplate/LaunchTemplateId", "describe_launch_templates",
                                R"({"LaunchTemplateIds": ["$key"]})", "/LaunchTemplates/0"),
        of<ec2::NetworkInterface>("ec2", "create_network_interface", R"({"SubnetId": "$subnet"})",
                                  "/NetworkInterface/NetworkInterfaceId", "describe_network_interfaces",
                                  R"({"NetworkInterfaceIds": ["$key"]})", "/NetworkInterfaces/0"),
        of<ec2::Volume>("ec2", "create_volume", R"({"AvailabilityZone": "$zone", "Size": 8})", "/VolumeId",
                        "describe_volumes", R"({"VolumeIds": ["$key"]})", "/Volumes/0"),
        of<ec2::Snapshot>("ec2", "create_snapshot", R"({"VolumeId": "$volume", "Description": "d"})", "/SnapshotId",
                          "describe_snapshots", R"({"SnapshotIds": ["$key"]})", "/Snapshots/0"),
        of<efs::FileSystem>("efs", "create_file_system",
                            R"({"CreationToken": "two", "Tags": [{"Key": "Name", "Value": "home"}]})", "/FileSystemId",
                            "describe_file_systems", R"({"FileSystemId": "$key"})", "/FileSystems/0"),
        of<efs::AccessPoint>("efs", "create_access_point",
                             R"({"ClientToken": "one", "FileSystemId": "$files", "PosixUser": {"Uid": 7, "Gid": 8}})",
                             "/AccessPointId", "describe_access_points", R"({"AccessPointId": "$key"})", "/AccessPoints/0"),
    };
}

}  // namespace

TEST_CASE("what boto3 makes is read equal, alone and in a list") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    Names names = names_of(*witness);
    for (const Case& one : cases()) {
        INFO(one.create);
        names["$key"] = text_at(witness->call(one.service, one.create, filled(one.arguments, names)), one.key);
        const json::value answer = witness->call(one.service, one.describe, filled(one.described, names));
        const json::value ours = lasting(await(one.get(session, names["$key"])));
        CHECK(difference(ours, lasting(answer.at_pointer(one.found)), "") == "");
        CHECK(await(one.listed(session, names["$key"])));
    }
}

TEST_CASE("resources that are not there do not exist") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    CHECK_FALSE(await(is_there<ec2::Vpc>(session, "vpc-0123456789abcdef0")));
    CHECK_FALSE(await(is_there<ec2::Subnet>(session, "subnet-0123456789abcdef0")));
    CHECK_FALSE(await(is_there<ec2::SecurityGroup>(session, "sg-0123456789abcdef0")));
    CHECK_FALSE(await(is_there<ec2::Volume>(session, "vol-0123456789abcdef0")));
    CHECK_FALSE(await(is_there<ec2::InternetGateway>(session, "igw-0123456789abcdef0")));
    CHECK_FALSE(await(is_there<ec2::Instance>(session, "i-0123456789abcdef0")));
    CHECK_FALSE(await(is_there<efs::FileSystem>(session, "fs-0123456789abcdef0")));
}

TEST_CASE("what is made here, boto3 sees equal, until it is removed") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    const Names names = names_of(*witness);

    const ec2::SecurityGroup wanted_group{.VpcId = names.at("$vpc"), .GroupName = "db", .Description = "the database"};
    ec2::SecurityGroup group = await(ec2::SecurityGroup::objects(session).create(wanted_group));
    std::vector<ec2::IpPermission> permissions{{.IpProtocol = "tcp", .FromPort = 5432, .ToPort = 5432}};
    permissions[0].IpRanges = std::vector<ec2::IpRange>{{.CidrIp = "10.0.0.0/8"}};
    await(group.authorize_ingress({.IpPermissions = permissions}));
    group = await(ec2::SecurityGroup::objects(session).get(*group.GroupId));
    const Names its{{"$key", *group.GroupId}};
    const auto theirs = witness->call("ec2", "describe_security_groups", filled(R"({"GroupIds": ["$key"]})", its));
    CHECK(difference(group, theirs.at_pointer("/SecurityGroups/0")) == "");
    CHECK(text_at(theirs, "/SecurityGroups/0/IpPermissions/0/IpRanges/0/CidrIp") == "10.0.0.0/8");
    await(group.remove());
    CHECK_FALSE(await(is_there<ec2::SecurityGroup>(session, its.at("$key"))));

    const ec2::Volume wanted_volume{.VolumeType = ec2::VolumeType::gp3, .Size = 9, .AvailabilityZone = "us-east-1a"};
    std::vector<ec2::TagSpecification> tags(1);
    tags[0].ResourceType = "volume";
    tags[0].Tags["Team"] = "pay";
    const ec2::Volume made = await(ec2::Volume::objects(session).create(wanted_volume, {.TagSpecifications = tags}));
    const ec2::Volume volume = await(ec2::Volume::objects(session).get(*made.VolumeId));
    const auto seen = witness->call("ec2", "describe_volumes", filled(R"({"VolumeIds": ["$key"]})", {{"$key", *made.VolumeId}}));
    CHECK(difference(volume, seen.at_pointer("/Volumes/0")) == "");
    CHECK(volume.Tags.get("Team") == "pay");

    efs::FileSystem wanted_files{.Encrypted = true};
    wanted_files.Tags["Name"] = "home";
    efs::FileSystem files = await(efs::FileSystem::objects(session).create(wanted_files));
    files = await(efs::FileSystem::objects(session).get(*files.FileSystemId));
    const auto system =
        witness->call("efs", "describe_file_systems", filled(R"({"FileSystemId": "$key"})", {{"$key", *files.FileSystemId}}));
    const json::value ours = json::parse(botocraft::to_json(files));
    CHECK(difference(lasting(ours), lasting(system.at_pointer("/FileSystems/0")), "") == "");
    CHECK(files.Encrypted == true);
    CHECK(await(files.access_points().all()).empty());
}
