#pragma once
// Filling the ECS of a double with much at once.

#include <botocraft/testing/aws_double.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace botocraft::testing {

// How much of what. The same seed makes the same data.
struct EcsSeed {
    std::size_t clusters = 5;
    std::size_t services = 100;         // in all clusters together, evenly
    std::size_t task_definitions = 0;   // families; 0: one for each twenty services
    std::size_t tasks_per_service = 0;  // those that ListTasks and DescribeTasks see
    std::uint64_t random = 1;
};

// Adds clusters (`prod-1`, `staging-2` ...), task definitions with several revisions, and services with counts, launch
// types, and the tags Team, Stage and CostCenter, as an account in use has them.
void seed_ecs(AwsDouble& aws, std::string_view region, const EcsSeed& seed = {});

}  // namespace botocraft::testing
