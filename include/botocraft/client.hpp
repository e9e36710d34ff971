#pragma once
// What generated clients are thin shells over: the operations of a service as AWS describes them, below the models.

#include <botocraft/manager.hpp>
#include <botocraft/query.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace botocraft {

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
