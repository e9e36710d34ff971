// What requests mean, and what is done about them.
#include "testing/resources.hpp"

#include "orm/expression.hpp"
#include "schema/project.hpp"
#include "testing/pages.hpp"
#include "testing/resource_filters.hpp"
#include "testing/resource_values.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace botocraft::testing {

using orm::MethodKind;
using schema::Kind;
using schema::Place;

namespace untyped = botocraft::detail;

namespace {

constexpr std::size_t usual_page = 100;

// Texts and numbers say how many there may be on a page.
std::size_t page_size(const Value& limit) {
    std::int64_t size = usual_page;
    if (limit.as_integer()) size = *limit.as_integer();
    if (limit.as_string()) std::from_chars(limit.as_string()->data(), limit.as_string()->data() + limit.as_string()->size(), size);
    return static_cast<std::size_t>(std::max<std::int64_t>(1, size));
}

}  // namespace

Resources::Resources(const orm::ServiceTables& tables, const Environs& environs, const Caller& where,
                     std::string_view validation_error)
    : tables_(tables),
      methods_(tables),
      environs_(environs),
      region_(where.region),
      account_(where.account_id),
      validation_error_(validation_error) {
    arn_.append("arn:").append(partition_of(where.region)).append(":").append(tables.signing_name).append(":");
    arn_.append(where.region).append(":").append(where.account_id).append(":");
}

// --- which operation -------------------------------------------------------------------------------------------------

Resources::Request Resources::request(const orm::Method& method, const void* in, void* out) const {
    const api::Operation& operation = tables_.operations[method.operation];
    const std::uint16_t output = operation.output;
    return {operation,
            method,
            methods_.model_of(method),
            methods_.input_of(method),
            in,
            output == api::none ? schema::ShapeRef{} : schema::ShapeRef{tables_.schema, output},
            out,
            methods_.links_of(method)};
}

// Where several models share an operation, what its method always sends tells which one is meant.
Resources::Choices Resources::choices(const api::Operation& operation, const void* in, void* out) const {
    Choices all;
    const auto row = static_cast<std::uint16_t>(&operation - tables_.operations);
    std::vector<const orm::Method*> callers;
    for (const orm::Method& method : std::span(tables_.methods, tables_.method_count)) {
        const bool plain = method.scan == api::none && !method.keys_given && method.each_method == api::none;
        if (method.operation == row && plain) callers.push_back(&method);
    }
    const auto agrees = [&](const orm::Method* method) { return methods_.has_constants(*method, in); };
    if (std::ranges::any_of(callers, agrees)) std::erase_if(callers, [&](const auto* each) { return !agrees(each); });
    // Lists first: they know what `get` knows.
    std::ranges::stable_sort(callers, {}, [](const orm::Method* each) { return each->kind != MethodKind::list; });
    const bool changes = !only_reads(operation);
    for (const orm::Method* const method : callers) {
        if (methods_.reads(*method)) {
            Request read = request(*method, in, out);
            const auto same = [&](const Request& other) { return other.model == read.model; };
            if (std::ranges::none_of(all.reads, same)) all.reads.push_back(std::move(read));
        }
        if (!changes) continue;
        if (method->kind == MethodKind::create) all.creates.push_back(request(*method, in, out));
        if (method->kind == MethodKind::remove) all.removals.push_back(request(*method, in, out));
        if (method->kind == MethodKind::update || method->kind == MethodKind::partial_update) {
            all.changes.push_back(request(*method, in, out));
        }
    }
    return all;
}

bool Resources::carry_out(const api::Operation& operation, const void* in, void* out) {
    const Choices all = choices(operation, in, out);
    const auto there = [this](const Request& each) { return find(each) != nullptr; };
    const auto carry_out_one = [&](const std::vector<Request>& requests, void (Resources::*action)(const Request&)) {
        if (requests.empty()) return false;
        const auto meant = std::ranges::find_if(requests, there);
        (this->*action)(meant == requests.end() ? requests.front() : *meant);
        return true;
    };
    // Some operations create what is not there, and change what is.
    if (!all.creates.empty() && std::ranges::none_of(all.changes, there)) {
        create(all.creates.front());
        return true;
    }
    if (carry_out_one(all.changes, &Resources::change) || carry_out_one(all.removals, &Resources::erase)) return true;
    for (const Request& each : all.reads) read(each);
    return !all.reads.empty() || carry_out_part(operation, in, out);
}

// --- what a request means --------------------------------------------------------------------------------------------

const orm::Model& Resources::model_of(const Request& request) const noexcept { return tables_.models[request.model]; }

schema::ShapeRef Resources::shape_of(const orm::Model& model) const noexcept { return {tables_.schema, model.shape}; }

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
    return read_member(record.structure.shape(), *link.own, record.structure.get());
}

bool Resources::is_named(const Record& record, const Link& link, const Value& name) const {
    if (!link.names_one) return same_name(value_of(record, link), name);
    const orm::Model& model = tables_.models[record.model];
    const Value by_key = value_of(record, link);
    if (is_given(by_key) && same_name(by_key, name)) return true;
    const Value by_arn = value_of(record, model.arn), by_name = value_of(record, model.name);
    return (is_given(by_arn) && same_name(by_arn, name)) || (is_given(by_name) && same_name(by_name, name));
}

bool Resources::is_meant(const Request& request, const Record& record, const Link* but_for) const {
    if (record.model != request.model) return false;
    return std::ranges::all_of(request.links, [&](const Link& link) {
        if (&link == but_for) return true;
        const Value wanted = said(request, link);
        return !is_given(wanted) || is_named(record, link, wanted);
    });
}

// The member of the request that names one, or several; null where it names none.
const Link* Resources::name_in(const Request& request) const {
    const auto found = std::ranges::find_if(
        request.links, [&](const Link& link) { return link.names_one && is_given(said(request, link)); });
    return found == request.links.end() ? nullptr : &*found;
}

Resources::Record* Resources::find(const Request& request, const Link& key, const Value& name) {
    const auto found = std::ranges::find_if(records_, [&](const auto& record) {
        return is_meant(request, *record, &key) && is_named(*record, key, name);
    });
    return found == records_.end() ? nullptr : found->get();
}

Resources::Record* Resources::find(const Request& request) {
    const Link* const key = name_in(request);
    return key ? find(request, *key, said(request, *key)) : nullptr;
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
    constexpr std::string_view parts[] = {"creat", "regist", "launch", "start", "upload"};
    auto record = std::make_unique<Record>();
    record->model = request.model;
    record->number = ++last_number_;
    record->structure = untyped::Structure(shape_of(model_of(request)));
    absorb(request, *record);
    identify(request, *record);
    stamp(*record, parts, false);
    records_.push_back(std::move(record));
    show(request, *records_.back());
}

void Resources::change(const Request& request) {
    constexpr std::string_view parts[] = {"updat", "modif"};
    Record* const record = find(request);
    if (!record) does_not_exist(request, {});
    absorb(request, *record);
    stamp(*record, parts, true);
    show(request, *record);
}

void Resources::erase(const Request& request) {
    const Link* const key = name_in(request);
    if (!key) does_not_exist(request, {});
    const Value keys = said(request, *key);
    const Value::List one{keys};
    for (const Value& name : keys.as_list() ? *keys.as_list() : one) {
        Record* const record = find(request, *key, name);
        if (!record) {
            missing(request, to_string(name));
            continue;
        }
        show(request, *record);
        std::erase_if(records_, [record](const auto& each) { return each.get() == record; });
    }
}

void Resources::read(const Request& request) {
    if (const Link* const key = name_in(request)) return describe(request, *key, said(request, *key));
    const std::string_view path = tables_.text(request.method.result);
    const auto place = path.empty() ? std::nullopt : make_place(request.out_shape, request.out, path);
    if (place && place->kind() == Kind::list) return list(request);
    const auto found = std::ranges::find_if(
        records_, [&](const auto& record) { return is_meant(request, *record, nullptr); });
    if (found == records_.end()) does_not_exist(request, {});
    show(request, **found);
}

// Those that are named, one by one.
void Resources::describe(const Request& request, const Link& key, const Value& keys) {
    const Value::List one{keys};
    const ResourceFilters filters(request.in_shape, request.in, tables_, model_of(request));
    for (const Value& wanted : keys.as_list() ? *keys.as_list() : one) {
        if (const Record* const record = find(request, key, wanted)) {
            if (filters.keeps(record->structure.get())) show(request, *record);
            continue;
        }
        // AWS returns those that there are, or says so.
        const bool silent = keys.as_list() && request.method.failures.length == 0 &&
                            methods_.missing_codes(request.method).empty();
        if (!silent) missing(request, wanted.as_string() ? *wanted.as_string() : std::string());
    }
}

void Resources::list(const Request& request) {
    const std::string_view name = tables_.text(request.operation.name);
    const auto member = [&](std::uint16_t row) {
        return read_member(request.in_shape, request.in_shape.begin()[row], request.in);
    };
    const bool limited = request.operation.limit_member != api::none;
    const std::size_t size = page_size(limited ? member(request.operation.limit_member) : Value());
    const api::Token* const token =
        request.operation.token_count > 0 ? tables_.tokens + request.operation.first_token : nullptr;
    std::uint64_t after = 0;
    if (token) {
        const Value from = member(token->input_member);
        if (is_given(from) && from.as_string()) {
            const auto last = read_token(name, *from.as_string());
            if (!last) throw ModelledError(std::string(validation_error_), "Invalid token.");
            std::from_chars(last->data(), last->data() + last->size(), after);
        }
    }
    const auto place = make_place(request.out_shape, request.out, tables_.text(request.method.result));
    if (!place || place->kind() != Kind::list) return;
    schema::make_container(*place);
    const ResourceFilters filters(request.in_shape, request.in, tables_, model_of(request));
    const auto tell = [&](api::Text path, const Value& value) {
        const auto to = path.length == 0 ? std::nullopt : make_place(request.out_shape, request.out, tables_.text(path));
        if (to) put_fitting(*to, value);
    };
    if (token) tell(token->more_path, false);
    std::size_t count = 0;
    std::uint64_t last = 0;
    for (const auto& record : records_) {
        if (record->number <= after || !is_meant(request, *record, nullptr)) continue;
        if (!filters.keeps(record->structure.get())) continue;
        if (token && count == size) {
            tell(token->output_path, make_token(name, std::to_string(last)));
            tell(token->more_path, true);
            return;
        }
        show_in_list(request, *record, *place);
        last = record->number;
        ++count;
    }
}

void Resources::put(schema::ShapeRef shape, const void* structure) {
    auto record = std::make_unique<Record>();
    const orm::Model* const end = tables_.models + tables_.model_count;
    const orm::Model* const model =
        std::find_if(tables_.models, end, [&](const orm::Model& each) { return each.shape == shape.index; });
    if (shape.schema != tables_.schema || model == end) return;
    record->model = static_cast<std::uint16_t>(model - tables_.models);
    record->number = ++last_number_;
    record->structure = untyped::Structure(shape);
    schema::project(shape, structure, shape, record->structure.get());
    std::erase_if(records_, [&](const auto& old) {
        if (old->model != record->model) return false;
        for (std::uint16_t i = 0; i < model->key_count; ++i) {
            const std::uint16_t key = tables_.bindings[model->first_key + i].expression;
            if (value_of(*old, key) != value_of(*record, key)) return false;
        }
        return true;
    });
    records_.push_back(std::move(record));
}

}  // namespace botocraft::testing
