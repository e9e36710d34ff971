// The arguments of the operations of Small, by AWS's names.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/small/requests.hpp>
#include <botocraft/small/types.hpp>
#include <botocraft/service.hpp>
#include <botocraft/views.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace botocraft::small {

namespace tables {
extern const ::botocraft::orm::ClientTables client;
extern const ::botocraft::orm::Waiter waiters[];
}

namespace operations {

struct CreateCart {
    std::optional<std::string_view> cartName{};
    std::optional<std::string_view> yard{};
    std::optional<std::string_view> colour{};
    std::optional<std::int64_t> weight{};
    ::botocraft::Views<::botocraft::small::CartWheel> wheels{};
    ::botocraft::Views<::botocraft::small::Tag> tags{};
    std::optional<std::string_view> token{};
    std::optional<bool> heavy{};
};

struct DeleteCarts {
    ::botocraft::Texts carts{};
    std::optional<bool> force{};
};

struct DescribeCarts {
    ::botocraft::Texts carts{};
    std::optional<std::string_view> yard{};
    ::botocraft::Texts include{};
};

struct DescribeYards {
    ::botocraft::Texts yards{};
    std::optional<std::string_view> marker{};
};

struct FindCarts {
    std::optional<std::string_view> yard{};
    std::optional<std::string_view> colour{};
};

struct ListCartLabels {
    std::optional<std::string_view> cart{};
    std::optional<std::string_view> nextToken{};
};

struct ListCarts {
    std::optional<std::string_view> yard{};
    std::optional<std::string_view> nextToken{};
    std::optional<std::int32_t> maxResults{};
};

struct ListYardCarts {
    std::optional<std::string_view> yard{};
    std::optional<std::string_view> nextToken{};
};

struct PaintCart {
    std::optional<std::string_view> cart{};
    std::optional<std::string_view> colour{};
    ::botocraft::View<::botocraft::small::CartWheel> wheel{};
    std::optional<::botocraft::timestamp> since{};
    ::botocraft::View<::botocraft::map<std::string>> labels{};
};

struct UpdateCart {
    std::optional<std::string_view> cart{};
    std::optional<std::string_view> colour{};
    std::optional<std::int64_t> weight{};
};

struct WatchCarts {
    std::optional<std::string_view> yard{};
};

}  // namespace operations

}  // namespace botocraft::small
