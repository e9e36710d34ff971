// What the operations of Large send and receive.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/large/types.hpp>

namespace botocraft::large {

struct DescribeDepotsRequest;
struct DescribeDepotsResponse;
struct ListDepotsRequest;
struct ListDepotsResponse;

// DescribeDepotsRequest. Required: depotIds.
struct DescribeDepotsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 4};

    ::botocraft::list<::botocraft::large::DepotId> depotIds{};
};

// DescribeDepotsResponse.
struct DescribeDepotsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 5};

    ::botocraft::list<::botocraft::large::Region> regions{};
    ::botocraft::list<::botocraft::large::Failure> failures{};
};

// ListDepotsRequest.
struct ListDepotsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 6};

    ::botocraft::field<std::string> site{};
    ::botocraft::field<std::string> nextToken{};
};

// ListDepotsResponse.
struct ListDepotsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 7};

    ::botocraft::list<::botocraft::large::DepotId> depotIds{};
    ::botocraft::field<std::string> nextToken{};
};

}  // namespace botocraft::large
