#pragma once
// Which partition a region belongs to.

#include <string_view>

#include "endpoint/tables.hpp"

namespace botocraft::endpoint {

// The partition of `region`; for a region that no partition knows, the first one. `partitions` must not be empty.
[[nodiscard]] const PartitionRow& find_partition(const Partitions& partitions, std::string_view region) noexcept;

}  // namespace botocraft::endpoint
