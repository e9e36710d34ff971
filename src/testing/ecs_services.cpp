#include "schema/project.hpp"
#include "testing/ecs_region.hpp"
#include "testing/ecs_rules.hpp"

namespace botocraft::testing {

using namespace ecs_rules;

namespace {

// What only the service's own controller may be told.
void check_deployments(const ecs::Service& service, const ecs::UpdateServiceRequest& in) {
    const std::string_view controller = service.deploymentController ? text(service.deploymentController->type) : std::string_view("ECS");
    if (controller == "ECS") return;
    const auto refuse = [&](std::string_view what) {
        invalid("Unable to update " + std::string(what) + " on services with a " + std::string(controller) + " deployment controller.");
    };
    if (in.taskDefinition) refuse("task definition");
    if (in.networkConfiguration) refuse("network parameters");
    if (in.platformVersion) refuse("platform version");
    if (in.loadBalancers.has_value()) refuse("load balancers");
    if (in.serviceRegistries.has_value()) refuse("service registries");
    if (in.capacityProviderStrategy.has_value()) refuse("capacity provider strategy");
    if (in.deploymentConfiguration && controller == "EXTERNAL") refuse("deployment configuration");
}

void check_desired_count(std::string_view scheduling_strategy, const field<std::int32_t>& count) {
    if (count.value_or(0) < 0) invalid("Desired count cannot be negative.");
    if (scheduling_strategy != "DAEMON" || !count) return;
    invalid("The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try "
            "again.");
}

bool runs_its_own(const ecs::Service& service) {
    return service.deploymentController && text(service.deploymentController->type) == "EXTERNAL";
}

ecs::Deployment primary_deployment(const EcsRegion::ServiceEntry& entry) {
    const ecs::Service& service = entry.model;
    ecs::Deployment deployment;
    schema::project(service.shape_, &service, deployment.shape_, &deployment);
    deployment.status = "PRIMARY";
    deployment.failedTasks = 0;
    deployment.rolloutState = service.runningCount == service.desiredCount ? "COMPLETED" : "IN_PROGRESS";
    deployment.rolloutStateReason = std::string("ECS deployment ") + *deployment.rolloutState + ".";
    if (!entry.deployments.empty()) {
        deployment.createdAt = entry.deployments.back().createdAt;
        deployment.id = "ecs-svc/" + std::string(last_part(*entry.deployments.back().serviceDeploymentArn));
    }
    deployment.updatedAt = deployment.createdAt;
    return deployment;
}

}  // namespace

EcsRegion::ServiceEntry* EcsRegion::find_service(ClusterEntry& cluster, std::string_view name_or_arn) {
    const std::string_view name = name_or_arn.starts_with("arn:") ? last_part(name_or_arn) : name_or_arn;
    const auto found = cluster.services.find(name);
    if (found == cluster.services.end()) return nullptr;
    if (!name_or_arn.starts_with("arn:")) return &found->second;
    // The form without the cluster is older.
    const bool matches = found->second.model.serviceArn == name_or_arn || name_or_arn == arn("service/" + found->first);
    return matches ? &found->second : nullptr;
}

EcsRegion::ServiceEntry& EcsRegion::active_service(ClusterEntry& cluster, const field<std::string>& name_or_arn) {
    ServiceEntry* const service = find_service(cluster, text(name_or_arn));
    if (!service) throw ModelledError("ServiceNotFoundException", "Service not found.");
    if (service->model.status != "ACTIVE") throw ModelledError("ServiceNotActiveException", "Service was not ACTIVE.");
    return *service;
}

// What is kept small for the sake of tens of thousands is filled in here.
ecs::Service EcsRegion::shown(const ServiceEntry& entry, bool with_tags) const {
    ecs::Service service = entry.model;
    if (!with_tags) service.tags = {};
    service.deployments.clear();
    if (!runs_its_own(service) && service.status != "INACTIVE") {
        service.deployments.push_back(primary_deployment(entry));
    }
    if (!entry.deployments.empty()) {
        service.currentServiceDeployment = entry.deployments.back().serviceDeploymentArn;
    }
    if (!entry.revisions.empty() && service.status != "INACTIVE") {
        ecs::ServiceCurrentRevisionSummary& summary = service.currentServiceRevisions.emplace_back();
        summary.arn = entry.revisions.back().serviceRevisionArn;
        summary.requestedTaskCount = service.desiredCount;
        summary.runningTaskCount = service.runningCount;
        summary.pendingTaskCount = service.pendingCount;
    }
    for (const auto& [id, task_set] : entry.task_sets) service.taskSets.push_back(task_set);
    if (service.loadBalancers.is_absent()) service.loadBalancers.clear();
    if (service.serviceRegistries.is_absent()) service.serviceRegistries.clear();
    if (service.placementConstraints.is_absent()) service.placementConstraints.clear();
    if (service.placementStrategy.is_absent()) service.placementStrategy.clear();
    if (service.events.is_absent()) service.events.clear();
    return service;
}

void EcsRegion::begin_deployment(ClusterEntry& cluster, ServiceEntry& entry) {
    if (entry.counts_only || runs_its_own(entry.model)) return;
    const std::string path = *cluster.model.clusterName + "/" + *entry.model.serviceName + "/";
    ecs::ServiceRevision& revision = entry.revisions.emplace_back();
    schema::project(entry.model.shape_, &entry.model, revision.shape_, &revision);
    revision.serviceRevisionArn = arn("service-revision/" + path + next_number_id());
    revision.createdAt = environs_.now();

    ecs::ServiceDeployment& deployment = entry.deployments.emplace_back();
    deployment.serviceDeploymentArn = arn("service-deployment/" + path + next_hex_id().substr(0, 21));
    deployment.serviceArn = entry.model.serviceArn;
    deployment.clusterArn = entry.model.clusterArn;
    deployment.createdAt = deployment.startedAt = deployment.updatedAt = deployment.finishedAt = environs_.now();
    deployment.status = "SUCCESSFUL";
    deployment.deploymentConfiguration = entry.model.deploymentConfiguration;
    ecs::ServiceRevisionSummary target;
    target.arn = revision.serviceRevisionArn;
    target.requestedTaskCount = target.runningTaskCount = entry.model.desiredCount;
    target.pendingTaskCount = 0;
    deployment.targetServiceRevision = target;
    deployment.sourceServiceRevisions.clear();
    if (entry.revisions.size() > 1) {
        target.arn = entry.revisions[entry.revisions.size() - 2].serviceRevisionArn;
        target.runningTaskCount = target.requestedTaskCount = 0;
        deployment.sourceServiceRevisions.push_back(target);
    }
}

EcsRegion::ServiceEntry& EcsRegion::add_service(ClusterEntry& cluster, ServiceEntry given) {
    const std::string name = *given.model.serviceName;
    ServiceEntry& entry = cluster.services[name] = std::move(given);
    ecs::Service& service = entry.model;
    service.serviceArn = arn("service/" + *cluster.model.clusterName + "/" + name);
    service.clusterArn = cluster.model.clusterArn;
    service.status = "ACTIVE";
    if (service.createdAt.is_absent()) service.createdAt = environs_.now();
    if (service.createdBy.is_absent()) service.createdBy = "arn:" + partition_ + ":iam::" + account_id_ + ":root";
    if (service.schedulingStrategy.is_absent()) service.schedulingStrategy = "REPLICA";
    if (service.desiredCount.is_absent()) service.desiredCount = 0;
    if (service.runningCount.is_absent()) service.runningCount = 0;
    if (service.pendingCount.is_absent()) service.pendingCount = 0;
    if (service.enableECSManagedTags.is_absent()) service.enableECSManagedTags = false;
    if (service.enableExecuteCommand.is_absent()) service.enableExecuteCommand = false;
    if (service.propagateTags.is_absent()) service.propagateTags = "NONE";
    begin_deployment(cluster, entry);
    return entry;
}

// Starts and stops tasks until there are as many as the service wants.
void EcsRegion::settle(ClusterEntry& cluster, ServiceEntry& entry) {
    ecs::Service& service = entry.model;
    const int wanted = service.status == "ACTIVE" ? service.desiredCount.value_or(0) : 0;
    service.pendingCount = 0;
    service.runningCount = wanted;
    const TaskDefinitionEntry* const definition =
        service.taskDefinition ? find_task_definition(*service.taskDefinition) : nullptr;
    if (entry.counts_only || runs_its_own(service)) return;
    const std::string group = "service:" + *service.serviceName;
    int running = 0;
    for (auto& [id, task] : cluster.tasks) {
        if (task.group != group || task.lastStatus == "STOPPED") continue;
        if (running < wanted && task.taskDefinitionArn == service.taskDefinition) {
            ++running;
        } else {
            stop(task, "ServiceSchedulerInitiated", "Scaling activity initiated by deployment");
        }
    }
    for (; definition && running < wanted; ++running) {
        ecs::Task& task = start_task(cluster, definition->model, group);
        if (service.launchType) task.launchType = service.launchType;
        task.startedBy = "ecs-svc/" + next_number_id();
        task.lastStatus = "RUNNING";
        if (text(service.propagateTags) == "SERVICE") task.tags = service.tags;
    }
}

void EcsRegion::create_service(const ecs::CreateServiceRequest& in, ecs::CreateServiceResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    check_name(*in.serviceName, "Service name");
    check_tags(in.tags);
    if (ServiceEntry* const old = find_service(cluster, *in.serviceName); old && old->model.status != "INACTIVE") {
        if (!in.clientToken || old->client_token != *in.clientToken) invalid("Creation of service was not idempotent.");
        out.service = shown(*old, true);
        return;
    }
    if (in.launchType && !in.capacityProviderStrategy.empty()) {
        invalid("Specifying both a launch type and capacity provider strategy is not supported.");
    }
    check_desired_count(text(in.schedulingStrategy), in.desiredCount);
    ServiceEntry entry{.model = {}, .client_token = std::string(text(in.clientToken))};
    schema::project(in.shape_, &in, entry.model.shape_, &entry.model);
    if (in.role) entry.model.roleArn = in.role->starts_with("arn:") ? *in.role : arn("role/" + *in.role);
    if (in.taskDefinition) {
        entry.model.taskDefinition = active_task_definition(*in.taskDefinition).taskDefinitionArn;
    } else if (!runs_its_own(entry.model)) {
        invalid("TaskDefinition can not be blank.");
    }
    if (in.launchType.is_absent() && in.capacityProviderStrategy.empty()) entry.model.launchType = "EC2";
    if (entry.model.launchType == "FARGATE" && in.platformVersion.is_absent()) entry.model.platformVersion = "LATEST";
    if (in.platformVersion.is_absent() && entry.model.launchType == "FARGATE") entry.model.platformFamily = "Linux";
    if (entry.model.deploymentConfiguration.is_absent()) {
        ecs::DeploymentConfiguration usual;
        usual.maximumPercent = 200;
        usual.minimumHealthyPercent = 100;
        entry.model.deploymentConfiguration = usual;
    }
    ServiceEntry& added = add_service(cluster, std::move(entry));
    out.service = shown(added, true);
    settle(cluster, added);
}

void EcsRegion::describe_services(const ecs::DescribeServicesRequest& in, ecs::DescribeServicesResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    check_batch(in.services.size(), 10, "Services");
    const bool with_tags = includes(in.include, "TAGS");
    out.services.clear();
    out.failures.clear();
    for (const std::string& name : in.services) {
        if (const ServiceEntry* const service = find_service(cluster, name)) {
            out.services.push_back(shown(*service, with_tags));
        } else {
            const std::string path = "service/" + *cluster.model.clusterName + "/" + name;
            out.failures.push_back(failure(name.starts_with("arn:") ? name : arn(path), "MISSING"));
        }
    }
}

void EcsRegion::list_services(const ecs::ListServicesRequest& in, ecs::ListServicesResponse& out) {
    const ClusterEntry& cluster = active_cluster(in.cluster);
    const std::string list_name = "ListServices " + *cluster.model.clusterArn + " " + in.launchType.value_or("") + " " +
                                  in.schedulingStrategy.value_or("");
    list_page(in, list_name, cluster.services, 10, out.serviceArns, out.nextToken,
              [&](const std::string&, const ServiceEntry& entry) {
                  const ecs::Service& service = entry.model;
                  const bool wanted = service.status != "INACTIVE" &&
                                      (!in.launchType || service.launchType == *in.launchType) &&
                                      (!in.schedulingStrategy || service.schedulingStrategy == *in.schedulingStrategy);
                  return wanted ? *service.serviceArn : std::string();
              });
}

void EcsRegion::update_service(const ecs::UpdateServiceRequest& in, ecs::UpdateServiceResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    ServiceEntry& entry = active_service(cluster, in.service);
    check_desired_count(text(entry.model.schedulingStrategy), in.desiredCount);
    check_deployments(entry.model, in);
    field<std::string> definition;
    if (in.taskDefinition) definition = active_task_definition(*in.taskDefinition).taskDefinitionArn;
    const ecs::Service before = entry.model;
    schema::project(in.shape_, &in, entry.model.shape_, &entry.model);
    entry.model.taskDefinition = definition ? definition : before.taskDefinition;
    const bool redeploys =
        in.forceNewDeployment.value_or(false) || entry.model.taskDefinition != before.taskDefinition ||
        entry.model.networkConfiguration != before.networkConfiguration ||
        entry.model.platformVersion != before.platformVersion || entry.model.loadBalancers != before.loadBalancers;
    if (redeploys) begin_deployment(cluster, entry);
    out.service = shown(entry, true);
    settle(cluster, entry);
}

void EcsRegion::delete_service(const ecs::DeleteServiceRequest& in, ecs::DeleteServiceResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    ServiceEntry* const entry = find_service(cluster, text(in.service));
    if (!entry || entry->model.status == "INACTIVE") {
        throw ModelledError("ServiceNotFoundException", "Service not found.");
    }
    const bool replica = entry->model.schedulingStrategy == "REPLICA";
    if (replica && !in.force.value_or(false) && entry->model.desiredCount.value_or(0) > 0) {
        invalid("The service cannot be stopped while it is scaled above 0.");
    }
    if (!in.force.value_or(false) && !entry->task_sets.empty()) {
        invalid("The service cannot be deleted while it has task sets.");
    }
    entry->model.status = "DRAINING";
    entry->model.desiredCount = 0;
    entry->task_sets.clear();
    out.service = shown(*entry, true);
    settle(cluster, *entry);
    entry->model.status = "INACTIVE";
}

}  // namespace botocraft::testing
