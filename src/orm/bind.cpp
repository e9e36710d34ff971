// From what a caller hands over to a request that owns it.

#include "orm/call.hpp"
#include "orm/expression.hpp"
#include "orm/model_state.hpp"
#include "protocol/json.hpp"
#include "schema/path.hpp"
#include "schema/project.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <botocraft/client.hpp>
#include <botocraft/error.hpp>
#include <botocraft/manager.hpp>
#include <botocraft/streams.hpp>
#include <botocraft/views.hpp>

#include <algorithm>
#include <utility>

namespace botocraft {

namespace detail {

namespace {

using orm::Argument;
using orm::ArgumentType;

bool is_set(const Argument& argument, std::uint8_t flag) noexcept { return (argument.flags & flag) != 0; }

// A scalar argument: T where it is positional, std::optional<T> where it is named.
template <class T>
const T* handed_over(const Argument& argument, const void* at) noexcept {
    if (is_set(argument, orm::argument_flag::positional)) return static_cast<const T*>(at);
    const auto& named = *static_cast<const std::optional<T>*>(at);
    return named ? &*named : nullptr;
}

template <class View, class Stored>
void put_scalar(const Argument& argument, const void* at, schema::Place place) {
    const View* const value = handed_over<View>(argument, at);
    if (!value) return;
    if (is_set(argument, orm::argument_flag::wrap)) {
        schema::make_container(place);
        place = schema::Appender(place).append();
    }
    schema::make_scalar<Stored>(place) = Stored(*value);
}

void put_texts(const Texts& texts, schema::Place place) {
    if (!texts.has_value()) return;
    schema::make_container(place);
    const schema::Appender elements(place);
    for (std::size_t i = 0; i < texts.size(); ++i) schema::make_scalar<std::string>(elements.append()) = texts[i];
}

void put_structures(const RawViews& views, schema::Place place) {
    if (!views.present) return;
    schema::make_container(place);
    const schema::Appender elements(place);
    const schema::ShapeRef shape{place.schema, elements.row().target};
    for (std::size_t i = 0; i < views.size; ++i) {
        schema::assign_structure(shape, schema::structure(elements.append()),
                                 schema::offset(views.data, i * shape.shape().size));
    }
}

void put_argument(const Argument& argument, const void* at, schema::Place place) {
    switch (argument.type) {
        case ArgumentType::text: put_scalar<std::string_view, std::string>(argument, at, place); break;
        case ArgumentType::boolean: put_scalar<bool, bool>(argument, at, place); break;
        case ArgumentType::integer: put_scalar<std::int32_t, std::int32_t>(argument, at, place); break;
        case ArgumentType::long_: put_scalar<std::int64_t, std::int64_t>(argument, at, place); break;
        case ArgumentType::float_: put_scalar<float, float>(argument, at, place); break;
        case ArgumentType::double_: put_scalar<double, double>(argument, at, place); break;
        case ArgumentType::timestamp: put_scalar<timestamp, timestamp>(argument, at, place); break;
        case ArgumentType::blob:
            if (const auto* bytes = handed_over<std::span<const std::byte>>(argument, at)) {
                schema::make_scalar<blob>(place) = blob(bytes->begin(), bytes->end());
            }
            break;
        case ArgumentType::texts: put_texts(*static_cast<const Texts*>(at), place); break;
        case ArgumentType::structures: put_structures(*static_cast<const RawViews*>(at), place); break;
        case ArgumentType::structure: {
            const void* const value = static_cast<const RawView*>(at)->value;
            if (value) schema::assign_structure(place.target(), schema::make_structure(place), value);
            break;
        }
        case ArgumentType::source:
        case ArgumentType::sink: break;  // no part of the request
        case ArgumentType::map:
        case ArgumentType::lists: {
            const void* const value = static_cast<const RawView*>(at)->value;
            if (value) schema::assign_member(*place.schema, *place.row, place.at, value);
            break;
        }
    }
}

schema::Place request_place(CallState& call, std::uint16_t member) noexcept {
    const schema::ShapeRef shape = call.request.shape();
    return schema::member_place(shape, shape.begin()[member], call.request.get());
}

// A member of the request, or of a structure in it, which is made for it.
schema::Place nested_place(CallState& call, std::uint16_t member, std::uint16_t inner) {
    const schema::Place place = request_place(call, member);
    if (inner == api::none) return place;
    void* const structure = schema::make_structure(place);
    return schema::member_place(place.target(), place.target().begin()[inner], structure);
}

// Whether the caller said something of an argument.
bool is_given(const Argument& argument, const void* at) noexcept {
    switch (argument.type) {
        case ArgumentType::text: return handed_over<std::string_view>(argument, at) != nullptr;
        case ArgumentType::boolean: return handed_over<bool>(argument, at) != nullptr;
        case ArgumentType::integer: return handed_over<std::int32_t>(argument, at) != nullptr;
        case ArgumentType::long_: return handed_over<std::int64_t>(argument, at) != nullptr;
        case ArgumentType::float_: return handed_over<float>(argument, at) != nullptr;
        case ArgumentType::double_: return handed_over<double>(argument, at) != nullptr;
        case ArgumentType::timestamp: return handed_over<timestamp>(argument, at) != nullptr;
        case ArgumentType::blob: return handed_over<std::span<const std::byte>>(argument, at) != nullptr;
        case ArgumentType::texts: return static_cast<const Texts*>(at)->has_value();
        case ArgumentType::structures: return static_cast<const RawViews*>(at)->present;
        case ArgumentType::structure:
        case ArgumentType::map:
        case ArgumentType::lists: return static_cast<const RawView*>(at)->value != nullptr;
        case ArgumentType::source:
        case ArgumentType::sink: break;
    }
    return true;
}

}  // namespace

// Where an argument goes: a member of the request, one of a structure in it, or a text of the one structure in a list of
// it; that structure is made for it.
schema::Place argument_place(CallState& call, const Argument& argument) {
    const schema::Place place = request_place(call, argument.member);
    if (argument.inner == api::none) return place;
    if (place.kind() == schema::Kind::structure) return nested_place(call, argument.member, argument.inner);
    const schema::Range range = schema::elements(place);
    if (range.size() == 0) schema::make_container(place);
    const schema::Place element = range.size() == 0 ? schema::Appender(place).append() : range[0];
    return schema::member_place(element.target(), element.target().begin()[argument.inner], schema::structure(element));
}

namespace {

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

void check_filled(const CallState& call) {
    if (!call.request) return;
    const schema::ShapeRef shape = call.request.shape();
    for (const schema::Member& member : shape) {
        if ((member.flags & schema::member_flag::required) == 0) continue;
        if ((member.flags & schema::member_flag::idempotency_token) != 0) continue;
        const auto place = schema::member_place(shape, member, std::as_const(call.request).get());
        if (schema::presence(place) != Presence::absent) continue;
        ErrorDetails details;
        details.kind = ErrorKind::usage;
        details.code = "MissingMember";
        details.service = call.service->name;
        details.operation = call.service->text(call.operation().name);
        details.explanation.append("`").append(shape.schema->name(member)).append("` is required and has no value");
        throw_error(std::move(details));
    }
}

void check_required(CallState& call) {
    for (std::uint16_t i = 0; i < call.method().argument_count; ++i) {
        const Argument& argument = call.service->arguments[call.method().first_argument + i];
        if (!is_set(argument, orm::argument_flag::required) || argument.member == api::none) continue;
        if (schema::presence(request_place(call, argument.member)) != Presence::absent) continue;
        ErrorDetails details;
        details.kind = ErrorKind::usage;
        details.code = "MissingMember";
        details.service = call.service->name;
        details.operation = call.service->text(call.operation().name);
        details.explanation.append("`").append(call.service->text(argument.name)).append(
            "` is required and has no value: AWS did not tell it, and would take nothing for it");
        throw_error(std::move(details));
    }
}

namespace {

CallState empty_call(const orm::ServiceTables& service, const orm::Method& method,
                     std::shared_ptr<const SessionState> session) {
    CallState call;
    call.session = std::move(session);
    call.service = &service;
    call.row = &method;
    const std::uint16_t input = call.operation().input;
    if (input != api::none) call.request = Structure(schema::ShapeRef{service.schema, input});
    return call;
}

CallBodies& bodies_of(CallState& call) {
    if (!call.bodies) call.bodies = std::make_shared<CallBodies>();
    return *call.bodies;
}

std::span<const Argument> arguments_of(const CallState& call) noexcept {
    return {call.service->arguments + call.method().first_argument, call.method().argument_count};
}

}  // namespace

CallState make_operation_call(const orm::ServiceTables& service, std::uint16_t operation,
                              std::shared_ptr<const SessionState> session) {
    auto method = std::make_shared<orm::Method>();
    method->operation = operation;
    method->paged = service.operations[operation].token_count != 0;
    const bool answered = service.operations[operation].output != api::none;
    method->result_kind = answered ? orm::ResultKind::value : orm::ResultKind::nothing;
    CallState call = empty_call(service, *method, std::move(session));
    call.own = std::move(method);
    return call;
}

CallState make_call(const orm::ServiceTables& service, std::uint16_t method,
                    std::shared_ptr<const SessionState> session) {
    CallState call = empty_call(service, service.methods[method], std::move(session));
    if (!call.request) return call;
    const std::string_view defaults = service.text(call.method().defaults);
    if (!defaults.empty()) protocol::json::decode(call.request.shape(), defaults, call.request.get());
    return call;
}

void bind_arguments(CallState& call, std::span<const Argument> arguments, std::span<const void* const> positional,
                    const void* named) {
    for (const Argument& argument : arguments) {
        const bool by_position = is_set(argument, orm::argument_flag::positional);
        if (!by_position && !named) continue;
        const void* const at = by_position ? positional[argument.offset] : schema::offset(named, argument.offset);
        if (!at) continue;  // a proxy takes it from its model
        if (argument.type == ArgumentType::source) {
            bodies_of(call).source = *static_cast<const botocraft::Source*>(at);
            continue;
        }
        if (argument.type == ArgumentType::sink) {
            bodies_of(call).sink = *static_cast<const botocraft::Sink*>(at);
            continue;
        }
        if (argument.member == api::none) {
            if (argument.type == ArgumentType::text) {
                call.keys.emplace_back(std::string(*static_cast<const std::string_view*>(at)));
                continue;
            }
            const auto& keys = *static_cast<const Texts*>(at);
            for (std::size_t key = 0; key < keys.size(); ++key) call.keys.emplace_back(std::string(keys[key]));
            continue;
        }
        if (argument.inner != api::none && !is_given(argument, at)) continue;
        put_argument(argument, at, argument_place(call, argument));
    }
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

namespace {

// What the caller names counts more than what the model says.
void bind_given(CallState& call, const void* named) {
    for (const Argument& argument : arguments_of(call)) {
        if (is_set(argument, orm::argument_flag::positional) || argument.member == api::none) continue;
        const void* const at = schema::offset(named, argument.offset);
        if (is_given(argument, at)) put_argument(argument, at, argument_place(call, argument));
    }
}

}  // namespace

// --- what managers and models call ------------------------------------------------------------------------------------

Call bind_proxy(const orm::ServiceTables& service, std::uint16_t method, const void* model, std::uint16_t first_binding,
                std::uint16_t binding_count, std::span<const void* const> positional, const void* named) {
    const orm::Model& tables = service.models[service.methods[method].model];
    const auto& state = schema::as<ModelState>(schema::offset(model, tables.state_offset));
    auto call = std::make_unique<CallState>(make_call(service, method, ModelAccess::session(state)));
    bind_arguments(*call, arguments_of(*call), positional, named);
    Scope scope;
    scope.service = &service;
    scope.shape = call->model_shape();
    scope.structure = model;
    if (!bind_by_name(*call, scope, first_binding, binding_count)) missing_key(*call, service.text(call->method().name));
    if (named) bind_given(*call, named);
    return Call(std::move(call));
}

}  // namespace detail

std::optional<Session> Manager::session() const {
    if (!session_) return std::nullopt;
    return Session(session_);
}

std::optional<Session> ClientBase::session() const {
    if (!session_) return std::nullopt;
    return Session(session_);
}

detail::Call ClientBase::bind(std::uint16_t operation, const void* arguments) const {
    auto call = std::make_unique<detail::CallState>(
        detail::make_operation_call(*tables_->service, operation, session_));
    const std::uint16_t* const first = tables_->first_argument + operation;
    const std::span<const orm::Argument> rows(tables_->arguments + first[0], tables_->arguments + first[1]);
    detail::bind_arguments(*call, rows, {}, arguments);
    detail::check_filled(*call);
    return detail::Call(std::move(call));
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
