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
