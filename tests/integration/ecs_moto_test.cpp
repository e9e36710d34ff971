// ECS on a moto server, with boto3 as the second witness: what one of the two makes, the other sees, equal in every member.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/json.hpp>
#include <botocraft/regions.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace json = boost::json;
namespace ecs = botocraft::ecs;
using botocraft::Session;
using namespace botocraft::test;

namespace {

json::value first(const json::value& reply, std::string_view list) {
    return reply.at(json::string_view(list.data(), list.size())).at(0);
}

constexpr std::string_view task_definition = R"({
    "family": "web", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
    "containerDefinitions": [{"name": "nginx", "image": "registry.example/team/nginx:1.25", "cpu": 10, "memory": 64,
        "environment": [{"name": "STAGE", "value": "tëst"}], "portMappings": [{"containerPort": 80}]}],
    "volumes": [{"name": "data", "host": {"sourcePath": "/data"}}],
    "tags": [{"key": "Team", "value": "payments"}]})";

void make_cluster_and_definition(Witness& witness) {
    witness.call("ecs", "create_cluster", parse(R"({"clusterName": "prod", "capacityProviders": ["FARGATE"],
        "settings": [{"name": "containerInsights", "value": "enabled"}], "tags": [{"key": "Team", "value": "payments"}]})"));
    witness.call("ecs", "register_task_definition", parse(task_definition));
}

}  // namespace

TEST_CASE("a cluster that boto3 made is read equal, alone, among others and in a list") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    make_cluster_and_definition(*witness);
    witness->call("ecs", "create_cluster", parse(R"({"clusterName": "test"})"));
    const auto theirs =
        witness->call("ecs", "describe_clusters", parse(R"({"clusters": ["prod"], "include": ["TAGS"]})"));
    const Session session = session_for(*witness);

    const auto one = await(ecs::Cluster::objects(session).get("prod"));
    CHECK(difference(one, first(theirs, "clusters")) == "");
    CHECK(one.tags.get("Team") == "payments");
    CHECK(one.name() == "prod");
    CHECK(one.pk() == one.clusterArn);

    const std::vector<std::string> names{"prod", "test", "absent"};
    const auto many = await(ecs::Cluster::objects(session).get_many(names));
    CHECK(many.size() == 2);
    const auto all = await(ecs::Cluster::objects(session).list().order_by("clusterName").all());
    REQUIRE(all.size() == 2);
    CHECK(all[0] == one);
    CHECK(await(ecs::Cluster::objects(session).list().filter("tags__Team", "payments").count()) == 1);
}

TEST_CASE("a task definition that boto3 registered is read equal, with its tags") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    make_cluster_and_definition(*witness);
    const auto theirs = witness->call("ecs", "describe_task_definition",
                                      parse(R"({"taskDefinition": "web:1", "include": ["TAGS"]})"));
    auto expected = theirs.at("taskDefinition");
    expected.as_object()["tags"] = theirs.at("tags");  // our model has the tags that AWS puts beside it
    const Session session = session_for(*witness);

    const auto one = await(ecs::TaskDefinition::objects(session).get("web:1"));
    CHECK(difference(one, expected) == "");
    CHECK(one.family_revision() == "web:1");
    const auto& container = one.containerDefinitions.front();
    CHECK(container.repository_name() == "team/nginx");
    CHECK(container.image_tag() == "1.25");
    const auto listed = await(ecs::TaskDefinition::objects(session).list().all());
    REQUIRE(listed.size() == 1);
    CHECK(listed[0] == one);
    const auto families = await(ecs::TaskDefinition::objects(session).families().all());
    REQUIRE(families.size() == 1);
    CHECK(families[0] == "web");
}

TEST_CASE("services that boto3 made are read equal, and so are their relations") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    make_cluster_and_definition(*witness);
    for (int i = 0; i < 23; ++i) {
        auto arguments = parse(R"({"cluster": "prod", "taskDefinition": "web", "launchType": "FARGATE",
                                   "tags": [{"key": "Team", "value": "payments"}]})");
        arguments["serviceName"] = "web-" + std::to_string(i);
        arguments["desiredCount"] = i;
        witness->call("ecs", "create_service", arguments);
    }
    const auto theirs = witness->call(
        "ecs", "describe_services", parse(R"({"cluster": "prod", "services": ["web-7"], "include": ["TAGS"]})"));
    const Session session = session_for(*witness);

    const auto service = await(ecs::Service::objects(session).get("web-7", {.cluster = "prod"}));
    CHECK(difference(service, first(theirs, "services")) == "");
    CHECK(service.cluster_name() == "prod");
    CHECK(service.pk()["service"] == "web-7");
    const auto cluster = await(service.cluster());
    REQUIRE(cluster);
    CHECK(cluster->clusterName == "prod");
    const auto definition = await(service.task_definition());
    REQUIRE(definition);
    CHECK(definition->family == "web");

    // More services than one description takes.
    const auto busy = ecs::Service::objects(session).list({.cluster = "prod"}).filter("desiredCount__gte", 20);
    const auto names = await(busy.order_by("-desiredCount").values("serviceName"));
    REQUIRE(names.size() == 3);
    CHECK(names[0]["serviceName"] == botocraft::Value("web-22"));
    CHECK(await(ecs::Service::objects(session).all().count()) == 23);
    CHECK(await(cluster->services().count()) == 23);
}

TEST_CASE("tasks that boto3 ran are read equal") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    make_cluster_and_definition(*witness);
    const auto subnets = witness->call("ec2", "describe_subnets");
    auto arguments = parse(R"({"cluster": "prod", "taskDefinition": "web", "count": 3, "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": "DISABLED",
                                                            "securityGroups": []}}})");
    auto& network = arguments["networkConfiguration"].at("awsvpcConfiguration").as_object();
    network["subnets"] = json::array(1, first(subnets, "Subnets").at("SubnetId"));
    const auto ran = witness->call("ecs", "run_task", arguments);
    const Session session = session_for(*witness);

    const auto tasks = await(ecs::Task::objects(session).list({.cluster = "prod"}).all());
    CHECK(tasks.size() == 3);
    const std::string arn(first(ran, "tasks").at("taskArn").as_string());
    json::object describe = parse(R"({"cluster": "prod", "include": ["TAGS"]})");
    describe["tasks"] = json::array(1, json::string(arn));
    // moto counts on with every look: ask for both right after each other, and leave out what moves.
    auto theirs = first(witness->call("ecs", "describe_tasks", describe), "tasks");
    const auto ours = await(ecs::Task::objects(session).get(arn, {.cluster = "prod"}));
    CHECK(ours.taskArn == arn);
    CHECK(ours.attachments.size() == theirs.at("attachments").as_array().size());
    CHECK(ours.attachments.front().type == "ElasticNetworkInterface");
    CHECK(ours.containers.size() == theirs.at("containers").as_array().size());
    CHECK(ours.taskDefinition() == "web:1");
    const auto definition = await(ours.task_definition());
    REQUIRE(definition);
    CHECK(definition->revision == 1);
}

TEST_CASE("container instances, capacity providers and task sets that boto3 made are read equal") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    make_cluster_and_definition(*witness);
    const Session session = session_for(*witness);

    const auto images = witness->call("ec2", "describe_images");
    json::object run = parse(R"({"MinCount": 1, "MaxCount": 1})");
    run["ImageId"] = first(images, "Images").at("ImageId");
    const auto instance = first(witness->call("ec2", "run_instances", run), "Instances").at("InstanceId");
    json::object identity;
    identity["instanceId"] = instance;
    json::object registration = parse(R"({"cluster": "prod"})");
    registration["instanceIdentityDocument"] = json::serialize(identity);
    const auto registered = witness->call("ecs", "register_container_instance", registration);
    const std::string arn(registered.at("containerInstance").at("containerInstanceArn").as_string());
    json::object describe = parse(R"({"cluster": "prod"})");
    describe["containerInstances"] = json::array(1, json::string(arn));
    const auto theirs = witness->call("ecs", "describe_container_instances", describe);
    const auto instances = await(ecs::ContainerInstance::objects(session).list({.cluster = "prod"}).all());
    REQUIRE(instances.size() == 1);
    CHECK(difference(instances[0], first(theirs, "containerInstances")) == "");

    const auto made = witness->call("ecs", "create_capacity_provider", parse(R"({"name": "spot",
        "autoScalingGroupProvider": {"autoScalingGroupArn": "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/asg",
        "managedScaling": {"status": "ENABLED", "targetCapacity": 80}}, "tags": [{"key": "Team", "value": "payments"}]})"));
    const auto provider = await(ecs::CapacityProvider::objects(session).get("spot"));
    CHECK(difference(provider, made.at("capacityProvider")) == "");

    witness->call("ecs", "register_task_definition",
                  parse(R"({"family": "plain", "containerDefinitions": [{"name": "a", "image": "a", "memory": 64}]})"));
    witness->call("ecs", "create_service", parse(R"({"cluster": "prod", "serviceName": "external",
        "deploymentController": {"type": "EXTERNAL"}})"));
    witness->call("ecs", "create_task_set", parse(R"({"cluster": "prod", "service": "external",
        "taskDefinition": "plain", "scale": {"value": 50, "unit": "PERCENT"}})"));
    const auto sets = witness->call("ecs", "describe_task_sets",
                                    parse(R"({"cluster": "prod", "service": "external", "include": ["TAGS"]})"));
    const auto set = await(ecs::TaskSet::objects(session).list("external", "prod").all());
    REQUIRE(set.size() == 1);
    CHECK(difference(set[0], first(sets, "taskSets")) == "");
}

namespace {

botocraft::awaitable<ecs::Service> make_everything(Session session) {
    ecs::Cluster cluster{.clusterName = "prod"};
    cluster.tags["Team"] = "payments";
    cluster = co_await ecs::Cluster::objects(session).create(cluster);

    ecs::TaskDefinition definition{.family = "web"};
    definition.cpu = "256";
    definition.memory = "512";
    auto& container = definition.containerDefinitions.emplace_back();
    container.name = "nginx";
    container.image = "nginx:1.25";
    container.memory = 64;
    container.environment.emplace_back() = {.name = "STAGE", .value = "test"};
    definition.tags["Team"] = "payments";
    definition = co_await ecs::TaskDefinition::objects(session).create(definition);

    ecs::Service service{.serviceName = "web", .clusterArn = cluster.clusterArn, .desiredCount = 2};
    service.taskDefinition = definition.taskDefinitionArn;
    service.launchType = ecs::LaunchType::EC2;
    service.tags["Team"] = "payments";
    service = co_await ecs::Service::objects(session).create(service);
    co_return service;
}

}  // namespace

TEST_CASE("what this library makes, boto3 sees equal") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    auto service = await(make_everything(session));
    const auto described = parse(R"({"cluster": "prod", "services": ["web"], "include": ["TAGS"]})");
    CHECK(difference(service, first(witness->call("ecs", "describe_services", described), "services")) == "");
    const auto definition = witness->call("ecs", "describe_task_definition",
                                          parse(R"({"taskDefinition": "web", "include": ["TAGS"]})"));
    CHECK(definition.at("taskDefinition").at("containerDefinitions").at(0).at("image") == "nginx:1.25");
    CHECK(definition.at("tags").at(0).at("value") == "payments");

    // A model that came from AWS is updated by save.
    service.desiredCount = 5;
    await(service.save());
    CHECK(first(witness->call("ecs", "describe_services", described), "services").at("desiredCount") == 5);
    const auto again = await(
        ecs::Service::objects(session).partial_update("web", {.cluster = "prod", .desiredCount = 0}));
    CHECK(again.desiredCount == 0);
    CHECK(first(witness->call("ecs", "describe_services", described), "services").at("desiredCount") == 0);
    await(service.remove());
    CHECK(first(witness->call("ecs", "describe_services", described), "services").at("status") != "ACTIVE");
    CHECK_FALSE(service.state_.from_aws());
}

TEST_CASE("tasks, capacity providers and task sets that this library makes, boto3 sees equal") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    make_cluster_and_definition(*witness);
    const Session session = session_for(*witness);

    ecs::CapacityProvider provider{.name = "spot"};
    auto& group = provider.autoScalingGroupProvider.emplace();
    group.autoScalingGroupArn =
        "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/asg";
    group.managedScaling.emplace().targetCapacity = 80;
    provider.tags["Team"] = "payments";
    provider = await(ecs::CapacityProvider::objects(session).create(provider));
    const auto providers = parse(R"({"capacityProviders": ["spot"]})");
    CHECK(difference(provider, first(witness->call("ecs", "describe_capacity_providers", providers),
                                     "capacityProviders")) == "");
    await(provider.remove());
    CHECK_FALSE(await(ecs::CapacityProvider::objects(session).get_or_none("spot")));

    witness->call("ecs", "register_task_definition",
                  parse(R"({"family": "plain", "containerDefinitions": [{"name": "a", "image": "a", "memory": 64}]})"));
    ecs::Service service{.serviceName = "external", .clusterArn = "prod"};
    service.deploymentController.emplace().type = "EXTERNAL";
    service = await(ecs::Service::objects(session).create(service));
    ecs::TaskSet set{.serviceArn = service.serviceArn, .clusterArn = service.clusterArn};
    set.taskDefinition = "plain";
    set.launchType = "FARGATE";  // moto has no machines, and needs a subnet for the rest
    const auto subnets = witness->call("ec2", "describe_subnets");
    ecs::NetworkConfiguration network;
    const std::string subnet(first(subnets, "Subnets").at("SubnetId").as_string());
    network.awsvpcConfiguration.emplace().subnets = {subnet};
    set.networkConfiguration.emplace() = network;
    auto& scale = set.scale.emplace();
    scale.value = 50;
    scale.unit = "PERCENT";
    set = await(ecs::TaskSet::objects(session).create(set));
    const auto sets = parse(R"({"cluster": "prod", "service": "external", "include": ["TAGS"]})");
    const auto made = first(witness->call("ecs", "describe_task_sets", sets), "taskSets");
    CHECK(made.at("id").as_string() == *set.id);
    set.scale->value = 75;
    await(set.save());
    const auto changed = first(witness->call("ecs", "describe_task_sets", sets), "taskSets");
    CHECK(changed.at("scale").at("value").to_number<double>() == 75);
    await(set.remove());
    CHECK(witness->call("ecs", "describe_task_sets", sets).at("taskSets").as_array().empty());

    ecs::Task task{.clusterArn = service.clusterArn, .taskDefinitionArn = "plain"};
    task.launchType = "FARGATE";
    task = await(ecs::Task::objects(session).create(task, {.networkConfiguration = network}));
    const auto ran = witness->call("ecs", "list_tasks", parse(R"({"cluster": "prod"})"));
    CHECK(ran.at("taskArns").at(0).as_string() == *task.taskArn);
    await(task.remove());
    json::object described = parse(R"({"cluster": "prod"})");
    described["tasks"] = json::array(1, json::string(*task.taskArn));
    CHECK(first(witness->call("ecs", "describe_tasks", described), "tasks").at("desiredStatus") == "STOPPED");
}

TEST_CASE("what is not there is DoesNotExist, and a refusal is its own type") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    make_cluster_and_definition(*witness);
    const Session session = session_for(*witness);
    CHECK_THROWS_AS(await(ecs::Service::objects(session).get("absent", {.cluster = "prod"})), botocraft::DoesNotExist);
    CHECK_THROWS_AS(await(ecs::Cluster::objects(session).get("absent")), botocraft::DoesNotExist);
    CHECK_FALSE(await(ecs::Cluster::objects(session).get_or_none("absent")));
    CHECK_THROWS_AS(await(ecs::Service::objects(session).get("web", {.cluster = "absent"})),
                    ecs::ClusterNotFoundException);
    try {
        await(ecs::Service::objects(session).list({.cluster = "absent"}).all());
        FAIL("a cluster that does not exist was listed");
    } catch (const botocraft::ServiceError& error) {
        CHECK(error.code() == "ClusterNotFoundException");
        CHECK(error.status() == 400);
        CHECK_FALSE(error.request_id().empty());
        CHECK(error.message().find("Cluster not found") != std::string::npos);
    }
}

TEST_CASE("one expression sees the services of several regions, each told from the others") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const std::vector<std::string> regions{"eu-west-1", "us-west-2", "ap-northeast-1"};
    for (const std::string& region : regions) {
        witness->call("ecs", "create_cluster", parse(R"({"clusterName": "prod"})"), region);
        witness->call("ecs", "register_task_definition", parse(task_definition), region);
        auto service = parse(R"({"cluster": "prod", "taskDefinition": "web"})");
        service["serviceName"] = "web-of-" + region;
        witness->call("ecs", "create_service", service, region);
    }
    const auto sessions = botocraft::in_regions(session_for(*witness), regions);
    auto everywhere = botocraft::across(sessions, ecs::Service::objects().all());
    const auto results = await(everywhere.all());
    REQUIRE(results.size() == 3);
    for (const auto& result : results) {
        REQUIRE(result.items.size() == 1);
        CHECK_FALSE(result.error);
        CHECK(result.items[0].serviceName == "web-of-" + result.region());
        CHECK(botocraft::region_of(result.items[0]) == result.region());
    }
}
