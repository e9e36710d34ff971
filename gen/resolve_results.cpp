// The results of methods: what of the response is returned, how, and what else it tells.

#include <algorithm>
#include <utility>

#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace flag = schema::member_flag;
using orm::ArgumentType;
using orm::MethodKind;
using orm::ResultKind;
using schema::Kind;

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

// They are returned as a client returns them: as they come, and the rest of the response beside them.
void Resolver::events(const overlay::Method& from, plan::Method& to) {
    const plan::Operation& operation = plan_.operations[to.operation];
    const bool reshapes = from.result_given || !from.model.empty() || !from.merge.empty() || from.url_encoded;
    const bool asks_more = from.then || from.hydrate || from.chunk || !from.failures.empty() || from.stream;
    if (to.kind != MethodKind::call || reshapes || asks_more) {
        problems_.add(from.line, operation.name + " streams events: a method with a name of its own returns them, and nothing else");
        return;
    }
    const plan::Shape& output = plan_.shapes[operation.output];
    const std::string scope = "::botocraft::" + plan_.namespace_ + "::";
    to.streams_events = true;
    to.result_type = "::botocraft::EventStream<" + scope + plan_.shapes[output.members[operation.event_member].target].type +
                     ", " + scope + output.type + '>';
    to.result_shape = operation.output;
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

void Resolver::url_encoded(const overlay::Method& from, plan::Method& to) {
    if (!from.url_encoded) return;
    const overlay::UrlEncoded& said = *from.url_encoded;
    const plan::Operation& operation = plan_.operations[to.operation];
    const plan::Shape* const response = operation.output == plan::none ? nullptr : &plan_.shapes[operation.output];
    const plan::Member* const member = response ? response->find(said.member) : nullptr;
    if (!member || member->kind != Kind::string) {
        problems_.add(said.line, "the response of " + operation.name + " has no text `" + said.member + '`');
        return;
    }
    check_texts(member, said.value, said.line);
    to.url_encoded = said.member + ' ' + said.value;
    for (const std::string& text : said.paths) {
        std::string problem;
        const std::optional<Value> value = path(text, *response, problem);
        if (!value || value->kind != Kind::string) {
            problems_.add(said.line, value ? "`url_encoded`: `" + text + "` is no text" : problem);
            continue;
        }
        to.url_encoded += ' ' + text;
    }
}

}  // namespace botocraft::gen
