#pragma once
// One operation, sent and answered: all that a call of a client comes to, and what those of managers are made of. It needs
// none of what models take, so that a program without them does not have it.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>

#include <memory>

namespace botocraft::detail {

// The session of a call, or the default session of the execution context that awaits this.
[[nodiscard]] awaitable<std::shared_ptr<const SessionState>> session_of(
    std::shared_ptr<const SessionState> session);

// Room for the response; nothing where the operation has none.
[[nodiscard]] Structure empty_response(const CallState& call);

// Throws where a check of the service's says that the response does not belong to the request.
void check_answer(const CallState& call, const Structure& response);

// Tells a model, and the models inside it, which session they came from.
void attach(const orm::ServiceTables& service, schema::ShapeRef shape, void* structure,
            const std::shared_ptr<const SessionState>& session);

}  // namespace botocraft::detail
