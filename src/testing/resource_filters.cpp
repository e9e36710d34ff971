#include "testing/resource_filters.hpp"

#include "orm/expression.hpp"
#include "testing/resource_values.hpp"

#include <botocraft/testing/aws_double.hpp>
#include <botocraft/value.hpp>

#include <algorithm>
#include <optional>

namespace botocraft::testing {

using schema::Kind;

namespace {

// Whether a member is a list of structures of a name and a list of values.
bool is_filters(const schema::Schema& schema, const schema::Member& member) {
    if (member.kind != Kind::list) return false;
    const schema::Member& element = schema::element_row(schema, member);
    if (element.kind != Kind::structure) return false;
    const schema::ShapeRef shape{&schema, element.target};
    return shape.shape().member_count == 2 && schema.name(shape.begin()[0]) == "Name" &&
           schema.name(shape.begin()[1]) == "Values" && shape.begin()[1].kind == Kind::list;
}

// `*` is any text, `?` any character.
bool is_like(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '*') {
        for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
            if (is_like(text.substr(skipped), pattern.substr(1))) return true;
        }
        return false;
    }
    const bool fits = !text.empty() && (pattern.front() == '?' || pattern.front() == text.front());
    return fits && is_like(text.substr(1), pattern.substr(1));
}

std::string joined(std::string_view name) {
    std::string out = lower(name);
    std::erase_if(out, [](char c) { return c == '-' || c == '.' || c == '_'; });
    return out;
}

// The structure that a member holds, or each of a list.
schema::ShapeRef inner_shape(const schema::Schema& schema, const schema::Member& member) {
    const schema::Member* row = &member;
    if (row->kind == Kind::list) row = &schema::element_row(schema, *row);
    return row->kind == Kind::structure ? schema::ShapeRef{&schema, row->target} : schema::ShapeRef{};
}

// The path that spells `vpcid` or `attachmentinstanceid`; the names of lists may say so in another number.
std::string find_path(schema::ShapeRef shape, std::string_view words, int depth) {
    for (const schema::Member& member : shape) {
        if (lower(shape.schema->name(member)) == words && !inner_shape(*shape.schema, member).schema) {
            return std::string(shape.schema->name(member));
        }
    }
    for (const schema::Member& member : shape) {
        const schema::ShapeRef inner = inner_shape(*shape.schema, member);
        if (!inner.schema || depth == 0) continue;
        std::string name = lower(shape.schema->name(member));
        while (!name.empty()) {
            if (words.starts_with(name)) {
                const std::string rest = find_path(inner, words.substr(name.size()), depth - 1);
                if (!rest.empty()) return std::string(shape.schema->name(member)) + '.' + rest;
            }
            if (!name.ends_with('s')) break;
            name.pop_back();
        }
    }
    return {};
}

std::string path_of(schema::ShapeRef shape, std::string_view filter) {
    const std::string words = joined(filter);
    std::string path = find_path(shape, words, 3);
    const std::string model = lower(shape.name());
    if (path.empty() && words.starts_with(model)) path = find_path(shape, words.substr(model.size()), 3);
    return path;
}

}  // namespace

ResourceFilters::ResourceFilters(schema::ShapeRef request, const void* in, const orm::ServiceTables& tables,
                                 const orm::Model& model)
    : tables_(tables), model_(model), shape_{tables.schema, model.shape} {
    if (!request.schema) return;
    for (const schema::Member& member : request) {
        if (!is_filters(*request.schema, member)) continue;
        const schema::ConstRange given = schema::elements(schema::member_place(request, member, in));
        for (std::size_t i = 0; i < given.size(); ++i) {
            const schema::ShapeRef shape = given[i].target();
            const Value name = read_member(shape, shape.begin()[0], schema::structure(given[i]));
            const Value values = read_member(shape, shape.begin()[1], schema::structure(given[i]));
            if (!name.as_string()) continue;
            Filter filter;
            filter.of_tags = *name.as_string() == "tag-key" || name.as_string()->starts_with("tag:");
            if (name.as_string()->starts_with("tag:")) filter.tag = name.as_string()->substr(4);
            if (!filter.of_tags) filter.path = path_of(shape_, *name.as_string());
            if (filter.of_tags ? model.tags_member == api::none : filter.path.empty()) {
                throw ModelledError("InvalidParameterValue", "The filter '" + *name.as_string() + "' is invalid");
            }
            if (values.as_list()) {
                for (const Value& value : *values.as_list()) filter.values.push_back(to_string(value));
            }
            filters_.push_back(std::move(filter));
        }
    }
}

std::vector<std::string> ResourceFilters::found(const Filter& filter, const void* structure) const {
    std::vector<std::string> texts;
    if (filter.of_tags) {
        const schema::Member& member = shape_.begin()[model_.tags_member];
        for (const auto& [key, value] : read_tags(schema::member_place(shape_, member, structure))) {
            if (filter.tag.empty()) texts.push_back(key);
            if (!filter.tag.empty() && key == filter.tag) texts.push_back(value);
        }
        return texts;
    }
    botocraft::detail::Scope scope;
    scope.service = &tables_;
    scope.shape = shape_;
    scope.structure = structure;
    const Value value = botocraft::detail::evaluate_path(scope, filter.path);
    if (const auto* const list = value.as_list()) {
        for (const Value& each : *list) texts.push_back(to_string(each));
    } else if (!value.is_nothing()) {
        texts.push_back(to_string(value));
    }
    return texts;
}

bool ResourceFilters::keeps(const void* structure) const {
    return std::ranges::all_of(filters_, [&](const Filter& filter) {
        const std::vector<std::string> texts = found(filter, structure);
        return std::ranges::any_of(texts, [&](const std::string& text) {
            return std::ranges::any_of(filter.values, [&](const std::string& value) { return is_like(text, value); });
        });
    });
}

}  // namespace botocraft::testing
