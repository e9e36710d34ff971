// YardManager, and what a Yard can do.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/small/arguments.hpp>
#include <botocraft/small/types.hpp>
#include <botocraft/small/relations.hpp>
#include <botocraft/manager.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft::small {

// What can be done with every Yard. A value that is bound to a session. Templates, so that a file pays for the
// functions that it calls, and for no others.
class YardManager : public ::botocraft::Manager {
  public:
    YardManager() noexcept;
    explicit YardManager(::botocraft::Session session) noexcept;

    [[nodiscard]] YardManager using_session(::botocraft::Session session) const;

    template <class Result = ::botocraft::small::Yard>
    [[nodiscard]] ::botocraft::awaitable<Result> get(std::string_view yard) const;
    template <class Result = ::botocraft::small::Yard>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<Result>> get_or_none(std::string_view yard) const;
    template <class Result = ::botocraft::small::Yard>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<Result>> get_many(const ::botocraft::Texts& yards) const;
    template <class Result = ::botocraft::small::Yard>
    [[nodiscard]] ::botocraft::Query<Result> list(const ::botocraft::small::arguments::YardList& arguments = {}) const;
};

inline YardManager::YardManager() noexcept
    : ::botocraft::Manager(tables::service) {}

inline YardManager::YardManager(::botocraft::Session session) noexcept
    : ::botocraft::Manager(tables::service, session) {}

inline YardManager YardManager::using_session(::botocraft::Session session) const {
    return YardManager(std::move(session));
}

inline YardManager Yard::objects() {
    return YardManager();
}

inline YardManager Yard::objects(::botocraft::Session session) {
    return YardManager(std::move(session));
}

template <class Result>
::botocraft::awaitable<Result> YardManager::get(std::string_view yard) const {
    const void* const positional[] = {&yard};
    return ::botocraft::detail::one<Result>(bind(11, positional, nullptr));
}

template <class Result>
::botocraft::awaitable<::botocraft::box<Result>> YardManager::get_or_none(std::string_view yard) const {
    const void* const positional[] = {&yard};
    return ::botocraft::detail::one_or_none<Result>(bind(11, positional, nullptr));
}

template <class Result>
::botocraft::awaitable<::botocraft::list<Result>> YardManager::get_many(const ::botocraft::Texts& yards) const {
    const void* const positional[] = {&yards};
    return ::botocraft::detail::many<Result>(bind(12, positional, nullptr));
}

template <class Result>
::botocraft::Query<Result> YardManager::list(const ::botocraft::small::arguments::YardList& arguments) const {
    return ::botocraft::Query<Result>(bind(13, {}, &arguments));
}

inline std::optional<std::string> Yard::pk() const {
    return ::botocraft::detail::scalar_key(tables::service, 1, this);
}

inline std::optional<std::string> Yard::arn() const {
    return ::botocraft::detail::property(tables::service, 2, this, shape_);
}

inline std::optional<std::string> Yard::name() const {
    return ::botocraft::detail::property(tables::service, 11, this, shape_);
}

template <class Target>
::botocraft::Query<Target> Yard::carts() const {
    return ::botocraft::detail::related_many<Target>(tables::service, 4, this, tables::service);
}

}  // namespace botocraft::small
