// The types of Large: its resources, what they are made of, and its enumerations.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/awaitable_fwd.hpp>
#include <botocraft/containers.hpp>
#include <botocraft/json.hpp>
#include <botocraft/model_state.hpp>
#include <botocraft/property.hpp>
#include <botocraft/tags.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft {
class Key;
class Session;
template <class T>
class Query;
namespace orm {
struct ServiceTables;
}
}  // namespace botocraft

namespace botocraft::large {

namespace tables {
extern const ::botocraft::schema::Schema schema;
extern const ::botocraft::orm::ServiceTables service;
}  // namespace tables

using ::botocraft::operator==;
using ::botocraft::operator<<;

// Values of texts. The list is open: AWS may send others, which are kept as they are.

struct FailureCode {
    static constexpr char DepotMissing[] = "DepotMissing";
    static constexpr char DepotClosed[] = "DepotClosed";
    static constexpr std::string_view values[] = {DepotMissing, DepotClosed};
};

struct Depot;
struct DepotId;
struct Region;
struct Failure;
class DepotManager;

// Depot. All members are set by AWS.
struct Depot {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 0};

    ::botocraft::field<std::string> depotName{};
    ::botocraft::field<std::string> site{};
    ::botocraft::ModelState state_{};

    static DepotManager objects();
    static DepotManager objects(::botocraft::Session session);

    [[nodiscard]] ::botocraft::Key pk() const;
    [[nodiscard]] std::optional<std::string> name() const;
};

// DepotId.
struct DepotId {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 1};

    ::botocraft::field<std::string> name{};
    ::botocraft::field<std::string> site{};
};

// Region.
struct Region {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 2};

    ::botocraft::field<std::string> regionName{};
    ::botocraft::list<::botocraft::large::Depot> depots{};
};

// Failure.
struct Failure {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 3};

    ::botocraft::field<std::string> failureCode{};  // FailureCode
    ::botocraft::field<std::string> failureReason{};
};

}  // namespace botocraft::large
