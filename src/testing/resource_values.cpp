#include "testing/resource_values.hpp"

#include "orm/expression.hpp"

#include <algorithm>

namespace botocraft::testing {

using schema::Kind;
using schema::Place;

namespace untyped = botocraft::detail;

namespace {

// Whether an ARN ends in this name: `arn:aws:ecs:us-east-1:123456789012:service/prod/web` in `web`, and in `prod/web`.
bool ends_in(std::string_view arn, std::string_view name) noexcept {
    if (!arn.starts_with("arn:") || name.starts_with("arn:") || name.empty() || !arn.ends_with(name)) return false;
    const char before = arn[arn.size() - name.size() - 1];
    return before == '/' || before == ':';
}

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string hyphenated(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool upper = name[i] >= 'A' && name[i] <= 'Z';
        const bool after_lower = i > 0 && !(name[i - 1] >= 'A' && name[i - 1] <= 'Z');
        const bool before_lower = i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
        if (upper && i > 0 && (after_lower || before_lower)) out += '-';
        out += upper ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
    }
    return out;
}

bool same_name(const Value& a, const Value& b) {
    if (const auto* const wanted = b.as_list()) {
        return std::ranges::any_of(*wanted, [&a](const Value& one) { return same_name(a, one); });
    }
    if (!a.as_string() || !b.as_string()) return a == b;
    return *a.as_string() == *b.as_string() || ends_in(*a.as_string(), *b.as_string()) ||
           ends_in(*b.as_string(), *a.as_string());
}

Value read_member(schema::ShapeRef shape, const schema::Member& member, const void* structure) {
    const schema::ConstPlace place = schema::member_place(shape, member, structure);
    if (schema::presence(place) != schema::Presence::present) return {};
    if (place.kind() != Kind::list) return untyped::owned(schema::value_of(place));
    Value::List values;
    const schema::ConstRange range = schema::elements(place);
    for (std::size_t i = 0; i < range.size(); ++i) values.push_back(untyped::owned(schema::value_of(range[i])));
    return Value(std::move(values));
}

namespace {

// The value of a map's entry, made where there is none.
Place make_entry(Place map, std::string_view key) {
    const auto find = [&]() -> std::optional<Place> {
        const schema::Range entries = schema::elements(map);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (entries.key(i) == key) return entries[i];
        }
        return std::nullopt;
    };
    if (const auto found = find()) return *found;
    schema::as<untyped::RawList>(map.at).presence = schema::Presence::present;
    const schema::Appender entries(map);
    static_cast<void>(entries.append(std::string(key)));
    entries.finish();  // moves what is there
    return *find();
}

Place make_first(Place list) {
    const schema::Range range = schema::elements(list);
    if (range.size() > 0) return range[0];
    schema::as<untyped::RawList>(list.at).presence = schema::Presence::present;
    return schema::Appender(list).append();
}

}  // namespace

std::optional<Place> make_place(schema::ShapeRef shape, void* structure, std::string_view path) {
    const auto end = path.find_first_of(".[");
    const schema::Member* const member = schema::find_member(shape, path.substr(0, end));
    if (!member) return std::nullopt;
    const Place place = schema::member_place(shape, *member, structure);
    if (end == std::string_view::npos || path.substr(end) == "[]") return place;
    if (path[end] == '.') {
        if (place.kind() != Kind::structure) return std::nullopt;
        return make_place(place.target(), schema::make_structure(place), path.substr(end + 1));
    }
    const auto close = path.find(']', end);
    if (path[end + 1] == '\'') {
        if (place.kind() != Kind::map) return std::nullopt;
        return make_entry(place, path.substr(end + 2, close - end - 3));
    }
    if (place.kind() != Kind::list) return std::nullopt;
    const Place element = make_first(place);
    if (close + 1 == path.size()) return element;
    if (element.kind() != Kind::structure) return std::nullopt;
    return make_place(element.target(), schema::make_structure(element), path.substr(close + 2));
}

void put_fitting(Place place, const Value& value) {
    const auto fits = [&] {
        switch (place.kind()) {
            case Kind::string: return value.as_string() != nullptr || value.as_integer() != nullptr;
            case Kind::integer:
            case Kind::long_: return value.as_integer() != nullptr;
            case Kind::boolean: return value.as_bool() != nullptr;
            case Kind::float_:
            case Kind::double_: return value.as_double() != nullptr;
            case Kind::timestamp: return value.as_timestamp() != nullptr;
            default: return false;
        }
    };
    if (fits()) untyped::put(place, value, false);
}

void store(schema::ShapeRef shape, void* structure, std::string_view path, schema::ConstPlace from) {
    if (schema::presence(from) != schema::Presence::present) return;
    const auto each = path.find("[].");
    const auto place = make_place(shape, structure, path.substr(0, each));
    if (!place) return;
    if (each != std::string_view::npos) {
        if (place->kind() != Kind::list || from.kind() != Kind::list) return;
        schema::make_container(*place);
        const schema::ConstRange values = schema::elements(from);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Place element = schema::Appender(*place).append();
            if (element.kind() != Kind::structure) return;
            const auto inner = make_place(element.target(), schema::make_structure(element), path.substr(each + 3));
            if (inner) put_fitting(*inner, untyped::owned(schema::value_of(values[i])));
        }
        return;
    }
    const bool container = schema::is_container(from.kind()) || from.kind() == Kind::structure;
    if (container && !place->bare && place->schema == from.schema && place->kind() == from.kind() &&
        place->row->target == from.row->target) {
        schema::assign_member(*place->schema, *place->row, place->at, from.at);
    } else if (holds_tags(*place->schema, *place->row) && holds_tags(*from.schema, *from.row)) {
        write_tags(*place, read_tags(from));
    } else if (from.kind() == Kind::list) {
        const schema::ConstRange values = schema::elements(from);
        if (values.size() > 0) put_fitting(*place, untyped::owned(schema::value_of(values[0])));
    } else if (!container) {
        put_fitting(*place, untyped::owned(schema::value_of(from)));
    }
}

bool holds_tags(const schema::Schema& schema, const schema::Member& member) noexcept {
    if (member.kind != Kind::list && member.kind != Kind::map) return false;
    const schema::Member& element = schema::element_row(schema, member);
    if (member.kind == Kind::map) return element.kind == Kind::string && lower(schema.name(member)).starts_with("tag");
    if (element.kind != Kind::structure) return false;
    const schema::ShapeRef shape{&schema, element.target};
    if (shape.shape().member_count < 2) return false;
    const schema::Member* const first = shape.begin();
    return first[0].kind == Kind::string && first[1].kind == Kind::string && lower(schema.name(first[0])).ends_with("key") &&
           lower(schema.name(first[1])).ends_with("value");
}

Tags read_tags(schema::ConstPlace place) {
    Tags tags;
    const schema::ConstRange range = schema::elements(place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        const auto text = [&](std::size_t member) {
            const schema::ShapeRef shape = range[i].target();
            const auto part = schema::member_place(shape, shape.begin()[member], schema::structure(range[i]));
            const bool has = schema::presence(part) == schema::Presence::present;
            return has ? schema::scalar<std::string>(part) : std::string();
        };
        if (place.kind() == Kind::map) {
            tags.emplace_back(range.key(i), schema::scalar<std::string>(range[i]));
        } else {
            tags.emplace_back(text(0), text(1));
        }
    }
    return tags;
}

void write_tags(Place place, const Tags& tags) {
    schema::make_container(place);
    const schema::Appender appender(place);
    for (const auto& [key, value] : tags) {
        if (place.kind() == Kind::map) {
            schema::set_string(appender.append(key), value);
            continue;
        }
        const Place tag = appender.append();
        const schema::ShapeRef shape = tag.target();
        void* const structure = schema::make_structure(tag);
        schema::set_string(schema::member_place(shape, shape.begin()[0], structure), key);
        schema::set_string(schema::member_place(shape, shape.begin()[1], structure), value);
    }
    if (place.kind() == Kind::map) appender.finish();
}

bool is_given(const Value& value) {
    return !value.is_nothing() && !(value.as_list() && value.as_list()->empty()) &&
           !(value.as_string() && value.as_string()->empty());
}

std::optional<Place> text_place(untyped::Structure& structure, std::string_view name) {
    const auto place = untyped::find_place(structure.shape(), structure.get(), name);
    return place && place->kind() == Kind::string ? place : std::nullopt;
}

}  // namespace botocraft::testing
