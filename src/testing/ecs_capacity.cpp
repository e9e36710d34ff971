// What tasks run on: capacity providers and container instances.
#include "schema/project.hpp"
#include "testing/ecs_region.hpp"
#include "testing/ecs_rules.hpp"

namespace botocraft::testing {

using namespace ecs_rules;

namespace {

bool is_given(std::string_view name) {
    return name == "FARGATE" || name == "FARGATE_SPOT";
}

}  // namespace

ecs::CapacityProvider* EcsRegion::find_capacity_provider(std::string_view name_or_arn) {
    const auto found = capacity_providers_.find(last_part(name_or_arn));
    if (found == capacity_providers_.end()) return nullptr;
    if (name_or_arn.starts_with("arn:") && found->second.capacityProviderArn != name_or_arn) return nullptr;
    return &found->second;
}

void EcsRegion::create_capacity_provider(const ecs::CreateCapacityProviderRequest& in,
                                         ecs::CreateCapacityProviderResponse& out) {
    check_name(*in.name, "Capacity provider name");
    check_tags(in.tags);
    for (const char* const reserved : {"aws", "ecs", "fargate"}) {
        if (in.name->starts_with(reserved))
            invalid("The name of a capacity provider cannot begin with " + std::string(reserved) + ".");
    }
    if (find_capacity_provider(*in.name)) {
        invalid("A capacity provider of that name exists already.");
    }
    ecs::CapacityProvider& provider = capacity_providers_[*in.name];
    schema::project(in.shape_, &in, provider.shape_, &provider);
    provider.capacityProviderArn = arn("capacity-provider/" + *in.name);
    provider.status = "ACTIVE";
    out.capacityProvider = provider;
}

void EcsRegion::describe_capacity_providers(const ecs::DescribeCapacityProvidersRequest& in,
                                            ecs::DescribeCapacityProvidersResponse& out) {
    out.capacityProviders.clear();
    out.failures.clear();
    const auto show = [&](const ecs::CapacityProvider& provider) {
        ecs::CapacityProvider& copy = out.capacityProviders.emplace_back() = provider;
        if (!includes(in.include, "TAGS")) copy.tags = {};
    };
    if (!in.capacityProviders.empty()) {
        check_batch(in.capacityProviders.size(), 100, "Capacity providers");
        for (const std::string& name : in.capacityProviders) {
            if (const ecs::CapacityProvider* const provider = find_capacity_provider(name)) {
                show(*provider);
            } else {
                out.failures.push_back(
                    failure(name.starts_with("arn:") ? name : arn("capacity-provider/" + name), "MISSING"));
            }
        }
        return;
    }
    ecs::ListClustersRequest page;  // pages as the lists do
    page.maxResults = in.maxResults.value_or(10);
    page.nextToken = in.nextToken;
    if (*page.maxResults > 10) invalid("maxResults must be between 1 and 10.");
    list<std::string> names;
    list_page(page, "DescribeCapacityProviders", capacity_providers_, 10, names, out.nextToken,
              [](const std::string& name, const ecs::CapacityProvider&) { return name; });
    for (const std::string& name : names) show(*find_capacity_provider(name));
}

void EcsRegion::update_capacity_provider(const ecs::UpdateCapacityProviderRequest& in,
                                         ecs::UpdateCapacityProviderResponse& out) {
    ecs::CapacityProvider* const provider = find_capacity_provider(*in.name);
    if (!provider) client_error("The specified capacity provider does not exist.");
    if (is_given(*provider->name)) invalid("The capacity providers of Fargate cannot be changed.");
    schema::project(in.shape_, &in, provider->shape_, provider);
    provider->updateStatus = "UPDATE_COMPLETE";
    out.capacityProvider = *provider;
}

void EcsRegion::delete_capacity_provider(const ecs::DeleteCapacityProviderRequest& in,
                                         ecs::DeleteCapacityProviderResponse& out) {
    ecs::CapacityProvider* const provider = find_capacity_provider(text(in.capacityProvider));
    if (!provider) client_error("The specified capacity provider does not exist.");
    if (is_given(*provider->name)) invalid("The capacity providers of Fargate cannot be deleted.");
    for (const auto& [name, cluster] : clusters_) {
        if (cluster.model.status == "ACTIVE" && includes(cluster.model.capacityProviders, *provider->name)) {
            invalid("The specified capacity provider is in use.");
        }
    }
    provider->status = "INACTIVE";
    provider->updateStatus = "DELETE_COMPLETE";
    out.capacityProvider = *provider;
    capacity_providers_.erase(std::string(*provider->name));
}

void EcsRegion::register_container_instance(const ecs::RegisterContainerInstanceRequest& in,
                                            ecs::RegisterContainerInstanceResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    check_tags(in.tags);
    const std::string id = in.containerInstanceArn ? std::string(last_part(*in.containerInstanceArn)) : next_hex_id();
    ecs::ContainerInstance& instance = cluster.instances[id];
    schema::project(in.shape_, &in, instance.shape_, &instance);
    instance.containerInstanceArn = arn("container-instance/" + *cluster.model.clusterName + "/" + id);
    instance.ec2InstanceId = "i-" + id.substr(0, 17);
    instance.registeredResources = in.totalResources;
    instance.remainingResources = in.totalResources;
    instance.status = "ACTIVE";
    instance.agentConnected = true;
    instance.runningTasksCount = 0;
    instance.pendingTasksCount = 0;
    instance.registeredAt = environs_.now();
    instance.version = 1;
    out.containerInstance = instance;
}

void EcsRegion::describe_container_instances(const ecs::DescribeContainerInstancesRequest& in,
                                             ecs::DescribeContainerInstancesResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    check_batch(in.containerInstances.size(), 100, "Container instances");
    out.containerInstances.clear();
    out.failures.clear();
    for (const std::string& name : in.containerInstances) {
        const auto found = cluster.instances.find(last_part(name));
        if (found == cluster.instances.end()) {
            const std::string path = "container-instance/" + *cluster.model.clusterName + "/" + name;
            out.failures.push_back(failure(name.starts_with("arn:") ? name : arn(path), "MISSING"));
            continue;
        }
        ecs::ContainerInstance& copy = out.containerInstances.emplace_back() = found->second;
        if (!includes(in.include, "TAGS")) copy.tags = {};
    }
}

void EcsRegion::list_container_instances(const ecs::ListContainerInstancesRequest& in,
                                         ecs::ListContainerInstancesResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    list_page(in, "ListContainerInstances " + *cluster.model.clusterArn + " " + in.status.value_or(""),
              cluster.instances, 100, out.containerInstanceArns, out.nextToken,
              [&](const std::string&, const ecs::ContainerInstance& each) {
                  const bool wanted = !in.status || each.status == *in.status;
                  return wanted ? *each.containerInstanceArn : std::string();
              });
}

void EcsRegion::update_container_instances_state(const ecs::UpdateContainerInstancesStateRequest& in,
                                                 ecs::UpdateContainerInstancesStateResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    check_batch(in.containerInstances.size(), 10, "Container instances");
    if (in.status != "ACTIVE" && in.status != "DRAINING") invalid("Container instances can become ACTIVE or DRAINING.");
    out.containerInstances.clear();
    out.failures.clear();
    for (const std::string& name : in.containerInstances) {
        const auto found = cluster.instances.find(last_part(name));
        if (found == cluster.instances.end()) {
            out.failures.push_back(failure(name, "MISSING"));
            continue;
        }
        found->second.status = in.status;
        out.containerInstances.push_back(found->second);
    }
}

void EcsRegion::deregister_container_instance(const ecs::DeregisterContainerInstanceRequest& in,
                                              ecs::DeregisterContainerInstanceResponse& out) {
    ClusterEntry& cluster = active_cluster(in.cluster);
    const auto found = cluster.instances.find(last_part(text(in.containerInstance)));
    if (found == cluster.instances.end()) invalid("Referenced container instance not found.");
    found->second.status = "INACTIVE";
    found->second.agentConnected = false;
    out.containerInstance = found->second;
    cluster.instances.erase(found);
}

}  // namespace botocraft::testing
