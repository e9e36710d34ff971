// The parts of services that deployments are made of: deployments, revisions, task sets.
#include "schema/project.hpp"
#include "testing/ecs_region.hpp"
#include "testing/ecs_rules.hpp"

namespace botocraft::testing {

using namespace ecs_rules;

namespace {

// The element of that ARN, in every service of every cluster; null where there is none.
template <class T>
T* find_part(std::map<std::string, EcsRegion::ClusterEntry, std::less<>>& clusters,
             std::vector<T> EcsRegion::ServiceEntry::*parts, field<std::string> T::*part_arn, std::string_view arn) {
    for (auto& [cluster_name, cluster] : clusters) {
        for (auto& [service_name, service] : cluster.services) {
            for (T& part : service.*parts) {
                if (part.*part_arn == arn) return &part;
            }
        }
    }
    return nullptr;
}

ecs::TaskSet& task_set_of(EcsRegion::ServiceEntry& service, std::string_view id_or_arn) {
    const auto found = service.task_sets.find(last_part(id_or_arn));
    if (found == service.task_sets.end()) throw ModelledError("TaskSetNotFoundException", "Task set not found.");
    return found->second;
}

// How many tasks a task set is to have, of those that its service wants.
void scale(ecs::TaskSet& set, const ecs::Service& service) {
    const double percent = set.scale ? set.scale->value.value_or(100.0) : 100.0;
    set.computedDesiredCount = static_cast<std::int32_t>(service.desiredCount.value_or(0) * percent / 100.0 + 0.999);
    set.runningCount = set.computedDesiredCount;
    set.pendingCount = 0;
    set.stabilityStatus = "STEADY_STATE";
}

}  // namespace

void EcsRegion::list_service_deployments(const ecs::ListServiceDeploymentsRequest& in,
                                         ecs::ListServiceDeploymentsResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    ServiceEntry* const service = find_service(cluster, text(in.service));
    if (!service) throw ModelledError("ServiceNotFoundException", "Service not found.");
    out.serviceDeployments.clear();
    for (auto at = service->deployments.rbegin(); at != service->deployments.rend(); ++at) {
        if (!in.status.empty() && !includes(in.status, text(at->status))) continue;
        ecs::ServiceDeploymentBrief& brief = out.serviceDeployments.emplace_back();
        schema::project(at->shape_, &*at, brief.shape_, &brief);
        if (at->targetServiceRevision) brief.targetServiceRevisionArn = at->targetServiceRevision->arn;
    }
}

void EcsRegion::describe_service_deployments(const ecs::DescribeServiceDeploymentsRequest& in,
                                             ecs::DescribeServiceDeploymentsResponse& out) {
    check_batch(in.serviceDeploymentArns.size(), 20, "Service deployments");
    out.serviceDeployments.clear();
    out.failures.clear();
    for (const std::string& each : in.serviceDeploymentArns) {
        const auto* const found =
            find_part(clusters_, &ServiceEntry::deployments, &ecs::ServiceDeployment::serviceDeploymentArn, each);
        if (found) {
            out.serviceDeployments.push_back(*found);
        } else {
            out.failures.push_back(failure(each, "MISSING"));
        }
    }
}

void EcsRegion::stop_service_deployment(const ecs::StopServiceDeploymentRequest& in,
                                        ecs::StopServiceDeploymentResponse& out) {
    auto* const found = find_part(clusters_, &ServiceEntry::deployments, &ecs::ServiceDeployment::serviceDeploymentArn,
                                  text(in.serviceDeploymentArn));
    if (!found) throw ModelledError("ServiceDeploymentNotFoundException", "Service deployment not found.");
    if (found->status != "IN_PROGRESS" && found->status != "PENDING") {
        throw ModelledError("ConflictException", "The service deployment is not in progress.");
    }
    found->status = "STOPPED";
    out.serviceDeploymentArn = found->serviceDeploymentArn;
}

void EcsRegion::describe_service_revisions(const ecs::DescribeServiceRevisionsRequest& in,
                                           ecs::DescribeServiceRevisionsResponse& out) {
    check_batch(in.serviceRevisionArns.size(), 20, "Service revisions");
    out.serviceRevisions.clear();
    out.failures.clear();
    for (const std::string& each : in.serviceRevisionArns) {
        const auto* const found =
            find_part(clusters_, &ServiceEntry::revisions, &ecs::ServiceRevision::serviceRevisionArn, each);
        if (found) {
            out.serviceRevisions.push_back(*found);
        } else {
            out.failures.push_back(failure(each, "MISSING"));
        }
    }
}

void EcsRegion::create_task_set(const ecs::CreateTaskSetRequest& in, ecs::CreateTaskSetResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    ServiceEntry& service = active_service(cluster, in.service);
    check_tags(in.tags);
    if (!service.model.deploymentController || service.model.deploymentController->type != "EXTERNAL") {
        invalid("The service does not use the EXTERNAL deployment controller.");
    }
    const std::string id = "ecs-svc/" + next_number_id();
    ecs::TaskSet& set = service.task_sets[std::string(last_part(id))];
    schema::project(in.shape_, &in, set.shape_, &set);
    set.id = id;
    set.taskSetArn = arn("task-set/" + *cluster.model.clusterName + "/" + *service.model.serviceName + "/" +
                         std::string(last_part(id)));
    set.serviceArn = service.model.serviceArn;
    set.clusterArn = cluster.model.clusterArn;
    set.taskDefinition = active_task_definition(text(in.taskDefinition)).taskDefinitionArn;
    set.status = "ACTIVE";
    set.createdAt = set.updatedAt = set.stabilityStatusAt = environs_.now();
    scale(set, service.model);
    out.taskSet = set;
}

void EcsRegion::describe_task_sets(const ecs::DescribeTaskSetsRequest& in, ecs::DescribeTaskSetsResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    ServiceEntry& service = active_service(cluster, in.service);
    out.taskSets.clear();
    out.failures.clear();
    list<std::string> wanted = in.taskSets;
    if (wanted.empty()) {
        for (const auto& [id, set] : service.task_sets) wanted.push_back(id);
    }
    for (const std::string& each : wanted) {
        const auto found = service.task_sets.find(last_part(each));
        if (found == service.task_sets.end()) {
            out.failures.push_back(failure(each, "MISSING"));
            continue;
        }
        ecs::TaskSet& shown_set = out.taskSets.emplace_back() = found->second;
        if (!includes(in.include, "TAGS")) shown_set.tags = {};
    }
}

void EcsRegion::update_task_set(const ecs::UpdateTaskSetRequest& in, ecs::UpdateTaskSetResponse& out) {
    ServiceEntry& service = active_service(active_cluster(in.cluster), in.service);
    ecs::TaskSet& set = task_set_of(service, text(in.taskSet));
    set.scale = in.scale;
    set.updatedAt = environs_.now();
    scale(set, service.model);
    out.taskSet = set;
}

void EcsRegion::update_service_primary_task_set(const ecs::UpdateServicePrimaryTaskSetRequest& in,
                                                ecs::UpdateServicePrimaryTaskSetResponse& out) {
    ServiceEntry& service = active_service(active_cluster(in.cluster), in.service);
    ecs::TaskSet& primary = task_set_of(service, text(in.primaryTaskSet));
    for (auto& [id, set] : service.task_sets) set.status = "ACTIVE";
    primary.status = "PRIMARY";
    service.model.taskDefinition = primary.taskDefinition;
    out.taskSet = primary;
}

void EcsRegion::delete_task_set(const ecs::DeleteTaskSetRequest& in, ecs::DeleteTaskSetResponse& out) {
    ServiceEntry& service = active_service(active_cluster(in.cluster), in.service);
    ecs::TaskSet& set = task_set_of(service, text(in.taskSet));
    if (set.computedDesiredCount.value_or(0) > 0 && !in.force.value_or(false)) {
        invalid("The task set cannot be deleted while it is scaled above 0.");
    }
    set.status = "DRAINING";
    out.taskSet = set;
    service.task_sets.erase(std::string(last_part(text(in.taskSet))));
}

}  // namespace botocraft::testing
