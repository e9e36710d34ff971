#include "schema/project.hpp"
#include "testing/ecs_region.hpp"
#include "testing/ecs_rules.hpp"

namespace botocraft::testing {

using namespace ecs_rules;

namespace {

constexpr std::string_view default_name = "default";

// The cluster as a reply shows it: some members have to be asked for, and are lists without elements otherwise.
ecs::Cluster as_asked(const ecs::Cluster& cluster, const list<std::string>& include) {
    ecs::Cluster copy = cluster;
    if (!includes(include, "TAGS")) copy.tags.clear();
    if (!includes(include, "SETTINGS")) copy.settings.clear();
    if (!includes(include, "CONFIGURATIONS")) copy.configuration = {};
    if (includes(include, "STATISTICS")) {
        for (const char* const name :
             {"runningEC2TasksCount", "runningFargateTasksCount", "pendingEC2TasksCount", "pendingFargateTasksCount"}) {
            ecs::KeyValuePair& pair = copy.statistics.emplace_back();
            pair.name = name;
            pair.value = "0";
        }
    }
    return copy;
}

void set_settings(ecs::Cluster& cluster, const list<ecs::ClusterSetting>& settings) {
    for (const ecs::ClusterSetting& setting : settings) {
        const auto old = std::ranges::find_if(cluster.settings, [&](const auto& s) { return s.name == setting.name; });
        if (old != cluster.settings.end()) {
            *old = setting;
        } else {
            cluster.settings.push_back(setting);
        }
    }
}

}  // namespace

EcsRegion::ClusterEntry* EcsRegion::find_cluster(std::string_view name_or_arn) {
    std::string_view name = name_or_arn.empty() ? default_name : name_or_arn;
    if (name.starts_with("arn:")) {
        name = last_part(name);
        if (name_or_arn != arn("cluster/" + std::string(name))) return nullptr;
    }
    const auto found = clusters_.find(name);
    return found == clusters_.end() ? nullptr : &found->second;
}

EcsRegion::ClusterEntry& EcsRegion::active_cluster(const field<std::string>& name_or_arn) {
    ClusterEntry* const cluster = find_cluster(text(name_or_arn));
    if (!cluster || cluster->model.status == "INACTIVE") {
        throw ModelledError("ClusterNotFoundException", "Cluster not found.");
    }
    return *cluster;
}

EcsRegion::ClusterEntry& EcsRegion::add_cluster(std::string name) {
    ClusterEntry& entry = clusters_[name] = {};
    ecs::Cluster& cluster = entry.model;
    cluster.clusterArn = arn("cluster/" + name);
    cluster.clusterName = std::move(name);
    cluster.status = "ACTIVE";
    cluster.registeredContainerInstancesCount = 0;
    cluster.runningTasksCount = 0;
    cluster.pendingTasksCount = 0;
    cluster.activeServicesCount = 0;
    cluster.statistics.clear();
    cluster.tags.clear();
    ecs::ClusterSetting insights;
    insights.name = "containerInsights";
    insights.value = "disabled";
    cluster.settings = list<ecs::ClusterSetting>{insights};
    cluster.capacityProviders.clear();
    return entry;
}

// Brings the numbers of a cluster up to date.
void EcsRegion::count(ClusterEntry& cluster) const {
    int services = 0, running = 0, pending = 0;
    for (const auto& [name, service] : cluster.services) {
        if (service.model.status != "INACTIVE") ++services;
        if (!service.counts_only) continue;
        running += service.model.runningCount.value_or(0);
        pending += service.model.pendingCount.value_or(0);
    }
    for (const auto& [id, task] : cluster.tasks) {
        if (task.lastStatus == "RUNNING") ++running;
        if (task.lastStatus == "PENDING" || task.lastStatus == "PROVISIONING") ++pending;
    }
    cluster.model.activeServicesCount = services;
    cluster.model.runningTasksCount = running;
    cluster.model.pendingTasksCount = pending;
    cluster.model.registeredContainerInstancesCount = static_cast<std::int32_t>(cluster.instances.size());
}

void EcsRegion::create_cluster(const ecs::CreateClusterRequest& in, ecs::CreateClusterResponse& out) {
    std::string name(in.clusterName ? std::string_view(*in.clusterName) : default_name);
    check_name(name, "Cluster name");
    check_tags(in.tags);
    ClusterEntry* cluster = find_cluster(name);
    if (!cluster || cluster->model.status == "INACTIVE") {
        cluster = &add_cluster(std::move(name));
        const list<ecs::ClusterSetting> defaults = cluster->model.settings;
        schema::project(in.shape_, &in, cluster->model.shape_, &cluster->model);
        cluster->model.settings = defaults;
        set_settings(cluster->model, in.settings);
    }
    out.cluster = cluster->model;
}

void EcsRegion::describe_clusters(const ecs::DescribeClustersRequest& in, ecs::DescribeClustersResponse& out) {
    list<std::string> names = in.clusters;
    if (names.empty()) names.push_back(std::string(default_name));
    check_batch(names.size(), 100, "Clusters");
    out.clusters.clear();
    out.failures.clear();
    for (const std::string& name : names) {
        if (ClusterEntry* const cluster = find_cluster(name)) {
            count(*cluster);
            out.clusters.push_back(as_asked(cluster->model, in.include));
        } else {
            out.failures.push_back(failure(name.starts_with("arn:") ? name : arn("cluster/" + name), "MISSING"));
        }
    }
}

void EcsRegion::list_clusters(const ecs::ListClustersRequest& in, ecs::ListClustersResponse& out) {
    list_page(in, "ListClusters", clusters_, 100, out.clusterArns, out.nextToken,
              [](const std::string&, const ClusterEntry& cluster) {
                  return cluster.model.status == "ACTIVE" ? *cluster.model.clusterArn : std::string();
              });
}

void EcsRegion::update_cluster(const ecs::UpdateClusterRequest& in, ecs::UpdateClusterResponse& out) {
    ecs::Cluster& cluster = active_cluster(in.cluster).model;
    const list<ecs::ClusterSetting> settings = cluster.settings;
    schema::project(in.shape_, &in, cluster.shape_, &cluster);
    cluster.settings = settings;
    set_settings(cluster, in.settings);
    out.cluster = cluster;
}

void EcsRegion::update_cluster_settings(const ecs::UpdateClusterSettingsRequest& in,
                                        ecs::UpdateClusterSettingsResponse& out) {
    ecs::Cluster& cluster = active_cluster(in.cluster).model;
    set_settings(cluster, in.settings);
    out.cluster = cluster;
}

void EcsRegion::put_cluster_capacity_providers(const ecs::PutClusterCapacityProvidersRequest& in,
                                               ecs::PutClusterCapacityProvidersResponse& out) {
    ecs::Cluster& cluster = active_cluster(in.cluster).model;
    for (const std::string& name : in.capacityProviders) {
        if (!find_capacity_provider(name)) {
            invalid("The specified capacity provider " + name + " was not found.");
        }
    }
    cluster.capacityProviders = in.capacityProviders;
    cluster.defaultCapacityProviderStrategy = in.defaultCapacityProviderStrategy;
    out.cluster = cluster;
}

void EcsRegion::delete_cluster(const ecs::DeleteClusterRequest& in, ecs::DeleteClusterResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    count(cluster);
    if (*cluster.model.registeredContainerInstancesCount > 0) {
        throw ModelledError("ClusterContainsContainerInstancesException",
                            "The Cluster cannot be deleted while Container Instances are active or draining.");
    }
    if (*cluster.model.activeServicesCount > 0) {
        throw ModelledError("ClusterContainsServicesException",
                            "The Cluster cannot be deleted while Services are active.");
    }
    if (*cluster.model.runningTasksCount + *cluster.model.pendingTasksCount > 0) {
        throw ModelledError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
    }
    cluster.model.status = "INACTIVE";
    cluster.services.clear();
    cluster.tasks.clear();
    out.cluster = cluster.model;
}

}  // namespace botocraft::testing
