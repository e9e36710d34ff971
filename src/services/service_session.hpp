#pragma once
// The session of a model or a manager, for what is written by hand.

#include "orm/model_state.hpp"
#include "orm/operation.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/model_state.hpp>
#include <botocraft/session.hpp>

#include <memory>
#include <utility>

namespace botocraft::detail {

using SessionPointer = std::shared_ptr<const SessionState>;

[[nodiscard]] inline SessionPointer session_of(const ModelState& state) { return ModelAccess::session(state); }

// The same, or the default session of who awaits it.
[[nodiscard]] inline awaitable<Session> bound_session(SessionPointer known) {
    auto found = co_await session_of(std::move(known));
    co_return Session(std::move(found));
}

// The manager of a model, or a client, in the name of a session; of none, the default session of who awaits it.
template <class Model>
[[nodiscard]] auto objects_of(SessionPointer session) {
    return session ? Model::objects(Session(std::move(session))) : Model::objects();
}
template <class Client>
[[nodiscard]] Client client_of(SessionPointer session) {
    return session ? Client(Session(std::move(session))) : Client();
}

}  // namespace botocraft::detail
