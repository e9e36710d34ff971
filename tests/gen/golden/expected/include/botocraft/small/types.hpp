// The types of Small: its resources, what they are made of, and its enumerations.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
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
#include <vector>

namespace botocraft {
class Key;
class Session;
template <class T>
class Query;
struct WaitOptions;
template <class Event, class Response>
class EventStream;
class Texts;
template <class T>
class Views;
namespace orm {
struct ServiceTables;
}
}  // namespace botocraft

namespace botocraft::large {
struct Depot;
namespace tables {
extern const ::botocraft::orm::ServiceTables service;
}
}  // namespace botocraft::large

namespace botocraft::small {

namespace tables {
extern const ::botocraft::schema::Schema schema;
extern const ::botocraft::orm::ServiceTables service;
}  // namespace tables

using ::botocraft::operator==;
using ::botocraft::operator<<;

// Values of texts. The list is open: AWS may send others, which are kept as they are.

struct Colour {
    static constexpr char red[] = "red";
    static constexpr char light_blue[] = "light-blue";
    static constexpr char default_[] = "default";
    static constexpr char n3D[] = "3D";
    static constexpr char empty[] = "";
    static constexpr std::string_view values[] = {red, light_blue, default_, n3D, empty};
};

struct Tag;
struct CartWheel;
struct Failure;
struct Cart;
struct Yard;
struct CartRow;
struct ListCartLabelsResponse;
struct ListYardCartsResponse;
struct CartEvents;
struct CartMoved;
struct CartLostExceptionDetails;
struct WatchCartsResponse;
class CartManager;
class YardManager;

namespace arguments {
struct CartPaint;
struct CartWatch;
struct CartFind;
}

// Tag.
struct Tag {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 0};

    ::botocraft::field<std::string> Key{};
    ::botocraft::field<std::string> Value{};
};

// CartWheel.
struct CartWheel {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 1};

    ::botocraft::field<std::int32_t> spokes{};
    ::botocraft::field<double> load{};

    [[nodiscard]] std::optional<std::string> summary() const;

    // Needs <botocraft/large/depot.hpp>.
    template <class Target = ::botocraft::large::Depot>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<Target>> depot(const ::botocraft::Session& session) const;
    template <class Target = ::botocraft::small::Yard>
    [[nodiscard]] ::botocraft::Query<Target> yards(const ::botocraft::Session& session) const;
};

// Failure.
struct Failure {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 2};

    ::botocraft::field<std::string> arn{};
    ::botocraft::field<std::string> reason{};
};

// Cart. Set by AWS: cartArn, kind, sealed, madeAt, picture, secret, spare, labels, numbers, settings, score.
struct Cart {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 3};

    ::botocraft::field<std::string> cartArn{};
    ::botocraft::field<std::string> cartName{};
    ::botocraft::field<std::string> yardArn{};
    ::botocraft::field<std::string> colour{};  // Colour
    ::botocraft::field<std::string> kind{};
    ::botocraft::field<std::int64_t> weight{};
    ::botocraft::field<bool> sealed{};
    ::botocraft::field<::botocraft::timestamp> madeAt{};
    ::botocraft::field<::botocraft::blob> picture{};
    ::botocraft::field<std::string> secret{};
    ::botocraft::box<::botocraft::small::CartWheel> spare{};
    ::botocraft::list<::botocraft::small::CartWheel> wheels{};
    ::botocraft::map<std::string> labels{};
    ::botocraft::list<::botocraft::field<std::int32_t>> numbers{};
    ::botocraft::field<::botocraft::document> settings{};
    ::botocraft::tag_list<::botocraft::small::Tag> tags{};
    ::botocraft::field<bool> heavy{};
    ::botocraft::field<std::int32_t> score{};
    ::botocraft::ModelState state_{};

    static CartManager objects();
    static CartManager objects(::botocraft::Session session);

    [[nodiscard]] ::botocraft::Key pk() const;
    [[nodiscard]] std::optional<std::string> arn() const;
    [[nodiscard]] std::optional<std::string> name() const;
    [[nodiscard]] std::optional<std::string> yard_name() const;

    template <class Target = ::botocraft::small::Yard>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<Target>> yard() const;
    template <class Target = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::Query<Target> siblings() const;
    // Needs <botocraft/large/depot.hpp>.
    template <class Target = ::botocraft::large::Depot>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<Target>> depot() const;
    template <class Target = ::botocraft::small::Yard>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<Target>> yard_now() const;

    template <class Result = double>
    [[nodiscard]] ::botocraft::awaitable<Result> paint(
        std::string_view colour_, const ::botocraft::small::arguments::CartPaint& arguments) const;
    template <class Result = double>
    [[nodiscard]] ::botocraft::awaitable<Result> paint(std::string_view colour_) const;
    template <class Result = ::botocraft::EventStream<::botocraft::small::CartEvents, ::botocraft::small::WatchCartsResponse>>
    [[nodiscard]] Result watch(const ::botocraft::small::arguments::CartWatch& arguments) const;
    template <class Result = ::botocraft::EventStream<::botocraft::small::CartEvents, ::botocraft::small::WatchCartsResponse>>
    [[nodiscard]] Result watch() const;

    // As AWS's waiter CartPainted does: DescribeCarts every 5 s, 20 times at most.
    [[nodiscard]] ::botocraft::awaitable<void> wait_until_painted(const ::botocraft::WaitOptions& options) const;
    template <class Options = ::botocraft::WaitOptions>
    [[nodiscard]] ::botocraft::awaitable<void> wait_until_painted() const;

    // What it was painted, one after the other.
    [[nodiscard]] std::vector<std::string> colours() const;

    [[nodiscard]] ::botocraft::awaitable<std::int64_t> weigh(
        bool exact, const ::botocraft::small::CartWheel& wheel) const;
    template <class Options = ::botocraft::small::CartWheel>
    [[nodiscard]] ::botocraft::awaitable<std::int64_t> weigh(bool exact) const;

    // Needs <botocraft/large/depot.hpp>.
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<::botocraft::large::Depot>> depots() const;

    [[nodiscard]] ::botocraft::awaitable<void> load(
        const ::botocraft::Texts& names, const ::botocraft::Views<::botocraft::small::CartWheel>& wheels) const;

    [[nodiscard]] ::botocraft::Query<::botocraft::small::Cart> follow(
        bool far, const ::botocraft::small::arguments::CartFind& arguments) const;
    template <class Options = ::botocraft::small::arguments::CartFind>
    [[nodiscard]] ::botocraft::Query<::botocraft::small::Cart> follow(bool far) const;

    ::botocraft::awaitable<void> save() &;
    ::botocraft::awaitable<void> remove() &;
};

// Yard. All members are set by AWS.
struct Yard {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 5};

    ::botocraft::field<std::string> yardArn{};
    ::botocraft::field<std::string> yardName{};
    ::botocraft::list<std::string> cartArns{};
    ::botocraft::ModelState state_{};

    static YardManager objects();
    static YardManager objects(::botocraft::Session session);

    [[nodiscard]] std::optional<std::string> pk() const;
    [[nodiscard]] std::optional<std::string> arn() const;
    [[nodiscard]] std::optional<std::string> name() const;

    template <class Target = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::Query<Target> carts() const;

    [[nodiscard]] ::botocraft::awaitable<void> inspect() const;
};

// CartRow.
struct CartRow {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 21};

    ::botocraft::field<std::string> cartArn{};
    ::botocraft::field<std::string> cartName{};
    ::botocraft::field<std::int32_t> rank{};
};

// ListCartLabelsResponse.
struct ListCartLabelsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 25};

    ::botocraft::map<std::string> labels{};
    ::botocraft::tag_list<::botocraft::small::Tag> tags{};
    ::botocraft::field<std::string> nextToken{};
};

// ListYardCartsResponse.
struct ListYardCartsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 27};

    ::botocraft::list<std::string> cartArns{};
    ::botocraft::field<std::string> nextToken{};
};

// CartEvents.
struct CartEvents {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 28};

    ::botocraft::box<::botocraft::small::CartMoved> moved{};
    ::botocraft::box<::botocraft::small::CartLostExceptionDetails> lost{};
};

// CartMoved.
struct CartMoved {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 29};

    ::botocraft::box<::botocraft::small::Cart> cart{};
};

// CartLostException.
struct CartLostExceptionDetails {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 30};

    ::botocraft::field<std::string> message{};
};

// WatchCartsResponse.
struct WatchCartsResponse {
    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, 33};

    ::botocraft::box<::botocraft::small::CartEvents> events{};
    ::botocraft::field<std::string> yard{};
};

inline std::optional<std::string> CartWheel::summary() const {
    return ::botocraft::detail::property(tables::service, 1, this, shape_);
}

}  // namespace botocraft::small
