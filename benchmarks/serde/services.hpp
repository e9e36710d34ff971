#pragma once
// The services of the cross-SDK benchmark that this build has: CMake writes the list.

#include <botocraft/service.hpp>

#include <span>

namespace serde {

struct Service {
    const botocraft::orm::ServiceTables* tables;
    const char* model;  // the file of its Smithy model, which has the cases as traits
};

// Empty where the models were not found.
[[nodiscard]] std::span<const Service> services() noexcept;

}  // namespace serde
