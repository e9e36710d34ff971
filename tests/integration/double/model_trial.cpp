#include "model_trial.hpp"

#include "catch.hpp"
#include "made_values.hpp"
#include "trial_tools.hpp"

#include "orm/expression.hpp"
#include "orm/operation.hpp"
#include "orm/owned_list.hpp"
#include "orm/run.hpp"
#include "testing/double_state.hpp"
#include "testing/resource_values.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/error.hpp>
#include <botocraft/manager.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace botocraft::test {

using detail::CallState;
using detail::OwnedList;
using detail::Structure;
using orm::MethodKind;
using schema::Kind;
using schema::Place;

namespace {

constexpr const char* region = "us-east-1";

testing::DoubleOptions serving(const orm::ServiceTables& service) {
    testing::DoubleOptions options;
    options.services.push_back(&service);
    return options;
}

Session session_for(const testing::AwsDouble& aws, Protocol protocol) {
    SessionOptions options;
    options.region = region;
    options.endpoint_url = aws.endpoint_url();
    options.endpoints.disable_host_prefix = true;
    options.credentials = static_credentials(aws.credentials());
    options.max_attempts = 1;
    options.protocol.preferred = {protocol};
    return Session(options);
}

}  // namespace

ModelTrial::ModelTrial(const orm::ServiceTables& service, std::uint16_t model, Protocol protocol)
    : service_(service), row_(model), aws_(serving(service)), session_(session_for(aws_, protocol)) {
    // What is not to be mistaken for it.
    for (std::uint16_t other = 0; other < service.model_count; ++other) {
        if (other == model) continue;
        for (const unsigned number : {900U, 901U, 902U}) put({service.schema, service.models[other].shape}, number);
    }
}

Structure ModelTrial::put(schema::ShapeRef shape, unsigned number) {
    Structure one(shape);
    for (const schema::Member& member : shape) {
        if (member.kind != Kind::state) make_value(place_of(one, member), is_shared(member) ? 1 : number);
    }
    aws_.state().put(region, shape, one.get());
    return one;
}

std::string ModelTrial::name() const { return std::string(shape().name()); }

std::uint16_t ModelTrial::find_method(std::string_view name) const {
    for (std::uint16_t i = 0; i < service_.method_count; ++i) {
        if (method(i).model == row_ && service_.text(method(i).name) == name) return i;
    }
    return api::none;
}

bool ModelTrial::has_methods() const {
    const orm::Model& m = model();
    return m.get != api::none || m.list != api::none || m.create != api::none || m.remove != api::none;
}

template <class Step>
void ModelTrial::try_method(std::uint16_t row, Step step) {
    if (row == api::none) return;
    const std::string called(service_.text(method(row).name));
    if (unserved_.contains(called)) return;
    try {
        step();
        verified_.push_back(called);
    } catch (const std::exception& error) {
        FAIL_CHECK(service_.name << " " << name() << " " << called << ": " << error.what());
    }
}

void ModelTrial::run(const std::set<std::string, std::less<>>& unserved) {
    unserved_ = unserved;
    const orm::Model& m = model();
    const bool lists = m.list != api::none;
    const api::Operation* const list = lists ? &service_.operations[method(m.list).operation] : nullptr;
    const bool fixed_pages = list && list->token_count > 0 && list->limit_member == api::none;
    const auto is_required = [](const orm::Argument& each) { return (each.flags & orm::argument_flag::required) != 0; };
    const bool only_one = m.get != api::none && std::ranges::none_of(
        std::span(service_.arguments + method(m.get).first_argument, method(m.get).argument_count), is_required);
    create_all(only_one ? 1 : fixed_pages ? 205 : 5);
    if (made_.empty()) return;
    try_method(m.get, [this] { get_each(); });
    try_method(m.list, [this] { list_all(); });
    for (std::uint16_t i = 0; i < service_.method_count; ++i) {
        if (method(i).model != row_ || method(i).kind != MethodKind::get_many) continue;
        try_method(i, [this, i] { get_many(i); });
    }
    try_method(m.update, [this] { update(); });
    for (std::uint16_t i = 0; i < service_.method_count; ++i) {
        if (method(i).model != row_ || method(i).kind != MethodKind::partial_update) continue;
        try_method(i, [this, i] { partial_update(i); });
    }
    if (m.tags_member != api::none) tag();
    try_method(m.remove, [this] { remove(); });
}

void ModelTrial::run_call(CallState& call, void* result) { await(detail::run_method(call, result)); }

std::string ModelTrial::call_blindly(std::uint16_t row) {
    CallState call = detail::make_operation_call(service_, method(row).operation, session_.state());
    if (call.request) {
        for (const schema::Member& member : call.request.shape()) {
            const bool required = (member.flags & schema::member_flag::required) != 0;
            if (required) make_value(place_of(call.request, member), 1);
        }
    }
    try {
        run_call(call, nullptr);
    } catch (const ServiceError& error) {
        return error.code();
    }
    return {};
}

// --- what is made ----------------------------------------------------------------------------------------------------

// Whether a binding's value comes from a member of the model.
bool ModelTrial::is_bound(const orm::Binding& binding, std::string_view member) const {
    if (binding.expression == api::none) return false;
    const std::string_view path = service_.text(service_.expressions[binding.expression].text);
    return path.substr(0, path.find_first_of(".[")) == member;
}

// Whether an operation that follows the method's sends it.
bool ModelTrial::is_taken_besides(const schema::Member& member, std::uint16_t row) const {
    const auto steps = std::span(service_.additions + method(row).first_step, method(row).step_count);
    return std::ranges::any_of(steps, [&](const orm::Addition& step) {
        const auto bindings = std::span(service_.bindings + step.first_binding, step.binding_count);
        return std::ranges::any_of(bindings, [&](const auto& each) { return is_bound(each, service_.schema->name(member)); });
    });
}

// Whether a method sends a member of the model: by its name, by what the tables bind, or afterwards.
bool ModelTrial::is_taken(const schema::Member& member, std::uint16_t row) const {
    const std::string_view name = service_.schema->name(member);
    const auto begins = [&](const orm::Binding& binding) { return is_bound(binding, name); };
    const orm::Method& m = method(row);
    const std::uint16_t input = service_.operations[m.operation].input;
    if (input == api::none) return false;
    const std::span bindings(service_.bindings + m.first_binding, m.binding_count);
    if (std::ranges::any_of(bindings, begins)) return true;
    if (is_taken_besides(member, row)) return true;
    const schema::ShapeRef request{service_.schema, input};
    const schema::Member* const same = schema::find_member(request, name);
    const auto left_out = [&](const orm::Binding& binding) {
        return binding.expression == api::none && request.begin() + binding.member == same;
    };
    const bool by_name = same && same->kind == member.kind && (member.flags & schema::member_flag::read_only) == 0;
    return by_name && std::ranges::none_of(bindings, left_out);
}

// Whether a method takes it from the caller, in a form of its own.
bool ModelTrial::is_argument(const schema::Member& member, std::uint16_t row) const {
    const std::span arguments(service_.arguments + method(row).first_argument, method(row).argument_count);
    return std::ranges::any_of(
        arguments, [&](const auto& each) { return service_.text(each.name) == service_.schema->name(member); });
}

// What a list must be told is the same of all.
bool ModelTrial::is_shared(const schema::Member& member) const {
    if (model().list == api::none) return false;
    const orm::Method& list = method(model().list);
    for (const orm::Argument& argument : std::span(service_.arguments + list.first_argument, list.argument_count)) {
        if ((argument.flags & orm::argument_flag::required) == 0) continue;
        const std::string_view name = service_.text(argument.name);
        if (service_.schema->name(member) == name) return true;
        for (std::uint16_t i = 0; i < model().key_count; ++i) {
            const orm::Binding& key = service_.bindings[model().first_key + i];
            const std::string_view path = service_.text(service_.expressions[key.expression].text);
            if (service_.text(key.name) == name && path == service_.schema->name(member)) return true;
        }
        for (std::uint16_t i = 0; i < list.merge_count; ++i) {
            const orm::Binding& merge = service_.bindings[list.first_merge + i];
            const orm::Expression& from = service_.expressions[merge.expression];
            const bool its = from.kind == orm::ExpressionKind::argument && service_.text(from.text) == name;
            if (its && shape().begin() + merge.member == &member) return true;
        }
    }
    return false;
}

void ModelTrial::create_all(unsigned count) {
    const bool creates = model().create != api::none && !unserved_.contains("create");
    for (unsigned number = 1; !creates && number <= count; ++number) {
        made_.push_back(put(shape(), number));
        detail::attach(service_, shape(), made_.back().get(), session_.state());
    }
    if (!creates) return;
    try_method(model().create, [&] {
        for (unsigned number = 1; number <= count; ++number) made_.push_back(create(number));
    });
}

Structure ModelTrial::create(unsigned number) {
    Structure given(shape());
    for (const schema::Member& member : shape()) {
        if (member.kind == Kind::state || !is_taken(member, model().create)) continue;
        make_value(place_of(given, member), is_shared(member) ? 1 : number);
    }
    given_.push_back(given);
    CallState call = detail::make_call(service_, model().create, session_.state());
    detail::bind_from_model(call, given.get());
    const orm::Method& create = call.method();
    const auto fill = [&](const schema::Member& member) {
        if (!is_present(call.request, member)) make_value(place_of(call.request, member), number);
    };
    for (const schema::Member& member : call.request.shape()) {
        if ((member.flags & schema::member_flag::required) != 0) fill(member);
    }
    for (const orm::Argument& argument : std::span(service_.arguments + create.first_argument, create.argument_count)) {
        const bool required = (argument.flags & orm::argument_flag::required) != 0;
        if (required && argument.member != api::none) fill(call.request.shape().begin()[argument.member]);
    }
    if (create.result_kind != orm::ResultKind::model) {
        run_call(call, nullptr);
        return given;
    }
    Structure made(call.result_shape());
    run_call(call, made.get());
    compare(given, made, false, tells_whole(create.refresh == api::none ? model().create : create.refresh));
    expect(!key_of(made).empty(), "it has no key");
    return made;
}

// Whether a method's reply has the model itself, and not another structure with a part of it.
bool ModelTrial::tells_whole(std::uint16_t row) const {
    const std::uint16_t output = service_.operations[method(row).operation].output;
    if (output == api::none || method(row).scan != api::none) return false;
    if (method(row).addition_count > 0) return true;  // and what is not in the reply is asked for besides
    Structure reply(schema::ShapeRef{service_.schema, output});
    const std::string_view path = service_.text(method(row).result);
    const auto place = path.empty() ? std::nullopt : testing::make_place(reply.shape(), reply.get(), path);
    if (!place) return false;
    const schema::Member& end = place->kind() == Kind::list ? schema::element_row(*service_.schema, *place->row) : *place->row;
    return end.kind == Kind::structure && end.target == model().shape;
}

// Whether AWS tells what it was given: neither what only requests have, nor what they have in another form.
bool ModelTrial::is_told(const schema::Member& member) const {
    if (model().create != api::none && is_argument(member, model().create)) return false;
    return member.location != schema::Location::none || (model().create != api::none && is_taken_besides(member, model().create));
}

// What both have is the same; `whole`: and what AWS was given is there.
void ModelTrial::compare(const Structure& given, const Structure& got, bool some, bool whole) {
    std::size_t same = 0;
    for (const schema::Member& member : shape()) {
        if (member.kind == Kind::state || !is_present(given, member)) continue;
        const bool there = is_present(got, member);
        expect(there || !whole || !is_told(member), "`" + std::string(service_.schema->name(member)) + "` is lost");
        if (!there) continue;
        const bool equal = is_same(place_of(given, member),
                                   place_of(got, member));
        expect(equal, "`" + std::string(service_.schema->name(member)) + "` is another one");
        ++same;
    }
    expect(!some || same > 0 || model().key_count == 0, "nothing of it came back");
}

std::string ModelTrial::key_of(const Structure& structure) const {
    return to_string(detail::key(service_, row_, structure.get()));
}

// --- what is read ----------------------------------------------------------------------------------------------------

Value ModelTrial::value_for(const orm::Method& of, std::string_view argument, const Structure& structure) const {
    const detail::Scope scope = scope_of(structure);
    for (std::uint16_t i = 0; i < model().key_count; ++i) {
        const orm::Binding& key = service_.bindings[model().first_key + i];
        if (service_.text(key.name) == argument) return detail::evaluate(scope, key.expression);
    }
    for (std::uint16_t i = 0; i < of.merge_count; ++i) {
        const orm::Binding& merge = service_.bindings[of.first_merge + i];
        const orm::Expression& from = service_.expressions[merge.expression];
        if (from.kind != orm::ExpressionKind::argument || service_.text(from.text) != argument) continue;
        return detail::evaluate_path(scope, service_.schema->name(shape().begin()[merge.member]));
    }
    return detail::evaluate_path(scope, argument);
}

Structure ModelTrial::get(const Structure& structure) {
    CallState call = detail::make_call(service_, model().get, session_.state());
    expect(detail::bind_by_name(call, scope_of(structure), model().first_key, model().key_count), "it lacks its key");
    Structure got(call.result_shape());
    run_call(call, got.get());
    return got;
}

// The model as AWS tells it now; itself where AWS does not.
Structure ModelTrial::seen(const Structure& structure) {
    if (model().get != api::none && !unserved_.contains("get")) return get(structure);
    if (model().list == api::none) return structure;
    std::size_t pages = 0;
    for (Structure& each : read_list(100, pages)) {
        if (key_of(each) == key_of(structure)) return std::move(each);
    }
    throw std::runtime_error("it is in no list");
}

void ModelTrial::get_each() {
    for (std::size_t i = 0; i < made_.size(); ++i) {
        const Structure got = get(made_[i]);
        expect(key_of(got) == key_of(made_[i]), "another one came back: " + key_of(got));
        compare(made_[i], got, true, tells_whole(model().get));
        if (i < given_.size()) compare(given_[i], got, false, tells_whole(model().get));
    }
}

Value::List ModelTrial::keys_of_all() const {
    Value::List keys;
    for (const Structure& each : made_) keys.push_back(evaluate(each, service_.bindings[model().first_key].expression));
    return keys;
}

Value ModelTrial::evaluate(const Structure& structure, std::uint16_t expression) const {
    return detail::evaluate(scope_of(structure), expression);
}

detail::Scope ModelTrial::scope_of(const Structure& structure) const {
    detail::Scope scope;
    scope.service = &service_;
    scope.shape = shape();
    scope.structure = structure.get();
    return scope;
}

CallState ModelTrial::list_call() {
    CallState call = detail::make_call(service_, model().list, session_.state());
    const orm::Method& list = call.method();
    for (const orm::Argument& argument : std::span(service_.arguments + list.first_argument, list.argument_count)) {
        if ((argument.flags & orm::argument_flag::required) == 0) continue;
        Value value = value_for(list, service_.text(argument.name), made_.front());
        const Place place = detail::argument_place(call, argument);
        const bool by_keys = model().get != api::none && method(model().get).operation == list.operation;
        if (value.is_nothing() && place.kind() == Kind::list && by_keys) value = Value(keys_of_all());
        if (value.is_nothing()) {
            make_value(place, 1);
        } else {
            detail::put_argument(call, argument, value, false);
        }
    }
    return call;
}

std::vector<Structure> ModelTrial::read_list(std::size_t page_size, std::size_t& pages) {
    auto call = std::make_unique<CallState>(list_call());
    const schema::TypeRef element = call->result_type();
    CountedQuery query(detail::Call(std::move(call)), element);
    return query.read(page_size, pages);
}

void ModelTrial::list_all() {
    std::size_t pages = 0;
    std::map<std::string, std::size_t> listed;
    const std::vector<Structure> all = read_list(2, pages);
    for (const Structure& each : all) ++listed[key_of(each)];
    for (const Structure& each : made_) {
        expect(listed[key_of(each)] == 1, key_of(each) + " is in the list " + std::to_string(listed[key_of(each)]) + " times");
    }
    expect(all.size() == made_.size(), "there are others in the list");
    const bool paged = method(model().list).paged && made_.size() > 4;
    expect(!paged || pages > 2, "it came in " + std::to_string(pages) + " pages");
}

void ModelTrial::get_many(std::uint16_t row) {
    CallState call = detail::make_call(service_, row, session_.state());
    const std::span arguments(service_.arguments + method(row).first_argument, method(row).argument_count);
    detail::put_argument(call, arguments.front(), Value(keys_of_all()), false);
    for (const orm::Argument& argument : arguments.subspan(1)) {
        if ((argument.flags & orm::argument_flag::required) == 0) continue;
        const Value value = value_for(method(row), service_.text(argument.name), made_.front());
        detail::put_argument(call, argument, value, false);
    }
    OwnedList all(call.result_type());
    run_call(call, &all.raw());
    expect(all.size() == made_.size(), std::to_string(all.size()) + " came back");
}

// --- what is changed -------------------------------------------------------------------------------------------------

bool ModelTrial::is_key(std::string_view argument) const {
    const std::span keys(service_.bindings + model().first_key, model().key_count);
    return std::ranges::any_of(keys, [&](const auto& key) { return service_.text(key.name) == argument; });
}

// A member that `update` sends, and that tells nothing from others: a scalar if there is one.
const schema::Member* ModelTrial::changeable() const {
    const schema::Member* best = nullptr;
    const auto names_it = [&](const schema::Member& member) {
        const std::string_view name = service_.schema->name(member);
        const auto is = [&](std::uint16_t expression) {
            if (expression == api::none) return false;
            const std::string_view path = service_.text(service_.expressions[expression].text);
            return path == name || path.find('{' + std::string(name) + '}') != std::string_view::npos;
        };
        for (std::uint16_t i = 0; i < model().key_count; ++i) {
            if (is(service_.bindings[model().first_key + i].expression)) return true;
        }
        return is(model().arn) || is(model().name);
    };
    for (const schema::Member& member : shape()) {
        const bool tags = model().tags_member != api::none && shape().begin() + model().tags_member == &member;
        if (tags || member.kind == Kind::state || names_it(member) || is_shared(member) || !is_taken(member, model().update)) continue;
        const bool scalar = member.kind < Kind::blob;
        if (scalar && is_present(made_.front(), member)) return &member;
        if (!best || scalar) best = &member;
    }
    return best;
}

void ModelTrial::update() {
    Structure changed = seen(made_.front());
    const schema::Member* const member = changeable();
    expect(member != nullptr, "there is nothing to change");
    make_value(place_of(changed, *member), 78);
    // What AWS wants to be told and does not tell.
    const orm::Method& update = method(model().update);
    const schema::ShapeRef input{service_.schema, service_.operations[update.operation].input};
    const auto fill = [&](std::string_view name, bool required) {
        const schema::Member* const own = schema::find_member(shape(), name);
        if (required && own && !is_present(changed, *own)) make_value(place_of(changed, *own), 78);
    };
    for (const schema::Member& each : input) {
        fill(service_.schema->name(each), (each.flags & schema::member_flag::required) != 0);
    }
    for (const orm::Argument& each : std::span(service_.arguments + update.first_argument, update.argument_count)) {
        fill(service_.text(each.name), (each.flags & orm::argument_flag::required) != 0);
    }
    const bool has_tags = model().tag != api::none;
    if (has_tags) {
        testing::write_tags(place_of(changed, shape().begin()[model().tags_member]), {{tag_key, "saved"}});
    }
    const std::string key = key_of(changed);
    await(detail::save(service_, row_, changed.get()));
    const Structure now = seen(changed);
    // Of what has revisions, each save makes another one.
    const bool revised = schema::find_member(shape(), "revision") != nullptr;
    expect((key_of(now) != key) == revised, "it is " + key_of(now) + " now");
    if (revised) made_.push_back(now);
    const std::string name(service_.schema->name(*member));
    if (is_told(*member)) {
        expect(is_present(now, *member), "`" + name + "` is lost");
        expect(is_same(place_of(changed, *member), place_of(now, *member)), "`" + name + "` did not change");
    } else {
        CallState sent = detail::make_call(service_, model().update, session_.state());
        detail::bind_from_model(sent, changed.get());
        const schema::Member* const taken = schema::find_member(sent.request.shape(), name);
        expect(taken != nullptr && is_same(place_of(changed, *member), place_of(sent.request, *taken)) &&
                   is_present(sent.request, *taken), "`" + name + "` is not sent");
    }
    bool told = false;
    expect(!has_tags || tag_value(now, told) == "saved", "its tags did not change");
}

void ModelTrial::partial_update(std::uint16_t row) {
    CallState call = detail::make_call(service_, row, session_.state());
    const schema::Member* changed = nullptr;
    Structure wanted(shape());
    for (const orm::Argument& argument : std::span(service_.arguments + method(row).first_argument, method(row).argument_count)) {
        const std::string_view name = service_.text(argument.name);
        const Value value = value_for(method(row), name, made_.front());
        const bool required = (argument.flags & orm::argument_flag::required) != 0;
        if (required || is_key(name)) {
            detail::put_argument(call, argument, value, false);
            continue;
        }
        const schema::Member* const own = schema::find_member(shape(), name);
        const Place place = detail::argument_place(call, argument);
        if (changed || !own || own->kind != place.kind()) continue;
        make_value(place, 79);
        make_value(place_of(wanted, *own), 79);
        changed = own;
    }
    expect(changed != nullptr, "there is nothing to change");
    Structure ignored(call.result_shape());
    run_call(call, ignored.get());
    compare(wanted, seen(made_.front()), true, false);
}

// --- what is gone ----------------------------------------------------------------------------------------------------

void ModelTrial::remove() {
    Structure victim = seen(made_.front());
    await(detail::remove(service_, row_, victim.get()));
    const auto is_missing = [](auto call) {
        try {
            call();
        } catch (const DoesNotExist&) {
            return true;
        }
        return false;
    };
    if (model().get != api::none && !unserved_.contains("get")) {
        expect(is_missing([&] { static_cast<void>(get(victim)); }), "it can still be read");
    }
    if (model().list == api::none) return;
    std::size_t pages = 0;
    const std::vector<Structure> left = made_.size() > 1 ? read_list(100, pages) : std::vector<Structure>();
    expect(left.size() + 1 == made_.size(), std::to_string(left.size()) + " are left");
}

}  // namespace botocraft::test
