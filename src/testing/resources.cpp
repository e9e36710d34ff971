// What requests mean, and what is done about them.
#include "testing/resources.hpp"

#include "orm/expression.hpp"
#include "schema/project.hpp"
#include "testing/pages.hpp"
#include "testing/resource_values.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace botocraft::testing {

using orm::MethodKind;
using schema::Kind;
using schema::Place;

namespace untyped = botocraft::detail;

Resources::Resources(const orm::ServiceTables& tables, const Environs& environs, const Caller& where,
                     std::string_view validation_error)
    : tables_(tables), environs_(environs), region_(where.region), validation_error_(validation_error) {
    arn_.append("arn:").append(partition_of(where.region)).append(":").append(tables.signing_name).append(":");
    arn_.append(where.region).append(":").append(where.account_id).append(":");
}

bool Resources::carry_out(const api::Operation& operation, const void* in, void* out) {
    const std::uint16_t row = static_cast<std::uint16_t>(&operation - tables_.operations);
    const auto calls = [&](MethodKind kind) -> const orm::Method* {
        const orm::Method* const end = tables_.methods + tables_.method_count;
        const orm::Method* const found = std::find_if(tables_.methods, end, [&](const orm::Method& method) {
            return method.operation == row && method.kind == kind && !method.keys_given &&
                   method.each_method == api::none;
        });
        return found == end ? nullptr : found;
    };
    const auto shape = [this](std::uint16_t at) {
        return at == api::none ? schema::ShapeRef{} : schema::ShapeRef{tables_.schema, at};
    };
    const auto with = [&](const orm::Method* method, void (Resources::*action)(const Request&)) {
        if (!method) return false;
        (this->*action)({operation, *method, shape(operation.input), in, shape(operation.output), out});
        return true;
    };
    const orm::Method* const update = calls(MethodKind::update);
    const orm::Method* const create = calls(MethodKind::create);
    // Some operations create what is not there, and change what is.
    const bool is_there =
        create && update && find({operation, *update, shape(operation.input), in, shape(operation.output), out});
    return with(is_there ? nullptr : create, &Resources::create) ||
           with(update ? update : calls(MethodKind::partial_update), &Resources::change) ||
           with(calls(MethodKind::remove), &Resources::erase) || with(calls(MethodKind::list), &Resources::read) ||
           with(calls(MethodKind::get), &Resources::read) || with(calls(MethodKind::get_many), &Resources::read);
}

// --- what a request means --------------------------------------------------------------------------------------------

const orm::Model& Resources::model_of(const Request& request) const noexcept {
    return tables_.models[request.method.model];
}

schema::ShapeRef Resources::shape_of(const orm::Model& model) const noexcept { return {tables_.schema, model.shape}; }

Resources::Links Resources::links_of(const Request& request) const {
    Links links;
    const orm::Model& model = model_of(request);
    if (request.method.kind == MethodKind::remove) {
        link_arguments(request, model.first_remove, model.remove_count, model.remove, links);
    } else if (request.method.kind == MethodKind::update || request.method.kind == MethodKind::partial_update) {
        link_model(request, links);
    } else if (model.get != api::none && tables_.methods[model.get].operation == request.method.operation) {
        link_arguments(request, model.first_key, model.key_count, model.get, links);
    } else if (request.method.kind == MethodKind::get_many && model.key_count > 0) {
        const orm::Argument* const first = tables_.arguments + request.method.first_argument;
        if (request.method.argument_count > 0 && first->member != api::none) {
            const std::uint16_t key = tables_.bindings[model.first_key].expression;
            links.push_back({request.in_shape.begin() + first->member, key, true});
        }
    }
    link_names(request, links);
    return links;
}

// Of the parts of a key the one that tells resources apart, and not where they are: of which `get` sends a list, or the
// first.
std::string_view Resources::main_key(const orm::Model& model) const {
    if (model.key_count == 0) return {};
    for (std::uint16_t i = 0; i < model.key_count && model.get != api::none; ++i) {
        const std::string_view name = tables_.text(tables_.bindings[model.first_key + i].name);
        const orm::Method& get = tables_.methods[model.get];
        for (std::uint16_t n = 0; n < get.argument_count; ++n) {
            const orm::Argument& argument = tables_.arguments[get.first_argument + n];
            const bool wraps = (argument.flags & orm::argument_flag::wrap) != 0;
            if (wraps && tables_.text(argument.name) == name) return name;
        }
    }
    return tables_.text(tables_.bindings[model.first_key].name);
}

// Of bindings that give arguments of a method values of the model: a key, what deletes one.
void Resources::link_arguments(const Request& request, std::uint16_t first, std::uint16_t count,
                               std::uint16_t method_row, Links& links) const {
    const orm::Method& method = tables_.methods[method_row];
    for (std::uint16_t i = 0; i < count; ++i) {
        const orm::Binding& binding = tables_.bindings[first + i];
        for (std::uint16_t n = 0; n < method.argument_count; ++n) {
            const orm::Argument& argument = tables_.arguments[method.first_argument + n];
            if (tables_.text(argument.name) != tables_.text(binding.name)) continue;
            if (argument.member == api::none || argument.inner != api::none) continue;
            const bool names_one = tables_.text(binding.name) == main_key(model_of(request));
            links.push_back({request.in_shape.begin() + argument.member, binding.expression, names_one});
        }
    }
    if (!links.empty() && std::ranges::none_of(links, &Link::names_one)) links.front().names_one = true;
}

// A request that is made of a model: its members that hold the key.
void Resources::link_model(const Request& request, Links& links) const {
    const orm::Model& model = model_of(request);
    const auto says = [&](const schema::Member& member, std::uint16_t expression) {
        const orm::Expression& wanted = tables_.expressions[expression];
        if (tables_.schema->name(member) == tables_.text(wanted.text)) return true;
        for (std::uint16_t i = 0; i < request.method.binding_count; ++i) {
            const orm::Binding& binding = tables_.bindings[request.method.first_binding + i];
            if (request.in_shape.begin() + binding.member != &member || binding.expression == api::none) continue;
            if (tables_.text(tables_.expressions[binding.expression].text) == tables_.text(wanted.text)) return true;
        }
        return false;
    };
    for (std::uint16_t i = 0; i < model.key_count; ++i) {
        const orm::Binding& key = tables_.bindings[model.first_key + i];
        for (const schema::Member& member : request.in_shape) {
            const bool named = tables_.schema->name(member) == tables_.text(key.name);
            if (!named && !says(member, key.expression)) continue;
            links.push_back({&member, key.expression, tables_.text(key.name) == main_key(model)});
        }
    }
}

// Whatever else the request and the model have a name for narrows the choice, but for what a change sets.
void Resources::link_names(const Request& request, Links& links) const {
    if (request.method.kind == MethodKind::update || request.method.kind == MethodKind::partial_update) return;
    for (const schema::Member& member : request.in_shape) {
        const bool linked = std::ranges::any_of(links, [&](const Link& link) { return link.member == &member; });
        const schema::ShapeRef shape = shape_of(model_of(request));
        const schema::Member* const own = schema::find_member(shape, tables_.schema->name(member));
        if (!linked && own && own->kind == Kind::string) links.push_back({&member, api::none, false});
    }
}

Value Resources::said(const Request& request, const Link& link) const {
    return read_member(request.in_shape, *link.member, request.in);
}

Value Resources::value_of(const Record& record, std::uint16_t expression) const {
    if (expression == api::none) return {};
    untyped::Scope scope;
    scope.service = &tables_;
    scope.shape = record.structure.shape();
    scope.structure = record.structure.get();
    return untyped::evaluate(scope, expression);
}

Value Resources::value_of(const Record& record, const Link& link) const {
    if (link.expression != api::none) return value_of(record, link.expression);
    const schema::ShapeRef shape = record.structure.shape();
    const schema::Member* const own = schema::find_member(shape, tables_.schema->name(*link.member));
    return read_member(shape, *own, record.structure.get());
}

bool Resources::is_named(const Record& record, const Link& link, const Value& name) const {
    if (!link.names_one) return same_name(value_of(record, link), name);
    const orm::Model& model = tables_.models[record.model];
    const Value by_key = value_of(record, link);
    if (is_given(by_key) && same_name(by_key, name)) return true;
    const Value by_arn = value_of(record, model.arn), by_name = value_of(record, model.name);
    return (is_given(by_arn) && same_name(by_arn, name)) || (is_given(by_name) && same_name(by_name, name));
}

bool Resources::is_meant(const Request& request, const Record& record, const Links& links, const Link* but_for) const {
    if (record.model != request.method.model) return false;
    return std::ranges::all_of(links, [&](const Link& link) {
        if (&link == but_for) return true;
        const Value wanted = said(request, link);
        return !is_given(wanted) || is_named(record, link, wanted);
    });
}

Resources::Record* Resources::find(const Request& request) {
    const Links links = links_of(request);
    const bool named = std::ranges::any_of(
        links, [&](const Link& link) { return link.names_one && is_given(said(request, link)); });
    if (!named) return nullptr;
    const auto found = std::ranges::find_if(
        records_, [&](const auto& record) { return is_meant(request, *record, links, nullptr); });
    return found == records_.end() ? nullptr : found->get();
}

Resources::Record* Resources::find_arn(std::string_view arn) {
    const auto found = std::ranges::find_if(records_, [&](const auto& record) {
        const Value own = value_of(*record, tables_.models[record->model].arn);
        return own.as_string() && *own.as_string() == arn;
    });
    return found == records_.end() ? nullptr : found->get();
}

// --- the operations --------------------------------------------------------------------------------------------------

void Resources::create(const Request& request) {
    auto record = std::make_unique<Record>();
    record->model = request.method.model;
    record->number = ++last_number_;
    const schema::ShapeRef shape = shape_of(model_of(request));
    record->structure = untyped::Structure(shape);
    if (request.in_shape.schema) {
        schema::project(request.in_shape, request.in, shape, record->structure.get());
        // What a request takes from another member of the model goes back there.
        for (std::uint16_t i = 0; i < request.method.binding_count; ++i) {
            const orm::Binding& binding = tables_.bindings[request.method.first_binding + i];
            if (binding.expression == api::none) continue;
            const orm::Expression& from = tables_.expressions[binding.expression];
            const auto place = untyped::find_place(shape, record->structure.get(), tables_.text(from.text));
            const Value value = read_member(request.in_shape, request.in_shape.begin()[binding.member], request.in);
            const bool text = place && !binding.wrap && place->kind() == Kind::string && value.as_string();
            if (text) untyped::put(*place, value, false);
        }
    }
    identify(request, *record);
    stamp(*record, "creat", "regist");
    records_.push_back(std::move(record));
    show(request, *records_.back());
}

void Resources::change(const Request& request) {
    Record* const record = find(request);
    if (!record) does_not_exist(request, {});
    schema::project(request.in_shape, request.in, record->structure.shape(), record->structure.get());
    stamp(*record, "updat", "modif");
    show(request, *record);
}

void Resources::erase(const Request& request) {
    const Links links = links_of(request);
    const auto begins = std::ranges::stable_partition(
        records_, [&](const auto& record) { return !is_meant(request, *record, links, nullptr); });
    const bool named = std::ranges::any_of(
        links, [&](const Link& link) { return link.names_one && is_given(said(request, link)); });
    if (!named || begins.empty()) {
        std::ranges::sort(records_, {}, [](const auto& record) { return record->number; });
        does_not_exist(request, {});
    }
    for (const auto& record : begins) show(request, *record);
    records_.erase(begins.begin(), begins.end());
}

void Resources::read(const Request& request) {
    const Links links = links_of(request);
    for (const Link& link : links) {
        const Value keys = said(request, link);
        if (link.names_one && is_given(keys)) return describe(request, links, link, keys);
    }
    list(request, links);
}

void Resources::describe(const Request& request, const Links& links, const Link& key, const Value& keys) {
    const Value::List one{keys};
    const std::string_view failures = tables_.text(request.method.failures);
    for (const Value& wanted : keys.as_list() ? *keys.as_list() : one) {
        const auto found = std::ranges::find_if(records_, [&](const auto& record) {
            return is_meant(request, *record, links, &key) && is_named(*record, key, wanted);
        });
        if (found != records_.end()) {
            show(request, **found);
            continue;
        }
        const std::string name = wanted.as_string() ? *wanted.as_string() : std::string();
        const auto list = failures.empty() ? std::nullopt : make_place(request.out_shape, request.out, failures);
        if (!list && !keys.as_list()) does_not_exist(request, name);
        if (!list || list->kind() != Kind::list) continue;
        const Place failure = schema::Appender(*list).append();
        schema::as<untyped::RawList>(list->at).presence = schema::Presence::present;
        const std::pair<std::string_view, std::string_view> members[] = {{"arn", name}, {"reason", "MISSING"}};
        for (const auto& [member, text] : members) {
            const auto place = untyped::find_place(failure.target(), schema::structure(failure), member);
            if (place && place->kind() == Kind::string) schema::set_string(*place, text);
        }
    }
}

void Resources::list(const Request& request, const Links& links) {
    const std::string_view name = tables_.text(request.operation.name);
    std::size_t size = 100;
    if (request.operation.limit_member != api::none) {
        const schema::Member& member = request.in_shape.begin()[request.operation.limit_member];
        const Value limit = read_member(request.in_shape, member, request.in);
        if (limit.as_integer()) size = static_cast<std::size_t>(std::max<std::int64_t>(1, *limit.as_integer()));
    }
    const api::Token* const token =
        request.operation.token_count > 0 ? tables_.tokens + request.operation.first_token : nullptr;
    std::uint64_t after = 0;
    if (token) {
        const Value from = read_member(request.in_shape, request.in_shape.begin()[token->input_member], request.in);
        if (is_given(from) && from.as_string()) {
            const auto last = read_token(name, *from.as_string());
            if (!last) throw ModelledError(std::string(validation_error_), "Invalid token.");
            std::from_chars(last->data(), last->data() + last->size(), after);
        }
    }
    std::string_view path = tables_.text(request.method.result);
    const auto place = make_place(request.out_shape, request.out, path);
    if (!place || place->kind() != Kind::list) return;
    schema::make_container(*place);
    std::size_t count = 0;
    std::uint64_t last = 0;
    for (const auto& record : records_) {
        if (record->number <= after || !is_meant(request, *record, links, nullptr)) continue;
        if (token && count == size) {
            const auto next = make_place(request.out_shape, request.out, tables_.text(token->output_path));
            if (next) untyped::put(*next, Value(make_token(name, std::to_string(last))), false);
            return;
        }
        show_in_list(request, *record, *place);
        last = record->number;
        ++count;
    }
}

}  // namespace botocraft::testing
