// Models: what they send when they are saved, what they remember, and what their relations ask for.

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/json.hpp>

#include "catch.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using ecs::Cluster;
using ecs::Service;
using ecs::ServiceDeployment;
using ecs::Task;
using ecs::TaskDefinition;

namespace {

template <class Model>
concept saves = requires(Model model) { model.save(); };

struct Models : fake::World {
    Models() { fake::script_ecs(*transport); }

    Service get() { return run(Service::objects(session).get("web", {.cluster = "prod"})); }
    [[nodiscard]] std::string sent() const { return std::string(transport->last().body()); }
    [[nodiscard]] std::string members_sent() const {
        std::string names;
        for (const auto& member : transport->last().json()) names.append(member.key().data(), member.key().size()).append(" ");
        return names;
    }
    // The same but for what was sent since.
    template <class T>
    std::size_t requests_of(awaitable<T> call) {
        const std::size_t before = transport->requests().size();
        run(std::move(call));
        return transport->requests().size() - before;
    }
};

}  // namespace

// --- save and remove ----------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Models, "save creates what the program made and updates what came from AWS") {
    Service made{.serviceName = "web", .desiredCount = 1};
    made.clusterArn = "prod";
    made = run(Service::objects(session).create(made));
    CHECK(transport->last().operation() == "CreateService");
    CHECK(made.state_.from_aws());
    made.desiredCount = 2;
    run(made.save());
    CHECK(transport->last().operation() == "UpdateService");

    // A natural key does not make it one that AWS knows.
    Cluster cluster{.clusterName = "test"};
    cluster.clusterArn = "arn:aws:ecs:us-east-1:123456789012:cluster/test";
    const Service known = get();
    cluster.state_ = known.state_;
    run(cluster.save());
    CHECK(transport->last().operation() == "UpdateCluster");
    cluster.state_ = Service{}.state_;
    CHECK_FALSE(cluster.state_.from_aws());
}

TEST_CASE_METHOD(Models, "an update sends only what its request has") {
    Service service = get();
    service.desiredCount = 9;
    service.deploymentConfiguration = from_json<ecs::DeploymentConfiguration>(R"({"maximumPercent": 150})");
    run(service.save());
    const auto body = transport->last().json();
    for (const std::string_view name : {"serviceArn", "status", "runningCount", "createdAt", "launchType", "tags", "clusterArn",
                                        "schedulingStrategy", "serviceName", "pendingCount"}) {
        INFO(name);
        CHECK_FALSE(body.contains(fake::json::string_view(name.data(), name.size())));
    }
    CHECK(fake::text_of(body, "service") == "web");
    CHECK(fake::text_of(body, "cluster") == fake::arn_of("cluster", "prod"));
    CHECK(body.at("desiredCount") == 9);
    CHECK(body.at("deploymentConfiguration").at("maximumPercent") == 150);
}

TEST_CASE_METHOD(Models, "absent, empty and null stay three things") {
    Service service = get();
    SECTION("absent") {
        service.loadBalancers.reset();
        run(service.save());
        CHECK_THAT(sent(), !has_text("loadBalancers"));
    }
    SECTION("empty") {
        service.loadBalancers = list<ecs::LoadBalancer>();
        service.loadBalancers.clear();
        run(service.save());
        CHECK_THAT(sent(), has_text(R"("loadBalancers":[])"));
    }
    SECTION("null") {
        service.healthCheckGracePeriodSeconds = null;
        service.networkConfiguration = null;
        CHECK_THAT(to_json(service), has_text(R"("healthCheckGracePeriodSeconds":null)"));
        run(service.save());  // this protocol has no null in requests
        CHECK_THAT(sent(), !has_text("healthCheckGracePeriodSeconds") && !has_text("networkConfiguration"));
        CHECK(service.healthCheckGracePeriodSeconds.is_null());
        CHECK(service.networkConfiguration.is_null());
    }
}

TEST_CASE_METHOD(Models, "unknown values of a reply are kept and sent back, and its nulls are known as such") {
    transport->once("DescribeServices", fake::reply(R"({"services": [{"serviceName": "web", "clusterArn": "prod",
        "availabilityZoneRebalancing": "SOMETIMES", "platformVersion": null, "loadBalancers": [], "newMember": {"a": [1]}}]})"));
    Service service = get();
    CHECK(service.availabilityZoneRebalancing == "SOMETIMES");
    CHECK(service.platformVersion.is_null());
    CHECK(service.loadBalancers.has_value());
    CHECK(service.serviceRegistries.is_absent());
    run(service.save());
    CHECK_THAT(sent(), has_text(R"("availabilityZoneRebalancing":"SOMETIMES")") && has_text(R"("loadBalancers":[])") &&
                           !has_text("serviceRegistries"));
    CHECK_THAT(to_json(service), has_text(R"("platformVersion":null)"));
}

TEST_CASE_METHOD(Models, "save keeps what the answer does not mention, and takes what it does") {
    Service service = get();
    service.tags["Stage"] = "test";
    transport->once("UpdateService", fake::reply(R"({"service": {"serviceName": "web", "status": "DRAINING"}})"));
    run(service.save());
    CHECK(service.status == "DRAINING");
    CHECK(service.tags.get("Stage") == "test");
    CHECK(service.desiredCount == 2);
}

// --- tags that an update does not take --------------------------------------------------------------------------------------------

namespace {

struct Tagged : Models {
    // AWS tells these when it is asked, and none when it updates.
    Service told(const std::string& tags) {
        there = tags;
        transport->on("DescribeServices", [this](const fake::Request&) {
            return fake::reply(R"({"services": [{"serviceName": "web", "serviceArn": "arn:web", "clusterArn": "prod", "tags": )" + there + "}]}");
        });
        transport->on("UpdateService", fake::reply(R"({"service": {"serviceName": "web", "tags": []}})"));
        Service service = get();
        transport->forget();
        return service;
    }
    std::string there;
};

}  // namespace

TEST_CASE_METHOD(Tagged, "tags that were changed are saved, whatever the answer of the update says of them") {
    Service service = told(R"([{"key": "Team", "value": "pay"}, {"key": "Old", "value": "1"}])");
    service.tags["Stage"] = "test";
    service.tags.erase("Old");
    run(service.save());
    CHECK(transport->count("UpdateService") == 1);
    CHECK(transport->count("DescribeServices") == 1);
    REQUIRE(transport->requests().size() == 4);
    CHECK(fake::json::value(transport->requests()[2].json()) == fake::json::parse(
        R"({"resourceArn": "arn:web", "tags": [{"key": "Stage", "value": "test"}]})"));
    CHECK(transport->last().operation() == "UntagResource");
    CHECK(fake::json::value(transport->last().json()) == fake::json::parse(R"({"resourceArn": "arn:web", "tagKeys": ["Old"]})"));
    CHECK(service.tags.to_map() == std::map<std::string, std::string>{{"Team", "pay"}, {"Stage", "test"}});
    transport->forget();
    run(service.save());
    CHECK(transport->requests().size() == 1);  // they are as AWS has them
}

TEST_CASE_METHOD(Tagged, "tags that were not changed are not asked for, and stay") {
    Service service = told(R"([{"key": "Team", "value": "pay"}])");
    there = R"([{"key": "Team", "value": "others"}])";
    service.desiredCount = 3;
    run(service.save());
    CHECK(transport->requests().size() == 1);
    CHECK(service.tags.get("Team") == "pay");
    Service copy = service;
    run(copy.save());
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(Tagged, "a model that was told no tags takes none away") {
    Service service = told("[]");
    there = R"([{"key": "Team", "value": "pay"}])";
    service.tags["Stage"] = "test";
    run(service.save());
    CHECK(transport->count("TagResource") == 1);
    CHECK(transport->count("UntagResource") == 0);
    CHECK(service.tags.to_map() == std::map<std::string, std::string>{{"Team", "pay"}, {"Stage", "test"}});
    // What it has by now it was told, and nobody took it away.
    service.tags["Level"] = "1";
    run(service.save());
    CHECK(transport->count("TagResource") == 2);
    CHECK(transport->count("UntagResource") == 0);
    service.tags.reset();
    transport->forget();
    run(service.save());
    CHECK(transport->requests().size() == 1);
}

// --- what AWS refuses although it told it ------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Models, "a list of tags without elements is not sent with a new revision of a task definition") {
    TaskDefinition definition = run(TaskDefinition::objects(session).get("web"));
    REQUIRE(definition.tags.has_value());
    REQUIRE(definition.tags.empty());
    definition.containerDefinitions.emplace_back().name = "app";
    run(definition.save());
    CHECK(transport->last().operation() == "RegisterTaskDefinition");
    CHECK_FALSE(transport->last().json().contains("tags"));
    definition.tags["Team"] = "pay";
    run(definition.save());
    CHECK(transport->last().json().contains("tags"));
}

TEST_CASE_METHOD(Models, "the number of tasks of a daemon is not sent, nor what another controller deploys") {
    const auto told = [this](const std::string& more) {
        transport->on("DescribeServices", fake::reply(R"({"services": [{"serviceName": "web", "clusterArn": "prod", "desiredCount": 7,
            "taskDefinition": "web:1", "platformVersion": "1.4.0", "loadBalancers": [], "serviceRegistries": [],
            "networkConfiguration": {}, "deploymentConfiguration": {"maximumPercent": 200}, )" + more + "}]}"));
        Service service = get();
        service.enableExecuteCommand = true;
        run(service.save());
        CHECK(transport->last().json().contains("enableExecuteCommand"));
        return transport->last().json();
    };
    const auto daemon = told(R"("schedulingStrategy": "DAEMON")");
    CHECK_FALSE(daemon.contains("desiredCount"));
    CHECK(daemon.contains("taskDefinition"));
    const auto replica = told(R"("schedulingStrategy": "REPLICA", "deploymentController": {"type": "ECS"})");
    CHECK(replica.at("desiredCount") == 7);
    CHECK(replica.contains("loadBalancers"));
    const auto blue_green = told(R"("schedulingStrategy": "REPLICA", "deploymentController": {"type": "CODE_DEPLOY"})");
    CHECK(blue_green.at("desiredCount") == 7);
    CHECK(blue_green.contains("deploymentConfiguration"));
    const auto external = told(R"("deploymentController": {"type": "EXTERNAL"})");
    CHECK_FALSE(external.contains("deploymentConfiguration"));
    for (const char* const name : {"taskDefinition", "networkConfiguration", "platformVersion", "loadBalancers", "serviceRegistries"}) {
        INFO(name);
        CHECK_FALSE(blue_green.contains(name));
        CHECK_FALSE(external.contains(name));
    }
}

TEST_CASE_METHOD(Models, "a cluster is asked for all that AWS leaves out unasked") {
    const auto all = fake::json::parse(R"(["TAGS", "SETTINGS", "CONFIGURATIONS", "STATISTICS", "ATTACHMENTS"])");
    run(Cluster::objects(session).get("prod"));
    CHECK(transport->last().json().at("include") == all);
    run(Cluster::objects(session).get_many(std::vector<std::string>{"prod"}));
    CHECK(transport->last().json().at("include") == all);
    run(Cluster::objects(session).list().first());
    CHECK(transport->last().json().at("include") == all);
}

TEST_CASE_METHOD(Models, "a task that is not started is an error, and of many it is in the answer") {
    transport->on("RunTask", fake::reply(R"({"tasks": [{"taskArn": "one"}],
                                             "failures": [{"arn": "machine", "reason": "RESOURCE:MEMORY"}]})"));
    Task task;
    task.taskDefinitionArn = "web:1";
    CHECK_THROWS_WITH(run(Task::objects(session).create(task)), has_text("RESOURCE:MEMORY") && has_text("machine"));
    CHECK_FALSE(transport->last().json().contains("count"));
    const auto answer = run(Task::objects(session).run("web:1", {.count = 2}));
    CHECK(transport->last().json().at("count") == 2);
    REQUIRE(answer.tasks.size() == 1);
    CHECK(answer.tasks.front().state_.from_aws());
    REQUIRE(answer.failures.size() == 1);
    CHECK(answer.failures.front().reason == "RESOURCE:MEMORY");
}

TEST_CASE("the parts of an image's name") {
    const auto parts = [](const char* image) {
        ecs::ContainerDefinition container;
        container.image = image;
        return container.full_repository_uri().value_or("-") + " " + container.repository_name().value_or("-") + " " +
               container.image_tag().value_or("-");
    };
    CHECK(parts("example.com/team/web:1.25") == "example.com/team/web team/web 1.25");
    CHECK(parts("example.com:5000/web:2") == "example.com:5000/web web 2");
    CHECK(parts("example.com:5000/web") == "example.com:5000/web web -");
    CHECK(parts("example.com/web@sha256:abc") == "example.com/web web -");
    CHECK(parts("example.com/web:1@sha256:abc") == "example.com/web web -");
    CHECK(parts("web:1") == "web - 1");
    CHECK(parts("web") == "web - -");
}

TEST_CASE_METHOD(Models, "a save that fails leaves the model as it was") {
    Service service = get();
    service.desiredCount = 9;
    const Service before = service;
    transport->once("UpdateService", fake::error(400, "ServiceNotActiveException"));
    CHECK_THROWS_AS(run(service.save()), ecs::ServiceNotActiveException);
    CHECK(service == before);
    CHECK(service.state_.from_aws());
    Service made{.serviceName = "web"};
    made.clusterArn = "prod";
    made.state_ = before.state_;
}

TEST_CASE_METHOD(Models, "what was removed is created again by save") {
    Service service = get();
    run(service.remove());
    CHECK(transport->last().operation() == "DeleteService");
    CHECK(fake::text_of(transport->last().json(), "cluster") == fake::arn_of("cluster", "prod"));
    CHECK_FALSE(service.state_.from_aws());
    run(service.save());
    CHECK(transport->last().operation() == "CreateService");
    CHECK(service.state_.from_aws());
    CHECK_THAT(members_sent(), !has_text("createdAt") && !has_text("status ") && has_text("tags"));
}

TEST_CASE_METHOD(Models, "what AWS cannot change or name refuses, and sends nothing") {
    transport->once("DescribeTasks", fake::reply(R"({"tasks": [{"taskArn": "t", "clusterArn": "c"}]})"));
    Task task = run(Task::objects(session).get("t"));
    transport->forget();
    CHECK_THROWS_AS(task.save(), NotUpdatable);
    CHECK_THROWS_WITH(task.save(), has_text("Task has no method `update`: another method of its manager"));
    Service nameless;
    CHECK_THROWS_AS(nameless.remove(), UsageError);
    CHECK_THROWS_WITH(nameless.save(), has_text("serviceName") && has_text("required"));
    CHECK(transport->requests().empty());
    // A read-only model has no such methods at all.
    CHECK_FALSE(saves<ServiceDeployment>);
    CHECK_FALSE(saves<ecs::ContainerInstance>);
    CHECK(saves<Service>);
}

TEST_CASE_METHOD(Models, "a model remembers its session") {
    Service service = run(Service::objects(session.with_region("eu-west-1")).get("web", {.cluster = "prod"}));
    run(service.save());
    CHECK(transport->last().region() == "eu-west-1");
    run(service.cluster());
    CHECK(transport->last().region() == "eu-west-1");
    const auto tasks = run(service.tasks().all());
    CHECK(transport->last().region() == "eu-west-1");
    Service copy = service;
    run(copy.remove());
    CHECK(transport->last().region() == "eu-west-1");
}

// --- get ------------------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Models, "what is not there does not exist") {
    try {
        run(Service::objects(session).get("missing", {.cluster = "prod"}));
        FAIL("no error");
    } catch (const DoesNotExist& error) {
        CHECK_THAT(error.what(), has_text("ecs.DescribeServices in us-east-1") && has_text("no such Service") && has_text("missing"));
    }
    CHECK_FALSE(run(Service::objects(session).get_or_none("missing", {.cluster = "prod"})).has_value());
    CHECK(run(Service::objects(session).get_many(std::vector<std::string>{"web1", "missing"}, {.cluster = "prod"})).size() == 1);
    transport->once("DescribeServices", fake::reply(R"({"services": [], "failures": []})"));
    CHECK_THROWS_AS(get(), DoesNotExist);
}

TEST_CASE_METHOD(Models, "failures other than that something is missing are errors") {
    transport->on("DescribeServices", fake::reply(R"({"services": [], "failures": [{"arn": "web", "reason": "ACCESS_DENIED"}]})"));
    CHECK_THROWS_WITH(get(), has_text("ACCESS_DENIED"));
    CHECK_THROWS_WITH(run(Service::objects(session).get_or_none("web", {.cluster = "prod"})), has_text("ACCESS_DENIED"));
    CHECK_THROWS_WITH(run(Service::objects(session).get_many("web", {.cluster = "prod"})), has_text("ACCESS_DENIED"));
}

TEST_CASE_METHOD(Models, "get returns one, or says that there are several") {
    transport->once("DescribeServices", fake::reply(R"({"services": [{"serviceName": "a"}, {"serviceName": "b"}]})"));
    CHECK_THROWS_AS(get(), MultipleObjectsReturned);
}

// --- relations --------------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Models, "a relation is asked for once, and anew by a copy") {
    const Service service = get();
    CHECK(requests_of(service.cluster()) == 1);
    CHECK(requests_of(service.cluster()) == 0);
    CHECK(run(service.cluster())->clusterName == "prod");
    const Service copy = service;
    CHECK(requests_of(copy.cluster()) == 1);
    Service moved = Service(service);
    run(moved.cluster());
    const Service target = std::move(moved);
    CHECK(requests_of(target.cluster()) == 0);
    CHECK(requests_of(service.tasks().all()) == 2);  // not one to be kept
    CHECK(requests_of(service.tasks().all()) == 2);
}

TEST_CASE_METHOD(Models, "a relation follows the member that it comes from") {
    Service service = get();
    CHECK(run(service.task_definition())->family == "web");
    service.taskDefinition = "worker:3";
    CHECK(run(service.task_definition())->family == "worker");
    CHECK(requests_of(service.task_definition()) == 0);
}

TEST_CASE_METHOD(Models, "a relation whose key is missing is none, and sends nothing") {
    Service service = get();
    service.clusterArn.reset();
    service.currentServiceDeployment.reset();
    transport->forget();
    CHECK(run(service.cluster()).is_absent());
    CHECK(run(service.current_service_deployment()).is_absent());
    CHECK(run(service.current_service_revisions().all()).empty());
    CHECK(run(service.task_sets().count()) == 0);
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Models, "a relation that leads to nothing does not exist") {
    const Service service = get();
    transport->once("DescribeClusters", fake::reply(R"({"clusters": [], "failures": [{"arn": "prod", "reason": "MISSING"}]})"));
    CHECK_THROWS_AS(run(service.cluster()), DoesNotExist);
    CHECK(run(service.cluster())->clusterName == "prod");  // and that was not kept
}

TEST_CASE_METHOD(Models, "a relation by way of another one") {
    transport->on("DescribeServiceDeployments", fake::reply(R"({"serviceDeployments": [{"serviceDeploymentArn": "d",
        "targetServiceRevision": {"arn": "revision-1"}}]})"));
    transport->on("DescribeServiceRevisions", fake::reply(R"({"serviceRevisions": [{"serviceRevisionArn": "revision-1",
        "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7"}]})"));
    const ServiceDeployment deployment = run(ServiceDeployment::objects(session).get("d"));
    CHECK(run(deployment.target_task_definition())->family == "web");
    REQUIRE(transport->requests().size() == 3);
    CHECK_THAT(std::string(transport->requests()[1].body()), has_text("revision-1"));
    CHECK_THAT(sent(), has_text("task-definition/web:7"));
    CHECK(requests_of(deployment.target_task_definition()) == 0);
    transport->forget();
    ServiceDeployment lost = deployment;
    lost.targetServiceRevision.reset();
    CHECK(run(lost.target_task_definition()).is_absent());
    CHECK(transport->requests().empty());

    // A deployment that was changed leads elsewhere; a revision may lead nowhere.
    ServiceDeployment other = deployment;
    other.targetServiceRevision->arn = "revision-2";
    transport->on("DescribeServiceRevisions",
                  fake::reply(R"({"serviceRevisions": [{"serviceRevisionArn": "revision-2"}]})"));
    CHECK(run(other.target_task_definition()).is_absent());
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(Models, "a relation is a query like any other") {
    const Cluster cluster = run(Cluster::objects(session).get("prod"));
    CHECK(run(cluster.services().filter("desiredCount__gt", 22).count()) == 2);
    CHECK(run(cluster.services().order_by("-desiredCount").first()).front().serviceName == "web24");
}

// --- tags, keys, properties ---------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Models, "tags are a dictionary and a list") {
    Service service = get();
    CHECK(service.tags.get("Team") == "pay");
    CHECK(service.tags.get("Nothing", "none") == "none");
    CHECK(service.tags.contains("Team"));
    CHECK(service.tags.find("Nothing") == nullptr);
    service.tags["Stage"] = "test";
    service.tags["Team"] = "ship";
    CHECK(service.tags.size() == 2);
    CHECK(service.tags[0].key == "Team");
    CHECK(service.tags.to_map() == std::map<std::string, std::string>{{"Stage", "test"}, {"Team", "ship"}});
    service.tags.push_back({.value = "of no key"});
    CHECK(service.tags.to_map().size() == 2);
    service.tags.pop_back();
    CHECK(service.tags.erase("Team"));
    CHECK_FALSE(service.tags.erase("Team"));
    run(service.remove());
    run(service.save());
    CHECK_THAT(sent(), has_text(R"("tags":[{"key":"Stage","value":"test"}])"));
    service.tags = std::map<std::string, std::string>{{"A", "1"}};
    CHECK(service.tags.to_map().size() == 1);
}

TEST_CASE_METHOD(Models, "models say what they are called") {
    const Service service = get();
    CHECK(to_string(service.pk()) == "{service=web, cluster=" + fake::arn_of("cluster", "prod") + "}");
    CHECK(service.arn() == fake::arn_of("service", "prod/web"));
    CHECK(service.cluster_name() == "prod");
    const TaskDefinition definition = run(TaskDefinition::objects(session).get("web"));
    CHECK(definition.family_revision() == "web:7");
    CHECK_FALSE(TaskDefinition{}.family_revision().has_value());
    CHECK_FALSE(Service{}.arn().has_value());
    // Ids of container instances are hexadecimal, or UUIDs; older ARNs do not name the cluster.
    const std::string arn = "arn:aws:ecs:us-east-1:123456789012:container-instance/";
    ecs::ContainerInstance instance{.containerInstanceArn = arn + "prod/403125b0-555c-4473-86b5-65982db28a6d"};
    CHECK(instance.name() == "403125b0-555c-4473-86b5-65982db28a6d");
    CHECK(instance.clusterName() == "prod");
    instance.containerInstanceArn = arn + "403125b0-555c-4473-86b5-65982db28a6d";
    CHECK(instance.name() == "403125b0-555c-4473-86b5-65982db28a6d");
    CHECK_FALSE(instance.clusterName().has_value());
    instance.containerInstanceArn = arn + "prod/d44ea3b0f8a34ae2b1ab2a2f6d6a6a07";
    CHECK(instance.clusterName() == "prod");
}

// --- what one method does in several calls --------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Models, "more elements than AWS takes at once are sent in several calls") {
    transport->on("DescribeServiceRevisions", [](const fake::Request& request) {
        fake::json::array revisions;
        const fake::json::object body = request.json();
        for (const auto& arn : body.at("serviceRevisionArns").as_array()) {
            revisions.push_back(fake::json::object{{"serviceRevisionArn", arn}});
        }
        return fake::reply(fake::json::object{{"serviceRevisions", revisions}});
    });
    std::vector<std::string> arns;
    for (int i = 0; i < 45; ++i) arns.push_back("r" + std::to_string(i));
    const auto all = run(ecs::ServiceRevision::objects(session).get_many(arns));
    REQUIRE(all.size() == 45);
    CHECK(all[44].serviceRevisionArn == "r44");
    CHECK(transport->requests().size() == 3);
    std::multiset<std::size_t> sizes;  // which goes first is not said
    for (const auto& request : transport->requests()) sizes.insert(request.json().at("serviceRevisionArns").as_array().size());
    CHECK(sizes == std::multiset<std::size_t>{5, 20, 20});

    transport->forget();
    std::vector<std::string> names;
    for (int i = 0; i < 25; ++i) names.push_back("web" + std::to_string(i));
    CHECK(run(Service::objects(session).get_many(names, {.cluster = "prod"})).size() == 25);
    CHECK(transport->count("DescribeServices") == 3);
}

TEST_CASE_METHOD(Models, "what is read in several calls is read at once, and comes in the order in which it was asked for") {
    transport->on("DescribeServiceRevisions", [](const fake::Request& request) {
        const fake::json::object body = request.json();
        fake::json::array revisions;
        for (const auto& arn : body.at("serviceRevisionArns").as_array()) {
            revisions.push_back(fake::json::object{{"serviceRevisionArn", arn}});
        }
        return fake::reply(fake::json::object{{"serviceRevisions", revisions}});
    });
    transport->once("DescribeServiceRevisions", fake::error(500, "ServerException"));  // the first piece comes last
    std::vector<std::string> arns;
    for (int i = 0; i < 45; ++i) arns.push_back("r" + std::to_string(i));
    transport->exchanging.close();
    fake::Running<list<ecs::ServiceRevision>> all;
    start(all, ecs::ServiceRevision::objects(session).get_many(arns));
    CHECK(transport->in_flight == 3);
    transport->exchanging.open();
    finish(all);
    CHECK(transport->requests().size() == 4);
    REQUIRE(all.value->size() == 45);
    for (std::size_t i = 0; i < 45; ++i) CHECK((*all.value)[i].serviceRevisionArn == arns[i]);
}

TEST_CASE_METHOD(Models, "who asks for nothing gets nothing, and not all that there is") {
    const std::vector<std::string> none;
    CHECK(run(Cluster::objects(session).get_many(none)).empty());
    CHECK(run(Service::objects(session).get_many(none, {.cluster = "prod"})).empty());
    CHECK(run(ecs::CapacityProvider::objects(session).get_many(none)).has_value());
    CHECK(run(ecs::ServiceRevision::objects(session).get_many(none)).empty());
    CHECK(run(ecs::ServiceRevision::objects(session).list(none).all()).empty());
    CHECK(run(TaskDefinition::objects(session).get_many(none)).empty());
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Models, "tags beside a model are merged into it") {
    transport->once("DescribeTaskDefinition",
                    fake::reply(R"({"taskDefinition": {"family": "web"}, "tags": [{"key": "Team", "value": "pay"}]})"));
    CHECK(run(TaskDefinition::objects(session).get("web")).tags.get("Team") == "pay");
}
