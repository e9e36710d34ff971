#include "schema/print.hpp"

#include "protocol/json_writer.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"
#include "schema/secrets.hpp"

#include <botocraft/json.hpp>

#include <ostream>
#include <type_traits>

namespace botocraft::schema {

namespace {

constexpr std::string_view hidden = "***";

[[nodiscard]] bool is_sensitive(ConstPlace place) noexcept {
    if (place.has(member_flag::sensitive)) return true;
    return place.kind() == Kind::structure && (place.target().shape().flags & shape_flag::sensitive) != 0;
}

void append_quoted(std::string& out, std::string_view text) {
    protocol::json::Writer writer(out);
    writer.string(text);
    writer.flush();
}

template <class Number>
void append_number(std::string& out, Number value) {
    if constexpr (std::is_floating_point_v<Number>) {
        if (const std::string_view special = protocol::special_number(value); !special.empty()) {
            out += special;
            return;
        }
    }
    char text[protocol::number_room];
    out.append(text, protocol::write_number(text, value));
}

void append_time(std::string& out, timestamp time) {
    const protocol::Instant instant = protocol::to_instant(time);
    if (!protocol::append_date_time(out, instant)) protocol::append_epoch_seconds(out, instant);
}

void append_value(ConstPlace place, std::string& out);

void append_members(ShapeRef shape, const void* structure, std::string& out) {
    out += '{';
    bool first = true;
    for (const Member& member : shape) {
        const ConstPlace place = member_place(shape, member, structure);
        if (presence(place) == Presence::absent) continue;
        if (!first) out += ", ";
        first = false;
        out += shape.schema->name(member);
        out += ": ";
        if (presence(place) == Presence::present && is_secret(shape, member)) {
            out += hidden;
        } else {
            print(place, out);
        }
    }
    out += '}';
}

void append_elements(ConstPlace container, std::string& out) {
    const bool is_map = container.kind() == Kind::map;
    const ConstRange range = elements(container);
    // A map's first row is that of its keys.
    const bool hides_keys = is_map && (container.target().begin()->flags & member_flag::sensitive) != 0;
    out += is_map ? '{' : '[';
    for (std::size_t i = 0; i < range.size(); ++i) {
        if (i != 0) out += ", ";
        if (is_map) {
            if (hides_keys) {
                out += hidden;
            } else {
                append_quoted(out, range.key(i));
            }
            out += ": ";
        }
        if (presence(range[i]) != Presence::absent) {
            print(range[i], out);
        } else if (range[i].has(member_flag::nullable)) {
            out += "null";
        } else {
            append_value(range[i], out);  // a list that was never filled: an empty one
        }
    }
    out += is_map ? '}' : ']';
}

void append_value(ConstPlace place, std::string& out) {
    switch (place.kind()) {
        case Kind::boolean: out += scalar<bool>(place) ? "true" : "false"; break;
        case Kind::integer: append_number(out, scalar<std::int32_t>(place)); break;
        case Kind::long_: append_number(out, scalar<std::int64_t>(place)); break;
        case Kind::float_: append_number(out, scalar<float>(place)); break;
        case Kind::double_: append_number(out, scalar<double>(place)); break;
        case Kind::string: append_quoted(out, scalar<std::string>(place)); break;
        case Kind::timestamp: append_time(out, scalar<timestamp>(place)); break;
        case Kind::blob:
            out += '<';
            append_number(out, scalar<blob>(place).size());
            out += " bytes>";
            break;
        case Kind::document: out += scalar<document>(place).json(); break;
        case Kind::structure: append_members(place.target(), structure(place), out); break;
        case Kind::list:
        case Kind::map: append_elements(place, out); break;
        case Kind::state: break;
    }
}

}  // namespace

void print(ConstPlace place, std::string& out) {
    switch (presence(place)) {
        case Presence::absent: break;
        case Presence::null: out += "null"; break;
        case Presence::present:
            if (is_sensitive(place)) {
                out += hidden;
            } else {
                append_value(place, out);
            }
    }
}

void print(ShapeRef shape, const void* structure, std::string& out) {
    out += shape.name();
    if (shape.shape().flags & shape_flag::sensitive) {
        out += hidden;
    } else {
        append_members(shape, structure, out);
    }
}

}  // namespace botocraft::schema

namespace botocraft::detail {

std::string to_string(schema::ShapeRef shape, const void* structure) {
    std::string out;
    schema::print(shape, structure, out);
    return out;
}

std::ostream& print(std::ostream& out, schema::ShapeRef shape, const void* structure) {
    return out << to_string(shape, structure);
}

}  // namespace botocraft::detail
