#pragma once
// What generated managers and models are thin shells over.

#include <botocraft/awaitable.hpp>
#include <botocraft/containers.hpp>
#include <botocraft/model_state.hpp>
#include <botocraft/property.hpp>
#include <botocraft/query.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>
#include <botocraft/views.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace botocraft {

// The key of a model whose key has several parts: the arguments by which its manager's `get` finds it.
class Key {
  public:
    using Part = std::pair<std::string, std::string>;

    Key() = default;
    explicit Key(std::vector<Part> parts) : parts_(std::move(parts)) {}

    [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }
    // The part of that name; empty where the model lacks it.
    [[nodiscard]] std::string_view operator[](std::string_view name) const noexcept;
    friend bool operator==(const Key&, const Key&) = default;

  private:
    std::vector<Part> parts_;
};

[[nodiscard]] std::string to_string(const Key& key);  // {service=web, cluster=prod}

namespace detail {

// --- calls. All of these are plain functions in src/orm: they copy what they are given before they return. ------------
[[nodiscard]] Call bind_proxy(const orm::ServiceTables& service, std::uint16_t method, const void* model,
                              std::uint16_t first_binding, std::uint16_t binding_count,
                              std::span<const void* const> positional, const void* named);

// `get` for the key of a model. Throws UsageError (`MissingKey`) where a part of the key has no value, also one that `get` can
// do without: it would ask for another one.
[[nodiscard]] Call bind_key(const orm::ServiceTables& service, std::uint16_t row, const void* model);

[[nodiscard]] std::optional<std::string> scalar_key(const orm::ServiceTables& service, std::uint16_t model,
                                                    const void* structure);
[[nodiscard]] Key key(const orm::ServiceTables& service, std::uint16_t model, const void* structure);

// A relation that was not awaited yet, or what was awaited before. `target`: the service that it leads to.
[[nodiscard]] RelatedCall related(const orm::ServiceTables& service, std::uint16_t relation, const void* model,
                                  const orm::ServiceTables& target);
// The same of a structure that is no model, and does not know which session it came from.
[[nodiscard]] RelatedCall related(const orm::ServiceTables& service, std::uint16_t relation, const void* structure,
                                  const orm::ServiceTables& target, const Session& session);

// `save` and `remove` change the model where it is: it must live until they have finished.
[[nodiscard]] awaitable<void> save(const orm::ServiceTables& service, std::uint16_t model, void* structure);
[[nodiscard]] awaitable<void> remove(const orm::ServiceTables& service, std::uint16_t model, void* structure);

// --- typed shells. Each is instantiated where it is used, and nowhere else. --------------------------------------------
// In a box, and not in the frame, which has room for another T already: that of what it returns. Frames of more than a
// kilobyte are slow to allocate, and the code is smaller as well.
template <class T>
awaitable<T> one(Call call) {
    box<T> result;
    co_await run_one(call, result.raw());
    co_return std::move(*result);
}

template <class T>
awaitable<box<T>> one_or_none(Call call) {
    box<T> result;
    result.emplace();
    const bool found = co_await run_or_none(call, &*result);
    if (!found) result.reset();
    co_return result;
}

template <class T>
awaitable<list<T>> many(Call call) {
    list<T> result;
    co_await run(call, &result);
    co_return result;
}

template <class T>
awaitable<T> value(Call call) {
    T result{};
    co_await run(call, &result);
    co_return result;
}

inline awaitable<void> nothing(Call call) { return run_for_nothing(std::move(call)); }

template <class T>
awaitable<box<T>> related_one_of(RelatedCall call) {
    box<T> result;
    result.emplace();
    const bool found = co_await run_related(call, &*result);
    if (!found) result.reset();
    co_return result;
}
// `from`: the target's tables, and the session of a structure that is no model.
template <class T, class... From>
[[nodiscard]] awaitable<box<T>> related_one(const orm::ServiceTables& service, std::uint16_t relation,
                                            const void* model, const From&... from) {
    return related_one_of<T>(related(service, relation, model, from...));
}
template <class T, class... From>
[[nodiscard]] Query<T> related_many(const orm::ServiceTables& service, std::uint16_t relation, const void* model,
                                    const From&... from) {
    return Query<T>(related(service, relation, model, from...));
}

// Whether the file that follows a relation to another service knows the type it leads to.
template <class T>
concept complete = requires { sizeof(T); };

}  // namespace detail

// Base of all generated managers: a value that is bound to a session, and knows the tables of its service.
class Manager {
  public:
    // The session that its calls use; none: the default session of the execution context.
    [[nodiscard]] std::optional<Session> session() const;

  protected:
    explicit Manager(const orm::ServiceTables& service) noexcept : service_(&service) {}
    Manager(const orm::ServiceTables& service, const Session& session) noexcept
        : service_(&service), session_(session.state()) {}

    // A request that owns all it needs.
    [[nodiscard]] detail::Call bind(std::uint16_t method, std::span<const void* const> positional,
                                    const void* named) const;
    // The same for create and update: what the request has in common with the model is taken from it first.
    [[nodiscard]] detail::Call bind_model(std::uint16_t method, const void* model,
                                          std::span<const void* const> positional, const void* named) const;

  private:
    const orm::ServiceTables* service_;
    std::shared_ptr<const detail::SessionState> session_;
};

}  // namespace botocraft
