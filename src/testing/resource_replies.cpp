// What new resources are called, how they are shown, and their tags.
#include "testing/resources.hpp"

#include "orm/expression.hpp"
#include "schema/project.hpp"
#include "testing/pages.hpp"
#include "testing/resource_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace botocraft::testing {

using schema::Kind;
using schema::Place;

namespace untyped = botocraft::detail;

// --- what is made ----------------------------------------------------------------------------------------------------

// Everything that tells a new resource from others, where the request does not say it.
void Resources::identify(const Request& request, Record& record) {
    const orm::Model& model = model_of(request);
    const std::string id = name_for(request, record);
    const std::string arn = arn_ + hyphenated(shape_of(model).name()) + '/' + id;
    if (model.arn != api::none) {
        put_missing(record, model.arn, arn);
        const Value own = value_of(record, model.arn);
        if (own.as_string() && find_arn(*own.as_string())) {
            constexpr std::array<std::string_view, 3> like{"Exist", "InUse", "Conflict"};
            refuse(request, like, id + " exists already.");
        }
    }
    if (model.name != api::none) put_missing(record, model.name, id);
    for (std::uint16_t i = 0; i < model.key_count; ++i) {
        const orm::Binding& key = tables_.bindings[model.first_key + i];
        const std::string_view path = tables_.text(tables_.expressions[key.expression].text);
        put_missing(record, key.expression, lower(path).ends_with("arn") ? arn : id);
    }
    for (const std::string_view name : {"status", "Status", "state", "State"}) {
        const auto place = text_place(record.structure, name);
        if (place && schema::presence(*place) == schema::Presence::absent) schema::set_string(*place, "ACTIVE");
    }
}

void Resources::put_missing(Record& record, std::uint16_t row, const std::string& text) const {
    const orm::Expression& expression = tables_.expressions[row];
    if (expression.kind != orm::ExpressionKind::path) return;
    const auto place = text_place(record.structure, tables_.text(expression.text));
    if (place && schema::presence(*place) == schema::Presence::absent) schema::set_string(*place, text);
}

// The name that the request gives, with the number of its revision where there are revisions; else some digits.
std::string Resources::name_for(const Request& request, Record& record) {
    const orm::Model& model = model_of(request);
    const std::string own = lower(shape_of(model).name()) + "name";
    std::string name;
    if (const Value given = value_of(record, model.name); given.as_string()) name = *given.as_string();
    for (const schema::Member& member : record.structure.shape()) {
        if (!name.empty()) break;
        const std::string called = lower(tables_.schema->name(member));
        if (member.kind != Kind::string || (called != "name" && called != own && called != "family")) continue;
        const Value given = read_member(record.structure.shape(), member, record.structure.get());
        if (given.as_string()) name = *given.as_string();
    }
    if (name.empty()) return make_token(region_, std::to_string(record.number)).substr(0, 16);
    const schema::Member* const revision = schema::find_member(record.structure.shape(), "revision");
    if (!revision || revision->kind != Kind::integer) return name;
    std::int32_t number = 1;
    while (find_arn(arn_ + hyphenated(shape_of(model).name()) + '/' + name + ':' + std::to_string(number))) ++number;
    const Place place = schema::member_place(record.structure.shape(), *revision, record.structure.get());
    schema::make_scalar<std::int32_t>(place) = number;
    return name + ':' + std::to_string(number);
}

// The time of the members whose names begin like this.
void Resources::stamp(Record& record, std::string_view first, std::string_view second) const {
    for (const schema::Member& member : record.structure.shape()) {
        const std::string name = lower(tables_.schema->name(member));
        if (member.kind != Kind::timestamp || !(name.starts_with(first) || name.starts_with(second))) continue;
        schema::make_scalar<timestamp>(schema::member_place(record.structure.shape(), member, record.structure.get())) =
            environs_.now();
    }
}

// --- what is answered ------------------------------------------------------------------------------------------------

void Resources::show(const Request& request, const Record& record) const {
    if (!request.out_shape.schema) return;
    const schema::ShapeRef shape = record.structure.shape();
    schema::project(shape, record.structure.get(), request.out_shape, request.out);
    show_merged(request, record);
    const std::string_view path = tables_.text(request.method.result);
    if (path.empty()) return;
    const auto place = make_place(request.out_shape, request.out, path);
    if (!place) return;
    if (place->kind() == Kind::list) return show_in_list(request, record, *place);
    if (place->kind() == Kind::structure) {
        schema::project(shape, record.structure.get(), place->target(), schema::make_structure(*place));
    } else if (place->kind() == Kind::string) {
        untyped::put(*place, value_of(record, model_of(request).arn), false);
    }
}

// The model, a summary of it, or its ARN.
void Resources::show_in_list(const Request& request, const Record& record, Place list) const {
    const orm::Model& model = model_of(request);
    schema::as<untyped::RawList>(list.at).presence = schema::Presence::present;
    const Place element = schema::Appender(list).append();
    const bool has_arn = model.arn != api::none;
    const Value arn = value_of(record, has_arn ? model.arn : tables_.bindings[model.first_key].expression);
    if (element.kind() == Kind::string) return untyped::put(element, arn, false);
    if (element.kind() != Kind::structure) return;
    void* const summary = schema::make_structure(element);
    schema::project(record.structure.shape(), record.structure.get(), element.target(), summary);
    const std::string_view key = tables_.text(request.method.hydrate_path);
    if (key.empty()) return;
    const auto place = make_place(element.target(), summary, key);
    if (place && place->kind() == Kind::string) untyped::put(*place, arn, false);
}

// What the managers take from elsewhere in a response.
void Resources::show_merged(const Request& request, const Record& record) const {
    const orm::Method& method = request.method;
    const schema::ShapeRef shape = record.structure.shape();
    for (std::uint16_t i = 0; i < method.merge_count; ++i) {
        const orm::Binding& binding = tables_.bindings[method.first_merge + i];
        const orm::Expression& from = tables_.expressions[binding.expression];
        if (from.kind != orm::ExpressionKind::path) continue;
        const auto place = make_place(request.out_shape, request.out, tables_.text(from.text));
        const schema::Member& own = shape.begin()[binding.member];
        if (!place || place->kind() != own.kind || place->row->target != own.target) continue;
        const auto value = schema::member_place(shape, own, record.structure.get());
        if (schema::presence(value) != schema::Presence::absent) {
            schema::assign_member(*place->schema, *place->row, place->at, value.at);
        }
    }
    for (std::uint16_t i = 0; i < method.refresh_count; ++i) {
        const orm::Binding& binding = tables_.bindings[method.first_refresh + i];
        const orm::Expression& from = tables_.expressions[binding.expression];
        if (method.refresh_before || from.kind != orm::ExpressionKind::path) continue;
        const auto place = make_place(request.out_shape, request.out, tables_.text(from.text));
        if (!place || place->kind() != Kind::string || schema::presence(*place) == schema::Presence::present) continue;
        const orm::Model& model = model_of(request);
        for (std::uint16_t n = 0; n < model.key_count; ++n) {
            const orm::Binding& key = tables_.bindings[model.first_key + n];
            if (tables_.text(key.name) == tables_.text(binding.name)) {
                untyped::put(*place, value_of(record, key.expression), false);
            }
        }
    }
}

// The error of the operation whose name is most like one of these.
void Resources::refuse(const Request& request, std::span<const std::string_view> like, std::string message) const {
    const std::string_view model = shape_of(model_of(request)).name();
    std::string_view code, of_model;
    for (std::uint16_t i = 0; i < request.operation.error_count; ++i) {
        const schema::Shape& error = tables_.schema->shapes[tables_.errors[request.operation.first_error + i]];
        const std::string_view name = tables_.schema->name(error);
        const auto has_part = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
        if (!std::ranges::any_of(like, has_part)) continue;
        if (code.empty() || name.starts_with("Resource")) code = name;
        if (name.starts_with(model) || model.ends_with(name.substr(0, name.find(like.front())))) of_model = name;
    }
    if (!of_model.empty()) code = of_model;
    if (code.empty()) code = validation_error_;
    throw ModelledError(std::string(code), std::move(message));
}

void Resources::does_not_exist(const Request& request, const std::string& what) const {
    const std::string message =
        "There is no such " + std::string(shape_of(model_of(request)).name()) + (what.empty() ? "." : ": " + what);
    const std::string_view codes = tables_.text(request.method.missing_codes);
    if (!codes.empty()) throw ModelledError(std::string(codes.substr(0, codes.find(' '))), message);
    constexpr std::array<std::string_view, 4> like{"NotFound", "NoSuch", "DoesNotExist", "Missing"};
    refuse(request, like, message);
}

// --- tags, and what tests put ----------------------------------------------------------------------------------------

bool Resources::carry_out_tagging(const api::Operation& operation, const void* in, void* out) {
    const std::string_view name = tables_.text(operation.name);
    if (name != "TagResource" && name != "UntagResource" && name != "ListTagsForResource") return false;
    const schema::ShapeRef in_shape{tables_.schema, operation.input};
    Record* record = nullptr;
    const schema::Member* list = nullptr;
    for (const schema::Member& member : in_shape) {
        if (member.kind == Kind::list) list = &member;
        const Value text = read_member(in_shape, member, in);
        if (!record && text.as_string()) record = find_arn(*text.as_string());
    }
    if (!record || tables_.models[record->model].tags_member == api::none) return false;
    const schema::ShapeRef shape = record->structure.shape();
    const schema::Member& own = shape.begin()[tables_.models[record->model].tags_member];
    const Place tags = schema::member_place(shape, own, record->structure.get());
    if (tags.kind() != Kind::list) return false;
    auto& stored = schema::as<untyped::RawList>(tags.at);
    const schema::TypeRef type = schema::element_type(*tags.schema, *tags.row);
    const auto key_of = [](schema::ConstPlace tag) {
        return schema::scalar<std::string>(
            schema::member_place(tag.target(), *tag.target().begin(), schema::structure(tag)));
    };
    const auto remove = [&](std::string_view key) {
        for (std::size_t i = schema::elements(tags).size(); i-- > 0;) {
            if (key_of(schema::elements(tags)[i]) == key) untyped::list_erase(stored, i, i + 1, type);
        }
    };
    if (name == "ListTagsForResource") {
        for (const schema::Member& member : schema::ShapeRef{tables_.schema, operation.output}) {
            if (member.kind != own.kind || member.target != own.target) continue;
            schema::assign_member(*tables_.schema, member, schema::offset(out, member.offset), tags.at);
            schema::as<untyped::RawList>(schema::offset(out, member.offset)).presence = schema::Presence::present;
        }
        return true;
    }
    if (!list) return false;
    const schema::ConstRange given = schema::elements(schema::member_place(in_shape, *list, in));
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (name == "UntagResource") {
            remove(schema::scalar<std::string>(given[i]));
            continue;
        }
        remove(key_of(given[i]));
        stored.presence = schema::Presence::present;
        const Place tag = schema::Appender(tags).append();
        schema::project(given[i].target(), schema::structure(given[i]), tag.target(), schema::structure(tag));
    }
    return true;
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
