#pragma once
// The partitions that this version of the library knows.

#include "endpoint/tables.hpp"

namespace botocraft::endpoint {

// A constant that the generator makes of specs/aws/partitions.json.
[[nodiscard]] const Partitions& partitions() noexcept;

}  // namespace botocraft::endpoint
