#pragma once
// What generated clients are thin shells over: the operations of a service as AWS describes them, below the models.

#include <botocraft/awaitable.hpp>
#include <botocraft/query.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace botocraft {

namespace detail {

// Sends the request, and fills `result`, a response of the operation. `call` and `result` must live until this completes.
[[nodiscard]] awaitable<void> run_operation(Call& call, void* result);
[[nodiscard]] awaitable<void> run_operation(Call call);  // for nothing

template <class T>
awaitable<T> response(Call call) {
    T result{};
    co_await run_operation(call, &result);
    co_return result;
}

}  // namespace detail

// Base of all generated clients: a value that is bound to a session. Copies share that session; several coroutines and
// threads may call through one client at once.
class ClientBase {
  public:
    // The session that its calls use; none: the default session of the execution context.
    [[nodiscard]] std::optional<Session> session() const;

  protected:
    explicit ClientBase(const orm::ClientTables& tables) noexcept : tables_(&tables) {}
    ClientBase(const orm::ClientTables& tables, const Session& session) noexcept
        : tables_(&tables), session_(session.state()) {}

    // A request that owns all it needs.
    [[nodiscard]] detail::Call bind(std::uint16_t operation, const void* arguments) const;

  private:
    const orm::ClientTables* tables_;
    std::shared_ptr<const detail::SessionState> session_;
};

}  // namespace botocraft
