#include <algorithm>
#include <utility>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

using orm::ArgumentType;
using orm::MethodKind;
using orm::ResultKind;
using schema::Kind;

// --- methods that call others --------------------------------------------------------------------------------------------

void Resolver::for_each(const overlay::Method& from, plan::Method& to) {
    const overlay::ForEach& each = *from.for_each;
    const Row model = model_row(each.model);
    if (model == plan::none) {
        problems_.add(each.line, "no model `" + each.model + '`' + did_you_mean(each.model, model_names()));
        return;
    }
    if (plan_.find_method(model, "list") == plan::none) {
        problems_.add(each.line, '`' + each.model + "` has no method `list`");
    }
    const Row called = plan_.find_method(to.model, each.method);
    if (called == plan::none || plan_.methods[called].operation == plan::none) {
        problems_.add(each.line, '`' + to.model_name + "` has no list `" + each.method + '`');
        return;
    }
    const plan::Method& target = plan_.methods[called];
    if (!from.arguments.empty()) problems_.add(from.line, "the arguments are those of `" + each.method + '`');
    to.kind = MethodKind::list;
    to.query = true;
    to.operation = target.operation;
    to.each_model = model;
    to.each_method = called;
    to.each_bindings = bind(each.arguments, target, plan_, scope_of(plan_.models[model]), each.line, "for_each", false);
    for (const plan::Argument& argument : target.arguments) {
        const bool bound = std::ranges::any_of(each.arguments, [&](const overlay::Binding& b) { return b.name == argument.name; });
        if (!bound) to.arguments.push_back(argument);
    }
    order_arguments(to);
}

void Resolver::each(const overlay::Method& from, plan::Method& to) {
    const overlay::Each& each = *from.each;
    const Row called = plan_.find_method(to.model, each.method);
    if (called == plan::none || plan_.methods[called].operation == plan::none) {
        problems_.add(each.line, '`' + to.model_name + "` has no method `" + each.method + '`');
        return;
    }
    const plan::Method& target = plan_.methods[called];
    const plan::Argument* key = target.find(each.to);
    if (!key) {
        std::vector<std::string_view> names;
        for (const plan::Argument& argument : target.arguments) names.push_back(argument.name);
        problems_.add(each.line, '`' + each.method + "` has no argument `" + each.to + '`' + did_you_mean(each.to, names));
        return;
    }
    if (key->kind != ArgumentType::text || key->inner != plan::none) {
        problems_.add(each.line, '`' + each.to + "` is no text: keys cannot be put there one by one");
    }
    if (target.query || target.result_kind != ResultKind::model) {
        problems_.add(each.line, '`' + each.method + "` does not return one model");
    }
    if (!from.arguments.empty()) problems_.add(from.line, "the other arguments are those of `" + each.method + '`');
    to.operation = target.operation;
    to.query = to.kind == MethodKind::list;
    to.hydrate = called;
    to.hydrate_argument = static_cast<Row>(key - target.arguments.data());
    to.keys_given = true;
    plan::Argument keys;
    keys.name = each.argument;
    keys.identifier = identifier(each.argument);
    keys.kind = ArgumentType::texts;
    keys.type = "::botocraft::Texts";
    keys.positional = keys.required = true;
    to.arguments.push_back(std::move(keys));
    for (const plan::Argument& argument : target.arguments) {
        if (&argument != key) to.arguments.push_back(argument);
    }
    order_arguments(to);
    to.result_kind = ResultKind::models;
    to.result_type = target.result_type;
    to.result_shape = target.result_shape;
}

void Resolver::hydrate(const overlay::Method& from, plan::Method& to) {
    const overlay::Hydrate& hydrate = *from.hydrate;
    const Row model = hydrate.model.empty() ? to.model : model_row(hydrate.model);
    const Row called = model == plan::none ? plan::none : plan_.find_method(model, hydrate.method);
    if (called == plan::none) {
        problems_.add(hydrate.line, "no method `" + hydrate.method + "` of `" +
                                        (hydrate.model.empty() ? to.model_name : hydrate.model) + "` to hydrate with");
        return;
    }
    const plan::Method& target = plan_.methods[called];
    std::vector<std::string_view> names;
    for (const plan::Argument& argument : target.arguments) names.push_back(argument.name);
    const plan::Argument* key = target.find(hydrate.argument);
    if (!key) {
        problems_.add(hydrate.line, '`' + hydrate.method + "` has no argument `" + hydrate.argument + '`' +
                                        did_you_mean(hydrate.argument, names));
        return;
    }
    const bool structures = key->kind == ArgumentType::structures;
    const bool batched = key->kind == ArgumentType::texts || structures;
    if (key->inner != plan::none) {
        problems_.add(hydrate.line, "`" + hydrate.argument + "` is a part of a structure: keys cannot be put there");
    }
    if (batched != (hydrate.batch > 0)) {
        problems_.add(hydrate.line, batched ? "`batch` is needed: `" + hydrate.argument + "` takes a list"
                                            : "`batch` is not possible: `" + hydrate.argument + "` takes one key");
    }
    const plan::Operation& operation = plan_.operations[to.operation];
    std::string problem;
    std::optional<Value> listed = path(to.result, plan_.shapes[operation.output], problem);
    if (listed && !hydrate.key.empty() && listed->kind == Kind::list) {
        listed = path(to.result + "[]." + hydrate.key, plan_.shapes[operation.output], problem);
        if (!listed) problems_.add(hydrate.line, problem);
    }
    const Row request = plan_.operations[target.operation].input;
    const Value keys = structures ? wanted_by(*key, &plan_.shapes[request]) : Value{Kind::string, plan::none, true};
    const bool same = !structures || (listed && hydrate.key.empty() && listed->target == keys.target);
    if (listed && (!same || !fits(*listed, keys))) {
        problems_.add(hydrate.line, "what is listed is " + describe(*listed) + ", not keys: say with `key` where they are");
    }
    to.hydrate = called;
    to.hydrate_batch = static_cast<std::uint16_t>(hydrate.batch);
    to.hydrate_argument = static_cast<Row>(key - target.arguments.data());
    to.hydrate_path = hydrate.key;
    for (const plan::Argument& argument : target.arguments) {  // those of the same name are handed on
        if (argument.required && argument.name != hydrate.argument && !to.find(argument.name)) {
            problems_.add(hydrate.line, '`' + hydrate.method + "` needs the argument `" + argument.name +
                                            "`, which `" + to.name + "` does not have");
        }
    }
    const bool structure = target.result_kind == ResultKind::value && target.result_shape != plan::none &&
                           plan_.shapes[target.result_shape].kind == Kind::structure && !target.query && !batched;
    if (structure) {  // no model, but what AWS tells of each key
        to.result_kind = ResultKind::values;
        to.result_type = target.result_type;
        to.result_shape = target.result_shape;
        return;
    }
    if (target.result_kind != ResultKind::model && target.result_kind != ResultKind::models) {
        problems_.add(hydrate.line, '`' + hydrate.method + "` returns neither models nor one structure");
    }
    const plan::Shape& shape = shape_of(plan_.models[model]);
    to.result_kind = ResultKind::models;
    to.result_type = "::botocraft::" + plan_.namespace_ + "::" + shape.type;
    to.result_shape = plan_.models[model].shape;
}

void Resolver::then(const overlay::Method& from, plan::Method& to) {
    const overlay::Then& then = *from.then;
    to.refresh = plan_.find_method(to.model, then.method);
    if (to.refresh == plan::none) {
        problems_.add(then.line, '`' + to.model_name + "` has no method `" + then.method + '`');
        return;
    }
    const plan::Operation& operation = plan_.operations[to.operation];
    const plan::Shape* response = operation.output == plan::none || then.before ? nullptr : &plan_.shapes[operation.output];
    const plan::Shape* model = takes_model(to) ? &shape_of(plan_.models[to.model]) : nullptr;
    Scope scope;
    scope.shape = response ? response : model;
    scope.second = response ? model : nullptr;
    scope.model = model ? &plan_.models[to.model] : nullptr;
    scope.method = &to;
    scope.request = operation.input == plan::none ? nullptr : &plan_.shapes[operation.input];
    to.refresh_bindings = bind(then.arguments, plan_.methods[to.refresh], plan_, scope, then.line, "then", true);
    to.refresh_before = then.before;
    to.result_type = "::botocraft::" + plan_.namespace_ + "::" + shape_of(plan_.models[to.model]).type;
}

void Resolver::scan(const overlay::Method& from, plan::Method& to) {
    const overlay::Scan& scan = *from.scan;
    const Row called = plan_.find_method(to.model, scan.method);
    if (to.kind != MethodKind::get) problems_.add(scan.line, "only `get` can `scan`");
    if (called == plan::none || !plan_.methods[called].query || plan_.methods[called].result_kind != ResultKind::models) {
        problems_.add(scan.line, '`' + to.model_name + "` has no list `" + scan.method + "` of models");
        return;
    }
    const plan::Method& target = plan_.methods[called];
    if (!from.arguments.empty()) problems_.add(from.line, "the other arguments are those of `" + scan.method + '`');
    std::string problem;
    const std::optional<Value> value = path(scan.path, shape_of(plan_.models[to.model]), problem);
    if (!value || value->kind != Kind::string || value->many) {
        problems_.add(scan.line, value ? '`' + scan.path + "` is " + describe(*value) + ", not one text" : problem);
    }
    to.operation = target.operation;
    to.scan = called;
    to.scan_path = scan.path;
    plan::Argument key;
    key.name = scan.argument;
    key.identifier = identifier(scan.argument);
    key.kind = ArgumentType::text;
    key.type = "std::string_view";
    key.positional = key.required = true;
    to.arguments.push_back(std::move(key));
    for (const plan::Argument& argument : target.arguments) to.arguments.push_back(argument);
    order_arguments(to);
    to.result_kind = ResultKind::model;
    to.result_type = target.result_type;
    to.result_shape = target.result_shape;
}

// --- calls besides --------------------------------------------------------------------------------------------------------

void Resolver::also(const overlay::Method& from, Row to) {
    for (const overlay::Also& also : from.also) {
        const Row operation = plan_.find_operation(also.operation);
        if (operation == plan::none || plan_.operations[operation].input == plan::none ||
            plan_.operations[operation].output == plan::none) {
            std::vector<std::string_view> names;
            for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
            problems_.add(also.line, "no operation `" + also.operation + "` that is asked and answers" +
                                         did_you_mean(also.operation, names));
            continue;
        }
        const plan::Method& caller = plan_.methods[to];
        if (caller.hydrate != plan::none || caller.refresh != plan::none || caller.each_method != plan::none ||
            (caller.result_kind != ResultKind::model && caller.result_kind != ResultKind::models)) {
            problems_.add(also.line, "`also` belongs to the method that reads the model from AWS's answer");
        }
        const plan::Model& model = returned(caller);
        plan::Method called = addition(also, operation, caller.model);
        const Row input = plan_.operations[caller.operation].input;
        Scope scope = scope_of(model);
        scope.method = &caller;
        scope.request = input == plan::none ? nullptr : &plan_.shapes[input];
        plan::Addition out;
        out.method = static_cast<Row>(plan_.methods.size());
        out.bindings = bind(also.arguments, called, plan_, scope, also.line, "also", true);
        Scope response;
        response.shape = &plan_.shapes[plan_.operations[operation].output];
        out.merge = merges(also.merge, shape_of(model), response);
        plan_.methods[to].additions.push_back(std::move(out));
        plan_.methods.push_back(std::move(called));
    }
}

// What follows a change: bound from the model before anything is sent.
void Resolver::and_then(const overlay::Method& from, Row to) {
    for (const overlay::Also& step : from.and_then) {
        const Row operation = plan_.find_operation(step.operation);
        if (operation == plan::none || plan_.operations[operation].input == plan::none) {
            std::vector<std::string_view> names;
            for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
            problems_.add(step.line, "no operation `" + step.operation + '`' + did_you_mean(step.operation, names));
            continue;
        }
        if (!takes_model(plan_.methods[to])) problems_.add(step.line, "only create and update have `and_then`");
        const Row model = plan_.methods[to].model;
        plan::Method called = addition(step, operation, model);
        called.result_kind = ResultKind::nothing;
        called.joined = called.paged = false;
        for (plan::Argument& argument : called.arguments) argument.required = true;
        plan::Addition out;
        out.method = static_cast<Row>(plan_.methods.size());
        out.bindings = bind(step.arguments, called, plan_, scope_of(plan_.models[model]), step.line, "and_then", true);
        plan_.methods.push_back(std::move(called));
        if (!step.emptied.empty()) out.emptied = emptied(step, model);
        plan_.methods[to].steps.push_back(std::move(out));
    }
}

// What is called in the place of a step, with those of its arguments that are members of the request.
Resolver::Row Resolver::emptied(const overlay::Also& step, Row model) {
    const Row operation = plan_.find_operation(step.emptied);
    if (operation == plan::none || plan_.operations[operation].input == plan::none) {
        std::vector<std::string_view> names;
        for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
        problems_.add(step.line, "no operation `" + step.emptied + '`' + did_you_mean(step.emptied, names));
        return plan::none;
    }
    overlay::Also instead;
    instead.operation = step.emptied;
    instead.line = step.line;
    const plan::Shape& request = plan_.shapes[plan_.operations[operation].input];
    for (const overlay::Binding& argument : step.arguments) {
        if (request.find(argument.name)) instead.arguments.push_back(argument);
    }
    plan::Method called = addition(instead, operation, model);
    called.result_kind = ResultKind::nothing;
    called.joined = called.paged = false;
    for (plan::Argument& argument : called.arguments) argument.required = true;
    plan_.methods.push_back(std::move(called));
    return static_cast<Row>(plan_.methods.size() - 1);
}

// A method that no manager shows, with the arguments that are bound.
plan::Method Resolver::addition(const overlay::Also& from, Row operation, Row model) {
    const plan::Shape& request = plan_.shapes[plan_.operations[operation].input];
    plan::Method to;
    to.name = to.identifier = from.operation;
    to.model = model;
    to.model_name = plan_.shapes[plan_.models[model].shape].type;
    to.operation = operation;
    to.hidden = true;
    to.joined = to.paged = !plan_.operations[operation].tokens.empty();
    to.result_kind = ResultKind::value;
    to.result_shape = plan_.operations[operation].output;
    to.missing = missing_codes(from.missing, from.line);
    to.line = from.line;
    const auto add = [&](const plan::Member& member) {
        plan::Argument argument;
        argument.name = argument.identifier = member.name;
        argument.member = static_cast<Row>(&member - request.members.data());
        argument.kind = argument_type(member, plan_.shapes);
        argument.positional = true;
        argument.required = member.required();
        argument.position = static_cast<Row>(to.arguments.size());
        to.arguments.push_back(std::move(argument));
    };
    for (const plan::Member& member : request.members) {
        const auto begins = [&](const overlay::Binding& b) { return b.name.starts_with(member.name + '.'); };
        const bool bound = std::ranges::any_of(from.arguments, [&](const overlay::Binding& b) { return b.name == member.name; });
        if (bound || (member.required() && std::ranges::none_of(from.arguments, begins))) add(member);
    }
    for (const overlay::Binding& binding : from.arguments) {
        const Row inner = inner_member(binding.name, request);
        if (inner == plan::none) continue;
        const plan::Member& outer = *request.find(binding.name.substr(0, binding.name.find('.')));
        add(plan_.shapes[outer.target].members[inner]);
        plan::Argument& argument = to.arguments.back();
        argument.name = argument.identifier = binding.name;
        argument.member = static_cast<Row>(&outer - request.members.data());
        argument.inner = inner;
    }
    return to;
}

}  // namespace botocraft::gen
