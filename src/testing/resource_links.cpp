#include "testing/resource_links.hpp"

#include "orm/structure.hpp"
#include "protocol/json.hpp"
#include "schema/project.hpp"
#include "schema/walk.hpp"

#include <algorithm>
#include <span>

namespace botocraft::testing {

using orm::MethodKind;
using schema::Kind;

bool only_reads(const api::Operation& operation) noexcept {
    const bool by_method = operation.method == api::HttpMethod::get || operation.method == api::HttpMethod::head;
    return by_method || (operation.flags & api::operation_flag::read_only) != 0;
}

namespace {

bool is_change(const orm::Method& method) noexcept {
    return method.kind == MethodKind::create || method.kind == MethodKind::update ||
           method.kind == MethodKind::partial_update;
}

bool is_linked(const Links& links, const schema::Member& member) {
    return std::ranges::any_of(links, [&](const Link& link) { return link.member == &member; });
}

}  // namespace

schema::ShapeRef MethodTables::input_of(const orm::Method& method) const noexcept {
    const std::uint16_t input = tables_.operations[method.operation].input;
    return input == api::none ? schema::ShapeRef{} : schema::ShapeRef{tables_.schema, input};
}

std::uint16_t MethodTables::model_of(const orm::Method& method) const noexcept {
    for (std::uint16_t i = 0; method.result_shape != api::none && i < tables_.model_count; ++i) {
        if (tables_.models[i].shape == method.result_shape) return i;
    }
    return method.model;
}

Links MethodTables::links_of(const orm::Method& method) const {
    Links links;
    const orm::Model& model = tables_.models[model_of(method)];
    if (!input_of(method).schema) return links;
    if (method.kind == MethodKind::remove) {
        link_arguments(method, model.first_remove, model.remove_count, model.remove, links);
    } else if (is_change(method)) {
        link_model(method, links);
    } else if (model.get != api::none && tables_.methods[model.get].operation == method.operation) {
        link_arguments(method, model.first_key, model.key_count, model.get, links);
    } else if (method.kind == MethodKind::get_many && model.key_count > 0 && method.argument_count > 0) {
        const orm::Argument& first = tables_.arguments[method.first_argument];
        const std::uint16_t key = tables_.bindings[model.first_key].expression;
        if (first.member != api::none) links.push_back({input_of(method).begin() + first.member, key, nullptr, true});
    }
    if (is_change(method)) return links;
    if (links.empty() && method.kind == MethodKind::call) link_key_names(method, links);
    link_merges(method, links);
    link_names(method, links);
    return links;
}

// Of the parts of a key the one that tells resources apart, and not where they are: of which `get` sends a list, or the
// first.
std::string_view MethodTables::main_key(const orm::Model& model) const {
    if (model.key_count == 0) return {};
    for (std::uint16_t i = 0; i < model.key_count && model.get != api::none; ++i) {
        const std::string_view name = tables_.text(tables_.bindings[model.first_key + i].name);
        const orm::Argument* const argument = find_argument(tables_.methods[model.get], name);
        if (argument && (argument->flags & orm::argument_flag::wrap) != 0) return name;
    }
    return tables_.text(tables_.bindings[model.first_key].name);
}

const orm::Argument* MethodTables::find_argument(const orm::Method& method, std::string_view name) const noexcept {
    const std::span all(tables_.arguments + method.first_argument, method.argument_count);
    const auto found = std::ranges::find_if(all, [&](const auto& each) { return tables_.text(each.name) == name; });
    return found == all.end() ? nullptr : &*found;
}

// Of bindings that give arguments of a method values of the model: a key, what deletes one.
void MethodTables::link_arguments(const orm::Method& method, std::uint16_t first, std::uint16_t count, std::uint16_t row,
                                  Links& links) const {
    const std::string_view main = main_key(tables_.models[model_of(method)]);
    for (std::uint16_t i = 0; i < count; ++i) {
        const orm::Binding& binding = tables_.bindings[first + i];
        const std::string_view name = tables_.text(binding.name);
        const orm::Argument* const argument = find_argument(tables_.methods[row], name);
        if (!argument || argument->member == api::none || argument->inner != api::none) continue;
        links.push_back({input_of(method).begin() + argument->member, binding.expression, nullptr, name == main});
    }
    if (!links.empty() && std::ranges::none_of(links, &Link::names_one)) links.front().names_one = true;
}

// Members that are called as the arguments of `get` are.
void MethodTables::link_key_names(const orm::Method& method, Links& links) const {
    const orm::Model& model = tables_.models[model_of(method)];
    for (std::uint16_t i = 0; i < model.key_count; ++i) {
        const orm::Binding& key = tables_.bindings[model.first_key + i];
        const schema::Member* const member = schema::find_member(input_of(method), tables_.text(key.name));
        if (!member) continue;
        links.push_back({member, key.expression, nullptr, tables_.text(key.name) == main_key(model)});
    }
}

// A request that is made of a model: its members that hold the key.
void MethodTables::link_model(const orm::Method& method, Links& links) const {
    const orm::Model& model = tables_.models[model_of(method)];
    const schema::ShapeRef in = input_of(method);
    const auto says = [&](const schema::Member& member, std::uint16_t expression) {
        const std::string_view wanted = tables_.text(tables_.expressions[expression].text);
        if (tables_.schema->name(member) == wanted) return true;
        for (std::uint16_t i = 0; i < method.binding_count; ++i) {
            const orm::Binding& binding = tables_.bindings[method.first_binding + i];
            if (in.begin() + binding.member != &member || binding.expression == api::none) continue;
            if (tables_.text(tables_.expressions[binding.expression].text) == wanted) return true;
        }
        return false;
    };
    for (std::uint16_t i = 0; i < model.key_count; ++i) {
        const orm::Binding& key = tables_.bindings[model.first_key + i];
        for (const schema::Member& member : in) {
            const bool named = tables_.schema->name(member) == tables_.text(key.name);
            if (!named && !says(member, key.expression)) continue;
            links.push_back({&member, key.expression, nullptr, tables_.text(key.name) == main_key(model)});
            break;
        }
    }
    if (model.name == api::none || std::ranges::any_of(links, &Link::names_one)) return;
    for (const schema::Member& member : in) {
        if (says(member, model.name)) links.push_back({&member, model.name, nullptr, true});
    }
}

// Members of the model that a manager takes from the request: AWS does not repeat what it was asked for.
void MethodTables::link_merges(const orm::Method& method, Links& links) const {
    const schema::ShapeRef shape{tables_.schema, tables_.models[model_of(method)].shape};
    const bool own_merges = method.result_shape == api::none || method.result_shape == shape.index;
    for (std::uint16_t i = 0; own_merges && i < method.merge_count; ++i) {
        const orm::Binding& binding = tables_.bindings[method.first_merge + i];
        const orm::Expression& from = tables_.expressions[binding.expression];
        if (from.kind != orm::ExpressionKind::argument) continue;
        const schema::Member* const member = schema::find_member(input_of(method), tables_.text(from.text));
        if (!member || is_linked(links, *member)) continue;
        links.push_back({member, api::none, shape.begin() + binding.member, false});
    }
}

// Whatever else the request and the model have a name for narrows the choice.
void MethodTables::link_names(const orm::Method& method, Links& links) const {
    const schema::ShapeRef shape{tables_.schema, tables_.models[model_of(method)].shape};
    for (const schema::Member& member : input_of(method)) {
        const schema::Member* const own = schema::find_member(shape, tables_.schema->name(member));
        const bool narrows = own && own->kind == Kind::string && !is_linked(links, member);
        if (narrows) links.push_back({&member, api::none, own, false});
    }
}

bool MethodTables::is_read_again(const orm::Method& method) const noexcept {
    const auto row = static_cast<std::uint16_t>(&method - tables_.methods);
    const std::span all(tables_.methods, tables_.method_count);
    return std::ranges::any_of(all, [row](const auto& each) { return each.hydrate == row || each.refresh == row; });
}

// Whether all that the method must be told says which models are meant.
bool MethodTables::is_told_which(const orm::Method& method) const {
    const Links links = links_of(method);
    const std::span arguments(tables_.arguments + method.first_argument, method.argument_count);
    return std::ranges::all_of(arguments, [&](const orm::Argument& argument) {
        const bool required = (argument.flags & orm::argument_flag::required) != 0;
        if (!required || argument.type == orm::ArgumentType::sink) return true;
        return argument.member != api::none && is_linked(links, input_of(method).begin()[argument.member]);
    });
}

// Whether it reads a member of the model by which AWS holds what it does not tell with the rest, as the bodies of objects.
bool MethodTables::reads_member(const orm::Method& method) const {
    const schema::ShapeRef shape{tables_.schema, tables_.models[method.model].shape};
    return only_reads(tables_.operations[method.operation]) && method.result.length > 0 && schema::find_member(shape, tables_.text(method.result)) != nullptr &&
           is_told_which(method);
}

bool MethodTables::reads(const orm::Method& method) const {
    switch (method.kind) {
        case MethodKind::get:
        case MethodKind::get_many: return true;
        case MethodKind::call:
            return method.result_kind == orm::ResultKind::model ? is_read_again(method) : reads_member(method);
        case MethodKind::list: break;
        default: return false;
    }
    if (method.result_kind != orm::ResultKind::models) return false;
    return tables_.models[method.model].list == &method - tables_.methods || is_told_which(method);
}

bool MethodTables::has_constants(const orm::Method& method, const void* request) const {
    const std::string_view defaults = tables_.text(method.defaults);
    const schema::ShapeRef shape = input_of(method);
    if (defaults.empty() || !shape.schema) return true;
    botocraft::detail::Structure constants(shape);
    protocol::json::decode(shape, defaults, constants.get());
    return std::ranges::none_of(schema::diff(shape, constants.get(), request), [&](const schema::Member* member) {
        return schema::presence(schema::member_place(shape, *member, constants.get())) == schema::Presence::present;
    });
}

std::string_view MethodTables::missing_codes(const orm::Method& method) const noexcept {
    const auto codes = [this](const orm::Method& each) { return tables_.text(each.missing_codes); };
    if (method.missing_codes.length > 0) return codes(method);
    const std::uint16_t model = model_of(method);
    for (const orm::Method& each : std::span(tables_.methods, tables_.method_count)) {
        if (each.operation != method.operation || model_of(each) != model) continue;
        if (each.missing_codes.length > 0) return codes(each);
    }
    return {};
}

bool MethodTables::is_key(const orm::Model& model, std::uint16_t expression) const noexcept {
    const auto text = [this](std::uint16_t row) { return tables_.text(tables_.expressions[row].text); };
    const auto is_one_of = [&](std::uint16_t first, std::uint16_t count) {
        const std::span bindings(tables_.bindings + first, count);
        return std::ranges::any_of(bindings, [&](const auto& each) { return text(each.expression) == text(expression); });
    };
    return is_one_of(model.first_key, model.key_count) || is_one_of(model.first_remove, model.remove_count);
}

std::string_view MethodTables::code_of(std::uint16_t error_shape) const noexcept {
    for (const orm::ErrorType& error : std::span(tables_.error_types, tables_.error_type_count)) {
        if (error.shape == error_shape && error.code.length > 0) return tables_.text(error.code);
    }
    return tables_.schema->name(tables_.schema->shapes[error_shape]);
}

int MethodTables::missing_status() const noexcept {
    switch (tables_.protocols[0]) {
        case Protocol::query:
        case Protocol::rest_json:
        case Protocol::rest_xml: return 404;
        default: return 400;
    }
}

}  // namespace botocraft::testing
