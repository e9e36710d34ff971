#pragma once
// ECS in one account and region.

#include "testing/service_double.hpp"

#include <botocraft/ecs/requests.hpp>
#include <botocraft/ecs/types.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::testing {

using Tags = list<ecs::Tag>;

class EcsRegion final : public RegionState {
  public:
    EcsRegion(const Environs& environs, const Caller& where);

    [[nodiscard]] static std::span<const Handler> handlers() noexcept;

    // --- clusters
    void create_cluster(const ecs::CreateClusterRequest& in, ecs::CreateClusterResponse& out);
    void describe_clusters(const ecs::DescribeClustersRequest& in, ecs::DescribeClustersResponse& out);
    void list_clusters(const ecs::ListClustersRequest& in, ecs::ListClustersResponse& out);
    void update_cluster(const ecs::UpdateClusterRequest& in, ecs::UpdateClusterResponse& out);
    void update_cluster_settings(const ecs::UpdateClusterSettingsRequest& in, ecs::UpdateClusterSettingsResponse& out);
    void put_cluster_capacity_providers(const ecs::PutClusterCapacityProvidersRequest& in,
                                        ecs::PutClusterCapacityProvidersResponse& out);
    void delete_cluster(const ecs::DeleteClusterRequest& in, ecs::DeleteClusterResponse& out);

    // --- services
    void create_service(const ecs::CreateServiceRequest& in, ecs::CreateServiceResponse& out);
    void describe_services(const ecs::DescribeServicesRequest& in, ecs::DescribeServicesResponse& out);
    void list_services(const ecs::ListServicesRequest& in, ecs::ListServicesResponse& out);
    void update_service(const ecs::UpdateServiceRequest& in, ecs::UpdateServiceResponse& out);
    void delete_service(const ecs::DeleteServiceRequest& in, ecs::DeleteServiceResponse& out);
    void list_service_deployments(const ecs::ListServiceDeploymentsRequest& in,
                                  ecs::ListServiceDeploymentsResponse& out);
    void describe_service_deployments(const ecs::DescribeServiceDeploymentsRequest& in,
                                      ecs::DescribeServiceDeploymentsResponse& out);
    void stop_service_deployment(const ecs::StopServiceDeploymentRequest& in, ecs::StopServiceDeploymentResponse& out);
    void describe_service_revisions(const ecs::DescribeServiceRevisionsRequest& in,
                                    ecs::DescribeServiceRevisionsResponse& out);
    void create_task_set(const ecs::CreateTaskSetRequest& in, ecs::CreateTaskSetResponse& out);
    void describe_task_sets(const ecs::DescribeTaskSetsRequest& in, ecs::DescribeTaskSetsResponse& out);
    void update_task_set(const ecs::UpdateTaskSetRequest& in, ecs::UpdateTaskSetResponse& out);
    void update_service_primary_task_set(const ecs::UpdateServicePrimaryTaskSetRequest& in,
                                         ecs::UpdateServicePrimaryTaskSetResponse& out);
    void delete_task_set(const ecs::DeleteTaskSetRequest& in, ecs::DeleteTaskSetResponse& out);

    // --- task definitions
    void register_task_definition(const ecs::RegisterTaskDefinitionRequest& in,
                                  ecs::RegisterTaskDefinitionResponse& out);
    void describe_task_definition(const ecs::DescribeTaskDefinitionRequest& in,
                                  ecs::DescribeTaskDefinitionResponse& out);
    void list_task_definitions(const ecs::ListTaskDefinitionsRequest& in, ecs::ListTaskDefinitionsResponse& out);
    void list_task_definition_families(const ecs::ListTaskDefinitionFamiliesRequest& in,
                                       ecs::ListTaskDefinitionFamiliesResponse& out);
    void deregister_task_definition(const ecs::DeregisterTaskDefinitionRequest& in,
                                    ecs::DeregisterTaskDefinitionResponse& out);
    void delete_task_definitions(const ecs::DeleteTaskDefinitionsRequest& in, ecs::DeleteTaskDefinitionsResponse& out);

    // --- tasks
    void run_task(const ecs::RunTaskRequest& in, ecs::RunTaskResponse& out);
    void describe_tasks(const ecs::DescribeTasksRequest& in, ecs::DescribeTasksResponse& out);
    void list_tasks(const ecs::ListTasksRequest& in, ecs::ListTasksResponse& out);
    void stop_task(const ecs::StopTaskRequest& in, ecs::StopTaskResponse& out);

    // --- capacity
    void create_capacity_provider(const ecs::CreateCapacityProviderRequest& in,
                                  ecs::CreateCapacityProviderResponse& out);
    void describe_capacity_providers(const ecs::DescribeCapacityProvidersRequest& in,
                                     ecs::DescribeCapacityProvidersResponse& out);
    void update_capacity_provider(const ecs::UpdateCapacityProviderRequest& in,
                                  ecs::UpdateCapacityProviderResponse& out);
    void delete_capacity_provider(const ecs::DeleteCapacityProviderRequest& in,
                                  ecs::DeleteCapacityProviderResponse& out);
    void register_container_instance(const ecs::RegisterContainerInstanceRequest& in,
                                     ecs::RegisterContainerInstanceResponse& out);
    void describe_container_instances(const ecs::DescribeContainerInstancesRequest& in,
                                      ecs::DescribeContainerInstancesResponse& out);
    void list_container_instances(const ecs::ListContainerInstancesRequest& in,
                                  ecs::ListContainerInstancesResponse& out);
    void update_container_instances_state(const ecs::UpdateContainerInstancesStateRequest& in,
                                          ecs::UpdateContainerInstancesStateResponse& out);
    void deregister_container_instance(const ecs::DeregisterContainerInstanceRequest& in,
                                       ecs::DeregisterContainerInstanceResponse& out);

    // --- tags
    void tag_resource(const ecs::TagResourceRequest& in, ecs::TagResourceResponse& out);
    void untag_resource(const ecs::UntagResourceRequest& in, ecs::UntagResourceResponse& out);
    void list_tags_for_resource(const ecs::ListTagsForResourceRequest& in, ecs::ListTagsForResourceResponse& out);

    struct ServiceEntry {
        ecs::Service model;  // without what is derived from the rest: deployments
        std::string client_token{};
        bool counts_only = false;                           // its tasks are numbers: a seeded service
        std::vector<ecs::ServiceDeployment> deployments{};  // oldest first
        std::vector<ecs::ServiceRevision> revisions{};
        std::map<std::string, ecs::TaskSet, std::less<>> task_sets{};  // by id
    };
    struct ClusterEntry {
        ecs::Cluster model;
        std::map<std::string, ServiceEntry, std::less<>> services{};             // by name
        std::map<std::string, ecs::Task, std::less<>> tasks{};                   // by id
        std::map<std::string, ecs::ContainerInstance, std::less<>> instances{};  // by id
    };
    struct TaskDefinitionEntry {
        ecs::TaskDefinition model;
        Tags tags{};
    };
    struct Family {
        std::map<int, TaskDefinitionEntry> revisions{};
        int last_revision = 0;
    };
    using Families = std::map<std::string, Family, std::less<>>;

    // --- for the seed
    ClusterEntry& add_cluster(std::string name);
    TaskDefinitionEntry& add_task_definition(std::string family);
    // Gives it what AWS gives every service: ARN, times, revision and deployment.
    ServiceEntry& add_service(ClusterEntry& cluster, ServiceEntry service);
    // As many tasks as the service wants to have.
    void settle(ClusterEntry& cluster, ServiceEntry& service);

  private:
    [[nodiscard]] std::string arn(std::string_view resource) const;  // `arn:aws:ecs:region:account:resource`
    [[nodiscard]] std::string next_hex_id();                         // 32 digits
    [[nodiscard]] std::string next_number_id();                      // 19 digits
    [[nodiscard]] std::uint64_t next_random();

    // By name or ARN; null where there is none. An empty name is that of the default cluster.
    [[nodiscard]] ClusterEntry* find_cluster(std::string_view name_or_arn);
    [[nodiscard]] ClusterEntry& active_cluster(const field<std::string>& name_or_arn);  // or ClusterNotFoundException
    [[nodiscard]] ServiceEntry* find_service(ClusterEntry& cluster, std::string_view name_or_arn);
    [[nodiscard]] ServiceEntry& active_service(ClusterEntry& cluster, const field<std::string>& name_or_arn);
    [[nodiscard]] TaskDefinitionEntry* find_task_definition(std::string_view name_or_arn);
    [[nodiscard]] ecs::TaskDefinition& active_task_definition(std::string_view name_or_arn);
    [[nodiscard]] Tags& tags_of(std::string_view resource_arn);

    void count(ClusterEntry& cluster) const;
    void begin_deployment(ClusterEntry& cluster, ServiceEntry& service);
    [[nodiscard]] ecs::Service shown(const ServiceEntry& service, bool with_tags) const;
    ecs::Task& start_task(ClusterEntry& cluster, const ecs::TaskDefinition& definition, std::string group);
    void stop(ecs::Task& task, std::string_view code, std::string reason);
    [[nodiscard]] ecs::CapacityProvider* find_capacity_provider(std::string_view name_or_arn);

    const Environs& environs_;
    std::string account_id_;
    std::string region_;
    std::string partition_;
    std::uint64_t random_;
    std::map<std::string, ClusterEntry, std::less<>> clusters_;  // by name
    Families families_;
    std::map<std::string, ecs::CapacityProvider, std::less<>> capacity_providers_;  // by name
};

}  // namespace botocraft::testing
