#include "testing/ecs_region.hpp"

#include <array>

namespace botocraft::testing {

namespace {

constexpr std::array handlers_of_ecs{
    handler<&EcsRegion::create_cluster>("CreateCluster"),
    handler<&EcsRegion::describe_clusters>("DescribeClusters"),
    handler<&EcsRegion::list_clusters>("ListClusters"),
    handler<&EcsRegion::update_cluster>("UpdateCluster"),
    handler<&EcsRegion::update_cluster_settings>("UpdateClusterSettings"),
    handler<&EcsRegion::put_cluster_capacity_providers>("PutClusterCapacityProviders"),
    handler<&EcsRegion::delete_cluster>("DeleteCluster"),
    handler<&EcsRegion::create_service>("CreateService"),
    handler<&EcsRegion::describe_services>("DescribeServices"),
    handler<&EcsRegion::list_services>("ListServices"),
    handler<&EcsRegion::update_service>("UpdateService"),
    handler<&EcsRegion::delete_service>("DeleteService"),
    handler<&EcsRegion::list_service_deployments>("ListServiceDeployments"),
    handler<&EcsRegion::describe_service_deployments>("DescribeServiceDeployments"),
    handler<&EcsRegion::stop_service_deployment>("StopServiceDeployment"),
    handler<&EcsRegion::describe_service_revisions>("DescribeServiceRevisions"),
    handler<&EcsRegion::create_task_set>("CreateTaskSet"),
    handler<&EcsRegion::describe_task_sets>("DescribeTaskSets"),
    handler<&EcsRegion::update_task_set>("UpdateTaskSet"),
    handler<&EcsRegion::update_service_primary_task_set>("UpdateServicePrimaryTaskSet"),
    handler<&EcsRegion::delete_task_set>("DeleteTaskSet"),
    handler<&EcsRegion::register_task_definition>("RegisterTaskDefinition"),
    handler<&EcsRegion::describe_task_definition>("DescribeTaskDefinition"),
    handler<&EcsRegion::list_task_definitions>("ListTaskDefinitions"),
    handler<&EcsRegion::list_task_definition_families>("ListTaskDefinitionFamilies"),
    handler<&EcsRegion::deregister_task_definition>("DeregisterTaskDefinition"),
    handler<&EcsRegion::delete_task_definitions>("DeleteTaskDefinitions"),
    handler<&EcsRegion::run_task>("RunTask"),
    handler<&EcsRegion::describe_tasks>("DescribeTasks"),
    handler<&EcsRegion::list_tasks>("ListTasks"),
    handler<&EcsRegion::stop_task>("StopTask"),
    handler<&EcsRegion::create_capacity_provider>("CreateCapacityProvider"),
    handler<&EcsRegion::describe_capacity_providers>("DescribeCapacityProviders"),
    handler<&EcsRegion::update_capacity_provider>("UpdateCapacityProvider"),
    handler<&EcsRegion::delete_capacity_provider>("DeleteCapacityProvider"),
    handler<&EcsRegion::register_container_instance>("RegisterContainerInstance"),
    handler<&EcsRegion::describe_container_instances>("DescribeContainerInstances"),
    handler<&EcsRegion::list_container_instances>("ListContainerInstances"),
    handler<&EcsRegion::update_container_instances_state>("UpdateContainerInstancesState"),
    handler<&EcsRegion::deregister_container_instance>("DeregisterContainerInstance"),
    handler<&EcsRegion::tag_resource>("TagResource"),
    handler<&EcsRegion::untag_resource>("UntagResource"),
    handler<&EcsRegion::list_tags_for_resource>("ListTagsForResource"),
};

std::uint64_t seed_of(std::string_view text) {
    std::uint64_t seed = 0xcbf29ce484222325;
    for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return seed;
}

class EcsDouble final : public ServiceDouble {
  public:
    explicit EcsDouble(const Environs& environs) : environs_(environs) {}
    const orm::ServiceTables& tables() const noexcept override { return ecs::tables::service; }
    std::span<const Handler> handlers() const noexcept override { return handlers_of_ecs; }
    std::string_view validation_error() const noexcept override { return "InvalidParameterException"; }

  private:
    std::unique_ptr<RegionState> make_region(const Caller& where) override {
        return std::make_unique<EcsRegion>(environs_, where);
    }

    const Environs& environs_;
};

}  // namespace

EcsRegion::EcsRegion(const Environs& environs, const Caller& where)
    : environs_(environs),
      account_id_(where.account_id),
      region_(where.region),
      partition_(partition_of(where.region)),
      random_(seed_of(account_id_ + region_)) {
    for (const char* const name : {"FARGATE", "FARGATE_SPOT"}) {
        ecs::CapacityProvider& provider = capacity_providers_[name];
        provider.capacityProviderArn = arn(std::string("capacity-provider/") + name);
        provider.name = name;
        provider.status = "ACTIVE";
        provider.tags.clear();
    }
}

std::span<const Handler> EcsRegion::handlers() noexcept {
    return handlers_of_ecs;
}

std::string EcsRegion::arn(std::string_view resource) const {
    std::string text;
    text.reserve(32 + account_id_.size() + region_.size() + resource.size());
    return text.append("arn:")
        .append(partition_)
        .append(":ecs:")
        .append(region_)
        .append(":")
        .append(account_id_)
        .append(":")
        .append(resource);
}

// The same calls get the same identifiers in every run (splitmix64).
std::uint64_t EcsRegion::next_random() {
    std::uint64_t z = random_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

std::string EcsRegion::next_hex_id() {
    std::string id(32, '0');
    for (std::size_t half = 0; half < 32; half += 16) {
        std::uint64_t value = next_random();
        for (std::size_t i = half; i < half + 16; ++i, value >>= 4) id[i] = "0123456789abcdef"[value & 15];
    }
    return id;
}

std::string EcsRegion::next_number_id() {
    return std::to_string(1'000'000'000'000'000'000 + next_random() % 8'000'000'000'000'000'000);
}

std::unique_ptr<ServiceDouble> make_ecs(const Environs& environs) {
    return std::make_unique<EcsDouble>(environs);
}

}  // namespace botocraft::testing
