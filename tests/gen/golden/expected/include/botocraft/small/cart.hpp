// CartManager, and what a Cart can do.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/small/arguments.hpp>
#include <botocraft/small/types.hpp>
#include <botocraft/small/relations.hpp>
#include <botocraft/manager.hpp>
#include <botocraft/waiter.hpp>
#include <botocraft/event_stream.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft::small {

namespace tables {
extern const ::botocraft::orm::Waiter waiters[];
}

// What can be done with every Cart. A value that is bound to a session. Templates, so that a file pays for the
// functions that it calls, and for no others.
class CartManager : public ::botocraft::Manager {
  public:
    CartManager() noexcept;
    explicit CartManager(::botocraft::Session session) noexcept;

    [[nodiscard]] CartManager using_session(::botocraft::Session session) const;

    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::awaitable<Result> get(
        std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments = {}) const;
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::box<Result>> get_or_none(
        std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments = {}) const;
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<Result>> get_many(
        const ::botocraft::Texts& carts, const ::botocraft::small::arguments::CartGetMany& arguments = {}) const;
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::Query<Result> list(const ::botocraft::small::arguments::CartList& arguments = {}) const;
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::Query<Result> all() const;
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::awaitable<Result> create(const ::botocraft::small::Cart& model) const;
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    // This compiler destroys temporaries in a co_await expression twice. Give the model a name:
    //   Cart model{...};  co_await manager.create(model);
    ::botocraft::awaitable<::botocraft::small::Cart> create(::botocraft::small::Cart&& model) const = delete;
#endif
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::awaitable<Result> update(const ::botocraft::small::Cart& model) const;
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    // This compiler destroys temporaries in a co_await expression twice. Give the model a name:
    //   Cart model{...};  co_await manager.update(model);
    ::botocraft::awaitable<::botocraft::small::Cart> update(::botocraft::small::Cart&& model) const = delete;
#endif
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<Result>> remove(const ::botocraft::Texts& carts) const;
    template <class Result = double>
    [[nodiscard]] ::botocraft::awaitable<Result>
        paint(
            std::string_view cart,
            std::string_view colour,
            const ::botocraft::small::arguments::CartPaint& arguments = {}) const;
    template <class Result = ::botocraft::EventStream<::botocraft::small::CartEvents, ::botocraft::small::WatchCartsResponse>>
    [[nodiscard]] Result watch(const ::botocraft::small::arguments::CartWatch& arguments = {}) const;
    template <class Result = ::botocraft::small::Cart>
    [[nodiscard]] ::botocraft::awaitable<::botocraft::list<Result>> find(
        std::string_view yard, const ::botocraft::small::arguments::CartFind& arguments = {}) const;
    template <class Result = ::botocraft::small::ListCartLabelsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> labels(std::string_view cart) const;

    [[nodiscard]] ::botocraft::Query<::botocraft::small::Cart> heaviest(std::int32_t least) const;
};

inline CartManager::CartManager() noexcept
    : ::botocraft::Manager(tables::service) {}

inline CartManager::CartManager(::botocraft::Session session) noexcept
    : ::botocraft::Manager(tables::service, session) {}

inline CartManager CartManager::using_session(::botocraft::Session session) const {
    return CartManager(std::move(session));
}

inline CartManager Cart::objects() {
    return CartManager();
}

inline CartManager Cart::objects(::botocraft::Session session) {
    return CartManager(std::move(session));
}

template <class Result>
::botocraft::awaitable<Result> CartManager::get(
    std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments) const {
    const void* const positional[] = {&cart};
    return ::botocraft::detail::one<Result>(bind(0, positional, &arguments));
}

template <class Result>
::botocraft::awaitable<::botocraft::box<Result>> CartManager::get_or_none(
    std::string_view cart, const ::botocraft::small::arguments::CartGet& arguments) const {
    const void* const positional[] = {&cart};
    return ::botocraft::detail::one_or_none<Result>(bind(0, positional, &arguments));
}

template <class Result>
::botocraft::awaitable<::botocraft::list<Result>> CartManager::get_many(
    const ::botocraft::Texts& carts, const ::botocraft::small::arguments::CartGetMany& arguments) const {
    const void* const positional[] = {&carts};
    return ::botocraft::detail::many<Result>(bind(1, positional, &arguments));
}

template <class Result>
::botocraft::Query<Result> CartManager::list(const ::botocraft::small::arguments::CartList& arguments) const {
    return ::botocraft::Query<Result>(bind(2, {}, &arguments));
}

template <class Result>
::botocraft::Query<Result> CartManager::all() const {
    return ::botocraft::Query<Result>(bind(3, {}, nullptr));
}

template <class Result>
::botocraft::awaitable<Result> CartManager::create(const ::botocraft::small::Cart& model) const {
    return ::botocraft::detail::one<Result>(bind_model(4, &model, {}, nullptr));
}

template <class Result>
::botocraft::awaitable<Result> CartManager::update(const ::botocraft::small::Cart& model) const {
    return ::botocraft::detail::one<Result>(bind_model(5, &model, {}, nullptr));
}

template <class Result>
::botocraft::awaitable<::botocraft::list<Result>> CartManager::remove(const ::botocraft::Texts& carts) const {
    const void* const positional[] = {&carts};
    return ::botocraft::detail::many<Result>(bind(6, positional, nullptr));
}

template <class Result>
::botocraft::awaitable<Result> CartManager::paint(
    std::string_view cart, std::string_view colour, const ::botocraft::small::arguments::CartPaint& arguments) const {
    const void* const positional[] = {&cart, &colour};
    return ::botocraft::detail::value<Result>(bind(7, positional, &arguments));
}

template <class Result>
Result CartManager::watch(const ::botocraft::small::arguments::CartWatch& arguments) const {
    return Result(bind(8, {}, &arguments));
}

template <class Result>
::botocraft::awaitable<::botocraft::list<Result>> CartManager::find(
    std::string_view yard, const ::botocraft::small::arguments::CartFind& arguments) const {
    const void* const positional[] = {&yard};
    return ::botocraft::detail::many<Result>(bind(9, positional, &arguments));
}

template <class Result>
::botocraft::awaitable<Result> CartManager::labels(std::string_view cart) const {
    const void* const positional[] = {&cart};
    return ::botocraft::detail::value<Result>(bind(10, positional, nullptr));
}

inline ::botocraft::Key Cart::pk() const {
    return ::botocraft::detail::key(tables::service, 0, this);
}

inline std::optional<std::string> Cart::arn() const {
    return ::botocraft::detail::property(tables::service, 6, this, shape_);
}

inline std::optional<std::string> Cart::name() const {
    return ::botocraft::detail::property(tables::service, 3, this, shape_);
}

inline std::optional<std::string> Cart::yard_name() const {
    return ::botocraft::detail::property(tables::service, 0, this, shape_);
}

template <class Target>
::botocraft::awaitable<::botocraft::box<Target>> Cart::yard() const {
    return ::botocraft::detail::related_one<Target>(tables::service, 0, this, tables::service);
}

template <class Target>
::botocraft::Query<Target> Cart::siblings() const {
    return ::botocraft::detail::related_many<Target>(tables::service, 1, this, tables::service);
}

template <class Target>
::botocraft::awaitable<::botocraft::box<Target>> Cart::depot() const {
    static_assert(::botocraft::detail::complete<Target>, "include <botocraft/large/depot.hpp>");
    return ::botocraft::detail::related_one<Target>(tables::service, 2, this, ::botocraft::large::tables::service);
}

template <class Target>
::botocraft::awaitable<::botocraft::box<Target>> Cart::yard_now() const {
    return ::botocraft::detail::related_one<Target>(tables::service, 3, this, tables::service);
}

template <class Result>
::botocraft::awaitable<Result> Cart::paint(
    std::string_view colour_, const ::botocraft::small::arguments::CartPaint& arguments) const {
    const void* const positional[] = {nullptr, &colour_};
    return ::botocraft::detail::value<Result>(::botocraft::detail::bind_proxy(tables::service, 7, this, 22, 1, positional, &arguments));
}

template <class Result>
::botocraft::awaitable<Result> Cart::paint(std::string_view colour_) const {
    return paint<Result>(colour_, ::botocraft::small::arguments::CartPaint{});
}

template <class Result>
Result Cart::watch(const ::botocraft::small::arguments::CartWatch& arguments) const {
    return Result(::botocraft::detail::bind_proxy(tables::service, 8, this, 23, 1, {}, &arguments));
}

template <class Result>
Result Cart::watch() const {
    return watch<Result>(::botocraft::small::arguments::CartWatch{});
}

inline ::botocraft::awaitable<void> Cart::wait_until_painted(const ::botocraft::WaitOptions& options) const {
    return ::botocraft::detail::wait(
        ::botocraft::detail::bind_key(tables::service, 0, this), tables::waiters[0], options);
}

template <class Options>
::botocraft::awaitable<void> Cart::wait_until_painted() const {
    return wait_until_painted(Options{});
}

template <class Options>
::botocraft::awaitable<std::int64_t> Cart::weigh(bool exact) const {
    return weigh(exact, Options{});
}

template <class Options>
::botocraft::Query<::botocraft::small::Cart> Cart::follow(bool far) const {
    return follow(far, Options{});
}

inline ::botocraft::awaitable<void> Cart::save() & {
    return ::botocraft::detail::save(tables::service, 0, this);
}

inline ::botocraft::awaitable<void> Cart::remove() & {
    return ::botocraft::detail::remove(tables::service, 0, this);
}

}  // namespace botocraft::small
