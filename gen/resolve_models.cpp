#include <algorithm>
#include <set>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace flag = schema::member_flag;
using orm::MethodKind;
using schema::Kind;

Resolver::Row Resolver::model_row(std::string_view name) const {
    const plan::Model* model = plan_.find_model(name);
    return model ? static_cast<Row>(model - plan_.models.data()) : plan::none;
}

void Resolver::resolve_methods() {
    shapes();
    percent_encoded();
    models();
    find_tags();
    operations();
    checks();
    methods();
    for (plan::Model& model : plan_.models) {
        const Row row = static_cast<Row>(&model - plan_.models.data());
        model.get = plan_.find_method(row, "get");
        model.list = plan_.find_method(row, "list");
        model.create = plan_.find_method(row, "create");
        model.update = plan_.find_method(row, "update");
        model.remove = plan_.find_method(row, "delete");
        if (model.primary) read_only_members(model);
    }
    check_names();
    client();
    choose_headers();
}

// Their shapes, properties, names: what expressions and methods refer to.
void Resolver::models() {
    const auto add = [&](const overlay::Model& from) {
        const std::string& shape_name = from.shape.empty() ? from.name : from.shape;
        const Shape* shape = facts_.find_shape(shape_name);
        Row row = plan::none;
        if (shape) {
            const auto found = rows_.find(static_cast<ShapeIndex>(shape - facts_.shapes.data()));
            if (found != rows_.end()) row = found->second;
        } else if (from.shape.empty()) {
            const auto made = std::ranges::find_if(plan_.shapes, [&](const plan::Shape& s) { return s.name == from.name; });
            if (made != plan_.shapes.end()) row = static_cast<Row>(made - plan_.shapes.begin());
        }
        if (row == plan::none) {
            const std::vector<std::string> names = model_names();
            if (from.primary) {
                problems_.add(from.line, "no structure `" + shape_name + '`' + did_you_mean(shape_name, names));
            }
            return;
        }
        plan::Model to;
        to.name = from.primary ? from.name : plan_.shapes[row].name;
        to.shape = row;
        to.primary = from.primary;
        to.read_only = from.read_only;
        to.line = from.line;
        if (plan_.shapes[row].model != plan::none) problems_.add(from.line, '`' + shape_name + "` is a model already");
        plan_.shapes[row].model = static_cast<Row>(plan_.models.size());
        if (from.primary) plan_.shapes[row].flags |= schema::shape_flag::primary;
        extend(from, row);
        for (const plan::Member& member : plan_.shapes[row].members) {
            const bool by_name = from.tags.empty() && (equal_ignoring_case(member.name, "tags") ||
                                                       equal_ignoring_case(member.name, "taglist"));
            if (by_name || member.name == from.tags) to.tags_member = plan_.shapes[row].index_of(member.name);
        }
        if (!from.tags.empty() && to.tags_member == plan::none) {
            problems_.add(from.line, '`' + from.name + "` has no member `" + from.tags + '`' +
                                         did_you_mean(from.tags, names_of(plan_.shapes[row])));
        }
        properties(from, to);
        plan_.models.push_back(std::move(to));
    };
    for (const overlay::Model& from : overlay_.models) add(from);
    for (const overlay::Model& from : overlay_.structures) add(from);
}

void Resolver::properties(const overlay::Model& from, plan::Model& to) {
    for (const overlay::Property& property : from.properties) {
        const std::optional<Value> value = expression(property.value, scope_of(to));
        if (value && (value->many || value->kind == Kind::structure || value->kind == Kind::list ||
                      value->kind == Kind::map || value->kind == Kind::blob)) {
            problems_.add(property.line, "the property `" + property.name + "` is " + describe(*value) + ", not one text");
        }
        to.properties.push_back({property.name, identifier(property.name), expression_row(property.value)});
    }
}

void Resolver::resolve_relations(const OtherServices& others) {
    for (plan::Model& to : plan_.models) {
        const std::vector<overlay::Model>& models = to.primary ? overlay_.models : overlay_.structures;
        const auto from = std::ranges::find_if(models, [&](const overlay::Model& m) {
            return to.line == m.line;
        });
        if (from == models.end()) continue;
        if (to.primary) keys(*from, to);
        for (const overlay::Relation& relation_from : from->relations) relation(relation_from, to, others);
        for (const overlay::Proxy& proxy_from : from->proxies) proxy(proxy_from, to);
        for (const overlay::Wait& wait_from : from->waits) wait(wait_from, to);
        removal(*from, to);
        if (from->tagging) tagging(*from, to);
        by_hand(*from, to, others);
        check_member_names(*from, to);
    }
}

// Arguments of a method that get values from elsewhere. Every name must be an argument, every value must fit.
std::vector<plan::Binding> Resolver::bind(const std::vector<overlay::Binding>& from, const plan::Method& target,
                                          const plan::Service& service, const Scope& scope, std::size_t line,
                                          const std::string& what, bool all_required) {
    std::vector<plan::Binding> bindings;
    std::vector<std::string_view> names;
    for (const plan::Argument& argument : target.arguments) names.push_back(argument.name);
    const plan::Shape* request = nullptr;
    if (target.operation != plan::none && service.operations[target.operation].input != plan::none) {
        request = &service.shapes[service.operations[target.operation].input];
    }
    const std::string method = target.model_name + "." + target.name;
    for (const overlay::Binding& binding : from) {
        const plan::Argument* argument = target.find(binding.name);
        if (!argument) {
            problems_.add(binding.line, what + ": `" + method + "` has no argument `" + binding.name + '`' +
                                            did_you_mean(binding.name, names));
            continue;
        }
        const std::optional<Value> value = expression(binding.from, scope);
        Value wanted = &service == &plan_ ? wanted_by(*argument, request) : Value{};
        if (&service != &plan_) wanted.many = argument->kind == orm::ArgumentType::texts;
        if (value && !fits(*value, wanted)) {
            const bool list_wanted = wanted.kind == Kind::list || wanted.many;
            problems_.add(binding.line, what + ": the argument `" + binding.name + "` of `" + method + "` is " +
                                            describe(wanted) + ", but what it is given is " + describe(*value) +
                                            (list_wanted && !value->many ? " (add `wrap: true`?)" : ""));
        }
        if (request && argument->member != plan::none && binding.from.kind == overlay::Expression::Kind::literal) {
            const plan::Member* member = &request->members[argument->member];
            if (member->kind == Kind::list) member = &service.shapes[member->target].members[0];
            check_enumeration(binding.from.value, *member, *service.facts, binding.line);
        }
        bindings.push_back({binding.name, argument->member, expression_row(binding.from, scope), binding.from.wrap});
    }
    if (!all_required) return bindings;
    for (const plan::Argument& argument : target.arguments) {
        const bool bound = std::ranges::any_of(from, [&](const overlay::Binding& b) { return b.name == argument.name; });
        if (argument.required && !bound) {
            problems_.add(line, what + ": `" + method + "` needs the argument `" + argument.name + '`');
        }
    }
    return bindings;
}

void Resolver::keys(const overlay::Model& from, plan::Model& to) {
    const Scope scope = scope_of(to);
    if (from.arn && expression(*from.arn, scope)) to.arn = expression_row(*from.arn);
    if (from.display_name && expression(*from.display_name, scope)) to.display_name = expression_row(*from.display_name);
    std::vector<overlay::Binding> key = from.key;
    if (to.get == plan::none || plan_.methods[to.get].arguments.empty()) {  // nothing to bind to: only its name and value
        for (overlay::Binding& binding : key) {
            if (binding.name.empty()) binding.name = binding.from.text;
            expression(binding.from, scope);
            to.key.push_back({binding.name, plan::none, expression_row(binding.from), false});
        }
        return;
    }
    const plan::Method& get = plan_.methods[to.get];
    if (key.size() == 1 && key.front().name.empty()) key.front().name = get.arguments.front().name;
    to.key = bind(key, get, plan_, scope, from.line, "key", true);
}

void Resolver::relation(const overlay::Relation& from, plan::Model& to, const OtherServices& others) {
    const std::string what = "relation `" + from.name + '`';
    const plan::Service* service = from.service.empty() || from.service == plan_.name ? &plan_ : others(from.service);
    if (!service) {
        // Its own side can be checked all the same.
        for (const overlay::Binding& binding : from.arguments) expression(binding.from, scope_of(to));
        plan_.left_out.push_back({to.name, from.name, from.service, from.line});
        return;
    }
    const plan::Model* model = service->find_model(from.model);
    if (!model) {
        std::vector<std::string_view> names;
        for (const plan::Model& candidate : service->models) {
            if (candidate.primary) names.push_back(candidate.name);
        }
        problems_.add(from.line, what + ": no model `" + from.model + '`' + did_you_mean(from.model, names));
        return;
    }
    const std::string method = !from.method.empty() ? from.method : from.many ? "list" : "get";
    const Row model_at = static_cast<Row>(model - service->models.data());
    plan::Relation relation;
    relation.method = service->find_method(model_at, method);
    if (relation.method == plan::none) {
        std::vector<std::string_view> names;
        for (const plan::Method& candidate : service->methods) {
            if (candidate.model == model_at) names.push_back(candidate.name);
        }
        problems_.add(from.line, what + ": `" + from.model + "` has no method `" + method + '`' + did_you_mean(method, names));
        return;
    }
    const plan::Method& target = service->methods[relation.method];
    if ((target.kind == MethodKind::get) == from.many) {
        problems_.add(from.line, what + (from.many ? ": `get` returns one: leave out `many`, or say another `method`"
                                                   : ": one is read with `get`: leave out `method`, or add `many: true`"));
    }
    if (target.result_shape != model->shape) {
        problems_.add(from.line, what + ": `" + method + "` does not return the model `" + from.model + '`');
    }
    relation.name = from.name;
    relation.identifier = identifier(from.name);
    relation.service = service == &plan_ ? "" : service->namespace_;
    relation.target = "::botocraft::" + service->namespace_ + "::" + service->shapes[model->shape].type;
    relation.header = "botocraft/" + service->namespace_ + '/' + snake_case(model->name) + ".hpp";
    relation.bindings = bind(from.arguments, target, *service, scope_of(to), from.line, what, true);
    relation.many = from.many;
    relation.cached = from.cached && !from.many;
    to.relations.push_back(std::move(relation));
}

void Resolver::proxy(const overlay::Proxy& from, plan::Model& to) {
    const std::string& name = from.method.empty() ? from.name : from.method;
    const Row model_at = static_cast<Row>(&to - plan_.models.data());
    const Row method = plan_.find_method(model_at, name);
    if (method == plan::none) {
        std::vector<std::string_view> names;
        for (const plan::Method& candidate : plan_.methods) {
            if (candidate.model == model_at) names.push_back(candidate.name);
        }
        problems_.add(from.line, "proxy: `" + to.name + "` has no method `" + name + '`' + did_you_mean(name, names));
        return;
    }
    const MethodKind kind = plan_.methods[method].kind;
    if (kind == MethodKind::create || kind == MethodKind::update || kind == MethodKind::remove) {
        problems_.add(from.line, "proxy: `" + name + "` is what save and remove are for");
        return;
    }
    to.proxies.push_back({identifier(from.name), method,
                          bind(from.arguments, plan_.methods[method], plan_, scope_of(to), from.line, "proxy", false)});
}

void Resolver::wait(const overlay::Wait& from, plan::Model& to) {
    const std::vector<Waiter>& waiters = plan_.facts->waiters;
    const auto found = std::ranges::find(waiters, from.waiter, &Waiter::name);
    if (found == waiters.end()) {
        std::vector<std::string_view> names;
        for (const Waiter& waiter : waiters) names.push_back(waiter.name);
        problems_.add(from.line, "waits: no waiter `" + from.waiter + '`' + did_you_mean(from.waiter, names));
        return;
    }
    const Row operation = to.get == plan::none ? plan::none : plan_.methods[to.get].operation;
    const std::string asked = operation == plan::none ? std::string() : plan_.operations[operation].name;
    if (asked != found->operation) {
        problems_.add(from.line, "waits: `" + from.waiter + "` calls " + found->operation + ", but `get` of `" + to.name + "` calls " +
                                     (asked.empty() ? "no operation" : asked));
        return;
    }
    const bool bound = std::ranges::all_of(to.key, [](const plan::Binding& part) { return part.member != plan::none; });
    if (to.key.empty() || !bound) {
        problems_.add(from.line, "waits: the key of `" + to.name + "` tells `get` nothing");
        return;
    }
    if (from.name != snake_case(from.name)) {
        problems_.add(from.line, "waits: `" + from.name + "` is part of a function's name: write `" + snake_case(from.name) + '`');
        return;
    }
    to.waits.push_back({identifier("wait_until_" + from.name), static_cast<std::size_t>(found - waiters.begin())});
}

// The arguments of `delete`, from what the overlay says or from the key.
void Resolver::removal(const overlay::Model& from, plan::Model& to) {
    if (to.remove == plan::none) {
        if (!from.delete_arguments.empty()) problems_.add(from.delete_arguments.front().line, "there is no method `delete`");
        return;
    }
    const plan::Method& remove = plan_.methods[to.remove];
    std::vector<overlay::Binding> arguments = from.delete_arguments;
    if (arguments.empty()) {
        for (overlay::Binding binding : from.key) {
            if (binding.name.empty() && !remove.arguments.empty()) binding.name = remove.arguments.front().name;
            if (from.key.size() == 1 || remove.find(binding.name)) arguments.push_back(binding);
        }
    }
    to.remove_bindings = bind(arguments, remove, plan_, scope_of(to), remove.line, "delete", true);
}

void Resolver::tagging(const overlay::Model& from, plan::Model& to) {
    if (to.tags_member == plan::none) problems_.add(from.tagging->tag.line, "`" + to.name + "` has no tags");
    if (to.update == plan::none) problems_.add(from.tagging->tag.line, "`" + to.name + "` has no `update`, whose answer has tags");
    to.tag = tag_call(from.tagging->tag, to, to.tag_binding);
    to.untag = tag_call(from.tagging->untag, to, to.untag_binding);
}

// A method that no manager shows: what is tagged comes first, then tags or keys.
Resolver::Row Resolver::tag_call(const overlay::TagCall& from, plan::Model& to, std::vector<plan::Binding>& binding) {
    const Row operation = plan_.find_operation(from.operation);
    if (operation == plan::none || plan_.operations[operation].input == plan::none) {
        std::vector<std::string_view> names;
        for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
        problems_.add(from.line, "no operation `" + from.operation + '`' + did_you_mean(from.operation, names));
        return plan::none;
    }
    const plan::Shape& request = plan_.shapes[plan_.operations[operation].input];
    plan::Method method;
    method.name = method.identifier = from.operation;
    method.model = static_cast<Row>(&to - plan_.models.data());
    method.model_name = plan_.shapes[to.shape].type;
    method.operation = operation;
    method.hidden = true;
    method.line = from.line;
    std::vector<std::string> members;
    for (const overlay::Binding& one : from.arguments) members.push_back(one.name);
    members.push_back(from.tags);
    if (members.size() != 2) problems_.add(from.line, "one argument says what is tagged");
    for (const std::string& name : members) {
        const plan::Member* member = request.find(name);
        if (!member) {
            problems_.add(from.line, "the request of " + from.operation + " has no member `" + name + '`' +
                                         did_you_mean(name, names_of(request)));
            return plan::none;
        }
        plan::Argument argument;
        argument.name = argument.identifier = name;
        argument.member = request.index_of(name);
        argument.kind = argument_type(*member, plan_.shapes);
        argument.positional = argument.required = true;
        argument.position = static_cast<Row>(method.arguments.size());
        method.arguments.push_back(std::move(argument));
    }
    const plan::Member& tags = request.members[method.arguments.back().member];
    if (tags.kind != Kind::list) problems_.add(from.line, '`' + from.tags + "` is " + describe(of(tags)) + ", not a list");
    binding = bind(from.arguments, method, plan_, scope_of(to), from.line, "tagging", false);
    plan_.methods.push_back(std::move(method));
    return static_cast<Row>(plan_.methods.size() - 1);
}

// Everything that becomes a member of the C++ structure has a name of its own.
void Resolver::check_member_names(const overlay::Model& from, const plan::Model& to) {
    std::set<std::string, std::less<>> seen;
    for (const plan::Member& member : shape_of(to).members) seen.insert(member.identifier);
    const auto add = [&](const std::string& name, std::size_t line, const std::string& what) {
        if (!seen.insert(name).second) {
            problems_.add(line, what + " `" + name + "` has the name of another member of `" + to.name +
                                    "`: call it something else");
        }
    };
    if (to.primary) {
        for (const char* own : {"objects", "save", "remove", "pk", "state_", "shape_"}) add(own, from.line, "the member");
    }
    for (const overlay::Property& property : from.properties) add(identifier(property.name), property.line, "the property");
    for (const overlay::Relation& relation : from.relations) add(identifier(relation.name), relation.line, "the relation");
    for (const overlay::Proxy& proxy : from.proxies) add(identifier(proxy.name), proxy.line, "the proxy");
    for (const overlay::Wait& wait : from.waits) add(identifier("wait_until_" + wait.name), wait.line, "the function");
    for (const overlay::ByHand& one : from.by_hand) {
        if (!one.manager && !one.replaces()) add(identifier(one.name), one.line, "the function");
    }
}

// Members that neither create nor update sends are set by AWS alone.
void Resolver::read_only_members(plan::Model& model) {
    plan::Shape& shape = plan_.shapes[model.shape];
    for (plan::Member& member : shape.members) {
        bool sent = false;
        for (const Row row : {model.create, model.update}) {
            if (row == plan::none || plan_.methods[row].operation == plan::none) continue;
            const plan::Method& method = plan_.methods[row];
            const Row input = plan_.operations[method.operation].input;
            if (input == plan::none) continue;
            sent = sent || plan_.shapes[input].find(member.name);
            for (const plan::Binding& binding : method.bindings) {
                if (binding.expression == plan::none) continue;
                const plan::Expression& expression = plan_.expressions[binding.expression];
                const bool as_is = expression.kind == orm::ExpressionKind::path ||
                                   expression.kind == orm::ExpressionKind::tag_specification ||
                                   expression.kind == orm::ExpressionKind::query_string ||
                                   expression.kind == orm::ExpressionKind::unless;
                sent = sent || (as_is && expression.text == member.name);
            }
        }
        if (!sent) member.flags |= flag::read_only;
        if (member.has(flag::read_only)) shape.read_only.push_back(member.identifier);
    }
}

}  // namespace botocraft::gen
