// CartManager, and what a Cart can do.
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

// What can be done with every Cart. A value that is bound to a session.
class CartManager : public ::botocraft::Manager {
  public:
    CartManager() noexcept;
    explicit CartManager(::botocraft::Session session) noexcept;

    [[nodiscard]] CartManager using_session(::botocraft::Session session) const;

    [[nodiscard]] ::botocraft::awaitable<::botocraft::small::Cart> get(
        std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments = {}) const;
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<::botocraft::small::Cart>> get_or_none(
        std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments = {}) const;
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<::botocraft::small::Cart>> get_many(
        const ::botocraft::Texts& carts, const ::botocraft::small::arguments::CartGetMany& arguments = {}) const;
    [[nodiscard]] ::botocraft::Query<::botocraft::small::Cart> list(
        const ::botocraft::small::arguments::CartList& arguments = {}) const;
    [[nodiscard]] ::botocraft::Query<::botocraft::small::Cart> all() const;
    [[nodiscard]] ::botocraft::awaitable<::botocraft::small::Cart> create(const ::botocraft::small::Cart& model) const;
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    // This compiler destroys temporaries in a co_await expression twice. Give the model a name:
    //   Cart model{...};  co_await manager.create(model);
    ::botocraft::awaitable<::botocraft::small::Cart> create(::botocraft::small::Cart&& model) const = delete;
#endif
    [[nodiscard]] ::botocraft::awaitable<::botocraft::small::Cart> update(const ::botocraft::small::Cart& model) const;
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    // This compiler destroys temporaries in a co_await expression twice. Give the model a name:
    //   Cart model{...};  co_await manager.update(model);
    ::botocraft::awaitable<::botocraft::small::Cart> update(::botocraft::small::Cart&& model) const = delete;
#endif
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<::botocraft::small::Cart>> remove(
        const ::botocraft::Texts& carts) const;
    [[nodiscard]] ::botocraft::awaitable<double>
        paint(
            std::string_view cart,
            std::string_view colour,
            const ::botocraft::small::arguments::CartPaint& arguments = {}) const;
};

inline CartManager::CartManager() noexcept
    : ::botocraft::Manager(tables::service, std::nullopt) {}

inline CartManager::CartManager(::botocraft::Session session) noexcept
    : ::botocraft::Manager(tables::service, std::move(session)) {}

inline CartManager CartManager::using_session(::botocraft::Session session) const {
    return CartManager(std::move(session));
}

inline CartManager Cart::objects() {
    return CartManager();
}

inline CartManager Cart::objects(::botocraft::Session session) {
    return CartManager(std::move(session));
}

inline ::botocraft::awaitable<::botocraft::small::Cart> CartManager::get(
    std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments) const {
    const void* const positional[] = {&cart};
    return ::botocraft::detail::one<::botocraft::small::Cart>(bind(0, positional, &arguments));
}

inline ::botocraft::awaitable<::botocraft::box<::botocraft::small::Cart>> CartManager::get_or_none(
    std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments) const {
    const void* const positional[] = {&cart};
    return ::botocraft::detail::one_or_none<::botocraft::small::Cart>(bind(0, positional, &arguments));
}

inline ::botocraft::awaitable<::botocraft::list<::botocraft::small::Cart>> CartManager::get_many(
    const ::botocraft::Texts& carts, const ::botocraft::small::arguments::CartGetMany& arguments) const {
    const void* const positional[] = {&carts};
    return ::botocraft::detail::many<::botocraft::small::Cart>(bind(1, positional, &arguments));
}

inline ::botocraft::Query<::botocraft::small::Cart> CartManager::list(
    const ::botocraft::small::arguments::CartList& arguments) const {
    return ::botocraft::Query<::botocraft::small::Cart>(bind(2, {}, &arguments));
}

inline ::botocraft::Query<::botocraft::small::Cart> CartManager::all() const {
    return ::botocraft::Query<::botocraft::small::Cart>(bind(3, {}, nullptr));
}

inline ::botocraft::awaitable<::botocraft::small::Cart> CartManager::create(
    const ::botocraft::small::Cart& model) const {
    return ::botocraft::detail::one<::botocraft::small::Cart>(bind_model(4, &model, {}, nullptr));
}

inline ::botocraft::awaitable<::botocraft::small::Cart> CartManager::update(
    const ::botocraft::small::Cart& model) const {
    return ::botocraft::detail::one<::botocraft::small::Cart>(bind_model(5, &model, {}, nullptr));
}

inline ::botocraft::awaitable<::botocraft::list<::botocraft::small::Cart>> CartManager::remove(
    const ::botocraft::Texts& carts) const {
    const void* const positional[] = {&carts};
    return ::botocraft::detail::many<::botocraft::small::Cart>(bind(6, positional, nullptr));
}

inline ::botocraft::awaitable<double> CartManager::paint(
    std::string_view cart, std::string_view colour, const ::botocraft::small::arguments::CartPaint& arguments) const {
    const void* const positional[] = {&cart, &colour};
    return ::botocraft::detail::value<double>(bind(7, positional, &arguments));
}

inline ::botocraft::Key Cart::pk() const {
    return ::botocraft::detail::key(tables::service, 0, this);
}

inline std::optional<std::string> Cart::arn() const {
    return ::botocraft::detail::property(tables::service, 4, this, shape_);
}

inline std::optional<std::string> Cart::name() const {
    return ::botocraft::detail::property(tables::service, 3, this, shape_);
}

inline std::optional<std::string> Cart::yard_name() const {
    return ::botocraft::detail::property(tables::service, 0, this, shape_);
}

inline ::botocraft::awaitable<::botocraft::box<::botocraft::small::Yard>> Cart::yard() const {
    return ::botocraft::detail::related_one<::botocraft::small::Yard>(tables::service, 0, this, tables::service);
}

inline ::botocraft::Query<::botocraft::small::Cart> Cart::siblings() const {
    return ::botocraft::detail::related_many<::botocraft::small::Cart>(tables::service, 1, this, tables::service);
}

template <class Target>
::botocraft::awaitable<::botocraft::box<Target>> Cart::depot() const {
    static_assert(::botocraft::detail::complete<Target>, "include <botocraft/large/depot.hpp>");
    return ::botocraft::detail::related_one<Target>(tables::service, 2, this, ::botocraft::large::tables::service);
}

inline ::botocraft::awaitable<double> Cart::paint(
    std::string_view colour_, const ::botocraft::small::arguments::CartPaint& arguments) const {
    const void* const positional[] = {nullptr, &colour_};
    return ::botocraft::detail::value<double>(::botocraft::detail::bind_proxy(tables::service, 7, this, 11, 1, positional, &arguments));
}

inline ::botocraft::awaitable<void> Cart::save() & {
    return ::botocraft::detail::save(tables::service, 0, this);
}

inline ::botocraft::awaitable<void> Cart::remove() & {
    return ::botocraft::detail::remove(tables::service, 0, this);
}

}  // namespace botocraft::small
