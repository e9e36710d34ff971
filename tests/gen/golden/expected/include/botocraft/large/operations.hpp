// The arguments of the operations of Large, by AWS's names.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/large/requests.hpp>
#include <botocraft/large/types.hpp>
#include <botocraft/service.hpp>
#include <botocraft/views.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace botocraft::large {

namespace tables {
extern const ::botocraft::orm::ClientTables client;
}

namespace operations {

struct DescribeDepots {
    ::botocraft::Views<::botocraft::large::DepotId> depotIds{};
};

struct ListDepots {
    std::optional<std::string_view> site{};
    std::optional<std::string_view> nextToken{};
};

}  // namespace operations

}  // namespace botocraft::large
