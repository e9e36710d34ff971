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

// What can be done with every Depot. A value that is bound to a session. Templates, so that a file pays for the
// functions that it calls, and for no others.
class DepotManager : public ::botocraft::Manager {
  public:
    DepotManager() noexcept;
    explicit DepotManager(::botocraft::Session session) noexcept;

    [[nodiscard]] DepotManager using_session(::botocraft::Session session) const;

    template <class Result = ::botocraft::large::Depot>
    [[nodiscard]] ::botocraft::awaitable<Result> get(
        std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments = {}) const;
    template <class Result = ::botocraft::large::Depot>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<Result>> get_or_none(
        std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments = {}) const;
    template <class Result = ::botocraft::large::Depot>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<Result>> get_many(
        const ::botocraft::Views<::botocraft::large::DepotId>& depotIds) const;
    template <class Result = ::botocraft::large::Depot>
    [[nodiscard]] ::botocraft::Query<Result> list(const ::botocraft::large::arguments::DepotList& arguments = {}) const;
};

inline DepotManager::DepotManager() noexcept
    : ::botocraft::Manager(tables::service) {}

inline DepotManager::DepotManager(::botocraft::Session session) noexcept
    : ::botocraft::Manager(tables::service, session) {}

inline DepotManager DepotManager::using_session(::botocraft::Session session) const {
    return DepotManager(std::move(session));
}

inline DepotManager Depot::objects() {
    return DepotManager();
}

inline DepotManager Depot::objects(::botocraft::Session session) {
    return DepotManager(std::move(session));
}

template <class Result>
::botocraft::awaitable<Result> DepotManager::get(
    std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments) const {
    const void* const positional[] = {&depot};
    return ::botocraft::detail::one<Result>(bind(0, positional, &arguments));
}

template <class Result>
::botocraft::awaitable<::botocraft::box<Result>> DepotManager::get_or_none(
    std::string_view depot, const ::botocraft::large::arguments::DepotGet& arguments) const {
    const void* const positional[] = {&depot};
    return ::botocraft::detail::one_or_none<Result>(bind(0, positional, &arguments));
}

template <class Result>
::botocraft::awaitable<::botocraft::list<Result>> DepotManager::get_many(
    const ::botocraft::Views<::botocraft::large::DepotId>& depotIds) const {
    const void* const positional[] = {&depotIds};
    return ::botocraft::detail::many<Result>(bind(1, positional, nullptr));
}

template <class Result>
::botocraft::Query<Result> DepotManager::list(const ::botocraft::large::arguments::DepotList& arguments) const {
    return ::botocraft::Query<Result>(bind(2, {}, &arguments));
}

inline ::botocraft::Key Depot::pk() const {
    return ::botocraft::detail::key(tables::service, 0, this);
}

inline std::optional<std::string> Depot::name() const {
    return ::botocraft::detail::property(tables::service, 0, this, shape_);
}

}  // namespace botocraft::large
