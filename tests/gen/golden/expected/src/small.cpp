// The tables of Small: constants, and nothing else.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#include <botocraft/small/arguments.hpp>
#include <botocraft/small/errors.hpp>
#include <botocraft/small/requests.hpp>
#include <botocraft/small/types.hpp>
#include <botocraft/service.hpp>

#include <cstddef>
#include <utility>

#include "endpoint/tables.hpp"

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace botocraft::small {

// In src/services/small.cpp
void check_paint(const PaintCartRequest& request, const PaintCartResponse& response);

}  // namespace botocraft::small

namespace botocraft::small::tables {

namespace {

using ::botocraft::api::EndpointParameter;
using ::botocraft::api::HttpMethod;
using ::botocraft::api::Operation;
using ::botocraft::api::Token;
using ::botocraft::api::none;
using ::botocraft::orm::Addition;
using ::botocraft::orm::Argument;
using ::botocraft::orm::ArgumentType;
using ::botocraft::orm::Binding;
using ::botocraft::orm::ErrorType;
using ::botocraft::orm::Expression;
using ::botocraft::orm::ExpressionKind;
using ::botocraft::orm::Method;
using ::botocraft::orm::MethodKind;
using ::botocraft::orm::Model;
using ::botocraft::orm::Property;
using ::botocraft::orm::Relation;
using ::botocraft::orm::ResultKind;
using ::botocraft::schema::Kind;
using ::botocraft::schema::Location;
using ::botocraft::schema::Member;
using ::botocraft::schema::Shape;
namespace s = ::botocraft::small;

template <class E>
[[noreturn]] void raise(::botocraft::ErrorDetails&& details) {
    throw E(std::move(details));
}

constexpr char names[] =
    "\"Key\":\"Value\":\"Tag\":\"spokes\":\"load\":\"CartWheel\":\"arn\":\"reason\":\"Failure\":\"cartArn\":\"cartName\":\"yardA"
    "rn\":\"colour\":\"class\":\"kind\":\"weight\":\"sealed\":\"madeAt\":\"picture\":\"secret\":\"spare\":\"wheels\":\"labels\":"
    "\"numbers\":\"settings\":\"tags\":\"heavy\":\"score\":\"\":\"Cart\":\"CartSummary\":\"yardName\":\"cartArns\":\"Yard\":\"ca"
    "rts\":\"yard\":\"include\":\"DescribeCartsRequest\":\"failures\":\"DescribeCartsResponse\":\"nextToken\":\"maxResu"
    "lts\":\"ListCartsRequest\":\"ListCartsResponse\":\"token\":\"CreateCartRequest\":\"cart\":\"CreateCartResponse\":"
    "\"UpdateCartRequest\":\"UpdateCartResponse\":\"force\":\"DeleteCartsRequest\":\"DeleteCartsResponse\":\"wheel\":"
    "\"since\":\"PaintCartRequest\":\"litres\":\"PaintCartResponse\":\"yards\":\"marker\":\"DescribeYardsRequest\":\"nex"
    "tMarker\":\"more\":\"DescribeYardsResponse\":\"message\":\"CartNotFoundException\":\"rank\":\"CartRow\":\"FindCart"
    "sRequest\":\"rows\":\"FindCartsResponse\":\"ListCartLabelsRequest\":\"ListCartLabelsResponse\":\"ListYardCarts"
    "Request\":\"ListYardCartsResponse\":\"moved\":\"lost\":\"CartEvents\":\"CartMoved\":\"CartLostException\":\"report"
    "s\":\"ReportCartsRequest\":\"WatchCartsRequest\":\"events\":\"WatchCartsResponse\":\"member\":\"key\":\"value\":/^."
    "*/(.+)${spokes} spokes, {load} kg^(.)yard_namesummaryget{\"include\":[\"TAGS\"]}get_manylistallcreateupd"
    "ateremove{\"force\":true}failures reason - arnpaintwatchfindsiblingsdepotyard_now";

constexpr Shape shape_rows[] = {
    {0, sizeof(s::Tag), 14, 2, 3, Kind::structure, 16},
    {2, sizeof(s::CartWheel), 36, 2, 9, Kind::structure, 0},
    {4, sizeof(s::Failure), 63, 2, 7, Kind::structure, 0},
    {6, sizeof(s::Cart), 247, 19, 4, Kind::structure, 40},
    {25, sizeof(s::CartSummary), 254, 1, 11, Kind::structure, 0},
    {26, sizeof(s::Yard), 290, 4, 4, Kind::structure, 40},
    {30, sizeof(s::DescribeCartsRequest), 322, 3, 20, Kind::structure, 0},
    {33, sizeof(s::DescribeCartsResponse), 356, 2, 21, Kind::structure, 32},
    {35, sizeof(s::ListCartsRequest), 405, 3, 16, Kind::structure, 0},
    {38, sizeof(s::ListCartsResponse), 424, 2, 17, Kind::structure, 0},
    {40, sizeof(s::CreateCartRequest), 452, 8, 17, Kind::structure, 0},
    {48, sizeof(s::CreateCartResponse), 479, 1, 18, Kind::structure, 32},
    {49, sizeof(s::UpdateCartRequest), 500, 3, 17, Kind::structure, 0},
    {52, sizeof(s::UpdateCartResponse), 520, 0, 18, Kind::structure, 0},
    {52, sizeof(s::DeleteCartsRequest), 549, 2, 18, Kind::structure, 0},
    {54, sizeof(s::DeleteCartsResponse), 570, 2, 19, Kind::structure, 32},
    {56, sizeof(s::PaintCartRequest), 608, 5, 16, Kind::structure, 0},
    {61, sizeof(s::PaintCartResponse), 636, 1, 17, Kind::structure, 0},
    {62, sizeof(s::DescribeYardsRequest), 673, 2, 20, Kind::structure, 0},
    {64, sizeof(s::DescribeYardsResponse), 716, 3, 21, Kind::structure, 32},
    {67, sizeof(s::CartNotFoundExceptionDetails), 750, 2, 21, Kind::structure, 2},
    {69, sizeof(s::CartRow), 781, 3, 7, Kind::structure, 0},
    {72, sizeof(s::FindCartsRequest), 791, 2, 16, Kind::structure, 0},
    {74, sizeof(s::FindCartsResponse), 817, 1, 17, Kind::structure, 0},
    {75, sizeof(s::ListCartLabelsRequest), 837, 2, 21, Kind::structure, 0},
    {77, sizeof(s::ListCartLabelsResponse), 861, 3, 22, Kind::structure, 0},
    {80, sizeof(s::ListYardCartsRequest), 886, 2, 20, Kind::structure, 0},
    {82, sizeof(s::ListYardCartsResponse), 909, 2, 21, Kind::structure, 0},
    {84, sizeof(s::CartEvents), 948, 2, 10, Kind::structure, 32},
    {86, sizeof(s::CartMoved), 961, 1, 9, Kind::structure, 32},
    {87, sizeof(s::CartLostExceptionDetails), 973, 1, 17, Kind::structure, 2},
    {88, sizeof(s::ReportCartsRequest), 1003, 1, 18, Kind::structure, 32},
    {89, sizeof(s::WatchCartsRequest), 1024, 1, 17, Kind::structure, 0},
    {90, sizeof(s::WatchCartsResponse), 1053, 2, 18, Kind::structure, 32},
    {92, 0, 0, 1, 0, Kind::list, 0},
    {93, 0, 0, 2, 0, Kind::map, 0},
    {95, 0, 0, 1, 0, Kind::list, 0},
    {96, 0, 0, 1, 0, Kind::list, 0},
    {97, 0, 0, 1, 0, Kind::list, 0},
    {98, 0, 0, 1, 0, Kind::list, 32},
    {99, 0, 0, 1, 0, Kind::list, 0},
    {100, 0, 0, 1, 0, Kind::list, 32},
    {101, 0, 0, 1, 0, Kind::list, 0},
};

constexpr Member member_rows[] = {
    // 0 Tag
    {0, 0, offsetof(s::Tag, Key), none, 2048, 3, 3, Kind::string, Location::body},
    {6, 6, offsetof(s::Tag, Value), none, 2048, 5, 5, Kind::string, Location::body},
    // 1 CartWheel
    {20, 20, offsetof(s::CartWheel, spokes), none, 2048, 6, 6, Kind::integer, Location::body},
    {29, 29, offsetof(s::CartWheel, load), none, 2048, 4, 4, Kind::double_, Location::body},
    // 2 Failure
    {48, 48, offsetof(s::Failure, arn), none, 2048, 3, 3, Kind::string, Location::body},
    {54, 54, offsetof(s::Failure, reason), none, 2048, 6, 6, Kind::string, Location::body},
    // 3 Cart
    {73, 73, offsetof(s::Cart, cartArn), none, 2560, 7, 7, Kind::string, Location::body},
    {83, 83, offsetof(s::Cart, cartName), none, 2048, 8, 8, Kind::string, Location::body},
    {94, 94, offsetof(s::Cart, yardArn), none, 2048, 7, 7, Kind::string, Location::body},
    {104, 104, offsetof(s::Cart, colour), none, 2304, 6, 6, Kind::string, Location::body},
    {113, 121, offsetof(s::Cart, kind), none, 2560, 5, 4, Kind::string, Location::body},
    {128, 128, offsetof(s::Cart, weight), none, 2048, 6, 6, Kind::long_, Location::body},
    {137, 137, offsetof(s::Cart, sealed), none, 2560, 6, 6, Kind::boolean, Location::body},
    {146, 146, offsetof(s::Cart, madeAt), none, 2560, 6, 6, Kind::timestamp, Location::body},
    {155, 155, offsetof(s::Cart, picture), none, 2560, 7, 7, Kind::blob, Location::body},
    {165, 165, offsetof(s::Cart, secret), none, 18948, 6, 6, Kind::string, Location::body},
    {174, 174, offsetof(s::Cart, spare), 1, 2560, 5, 5, Kind::structure, Location::body},
    {182, 182, offsetof(s::Cart, wheels), 34, 2048, 6, 6, Kind::list, Location::body},
    {191, 191, offsetof(s::Cart, labels), 35, 2560, 6, 6, Kind::map, Location::body},
    {200, 200, offsetof(s::Cart, numbers), 36, 2560, 7, 7, Kind::list, Location::body},
    {210, 210, offsetof(s::Cart, settings), none, 2560, 8, 8, Kind::document, Location::body},
    {221, 221, offsetof(s::Cart, tags), 37, 2048, 4, 4, Kind::list, Location::body},
    {228, 228, offsetof(s::Cart, heavy), none, 2048, 5, 5, Kind::boolean, Location::none},
    {236, 236, offsetof(s::Cart, score), none, 2560, 5, 5, Kind::integer, Location::none},
    {244, 244, offsetof(s::Cart, state_), none, 0, 0, 0, Kind::state, Location::none},
    // 4 CartSummary
    {48, 48, offsetof(s::CartSummary, arn), none, 2048, 3, 3, Kind::string, Location::body},
    // 5 Yard
    {94, 94, offsetof(s::Yard, yardArn), none, 2560, 7, 7, Kind::string, Location::body},
    {268, 268, offsetof(s::Yard, yardName), none, 2560, 8, 8, Kind::string, Location::body},
    {279, 279, offsetof(s::Yard, cartArns), 38, 2560, 8, 8, Kind::list, Location::body},
    {244, 244, offsetof(s::Yard, state_), none, 0, 0, 0, Kind::state, Location::none},
    // 6 DescribeCartsRequest
    {297, 297, offsetof(s::DescribeCartsRequest, carts), 38, 2049, 5, 5, Kind::list, Location::body},
    {305, 305, offsetof(s::DescribeCartsRequest, yard), none, 2048, 4, 4, Kind::string, Location::body},
    {312, 312, offsetof(s::DescribeCartsRequest, include), 38, 2048, 7, 7, Kind::list, Location::body},
    // 7 DescribeCartsResponse
    {297, 297, offsetof(s::DescribeCartsResponse, carts), 39, 2048, 5, 5, Kind::list, Location::body},
    {345, 345, offsetof(s::DescribeCartsResponse, failures), 40, 2048, 8, 8, Kind::list, Location::body},
    // 8 ListCartsRequest
    {305, 305, offsetof(s::ListCartsRequest, yard), none, 2048, 4, 4, Kind::string, Location::body},
    {380, 380, offsetof(s::ListCartsRequest, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    {392, 392, offsetof(s::ListCartsRequest, maxResults), none, 2048, 10, 10, Kind::integer, Location::body},
    // 9 ListCartsResponse
    {279, 279, offsetof(s::ListCartsResponse, cartArns), 38, 2048, 8, 8, Kind::list, Location::body},
    {380, 380, offsetof(s::ListCartsResponse, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    // 10 CreateCartRequest
    {83, 83, offsetof(s::CreateCartRequest, cartName), none, 2049, 8, 8, Kind::string, Location::body},
    {305, 305, offsetof(s::CreateCartRequest, yard), none, 2048, 4, 4, Kind::string, Location::body},
    {104, 104, offsetof(s::CreateCartRequest, colour), none, 2304, 6, 6, Kind::string, Location::body},
    {128, 128, offsetof(s::CreateCartRequest, weight), none, 2048, 6, 6, Kind::long_, Location::body},
    {182, 182, offsetof(s::CreateCartRequest, wheels), 34, 2048, 6, 6, Kind::list, Location::body},
    {221, 221, offsetof(s::CreateCartRequest, tags), 37, 2048, 4, 4, Kind::list, Location::body},
    {444, 444, offsetof(s::CreateCartRequest, token), none, 2050, 5, 5, Kind::string, Location::body},
    {228, 228, offsetof(s::CreateCartRequest, heavy), none, 2048, 5, 5, Kind::boolean, Location::body},
    // 11 CreateCartResponse
    {472, 472, offsetof(s::CreateCartResponse, cart), 3, 2048, 4, 4, Kind::structure, Location::body},
    // 12 UpdateCartRequest
    {472, 472, offsetof(s::UpdateCartRequest, cart), none, 2049, 4, 4, Kind::string, Location::body},
    {104, 104, offsetof(s::UpdateCartRequest, colour), none, 2304, 6, 6, Kind::string, Location::body},
    {128, 128, offsetof(s::UpdateCartRequest, weight), none, 2048, 6, 6, Kind::long_, Location::body},
    // 13 UpdateCartResponse
    // 14 DeleteCartsRequest
    {297, 297, offsetof(s::DeleteCartsRequest, carts), 38, 2049, 5, 5, Kind::list, Location::body},
    {541, 541, offsetof(s::DeleteCartsRequest, force), none, 2048, 5, 5, Kind::boolean, Location::body},
    // 15 DeleteCartsResponse
    {297, 297, offsetof(s::DeleteCartsResponse, carts), 39, 2048, 5, 5, Kind::list, Location::body},
    {345, 345, offsetof(s::DeleteCartsResponse, failures), 40, 2048, 8, 8, Kind::list, Location::body},
    // 16 PaintCartRequest
    {472, 472, offsetof(s::PaintCartRequest, cart), none, 2049, 4, 4, Kind::string, Location::body},
    {104, 104, offsetof(s::PaintCartRequest, colour), none, 2305, 6, 6, Kind::string, Location::body},
    {592, 592, offsetof(s::PaintCartRequest, wheel), 1, 2048, 5, 5, Kind::structure, Location::body},
    {600, 600, offsetof(s::PaintCartRequest, since), none, 2048, 5, 5, Kind::timestamp, Location::body},
    {191, 191, offsetof(s::PaintCartRequest, labels), 35, 2048, 6, 6, Kind::map, Location::body},
    // 17 PaintCartResponse
    {627, 627, offsetof(s::PaintCartResponse, litres), none, 2048, 6, 6, Kind::double_, Location::body},
    // 18 DescribeYardsRequest
    {656, 656, offsetof(s::DescribeYardsRequest, yards), 38, 2048, 5, 5, Kind::list, Location::body},
    {664, 664, offsetof(s::DescribeYardsRequest, marker), none, 2048, 6, 6, Kind::string, Location::body},
    // 19 DescribeYardsResponse
    {656, 656, offsetof(s::DescribeYardsResponse, yards), 41, 2048, 5, 5, Kind::list, Location::body},
    {696, 696, offsetof(s::DescribeYardsResponse, nextMarker), none, 2048, 10, 10, Kind::string, Location::body},
    {709, 709, offsetof(s::DescribeYardsResponse, more), none, 2048, 4, 4, Kind::boolean, Location::body},
    // 20 CartNotFoundException
    {740, 740, offsetof(s::CartNotFoundExceptionDetails, message), none, 2048, 7, 7, Kind::string, Location::body},
    {472, 472, offsetof(s::CartNotFoundExceptionDetails, cart), none, 2048, 4, 4, Kind::string, Location::body},
    // 21 CartRow
    {73, 73, offsetof(s::CartRow, cartArn), none, 2048, 7, 7, Kind::string, Location::body},
    {83, 83, offsetof(s::CartRow, cartName), none, 2048, 8, 8, Kind::string, Location::body},
    {774, 774, offsetof(s::CartRow, rank), none, 2048, 4, 4, Kind::integer, Location::body},
    // 22 FindCartsRequest
    {305, 305, offsetof(s::FindCartsRequest, yard), none, 2049, 4, 4, Kind::string, Location::body},
    {104, 104, offsetof(s::FindCartsRequest, colour), none, 2304, 6, 6, Kind::string, Location::body},
    // 23 FindCartsResponse
    {810, 810, offsetof(s::FindCartsResponse, rows), 42, 2048, 4, 4, Kind::list, Location::body},
    // 24 ListCartLabelsRequest
    {472, 472, offsetof(s::ListCartLabelsRequest, cart), none, 2049, 4, 4, Kind::string, Location::body},
    {380, 380, offsetof(s::ListCartLabelsRequest, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    // 25 ListCartLabelsResponse
    {191, 191, offsetof(s::ListCartLabelsResponse, labels), 35, 2048, 6, 6, Kind::map, Location::body},
    {221, 221, offsetof(s::ListCartLabelsResponse, tags), 37, 2048, 4, 4, Kind::list, Location::body},
    {380, 380, offsetof(s::ListCartLabelsResponse, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    // 26 ListYardCartsRequest
    {305, 305, offsetof(s::ListYardCartsRequest, yard), none, 2049, 4, 4, Kind::string, Location::body},
    {380, 380, offsetof(s::ListYardCartsRequest, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    // 27 ListYardCartsResponse
    {279, 279, offsetof(s::ListYardCartsResponse, cartArns), 38, 2048, 8, 8, Kind::list, Location::body},
    {380, 380, offsetof(s::ListYardCartsResponse, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    // 28 CartEvents
    {933, 933, offsetof(s::CartEvents, moved), 29, 2048, 5, 5, Kind::structure, Location::body},
    {941, 941, offsetof(s::CartEvents, lost), 30, 2048, 4, 4, Kind::structure, Location::body},
    // 29 CartMoved
    {472, 472, offsetof(s::CartMoved, cart), 3, 2048, 4, 4, Kind::structure, Location::body},
    // 30 CartLostException
    {740, 740, offsetof(s::CartLostExceptionDetails, message), none, 2048, 7, 7, Kind::string, Location::body},
    // 31 ReportCartsRequest
    {993, 993, offsetof(s::ReportCartsRequest, reports), 28, 2048, 7, 7, Kind::structure, Location::body},
    // 32 WatchCartsRequest
    {305, 305, offsetof(s::WatchCartsRequest, yard), none, 2048, 4, 4, Kind::string, Location::body},
    // 33 WatchCartsResponse
    {1044, 1044, offsetof(s::WatchCartsResponse, events), 28, 2048, 6, 6, Kind::structure, Location::body},
    {305, 305, offsetof(s::WatchCartsResponse, yard), none, 2048, 4, 4, Kind::string, Location::body},
    // 34 list
    {1074, 1074, 0, 1, 2048, 6, 6, Kind::structure, Location::body},
    // 35 map
    {1083, 1083, 0, none, 2048, 3, 3, Kind::string, Location::body},
    {1089, 1089, 0, none, 2048, 5, 5, Kind::string, Location::body},
    // 36 list
    {1074, 1074, 0, none, 3072, 6, 6, Kind::integer, Location::body},
    // 37 list
    {1074, 1074, 0, 0, 2048, 6, 6, Kind::structure, Location::body},
    // 38 list
    {1074, 1074, 0, none, 2048, 6, 6, Kind::string, Location::body},
    // 39 list
    {1074, 1074, 0, 3, 2048, 6, 6, Kind::structure, Location::body},
    // 40 list
    {1074, 1074, 0, 2, 2048, 6, 6, Kind::structure, Location::body},
    // 41 list
    {1074, 1074, 0, 5, 2048, 6, 6, Kind::structure, Location::body},
    // 42 list
    {1074, 1074, 0, 21, 2048, 6, 6, Kind::structure, Location::body},
};

constexpr std::uint8_t slots[] = {
    0,0,1,2,0,0,0,0,0,2,1,0,0,0,0,0,0,2,1,0,0,0,0,0,0,0,0,0,0,0,0,9,
    0,3,18,16,0,0,0,0,0,0,0,0,0,1,0,0,0,17,0,0,15,7,6,0,0,0,0,0,0,4,0,8,
    0,0,14,2,0,0,0,0,13,12,0,10,11,0,5,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
    0,0,0,0,1,0,0,0,0,1,2,0,0,0,3,0,0,0,0,0,0,0,0,0,2,3,0,0,0,0,0,1,
    0,0,0,0,0,2,0,1,0,0,0,0,0,3,0,2,0,0,0,1,0,0,0,0,0,0,1,2,0,0,0,0,
    0,5,0,0,7,3,0,2,0,8,0,1,6,0,4,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
    1,0,0,0,0,0,1,0,0,2,3,0,0,0,0,0,2,0,0,1,0,0,0,0,0,2,0,1,0,0,0,0,
    5,4,0,0,0,2,0,0,0,0,1,0,3,0,0,0,0,0,0,0,0,1,0,0,0,2,1,0,0,0,0,0,
    2,0,1,0,0,3,0,0,0,0,0,0,0,1,2,0,0,0,0,0,0,0,0,2,0,1,3,0,0,0,0,0,
    0,2,0,1,0,0,0,0,0,1,0,0,0,0,1,2,0,0,0,0,1,0,0,2,3,0,0,0,0,0,0,0,
    2,0,0,1,0,0,0,0,0,0,1,2,0,0,0,0,2,0,0,1,0,0,0,0,1,0,0,0,0,1,0,0,
    1,0,0,0,0,1,0,0,1,0,0,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
    0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,};

constexpr std::uint16_t error_rows[] = {
    20, 20, 20, 20, 20, 20, 20, 20, 20, 20,
};

constexpr Token token_rows[] = {
    {1, {697, 10}, {710, 4}},
    {1, {381, 9}, {0, 0}},
    {1, {381, 9}, {0, 0}},
    {1, {381, 9}, {0, 0}},
};

constexpr EndpointParameter endpoint_parameter_rows[] = {
    {},
};

constexpr Operation operation_rows[] = {
    {{453, 10}, {1097, 1}, {0, 0}, 10, 11, 0, 1, 0, 0, none, 0, HttpMethod::post, 0, 0, none},
    {{550, 11}, {1097, 1}, {0, 0}, 14, 15, 1, 1, 0, 0, none, 0, HttpMethod::post, 0, 0, none},
    {{323, 13}, {1097, 1}, {0, 0}, 6, 7, 2, 1, 0, 0, none, 1, HttpMethod::post, 0, 0, none},
    {{674, 13}, {1097, 1}, {0, 0}, 18, 19, 3, 1, 0, 1, none, 1, HttpMethod::post, 0, 0, none},
    {{792, 9}, {1097, 1}, {0, 0}, 22, 23, 4, 1, 1, 0, none, 0, HttpMethod::post, 0, 0, none},
    {{838, 14}, {1097, 1}, {0, 0}, 24, 25, 5, 1, 1, 1, none, 1, HttpMethod::post, 0, 0, none},
    {{406, 9}, {1097, 1}, {0, 0}, 8, 9, 6, 1, 2, 1, 2, 1, HttpMethod::post, 0, 0, none},
    {{887, 13}, {1097, 1}, {0, 0}, 26, 27, 7, 1, 3, 1, none, 1, HttpMethod::post, 0, 0, none},
    {{609, 9}, {1097, 1}, {0, 0}, 16, 17, 8, 1, 4, 0, none, 0, HttpMethod::post, 0, 0, none},
    {{501, 10}, {1097, 1}, {0, 0}, 12, 13, 9, 1, 4, 0, none, 0, HttpMethod::post, 0, 0, none},
    {{1004, 11}, {1097, 1}, {0, 0}, 31, none, 10, 0, 4, 0, none, 0, HttpMethod::post, 0, 0, none},
    {{1025, 10}, {1097, 1}, {0, 0}, 32, 33, 10, 0, 4, 0, none, 0, HttpMethod::post, 0, 0, none, none, 0},
};

constexpr ErrorType error_type_rows[] = {
    {{751, 21}, 20, raise<s::CartNotFoundException>, ::botocraft::orm::ErrorRetry::transient},
    {{974, 17}, 30, raise<s::CartLostException>},
};

constexpr Argument argument_rows[] = {
    {{473, 4}, 0, 0, ArgumentType::text, 7},
    {{306, 4}, 1, offsetof(s::arguments::CartGet, yard), ArgumentType::text, 0},
    {{313, 7}, 2, offsetof(s::arguments::CartGet, include), ArgumentType::texts, 0},
    {{298, 5}, 0, 0, ArgumentType::texts, 3},
    {{306, 4}, 1, offsetof(s::arguments::CartGetMany, yard), ArgumentType::text, 0},
    {{313, 7}, 2, offsetof(s::arguments::CartGetMany, include), ArgumentType::texts, 0},
    {{306, 4}, 0, offsetof(s::arguments::CartList, yard), ArgumentType::text, 0},
    {{298, 5}, 0, 0, ArgumentType::texts, 3},
    {{473, 4}, 0, 0, ArgumentType::text, 3},
    {{105, 6}, 1, 1, ArgumentType::text, 3},
    {{593, 5}, 2, offsetof(s::arguments::CartPaint, wheel), ArgumentType::structure, 0},
    {{601, 5}, 3, offsetof(s::arguments::CartPaint, since), ArgumentType::timestamp, 0},
    {{192, 6}, 4, offsetof(s::arguments::CartPaint, labels), ArgumentType::map, 0},
    {{306, 4}, 0, offsetof(s::arguments::CartWatch, yard), ArgumentType::text, 0},
    {{306, 4}, 0, 0, ArgumentType::text, 3},
    {{105, 6}, 1, offsetof(s::arguments::CartFind, colour), ArgumentType::text, 0},
    {{473, 4}, 0, 0, ArgumentType::text, 3},
    {{306, 4}, 0, 0, ArgumentType::text, 7},
    {{657, 5}, none, 0, ArgumentType::texts, 3},
    {{657, 5}, 0, offsetof(s::arguments::YardList, yards), ArgumentType::texts, 0},
    {{473, 4}, 0, 0, ArgumentType::text, 3},
    {{473, 4}, 0, 0, ArgumentType::text, 3},
    {{306, 4}, 0, 0, ArgumentType::text, 3},
};

constexpr Expression expression_rows[] = {
    {{95, 7}, {1098, 9}, ExpressionKind::match},
    {{1107, 26}, {0, 0}, ExpressionKind::format},
    {{95, 7}, {0, 0}, ExpressionKind::path},
    {{84, 8}, {0, 0}, ExpressionKind::path},
    {{306, 4}, {0, 0}, ExpressionKind::argument},
    {{84, 8}, {1133, 4}, ExpressionKind::match},
    {{74, 7}, {0, 0}, ExpressionKind::path},
    {{192, 6}, {0, 0}, ExpressionKind::path},
    {{222, 4}, {0, 0}, ExpressionKind::path},
    {{280, 8}, {0, 0}, ExpressionKind::path},
    {{1137, 9}, {0, 0}, ExpressionKind::path},
    {{269, 8}, {0, 0}, ExpressionKind::path},
    {{1146, 7}, {0, 0}, ExpressionKind::path},
};

constexpr Addition addition_rows[] = {
    {14, 2, 1, 0, 2},
    {15, 12, 1, 10, 2},
    {16, 14, 1, 13, 1},
};

constexpr Binding binding_rows[] = {
    {{192, 6}, 12, 7, false},
    {{222, 4}, 15, 8, false},
    {{473, 4}, 0, 6, false},
    {{306, 4}, 0, 2, false},
    {{306, 4}, 1, 2, false},
    {{473, 4}, 0, 3, false},
    {{473, 4}, 0, 3, false},
    {{306, 4}, 1, 2, false},
    {{95, 7}, 2, 4, false},
    {{122, 4}, 4, 5, false},
    {{192, 6}, 12, 7, false},
    {{222, 4}, 15, 8, false},
    {{473, 4}, 0, 6, false},
    {{280, 8}, 2, 9, false},
    {{306, 4}, 0, 2, false},
    {{473, 4}, 0, 3, false},
    {{306, 4}, 1, 2, false},
    {{298, 5}, 0, 6, true},
    {{306, 4}, 0, 2, false},
    {{306, 4}, 0, 2, false},
    {{1266, 5}, 0, 10, false},
    {{306, 4}, 0, 2, false},
    {{473, 4}, 0, 3, false},
    {{306, 4}, 0, 2, false},
    {{306, 4}, 0, 2, false},
    {{298, 5}, 0, 9, false},
    {{306, 4}, 1, 11, false},
    {{1266, 5}, 0, 12, false},
};

constexpr Method method_rows[] = {
    // Cart.get
    {.name = {1153, 3}, .operation = 2, .model = 0, .kind = MethodKind::get, .result_kind = ResultKind::model, .first_argument = 0, .argument_count = 3, .defaults = {1156, 20}, .result = {298, 5}, .failures = {346, 8}, .missing_codes = {751, 21}, .first_addition = 0, .addition_count = 1, .hydrate_path = {}},
    // Cart.get_many
    {.name = {1176, 8}, .operation = 2, .model = 0, .kind = MethodKind::get_many, .result_kind = ResultKind::models, .first_argument = 3, .argument_count = 3, .defaults = {}, .result = {298, 5}, .failures = {346, 8}, .missing_codes = {}, .hydrate_path = {}},
    // Cart.list
    {.name = {1184, 4}, .operation = 6, .model = 0, .kind = MethodKind::list, .result_kind = ResultKind::models, .paged = true, .first_argument = 6, .argument_count = 1, .defaults = {}, .result = {280, 8}, .failures = {}, .missing_codes = {}, .hydrate = 1, .hydrate_batch = 10, .hydrate_argument = 0, .hydrate_path = {}},
    // Cart.all
    {.name = {1188, 3}, .operation = 6, .model = 0, .kind = MethodKind::list, .result_kind = ResultKind::models, .first_argument = 7, .argument_count = 0, .defaults = {}, .result = {}, .failures = {}, .missing_codes = {}, .hydrate_path = {}, .each_model = 1, .each_method = 2, .first_each = 3, .each_count = 1},
    // Cart.create
    {.name = {1191, 6}, .operation = 0, .model = 0, .kind = MethodKind::create, .result_kind = ResultKind::model, .first_argument = 7, .argument_count = 0, .first_binding = 4, .binding_count = 1, .defaults = {}, .result = {473, 4}, .failures = {}, .missing_codes = {}, .hydrate_path = {}},
    // Cart.update
    {.name = {1197, 6}, .operation = 9, .model = 0, .kind = MethodKind::update, .result_kind = ResultKind::model, .first_argument = 7, .argument_count = 0, .first_binding = 5, .binding_count = 1, .defaults = {}, .result = {}, .failures = {}, .missing_codes = {}, .hydrate_path = {}, .refresh = 0, .first_refresh = 6, .refresh_count = 2},
    // Cart.remove
    {.name = {1203, 6}, .operation = 1, .model = 0, .kind = MethodKind::remove, .result_kind = ResultKind::models, .first_argument = 7, .argument_count = 1, .defaults = {1209, 14}, .result = {298, 5}, .failures = {1223, 21}, .missing_codes = {}, .hydrate_path = {}, .chunk_argument = 0, .chunk_size = 10},
    // Cart.paint
    {.name = {1244, 5}, .operation = 8, .model = 0, .kind = MethodKind::call, .result_kind = ResultKind::value, .first_argument = 8, .argument_count = 5, .defaults = {}, .result = {628, 6}, .failures = {}, .missing_codes = {}, .hydrate_path = {}},
    // Cart.watch
    {.name = {1249, 5}, .operation = 11, .model = 0, .kind = MethodKind::call, .result_kind = ResultKind::nothing, .first_argument = 13, .argument_count = 1, .defaults = {}, .result = {}, .result_shape = 33, .failures = {}, .missing_codes = {}, .hydrate_path = {}},
    // Cart.find
    {.name = {1254, 4}, .operation = 4, .model = 0, .kind = MethodKind::call, .result_kind = ResultKind::models, .first_argument = 14, .argument_count = 2, .defaults = {}, .result = {811, 4}, .failures = {}, .missing_codes = {}, .first_merge = 8, .merge_count = 2, .first_addition = 1, .addition_count = 1, .hydrate_path = {}},
    // Cart.labels
    {.name = {192, 6}, .operation = 5, .model = 0, .kind = MethodKind::call, .result_kind = ResultKind::value, .paged = true, .first_argument = 16, .argument_count = 1, .defaults = {}, .result = {}, .result_shape = 25, .joined = true, .failures = {}, .missing_codes = {}, .hydrate_path = {}},
    // Yard.get
    {.name = {1153, 3}, .operation = 3, .model = 1, .kind = MethodKind::get, .result_kind = ResultKind::model, .first_argument = 17, .argument_count = 1, .defaults = {}, .result = {657, 5}, .failures = {}, .missing_codes = {}, .hydrate_path = {}},
    // Yard.get_many
    {.name = {1176, 8}, .operation = 3, .model = 1, .kind = MethodKind::get_many, .result_kind = ResultKind::models, .first_argument = 18, .argument_count = 1, .defaults = {}, .result = {}, .failures = {}, .missing_codes = {}, .hydrate = 11, .hydrate_argument = 0, .hydrate_path = {}, .keys_given = true},
    // Yard.list
    {.name = {1184, 4}, .operation = 3, .model = 1, .kind = MethodKind::list, .result_kind = ResultKind::models, .paged = true, .first_argument = 19, .argument_count = 1, .defaults = {}, .result = {657, 5}, .failures = {}, .missing_codes = {}, .first_addition = 2, .addition_count = 1, .hydrate_path = {}},
    // Cart.ListCartLabels
    {.name = {838, 14}, .operation = 5, .model = 0, .kind = MethodKind::call, .result_kind = ResultKind::value, .paged = true, .first_argument = 20, .argument_count = 1, .defaults = {}, .result = {}, .result_shape = 25, .joined = true, .failures = {}, .missing_codes = {751, 21}, .hydrate_path = {}},
    // Cart.ListCartLabels
    {.name = {838, 14}, .operation = 5, .model = 0, .kind = MethodKind::call, .result_kind = ResultKind::value, .paged = true, .first_argument = 21, .argument_count = 1, .defaults = {}, .result = {}, .result_shape = 25, .joined = true, .failures = {}, .missing_codes = {751, 21}, .hydrate_path = {}},
    // Yard.ListYardCarts
    {.name = {887, 13}, .operation = 7, .model = 1, .kind = MethodKind::call, .result_kind = ResultKind::value, .paged = true, .first_argument = 22, .argument_count = 1, .defaults = {}, .result = {}, .result_shape = 27, .joined = true, .failures = {}, .missing_codes = {}, .hydrate_path = {}},
};

constexpr Relation relation_rows[] = {
    {{306, 4}, 11, 18, 1, false, true},
    {{1258, 8}, 2, 19, 1, true, false},
    {{1266, 5}, 0, 20, 1, false, true},
    {{1271, 8}, 11, 21, 1, false, false},
    {{298, 5}, 1, 25, 2, true, false},
    {{1266, 5}, 0, 27, 1, false, true},
    {{657, 5}, 13, 28, 0, true, false},
};

constexpr Property property_rows[] = {
    {{1137, 9}, 0},
    {{1146, 7}, 1},
};

constexpr Model model_rows[] = {
    // Cart
    {3, 15, 2, 6, 3, 0, 2, 4, 5, 6, 17, 1, 0, 1, 0, 4, 15, offsetof(s::Cart, state_), false},
    // Yard
    {5, 24, 1, 2, 11, 11, 13, none, none, none, 25, 0, 1, 0, 4, 1, none, offsetof(s::Yard, state_), true},
    // CartWheel
    {1, 27, 0, none, none, none, none, none, none, none, 27, 0, 1, 1, 5, 2, none, 0, false},
};

template <class Request, class Response, void (*Check)(const Request&, const Response&)>
void call(const void* request, const void* response) {
    Check(*static_cast<const Request*>(request), *static_cast<const Response*>(response));
}

constexpr ::botocraft::orm::AnswerCheck check_rows[] = {
    {8, call<s::PaintCartRequest, s::PaintCartResponse, s::check_paint>},
};

constexpr ::botocraft::endpoint::ParameterRow endpoint_rules_parameters[] = {
    {{0,8},0,4,0,0,0,{0,0}},
};
constexpr ::botocraft::endpoint::Expression endpoint_rules_expressions[] = {
    {0,0,0,0,0}, {13,0,0,0,0}, {1,0,8,23,0},
};
constexpr ::std::uint16_t endpoint_rules_pieces[] = {
    0, 2,
};
constexpr ::botocraft::endpoint::Node endpoint_rules_nodes[] = {
    {1,32769,32770},
};
constexpr ::botocraft::endpoint::Result endpoint_rules_results[] = {
    {3,{0,0},{0,0},{0,0},{0,0},{0,0},{0,0}}, {2,{0,0},{0,1},{0,0},{0,0},{0,0},{0,0}},
    {0,{0,0},{1,1},{0,0},{0,0},{0,0},{0,0}},
};
constexpr char endpoint_rules_pool[] =
    "Endpointthis service is nowhere";
constexpr ::botocraft::endpoint::RuleSet endpoint_rules{
    endpoint_rules_parameters, endpoint_rules_expressions, endpoint_rules_pieces, endpoint_rules_nodes, endpoint_rules_results, {}, {}, {endpoint_rules_pool, 31}, 0};

constexpr ::botocraft::api::Protocol protocols[] = {::botocraft::api::Protocol::json_1_1};

}  // namespace

constexpr ::botocraft::schema::Schema schema{shape_rows, member_rows, names, 43, nullptr, slots};

constexpr ::botocraft::orm::ServiceTables service{
    .schema = &schema,
    .endpoint_rules = &endpoint_rules,
    .name = "small",
    .service_id = "Small",
    .signing_name = "small",
    .target_prefix = "Small_20200101",
    .api_version = "2020-01-01",
    .protocols = protocols,
    .protocol_count = 1,
    .operation_count = 12,
    .operations = operation_rows,
    .errors = error_rows,
    .tokens = token_rows,
    .endpoint_parameters = endpoint_parameter_rows,
    .models = model_rows,
    .model_count = 3,
    .method_count = 17,
    .methods = method_rows,
    .arguments = argument_rows,
    .additions = addition_rows,
    .bindings = binding_rows,
    .expressions = expression_rows,
    .relations = relation_rows,
    .properties = property_rows,
    .error_types = error_type_rows,
    .error_type_count = 2,
    .checks = check_rows,
    .check_count = 1,
};

}  // namespace botocraft::small::tables
