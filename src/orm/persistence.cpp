// What models do with themselves: save, remove, and say what they are called.

#include "orm/call.hpp"
#include "orm/expression.hpp"
#include "orm/half_done.hpp"
#include "orm/model_state.hpp"
#include "orm/operation.hpp"
#include "orm/result.hpp"
#include "orm/run.hpp"
#include "orm/saved_tags.hpp"
#include "schema/lifetime.hpp"
#include "schema/project.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>
#include <botocraft/manager.hpp>

#include <algorithm>
#include <utility>

namespace botocraft {

namespace detail {

namespace {

// AWS may have an operation for it, which the overlay has not, or under another name.
[[noreturn]] void not_updatable(const orm::ServiceTables& service, const orm::Model& model, std::string_view method) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "NotUpdatable";
    details.service = service.name;
    const schema::ShapeRef shape{service.schema, model.shape};
    details.explanation.append(shape.name()).append(" has no method `").append(method).append(
        "`: another method of its manager, or the service's client, may do it");
    throw NotUpdatable(std::move(details));
}

[[noreturn]] void missing_key(const orm::ServiceTables& service, const orm::Model& model) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "MissingKey";
    details.service = service.name;
    const schema::ShapeRef shape{service.schema, model.shape};
    details.explanation.append("this ").append(shape.name()).append(
        " lacks its key, so that AWS cannot be told which one is meant: get it from AWS first");
    throw_error(std::move(details));
}

ModelState& state_of(const orm::Model& model, void* structure) noexcept {
    return schema::as<ModelState>(schema::offset(structure, model.state_offset));
}

Scope scope_of(const orm::ServiceTables& service, const orm::Model& model, const void* structure) {
    Scope scope;
    scope.service = &service;
    scope.shape = {service.schema, model.shape};
    scope.structure = structure;
    return scope;
}

// Whatever failed behind it, what was created is there: saving the model again changes it, and does not create another one.
void take_made(const CallState& call, const Structure& answer, void* structure) {
    const schema::ShapeRef shape = call.model_shape();
    if (call.result_shape() == shape) schema::project(shape, answer.get(), shape, structure);
    if (has_key(call, shape, structure)) attach(*call.service, shape, structure, call.session);
}

// If the call fails, the model is as it was, but for one that was created before. What the answer does not mention stays, such as tags, which many services
// take but do not return.
awaitable<void> run_save(CallState call, void* structure) {
    Structure answer(call.model_shape());
    try {
        co_await run_method(call, answer.get());
    } catch (...) {
        if (call.made) take_made(call, answer, structure);
        throw;
    }
    const bool tags = call.method().kind == orm::MethodKind::update && call.model().tag != api::none;
    if (tags) {
        const std::uint32_t told = ModelAccess::told_tags(state_of(call.model(), structure));
        co_await save_tags(call, answer, structure, told);
    }
    if (call.method().result_kind == orm::ResultKind::model) {
        schema::project(answer.shape(), answer.get(), answer.shape(), structure);
    }
    attach(*call.service, call.model_shape(), structure, call.session);
}

awaitable<void> run_remove(CallState call, void* structure) {
    OwnedResult ignored(call);
    co_await run_method(call, ignored.get());
    const orm::Model& model = call.model();
    ModelAccess::left_aws(state_of(model, structure));
}

}  // namespace

awaitable<void> save(const orm::ServiceTables& service, std::uint16_t row, void* structure) {
    const orm::Model& model = service.models[row];
    const ModelState& state = state_of(model, structure);
    const std::uint16_t method = state.from_aws() ? model.update : model.create;
    if (model.read_only || method == api::none) not_updatable(service, model, state.from_aws() ? "update" : "create");
    CallState call = make_call(service, method, ModelAccess::session(state));
    bind_from_model(call, structure);
    check_filled(call);
    check_required(call);
    return run_save(std::move(call), structure);
}

awaitable<void> remove(const orm::ServiceTables& service, std::uint16_t row, void* structure) {
    const orm::Model& model = service.models[row];
    if (model.read_only || model.remove == api::none) not_updatable(service, model, "delete");
    CallState call = make_call(service, model.remove, ModelAccess::session(state_of(model, structure)));
    const Scope scope = scope_of(service, model, structure);
    if (!bind_by_name(call, scope, model.first_remove, model.remove_count)) missing_key(service, model);
    return run_remove(std::move(call), structure);
}

std::optional<std::string> property(const orm::ServiceTables& service, std::uint16_t expression, const void* structure,
                                    schema::ShapeRef shape) {
    Scope scope;
    scope.service = &service;
    scope.shape = shape;
    scope.structure = structure;
    const Value value = evaluate(scope, expression);
    if (value.is_nothing()) return std::nullopt;
    return to_string(value);
}

std::optional<std::string> scalar_key(const orm::ServiceTables& service, std::uint16_t row, const void* structure) {
    const orm::Model& model = service.models[row];
    return property(service, service.bindings[model.first_key].expression, structure, {service.schema, model.shape});
}

Key key(const orm::ServiceTables& service, std::uint16_t row, const void* structure) {
    const orm::Model& model = service.models[row];
    std::vector<Key::Part> parts;
    for (std::uint16_t i = 0; i < model.key_count; ++i) {
        const orm::Binding& binding = service.bindings[model.first_key + i];
        const auto value = property(service, binding.expression, structure, {service.schema, model.shape});
        parts.emplace_back(service.text(binding.name), value.value_or(std::string()));
    }
    return Key(std::move(parts));
}

}  // namespace detail

std::string_view Key::operator[](std::string_view name) const noexcept {
    const auto found = std::ranges::find(parts_, name, [](const Part& part) { return std::string_view(part.first); });
    return found == parts_.end() ? std::string_view() : std::string_view(found->second);
}

std::string to_string(const Key& key) {
    std::string text = "{";
    for (const auto& [name, value] : key.parts()) {
        if (text.size() > 1) text += ", ";
        text.append(name).append("=").append(value);
    }
    return text + "}";
}

}  // namespace botocraft
