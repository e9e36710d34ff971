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
    if (!arn.starts_with("arn:") || name.starts_with("arn:") || !arn.ends_with(name)) return false;
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

std::optional<Place> make_place(schema::ShapeRef shape, void* structure, std::string_view path) {
    const auto end = path.find_first_of(".[");
    const schema::Member* const member = schema::find_member(shape, path.substr(0, end));
    if (!member) return std::nullopt;
    const Place place = schema::member_place(shape, *member, structure);
    if (end == std::string_view::npos || path.substr(end) == "[]") return place;
    if (path[end] == '.') return make_place(place.target(), schema::make_structure(place), path.substr(end + 1));
    const auto rest = path.find("].", end);
    if (rest == std::string_view::npos || place.kind() != Kind::list) return std::nullopt;
    const schema::Range range = schema::elements(place);
    const Place element = range.size() > 0 ? range[0] : schema::Appender(place).append();
    return make_place(element.target(), schema::make_structure(element), path.substr(rest + 2));
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
