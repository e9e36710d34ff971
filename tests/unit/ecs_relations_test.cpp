// What relations of ECS ask for: which member of the model becomes which of the request, as AWS's reference of the API has it.

#include "support/dynamic_manager.hpp"
#include "support/world.hpp"

#include <botocraft/ecs/types.hpp>

#include "catch.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

using namespace botocraft;

namespace {

struct Row {
    const char* model;
    const char* relation;
    const char* members;    // of the model that it starts from
    const char* operation;  // that is asked first
    const char* request;    // without `include`
    const char* leads_to;
};

constexpr const char* of_service = R"({"serviceArn": "arn:service/prod/web", "clusterArn": "arn:cluster/prod", "taskDefinition": "arn:td/web:7"})";
constexpr const char* of_daemon = R"({"daemonArn": "arn:daemon/logs", "clusterArn": "arn:cluster/prod",
    "daemonTaskDefinitionArn": "arn:dtd/logs:2", "targetDaemonRevisionArn": "arn:dr/3",
    "currentRevisions": [{"arn": "arn:dr/1", "totalRunningCount": 2}, {"arn": "arn:dr/2"}]})";
constexpr const char* of_gateway = R"({"serviceArn": "arn:service/prod/web", "cluster": "prod",
    "activeConfigurations": [{"serviceRevisionArn": "arn:sr/1", "cpu": "256"}, {"serviceRevisionArn": "arn:sr/2"}]})";
constexpr const char* of_web = R"({"serviceName": "web", "serviceArn": "arn:service/prod/web", "clusterArn": "arn:cluster/prod",
    "currentServiceDeployment": "arn:sd/1", "currentServiceRevisions": [{"arn": "arn:sr/1"}, {"arn": "arn:sr/2"}],
    "taskSets": [{"id": "ecs-svc/1", "taskSetArn": "arn:ts/1"}, {"id": "ecs-svc/2", "taskSetArn": "arn:ts/2"}]})";
constexpr const char* of_task = R"({"taskArn": "arn:task/prod/1", "clusterArn": "arn:cluster/prod",
    "containerInstanceArn": "arn:container-instance/prod/1", "capacityProviderName": "FARGATE"})";

constexpr const char* the_service = R"({"services": ["arn:service/prod/web"], "cluster": "arn:cluster/prod"})";
constexpr const char* the_cluster = R"({"clusters": ["arn:cluster/prod"]})";
constexpr const char* the_definition = R"({"taskDefinition": "arn:td/web:7"})";
constexpr const char* the_revisions = R"({"serviceRevisionArns": ["arn:sr/1", "arn:sr/2"]})";

constexpr const char* service = R"({"serviceName": "found"})";
constexpr const char* cluster = R"({"clusterName": "found"})";
constexpr const char* definition = R"({"family": "found"})";
constexpr const char* deployment = R"({"serviceDeploymentArn": "found"})";
constexpr const char* deployments = R"([{"serviceDeploymentArn": "found"}])";
constexpr const char* revisions = R"([{"serviceRevisionArn": "found"}])";
constexpr const char* task_sets = R"([{"taskSetArn": "found"}])";
constexpr const char* instance = R"({"ec2InstanceId": "found"})";
constexpr const char* provider = R"({"name": "found"})";
constexpr const char* providers = R"([{"name": "found"}])";
constexpr const char* daemon = R"({"daemonArn": "found"})";
constexpr const char* daemon_revision = R"({"daemonRevisionArn": "found"})";
constexpr const char* daemon_revisions = R"([{"daemonRevisionArn": "found"}])";
constexpr const char* daemon_definition = R"({"family": "found"})";

const Row rows[] = {
    {"ServiceRevision", "service", of_service, "DescribeServices", the_service, service},
    {"ServiceRevision", "cluster", of_service, "DescribeClusters", the_cluster, cluster},
    {"ServiceRevision", "task_definition", of_service, "DescribeTaskDefinition", the_definition, definition},
    {"ServiceDeployment", "service", of_service, "DescribeServices", the_service, service},
    {"ServiceDeployment", "cluster", of_service, "DescribeClusters", the_cluster, cluster},
    {"TaskSet", "service", of_service, "DescribeServices", the_service, service},
    {"TaskSet", "cluster", of_service, "DescribeClusters", the_cluster, cluster},
    {"TaskSet", "task_definition", of_service, "DescribeTaskDefinition", the_definition, definition},
    {"Daemon", "cluster", of_daemon, "DescribeClusters", the_cluster, cluster},
    {"Daemon", "current_revisions", of_daemon, "DescribeDaemonRevisions", R"({"daemonRevisionArns": ["arn:dr/1", "arn:dr/2"]})",
     daemon_revisions},
    {"DaemonRevision", "daemon", of_daemon, "DescribeDaemon", R"({"daemonArn": "arn:daemon/logs"})", daemon},
    {"DaemonRevision", "cluster", of_daemon, "DescribeClusters", the_cluster, cluster},
    {"DaemonRevision", "daemon_task_definition", of_daemon, "DescribeDaemonTaskDefinition",
     R"({"daemonTaskDefinition": "arn:dtd/logs:2"})", daemon_definition},
    {"DaemonDeployment", "daemon", of_daemon, "DescribeDaemon", R"({"daemonArn": "arn:daemon/logs"})", daemon},
    {"DaemonDeployment", "cluster", of_daemon, "DescribeClusters", the_cluster, cluster},
    {"DaemonDeployment", "target_revision", of_daemon, "DescribeDaemonRevisions", R"({"daemonRevisionArns": ["arn:dr/3"]})",
     daemon_revision},
    // The cluster is named, or told by its ARN: AWS takes both where a cluster is asked for.
    {"ExpressGatewayService", "own_cluster", of_gateway, "DescribeClusters", R"({"clusters": ["prod"]})", cluster},
    {"ExpressGatewayService", "service", of_gateway, "DescribeServices",
     R"({"services": ["arn:service/prod/web"], "cluster": "prod"})", service},
    {"ExpressGatewayService", "active_service_revisions", of_gateway, "DescribeServiceRevisions", the_revisions, revisions},
    {"Service", "current_service_deployment", of_web, "DescribeServiceDeployments", R"({"serviceDeploymentArns": ["arn:sd/1"]})",
     deployment},
    {"Service", "current_service_revisions", of_web, "DescribeServiceRevisions", the_revisions, revisions},
    {"Service", "task_sets", of_web, "DescribeTaskSets",
     R"({"cluster": "arn:cluster/prod", "service": "web", "taskSets": ["arn:ts/1", "arn:ts/2"]})", task_sets},
    {"Service", "service_deployments", of_web, "ListServiceDeployments", R"({"service": "web", "cluster": "arn:cluster/prod"})",
     deployments},
    {"Task", "container_instance", of_task, "DescribeContainerInstances",
     R"({"containerInstances": ["arn:container-instance/prod/1"], "cluster": "arn:cluster/prod"})", instance},
    // With a cluster AWS would tell only what is attached to it.
    {"Task", "capacity_provider", of_task, "DescribeCapacityProviders", R"({"capacityProviders": ["FARGATE"]})", provider},
    {"ContainerInstance", "capacity_provider", R"({"containerInstanceArn": "arn:container-instance/prod/1", "capacityProviderName": "asg"})",
     "DescribeCapacityProviders", R"({"capacityProviders": ["asg"]})", provider},
    // Of the cluster's own providers AWS tells some only where the cluster is named.
    {"Cluster", "capacity_providers", R"({"clusterName": "prod", "clusterArn": "arn:cluster/prod", "capacityProviders": ["FARGATE", "asg"]})",
     "DescribeCapacityProviders", R"({"capacityProviders": ["FARGATE", "asg"], "cluster": "prod"})", providers},
};

// Tags are in the answer only where the request says so; the other operations have no such member.
const std::set<std::string> tell_tags_when_asked{"DescribeCapacityProviders", "DescribeClusters", "DescribeContainerInstances",
                                                 "DescribeServices", "DescribeTaskDefinition", "DescribeTaskSets"};

struct EcsRelations : fake::World {
    EcsRelations() {
        const std::pair<const char*, std::string> answers[] = {
            {"DescribeServices", R"({"services": [)" + std::string(service) + "]}"},
            {"DescribeClusters", R"({"clusters": [)" + std::string(cluster) + "]}"},
            {"DescribeTaskDefinition", R"({"taskDefinition": )" + std::string(definition) + "}"},
            {"ListServiceDeployments", R"({"serviceDeployments": [{"serviceDeploymentArn": "listed"}]})"},
            {"DescribeServiceDeployments", R"({"serviceDeployments": )" + std::string(deployments) + "}"},
            {"DescribeServiceRevisions", R"({"serviceRevisions": )" + std::string(revisions) + "}"},
            {"DescribeTaskSets", R"({"taskSets": )" + std::string(task_sets) + "}"},
            {"DescribeContainerInstances", R"({"containerInstances": [)" + std::string(instance) + "]}"},
            {"DescribeCapacityProviders", R"({"capacityProviders": )" + std::string(providers) + "}"},
            {"DescribeDaemon", R"({"daemon": )" + std::string(daemon) + "}"},
            {"DescribeDaemonRevisions", R"({"daemonRevisions": )" + std::string(daemon_revisions) + "}"},
            {"DescribeDaemonTaskDefinition", R"({"daemonTaskDefinition": )" + std::string(daemon_definition) + "}"},
        };
        for (const auto& [operation, body] : answers) transport->on(operation, fake::reply(body));
    }

    static bool takes_tags(const fake::json::object& request) {
        const auto* const include = request.if_contains("include");
        if (!include) return false;
        for (const auto& one : include->as_array()) {
            if (one == "TAGS") return true;
        }
        return false;
    }
};

}  // namespace

TEST_CASE_METHOD(EcsRelations, "relations of ECS ask by the members of the model, and lead to what is answered") {
    test::DynamicManager manager(ecs::tables::service, session);
    for (const Row& row : rows) {
        INFO(row.model << '.' << row.relation);
        transport->forget();
        const auto found = manager.follow(row.model, row.relation, fake::json::parse(row.members), ecs::tables::service);
        REQUIRE_FALSE(transport->requests().empty());
        CHECK(transport->requests().front().operation() == row.operation);
        fake::json::object asked = transport->requests().front().json();
        CHECK(takes_tags(asked) == tell_tags_when_asked.contains(row.operation));
        asked.erase("include");
        CHECK(asked == fake::json::parse(row.request));
        CHECK(found == fake::json::parse(row.leads_to));
        if (std::string_view(row.operation).starts_with("List")) {
            CHECK(transport->requests().size() == 2);
            CHECK(transport->last().json() == fake::json::parse(R"({"serviceDeploymentArns": ["listed"]})"));
        } else {
            CHECK(transport->requests().size() == 1);
        }
    }
}
