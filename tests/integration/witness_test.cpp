// The second party itself: what it makes it sees, it tells regions apart, and its refusals are told as errors.

#include "catch.hpp"
#include "witness.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

namespace json = boost::json;
using botocraft::test::Witness;
using botocraft::test::WitnessError;

TEST_CASE("a witness sees what it made, in its region only") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    json::object arguments;
    arguments["clusterName"] = "prod";
    const auto made = witness->call("ecs", "create_cluster", arguments, "eu-west-1");
    CHECK(made.at("cluster").at("clusterName") == "prod");

    json::object names;
    names["clusters"] = json::array(1, "prod");
    const auto seen = witness->call("ecs", "describe_clusters", names, "eu-west-1");
    REQUIRE(seen.at("clusters").as_array().size() == 1);
    CHECK(seen.at("clusters").at(0).at("clusterArn") == made.at("cluster").at("clusterArn"));
    CHECK(witness->call("ecs", "list_clusters", {}, "eu-west-1").at("clusterArns").as_array().size() == 1);
    CHECK(witness->call("ecs", "list_clusters", {}, "us-west-2").at("clusterArns").as_array().empty());

    witness->reset();
    CHECK(witness->call("ecs", "list_clusters", {}, "eu-west-1").at("clusterArns").as_array().empty());
}

TEST_CASE("a witness joins pages, and tells times as seconds") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    json::object task;
    task["family"] = "web";
    json::object container;
    container["name"] = "nginx";
    container["image"] = "nginx";
    container["memory"] = 64;
    task["containerDefinitions"] = json::array(1, container);
    for (int i = 0; i < 5; ++i) witness->call("ecs", "register_task_definition", task);
    const auto all = witness->call_all("ecs", "list_task_definitions");
    CHECK(all.at("taskDefinitionArns").as_array().size() == 5);

    json::object cluster;
    cluster["clusterName"] = "prod";
    witness->call("ecs", "create_cluster", cluster);
    json::object service;
    service["cluster"] = "prod";
    service["serviceName"] = "web";
    service["taskDefinition"] = "web";
    const auto made = witness->call("ecs", "create_service", service);
    const auto& deployment = made.at("service").at("deployments").at(0);
    CHECK(deployment.at("createdAt").to_number<double>() > 1.5e9);
}

TEST_CASE("a refusal is an error with its code and status") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    json::object arguments;
    arguments["cluster"] = "absent";
    try {
        witness->call("ecs", "list_services", arguments);
        FAIL("a cluster that does not exist was listed");
    } catch (const WitnessError& error) {
        CHECK(error.code() == "ClusterNotFoundException");
        CHECK(error.status() == 400);
    }
    // What boto3 itself refuses leaves it fit for the next question.
    CHECK_THROWS_AS(witness->call("ecs", "no_such_operation"), WitnessError);
    CHECK(witness->call("ecs", "list_clusters").at("clusterArns").as_array().empty());
}
