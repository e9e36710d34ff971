#include "protocol/scalar_text.hpp"

#include "protocol/base64.hpp"
#include "protocol/failure.hpp"
#include "protocol/json.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"
#include "text/case.hpp"

#include <cstring>

namespace botocraft::protocol {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Place;
using schema::TimestampFormat;

std::string name_of(ConstPlace place) { return std::string(place.schema->name(*place.row)); }

template <class Number>
void append_number(std::string& out, Number value) {
    char room[number_room];
    out.append(room, write_number(room, value));
}

template <class Real>
void append_real(std::string& out, Real value) {
    if (const std::string_view special = special_number(value); !special.empty()) {
        out += special;
    } else {
        append_number(out, value);
    }
}

// One plus may stand before a number, and no other sign behind it.
std::string_view without_plus(std::string_view text) noexcept {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    return text;
}

// Whether it is no word: what from_chars reads of those, such as `inf` and `nan(1)`, no protocol says.
bool begins_number(std::string_view text) noexcept {
    const bool sign = text.starts_with('-') || text.starts_with('+');
    const char first = text.size() > sign ? text[sign] : '\0';
    return (first >= '0' && first <= '9') || first == '.';
}

template <class Integer>
Integer parse_integer(Place place, std::string_view text) {
    text = without_plus(text);
    if (const auto value = parse_number<Integer>(text)) return *value;
    // 5.0 and 1e3 are whole numbers too.
    const bool other_form = has_fraction_or_exponent(text);
    if (const auto real = other_form ? parse_number<double>(text) : std::nullopt) {
        if (const auto whole = exact_whole_number<Integer>(*real)) return *whole;
    }
    invalid_reply(name_of(place) + " is no whole number of " + std::to_string(sizeof(Integer) * 8) + " bits");
}

template <class Real>
Real parse_real(Place place, std::string_view text) {
    if (begins_number(text)) {
        if (const auto value = parse_number<double>(without_plus(text))) {
            if (const auto held = narrowed<Real>(*value)) return *held;
        }
    } else if (const auto special = parse_special_number(text)) {
        return static_cast<Real>(*special);
    }
    invalid_reply(name_of(place) + " is no number of " + std::to_string(sizeof(Real) * 8) + " bits");
}

bool parse_boolean(Place place, std::string_view text) {
    if (equal_ignoring_case(text, "true")) return true;
    if (equal_ignoring_case(text, "false")) return false;
    invalid_reply(name_of(place) + " is neither true nor false");
}

timestamp parse_time(Place place, std::string_view text, TimestampFormat timestamps) {
    const auto instant = parse_timestamp(format_or(*place.row, timestamps), text);
    const auto value = instant ? to_timestamp(*instant) : std::nullopt;
    if (!value) invalid_reply(name_of(place) + " is not a time");
    return *value;
}

}  // namespace

void append_scalar(std::string& out, ConstPlace place, TimestampFormat timestamps) {
    switch (place.kind()) {
        case Kind::boolean: out += schema::scalar<bool>(place) ? "true" : "false"; break;
        case Kind::integer: append_number(out, schema::scalar<std::int32_t>(place)); break;
        case Kind::long_: append_number(out, schema::scalar<std::int64_t>(place)); break;
        case Kind::float_: append_real(out, schema::scalar<float>(place)); break;
        case Kind::double_: append_real(out, schema::scalar<double>(place)); break;
        case Kind::string: out += schema::scalar<std::string>(place); break;
        case Kind::blob: append_base64(out, schema::scalar<blob>(place)); break;
        case Kind::document: out += schema::scalar<document>(place).json(); break;
        case Kind::timestamp:
            if (!append_timestamp(out, format_or(*place.row, timestamps),
                                  to_instant(schema::scalar<timestamp>(place)))) {
                invalid_input("InvalidTimestamp", name_of(place) + " lies outside of the years 0 to 9999");
            }
            break;
        default: break;
    }
}

void parse_scalar(Place place, std::string_view text, TimestampFormat timestamps, const Limits& limits) {
    switch (place.kind()) {
        case Kind::string: schema::set_string(place, text); return;
        case Kind::blob:
            if (!parse_base64(trimmed(text), schema::make_scalar<blob>(place))) {
                invalid_reply(name_of(place) + " is not base64");
            }
            return;
        default: break;
    }
    text = trimmed(text);
    if (text.empty()) return;
    switch (place.kind()) {
        case Kind::document:
            json::check(text, limits);
            schema::make_scalar<document>(place) = document(std::string(text));
            break;
        case Kind::boolean: schema::make_scalar<bool>(place) = parse_boolean(place, text); break;
        case Kind::integer: schema::make_scalar<std::int32_t>(place) = parse_integer<std::int32_t>(place, text); break;
        case Kind::long_: schema::make_scalar<std::int64_t>(place) = parse_integer<std::int64_t>(place, text); break;
        case Kind::float_: schema::make_scalar<float>(place) = parse_real<float>(place, text); break;
        case Kind::double_: schema::make_scalar<double>(place) = parse_real<double>(place, text); break;
        case Kind::timestamp: schema::make_scalar<timestamp>(place) = parse_time(place, text, timestamps); break;
        default: break;
    }
}

std::string_view trimmed(std::string_view text) noexcept {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

bool valid_utf8(std::string_view text) noexcept {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    const auto follows = [&](std::ptrdiff_t i, unsigned low = 0x80, unsigned high = 0xbf) {
        return end - at > i && at[i] >= low && at[i] <= high;
    };
    while (at != end) {
        if (*at < 0x80) {
            // Eight at once as long as all are ASCII.
            std::uint64_t word;
            if (end - at >= 8 && (std::memcpy(&word, at, 8), (word & 0x8080808080808080) == 0)) {
                at += 8;
            } else {
                ++at;
            }
        } else if (*at >= 0xc2 && *at <= 0xdf && follows(1)) {
            at += 2;
        } else if (*at >= 0xe0 && *at <= 0xef && follows(1, *at == 0xe0 ? 0xa0 : 0x80, *at == 0xed ? 0x9f : 0xbf) &&
                   follows(2)) {
            at += 3;
        } else if (*at >= 0xf0 && *at <= 0xf4 && follows(1, *at == 0xf0 ? 0x90 : 0x80, *at == 0xf4 ? 0x8f : 0xbf) &&
                   follows(2) && follows(3)) {
            at += 4;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace botocraft::protocol
