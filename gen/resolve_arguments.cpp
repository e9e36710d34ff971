// The arguments of methods: what of the request the caller says, the model says, or the overlay.

#include <algorithm>
#include <utility>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace flag = schema::member_flag;
using orm::ArgumentType;
using orm::MethodKind;
using schema::Kind;

namespace {

std::string argument_cpp(ArgumentType type, const plan::Member& member, const std::vector<plan::Shape>& shapes) {
    switch (type) {
        case ArgumentType::text: return "std::string_view";
        case ArgumentType::texts: return "::botocraft::Texts";
        case ArgumentType::structures: return "::botocraft::Views<" + shapes[member.target].members[0].type + '>';
        case ArgumentType::lists:
            if (member.kind == Kind::document) return "::botocraft::View<::botocraft::field<::botocraft::document>>";
            return "::botocraft::View<" + member.type + '>';
        case ArgumentType::structure:
        case ArgumentType::map: return "::botocraft::View<" + member.type + '>';
        case ArgumentType::blob: return "std::span<const std::byte>";
        default: return member.type;
    }
}

}  // namespace

ArgumentType argument_type(const plan::Member& member, const std::vector<plan::Shape>& shapes) noexcept {
    switch (member.kind) {
        case Kind::boolean: return ArgumentType::boolean;
        case Kind::integer: return ArgumentType::integer;
        case Kind::long_: return ArgumentType::long_;
        case Kind::float_: return ArgumentType::float_;
        case Kind::double_: return ArgumentType::double_;
        case Kind::timestamp: return ArgumentType::timestamp;
        case Kind::structure: return ArgumentType::structure;
        case Kind::map: return ArgumentType::map;
        case Kind::blob: return ArgumentType::blob;
        case Kind::document: return ArgumentType::lists;
        case Kind::list: {
            const plan::Member& element = shapes[member.target].members[0];
            if (element.has(flag::nullable)) return ArgumentType::lists;
            if (element.kind == Kind::string) return ArgumentType::texts;
            return element.kind == Kind::structure ? ArgumentType::structures : ArgumentType::lists;
        }
        default: return ArgumentType::text;
    }
}

// The members of the request that do not become arguments, because the model gives them.
void Resolver::from_model(const overlay::Method& from, plan::Method& to, const overlay::Model& model) {
    const plan::Operation& operation = plan_.operations[to.operation];
    const plan::Shape& request = plan_.shapes[operation.input];
    const plan::Model& plan_model = plan_.models[to.model];
    if (!from.from.empty() && !takes_model(to)) {
        problems_.add(from.line, "only create and update have `from`: there is no model here");
        return;
    }
    for (const overlay::Binding& binding : from.from) {
        const plan::Member* member = request.find(binding.name.substr(0, binding.name.find('.')));
        const Row inner = inner_member(binding.name, request);
        const bool further = binding.name.find('.') != std::string::npos;
        if (!member || (further && inner == plan::none)) {
            problems_.add(binding.line, "the request of " + operation.name + " has no member `" + binding.name + '`' +
                                            did_you_mean(binding.name, names_of(request)));
            continue;
        }
        const Row row = static_cast<Row>(member - request.members.data());
        if (further) member = &plan_.shapes[member->target].members[inner];
        const std::optional<Value> value = expression(binding.from, scope_of(plan_model));
        if (value && !fits(*value, of(*member))) {
            problems_.add(binding.line, '`' + binding.name + "` is " + describe(of(*member)) + ", but what it is given is " +
                                            describe(*value) + (member->kind == Kind::list ? " (add `wrap: true`?)" : ""));
        }
        to.bindings.push_back({binding.name, row, expression_row(binding.from), binding.from.wrap, inner});
    }
    if (!takes_model(to)) return;
    for (const overlay::Field& field : model.fields) {
        const Row member = request.index_of(field.name);
        const bool bound = std::ranges::any_of(to.bindings, [&](const plan::Binding& b) { return b.member == member; });
        if (member == plan::none || bound) continue;
        if (field.read_only.value_or(false)) to.bindings.push_back({field.name, member, plan::none, false});
        if (!field.rename.empty()) {
            overlay::Expression renamed;
            renamed.text = field.rename;
            to.bindings.push_back({field.name, member, expression_row(renamed), false});
        }
    }
}

void Resolver::arguments(const overlay::Method& from, plan::Method& to) {
    const plan::Operation& operation = plan_.operations[to.operation];
    const plan::Shape& request = plan_.shapes[operation.input];
    const plan::Shape& model = shape_of(plan_.models[to.model]);
    std::vector<bool> taken(request.members.size());
    for (const plan::Binding& binding : to.bindings) {
        // Who says more than the model does says it in place of the model.
        const bool more = binding.expression != plan::none &&
                          (plan_.expressions[binding.expression].kind == orm::ExpressionKind::tag_specification ||
                           plan_.expressions[binding.expression].kind == orm::ExpressionKind::query_string);
        if (!more) taken[binding.member] = true;
    }
    for (const overlay::Argument& listed : from.arguments) {
        const std::string to_member = listed.to.substr(0, listed.to.find_first_of("[."));
        const std::string& name = listed.to.empty() ? listed.name : to_member;
        const Row member = request.index_of(name);
        if (member == plan::none) {
            problems_.add(listed.line, "the request of " + operation.name + " has no member `" + name + '`' +
                                           did_you_mean(name, names_of(request)));
            continue;
        }
        taken[member] = true;
        // What its caller says alone: the model has something else by that name, or that of what is there already.
        const bool bare = listed.to.empty() && !listed.wrap && !listed.required && !listed.default_value && !listed.value;
        const bool bound = std::ranges::any_of(to.bindings, [&](const plan::Binding& b) { return b.member == member; });
        if (bare && !listed.hidden && !bound && takes_model(to) && model.find(name)) {
            to.bindings.push_back({name, member, plan::none, false});
        }
        argument(&listed, member, to);
    }
    for (const plan::Token& token : operation.tokens) {
        if (token.input_member != plan::none) taken[token.input_member] = true;
    }
    if (operation.limit_member != plan::none) taken[operation.limit_member] = true;
    for (Row i = 0; i < request.members.size(); ++i) {
        const plan::Member& member = request.members[i];
        if (taken[i] || member.has(flag::idempotency_token)) continue;
        const plan::Member* same = takes_model(to) ? model.find(member.name) : nullptr;
        if (same && fits(of(*same), of(member))) continue;  // copied by its name
        if (same) {
            problems_.add(from.line, '`' + member.name + "` is " + describe(of(*same)) + " in the model, but " +
                                         describe(of(member)) + " in the request: say `from` or list it in `arguments`");
        }
        argument(nullptr, i, to);
    }
    order_arguments(to);
}

void Resolver::argument(const overlay::Argument* from, Row member_row, plan::Method& to) {
    const plan::Shape& request = plan_.shapes[plan_.operations[to.operation].input];
    const plan::Member& member = request.members[member_row];
    if (from && from->value) {
        check_json(*from->value, member, from->line);
        to.defaults[member.wire_name] = *from->value;
        return;
    }
    if (from && from->hidden) {
        if (takes_model(to)) to.bindings.push_back({member.name, member_row, plan::none, false});
        return;
    }
    if (from && from->default_value) {
        check_json(*from->default_value, member, from->line);
        to.defaults[member.wire_name] = *from->default_value;
    }
    plan::Argument out;
    out.name = from ? from->name : member.name;
    out.identifier = identifier(out.name);
    if (out.identifier == "arguments" || out.identifier == "positional" || out.identifier == "model") out.identifier += '_';
    out.member = member_row;
    out.wrap = from && from->wrap;
    const plan::Member* shown = &member;
    if (const auto each = from ? from->to.find("[].") : std::string::npos; each != std::string::npos) {
        std::string problem;
        const std::optional<Value> value = path(from->to, request, problem);
        if (!value || value->kind != Kind::string) {
            problems_.add(from->line, value ? "`to`: only a text can be put into a list's structure" : problem);
            return;
        }
        const plan::Shape& element = plan_.shapes[plan_.shapes[member.target].members[0].target];
        out.inner = element.index_of(from->to.substr(each + 3));
        if (out.inner == plan::none) {
            problems_.add(from->line, "`to` leads to a member of the list's structure, and no further");
            return;
        }
        shown = &element.members[out.inner];
    } else if (from && from->to.find('.') != std::string::npos) {
        out.inner = inner_member(from->to, request);
        if (out.inner == plan::none) {
            problems_.add(from->line, "`to`: `" + member.name + "` has no such member" +
                                          (member.kind == Kind::structure
                                               ? did_you_mean(from->to.substr(from->to.find('.') + 1),
                                                              names_of(plan_.shapes[member.target]))
                                               : std::string()));
            return;
        }
        shown = &plan_.shapes[member.target].members[out.inner];
    } else if (out.wrap) {
        if (member.kind != Kind::list) {
            problems_.add(from->line, '`' + member.name + "` is " + describe(of(member)) + ": only a list can be wrapped");
        } else {
            shown = &plan_.shapes[member.target].members[0];
        }
    }
    set_argument_type(*shown, out);
    const bool in_structure = out.inner != plan::none && member.kind == Kind::structure;
    const bool by_aws = member.required() && (out.inner == plan::none || (in_structure && shown->required())) &&
                        !(from && from->default_value);
    out.required = from && from->required ? *from->required : by_aws;
    out.positional = out.required;
    to.arguments.push_back(std::move(out));
}

void Resolver::set_argument_type(const plan::Member& shown, plan::Argument& to) const {
    to.kind = argument_type(shown, plan_.shapes);
    to.type = argument_cpp(to.kind, shown, plan_.shapes);
}

// Positional ones first: those that the overlay lists in its order, then AWS's. Named ones in AWS's order: that is how
// designated initialisers must be written.
void Resolver::order_arguments(plan::Method& to) {
    const auto named = std::ranges::stable_partition(to.arguments, &plan::Argument::positional);
    std::ranges::sort(named, {}, [](const plan::Argument& argument) { return std::pair(argument.member, argument.inner); });
    Row position = 0;
    for (plan::Argument& argument : to.arguments) {
        if (argument.positional) argument.position = position++;
    }
}

void Resolver::defaults_of_fields(const overlay::Model& model, plan::Method& to) {
    if (to.kind != MethodKind::create || plan_.operations[to.operation].input == plan::none) return;
    const plan::Shape& request = plan_.shapes[plan_.operations[to.operation].input];
    for (const std::vector<overlay::Field>* fields : {&model.fields, &model.extra_fields}) {
        for (const overlay::Field& field : *fields) {
            if (!field.default_value) continue;
            if (const plan::Member* member = request.find(field.name)) {
                check_json(*field.default_value, *member, field.line);
                to.defaults[member->wire_name] = *field.default_value;
            } else {
                problems_.add(field.line, "a default for `" + field.name + "`, which " +
                                              plan_.operations[to.operation].name + " does not take");
            }
        }
    }
}

Resolver::Row Resolver::inner_member(std::string_view name, const plan::Shape& request) const {
    const auto dot = name.find('.');
    const plan::Member* const member = request.find(name.substr(0, dot));
    if (dot == std::string_view::npos || !member || member->kind != Kind::structure) return plan::none;
    return plan_.shapes[member->target].index_of(name.substr(dot + 1));
}

}  // namespace botocraft::gen
