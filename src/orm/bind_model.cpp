// From a model, or what is written of one in tables, to a request.

#include "orm/call.hpp"
#include "orm/expression.hpp"
#include "orm/model_state.hpp"
#include "schema/path.hpp"
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

using orm::Argument;

[[noreturn]] void missing_key(const CallState& call, std::string_view argument) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "MissingKey";
    details.service = call.service->name;
    details.operation = call.service->text(call.operation().name);
    details.explanation.append("the model lacks what `").append(argument).append("` is made of: get it from AWS first");
    throw_error(std::move(details));
}

}  // namespace

void say_region(CallState& call, const std::string& region) {
    const orm::Method& method = call.method();
    if (method.region_member == api::none || region == call.service->text(method.silent_region)) return;
    if (schema::presence(request_place(call, method.region_member)) != Presence::absent) return;
    schema::make_scalar<std::string>(nested_place(call, method.region_member, method.region_inner)) = region;
}

namespace {

// Whether a list that the step would send is there, and has no elements: that is not what an absent one says.
bool has_emptied(const Scope& scope, const orm::Addition& step) {
    for (std::uint16_t i = 0; i < step.binding_count; ++i) {
        const orm::Binding& binding = scope.service->bindings[step.first_binding + i];
        const orm::Expression& expression = scope.service->expressions[binding.expression];
        if (expression.kind != orm::ExpressionKind::path) continue;
        // It is only read.
        const auto place = find_place(scope.shape, const_cast<void*>(scope.structure), scope.service->text(expression.text));
        if (!place || place->kind() != schema::Kind::list || schema::presence(*place) != Presence::present) continue;
        if (schema::elements(*place).size() == 0) return true;
    }
    return false;
}

}  // namespace

void bind_from_model(CallState& call, const void* model) {
    const orm::Method& method = call.method();
    schema::project(call.model_shape(), model, call.request.shape(), call.request.get());
    Scope scope;
    scope.service = call.service;
    scope.shape = call.model_shape();
    scope.structure = model;
    for (std::uint16_t i = 0; i < method.binding_count; ++i) {
        const orm::Binding& binding = call.service->bindings[method.first_binding + i];
        const schema::Place place = request_place(call, binding.member);
        if (binding.expression == api::none || is_withheld(scope, binding.expression)) {
            schema::reset(place);
        } else if (binding.inner != api::none) {
            const Value value = evaluate(scope, binding.expression);
            if (!value.is_nothing()) put(nested_place(call, binding.member, binding.inner), value, binding.wrap);
        } else if (is_pair(call.service->expressions[binding.expression])) {
            static_cast<void>(put_pair(scope, binding.expression, place));
        } else if (!copy(scope, binding.expression, place)) {
            put(place, evaluate(scope, binding.expression), binding.wrap);
        }
    }
    for (std::uint16_t i = 0; i < method.step_count; ++i) {
        const orm::Addition& step = call.service->additions[method.first_step + i];
        CallState next = make_call(*call.service, step.method, call.session);
        if (bind_by_name(next, scope, step.first_binding, step.binding_count)) {
            call.steps.push_back(std::move(next));
        } else if (step.emptied != api::none && has_emptied(scope, step)) {
            CallState instead = make_call(*call.service, step.emptied, call.session);
            if (bind_by_name(instead, scope, step.first_binding, step.binding_count)) call.steps.push_back(std::move(instead));
        }
    }
    for (std::uint16_t i = 0; i < method.refresh_count; ++i) {
        call.keys.push_back(evaluate(scope, call.service->bindings[method.first_refresh + i].expression));
    }
}

const Argument* find_argument(const CallState& call, std::string_view name) noexcept {
    const orm::Method& method = call.method();
    const Argument* const first = call.service->arguments + method.first_argument;
    const Argument* const last = first + method.argument_count;
    const Argument* const found =
        std::find_if(first, last, [&](const Argument& a) { return call.service->text(a.name) == name; });
    return found == last ? nullptr : found;
}

void put_argument(CallState& call, const Argument& argument, const Value& value, bool wrap) {
    if (argument.member == api::none) {
        call.keys = value.as_list() && !wrap ? *value.as_list() : Value::List{value};
        return;
    }
    put(argument_place(call, argument), value, wrap || is_set(argument, orm::argument_flag::wrap));
}

namespace {

// Structures, maps and lists as they are. False where there is nothing of that kind to send.
bool copy_argument(CallState& call, const Argument& argument, const Scope& scope, const orm::Binding& binding) {
    if (argument.member == api::none) return false;
    if (binding.wrap || is_set(argument, orm::argument_flag::wrap)) return false;
    const schema::Place member = request_place(call, argument.member);
    const bool nested = argument.inner != api::none;
    if (nested && member.kind() != schema::Kind::structure) return false;
    const bool made = nested && schema::presence(member) != Presence::present;
    const schema::Place place = nested ? nested_place(call, argument.member, argument.inner) : member;
    if (!copy(scope, binding.expression, place)) {
        if (made) schema::reset(member);
        return false;
    }
    if (place.kind() != schema::Kind::list || schema::elements(place).size() > 0) return true;
    schema::reset(place);
    return false;
}

}  // namespace

bool bind_by_name(CallState& call, const Scope& scope, std::uint16_t first, std::uint16_t count,
                  std::span<const Value> otherwise) {
    for (std::uint16_t i = 0; i < count; ++i) {
        const orm::Binding& binding = scope.service->bindings[first + i];
        const Argument* const argument = find_argument(call, scope.service->text(binding.name));
        if (!argument) continue;
        if (is_pair(scope.service->expressions[binding.expression])) {
            if (!put_pair(scope, binding.expression, argument_place(call, *argument))) return false;
            continue;
        }
        if (copy_argument(call, *argument, scope, binding)) continue;
        Value value = evaluate(scope, binding.expression);
        if (value.is_nothing() && i < otherwise.size()) value = otherwise[i];
        const bool empty = value.is_nothing() || (value.as_list() && value.as_list()->empty());
        if (empty) {
            if (is_set(*argument, orm::argument_flag::required)) return false;
            continue;
        }
        put_argument(call, *argument, value, binding.wrap);
    }
    return true;
}

void pass_arguments(const CallState& from, CallState& to, std::uint16_t but_for) {
    if (!from.request || !to.request) return;
    const orm::Method& method = to.method();
    for (std::uint16_t i = 0; i < method.argument_count; ++i) {
        if (i == but_for) continue;
        const Argument& argument = to.service->arguments[method.first_argument + i];
        if (argument.member == api::none) continue;
        const schema::ShapeRef target = to.request.shape();
        const schema::Member& member = target.begin()[argument.member];
        const schema::ShapeRef source = from.request.shape();
        const schema::Member* const same = schema::find_member(source, target.schema->name(member));
        if (!same || same->kind != member.kind || same->target != member.target) continue;
        const auto value = schema::member_place(source, *same, from.request.get());
        if (schema::presence(value) == Presence::absent) continue;
        schema::assign_member(*target.schema, member, request_place(to, argument.member).at, value.at);
    }
}

// --- what managers and models call ------------------------------------------------------------------------------------

namespace {

std::unique_ptr<CallState> call_in_name_of(const void* model, const orm::ServiceTables& service, std::uint16_t method) {
    const orm::Model& tables = service.models[service.methods[method].model];
    const auto& state = schema::as<ModelState>(schema::offset(model, tables.state_offset));
    return std::make_unique<CallState>(make_call(service, method, ModelAccess::session(state)));
}

Scope scope_of(const CallState& call, const void* model) noexcept {
    Scope scope;
    scope.service = call.service;
    scope.shape = call.model_shape();
    scope.structure = model;
    return scope;
}

}  // namespace

Call bind_proxy(const orm::ServiceTables& service, std::uint16_t method, const void* model, std::uint16_t first_binding,
                std::uint16_t binding_count, std::span<const void* const> positional, const void* named) {
    auto call = call_in_name_of(model, service, method);
    bind_arguments(*call, arguments_of(*call), positional, named);
    const bool whole = bind_by_name(*call, scope_of(*call, model), first_binding, binding_count);
    if (!whole) missing_key(*call, service.text(call->method().name));
    if (named) bind_given(*call, named);
    return Call(std::move(call));
}

Call bind_key(const orm::ServiceTables& service, std::uint16_t row, const void* model) {
    const orm::Model& tables = service.models[row];
    auto call = call_in_name_of(model, service, tables.get);
    const Scope scope = scope_of(*call, model);
    for (std::uint16_t i = 0; i < tables.key_count; ++i) {
        const orm::Binding& part = service.bindings[tables.first_key + i];
        if (evaluate(scope, part.expression).is_nothing()) missing_key(*call, service.text(part.name));
    }
    static_cast<void>(bind_by_name(*call, scope, tables.first_key, tables.key_count));  // no part is missing
    return Call(std::move(call));
}

}  // namespace detail

std::optional<Session> Manager::session() const {
    if (!session_) return std::nullopt;
    return Session(session_);
}

detail::Call Manager::bind(std::uint16_t method, std::span<const void* const> positional, const void* named) const {
    auto call = std::make_unique<detail::CallState>(detail::make_call(*service_, method, session_));
    detail::bind_arguments(*call, detail::arguments_of(*call), positional, named);
    return detail::Call(std::move(call));
}

detail::Call Manager::bind_model(std::uint16_t method, const void* model, std::span<const void* const> positional,
                                 const void* named) const {
    auto call = std::make_unique<detail::CallState>(detail::make_call(*service_, method, session_));
    detail::bind_from_model(*call, model);
    detail::bind_arguments(*call, detail::arguments_of(*call), positional, named);
    detail::check_filled(*call);
    return detail::Call(std::move(call));
}

}  // namespace botocraft
