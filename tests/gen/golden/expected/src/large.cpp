// The tables of Large: constants, and nothing else.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#include <botocraft/large/arguments.hpp>
#include <botocraft/large/errors.hpp>
#include <botocraft/large/requests.hpp>
#include <botocraft/large/types.hpp>
#include <botocraft/service.hpp>

#include <cstddef>
#include <utility>

#include "endpoint/tables.hpp"

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace botocraft::large::tables {

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
namespace s = ::botocraft::large;

template <class E>
[[noreturn]] void raise(::botocraft::ErrorDetails&& details) {
    throw E(std::move(details));
}

constexpr char names[] =
    "\"depotName\":\"site\":\"\":\"Depot\":\"name\":\"DepotId\":\"regionName\":\"depots\":\"Region\":\"failureCode\":\"failure"
    "Reason\":\"Failure\":\"depotIds\":\"DescribeDepotsRequest\":\"regions\":\"failures\":\"DescribeDepotsResponse\":\""
    "nextToken\":\"ListDepotsRequest\":\"ListDepotsResponse\":\"member\":/getregions[].depots[]DepotMissingget_m"
    "anylist";

constexpr Shape shape_rows[] = {
    {0, sizeof(s::Depot), 22, 3, 5, Kind::structure, 40},
    {3, sizeof(s::DepotId), 37, 2, 7, Kind::structure, 0},
    {5, sizeof(s::Region), 69, 2, 6, Kind::structure, 32},
    {7, sizeof(s::Failure), 108, 2, 7, Kind::structure, 0},
    {9, sizeof(s::DescribeDepotsRequest), 129, 1, 21, Kind::structure, 0},
    {10, sizeof(s::DescribeDepotsResponse), 174, 2, 22, Kind::structure, 32},
    {12, sizeof(s::ListDepotsRequest), 211, 2, 17, Kind::structure, 0},
    {14, sizeof(s::ListDepotsResponse), 231, 2, 18, Kind::structure, 0},
    {16, 0, 0, 1, 0, Kind::list, 32},
    {17, 0, 0, 1, 0, Kind::list, 0},
    {18, 0, 0, 1, 0, Kind::list, 32},
    {19, 0, 0, 1, 0, Kind::list, 0},
};

constexpr Member member_rows[] = {
    // 0 Depot
    {0, 0, offsetof(s::Depot, depotName), none, 2560, 9, 9, Kind::string, Location::body},
    {12, 12, offsetof(s::Depot, site), none, 2560, 4, 4, Kind::string, Location::body},
    {19, 19, offsetof(s::Depot, state_), none, 0, 0, 0, Kind::state, Location::none},
    // 1 DepotId
    {30, 30, offsetof(s::DepotId, name), none, 2048, 4, 4, Kind::string, Location::body},
    {12, 12, offsetof(s::DepotId, site), none, 2048, 4, 4, Kind::string, Location::body},
    // 2 Region
    {47, 47, offsetof(s::Region, regionName), none, 2048, 10, 10, Kind::string, Location::body},
    {60, 60, offsetof(s::Region, depots), 8, 2048, 6, 6, Kind::list, Location::body},
    // 3 Failure
    {78, 78, offsetof(s::Failure, failureCode), none, 2304, 11, 11, Kind::string, Location::body},
    {92, 92, offsetof(s::Failure, failureReason), none, 2048, 13, 13, Kind::string, Location::body},
    // 4 DescribeDepotsRequest
    {118, 118, offsetof(s::DescribeDepotsRequest, depotIds), 9, 2049, 8, 8, Kind::list, Location::body},
    // 5 DescribeDepotsResponse
    {153, 153, offsetof(s::DescribeDepotsResponse, regions), 10, 2048, 7, 7, Kind::list, Location::body},
    {163, 163, offsetof(s::DescribeDepotsResponse, failures), 11, 2048, 8, 8, Kind::list, Location::body},
    // 6 ListDepotsRequest
    {12, 12, offsetof(s::ListDepotsRequest, site), none, 2048, 4, 4, Kind::string, Location::body},
    {199, 199, offsetof(s::ListDepotsRequest, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    // 7 ListDepotsResponse
    {118, 118, offsetof(s::ListDepotsResponse, depotIds), 9, 2048, 8, 8, Kind::list, Location::body},
    {199, 199, offsetof(s::ListDepotsResponse, nextToken), none, 2048, 9, 9, Kind::string, Location::body},
    // 8 list
    {252, 252, 0, 0, 2048, 6, 6, Kind::structure, Location::body},
    // 9 list
    {252, 252, 0, 1, 2048, 6, 6, Kind::structure, Location::body},
    // 10 list
    {252, 252, 0, 2, 2048, 6, 6, Kind::structure, Location::body},
    // 11 list
    {252, 252, 0, 3, 2048, 6, 6, Kind::structure, Location::body},
};

constexpr std::uint8_t slots[] = {
    0,0,2,1,0,0,0,0,0,0,0,0,1,0,2,0,0,0,0,0,0,2,1,0,0,0,0,0,0,0,2,1,
    0,0,0,0,0,1,0,0,1,2,0,0,0,0,0,0,0,0,1,2,0,0,0,0,0,1,0,2,0,0,0,0,
    0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,};

constexpr std::uint16_t error_rows[] = {0
};

constexpr Token token_rows[] = {
    {1, {200, 9}, {0, 0}},
};

constexpr EndpointParameter endpoint_parameter_rows[] = {
    {},
};

constexpr Operation operation_rows[] = {
    {{130, 14}, {261, 1}, {0, 0}, 4, 5, 0, 0, 0, 0, none, 1, HttpMethod::post, 0, 0, none},
    {{212, 10}, {261, 1}, {0, 0}, 6, 7, 0, 0, 0, 1, none, 1, HttpMethod::post, 0, 0, none},
};

constexpr ErrorType error_type_rows[] = {
    {},
};

constexpr Argument argument_rows[] = {
    {{1, 5}, 0, 0, ArgumentType::text, 3, 0},
    {{13, 4}, 0, offsetof(s::arguments::DepotGet, site), ArgumentType::text, 0, 1},
    {{119, 8}, 0, 0, ArgumentType::structures, 3},
    {{13, 4}, 0, offsetof(s::arguments::DepotList, site), ArgumentType::text, 0},
};

constexpr Expression expression_rows[] = {
    {{1, 9}, {0, 0}, ExpressionKind::path},
    {{13, 4}, {0, 0}, ExpressionKind::path},
};

constexpr Addition addition_rows[] = {
    {},
};

constexpr Binding binding_rows[] = {
    {{1, 5}, 0, 0, false},
    {{13, 4}, 0, 1, false},
};

constexpr Method method_rows[] = {
    // Depot.get
    {.name = {262, 3}, .operation = 0, .model = 0, .kind = MethodKind::get, .result_kind = ResultKind::model, .first_argument = 0, .argument_count = 2, .defaults = {}, .result = {265, 18}, .failures = {164, 8}, .missing_codes = {283, 12}, .hydrate_path = {}},
    // Depot.get_many
    {.name = {295, 8}, .operation = 0, .model = 0, .kind = MethodKind::get_many, .result_kind = ResultKind::models, .first_argument = 2, .argument_count = 1, .defaults = {}, .result = {265, 18}, .failures = {164, 8}, .missing_codes = {283, 12}, .hydrate_path = {}},
    // Depot.list
    {.name = {303, 4}, .operation = 1, .model = 0, .kind = MethodKind::list, .result_kind = ResultKind::models, .paged = true, .first_argument = 3, .argument_count = 1, .defaults = {}, .result = {119, 8}, .failures = {}, .missing_codes = {}, .hydrate = 1, .hydrate_batch = 2, .hydrate_argument = 0, .hydrate_path = {}},
};

constexpr Relation relation_rows[] = {
    {},
};

constexpr Property property_rows[] = {
    {},
};

constexpr Model model_rows[] = {
    // Depot
    {0, 0, 2, none, 0, 0, 2, none, none, none, 2, 0, 0, 0, 0, 0, none, offsetof(s::Depot, state_), true},
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

constexpr ::botocraft::schema::Schema schema{shape_rows, member_rows, names, 12, nullptr, slots};

constexpr ::botocraft::orm::ServiceTables service{
    .schema = &schema,
    .endpoint_rules = &endpoint_rules,
    .name = "large",
    .service_id = "Large",
    .signing_name = "large",
    .target_prefix = "Large_20200101",
    .api_version = "2020-01-01",
    .protocols = protocols,
    .protocol_count = 1,
    .operation_count = 2,
    .operations = operation_rows,
    .errors = error_rows,
    .tokens = token_rows,
    .endpoint_parameters = endpoint_parameter_rows,
    .models = model_rows,
    .model_count = 1,
    .method_count = 3,
    .methods = method_rows,
    .arguments = argument_rows,
    .additions = addition_rows,
    .bindings = binding_rows,
    .expressions = expression_rows,
    .relations = relation_rows,
    .properties = property_rows,
    .error_types = error_type_rows,
    .error_type_count = 0,
};

}  // namespace botocraft::large::tables
