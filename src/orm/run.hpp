#pragma once
// Carrying out the calls of managers: invoke, take the resource out of the response, attach the session.

#include "orm/call.hpp"
#include "schema/walk.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/error.hpp>

#include <memory>

namespace botocraft::detail {

// The session of a call, or the default session of the execution context that awaits this.
[[nodiscard]] awaitable<std::shared_ptr<const SessionState>> session_of(
    std::shared_ptr<const SessionState> session);

// Fills `result`: what the method's ResultKind says, empty. `call` and `result` must live until this completes.
// Throws DoesNotExist where the method returns one model and there is none.
[[nodiscard]] awaitable<void> run_method(CallState& call, void* result);

// The same of a method that returns one model. Makes the structure: what the reply holds is taken over where it lies.
[[nodiscard]] awaitable<void> run_model(CallState& call, void*& model);

// Sends the request and returns the response, with what the method's merges add and all models attached to the session.
[[nodiscard]] awaitable<Structure> send(CallState& call, std::shared_ptr<const SessionState> session);

// The list at the method's result path; nothing where the response lacks it. Throws where the response reports failures
// other than that something is missing.
[[nodiscard]] std::optional<schema::Place> results_of(const CallState& call, Structure& response);

// Moves the models of a response's list to the end of `to`; what is no model of the method's is turned into one.
void take_models(const CallState& call, schema::Place list, RawList& to);

// Gives a model what the method's merges say: members of the rest of the response, arguments of the call.
void merge_into(const CallState& call, Structure& response, void* model);
// The same of other merges than the method's: those of an addition.
void merge_into(const CallState& call, Structure& response, std::uint16_t first, std::uint16_t count,
                schema::ShapeRef shape, void* model);

// Tells a model, and the models inside it, which session they came from.
void attach(const orm::ServiceTables& service, schema::ShapeRef shape, void* structure,
            const std::shared_ptr<const SessionState>& session);

}  // namespace botocraft::detail
