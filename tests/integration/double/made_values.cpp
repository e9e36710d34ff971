#include "made_values.hpp"

#include "orm/expression.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace botocraft::test {

using schema::Kind;
using schema::Place;

namespace {

std::string text_for(std::string_view name, unsigned number) {
    std::string lower;
    for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower.ends_with("region")) return "us-east-1";
    if (lower.ends_with("arn")) return "arn:aws:example:us-east-1:123456789012:" + lower + '/' + std::to_string(number);
    return (lower.empty() ? "text" : lower) + '-' + std::to_string(number);
}

timestamp time_for(unsigned number) {
    return timestamp(std::chrono::seconds(1700000000 + static_cast<std::int64_t>(number)));
}

void make_element(Place container, unsigned number, int depth) {
    schema::make_container(container);
    const schema::Appender appender(container);
    const bool map = container.kind() == Kind::map;
    Place element = map ? appender.append("key") : appender.append();
    // Elements have no name: that of the container serves.
    if (element.kind() == Kind::string) {
        schema::set_string(element, text_for(container.schema->name(*container.row), number));
    } else {
        make_value(element, number, depth);
    }
    if (map) appender.finish();
}

}  // namespace

void make_value(Place place, unsigned number, int depth) {
    const auto n = static_cast<std::int32_t>(number);
    switch (place.kind()) {
        case Kind::boolean: schema::make_scalar<bool>(place) = number % 2 == 1; break;
        case Kind::integer: schema::make_scalar<std::int32_t>(place) = n; break;
        case Kind::long_: schema::make_scalar<std::int64_t>(place) = n; break;
        case Kind::float_: schema::make_scalar<float>(place) = static_cast<float>(number) + 0.5F; break;
        case Kind::double_: schema::make_scalar<double>(place) = number + 0.25; break;
        case Kind::string:
            schema::set_string(place, text_for(place.bare ? std::string_view() : place.schema->name(*place.row), number));
            break;
        case Kind::timestamp: schema::make_scalar<timestamp>(place) = time_for(number); break;
        case Kind::blob: schema::make_scalar<blob>(place) = blob(3, static_cast<std::byte>(number)); break;
        case Kind::structure:
            if (depth > 0) make_values(place.target(), schema::make_structure(place), number, depth - 1);
            break;
        case Kind::list:
        case Kind::map:
            if (depth > 0) make_element(place, number, depth - 1);
            break;
        default: break;
    }
}

void make_values(schema::ShapeRef shape, void* structure, unsigned number, int depth) {
    const bool one_of = (shape.shape().flags & schema::shape_flag::union_) != 0;
    for (const schema::Member& member : shape) {
        if ((member.flags & schema::member_flag::read_only) != 0) continue;
        make_value(schema::member_place(shape, member, structure), number, depth);
        if (one_of) break;
    }
}

bool is_same(schema::ConstPlace a, schema::ConstPlace b) {
    if (schema::presence(a) != schema::Presence::present || schema::presence(b) != schema::Presence::present) return true;
    if (a.kind() == Kind::structure) {
        const void* const first = schema::structure(a);
        const void* const second = schema::structure(b);
        return std::ranges::all_of(a.target(), [&](const schema::Member& member) {
            return is_same(schema::member_place(a.target(), member, first), schema::member_place(b.target(), member, second));
        });
    }
    if (!schema::is_container(a.kind())) return detail::owned(schema::value_of(a)) == detail::owned(schema::value_of(b));
    const schema::ConstRange first = schema::elements(a), second = schema::elements(b);
    if (a.kind() == Kind::list && first.size() != second.size()) return false;
    for (std::size_t i = 0; i < first.size(); ++i) {
        std::size_t counterpart = i;
        if (a.kind() == Kind::map) {
            counterpart = 0;
            while (counterpart < second.size() && first.key(i) != second.key(counterpart)) ++counterpart;
            if (counterpart == second.size()) return false;
        }
        if (!is_same(first[i], second[counterpart])) return false;
    }
    return true;
}

}  // namespace botocraft::test
