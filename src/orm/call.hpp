#pragma once
// A call of a manager's method: which method, in whose name, with which request.

#include "orm/model_state.hpp"
#include "orm/structure.hpp"
#include "runtime/bodies.hpp"
#include "runtime/session_state.hpp"
#include "schema/walk.hpp"

#include <botocraft/query.hpp>
#include <botocraft/service.hpp>
#include <botocraft/value.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace botocraft::detail {

struct CallState {
    std::shared_ptr<const SessionState> session;  // null: the default session of the execution context
    const orm::ServiceTables* service = nullptr;
    const orm::Method* row = nullptr;           // of the service, or the one below
    std::shared_ptr<const orm::Method> own{};   // of a call of a client, which is no method of a manager
    Structure request;  // empty where the operation has no input
    // Of a method whose keys are given: these. Of a change after which the model is read again: what the model says of the
    // arguments that this takes.
    Value::List keys{};
    std::vector<CallState> steps{};  // what is called when this is done, one after the other
    bool made = false;  // of a create: what it makes is there, whatever becomes of what follows
    std::shared_ptr<CallBodies> bodies{};  // null where request and response hold them

    [[nodiscard]] const orm::Method& method() const noexcept { return *row; }
    [[nodiscard]] const api::Operation& operation() const noexcept { return service->operations[method().operation]; }
    [[nodiscard]] const orm::Model& model() const noexcept { return service->models[method().model]; }
    [[nodiscard]] schema::ShapeRef model_shape() const noexcept { return {service->schema, model().shape}; }
    // Of each model that is returned: it need not be the manager's own.
    [[nodiscard]] schema::ShapeRef result_shape() const noexcept {
        return method().result_shape == api::none ? model_shape() : schema::ShapeRef{service->schema, method().result_shape};
    }
    [[nodiscard]] schema::TypeRef result_type() const noexcept {
        return {service->schema, result_shape().index, schema::Kind::structure, 0};
    }
};

// A call with an empty request, but for the method's defaults.
[[nodiscard]] CallState make_call(const orm::ServiceTables& service, std::uint16_t method,
                                  std::shared_ptr<const SessionState> session);

// The same of an operation, as a client calls it: its result is the whole response.
[[nodiscard]] CallState make_operation_call(const orm::ServiceTables& service, std::uint16_t operation,
                                            std::shared_ptr<const SessionState> session);

[[nodiscard]] inline std::span<const orm::Argument> arguments_of(const CallState& call) noexcept {
    return {call.service->arguments + call.method().first_argument, call.method().argument_count};
}

[[nodiscard]] inline bool is_set(const orm::Argument& argument, std::uint8_t flag) noexcept { return (argument.flags & flag) != 0; }

// A member of the request, or of a structure in it, which is made for it.
[[nodiscard]] schema::Place request_place(CallState& call, std::uint16_t member) noexcept;
[[nodiscard]] schema::Place nested_place(CallState& call, std::uint16_t member, std::uint16_t inner);

// Copies arguments into the request. `named` may be null.
void bind_arguments(CallState& call, std::span<const orm::Argument> arguments,
                    std::span<const void* const> positional, const void* named);

// The same of what the caller names, and of nothing else: it counts more than what a model says.
void bind_given(CallState& call, const void* named);

// Copies to the request what it has in common with a model, and what the method's bindings say.
void bind_from_model(CallState& call, const void* model);

// Says the session's region where the method says it and the request does not.
void say_region(CallState& call, const std::string& region);

// Throws UsageError where a required member has no value: AWS would refuse the request.
void check_filled(const CallState& call);
// The same of what the method requires and AWS does not, where a model saves itself: nobody gave arguments.
void check_required(CallState& call);

// Gives the arguments that bindings name the values of their expressions over `scope`. False where one that the method
// requires comes out as nothing: then there is nothing to call for. `otherwise`: values where expressions give nothing.
[[nodiscard]] bool bind_by_name(CallState& call, const struct Scope& scope, std::uint16_t first, std::uint16_t count,
                                std::span<const Value> otherwise = {});

// Where an argument goes: a member of the request, or of a structure in it, which is made for it.
[[nodiscard]] schema::Place argument_place(CallState& call, const orm::Argument& argument);

// Gives one argument a value, with `wrap` as a list of one.
void put_argument(CallState& call, const orm::Argument& argument, const Value& value, bool wrap);

// The arguments that the request of `from` and a method of the same service have in common, but for one.
void pass_arguments(const CallState& from, CallState& to, std::uint16_t but_for);

[[nodiscard]] const orm::Argument* find_argument(const CallState& call, std::string_view name) noexcept;

// What a relation is on its way to: a call, or a model that was awaited before.
struct RelatedState {
    std::optional<CallState> call;         // nothing: the model lacks what the relation needs, so there is none
    std::shared_ptr<RelationCache> cache;  // of the model; null: not cached
    std::uint16_t relation = api::none;
    const orm::ServiceTables* service = nullptr;  // of the relation
    const orm::ServiceTables* target = nullptr;   // that it leads to
    // An expression of the call that needs another relation of the model first.
    std::optional<CallState> hop;
    orm::Text hop_path{};
    const orm::Binding* hop_binding = nullptr;
    bool hop_many = false;
};

}  // namespace botocraft::detail
