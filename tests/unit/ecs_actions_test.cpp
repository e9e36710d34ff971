// What models of ECS do beyond the calls of their managers.

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecr/ecr_image.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/ecs/requests.hpp>
#include <botocraft/elbv2/load_balancer.hpp>
#include <botocraft/elbv2/target_group.hpp>
#include <botocraft/error.hpp>
#include <botocraft/waiter.hpp>

#include "catch.hpp"

#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace botocraft;
using namespace std::chrono_literals;
using ecs::ContainerInstance;
using ecs::Service;
using ecs::Task;
using ecs::TaskDefinition;
using Names = std::vector<std::string>;

namespace {

struct Actions : fake::World {
    Actions() { fake::script_ecs(*transport, 3, 2); }

    [[nodiscard]] fake::json::value sent() const { return transport->last().json(); }
    [[nodiscard]] static fake::json::value json(std::string_view text) { return fake::json::parse({text.data(), text.size()}); }
    void answer(const std::string& operation, std::string body) { transport->on(operation, fake::reply(std::move(body))); }

    Service web() { return run(Service::objects(session).get("web2", {.cluster = "prod"})); }
    Service with(std::string_view members) {
        answer("DescribeServices", R"({"services": [{"serviceName": "web", "clusterArn": ")" + fake::arn_of("cluster", "prod") + "\", " +
                                       std::string(members) + "}]}");
        return run(Service::objects(session).get("web", {.cluster = "prod"}));
    }
    // t0 runs and has two containers, t1 is pending.
    void script_tasks() {
        answer("DescribeTasks", R"({"tasks": [
            {"taskArn": ")" + fake::arn_of("task", "prod/t1") + R"(", "clusterArn": ")" + fake::arn_of("cluster", "prod") + R"(",
             "lastStatus": "PENDING", "containerInstanceArn": "arn:ci/2", "containers": [{"name": "web"}]},
            {"taskArn": ")" + fake::arn_of("task", "prod/t0") + R"(", "clusterArn": ")" + fake::arn_of("cluster", "prod") + R"(",
             "lastStatus": "RUNNING", "containerInstanceArn": "arn:ci/1", "containers": [{"name": "web"}, {"name": "log"}]},
            {"taskArn": ")" + fake::arn_of("task", "prod/t2") + R"(", "lastStatus": "RUNNING",
             "containerInstanceArn": "arn:ci/1", "containers": [{"name": "web"}]}]})");
    }
};

template <class Models, class Member>
Names all(const Models& models, Member member) {
    Names out;
    for (const auto& model : models) out.push_back((model.*member).value_or("-"));
    return out;
}

}  // namespace

TEST_CASE_METHOD(Actions, "a service is scaled, and nothing else of it changed") {
    const Service service = web();
    run(service.scale(5));
    CHECK(transport->last().operation() == "UpdateService");
    CHECK(sent() == json(R"({"service": "web2", "cluster": ")" + fake::arn_of("cluster", "prod") + R"(", "desiredCount": 5})"));
    CHECK(service.desiredCount == 2);
    CHECK_THROWS_WITH(run(Service{.serviceName = "new"}.scale(1)), has_text("MissingKey") && has_text("clusterArn"));
}

TEST_CASE_METHOD(Actions, "a service is stable with one deployment and all its tasks") {
    const Service stable = with(R"("runningCount": 2, "desiredCount": 2, "deployments": [{}])");
    CHECK(stable.is_stable());
    CHECK_FALSE(with(R"("runningCount": 1, "desiredCount": 2, "deployments": [{}])").is_stable());
    CHECK_FALSE(with(R"("runningCount": 2, "desiredCount": 2, "deployments": [{}, {}])").is_stable());
    CHECK_FALSE(with(R"("deployments": [{}])").is_stable());
}

TEST_CASE_METHOD(Actions, "a service waits until it is stable") {
    const Service service = with(R"("runningCount": 2, "desiredCount": 2, "deployments": [{}])");
    run(service.wait_until_stable());
    CHECK(transport->last().operation() == "DescribeServices");
    CHECK(sent() == json(R"({"services": ["web"], "include": ["TAGS"], "cluster": ")" + fake::arn_of("cluster", "prod") + "\"}"));
    CHECK_THROWS_WITH(run(Service{.serviceName = "web"}.wait_until_stable()), has_text("MissingKey") && has_text("`cluster`"));
    answer("DescribeServices", R"({"services": [{"status": "ACTIVE"}]})");
    CHECK_THROWS_AS(run(service.wait_until_stable({.delay = 1s, .max_attempts = 2})), TimeoutError);
    CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>{1s});
    answer("DescribeServices", R"({"services": [{"status": "INACTIVE"}]})");
    run(service.wait_until_inactive());
}

TEST_CASE_METHOD(Actions, "a task waits until it runs, and until it does not") {
    answer("DescribeTasks", R"({"tasks": [{"lastStatus": "RUNNING", "taskArn": "t", "clusterArn": "c"}]})");
    const Task task = run(Task::objects(session).get("t", {.cluster = "c"}));
    run(task.wait_until_running());
    CHECK(sent() == json(R"({"tasks": ["t"], "cluster": "c", "include": ["TAGS"]})"));
    CHECK_THROWS_AS(run(task.wait_until_stopped({.max_attempts = 1})), TimeoutError);
    answer("DescribeTasks", R"({"tasks": [{"lastStatus": "STOPPED"}]})");
    run(task.wait_until_stopped());
}

TEST_CASE_METHOD(Actions, "a daemon and its task definition are waited for") {
    answer("DescribeDaemon", R"({"daemon": {"daemonArn": "d", "status": "ACTIVE"}})");
    const ecs::Daemon daemon = run(ecs::Daemon::objects(session).get("d"));
    run(daemon.wait_until_active());
    answer("DescribeDaemonTaskDefinition", R"({"daemonTaskDefinition": {"daemonTaskDefinitionArn": "t", "status": "ACTIVE"}})");
    const ecs::DaemonTaskDefinition made = run(ecs::DaemonTaskDefinition::objects(session).get("t"));
    run(made.wait_until_active());
    answer("DescribeDaemonTaskDefinition", R"({"daemonTaskDefinition": {"daemonTaskDefinitionArn": "t", "status": "DELETED"}})");
    run(made.wait_until_deleted());
    CHECK_THROWS_WITH(run(made.wait_until_active()), has_text("WaitFailed"));
}

TEST_CASE_METHOD(Actions, "tasks that run, and the instances that they run on") {
    script_tasks();
    const Service service = web();
    CHECK(all(run(service.running_tasks().all()), &Task::taskArn) ==
          Names{fake::arn_of("task", "prod/t0"), fake::arn_of("task", "prod/t2")});
    answer("DescribeContainerInstances", R"({"containerInstances": [{"containerInstanceArn": "arn:ci/1"}, {"containerInstanceArn": "arn:ci/2"}]})");
    CHECK(run(service.container_instances()).size() == 2);
    CHECK(sent().at("containerInstances") == json(R"(["arn:ci/1", "arn:ci/2"])"));
    CHECK(sent().at("cluster") == fake::json::string(fake::arn_of("cluster", "prod")));
    answer("ListTasks", R"({"taskArns": []})");
    CHECK(run(service.container_instances()).empty());
    CHECK(transport->count("DescribeContainerInstances") == 1);
}

TEST_CASE_METHOD(Actions, "what one task needs is said by the task definition, or by its containers") {
    const Service service = web();
    answer("DescribeTaskDefinition", R"({"taskDefinition": {"cpu": "256", "memory": "512", "containerDefinitions": [{"cpu": 10}]}})");
    CHECK(run(service.required_cpu()) == 256);
    CHECK(run(service.required_memory()) == 512);
    const Service other = web();
    answer("DescribeTaskDefinition", R"({"taskDefinition": {"containerDefinitions": [{"cpu": 10, "memory": 64}, {"cpu": 5}, {"memory": 1}]}})");
    CHECK(run(other.required_cpu()) == 15);
    CHECK(run(other.required_memory()) == 65);
}

TEST_CASE_METHOD(Actions, "load balancers come from the target groups, each once") {
    answer("DescribeTargetGroups", R"(<DescribeTargetGroupsResponse><DescribeTargetGroupsResult><TargetGroups>
        <member><LoadBalancerArns><member>lb1</member></LoadBalancerArns></member>
        <member><LoadBalancerArns><member>lb2</member><member>lb1</member></LoadBalancerArns></member>
        </TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>)");
    answer("DescribeLoadBalancers", R"(<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers>
        <member><LoadBalancerArn>lb1</LoadBalancerArn></member><member><LoadBalancerArn>lb2</LoadBalancerArn></member>
        </LoadBalancers></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>)");
    const Service service = with(R"("loadBalancers": [{"targetGroupArn": "tg1"}, {"targetGroupArn": "tg2"}])");
    CHECK(all(run(service.load_balancers()), &elbv2::LoadBalancer::LoadBalancerArn) == Names{"lb1", "lb2"});
    CHECK_THAT(std::string(transport->last().body()), has_text("LoadBalancerArns.member.1=lb1&LoadBalancerArns.member.2=lb2"));
    CHECK(run(with(R"("loadBalancers": [])").load_balancers()).empty());
    CHECK(transport->count("DescribeTargetGroups") == 1);
}

TEST_CASE_METHOD(Actions, "a session is opened in a container of a running task") {
    script_tasks();
    answer("ExecuteCommand", R"({"session": {"sessionId": "s-1", "streamUrl": "wss://x", "tokenValue": "secret"}, "interactive": true})");
    const Service service = web();
    const auto opened = run(service.exec());
    CHECK(opened.session->sessionId == "s-1");
    CHECK(sent() == json(R"({"cluster": ")" + fake::arn_of("cluster", "prod") + R"(", "container": "web", "command": "/bin/sh",
        "interactive": true, "task": ")" + fake::arn_of("task", "prod/t0") + "\"}"));
    run(service.exec({.command = "ls", .task = "t0", .container = "log"}));
    CHECK(sent().at("container") == "log");
    CHECK(sent().at("command") == "ls");
    CHECK(service.exec_cluster() == "prod");
    CHECK_THROWS_WITH(run(service.exec({.container = "db"})), has_text("NoSuchContainer") && has_text("web, log"));
    CHECK_THROWS_AS(run(service.exec({.task = "t1"})), DoesNotExist);  // pending
    CHECK_THROWS_AS(run(service.exec({.task = "0"})), DoesNotExist);
    CHECK(transport->count("ExecuteCommand") == 2);
}

TEST_CASE_METHOD(Actions, "a task opens a session in itself") {
    script_tasks();
    answer("ExecuteCommand", R"({"session": {"sessionId": "s-1"}})");
    const list<Task> tasks = run(Task::objects(session).list({.cluster = "prod"}).all());
    REQUIRE(tasks.size() == 3);
    const Task running = tasks[1];
    run(running.exec({.container = "log"}));
    CHECK(sent().at("task") == fake::json::string(fake::arn_of("task", "prod/t0")));
    CHECK(sent().at("container") == "log");
    run(running.exec({.task = "t0"}));
    CHECK_THROWS_WITH(run(running.exec({.task = "t1"})), has_text("WrongTask"));
    CHECK_THROWS_WITH(run(tasks[0].exec()), has_text("NoRunningTask") && has_text("PENDING"));
}

TEST_CASE("what is free on an instance is what AWS says remains") {
    const ContainerInstance instance{.remainingResources = {{.name = "CPU", .integerValue = 1536}, {.name = "MEMORY", .integerValue = 700},
                                                            {.name = "PORTS"}}};
    CHECK(instance.free_cpu() == 1536);
    CHECK(instance.free_ram() == 700);
    CHECK(ContainerInstance().free_cpu() == 0);
}

TEST_CASE_METHOD(Actions, "a task definition knows its images, also those in ECR") {
    answer("DescribeTaskDefinition", R"({"taskDefinition": {"taskDefinitionArn": "td", "containerDefinitions": [
        {"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1.2"}, {"image": "nginx"}, {}, {"image": "x/gone:3"}]}})");
    transport->on("BatchGetImage", [](const fake::Request& request) {
        const bool gone = request.json().at("repositoryName") == "gone";
        return fake::reply(std::string(gone ? R"({"images": [], "failures": [{"failureCode": "ImageNotFound"}]})"
                                            : R"({"images": [{"repositoryName": "team/web", "imageId": {"imageTag": "1.2"}}]})"));
    });
    const TaskDefinition definition = run(TaskDefinition::objects(session).get("td"));
    const Names names{"123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1.2", "nginx", "x/gone:3"};
    CHECK(definition.images() == names);
    CHECK(definition.container_images() == names);
    const auto images = run(definition.image_objects());
    REQUIRE(images.size() == 1);
    CHECK(images[0].repositoryName == "team/web");
    CHECK(transport->count("BatchGetImage") == 2);
}

TEST_CASE_METHOD(Actions, "the services that run a task definition are found in all clusters") {
    const TaskDefinition definition = run(TaskDefinition::objects(session).get("web:7"));
    CHECK(run(definition.services().count()) == 9);
    answer("DescribeTaskDefinition", R"({"taskDefinition": {"taskDefinitionArn": "other:1"}})");
    CHECK(run(run(TaskDefinition::objects(session).get("other:1")).services().count()) == 0);
    CHECK_THROWS_AS(TaskDefinition().services(), UsageError);
}

TEST_CASE_METHOD(Actions, "task definitions in use are those of services and of scheduled tasks, without what is gone") {
    transport->once("ListEventBuses", fake::reply(std::string(R"({"EventBuses": [{"Name": "default"}], "NextToken": "more"})")));
    transport->once("ListEventBuses", fake::reply(std::string(R"({"EventBuses": [{"Name": "orders"}]})")));
    transport->on("ListRules", [](const fake::Request& request) {
        const bool orders = request.json().at("EventBusName") == "orders";
        return fake::reply(std::string(orders ? R"({"Rules": [{"Name": "paid"}]})"
                                              : R"({"Rules": [{"Name": "nightly"}, {"Name": "other"}]})"));
    });
    transport->on("DescribeServices", [](const fake::Request& request) {
        fake::json::array services;
        const fake::json::object body = request.json();
        for (const auto& asked : body.at("services").as_array()) {
            fake::json::object one = fake::service(fake::last_part({asked.as_string().data(), asked.as_string().size()}));
            one["deployments"] = fake::json::array{fake::json::object{{"taskDefinition", "web:6"}}};
            one["taskSets"] = fake::json::array{fake::json::object{{"taskDefinition", "blue:2"}}};
            services.push_back(std::move(one));
        }
        return fake::reply(fake::json::object{{"services", services}});
    });
    transport->on("ListTargetsByRule", [](const fake::Request& request) {
        if (request.json().at("EventBusName") == "orders") {
            return fake::reply(std::string(R"({"Targets": [{"EcsParameters": {"TaskDefinitionArn": "order:3"}}]})"));
        }
        const bool nightly = request.json().at("Rule") == "nightly";
        return fake::reply(std::string(nightly ? R"({"Targets": [{"EcsParameters": {"TaskDefinitionArn": "batch:1"}},
                                                     {"EcsParameters": {"TaskDefinitionArn": "gone:1"}}, {"Arn": "a queue"}]})"
                                               : R"({"Targets": [{"EcsParameters": {"TaskDefinitionArn": "batch"}}]})"));
    });
    transport->on("DescribeTaskDefinition", [](const fake::Request& request) {
        const std::string name = fake::last_part(fake::text_of(request.json(), "taskDefinition"));
        if (name == "gone:1") return fake::error(400, "ClientException", "Unable to describe task definition.");
        const std::string arn = name == "batch" ? "batch:1" : name;
        return fake::reply(fake::json::object{{"taskDefinition", fake::json::object{{"taskDefinitionArn", arn}}}});
    });
    const auto used = run(TaskDefinition::objects(session).in_use());
    const auto arns = all(used, &TaskDefinition::taskDefinitionArn);
    CHECK(std::set<std::string>(arns.begin(), arns.end()) ==
          std::set<std::string>{"batch:1", "blue:2", "order:3", "web:6", "web:7"});
    CHECK(arns.size() == 5);
    CHECK(transport->count("DescribeTaskDefinition") == 7);
}

TEST_CASE_METHOD(Actions, "services of the clusters that have all of some tags") {
    transport->on("DescribeClusters", [](const fake::Request& request) {
        fake::json::array clusters;
        const fake::json::object body = request.json();
        for (const auto& asked : body.at("clusters").as_array()) {
            fake::json::object one = fake::cluster({asked.as_string().data(), asked.as_string().size()});
            const bool ours = one.at("clusterName") != "cluster1";
            one["tags"] = fake::json::array{fake::json::object{{"key", "Team"}, {"value", ours ? "pay" : "ship"}},
                                            fake::json::object{{"key", "Env"}, {"value", "prod"}}};
            clusters.push_back(std::move(one));
        }
        return fake::reply(fake::json::object{{"clusters", clusters}});
    });
    const std::vector<ecs::Tag> tags{{.key = "Team", .value = "pay"}, {.key = "Env", .value = "prod"}};
    const list<Service> services = run(Service::objects(session).all_in_clusters(tags));
    REQUIRE(services.size() == 6);
    CHECK(services[0].cluster_name() == "cluster0");
    CHECK(services[5].cluster_name() == "cluster2");
    const std::vector<ecs::Tag> none{{.key = "Team", .value = "nobody"}};
    CHECK(run(Service::objects(session).all_in_clusters(none)).empty());
    CHECK(run(Service::objects(session).all_in_clusters({})).size() == 9);
}

TEST_CASE_METHOD(Actions, "what a deployment replaces") {
    answer("DescribeServiceDeployments", R"({"serviceDeployments": [{"serviceDeploymentArn": "sd", "sourceServiceRevisions":
        [{"arn": "sr1"}, {"arn": "sr2"}]}]})");
    answer("DescribeServiceRevisions", R"({"serviceRevisions": [{"taskDefinition": "web:6"}, {"taskDefinition": "web:6"}]})");
    const auto deployment = run(ecs::ServiceDeployment::objects(session).get("sd"));
    const auto definitions = run(deployment.source_task_definitions());
    REQUIRE(definitions.size() == 1);
    CHECK(transport->last().operation() == "DescribeTaskDefinition");
    CHECK(sent().at("taskDefinition") == "web:6");
}

TEST_CASE_METHOD(Actions, "a deployment is stopped, and says which one it was") {
    answer("StopServiceDeployment", R"({"serviceDeploymentArn": "arn:sd/stopped"})");
    const ecs::ServiceDeploymentManager deployments = ecs::ServiceDeployment::objects(session);
    CHECK(run(deployments.stop("arn:sd/1")) == "arn:sd/stopped");
    CHECK(transport->last().operation() == "StopServiceDeployment");
    CHECK(sent() == json(R"({"serviceDeploymentArn": "arn:sd/1"})"));
    CHECK(run(deployments.stop("arn:sd/1", {.stopType = "ABORT"})) == "arn:sd/stopped");
    CHECK(sent() == json(R"({"serviceDeploymentArn": "arn:sd/1", "stopType": "ABORT"})"));
}

TEST_CASE_METHOD(Actions, "several are read one by one, in order, each with what else was said") {
    transport->on("DescribeTaskDefinition", [](const fake::Request& request) {
        const std::string name = fake::text_of(request.json(), "taskDefinition");
        if (name == "gone") return fake::error(400, "ClientException", "Unable to describe task definition.");
        return fake::reply(fake::json::object{{"taskDefinition", fake::json::object{{"taskDefinitionArn", name}}}});
    });
    const Names wanted{"b:1", "gone", "a:2"};
    CHECK(all(run(TaskDefinition::objects(session).get_many(wanted)), &TaskDefinition::taskDefinitionArn) == Names{"b:1", "a:2"});
    for (const fake::Request& request : transport->requests()) CHECK(request.json().at("include") == json(R"(["TAGS"])"));
    transport->forget();
    const Names nothing;
    CHECK(run(TaskDefinition::objects(session).get_many(wanted, {.include = nothing})).size() == 2);
    CHECK(transport->requests().size() == 3);
    for (const fake::Request& request : transport->requests()) CHECK(request.json().at("include") == fake::json::array());
}

TEST_CASE_METHOD(Actions, "what is not there cannot be changed or removed, and each says so in the same way") {
    const auto gone = [this](const std::string& operation, const std::string& code) {
        transport->on(operation, fake::error(400, code, "not found"));
    };
    gone("UpdateService", "ServiceNotFoundException");
    gone("DeleteService", "ServiceNotFoundException");
    gone("UpdateCluster", "ClusterNotFoundException");
    gone("DeleteCluster", "ClusterNotFoundException");
    gone("DeleteTaskSet", "TaskSetNotFoundException");
    const auto services = Service::objects(session);
    const auto clusters = ecs::Cluster::objects(session);
    CHECK_THROWS_AS(run(services.partial_update("web", {.cluster = "prod"})), DoesNotExist);
    CHECK_THROWS_AS(run(services.remove("web", {.cluster = "prod"})), DoesNotExist);
    CHECK_THROWS_AS(run(clusters.partial_update("prod")), DoesNotExist);
    CHECK_THROWS_AS(run(clusters.remove("prod")), DoesNotExist);
    CHECK_THROWS_AS(run(ecs::TaskSet::objects(session).remove("ts", "web", "prod")), DoesNotExist);
    gone("UpdateService", "ClusterNotFoundException");  // another thing
    CHECK_THROWS_AS(run(services.partial_update("web", {.cluster = "prod"})), ecs::ClusterNotFoundException);
}
