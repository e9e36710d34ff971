// DepotManager, and what a Depot can do.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/large/arguments.hpp>
#include <botocraft/large/types.hpp>
#include <botocraft/manager.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft::large {

// What can be done with every Depot. A value that is bound to a session.
class DepotManager : public ::botocraft::Manager {
  public:
    DepotManager() noexcept;
    explicit DepotManager(::botocraft::Session session) noexcept;

    [[nodiscard]] DepotManager using_session(::botocraft::Session session) const;

    [[nodiscard]] ::botocraft::awaitable<::botocraft::large::Depot> get(
        std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments = {}) const;
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<::botocraft::large::Depot>> get_or_none(
        std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments = {}) const;
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<::botocraft::large::Depot>> get_many(
        const ::botocraft::Views<::botocraft::large::DepotId>& depotIds) const;
    [[nodiscard]] ::botocraft::Query<::botocraft::large::Depot> list(
        const ::botocraft::large::arguments::DepotList& arguments = {}) const;
};

inline DepotManager::DepotManager() noexcept
    : ::botocraft::Manager(tables::service, std::nullopt) {}

inline DepotManager::DepotManager(::botocraft::Session session) noexcept
    : ::botocraft::Manager(tables::service, std::move(session)) {}

inline DepotManager DepotManager::using_session(::botocraft::Session session) const {
    return DepotManager(std::move(session));
}

inline DepotManager Depot::objects() {
    return DepotManager();
}

inline DepotManager Depot::objects(::botocraft::Session session) {
    return DepotManager(std::move(session));
}

inline ::botocraft::awaitable<::botocraft::large::Depot> DepotManager::get(
    std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments) const {
    const void* const positional[] = {&depot};
    return ::botocraft::detail::one<::botocraft::large::Depot>(bind(0, positional, &arguments));
}

inline ::botocraft::awaitable<::botocraft::box<::botocraft::large::Depot>> DepotManager::get_or_none(
    std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments) const {
    const void* const positional[] = {&depot};
    return ::botocraft::detail::one_or_none<::botocraft::large::Depot>(bind(0, positional, &arguments));
}

inline ::botocraft::awaitable<::botocraft::list<::botocraft::large::Depot>> DepotManager::get_many(
    const ::botocraft::Views<::botocraft::large::DepotId>& depotIds) const {
    const void* const positional[] = {&depotIds};
    return ::botocraft::detail::many<::botocraft::large::Depot>(bind(1, positional, nullptr));
}

inline ::botocraft::Query<::botocraft::large::Depot> DepotManager::list(
    const ::botocraft::large::arguments::DepotList& arguments) const {
    return ::botocraft::Query<::botocraft::large::Depot>(bind(2, {}, &arguments));
}

inline ::botocraft::Key Depot::pk() const {
    return ::botocraft::detail::key(tables::service, 0, this);
}

inline std::optional<std::string> Depot::name() const {
    return ::botocraft::detail::property(tables::service, 0, this, shape_);
}

}  // namespace botocraft::large
