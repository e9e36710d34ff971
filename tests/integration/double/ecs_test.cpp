#include "catch.hpp"
#include "raw_client.hpp"

#include <botocraft/ecs/requests.hpp>
#include <botocraft/testing/aws_double.hpp>
#include <botocraft/testing/ecs.hpp>

#include <set>

using namespace double_test;
namespace ecs = botocraft::ecs;
using botocraft::testing::AwsDouble;
using botocraft::testing::DoubleOptions;

namespace {

ecs::RegisterTaskDefinitionResponse register_task_definition(const AwsDouble& aws, std::string family = "web") {
    ecs::RegisterTaskDefinitionRequest in;
    in.family = std::move(family);
    ecs::ContainerDefinition& container = in.containerDefinitions.emplace_back();
    container.name = "app";
    container.image = "nginx:1";
    container.memory = 128;
    ecs::Tag& tag = in.tags.emplace_back();
    tag.key = "Team";
    tag.value = "web";
    return ask<ecs::RegisterTaskDefinitionResponse>(aws, "RegisterTaskDefinition", in);
}

ecs::Service create_service(const AwsDouble& aws, std::string name, int desired) {
    ecs::CreateServiceRequest in;
    in.serviceName = std::move(name);
    in.taskDefinition = "web";
    in.desiredCount = desired;
    ecs::Tag& tag = in.tags.emplace_back();
    tag.key = "Team";
    tag.value = "web";
    return *ask<ecs::CreateServiceResponse>(aws, "CreateService", in).service;
}

ecs::DescribeServicesResponse describe(const AwsDouble& aws, std::string name) {
    ecs::DescribeServicesRequest in;
    in.services.push_back(std::move(name));
    return ask<ecs::DescribeServicesResponse>(aws, "DescribeServices", in);
}

bool fails_with(const AwsDouble& aws, std::string_view operation, std::string_view body, std::string_view code) {
    const Received reply = call(aws, operation, body);
    return reply.status == 400 && reply.has("\"" + std::string(code) + "\"");
}

}  // namespace

TEST_CASE("a service from its creation to its end", "[double][ecs]") {
    AwsDouble aws;
    CHECK(fails_with(aws, "ListServices", "{}", "ClusterNotFoundException"));
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    CHECK(fails_with(aws, "CreateService", R"({"serviceName":"web","taskDefinition":"web"})", "ClientException"));
    register_task_definition(aws);
    const ecs::Service created = create_service(aws, "web", 2);
    CHECK(created.serviceArn == "arn:aws:ecs:us-east-1:123456789012:service/default/web");
    CHECK(created.taskDefinition == "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1");
    CHECK(created.runningCount == 0);
    CHECK(fails_with(aws, "CreateService", R"({"serviceName":"web","taskDefinition":"web"})",
                     "InvalidParameterException"));

    const ecs::Service running = describe(aws, "web").services.at(0);
    CHECK(running.runningCount == 2);
    CHECK(running.deployments.size() == 1);
    CHECK(running.deployments[0].rolloutState == "COMPLETED");
    CHECK(running.tags.is_absent());
    CHECK(call(aws, "DescribeServices", R"({"services":["web"],"include":["TAGS"]})")
              .has(R"("tags":[{"key":"Team","value":"web"}])"));
    CHECK(ask<ecs::ListTasksResponse>(aws, "ListTasks", ecs::ListTasksRequest{}).taskArns.size() == 2);

    CHECK(fails_with(aws, "DeleteService", R"({"service":"web"})", "InvalidParameterException"));
    CHECK(fails_with(aws, "UpdateService", R"({"service":"other","desiredCount":1})", "ServiceNotFoundException"));
    CHECK(call(aws, "UpdateService", R"({"service":"web","desiredCount":0})").status == 200);
    CHECK(fails_with(aws, "DeleteCluster", R"({"cluster":"default"})", "ClusterContainsServicesException"));
    CHECK(call(aws, "DeleteService", R"({"service":"web"})").status == 200);
    // It is not listed any more, but still described.
    CHECK(call(aws, "ListServices", "{}").body == R"({"serviceArns":[]})");
    CHECK(describe(aws, "web").services.at(0).status == "INACTIVE");
    CHECK(fails_with(aws, "UpdateService", R"({"service":"web","desiredCount":1})", "ServiceNotActiveException"));
    CHECK(fails_with(aws, "DeleteService", R"({"service":"web"})", "ServiceNotFoundException"));
    CHECK(create_service(aws, "web", 0).status == "ACTIVE");
    CHECK(call(aws, "DeleteService", R"({"service":"web"})").status == 200);
    CHECK(call(aws, "DeleteCluster", R"({"cluster":"default"})").has("INACTIVE"));
    CHECK(fails_with(aws, "ListServices", "{}", "ClusterNotFoundException"));
}

TEST_CASE("what is missing is a failure, not an error", "[double][ecs]") {
    AwsDouble aws;
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    const ecs::DescribeServicesResponse out = describe(aws, "nobody");
    CHECK(out.services.empty());
    REQUIRE(out.failures.size() == 1);
    CHECK(out.failures[0].reason == "MISSING");
    CHECK(out.failures[0].arn == "arn:aws:ecs:us-east-1:123456789012:service/default/nobody");
    CHECK(call(aws, "DescribeClusters", R"({"clusters":["x"]})").has(R"("reason":"MISSING")"));
    CHECK(call(aws, "DescribeTasks", R"({"tasks":["0123456789abcdef0123456789abcdef"]})").has(R"("reason":"MISSING")"));
    CHECK(fails_with(aws, "DescribeTasks", R"({"tasks":["short"]})", "InvalidParameterException"));
    CHECK(fails_with(aws, "DescribeServices", R"({"services":["a"],"cluster":"x"})", "ClusterNotFoundException"));
    CHECK(fails_with(aws, "DescribeTaskDefinition", R"({"taskDefinition":"x"})", "ClientException"));
}

TEST_CASE("batches have their bounds", "[double][ecs]") {
    AwsDouble aws;
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    const auto names = [](std::string_view member, std::size_t count) {
        std::string body = "{\"" + std::string(member) + "\":[";
        for (std::size_t i = 0; i < count; ++i) body += (i ? ",\"n" : "\"n") + std::to_string(i) + "\"";
        return body + "]}";
    };
    CHECK(call(aws, "DescribeServices", names("services", 10)).status == 200);
    CHECK(fails_with(aws, "DescribeServices", names("services", 11), "InvalidParameterException"));
    CHECK(fails_with(aws, "DescribeServices", names("services", 0), "InvalidParameterException"));
    CHECK(call(aws, "DescribeClusters", names("clusters", 100)).status == 200);
    CHECK(fails_with(aws, "DescribeClusters", names("clusters", 101), "InvalidParameterException"));
    CHECK(fails_with(aws, "DescribeTasks", names("tasks", 101), "InvalidParameterException"));
}

TEST_CASE("lists come in pages whose tokens belong to them", "[double][ecs]") {
    AwsDouble aws;
    for (int i = 0; i < 25; ++i) {
        REQUIRE(call(aws, "CreateCluster", R"({"clusterName":"c)" + std::to_string(i) + "\"}").status == 200);
    }
    std::set<std::string> seen;
    ecs::ListClustersRequest in;
    in.maxResults = 10;
    std::vector<std::size_t> sizes;
    for (bool more = true; more;) {
        const auto page = ask<ecs::ListClustersResponse>(aws, "ListClusters", in);
        sizes.push_back(page.clusterArns.size());
        seen.insert(page.clusterArns.begin(), page.clusterArns.end());
        in.nextToken = page.nextToken;
        more = page.nextToken.has_value();
    }
    CHECK(sizes == std::vector<std::size_t>{10, 10, 5});
    CHECK(seen.size() == 25);

    CHECK(fails_with(aws, "ListClusters", R"({"maxResults":0})", "InvalidParameterException"));
    CHECK(fails_with(aws, "ListClusters", R"({"maxResults":101})", "InvalidParameterException"));
    CHECK(fails_with(aws, "ListClusters", R"({"nextToken":"made up"})", "InvalidParameterException"));
    in.nextToken = std::nullopt;
    const auto first = ask<ecs::ListClustersResponse>(aws, "ListClusters", in);
    CHECK(first.nextToken->find("cluster") == std::string::npos);  // it says nothing
    const std::string of_another_list = R"({"cluster":"c1","nextToken":")" + *first.nextToken + "\"}";
    CHECK(fails_with(aws, "ListServices", of_another_list, "InvalidParameterException"));
    // A page may end where the list ends, and then has no token.
    in.maxResults = 25;
    CHECK(ask<ecs::ListClustersResponse>(aws, "ListClusters", in).nextToken.is_absent());
}

TEST_CASE("task definitions have revisions", "[double][ecs]") {
    AwsDouble aws;
    for (int i = 1; i <= 11; ++i) CHECK(register_task_definition(aws).taskDefinition->revision == i);
    CHECK(call(aws, "DescribeTaskDefinition", R"({"taskDefinition":"web"})").has("\"revision\":11"));
    CHECK(call(aws, "DescribeTaskDefinition", R"({"taskDefinition":"web:2"})").has("\"revision\":2"));
    CHECK(call(aws, "DescribeTaskDefinition", R"({"taskDefinition":"web:2","include":["TAGS"]})").has("Team"));
    CHECK_FALSE(call(aws, "DescribeTaskDefinition", R"({"taskDefinition":"web:2"})").has("Team"));
    ecs::ListTaskDefinitionsRequest in;
    in.sort = "DESC";
    in.maxResults = 2;
    const auto newest = ask<ecs::ListTaskDefinitionsResponse>(aws, "ListTaskDefinitions", in);
    CHECK(newest.taskDefinitionArns[0].ends_with("web:11"));  // 11 comes after 2
    CHECK(newest.taskDefinitionArns[1].ends_with("web:10"));
    in.nextToken = newest.nextToken;
    CHECK(
        ask<ecs::ListTaskDefinitionsResponse>(aws, "ListTaskDefinitions", in).taskDefinitionArns[0].ends_with("web:9"));

    CHECK(call(aws, "DeregisterTaskDefinition", R"({"taskDefinition":"web:11"})").has("INACTIVE"));
    CHECK(call(aws, "DescribeTaskDefinition", R"({"taskDefinition":"web"})").has("\"revision\":10"));
    CHECK(register_task_definition(aws).taskDefinition->revision == 12);
    const Received deleted = call(aws, "DeleteTaskDefinitions", R"({"taskDefinitions":["web:11","web:10","no:1"]})");
    CHECK(deleted.has("DELETE_IN_PROGRESS"));
    CHECK(deleted.has("still in ACTIVE status"));
    CHECK(deleted.has(R"("arn":"no:1")"));
    CHECK(call(aws, "ListTaskDefinitionFamilies", "{}").body == R"({"families":["web"]})");
}

TEST_CASE("tasks are run and stopped", "[double][ecs]") {
    AwsDouble aws;
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    register_task_definition(aws);
    ecs::RunTaskRequest in;
    in.taskDefinition = "web";
    in.count = 3;
    const auto run = ask<ecs::RunTaskResponse>(aws, "RunTask", in);
    REQUIRE(run.tasks.size() == 3);
    CHECK(run.tasks[0].group == "family:web");
    CHECK(run.tasks[0].containers.at(0).image == "nginx:1");
    CHECK(fails_with(aws, "RunTask", R"({"taskDefinition":"web","count":11})", "InvalidParameterException"));
    ecs::StopTaskRequest stop;
    stop.task = run.tasks[1].taskArn;
    stop.reason = "enough";
    const auto stopped = ask<ecs::StopTaskResponse>(aws, "StopTask", stop);
    CHECK(stopped.task->lastStatus == "STOPPED");
    CHECK(stopped.task->stoppedReason == "enough");
    CHECK(ask<ecs::ListTasksResponse>(aws, "ListTasks", ecs::ListTasksRequest{}).taskArns.size() == 2);
    CHECK(call(aws, "ListTasks", R"({"desiredStatus":"STOPPED"})").has(*run.tasks[1].taskArn));
    CHECK(call(aws, "ListTasks", R"({"family":"other"})").body == R"({"taskArns":[]})");
    CHECK(fails_with(aws, "ListTasks", R"({"serviceName":"x"})", "ServiceNotFoundException"));
    CHECK(fails_with(aws, "DeleteCluster", R"({"cluster":"default"})", "ClusterContainsTasksException"));
}

TEST_CASE("what AWS tells and does not take", "[double][ecs]") {
    AwsDouble aws;
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    CHECK(call(aws, "DescribeClusters", R"({"clusters":["default"]})").has(R"("settings":[])"));
    register_task_definition(aws);
    CHECK(fails_with(aws, "RegisterTaskDefinition",
                     R"({"family":"x","containerDefinitions":[{"name":"a","image":"b"}],"tags":[]})", "ClientException"));
    const std::string daemon = R"({"serviceName":"agent","taskDefinition":"web","schedulingStrategy":"DAEMON")";
    CHECK(fails_with(aws, "CreateService", daemon + R"(,"desiredCount":1})", "InvalidParameterException"));
    REQUIRE(call(aws, "CreateService", daemon + "}").status == 200);
    CHECK(fails_with(aws, "UpdateService", R"({"service":"agent","desiredCount":0})", "InvalidParameterException"));
    CHECK(call(aws, "UpdateService", R"({"service":"agent","enableExecuteCommand":true})").status == 200);
    REQUIRE(call(aws, "CreateService", R"({"serviceName":"blue","taskDefinition":"web","desiredCount":1,
                                           "deploymentController":{"type":"CODE_DEPLOY"}})").status == 200);
    CHECK(fails_with(aws, "UpdateService", R"({"service":"blue","taskDefinition":"web"})", "InvalidParameterException"));
    CHECK(call(aws, "UpdateService", R"({"service":"blue","desiredCount":2})").status == 200);
}

TEST_CASE("tags of everything that has an ARN", "[double][ecs]") {
    AwsDouble aws;
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    const std::string definition = *register_task_definition(aws).taskDefinition->taskDefinitionArn;
    const std::string service = *create_service(aws, "web", 1).serviceArn;
    const std::string task = ask<ecs::ListTasksResponse>(aws, "ListTasks", ecs::ListTasksRequest{}).taskArns.at(0);
    for (const std::string& arn :
         {std::string("arn:aws:ecs:us-east-1:123456789012:cluster/default"), definition, service, task}) {
        const std::string resource = R"({"resourceArn":")" + arn + "\"";
        CHECK(call(aws, "TagResource", resource + R"(,"tags":[{"key":"a","value":"1"},{"key":"b","value":"2"}]})")
                  .status == 200);
        CHECK(call(aws, "TagResource", resource + R"(,"tags":[{"key":"a","value":"3"}]})").status == 200);
        CHECK(call(aws, "UntagResource", resource + R"(,"tagKeys":["b"]})").status == 200);
        const Received tags = call(aws, "ListTagsForResource", resource + "}");
        CHECK(tags.has(R"({"key":"a","value":"3"})"));
        CHECK_FALSE(tags.has(R"("key":"b")"));
        CHECK(fails_with(aws, "TagResource", resource + R"(,"tags":[{"key":"aws:x","value":"1"}]})",
                         "InvalidParameterException"));
    }
    CHECK(fails_with(aws, "ListTagsForResource", R"({"resourceArn":"arn:aws:ecs:us-east-1:123456789012:cluster/x"})",
                     "InvalidParameterException"));
}

TEST_CASE("deployments, revisions and task sets of services", "[double][ecs]") {
    AwsDouble aws;
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    register_task_definition(aws);
    create_service(aws, "web", 1);
    register_task_definition(aws);
    CHECK(call(aws, "UpdateService", R"({"service":"web","taskDefinition":"web:2"})").status == 200);
    const ecs::Service service = describe(aws, "web").services.at(0);
    ecs::ListServiceDeploymentsRequest list;
    list.service = "web";
    const auto briefs =
        ask<ecs::ListServiceDeploymentsResponse>(aws, "ListServiceDeployments", list).serviceDeployments;
    REQUIRE(briefs.size() == 2);
    CHECK(briefs[0].serviceDeploymentArn == *service.currentServiceDeployment);
    ecs::DescribeServiceDeploymentsRequest one;
    one.serviceDeploymentArns.push_back(*service.currentServiceDeployment);
    const auto deployment =
        ask<ecs::DescribeServiceDeploymentsResponse>(aws, "DescribeServiceDeployments", one).serviceDeployments.at(0);
    CHECK(deployment.targetServiceRevision->arn == *service.currentServiceRevisions.at(0).arn);
    ecs::DescribeServiceRevisionsRequest revision;
    revision.serviceRevisionArns.push_back(*deployment.targetServiceRevision->arn);
    revision.serviceRevisionArns.push_back("arn:aws:ecs:us-east-1:123456789012:service-revision/default/web/1");
    const auto revisions = ask<ecs::DescribeServiceRevisionsResponse>(aws, "DescribeServiceRevisions", revision);
    CHECK(revisions.serviceRevisions.at(0).taskDefinition == *service.taskDefinition);
    CHECK(revisions.failures.at(0).reason == "MISSING");

    CHECK(call(aws, "CreateService",
               R"({"serviceName":"own","desiredCount":4,"deploymentController":{"type":"EXTERNAL"}})")
              .status == 200);
    const Received set =
        call(aws, "CreateTaskSet",
             R"({"service":"own","cluster":"default","taskDefinition":"web","scale":{"value":50.0,"unit":"PERCENT"}})");
    CHECK(set.has("\"computedDesiredCount\":2"));
    CHECK(call(aws, "DescribeTaskSets", R"({"service":"own","cluster":"default"})").has("STEADY_STATE"));
}

TEST_CASE("capacity", "[double][ecs]") {
    AwsDouble aws;
    REQUIRE(call(aws, "CreateCluster", "{}").status == 200);
    CHECK(call(aws, "DescribeCapacityProviders", "{}").has("FARGATE_SPOT"));
    CHECK(
        call(aws, "CreateCapacityProvider", R"({"name":"mine","autoScalingGroupProvider":{"autoScalingGroupArn":"a"}})")
            .has("capacity-provider/mine"));
    CHECK(call(aws, "PutClusterCapacityProviders",
               R"({"cluster":"default","capacityProviders":["mine"],"defaultCapacityProviderStrategy":[]})")
              .status == 200);
    CHECK(fails_with(aws, "DeleteCapacityProvider", R"({"capacityProvider":"mine"})", "InvalidParameterException"));
    const auto instance = *ask<ecs::RegisterContainerInstanceResponse>(aws, "RegisterContainerInstance",
                                                                       ecs::RegisterContainerInstanceRequest{})
                               .containerInstance;
    CHECK(call(aws, "ListContainerInstances", "{}").has(*instance.containerInstanceArn));
    CHECK(
        call(aws, "DescribeContainerInstances", R"({"containerInstances":[")" + *instance.containerInstanceArn + "\"]}")
            .has("ACTIVE"));
    CHECK(fails_with(aws, "DeleteCluster", R"({"cluster":"default"})", "ClusterContainsContainerInstancesException"));
}

TEST_CASE("twenty thousand services are there at once", "[double][ecs]") {
    AwsDouble aws;
    for (const char* const region : {"us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1",
                                     "ap-northeast-1", "sa-east-1", "ca-central-1"}) {
        botocraft::testing::seed_ecs(aws, region, {.clusters = 5, .services = 2500});
    }
    const auto clusters =
        ask<ecs::ListClustersResponse>(aws, "ListClusters", ecs::ListClustersRequest{}, {.region = "sa-east-1"});
    CHECK(clusters.clusterArns.size() == 5);
    std::size_t services = 0;
    for (const std::string& cluster : clusters.clusterArns) {
        ecs::ListServicesRequest in;
        in.cluster = cluster;
        in.maxResults = 100;
        for (bool more = true; more;) {
            const auto page = ask<ecs::ListServicesResponse>(aws, "ListServices", in, {.region = "sa-east-1"});
            services += page.serviceArns.size();
            in.nextToken = page.nextToken;
            more = page.nextToken.has_value();
        }
    }
    CHECK(services == 2500);
    CHECK(call(aws, "DescribeClusters", R"({"clusters":["prod-1"],"include":["TAGS"]})")
              .has("\"activeServicesCount\":500"));
}
