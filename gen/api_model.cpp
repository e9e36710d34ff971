#include "api_model.hpp"

#include <algorithm>

#include "files.hpp"
#include "json_text.hpp"
#include "nearest.hpp"
#include "spec_error.hpp"

namespace botocraft::gen {

namespace {

template <class Thing, class Index>
const Thing* find(const std::vector<Thing>& things, const Index& index, std::string_view name) noexcept {
    const auto found = index.find(name);
    return found == index.end() ? nullptr : &things[found->second];
}

template <class Thing>
std::vector<std::string_view> names_of(const std::vector<Thing>& things) {
    std::vector<std::string_view> names;
    names.reserve(things.size());
    for (const Thing& thing : things) names.push_back(thing.name);
    return names;
}

}  // namespace

std::string_view to_string(ShapeType type) noexcept {
    switch (type) {
        case ShapeType::structure: return "structure";
        case ShapeType::list: return "list";
        case ShapeType::map: return "map";
        case ShapeType::string: return "string";
        case ShapeType::boolean: return "boolean";
        case ShapeType::integer: return "integer";
        case ShapeType::long_integer: return "long";
        case ShapeType::float_number: return "float";
        case ShapeType::double_number: return "double";
        case ShapeType::timestamp: return "timestamp";
        case ShapeType::blob: return "blob";
    }
    return "";
}

const Member* Shape::find_member(std::string_view member) const noexcept {
    const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == member; });
    return found == members.end() ? nullptr : &*found;
}

Api Api::load(const std::filesystem::path& file) {
    const std::string text = read_file(file);
    return from_json(parse_json(text, file.string()), file.string(), text);
}

const Shape* Api::find_shape(std::string_view name) const noexcept { return find(shapes, shape_index_, name); }

const Operation* Api::find_operation(std::string_view name) const noexcept {
    return find(operations, operation_index_, name);
}

const Paginator* Api::find_paginator(std::string_view operation) const noexcept {
    return find(paginators, paginator_index_, operation);
}

const Waiter* Api::find_waiter(std::string_view name) const noexcept { return find(waiters, waiter_index_, name); }

const Shape& Api::shape(std::string_view name) const {
    if (const Shape* found = find_shape(name)) return *found;
    throw SpecError({file}, "no shape `" + std::string(name) + "`" + did_you_mean(name, names_of(shapes)));
}

const Operation& Api::operation(std::string_view name) const {
    if (const Operation* found = find_operation(name)) return *found;
    throw SpecError({file}, "no operation `" + std::string(name) + "`" + did_you_mean(name, names_of(operations)));
}

}  // namespace botocraft::gen
