// What a new resource takes from the request that creates it, and what AWS would make up.
#include "testing/resources.hpp"

#include "orm/expression.hpp"
#include "protocol/query_string.hpp"
#include "schema/project.hpp"
#include "testing/pages.hpp"
#include "testing/resource_values.hpp"

#include <algorithm>
#include <array>

namespace botocraft::testing {

using orm::ExpressionKind;
using schema::Kind;
using schema::Place;

namespace untyped = botocraft::detail;

namespace {

constexpr std::size_t id_digits = 17;

// `VpcId`: vpc, `FileSystemId`: fs.
std::string id_prefix(std::string_view member) {
    const std::string words = hyphenated(member.substr(0, member.size() - 2));
    if (words.find('-') == std::string::npos) return words;
    std::string initials;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] != '-' && (i == 0 || words[i - 1] == '-')) initials += words[i];
    }
    return initials;
}

// `a=b&c=d` to tags.
void store_query(Place tags, std::string_view text) {
    Tags pairs;
    protocol::for_each_query_pair(text, [&](std::string_view name, std::string_view value) {
        auto& [key, decoded] = pairs.emplace_back();
        protocol::append_query_decoded(key, name);
        protocol::append_query_decoded(decoded, value);
    });
    write_tags(tags, pairs);
}

// The tags of resources of one type, in a list of specifications: {type, tags}.
std::optional<schema::ConstPlace> specified_tags(schema::ConstPlace list, std::string_view type) {
    if (list.kind() != Kind::list) return std::nullopt;
    const schema::ConstRange all = schema::elements(list);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].kind() != Kind::structure) return std::nullopt;
        const schema::ShapeRef shape = all[i].target();
        const void* const specification = schema::structure(all[i]);
        const schema::ConstPlace of = schema::member_place(shape, *shape.begin(), specification);
        if (schema::presence(of) != schema::Presence::present || schema::scalar<std::string>(of) != type) continue;
        for (const schema::Member& member : shape) {
            if (holds_tags(*list.schema, member)) return schema::member_place(shape, member, specification);
        }
    }
    return std::nullopt;
}

}  // namespace

// --- what the request says -------------------------------------------------------------------------------------------

void Resources::absorb(const Request& request, Record& record) const {
    if (!request.in_shape.schema) return;
    const schema::ShapeRef shape = record.structure.shape();
    schema::project(request.in_shape, request.in, shape, record.structure.get());
    const orm::Method& method = request.method;
    for (std::uint16_t i = 0; i < method.binding_count; ++i) {
        absorb_binding(request, tables_.bindings[method.first_binding + i], record);
    }
    for (std::uint16_t i = 0; i < method.merge_count; ++i) {
        const orm::Binding& binding = tables_.bindings[method.first_merge + i];
        const orm::Expression& from = tables_.expressions[binding.expression];
        const schema::Member* const member =
            from.kind == ExpressionKind::argument ? schema::find_member(request.in_shape, tables_.text(from.text)) : nullptr;
        if (!member) continue;
        store(shape, record.structure.get(), tables_.schema->name(shape.begin()[binding.member]),
              schema::member_place(request.in_shape, *member, request.in));
    }
}

// What a request takes from another member of the model goes back there.
void Resources::absorb_binding(const Request& request, const orm::Binding& binding, Record& record) const {
    if (binding.expression == api::none) return;
    const schema::ShapeRef shape = record.structure.shape();
    schema::ConstPlace from = schema::member_place(request.in_shape, request.in_shape.begin()[binding.member], request.in);
    if (schema::presence(from) != schema::Presence::present) return;
    if (binding.inner != api::none) {
        if (from.kind() != Kind::structure) return;
        from = schema::member_place(from.target(), from.target().begin()[binding.inner], schema::structure(from));
    }
    const orm::Expression& expression = tables_.expressions[binding.expression];
    const std::string_view path = tables_.text(expression.text);
    switch (expression.kind) {
        case ExpressionKind::path:
        case ExpressionKind::match: store(shape, record.structure.get(), path, from); break;
        case ExpressionKind::tag_specification:
            if (const auto tags = specified_tags(from, tables_.text(expression.extra))) {
                store(shape, record.structure.get(), path, *tags);
            }
            break;
        case ExpressionKind::query_string:
            if (const auto tags = make_place(shape, record.structure.get(), path); tags && from.kind() == Kind::string) {
                store_query(*tags, schema::scalar<std::string>(from));
            }
            break;
        default: break;
    }
}

// --- what is made up -------------------------------------------------------------------------------------------------

// Everything that tells a new resource from others, where the request does not say it.
void Resources::identify(const Request& request, Record& record) {
    constexpr std::array<std::string_view, 3> like{"Exist", "InUse", "Conflict"};
    const orm::Model& model = model_of(request);
    if (has_key_of_another(record)) refuse(request, like, "It exists already.");
    const std::string name = name_for(record);
    for (std::uint16_t i = 0; i < model.key_count; ++i) {
        const std::uint16_t key = tables_.bindings[model.first_key + i].expression;
        put_made_up(record, key, name);
        put_next_number(record, key);
    }
    for (std::uint16_t i = 0; i < model.remove_count; ++i) {  // what it is deleted by may be another name of it
        put_made_up(record, tables_.bindings[model.first_remove + i].expression, name);
    }
    if (model.arn != api::none) {
        put_made_up(record, model.arn, name);
        const Value own = value_of(record, model.arn);
        if (own.as_string() && find_arn(*own.as_string())) refuse(request, like, name + " exists already.");
    }
    const schema::ShapeRef shape = record.structure.shape();
    for (const schema::Member& member : shape) {
        const Place place = schema::member_place(shape, member, record.structure.get());
        if (member.kind != Kind::string || schema::presence(place) != schema::Presence::absent) continue;
        const std::string called = lower(tables_.schema->name(member));
        if (called == "status" || called == "state") schema::set_string(place, "ACTIVE");
        if (called == "region" || called == lower(shape.name()) + "region") schema::set_string(place, region_);
        if (called == "ownerid" || called == "accountid" || called == "account") schema::set_string(place, account_);
    }
}

// Whether the request named it, and another one has that name.
bool Resources::has_key_of_another(const Record& record) const {
    const orm::Model& model = tables_.models[record.model];
    const auto key = [&](const Record& of, std::uint16_t i) {
        return value_of(of, tables_.bindings[model.first_key + i].expression);
    };
    for (std::uint16_t i = 0; i < model.key_count; ++i) {
        if (!is_given(key(record, i))) return false;
    }
    return model.key_count > 0 && std::ranges::any_of(records_, [&](const auto& other) {
        if (other->model != record.model) return false;
        for (std::uint16_t i = 0; i < model.key_count; ++i) {
            if (key(*other, i) != key(record, i)) return false;
        }
        return true;
    });
}

// A text that an expression, a path, leads to.
void Resources::put_made_up(Record& record, std::uint16_t row, const std::string& name) const {
    const orm::Expression& expression = tables_.expressions[row];
    if (expression.kind != ExpressionKind::path) return;
    std::string_view path = tables_.text(expression.text);
    if (path.find("[]") != std::string_view::npos) return;
    const auto place = make_place(record.structure.shape(), record.structure.get(), path);
    if (!place || place->kind() != Kind::string) return;
    if (place->bare ? !schema::scalar<std::string>(*place).empty() : schema::presence(*place) != schema::Presence::absent) return;
    if (path.ends_with("']")) path.remove_suffix(2);
    schema::set_string(*place, made_up(path.substr(path.find_last_of(".'") + 1), record, name));
}

// By what the member is called.
std::string Resources::made_up(std::string_view member, const Record& record, const std::string& name) const {
    if (lower(member).ends_with("arn")) return arn_of(record, name);
    if (lower(member).ends_with("url")) {
        return "https://" + std::string(tables_.signing_name) + '.' + region_ + ".amazonaws.com/" + account_ + '/' + name;
    }
    if (!member.ends_with("Id")) return name;
    const std::string_view model = record.structure.shape().name();
    const std::string token = make_token(region_ + std::string(model), std::to_string(record.number));
    return id_prefix(member) + '-' + token.substr(0, id_digits);
}

std::string Resources::arn_of(const Record& record, const std::string& name) const {
    return arn_ + hyphenated(record.structure.shape().name()) + '/' + name;
}

// A number that is part of a key is one more than those of the others that are in the same place.
void Resources::put_next_number(Record& record, std::uint16_t row) const {
    const orm::Expression& expression = tables_.expressions[row];
    std::string_view path = tables_.text(expression.text);
    if (expression.kind != ExpressionKind::format || !path.starts_with('{') || !path.ends_with('}')) return;
    path = path.substr(1, path.size() - 2);
    const auto place = untyped::find_place(record.structure.shape(), record.structure.get(), path);
    if (!place || schema::presence(*place) != schema::Presence::absent) return;
    const orm::Model& model = tables_.models[record.model];
    std::int64_t number = 0;
    for (const auto& other : records_) {
        if (other->model != record.model) continue;
        bool beside = true;
        for (std::uint16_t i = 0; i < model.key_count; ++i) {
            const std::uint16_t key = tables_.bindings[model.first_key + i].expression;
            beside = beside && (key == row || value_of(*other, key) == value_of(record, key));
        }
        const schema::Member* const own = schema::find_member(other->structure.shape(), path);
        const Value last = read_member(other->structure.shape(), *own, other->structure.get());
        if (beside && last.as_integer()) number = std::max(number, *last.as_integer());
    }
    put_fitting(*place, number + 1);
}

// The name that the request gives, with the number of its revision where there are revisions; else some digits.
std::string Resources::name_for(Record& record) {
    const orm::Model& model = tables_.models[record.model];
    const schema::ShapeRef shape = record.structure.shape();
    const std::string own = lower(shape.name()) + "name";
    std::string name;
    if (const Value given = value_of(record, model.name); given.as_string()) name = *given.as_string();
    for (const schema::Member& member : shape) {
        if (!name.empty()) break;
        const std::string called = lower(tables_.schema->name(member));
        if (member.kind != Kind::string || (called != "name" && called != own && called != "family")) continue;
        const Value given = read_member(shape, member, record.structure.get());
        if (given.as_string()) name = *given.as_string();
    }
    if (name.empty()) {
        return make_token(region_ + std::string(shape.name()), std::to_string(record.number)).substr(0, id_digits);
    }
    const schema::Member* const revision = schema::find_member(shape, "revision");
    if (!revision || revision->kind != Kind::integer) return name;
    std::int32_t number = 1;
    while (find_arn(arn_of(record, name + ':' + std::to_string(number)))) ++number;
    schema::make_scalar<std::int32_t>(schema::member_place(shape, *revision, record.structure.get())) = number;
    return name + ':' + std::to_string(number);
}

// The time, of the members whose names say one of these.
void Resources::stamp(Record& record, std::span<const std::string_view> parts, bool again) const {
    const schema::ShapeRef shape = record.structure.shape();
    for (const schema::Member& member : shape) {
        const std::string name = lower(tables_.schema->name(member));
        const auto is_said = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
        if (member.kind != Kind::timestamp || !std::ranges::any_of(parts, is_said)) continue;
        const Place place = schema::member_place(shape, member, record.structure.get());
        if (!again && schema::presence(place) == schema::Presence::present) continue;
        schema::make_scalar<timestamp>(place) = environs_.now();
    }
}

}  // namespace botocraft::testing
