// What the operations of Small send and receive.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/small/types.hpp>

namespace botocraft::small {

struct CartSummary;
struct DescribeCartsRequest;
struct DescribeCartsResponse;
struct ListCartsRequest;
struct ListCartsResponse;
struct CreateCartRequest;
struct CreateCartResponse;
struct UpdateCartRequest;
struct UpdateCartResponse;
struct DeleteCartsRequest;
struct DeleteCartsResponse;
struct PaintCartRequest;
struct PaintCartResponse;
struct DescribeYardsRequest;
struct DescribeYardsResponse;
struct CartNotFoundExceptionDetails;
struct FindCartsRequest;
struct FindCartsResponse;
struct ListCartLabelsRequest;
struct ListYardCartsRequest;
struct ReportCartsRequest;
struct WatchCartsRequest;

// CartSummary.
struct CartSummary {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 4};

    ::botocraft::field<std::string> arn{};
};

// DescribeCartsRequest. Required: carts.
struct DescribeCartsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 6};

    ::botocraft::list<std::string> carts{};
    ::botocraft::field<std::string> yard{};
    ::botocraft::list<std::string> include{};
};

// DescribeCartsResponse.
struct DescribeCartsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 7};

    ::botocraft::list<::botocraft::small::Cart> carts{};
    ::botocraft::list<::botocraft::small::Failure> failures{};
};

// ListCartsRequest.
struct ListCartsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 8};

    ::botocraft::field<std::string> yard{};
    ::botocraft::field<std::string> nextToken{};
    ::botocraft::field<std::int32_t> maxResults{};
};

// ListCartsResponse.
struct ListCartsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 9};

    ::botocraft::list<std::string> cartArns{};
    ::botocraft::field<std::string> nextToken{};
};

// CreateCartRequest. Required: cartName.
struct CreateCartRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 10};

    ::botocraft::field<std::string> cartName{};
    ::botocraft::field<std::string> yard{};
    ::botocraft::field<std::string> colour{};  // Colour
    ::botocraft::field<std::int64_t> weight{};
    ::botocraft::list<::botocraft::small::CartWheel> wheels{};
    ::botocraft::tag_list<::botocraft::small::Tag> tags{};
    ::botocraft::field<std::string> token{};
    ::botocraft::field<bool> heavy{};
};

// CreateCartResponse.
struct CreateCartResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 11};

    ::botocraft::box<::botocraft::small::Cart> cart{};
};

// UpdateCartRequest. Required: cart.
struct UpdateCartRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 12};

    ::botocraft::field<std::string> cart{};
    ::botocraft::field<std::string> colour{};  // Colour
    ::botocraft::field<std::int64_t> weight{};
};

// UpdateCartResponse.
struct UpdateCartResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 13};
};

// DeleteCartsRequest. Required: carts.
struct DeleteCartsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 14};

    ::botocraft::list<std::string> carts{};
    ::botocraft::field<bool> force{};
};

// DeleteCartsResponse.
struct DeleteCartsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 15};

    ::botocraft::list<::botocraft::small::Cart> carts{};
    ::botocraft::list<::botocraft::small::Failure> failures{};
};

// PaintCartRequest. Required: cart, colour.
struct PaintCartRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 16};

    ::botocraft::field<std::string> cart{};
    ::botocraft::field<std::string> colour{};  // Colour
    ::botocraft::box<::botocraft::small::CartWheel> wheel{};
    ::botocraft::field<::botocraft::timestamp> since{};
    ::botocraft::map<std::string> labels{};
};

// PaintCartResponse.
struct PaintCartResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 17};

    ::botocraft::field<double> litres{};
};

// DescribeYardsRequest.
struct DescribeYardsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 18};

    ::botocraft::list<std::string> yards{};
    ::botocraft::field<std::string> marker{};
};

// DescribeYardsResponse.
struct DescribeYardsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 19};

    ::botocraft::list<::botocraft::small::Yard> yards{};
    ::botocraft::field<std::string> nextMarker{};
    ::botocraft::field<bool> more{};
};

// CartNotFoundException.
struct CartNotFoundExceptionDetails {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 20};

    ::botocraft::field<std::string> message{};
    ::botocraft::field<std::string> cart{};
};

// FindCartsRequest. Required: yard.
struct FindCartsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 22};

    ::botocraft::field<std::string> yard{};
    ::botocraft::field<std::string> colour{};  // Colour
};

// FindCartsResponse.
struct FindCartsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 23};

    ::botocraft::list<::botocraft::small::CartRow> rows{};
};

// ListCartLabelsRequest. Required: cart.
struct ListCartLabelsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 24};

    ::botocraft::field<std::string> cart{};
    ::botocraft::field<std::string> nextToken{};
};

// ListYardCartsRequest. Required: yard.
struct ListYardCartsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 26};

    ::botocraft::field<std::string> yard{};
    ::botocraft::field<std::string> nextToken{};
};

// ReportCartsRequest.
struct ReportCartsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 31};

    ::botocraft::box<::botocraft::small::CartEvents> reports{};
};

// WatchCartsRequest.
struct WatchCartsRequest {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 32};

    ::botocraft::field<std::string> yard{};
};

}  // namespace botocraft::small
