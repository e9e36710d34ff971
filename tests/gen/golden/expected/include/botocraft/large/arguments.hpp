// The named arguments of the managers of Large.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/large/types.hpp>
#include <botocraft/views.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace botocraft::large::arguments {

struct DepotGet {
    std::optional<std::string_view> site{};
};

struct DepotList {
    std::optional<std::string_view> site{};
};

}  // namespace botocraft::large::arguments
