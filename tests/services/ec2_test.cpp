// EC2's models: a method of each form, and what it says on the wire.

#include "orm/model_state.hpp"
#include "support/world.hpp"

#include <botocraft/ec2.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;

namespace {

using Form = std::map<std::string, std::string>;

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

struct EC2 : fake::World {
    // All that was sent, but for the API's version, which all calls have.
    Form sent(std::size_t which) {
        Form form;
        std::string_view rest = transport->requests().at(which).body();
        while (!rest.empty()) {
            const std::string_view pair = rest.substr(0, rest.find('&'));
            const std::size_t equals = pair.find('=');
            form.emplace(decoded(pair.substr(0, equals)), decoded(pair.substr(equals + 1)));
            rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        }
        CHECK(form["Version"] == "2016-11-15");
        form.erase("Version");
        return form;
    }
    Form sent() { return sent(transport->requests().size() - 1); }

    void answer(std::string_view operation, std::string_view members) {
        std::string name(operation);
        transport->once("", fake::reply("<" + name + "Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">" +
                                        std::string(members) + "</" + name + "Response>"));
    }
    void refuse(std::string_view code) {
        fake::Answer refusal = fake::reply("<Response><Errors><Error><Code>" + std::string(code) +
                                           "</Code><Message>no</Message></Error></Errors><RequestID>1</RequestID></Response>");
        refusal.status = 400;
        transport->once("", refusal);
    }

    ec2::Instance instance() {
        answer("DescribeInstances", R"(<reservationSet><item><instancesSet><item>
            <instanceId>i-1</instanceId><imageId>ami-1</imageId><instanceType>t3.micro</instanceType><vpcId>vpc-1</vpcId>
            <groupSet><item><groupId>sg-1</groupId></item><item><groupId>sg-2</groupId></item></groupSet>
            <networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet>
            </item></instancesSet></item></reservationSet>)");
        return run(ec2::Instance::objects(session).get("i-1"));
    }
    ec2::SecurityGroup group() {
        answer("DescribeSecurityGroups", "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>web</groupName>"
                                         "</item></securityGroupInfo>");
        return run(ec2::SecurityGroup::objects(session).get("sg-1"));
    }
};

}  // namespace

TEST_CASE_METHOD(EC2, "one resource is asked for by its id, and may not be there") {
    answer("DescribeVpcs", "<vpcSet><item><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock><tagSet><item>"
                           "<key>Team</key><value>pay</value></item><item><key>Name</key><value>prod</value></item></tagSet>"
                           "</item></vpcSet>");
    const ec2::Vpc vpc = run(ec2::Vpc::objects(session).get("vpc-1"));
    CHECK(sent() == Form{{"Action", "DescribeVpcs"}, {"VpcId.1", "vpc-1"}});
    CHECK(vpc.CidrBlock == "10.0.0.0/16");
    CHECK(vpc.pk() == "vpc-1");
    CHECK(vpc.name() == "prod");
    refuse("InvalidVpcID.NotFound");
    CHECK_FALSE(run(ec2::Vpc::objects(session).get_or_none("vpc-2")));
    answer("DescribeVpcs", "<vpcSet/>");
    CHECK_THROWS_AS(run(ec2::Vpc::objects(session).get("vpc-2")), DoesNotExist);
    refuse("UnauthorizedOperation");
    CHECK_THROWS_AS(run(ec2::Vpc::objects(session).get_or_none("vpc-2")), ServiceError);
}

TEST_CASE_METHOD(EC2, "networks are made with the tags of their models, and removed") {
    answer("CreateVpc", "<vpc><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock><state>pending</state></vpc>");
    ec2::Vpc vpc{.CidrBlock = "10.0.0.0/16"};
    vpc.Tags["Name"] = "prod";
    vpc = run(ec2::Vpc::objects(session).create(vpc));
    CHECK(sent() == Form{{"Action", "CreateVpc"}, {"CidrBlock", "10.0.0.0/16"}, {"TagSpecification.1.ResourceType", "vpc"},
                         {"TagSpecification.1.Tag.1.Key", "Name"}, {"TagSpecification.1.Tag.1.Value", "prod"}});
    CHECK(vpc.VpcId == "vpc-1");
    answer("CreateSubnet", "<subnet><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId></subnet>");
    ec2::Subnet subnet{.VpcId = vpc.VpcId, .CidrBlock = "10.0.1.0/24"};
    subnet.Tags["Name"] = "inner";
    subnet = run(ec2::Subnet::objects(session).create(subnet));
    CHECK(sent() == Form{{"Action", "CreateSubnet"}, {"VpcId", "vpc-1"}, {"CidrBlock", "10.0.1.0/24"},
                         {"TagSpecification.1.ResourceType", "subnet"}, {"TagSpecification.1.Tag.1.Key", "Name"},
                         {"TagSpecification.1.Tag.1.Value", "inner"}});
    CHECK(subnet.SubnetId == "subnet-1");

    // AWS changes attributes of a network by operations of their own.
    CHECK_THROWS_WITH(vpc.save(), has_text("Vpc has no method `update`") && has_text("client"));
    refuse("InvalidSubnetID.NotFound");
    CHECK_THROWS_AS(run(ec2::Subnet::objects(session).remove("subnet-2")), DoesNotExist);
    refuse("InvalidVpcID.NotFound");
    CHECK_THROWS_AS(run(ec2::Vpc::objects(session).remove("vpc-2")), DoesNotExist);
    answer("DeleteSubnet", "<return>true</return>");
    run(subnet.remove());
    CHECK(sent() == Form{{"Action", "DeleteSubnet"}, {"SubnetId", "subnet-1"}});
    answer("DeleteVpc", "<return>true</return>");
    run(vpc.remove());
    CHECK(sent() == Form{{"Action", "DeleteVpc"}, {"VpcId", "vpc-1"}});
}

TEST_CASE_METHOD(EC2, "a list takes filters and goes on to the next page") {
    answer("DescribeNatGateways", "<natGatewaySet><item><natGatewayId>nat-1</natGatewayId></item></natGatewaySet>"
                                  "<nextToken>more</nextToken>");
    answer("DescribeNatGateways", "<natGatewaySet><item><natGatewayId>nat-2</natGatewayId></item></natGatewaySet>");
    const std::vector<ec2::Filter> filters{{.Name = "vpc-id", .Values = std::vector<std::string>{"vpc-1"}}};
    const auto gateways = run(ec2::NatGateway::objects(session).list({.Filter = filters}).all());
    CHECK(sent(0) == Form{{"Action", "DescribeNatGateways"}, {"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", "vpc-1"}});
    CHECK(sent(1) == Form{{"Action", "DescribeNatGateways"}, {"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", "vpc-1"},
                          {"NextToken", "more"}});
    REQUIRE(gateways.size() == 2);
    CHECK(gateways[1].NatGatewayId == "nat-2");
}

TEST_CASE_METHOD(EC2, "locked snapshots page, although AWS's list of paginators leaves them out") {
    answer("DescribeLockedSnapshots", "<snapshotSet><item><snapshotId>snap-1</snapshotId></item></snapshotSet>"
                                      "<nextToken>more</nextToken>");
    answer("DescribeLockedSnapshots", "<snapshotSet/>");
    CHECK(run(ec2::Snapshot::objects(session).list_locked().all()).size() == 1);
    CHECK(sent().at("NextToken") == "more");
}

TEST_CASE_METHOD(EC2, "an attribute is a value, and the model asks for its own") {
    answer("DescribeVpcs", "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>");
    const ec2::Vpc vpc = run(ec2::Vpc::objects(session).get("vpc-1"));
    CHECK_FALSE(vpc.name());
    answer("DescribeVpcAttribute", "<vpcId>vpc-1</vpcId><enableDnsHostnames><value>true</value></enableDnsHostnames>");
    CHECK(run(vpc.dns_hostnames({})));
    CHECK(sent() == Form{{"Action", "DescribeVpcAttribute"}, {"Attribute", "enableDnsHostnames"}, {"VpcId", "vpc-1"}});
    answer("DescribeVpcAttribute", "<vpcId>vpc-1</vpcId><enableDnsSupport><value>false</value></enableDnsSupport>");
    CHECK_FALSE(run(vpc.dns_support({})));
    CHECK(sent().at("Attribute") == "enableDnsSupport");
}

TEST_CASE_METHOD(EC2, "what is created is read where AWS answers with no more than its id") {
    answer("CreateSecurityGroup", "<groupId>sg-1</groupId>");
    answer("DescribeSecurityGroups", "<securityGroupInfo><item><groupId>sg-1</groupId><ownerId>123456789012</ownerId>"
                                     "</item></securityGroupInfo>");
    ec2::SecurityGroup group{.VpcId = "vpc-1", .GroupName = "web", .Description = "the web"};
    std::vector<ec2::TagSpecification> tags(1);
    tags[0].ResourceType = "security-group";
    tags[0].Tags["Team"] = "pay";
    const ec2::SecurityGroup made = run(ec2::SecurityGroup::objects(session).create(group, {.TagSpecifications = tags}));
    CHECK(sent(0) == Form{{"Action", "CreateSecurityGroup"}, {"GroupDescription", "the web"}, {"GroupName", "web"},
                          {"VpcId", "vpc-1"}, {"TagSpecification.1.ResourceType", "security-group"},
                          {"TagSpecification.1.Tag.1.Key", "Team"}, {"TagSpecification.1.Tag.1.Value", "pay"}});
    CHECK(sent(1) == Form{{"Action", "DescribeSecurityGroups"}, {"GroupId.1", "sg-1"}});
    CHECK(made.OwnerId == "123456789012");
}

TEST_CASE_METHOD(EC2, "a new key pair has the private key that AWS tells once") {
    answer("CreateKeyPair", "<keyPairId>key-1</keyPairId><keyName>k</keyName><keyMaterial>PRIVATE</keyMaterial>");
    const ec2::KeyPair wanted{.KeyType = ec2::KeyType::ed25519, .KeyName = "k"};
    const ec2::KeyPair made = run(ec2::KeyPair::objects(session).create(wanted, {.KeyFormat = ec2::KeyFormat::pem}));
    CHECK(sent(0) == Form{{"Action", "CreateKeyPair"}, {"KeyName", "k"}, {"KeyType", "ed25519"}, {"KeyFormat", "pem"}});
    CHECK(transport->requests().size() == 1);  // a second one could fail, and the key would be lost
    CHECK(made.KeyPairId == "key-1");
    CHECK(made.KeyMaterial == "PRIVATE");
    CHECK(made.KeyType == "ed25519");
    CHECK_THAT(to_string(made), !has_text("PRIVATE"));
}

TEST_CASE_METHOD(EC2, "what AWS asks for in another form than it answers in is taken from where the model has it") {
    answer("CreateVpcPeeringConnection", "<vpcPeeringConnection><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>"
                                         "</vpcPeeringConnection>");
    ec2::VpcPeeringConnection connection;
    connection.RequesterVpcInfo = ec2::VpcPeeringConnectionVpcInfo{.VpcId = "vpc-1"};
    connection.AccepterVpcInfo = ec2::VpcPeeringConnectionVpcInfo{.VpcId = "vpc-2", .Region = "eu-west-1"};
    connection = run(ec2::VpcPeeringConnection::objects(session).create(connection));
    CHECK(sent() == Form{{"Action", "CreateVpcPeeringConnection"}, {"VpcId", "vpc-1"}, {"PeerVpcId", "vpc-2"},
                         {"PeerRegion", "eu-west-1"}});
    CHECK(connection.VpcPeeringConnectionId == "pcx-1");
}

TEST_CASE_METHOD(EC2, "an instance is run in the groups that its model has") {
    ec2::Instance wanted{.ImageId = "ami-1"};
    wanted.SecurityGroups = std::vector<ec2::GroupIdentifier>{{.GroupId = "sg-1"}, {.GroupId = "sg-2"}};
    answer("RunInstances", "<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>");
    const ec2::IamInstanceProfileSpecification profile{.Name = "web"};
    const ec2::Instance made = run(ec2::Instance::objects(session).create(wanted, {.IamInstanceProfile = profile}));
    Form form = sent();
    CHECK(form.erase("ClientToken") == 1);
    CHECK(form == Form{{"Action", "RunInstances"}, {"ImageId", "ami-1"}, {"MinCount", "1"}, {"MaxCount", "1"},
                       {"SecurityGroupId.1", "sg-1"}, {"SecurityGroupId.2", "sg-2"}, {"IamInstanceProfile.Name", "web"}});
    CHECK(made.InstanceId == "i-1");
}

TEST_CASE_METHOD(EC2, "an instance is not run with the interfaces and disks of another one") {
    answer("DescribeInstances", R"(<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><imageId>ami-1</imageId>
        <monitoring><state>enabled</state></monitoring><iamInstanceProfile><arn>arn:1</arn></iamInstanceProfile>
        <blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item></blockDeviceMapping>
        <networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet>
        </item></instancesSet></item></reservationSet>)");
    const ec2::Instance machine = run(ec2::Instance::objects(session).get("i-1"));
    REQUIRE(machine.NetworkInterfaces.size() == 1);
    answer("RunInstances", "<instancesSet><item><instanceId>i-2</instanceId></item></instancesSet>");
    run(ec2::Instance::objects(session).create(machine));
    Form form = sent();
    CHECK(form.erase("ClientToken") == 1);
    CHECK(form == Form{{"Action", "RunInstances"}, {"ImageId", "ami-1"}, {"MinCount", "1"}, {"MaxCount", "1"}});
}

TEST_CASE_METHOD(EC2, "relations lead from an instance to what it is made of") {
    const ec2::Instance machine = instance();
    answer("DescribeImages", "<imagesSet><item><imageId>ami-1</imageId></item></imagesSet>");
    CHECK(run(machine.ami())->ImageId == "ami-1");
    CHECK(sent() == Form{{"Action", "DescribeImages"}, {"ImageId.1", "ami-1"}});
    answer("DescribeInstanceTypes", "<instanceTypeSet><item><instanceType>t3.micro</instanceType></item></instanceTypeSet>");
    CHECK(run(machine.instance_type())->InstanceType == "t3.micro");
    CHECK(sent() == Form{{"Action", "DescribeInstanceTypes"}, {"InstanceType.1", "t3.micro"}});
    answer("DescribeSecurityGroups", "<securityGroupInfo><item><groupId>sg-1</groupId></item></securityGroupInfo>");
    run(machine.security_groups().all());
    CHECK(sent() == Form{{"Action", "DescribeSecurityGroups"}, {"GroupId.1", "sg-1"}, {"GroupId.2", "sg-2"}});
    answer("DescribeNetworkInterfaces", "<networkInterfaceSet/>");
    run(machine.network_interfaces().all());
    CHECK(sent() == Form{{"Action", "DescribeNetworkInterfaces"}, {"NetworkInterfaceId.1", "eni-1"}});
    transport->forget();
    CHECK_FALSE(run(machine.subnet()));  // it has none
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(EC2, "nothing is asked for by an empty list of ids, which would mean all") {
    answer("DescribeNetworkAcls", "<networkAclSet><item><networkAclId>acl-1</networkAclId></item></networkAclSet>");
    const ec2::NetworkAcl acl = run(ec2::NetworkAcl::objects(session).get("acl-1"));
    transport->forget();
    CHECK(run(acl.subnets().all()).empty());
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(EC2, "a template's versions are numbers that are asked for as texts") {
    answer("DescribeLaunchTemplates", "<launchTemplates><item><launchTemplateId>lt-1</launchTemplateId>"
                                      "<latestVersionNumber>7</latestVersionNumber></item></launchTemplates>");
    const ec2::LaunchTemplate launch = run(ec2::LaunchTemplate::objects(session).get("lt-1"));
    answer("DescribeLaunchTemplateVersions", "<launchTemplateVersionSet><item><launchTemplateId>lt-1</launchTemplateId>"
                                             "<versionNumber>7</versionNumber></item></launchTemplateVersionSet>");
    const auto latest = run(launch.latest_version());
    CHECK(sent() == Form{{"Action", "DescribeLaunchTemplateVersions"}, {"LaunchTemplateId", "lt-1"},
                         {"LaunchTemplateVersion.1", "7"}});
    REQUIRE(latest);
    CHECK(latest->pk() == Key({{"LaunchTemplateId", "lt-1"}, {"Version", "7"}}));
}

TEST_CASE_METHOD(EC2, "the model's methods name the model, and take the rest as arguments") {
    const ec2::SecurityGroup web = group();
    answer("AuthorizeSecurityGroupIngress",
           "<return>true</return><securityGroupRuleSet><item><securityGroupRuleId>sgr-1</securityGroupRuleId></item>"
           "</securityGroupRuleSet>");
    std::vector<ec2::IpPermission> permissions{{.IpProtocol = "tcp", .FromPort = 443, .ToPort = 443}};
    permissions[0].IpRanges = std::vector<ec2::IpRange>{{.CidrIp = "10.0.0.0/8"}};
    const auto rules = run(web.authorize_ingress({.IpPermissions = permissions}));
    CHECK(sent() == Form{{"Action", "AuthorizeSecurityGroupIngress"}, {"GroupId", "sg-1"}, {"IpPermissions.1.FromPort", "443"},
                         {"IpPermissions.1.IpProtocol", "tcp"}, {"IpPermissions.1.ToPort", "443"},
                         {"IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"}});
    REQUIRE(rules.size() == 1);
    CHECK(rules[0].SecurityGroupRuleId == "sgr-1");

    const ec2::Instance machine = instance();
    answer("StopInstances", "<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>");
    CHECK(run(machine.stop({.Hibernate = true})).size() == 1);
    CHECK(sent() == Form{{"Action", "StopInstances"}, {"InstanceId.1", "i-1"}, {"Hibernate", "true"}});
    answer("ModifyInstanceAttribute", "<return>true</return>");
    const ec2::AttributeValue type{.Value = "t3.large"};
    run(machine.modify_instance_type(type, {}));
    CHECK(sent() == Form{{"Action", "ModifyInstanceAttribute"}, {"InstanceId", "i-1"}, {"InstanceType.Value", "t3.large"}});

    ec2::Snapshot snapshot;
    answer("DescribeSnapshots", "<snapshotSet><item><snapshotId>snap-1</snapshotId></item></snapshotSet>");
    snapshot = run(ec2::Snapshot::objects(session).get("snap-1"));
    answer("LockSnapshot", "<snapshotId>snap-1</snapshotId><lockState>compliance</lockState>");
    CHECK(run(snapshot.lock("compliance", {.LockDuration = 30})).LockState == "compliance");
    CHECK(sent() == Form{{"Action", "LockSnapshot"}, {"SnapshotId", "snap-1"}, {"LockMode", "compliance"},
                         {"LockDuration", "30"}});
}

TEST_CASE_METHOD(EC2, "addresses of a NAT gateway are added, and taken away again") {
    answer("DescribeNatGateways", "<natGatewaySet><item><natGatewayId>nat-1</natGatewayId></item></natGatewaySet>");
    const ec2::NatGateway gateway = run(ec2::NatGateway::objects(session).get("nat-1"));
    const std::vector<std::string> allocations{"eipalloc-1", "eipalloc-2"};
    answer("AssociateNatGatewayAddress", R"(<natGatewayId>nat-1</natGatewayId><natGatewayAddressSet>
        <item><allocationId>eipalloc-1</allocationId><associationId>eipassoc-1</associationId><status>associating</status></item>
        <item><allocationId>eipalloc-2</allocationId></item></natGatewayAddressSet>)");
    const auto added = run(gateway.associate_address(allocations, {.PrivateIpAddresses = "10.0.0.9"}));
    CHECK(sent() == Form{{"Action", "AssociateNatGatewayAddress"}, {"NatGatewayId", "nat-1"}, {"AllocationId.1", "eipalloc-1"},
                         {"AllocationId.2", "eipalloc-2"}, {"PrivateIpAddress.1", "10.0.0.9"}});
    REQUIRE(added.size() == 2);
    CHECK(added[0].AssociationId == "eipassoc-1");
    CHECK(added[0].Status == "associating");

    answer("DisassociateNatGatewayAddress", R"(<natGatewayId>nat-1</natGatewayId><natGatewayAddressSet>
        <item><associationId>eipassoc-1</associationId><status>disassociating</status></item></natGatewayAddressSet>)");
    const auto taken = run(gateway.disassociate_address("eipassoc-1", {.MaxDrainDurationSeconds = 350}));
    CHECK(sent() == Form{{"Action", "DisassociateNatGatewayAddress"}, {"NatGatewayId", "nat-1"},
                         {"AssociationId.1", "eipassoc-1"}, {"MaxDrainDurationSeconds", "350"}});
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].Status == "disassociating");
    refuse("NatGatewayNotFound");
    CHECK_THROWS_AS(run(gateway.disassociate_address("eipassoc-1")), DoesNotExist);
}

TEST_CASE_METHOD(EC2, "a VPN connection is led to another gateway, and is what AWS then says") {
    answer("DescribeVpnConnections", "<vpnConnectionSet><item><vpnConnectionId>vpn-1</vpnConnectionId></item></vpnConnectionSet>");
    const ec2::VpnConnection connection = run(ec2::VpnConnection::objects(session).get("vpn-1"));
    answer("ModifyVpnConnection", R"(<vpnConnection><vpnConnectionId>vpn-1</vpnConnectionId><state>modifying</state>
        <transitGatewayId>tgw-1</transitGatewayId></vpnConnection>)");
    const auto modified = run(connection.modify({.TransitGatewayId = "tgw-1"}));
    CHECK(sent() == Form{{"Action", "ModifyVpnConnection"}, {"VpnConnectionId", "vpn-1"}, {"TransitGatewayId", "tgw-1"}});
    CHECK(modified.State == "modifying");
    CHECK(modified.TransitGatewayId == "tgw-1");
}

TEST_CASE_METHOD(EC2, "an attribute of a network interface is set back; who may use interfaces is listed page by page") {
    answer("DescribeNetworkInterfaces", "<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item>"
                                        "</networkInterfaceSet>");
    const ec2::NetworkInterface interface = run(ec2::NetworkInterface::objects(session).get("eni-1"));
    answer("ResetNetworkInterfaceAttribute", "<return>true</return>");
    run(interface.reset({.SourceDestCheck = "true"}));
    CHECK(sent() == Form{{"Action", "ResetNetworkInterfaceAttribute"}, {"NetworkInterfaceId", "eni-1"},
                         {"SourceDestCheck", "true"}});
    refuse("InvalidNetworkInterfaceID.NotFound");
    CHECK_THROWS_AS(run(interface.reset({.SourceDestCheck = "true"})), DoesNotExist);

    answer("DescribeNetworkInterfacePermissions", R"(<networkInterfacePermissions><item>
        <networkInterfacePermissionId>eni-perm-1</networkInterfacePermissionId><permission>INSTANCE-ATTACH</permission>
        <permissionState><state>granted</state></permissionState></item></networkInterfacePermissions><nextToken>more</nextToken>)");
    answer("DescribeNetworkInterfacePermissions", R"(<networkInterfacePermissions><item>
        <networkInterfacePermissionId>eni-perm-2</networkInterfacePermissionId></item></networkInterfacePermissions>)");
    const std::vector<ec2::Filter> filters{
        {.Name = "network-interface-permission.network-interface-id", .Values = std::vector<std::string>{"eni-1"}}};
    const auto permissions = run(ec2::NetworkInterface::objects(session).permissions({.Filters = filters}).all());
    CHECK(sent() == Form{{"Action", "DescribeNetworkInterfacePermissions"},
                         {"Filter.1.Name", "network-interface-permission.network-interface-id"},
                         {"Filter.1.Value.1", "eni-1"}, {"NextToken", "more"}});
    REQUIRE(permissions.size() == 2);
    CHECK(permissions[0].PermissionState->State == "granted");
    CHECK(permissions[1].NetworkInterfacePermissionId == "eni-perm-2");
}

TEST_CASE_METHOD(EC2, "an image is protected from being deregistered, with time to think when that ends") {
    answer("DescribeImages", "<imagesSet><item><imageId>ami-1</imageId></item></imagesSet>");
    const ec2::AMI image = run(ec2::AMI::objects(session).get("ami-1"));
    answer("EnableImageDeregistrationProtection", "<return>enabled-with-cooldown</return>");
    CHECK(run(image.enable_deregistration_protection({.WithCooldown = true})) == "enabled-with-cooldown");
    CHECK(sent() == Form{{"Action", "EnableImageDeregistrationProtection"}, {"ImageId", "ami-1"}, {"WithCooldown", "true"}});
    answer("DisableImageDeregistrationProtection", "<return>disabled-after-cooldown</return>");
    CHECK(run(image.disable_deregistration_protection()) == "disabled-after-cooldown");
    CHECK(sent() == Form{{"Action", "DisableImageDeregistrationProtection"}, {"ImageId", "ami-1"}});
    refuse("InvalidAMIID.Unavailable");
    CHECK_THROWS_AS(run(image.disable_deregistration_protection()), DoesNotExist);
}

TEST_CASE_METHOD(EC2, "a snapshot is unlocked by its id, and a region shares none with everybody while it is told so") {
    answer("DescribeSnapshots", "<snapshotSet><item><snapshotId>snap-1</snapshotId></item></snapshotSet>");
    const ec2::Snapshot snapshot = run(ec2::Snapshot::objects(session).get("snap-1"));
    answer("UnlockSnapshot", "<snapshotId>snap-1</snapshotId>");
    run(snapshot.unlock());
    CHECK(sent() == Form{{"Action", "UnlockSnapshot"}, {"SnapshotId", "snap-1"}});
    refuse("InvalidSnapshot.NotFound");
    CHECK_THROWS_AS(run(snapshot.unlock()), DoesNotExist);

    const auto snapshots = ec2::Snapshot::objects(session);
    answer("EnableSnapshotBlockPublicAccess", "<state>block-all-sharing</state>");
    CHECK(run(snapshots.enable_block_public_access("block-all-sharing")) == "block-all-sharing");
    CHECK(sent() == Form{{"Action", "EnableSnapshotBlockPublicAccess"}, {"State", "block-all-sharing"}});
    answer("GetSnapshotBlockPublicAccessState", "<state>block-all-sharing</state><managedBy>declarative-policy</managedBy>");
    const auto state = run(snapshots.get_public_access_block_state());
    CHECK(sent() == Form{{"Action", "GetSnapshotBlockPublicAccessState"}});
    CHECK(state.State == "block-all-sharing");
    CHECK(state.ManagedBy == "declarative-policy");
    answer("DisableSnapshotBlockPublicAccess", "<state>unblocked</state>");
    CHECK(run(snapshots.disable_block_public_access()) == "unblocked");
    CHECK(sent() == Form{{"Action", "DisableSnapshotBlockPublicAccess"}});
}

TEST_CASE_METHOD(EC2, "a network interface is detached by its attachment, and cannot be without one") {
    answer("DescribeNetworkInterfaces", "<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId>"
                                        "<attachment><attachmentId>eni-attach-1</attachmentId></attachment>"
                                        "<tagSet><item><key>Team</key><value>pay</value></item></tagSet>"
                                        "</item></networkInterfaceSet>");
    ec2::NetworkInterface interface = run(ec2::NetworkInterface::objects(session).get("eni-1"));
    CHECK(interface.TagSet.get("Team") == "pay");
    answer("DetachNetworkInterface", "<return>true</return>");
    run(interface.detach({.Force = true}));
    CHECK(sent() == Form{{"Action", "DetachNetworkInterface"}, {"AttachmentId", "eni-attach-1"}, {"Force", "true"}});
    interface.Attachment.reset();
    CHECK_THROWS_AS(run(interface.detach({})), Error);
}

TEST_CASE_METHOD(EC2, "a volume is changed, read again and removed") {
    answer("DescribeVolumes", "<volumeSet><item><volumeId>vol-1</volumeId><size>8</size><volumeType>gp3</volumeType>"
                              "<status>in-use</status></item></volumeSet>");
    ec2::Volume volume = run(ec2::Volume::objects(session).get("vol-1"));
    volume.Size = 16;
    answer("DescribeVolumes", "<volumeSet><item><volumeId>vol-1</volumeId><size>8</size><volumeType>gp3</volumeType></item></volumeSet>");
    answer("ModifyVolume", "<volumeModification><volumeId>vol-1</volumeId></volumeModification>");
    answer("DescribeVolumes", "<volumeSet><item><volumeId>vol-1</volumeId><size>16</size></item></volumeSet>");
    run(volume.save());
    CHECK(sent(2) == Form{{"Action", "ModifyVolume"}, {"VolumeId", "vol-1"}, {"Size", "16"}});
    CHECK(volume.Size == 16);
    answer("DeleteVolume", "<return>true</return>");
    run(volume.remove());
    CHECK(sent() == Form{{"Action", "DeleteVolume"}, {"VolumeId", "vol-1"}});
}

TEST_CASE_METHOD(EC2, "of a volume what was changed is asked for, and not what AWS told") {
    const std::string there = "<volumeSet><item><volumeId>vol-1</volumeId><size>6000</size><volumeType>gp2</volumeType>"
                              "<iops>16000</iops><multiAttachEnabled>false</multiAttachEnabled><throughput>250</throughput>"
                              "<tagSet><item><key>Old</key><value>1</value></item></tagSet></item></volumeSet>";
    answer("DescribeVolumes", there);
    ec2::Volume volume = run(ec2::Volume::objects(session).get("vol-1"));
    volume.VolumeType = ec2::VolumeType::gp3;
    answer("DescribeVolumes", there);
    answer("ModifyVolume", "<volumeModification><volumeId>vol-1</volumeId></volumeModification>");
    answer("DescribeVolumes", there);
    run(volume.save());
    CHECK(sent(2) == Form{{"Action", "ModifyVolume"}, {"VolumeId", "vol-1"}, {"VolumeType", "gp3"}});

    answer("DescribeVolumes", there);
    volume = run(ec2::Volume::objects(session).get("vol-1"));
    volume.Tags["CostCenter"] = "7";
    volume.Tags.erase("Old");
    transport->forget();
    answer("DescribeVolumes", there);
    answer("CreateTags", "<return>true</return>");
    answer("DeleteTags", "<return>true</return>");
    run(volume.save());
    REQUIRE(transport->requests().size() == 3);
    CHECK(sent(1) == Form{{"Action", "CreateTags"}, {"ResourceId.1", "vol-1"}, {"Tag.1.Key", "CostCenter"}, {"Tag.1.Value", "7"}});
    CHECK(sent(2) == Form{{"Action", "DeleteTags"}, {"ResourceId.1", "vol-1"}, {"Tag.1.Key", "Old"}});
    CHECK(volume.Tags.get("CostCenter") == "7");
    CHECK(volume.Tags.size() == 1);

    transport->forget();
    volume.Tags.reset();
    answer("DescribeVolumes", there);
    run(volume.save());
    CHECK(transport->requests().size() == 1);
    CHECK(volume.Tags.get("Old") == "1");
}

TEST_CASE_METHOD(EC2, "what AWS has made is read again while AWS does not find it") {
    const ec2::FlowLog wanted{.ResourceId = "vpc-1", .TrafficType = "ALL"};
    answer("CreateFlowLogs", "<flowLogIdSet><item>fl-1</item></flowLogIdSet>");
    answer("DescribeFlowLogs", "<flowLogSet/>");
    refuse("InvalidFlowLogId.NotFound");
    answer("DescribeFlowLogs", "<flowLogSet><item><flowLogId>fl-1</flowLogId><flowLogStatus>ACTIVE</flowLogStatus></item></flowLogSet>");
    CHECK(run(ec2::FlowLog::objects(session).create(wanted, "VPC")).FlowLogStatus == "ACTIVE");
    using std::chrono::milliseconds;
    CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>{milliseconds(250), milliseconds(500)});
    CHECK(transport->count("CreateFlowLogs") == 1);
}

TEST_CASE_METHOD(EC2, "what AWS has made is not lost where it cannot be read") {
    const ec2::FlowLog wanted{.ResourceId = "vpc-1", .TrafficType = "ALL"};
    answer("CreateFlowLogs", "<flowLogIdSet><item>fl-1</item></flowLogIdSet>");
    refuse("UnauthorizedOperation");
    const ec2::FlowLog made = run(ec2::FlowLog::objects(session).create(wanted, "VPC"));
    CHECK(made.FlowLogId == "fl-1");
    CHECK(made.TrafficType == "ALL");
    CHECK(made.state_.from_aws());

    answer("CreateImage", "<imageId>ami-1</imageId>");
    for (int i = 0; i < 6; ++i) refuse("InvalidAMIID.NotFound");
    ec2::AMI image{.Name = "web"};
    image.SourceInstanceId = "i-1";
    CHECK(run(ec2::AMI::objects(session).create(image)).ImageId == "ami-1");
    CHECK(sleeper->slept.size() == 5);

    answer("CreateFlowLogs", "<flowLogIdSet/>");  // it does not say which one
    CHECK_THROWS_AS(run(ec2::FlowLog::objects(session).create(wanted, "VPC")), DoesNotExist);

    transport->once("", fake::reply("<CreateFlowLogsResponse><flowLogIdSet><item>fl-1</item></flowLogIdSet></CreateFlowLogsResponse>"));
    sleeper->sleeping.close();
    refuse("InvalidFlowLogId.NotFound");
    fake::Running<ec2::FlowLog> running;
    start(running, ec2::FlowLog::objects(session).create(wanted, "VPC"));
    cancel(running);
    CHECK(running.aborted());
}

TEST_CASE_METHOD(EC2, "an instance that is made from the model of another one is another one") {
    answer("DescribeInstances", "<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><imageId>ami-1</imageId>"
                                "<clientToken>that of i-1</clientToken></item></instancesSet></item></reservationSet>");
    const ec2::Instance machine = run(ec2::Instance::objects(session).get("i-1"));
    CHECK(machine.ClientToken == "that of i-1");
    answer("RunInstances", "<instancesSet><item><instanceId>i-2</instanceId></item></instancesSet>");
    run(ec2::Instance::objects(session).create(machine));
    CHECK(sent().at("ClientToken") != "that of i-1");
    answer("RunInstances", "<instancesSet><item><instanceId>i-3</instanceId></item></instancesSet>");
    run(ec2::Instance::objects(session).create(machine, {.ClientToken = "mine"}));
    CHECK(sent().at("ClientToken") == "mine");
}

// --- filters, tags of what is new --------------------------------------------------------------------------------------------

TEST_CASE_METHOD(EC2, "what belongs to a resource is asked for by a filter, and for nothing where the resource has no id") {
    answer("DescribeVpcs", "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>");
    const ec2::Vpc vpc = run(ec2::Vpc::objects(session).get("vpc-1"));
    answer("DescribeSubnets", "<subnetSet><item><subnetId>subnet-1</subnetId></item></subnetSet>");
    CHECK(run(vpc.subnets().all()).size() == 1);
    CHECK(sent() == Form{{"Action", "DescribeSubnets"}, {"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", "vpc-1"}});
    const std::size_t asked = transport->requests().size();
    const ec2::Vpc nobody;
    CHECK(run(nobody.subnets().all()).empty());
    const ec2::Snapshot nothing;
    CHECK(run(nothing.instances().all()).empty());
    CHECK(transport->requests().size() == asked);
}

TEST_CASE_METHOD(EC2, "what is created gets the tags of its model, and arguments say more") {
    ec2::Volume wanted{.Size = 8, .AvailabilityZone = "us-east-1a"};
    wanted.Tags["Team"] = "pay";
    const auto sent_but_for_token = [this] {
        Form form = sent();
        CHECK(form.erase("ClientToken") == 1);
        return form;
    };
    answer("CreateVolume", "<volumeId>vol-1</volumeId>");
    run(ec2::Volume::objects(session).create(wanted));
    CHECK(sent_but_for_token() == Form{{"Action", "CreateVolume"}, {"AvailabilityZone", "us-east-1a"}, {"Size", "8"},
                         {"TagSpecification.1.ResourceType", "volume"}, {"TagSpecification.1.Tag.1.Key", "Team"},
                         {"TagSpecification.1.Tag.1.Value", "pay"}});
    std::vector<ec2::TagSpecification> tags(1);
    tags[0].ResourceType = "volume";
    tags[0].Tags["Team"] = "web";
    answer("CreateVolume", "<volumeId>vol-1</volumeId>");
    run(ec2::Volume::objects(session).create(wanted, {.TagSpecifications = tags}));
    CHECK(sent().at("TagSpecification.1.Tag.1.Value") == "web");
    CHECK_FALSE(sent().contains("TagSpecification.2.ResourceType"));
    const ec2::Volume bare{.Size = 8, .AvailabilityZone = "us-east-1a"};
    answer("CreateVolume", "<volumeId>vol-1</volumeId>");
    run(ec2::Volume::objects(session).create(bare));
    CHECK(sent_but_for_token() == Form{{"Action", "CreateVolume"}, {"AvailabilityZone", "us-east-1a"}, {"Size", "8"}});
}

TEST_CASE_METHOD(EC2, "a flow log is made of one resource, and what AWS could not do is an error") {
    ec2::FlowLog wanted{.ResourceId = "vpc-1", .TrafficType = "ALL"};
    answer("CreateFlowLogs", "<flowLogIdSet><item>fl-1</item></flowLogIdSet>");
    answer("DescribeFlowLogs", "<flowLogSet><item><flowLogId>fl-1</flowLogId></item></flowLogSet>");
    CHECK(run(ec2::FlowLog::objects(session).create(wanted, "VPC")).FlowLogId == "fl-1");
    CHECK(sent(0) == Form{{"Action", "CreateFlowLogs"}, {"ResourceId.1", "vpc-1"}, {"ResourceType", "VPC"}, {"TrafficType", "ALL"}});
    CHECK(sent(1) == Form{{"Action", "DescribeFlowLogs"}, {"FlowLogId.1", "fl-1"}});
    answer("CreateFlowLogs", "<flowLogIdSet/><unsuccessful><item><resourceId>vpc-1</resourceId><error><code>FlowLogAlreadyExists"
                             "</code><message>there is one</message></error></item></unsuccessful>");
    try {
        run(ec2::FlowLog::objects(session).create(wanted, "VPC"));
        FAIL("a failure was overlooked");
    } catch (const ServiceError& error) {
        CHECK(error.code() == "FlowLogAlreadyExists");
        CHECK(error.message() == "there is one");
        CHECK(error.details().explanation == "vpc-1");
    }
    answer("DeleteFlowLogs", "<unsuccessful><item><resourceId>fl-1</resourceId><error><code>InvalidFlowLogId.NotFound</code>"
                             "</error></item></unsuccessful>");
    CHECK_THROWS_AS(run(ec2::FlowLog::objects(session).remove("fl-1")), DoesNotExist);
    answer("DeleteFlowLogs", "<unsuccessful/>");
    run(ec2::FlowLog::objects(session).remove("fl-1"));
}

// --- security groups ---------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view everything_out =
    "<item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item>";

std::string tcp_rule(int port, std::string_view cidr, std::string_view description = "") {
    return "<item><ipProtocol>tcp</ipProtocol><fromPort>" + std::to_string(port) + "</fromPort><toPort>" +
           std::to_string(port) + "</toPort><ipRanges><item><cidrIp>" + std::string(cidr) + "</cidrIp>" +
           (description.empty() ? "" : "<description>" + std::string(description) + "</description>") +
           "</item></ipRanges></item>";
}
std::string group_with(std::string_view ingress, std::string_view egress = everything_out) {
    return "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>web</groupName><ipPermissions>" + std::string(ingress) +
           "</ipPermissions><ipPermissionsEgress>" + std::string(egress) + "</ipPermissionsEgress></item></securityGroupInfo>";
}
ec2::IpPermission allow(std::string_view protocol, int port, std::string_view cidr) {
    ec2::IpPermission rule;
    rule.IpProtocol = std::string(protocol);
    rule.FromPort = rule.ToPort = port;
    rule.IpRanges.push_back(ec2::IpRange{.CidrIp = std::string(cidr)});
    return rule;
}

// Not created yet, and of a session that is not the default one.
ec2::SecurityGroup new_group(const Session& session) {
    ec2::SecurityGroup group{.GroupName = "web", .Description = "the web"};
    detail::ModelAccess::came_from_aws(group.state_, session.state(), 0);
    detail::ModelAccess::left_aws(group.state_);
    return group;
}

}  // namespace

TEST_CASE_METHOD(EC2, "a new security group is created with its rules, and keeps the one that lets everything out") {
    ec2::SecurityGroup group = new_group(session);
    group.IpPermissions.push_back(allow("tcp", 443, "10.0.0.0/8"));
    answer("CreateSecurityGroup", "<groupId>sg-1</groupId>");
    answer("DescribeSecurityGroups", group_with(""));
    answer("AuthorizeSecurityGroupIngress", "<return>true</return>");
    answer("DescribeSecurityGroups", group_with(tcp_rule(443, "10.0.0.0/8")));
    run(group.save());
    REQUIRE(transport->requests().size() == 4);
    CHECK(sent(2) == Form{{"Action", "AuthorizeSecurityGroupIngress"}, {"GroupId", "sg-1"},
                          {"IpPermissions.1.IpProtocol", "tcp"}, {"IpPermissions.1.FromPort", "443"},
                          {"IpPermissions.1.ToPort", "443"}, {"IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"}});
    CHECK(group.GroupId == "sg-1");
    CHECK(group.IpPermissions.size() == 1);
    CHECK(group.IpPermissionsEgress.size() == 1);
    CHECK(group.state_.from_aws());
}

TEST_CASE_METHOD(EC2, "of a security group the difference is saved: new rules first, then old ones go") {
    answer("DescribeSecurityGroups", group_with(tcp_rule(80, "10.0.0.0/8") + tcp_rule(22, "10.1.0.0/16") + tcp_rule(25, "10.2.0.0/16", "mail")));
    ec2::SecurityGroup group = run(ec2::SecurityGroup::objects(session).get("sg-1"));
    transport->forget();
    group.IpPermissions = std::vector<ec2::IpPermission>{};
    group.IpPermissions.push_back(allow("6", 80, "10.0.0.1/8"));    // the same, said otherwise
    group.IpPermissions.push_back(allow("tcp", 443, "10.0.0.0/8"));  // new
    group.IpPermissions.push_back(allow("tcp", 25, "10.2.0.0/16"));  // its description went
    group.IpPermissionsEgress = std::vector<ec2::IpPermission>{};    // nothing may go out
    answer("DescribeSecurityGroups", group_with(tcp_rule(80, "10.0.0.0/8") + tcp_rule(22, "10.1.0.0/16") + tcp_rule(25, "10.2.0.0/16", "mail")));
    answer("AuthorizeSecurityGroupIngress", "<return>true</return>");
    answer("UpdateSecurityGroupRuleDescriptionsIngress", "<return>true</return>");
    answer("RevokeSecurityGroupIngress", "<return>true</return>");
    answer("RevokeSecurityGroupEgress", "<return>true</return>");
    answer("DescribeSecurityGroups", group_with(tcp_rule(443, "10.0.0.0/8"), ""));
    run(group.save());
    REQUIRE(transport->requests().size() == 6);
    CHECK(sent(1) == Form{{"Action", "AuthorizeSecurityGroupIngress"}, {"GroupId", "sg-1"},
                          {"IpPermissions.1.IpProtocol", "tcp"}, {"IpPermissions.1.FromPort", "443"},
                          {"IpPermissions.1.ToPort", "443"}, {"IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"}});
    CHECK(sent(2).at("Action") == "UpdateSecurityGroupRuleDescriptionsIngress");
    CHECK(sent(2).at("IpPermissions.1.IpRanges.1.CidrIp") == "10.2.0.0/16");
    CHECK(sent(3) == Form{{"Action", "RevokeSecurityGroupIngress"}, {"GroupId", "sg-1"},
                          {"IpPermissions.1.IpProtocol", "tcp"}, {"IpPermissions.1.FromPort", "22"},
                          {"IpPermissions.1.ToPort", "22"}, {"IpPermissions.1.IpRanges.1.CidrIp", "10.1.0.0/16"}});
    CHECK(sent(4) == Form{{"Action", "RevokeSecurityGroupEgress"}, {"GroupId", "sg-1"}, {"IpPermissions.1.IpProtocol", "-1"},
                          {"IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"}});
    CHECK(group.IpPermissionsEgress.empty());
}

TEST_CASE_METHOD(EC2, "a security group whose rules are as wanted is only looked at") {
    answer("DescribeSecurityGroups", group_with(tcp_rule(80, "10.0.0.0/8")));
    ec2::SecurityGroup group = run(ec2::SecurityGroup::objects(session).get("sg-1"));
    transport->forget();
    answer("DescribeSecurityGroups", group_with(tcp_rule(80, "10.0.0.0/8")));
    answer("DescribeSecurityGroups", group_with(tcp_rule(80, "10.0.0.0/8")));
    run(group.save());
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(EC2, "a security group that was created and not filled is gone on with") {
    ec2::SecurityGroup group = new_group(session);
    group.IpPermissions.push_back(allow("tcp", 443, "10.0.0.0/8"));
    answer("CreateSecurityGroup", "<groupId>sg-1</groupId>");
    answer("DescribeSecurityGroups", group_with(""));
    refuse("RulesPerSecurityGroupLimitExceeded");
    CHECK_THROWS_AS(run(group.save()), ServiceError);
    CHECK(group.GroupId == "sg-1");
    CHECK(group.IpPermissions.size() == 1);
    transport->forget();
    answer("DescribeSecurityGroups", group_with(""));
    answer("AuthorizeSecurityGroupIngress", "<return>true</return>");
    answer("DescribeSecurityGroups", group_with(tcp_rule(443, "10.0.0.0/8")));
    run(group.save());
    CHECK(sent(1).at("Action") == "AuthorizeSecurityGroupIngress");
}

TEST_CASE_METHOD(EC2, "a new security group that cannot be read is no group without rules") {
    ec2::SecurityGroup group = new_group(session);
    group.IpPermissionsEgress = std::vector<ec2::IpPermission>{};  // nothing may go out
    answer("CreateSecurityGroup", "<groupId>sg-1</groupId>");
    refuse("UnauthorizedOperation");
    refuse("UnauthorizedOperation");
    CHECK_THROWS_WITH(run(group.save()), has_text("the security group sg-1 was created") && has_text("UnauthorizedOperation"));
    CHECK(group.GroupId == "sg-1");
    CHECK(group.IpPermissionsEgress.has_value());
    transport->forget();
    answer("DescribeSecurityGroups", group_with(""));
    answer("RevokeSecurityGroupEgress", "<return>true</return>");
    answer("DescribeSecurityGroups", group_with("", ""));
    run(group.save());
    CHECK(sent(1).at("Action") == "RevokeSecurityGroupEgress");

    ec2::SecurityGroup other = new_group(session);
    other.IpPermissionsEgress = std::vector<ec2::IpPermission>{};
    transport->forget();
    answer("CreateSecurityGroup", "<groupId>sg-1</groupId>");
    refuse("UnauthorizedOperation");
    answer("DescribeSecurityGroups", group_with(""));  // now it can
    answer("RevokeSecurityGroupEgress", "<return>true</return>");
    answer("DescribeSecurityGroups", group_with("", ""));
    run(other.save());
    CHECK(sent(3).at("Action") == "RevokeSecurityGroupEgress");
}

TEST_CASE_METHOD(EC2, "what AWS cannot change of a security group is refused") {
    const std::string there = "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>web</groupName><groupDescription>the web"
                              "</groupDescription><vpcId>vpc-1</vpcId></item></securityGroupInfo>";
    answer("DescribeSecurityGroups", there);
    const ec2::SecurityGroup group = run(ec2::SecurityGroup::objects(session).get("sg-1"));
    const auto refuses = [&](auto change) {
        ec2::SecurityGroup changed = group;
        change(changed);
        transport->forget();
        answer("DescribeSecurityGroups", there);
        CHECK_THROWS_AS(run(changed.save()), NotUpdatable);
        CHECK(transport->requests().size() == 1);
    };
    refuses([](ec2::SecurityGroup& changed) { changed.GroupName = "other"; });
    refuses([](ec2::SecurityGroup& changed) { changed.Description = "other"; });
    refuses([](ec2::SecurityGroup& changed) { changed.VpcId = "vpc-2"; });
}

TEST_CASE_METHOD(EC2, "ports count only of protocols that have them") {
    const std::string there = group_with("<item><ipProtocol>47</ipProtocol><ipRanges><item><cidrIp>10.0.0.0/8</cidrIp></item>"
                                         "</ipRanges></item>");
    answer("DescribeSecurityGroups", there);
    ec2::SecurityGroup group = run(ec2::SecurityGroup::objects(session).get("sg-1"));
    group.IpPermissions = std::vector<ec2::IpPermission>{};
    group.IpPermissions.push_back(allow("47", 0, "10.0.0.0/8"));
    transport->forget();
    answer("DescribeSecurityGroups", there);
    answer("DescribeSecurityGroups", there);
    run(group.save());
    CHECK(transport->requests().size() == 2);
    answer("DescribeSecurityGroups", there);
    answer("AuthorizeSecurityGroupIngress", "<return>true</return>");
    answer("RevokeSecurityGroupIngress", "<return>true</return>");
    answer("DescribeSecurityGroups", there);
    group.IpPermissions = std::vector<ec2::IpPermission>{};
    group.IpPermissions.push_back(allow("58", 128, "10.0.0.0/8"));
    transport->forget();
    run(group.save());
    CHECK(sent(1).at("IpPermissions.1.IpProtocol") == "icmpv6");
    CHECK(sent(1).at("IpPermissions.1.FromPort") == "128");
}

TEST_CASE_METHOD(EC2, "a rule is the same however its protocol and its peer are written") {
    const std::string there = group_with(std::string(everything_out) +
        "<item><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>2</toPort><groups><item><groupId>sg-2</groupId>"
        "<groupName>db</groupName></item><item><groupId>sg-1</groupId></item></groups></item>");
    answer("DescribeSecurityGroups", there);
    ec2::SecurityGroup group = run(ec2::SecurityGroup::objects(session).get("sg-1"));
    group.IpPermissions = std::vector<ec2::IpPermission>{};
    ec2::IpPermission all = allow("ALL", 0, "0.0.0.0/0");
    group.IpPermissions.push_back(all);
    ec2::IpPermission peers;
    peers.IpProtocol = "TCP";
    peers.FromPort = 1;
    peers.ToPort = 2;
    peers.UserIdGroupPairs.push_back(ec2::UserIdGroupPair{.GroupName = "db"});
    peers.UserIdGroupPairs.push_back(ec2::UserIdGroupPair{.GroupName = "web"});  // the group itself
    group.IpPermissions.push_back(peers);
    transport->forget();
    answer("DescribeSecurityGroups", there);
    answer("DescribeSecurityGroups", there);
    run(group.save());
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(EC2, "tags of a security group are saved with its rules") {
    answer("DescribeSecurityGroups", group_with(""));
    ec2::SecurityGroup group = run(ec2::SecurityGroup::objects(session).get("sg-1"));
    group.Tags["Team"] = "pay";
    transport->forget();
    answer("DescribeSecurityGroups", group_with(""));
    answer("CreateTags", "<return>true</return>");
    answer("DescribeSecurityGroups", group_with(""));
    run(group.save());
    CHECK(sent(1) == Form{{"Action", "CreateTags"}, {"ResourceId.1", "sg-1"}, {"Tag.1.Key", "Team"}, {"Tag.1.Value", "pay"}});
}

// --- waiting -----------------------------------------------------------------------------------------------------------------

namespace {
std::string instance_in(std::string_view state) {
    return "<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>" + std::string(state) +
           "</name></instanceState></item></instancesSet></item></reservationSet>";
}
}  // namespace

TEST_CASE_METHOD(EC2, "an instance is started, waited for, stopped and terminated") {
    const ec2::Instance machine = instance();
    answer("StartInstances", "<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>");
    run(machine.start());
    CHECK(sent() == Form{{"Action", "StartInstances"}, {"InstanceId.1", "i-1"}});
    refuse("InvalidInstanceID.NotFound");  // EC2 takes a while to know what it made
    answer("DescribeInstances", instance_in("pending"));
    answer("DescribeInstances", instance_in("running"));
    transport->forget();
    run(machine.wait_until_running());
    CHECK(transport->requests().size() == 3);
    CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>(2, std::chrono::seconds(15)));

    answer("StopInstances", "<instancesSet/>");
    run(machine.stop({.Force = true}));
    CHECK(sent() == Form{{"Action", "StopInstances"}, {"InstanceId.1", "i-1"}, {"Force", "true"}});
    answer("DescribeInstances", instance_in("stopping"));
    answer("DescribeInstances", instance_in("stopped"));
    run(machine.wait_until_stopped());

    answer("RebootInstances", "<return>true</return>");
    run(machine.reboot());
    answer("TerminateInstances", "<instancesSet/>");
    run(machine.terminate());
    answer("DescribeInstances", instance_in("terminated"));
    run(machine.wait_until_terminated());
}

TEST_CASE_METHOD(EC2, "nobody waits for what will not come, or for ever") {
    const ec2::Instance machine = instance();
    answer("DescribeInstances", instance_in("terminated"));
    try {
        run(machine.wait_until_running());
        FAIL("it is terminated");
    } catch (const ServiceError& error) {
        CHECK(error.code() == "WaitFailed");
    }
    refuse("InvalidInstanceID.NotFound");
    CHECK_THROWS_AS(run(machine.wait_until_stopped()), ServiceError);
    transport->forget();
    for (int i = 0; i < 40; ++i) answer("DescribeInstances", instance_in("pending"));
    CHECK_THROWS_AS(run(machine.wait_until_running()), TimeoutError);
    CHECK(transport->requests().size() == 40);
    CHECK_THROWS_WITH(run(ec2::Instance{}.wait_until_running()), has_text("MissingKey") && has_text("`InstanceId`"));
}
