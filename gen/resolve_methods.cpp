#include <algorithm>
#include <utility>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace flag = schema::member_flag;
using orm::ArgumentType;
using orm::MethodKind;
using orm::ResultKind;
using schema::Kind;

namespace {

// Why an operation that streams events is for no method.
std::string_view events_of(const plan::Operation& operation) noexcept {
    if (operation.takes_events) return " streams events to AWS, which takes HTTP/2";
    return operation.event_member == plan::none ? "" : " streams events, which only the client can";
}

MethodKind kind_of(std::string_view name) noexcept {
    if (name == "get") return MethodKind::get;
    if (name == "get_many") return MethodKind::get_many;
    if (name == "list") return MethodKind::list;
    if (name == "create") return MethodKind::create;
    if (name == "update") return MethodKind::update;
    if (name == "partial_update") return MethodKind::partial_update;
    if (name == "delete") return MethodKind::remove;
    return MethodKind::call;
}

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

bool takes_model(const plan::Method& method) noexcept {
    return method.kind == MethodKind::create || method.kind == MethodKind::update;
}

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

void Resolver::checks() {
    for (const overlay::Check& from : overlay_.checks) {
        const Row operation = plan_.find_operation(from.operation);
        if (operation == plan::none || plan_.operations[operation].input == plan::none ||
            plan_.operations[operation].output == plan::none) {
            std::vector<std::string_view> names;
            for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
            problems_.add(from.line, "no operation `" + from.operation + "` that is asked and answers" +
                                         did_you_mean(from.operation, names));
            continue;
        }
        plan_.checks.push_back({operation, identifier(from.function)});
    }
    for (const std::string& name : overlay_.starts_at_home) {
        if (plan_.find_operation(name) != plan::none) continue;
        std::vector<std::string_view> names;
        for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
        problems_.add(overlay_.regions_line, "no operation `" + name + '`' + did_you_mean(name, names));
    }
}

void Resolver::methods() {
    for (Row row = 0; row < plan_.models.size(); ++row) {
        const auto from = std::ranges::find_if(overlay_.models, [&](const overlay::Model& model) {
            return plan_.models[row].primary && model.name == plan_.models[row].name;
        });
        if (from == overlay_.models.end()) continue;
        for (const overlay::Method& method_from : from->methods) method(method_from, *from, row);
    }
    // What refers to other methods comes last.
    std::vector<const overlay::Method*> all;
    for (const overlay::Model& model : overlay_.models) {
        for (const overlay::Method& from : model.methods) all.push_back(&from);
    }
    for (Row row = 0; row < plan_.methods.size(); ++row) {
        if (all[row]->for_each) for_each(*all[row], plan_.methods[row]);
        if (all[row]->each) each(*all[row], plan_.methods[row]);
        if (all[row]->scan) scan(*all[row], plan_.methods[row]);
    }
    for (Row row = 0; row < plan_.methods.size(); ++row) {
        if (plan_.methods[row].operation == plan::none) continue;
        if (all[row]->hydrate) hydrate(*all[row], plan_.methods[row]);
        if (all[row]->then) then(*all[row], plan_.methods[row]);
    }
    const std::size_t shown = plan_.methods.size();  // `also` adds others behind them
    for (Row row = 0; row < shown; ++row) {
        if (plan_.methods[row].operation == plan::none) continue;
        also(*all[row], row);
        and_then(*all[row], row);
    }
    for (plan::Method& method : plan_.methods) {
        if (method.each_method == plan::none) continue;
        const plan::Method& each = plan_.methods[method.each_method];
        method.result_kind = each.result_kind;
        method.result_type = each.result_type;
        method.result_shape = each.result_shape;
    }
}

void Resolver::method(const overlay::Method& from, const overlay::Model& model, Row model_row) {
    plan::Method to;
    to.name = from.name;
    to.identifier = from.name == "delete" ? "remove" : identifier(from.name);
    to.model = model_row;
    to.model_name = plan_.shapes[plan_.models[model_row].shape].type;
    to.kind = kind_of(from.name);
    to.line = from.line;
    if (!from.for_each && !from.each && !from.scan && !from.operation.empty()) {
        to.operation = plan_.find_operation(from.operation);
        if (to.operation == plan::none) {
            std::vector<std::string_view> names;
            for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
            problems_.add(from.line, "no operation `" + from.operation + '`' + did_you_mean(from.operation, names));
        } else if (const std::string_view why = events_of(plan_.operations[to.operation]); !why.empty()) {
            problems_.add(from.line, from.operation + std::string(why));
            to.operation = plan::none;
        }
    }
    if (to.operation != plan::none) {
        const bool pages = !plan_.operations[to.operation].tokens.empty();
        if (to.kind == MethodKind::call && pages && !from.join) to.kind = MethodKind::list;
        to.joined = from.join;
        to.paged = (to.kind == MethodKind::list || to.joined) && pages;
        if (from.join && (!pages || to.kind != MethodKind::call)) {
            problems_.add(from.line, pages ? '`' + from.name + "` cannot `join`: only methods with names of their own can"
                                           : from.operation + " has no pages to `join`");
        }
        to.query = to.kind == MethodKind::list;
        if (plan_.operations[to.operation].input != plan::none) {
            from_model(from, to, model);
            arguments(from, to);
        }
        if (takes_model(to)) defaults_of_fields(model, to);
        result(from, to);
        failures(from, to);
        merge(from, to);
        chunk(from, to);
        url_encoded(from, to);
        says_region(from, to);
        stream(from, to);
    }
    to.nothing = missing_codes(from.nothing, from.line);
    to.missing = missing_codes(from.missing, from.line);
    if (takes_model(to) && plan_.models[model_row].read_only) {
        problems_.add(from.line, "a read-only model has no method `" + from.name + '`');
    }
    plan_.methods.push_back(std::move(to));
}

// What came from the protocol query says the code of then for an error, which need not be the error's name.
std::string Resolver::query_code(std::string_view name, const std::vector<std::string>& codes) const {
    const auto found = std::ranges::find_if(facts_.shapes, [&](const Shape& shape) { return shape.exception && shape.name == name; });
    if (found == facts_.shapes.end() || std::ranges::find(codes, found->error_code()) != codes.end()) return {};
    return ' ' + found->error_code();
}

// Codes of errors, or of failures in a response, as the tables have them.
std::string Resolver::missing_codes(const std::vector<std::string>& codes, std::size_t line) {
    std::string joined;
    for (const std::string& code : codes) {
        if (!joined.empty()) joined += ' ';
        joined += code;
        if (facts_.metadata.aws_query_compatible) joined += query_code(code, codes);
        const bool known = std::ranges::any_of(facts_.shapes, [&](const Shape& shape) {
            return (shape.exception && (shape.error_code() == code || shape.name == code)) ||
                   std::ranges::find(shape.enum_values, code) != shape.enum_values.end();  // of a failure in a response
        });
        if (std::ranges::find(overlay_.errors, code) != overlay_.errors.end()) continue;
        const bool any = std::ranges::any_of(facts_.shapes, &Shape::exception);
        // EC2 declares no errors, and has hundreds; what came from the protocol query sends codes of then.
        if (known || !any || (facts_.metadata.aws_query_compatible && code.find('.') != std::string::npos)) continue;
        std::vector<std::string_view> names;
        for (const Shape& shape : facts_.shapes) {
            if (shape.exception) names.push_back(shape.error_code());
        }
        problems_.add(line, "no error `" + code + '`' + did_you_mean(code, names));
    }
    return joined;
}

// --- arguments -----------------------------------------------------------------------------------------------------------

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

// --- results -------------------------------------------------------------------------------------------------------------

// The one member of the response that is the model, or a list of it; for keys, what the paginator names.
std::optional<std::string> Resolver::infer_result(const overlay::Method& from, const plan::Method& to) const {
    const plan::Operation& operation = plan_.operations[to.operation];
    if (operation.output == plan::none || plan_.shapes[operation.output].members.empty() || from.then) return std::nullopt;
    if (from.hydrate || to.kind == MethodKind::list) {
        const Paginator* paginator = facts_.find_paginator(operation.name);
        if (paginator && !paginator->result_keys.empty()) return paginator->result_keys.front();
    }
    for (const plan::Member& member : plan_.shapes[operation.output].members) {
        Row target = member.target;
        if (member.kind == Kind::list) target = plan_.shapes[target].members[0].target;
        if (target != plan::none && target == plan_.models[to.model].shape) return member.name;
    }
    return std::nullopt;
}

void Resolver::result(const overlay::Method& from, plan::Method& to) {
    const plan::Operation& operation = plan_.operations[to.operation];
    const std::optional<std::string> at = from.result_given ? from.result : infer_result(from, to);
    if (from.then) {
        to.result_kind = ResultKind::model;
        to.result_shape = plan_.models[to.model].shape;
        return;
    }
    if (!at) {
        const bool empty = operation.output == plan::none || plan_.shapes[operation.output].members.empty();
        if (!from.result_given && !empty) {
            problems_.add(from.line, "say with `result` what of the response of " + operation.name + " `" + from.name +
                                         "` returns (or `all`, or `none`)");
        }
        if (to.kind == MethodKind::get || to.kind == MethodKind::get_many || to.kind == MethodKind::list) {
            problems_.add(from.line, '`' + from.name + "` must return something");
        }
        return;
    }
    to.result = *at;
    if (at->empty()) return result_of({Kind::structure, operation.output, false}, from, to);
    std::string problem;
    const std::optional<Value> value = path(*at, plan_.shapes[operation.output], problem);
    if (!value) {
        problems_.add(from.line, "the response of " + operation.name + ": " + problem);
    } else if (!from.hydrate) {
        result_of(*value, from, to);
    }
}

// With `model`, another structure becomes that model.
void Resolver::result_of(const Value& value, const overlay::Method& from, plan::Method& to) {
    if (from.model.empty()) return result_of(value, to);
    const Row model = model_row(from.model);
    if (model == plan::none) {
        problems_.add(from.line, "no model `" + from.model + '`' + did_you_mean(from.model, model_names()));
        return;
    }
    Value element = value;
    if (value.kind == Kind::list && !value.many) {
        const plan::Member& member = plan_.shapes[value.target].members[0];
        element = {member.kind, member.target, true};
    }
    if (element.kind != Kind::structure) {
        problems_.add(from.line, "`model`: what is returned is " + describe(value) + ", which is no structure");
        return;
    }
    element.target = plan_.models[model].shape;
    result_of(element, to);
}

void Resolver::result_of(const Value& value, plan::Method& to) {
    Value one = value;
    std::string type;
    bool many = value.many;
    if (value.kind == Kind::list && !value.many) {
        const plan::Member& element = plan_.shapes[value.target].members[0];
        one = {element.kind, element.target, true};
        type = element.type;
        many = true;
    } else if (value.kind == Kind::structure) {
        type = "::botocraft::" + plan_.namespace_ + "::" + plan_.shapes[value.target].type;
    } else if (value.kind == Kind::list) {
        type = "::botocraft::list<" + plan_.shapes[value.target].members[0].type + '>';
    } else if (value.kind == Kind::map) {
        type = "::botocraft::map<" + plan_.shapes[value.target].members[1].type + '>';
    } else {
        for (const plan::Shape& shape : plan_.shapes) {  // any member of that kind names the type
            for (const plan::Member& member : shape.members) {
                if (member.kind == one.kind && !member.has(flag::nullable)) type = member.type;
            }
        }
    }
    const bool is_model = one.kind == Kind::structure && plan_.shapes[one.target].primary();
    // A list with one model in it, unless the call is about many.
    const bool about_many = std::ranges::any_of(to.arguments, [](const plan::Argument& argument) {
        return argument.positional && argument.kind == ArgumentType::texts;
    });
    const bool wants_one = to.kind == MethodKind::get || to.kind == MethodKind::create || to.kind == MethodKind::update ||
                           to.kind == MethodKind::partial_update || (to.kind == MethodKind::remove && !about_many);
    if (is_model) {
        to.result_kind = many && !wants_one ? ResultKind::models : ResultKind::model;
    } else {
        to.result_kind = many ? ResultKind::values : ResultKind::value;
    }
    to.result_type = type;
    to.result_shape = one.kind == Kind::structure ? one.target : value.target;
    const bool needs_many = to.kind == MethodKind::get_many || to.kind == MethodKind::list;
    if (needs_many && !many) problems_.add(to.line, '`' + to.name + "` must return a list, not " + describe(value));
    const bool own = is_model && one.target == plan_.models[to.model].shape;
    if (is_model && !own && wants_one && to.kind != MethodKind::remove) {
        problems_.add(to.line, '`' + to.name + "` must return its own model, not " + describe(one));
    }
    if (to.kind == MethodKind::get && !is_model) problems_.add(to.line, "`get` must return the model, not " + describe(value));
}

void Resolver::failures(const overlay::Method& from, plan::Method& to) {
    if (from.failures.empty()) return;
    const plan::Operation& operation = plan_.operations[to.operation];
    std::string problem = "there is no response";
    std::optional<Value> value;
    if (operation.output != plan::none) value = path(from.failures, plan_.shapes[operation.output], problem);
    if (!value) {
        problems_.add(from.line, "the response of " + operation.name + ": " + problem);
    } else if (value->kind != Kind::list) {
        problems_.add(from.line, "`failures` must be a list, not " + describe(*value));
    }
    to.failures = from.failures;
    if (!value || value->kind != Kind::list) return;
    const plan::Member& element = plan_.shapes[value->target].members[0];
    for (const std::string& at : from.failure_paths) {
        const std::optional<Value> part = at.empty() ? std::nullopt : path(at, plan_.shapes[element.target], problem);
        if (!at.empty() && !part) problems_.add(from.line, "`failures`: " + problem);
        to.failures += ' ' + (at.empty() ? std::string("-") : at);
    }
}

void Resolver::merge(const overlay::Method& from, plan::Method& to) {
    const plan::Operation& operation = plan_.operations[to.operation];
    Scope scope;
    scope.shape = operation.output == plan::none ? nullptr : &plan_.shapes[operation.output];
    scope.method = &to;
    scope.request = operation.input == plan::none ? nullptr : &plan_.shapes[operation.input];
    to.merge = merges(from.merge, shape_of(returned(to)), scope);
}

// The model that a method returns, or its own.
const plan::Model& Resolver::returned(const plan::Method& method) const {
    const Row shape = method.result_shape;
    const bool is_model = shape != plan::none && plan_.shapes[shape].primary();
    return plan_.models[is_model ? plan_.shapes[shape].model : method.model];
}

// Members of a model from a response.
std::vector<plan::Binding> Resolver::merges(const std::vector<overlay::Binding>& from, const plan::Shape& model,
                                            const Scope& response) {
    std::vector<plan::Binding> out;
    for (const overlay::Binding& binding : from) {
        using From = overlay::Expression::Kind;
        Scope scope = response;
        if (binding.from.kind == From::match || binding.from.kind == From::format) scope.second = &model;
        const plan::Member* member = model.find(binding.name);
        if (!member) {
            problems_.add(binding.line, '`' + model.name + "` has no member `" + binding.name + '`' +
                                            did_you_mean(binding.name, names_of(model)));
            continue;
        }
        const std::optional<Value> value = expression(binding.from, scope);
        if (value && !fits(*value, of(*member))) {
            problems_.add(binding.line, '`' + binding.name + "` is " + describe(of(*member)) + ", but what it is given is " +
                                            describe(*value));
        }
        out.push_back({binding.name, model.index_of(binding.name), expression_row(binding.from, scope), binding.from.wrap});
    }
    return out;
}

Resolver::Row Resolver::inner_member(std::string_view name, const plan::Shape& request) const {
    const auto dot = name.find('.');
    const plan::Member* const member = request.find(name.substr(0, dot));
    if (dot == std::string_view::npos || !member || member->kind != Kind::structure) return plan::none;
    return plan_.shapes[member->target].index_of(name.substr(dot + 1));
}

void Resolver::url_encoded(const overlay::Method& from, plan::Method& to) {
    if (from.url_encoded.empty()) return;
    const plan::Operation& operation = plan_.operations[to.operation];
    const plan::Shape* const response = operation.output == plan::none ? nullptr : &plan_.shapes[operation.output];
    if (!response || !response->find("EncodingType")) {
        problems_.add(from.line, "the response of " + operation.name + " has no member `EncodingType`");
        return;
    }
    for (const std::string& text : from.url_encoded) {
        std::string problem;
        const std::optional<Value> value = path(text, *response, problem);
        if (!value || value->kind != Kind::string) {
            problems_.add(from.line, value ? "`url_encoded`: `" + text + "` is no text" : problem);
            continue;
        }
        to.url_encoded += (to.url_encoded.empty() ? "" : " ") + text;
    }
}

void Resolver::says_region(const overlay::Method& from, plan::Method& to) {
    if (!from.says_region) return;
    const plan::Operation& operation = plan_.operations[to.operation];
    const std::string& path = from.says_region->path;
    to.silent_region = from.says_region->silent;
    if (operation.input != plan::none) {
        const plan::Shape& request = plan_.shapes[operation.input];
        to.region_member = request.index_of(path.substr(0, path.find('.')));
        to.region_inner = inner_member(path, request);
        const plan::Member* const member = request.find(path.substr(0, path.find('.')));
        const bool text = to.region_inner != plan::none && plan_.shapes[member->target].members[to.region_inner].kind == Kind::string;
        if (text) return;
    }
    problems_.add(from.says_region->line, '`' + path + "` is no text of a structure in the request of " + operation.name);
}

namespace {

const plan::Member* streamed(const std::vector<plan::Shape>& shapes, plan::Row row) {
    if (row == plan::none) return nullptr;
    const auto& members = shapes[row].members;
    const auto found = std::ranges::find_if(members, [](const plan::Member& member) {
        return member.kind == Kind::blob && member.has(flag::streaming);
    });
    return found == members.end() ? nullptr : &*found;
}

}  // namespace

void Resolver::stream(const overlay::Method& from, plan::Method& to) {
    if (!from.stream) return;
    const plan::Operation& operation = plan_.operations[to.operation];
    const plan::Member* const in = streamed(plan_.shapes, operation.input);
    const plan::Member* const out = streamed(plan_.shapes, operation.output);
    if ((!in && !out) || to.kind != MethodKind::call) {
        problems_.add(from.line, !in && !out ? operation.name + " has no body that could be streamed"
                                             : '`' + from.name + "` cannot `stream`: only methods with names of their own can");
        return;
    }
    const auto add = [&](std::string name, std::string type, orm::ArgumentType kind, Row member) {
        plan::Argument argument;
        argument.name = argument.identifier = std::move(name);
        argument.type = std::move(type);
        argument.kind = kind;
        argument.member = member;
        argument.positional = argument.required = true;
        const auto last = std::ranges::find_if_not(to.arguments, &plan::Argument::positional);
        to.arguments.insert(last, std::move(argument));
    };
    if (in) {
        const Row member = static_cast<Row>(in - plan_.shapes[operation.input].members.data());
        std::erase_if(to.arguments, [&](const plan::Argument& argument) { return argument.member == member; });
        add("source", "::botocraft::Source", ArgumentType::source, member);
        to.streams_in = true;
    }
    if (out) {
        add("sink", "::botocraft::Sink", ArgumentType::sink, plan::none);
        to.streams_out = true;
    }
    order_arguments(to);
}

void Resolver::chunk(const overlay::Method& from, plan::Method& to) {
    if (!from.chunk) return;
    const plan::Argument* argument = to.find(from.chunk->argument);
    if (!argument) {
        std::vector<std::string_view> names;
        for (const plan::Argument& candidate : to.arguments) names.push_back(candidate.name);
        problems_.add(from.chunk->line, "no argument `" + from.chunk->argument + '`' +
                                            did_you_mean(from.chunk->argument, names));
        return;
    }
    if (argument->kind != ArgumentType::texts && argument->kind != ArgumentType::structures) {
        problems_.add(from.chunk->line, '`' + argument->name + "` is no list: it cannot be sent in pieces");
    }
    if (from.chunk->size == 0) problems_.add(from.chunk->line, "`size` is needed");
    to.chunk_argument = static_cast<Row>(argument - to.arguments.data());
    to.chunk_size = static_cast<std::uint16_t>(from.chunk->size);
    to.chunk_bytes = static_cast<std::uint32_t>(from.chunk->bytes);
}

}  // namespace botocraft::gen
