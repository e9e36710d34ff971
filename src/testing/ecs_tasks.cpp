#include "schema/project.hpp"
#include "testing/ecs_region.hpp"
#include "testing/ecs_rules.hpp"

namespace botocraft::testing {

using namespace ecs_rules;

namespace {

// The identifier in an ARN or by itself, which then has the length that AWS's have.
std::string_view task_id(std::string_view task) {
    if (task.starts_with("arn:")) return last_part(task);
    if (task.size() != 32 && task.size() != 36) invalid("taskId length should be one of [32,36]");
    return task;
}

bool matches(const ecs::Task& task, const ecs::ListTasksRequest& in) {
    const std::string_view status = in.desiredStatus ? std::string_view(*in.desiredStatus) : "RUNNING";
    if (task.desiredStatus != status) return false;
    if (in.family) {
        const std::string_view name = last_part(*task.taskDefinitionArn);
        if (name.substr(0, name.rfind(':')) != *in.family) return false;
    }
    if (in.serviceName && task.group != "service:" + std::string(last_part(*in.serviceName))) return false;
    if (in.startedBy && task.startedBy != *in.startedBy) return false;
    if (in.launchType && task.launchType != *in.launchType) return false;
    return !in.containerInstance || last_part(text(task.containerInstanceArn)) == last_part(*in.containerInstance);
}

}  // namespace

ecs::Task& EcsRegion::start_task(ClusterEntry& cluster, const ecs::TaskDefinition& definition, std::string group) {
    const std::string id = next_hex_id();
    ecs::Task& task = cluster.tasks[id];
    const std::string path = *cluster.model.clusterName + "/" + id;
    task.taskArn = arn("task/" + path);
    task.clusterArn = cluster.model.clusterArn;
    task.taskDefinitionArn = definition.taskDefinitionArn;
    task.group = std::move(group);
    task.lastStatus = "PROVISIONING";
    task.desiredStatus = "RUNNING";
    task.launchType = "EC2";
    task.cpu = definition.cpu;
    task.memory = definition.memory;
    task.availabilityZone = region_ + "a";
    task.connectivity = "CONNECTED";
    task.createdAt = task.startedAt = task.connectivityAt = environs_.now();
    task.version = 1;
    task.enableExecuteCommand = false;
    task.healthStatus = "UNKNOWN";
    task.attachments.clear();
    task.tags.clear();
    for (const ecs::ContainerDefinition& defined : definition.containerDefinitions) {
        ecs::Container& container = task.containers.emplace_back();
        container.containerArn = arn("container/" + path + "/" + next_hex_id());
        container.taskArn = task.taskArn;
        container.name = defined.name;
        container.image = defined.image;
        container.lastStatus = "RUNNING";
        container.networkInterfaces.clear();
        if (defined.cpu) container.cpu = std::to_string(*defined.cpu);
        if (defined.memory) container.memory = std::to_string(*defined.memory);
    }
    return task;
}

void EcsRegion::stop(ecs::Task& task, std::string_view code, std::string reason) {
    task.desiredStatus = "STOPPED";
    task.lastStatus = "STOPPED";
    task.stopCode = std::string(code);
    task.stoppedReason = std::move(reason);
    task.stoppingAt = task.stoppedAt = task.executionStoppedAt = environs_.now();
    task.version = task.version.value_or(1) + 1;
    for (ecs::Container& container : task.containers) {
        container.lastStatus = "STOPPED";
        container.exitCode = 0;
    }
}

void EcsRegion::run_task(const ecs::RunTaskRequest& in, ecs::RunTaskResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    const int wanted = in.count.value_or(1);
    if (wanted < 1 || wanted > 10) invalid("Count must be between 1 and 10.");
    check_tags(in.tags);
    const ecs::TaskDefinition& definition = active_task_definition(*in.taskDefinition);
    if (in.launchType && !in.capacityProviderStrategy.empty()) {
        invalid("Specifying both a launch type and capacity provider strategy is not supported.");
    }
    out.tasks.clear();
    out.failures.clear();
    for (int i = 0; i < wanted; ++i) {
        ecs::Task& task = start_task(cluster, definition, in.group ? *in.group : "family:" + *definition.family);
        schema::project(in.shape_, &in, task.shape_, &task);
        task.group = in.group ? *in.group : "family:" + *definition.family;
        if (in.launchType.is_absent()) task.launchType = "EC2";
        if (!in.capacityProviderStrategy.empty()) {
            task.capacityProviderName = in.capacityProviderStrategy.front().capacityProvider;
        }
        if (task.launchType == "FARGATE" && in.platformVersion.is_absent()) task.platformVersion = "1.4.0";
        if (task.overrides.is_absent()) task.overrides.emplace();
        if (text(in.propagateTags) == "TASK_DEFINITION") {
            for (const ecs::Tag& tag : find_task_definition(*definition.taskDefinitionArn)->tags)
                task.tags.push_back(tag);
        }
        out.tasks.push_back(task);
        task.lastStatus = "RUNNING";
    }
}

void EcsRegion::describe_tasks(const ecs::DescribeTasksRequest& in, ecs::DescribeTasksResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    check_batch(in.tasks.size(), 100, "Tasks");
    out.tasks.clear();
    out.failures.clear();
    for (const std::string& name : in.tasks) {
        const std::string id(task_id(name));
        const auto found = cluster.tasks.find(id);
        if (found == cluster.tasks.end() || (name.starts_with("arn:") && found->second.taskArn != name)) {
            const std::string path = "task/" + *cluster.model.clusterName + "/" + id;
            out.failures.push_back(failure(name.starts_with("arn:") ? name : arn(path), "MISSING"));
            continue;
        }
        ecs::Task& task = out.tasks.emplace_back() = found->second;
        if (!includes(in.include, "TAGS")) task.tags.clear();
    }
}

void EcsRegion::list_tasks(const ecs::ListTasksRequest& in, ecs::ListTasksResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    if (in.serviceName && !find_service(cluster, *in.serviceName)) {
        throw ModelledError("ServiceNotFoundException", "Service not found.");
    }
    std::string list_name = "ListTasks " + *cluster.model.clusterArn;
    for (const auto* const filter :
         {&in.family, &in.serviceName, &in.startedBy, &in.launchType, &in.desiredStatus, &in.containerInstance}) {
        list_name.append(" ").append(text(*filter));
    }
    list_page(
        in, list_name, cluster.tasks, 100, out.taskArns, out.nextToken,
        [&](const std::string&, const ecs::Task& task) { return matches(task, in) ? *task.taskArn : std::string(); });
}

void EcsRegion::stop_task(const ecs::StopTaskRequest& in, ecs::StopTaskResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    const auto found = cluster.tasks.find(task_id(text(in.task)));
    if (found == cluster.tasks.end()) invalid("The referenced task was not found.");
    if (found->second.lastStatus != "STOPPED") {
        stop(found->second, "UserInitiated", in.reason ? *in.reason : "Task stopped by user");
    }
    out.task = found->second;
}

}  // namespace botocraft::testing
