// From the arguments that a caller hands over to a request that owns them.

#include "orm/call.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <botocraft/client.hpp>
#include <botocraft/streams.hpp>
#include <botocraft/views.hpp>

#include <utility>

namespace botocraft {

namespace detail {

namespace {

using orm::Argument;
using orm::ArgumentType;

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

CallBodies& bodies_of(CallState& call) {
    if (!call.bodies) call.bodies = std::make_shared<CallBodies>();
    return *call.bodies;
}

}  // namespace

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

// What the caller names counts more than what the model says.
void bind_given(CallState& call, const void* named) {
    for (const Argument& argument : arguments_of(call)) {
        if (is_set(argument, orm::argument_flag::positional) || argument.member == api::none) continue;
        const void* const at = schema::offset(named, argument.offset);
        if (is_given(argument, at)) put_argument(argument, at, argument_place(call, argument));
    }
}

}  // namespace detail

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

}  // namespace botocraft
