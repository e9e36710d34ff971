#pragma once
// Numbers as text, in the way that all text protocols write and read them.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace botocraft::protocol {

// Long enough for every number; a double needs 24 characters.
inline constexpr std::size_t number_room = 32;

// The shortest text that reads back as the same number. Returns its end.
template <class Number>
[[nodiscard]] char* write_number(char* to, Number value) noexcept {
    return std::to_chars(to, to + number_room, value).ptr;
}

// How AWS writes the numbers that JSON and XML have no words for; empty for all others.
[[nodiscard]] inline std::string_view special_number(double value) noexcept {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    return {};
}
[[nodiscard]] inline std::optional<double> parse_special_number(std::string_view text) noexcept {
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    return std::nullopt;
}

// None unless the whole text is a number of that type.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) noexcept {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// A whole number that was written with a point or an exponent; none where it is not whole or does not fit.
template <class Integer>
[[nodiscard]] std::optional<Integer> whole_number(double value) noexcept {
    constexpr double end = 2.0 * static_cast<double>(std::make_unsigned_t<Integer>{1} << (sizeof(Integer) * 8 - 2));
    if (!(value >= -end && value < end) || std::trunc(value) != value) return std::nullopt;
    return static_cast<Integer>(value);
}

}  // namespace botocraft::protocol
