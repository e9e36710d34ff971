#pragma once
// Numbers as text, in the way that all text protocols write and read them.

#include <algorithm>
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

// Whether a decimal number that no double can hold lies too near to zero, rather than too far from it.
[[nodiscard]] inline bool is_tiny(std::string_view text) noexcept {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t end = std::min(text.find_first_of("eE"), text.size());
    std::string_view exponent_text = text.substr(std::min(end + 1, text.size()));
    if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
    int exponent = 0;
    const auto result = std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    if (result.ec == std::errc::result_out_of_range) return exponent_text.starts_with('-');
    // The place of the first digit that is not zero, counted from the point.
    const auto point = static_cast<std::ptrdiff_t>(std::min(text.substr(0, end).find('.'), end));
    const auto first = static_cast<std::ptrdiff_t>(std::min(text.find_first_not_of("0."), end));
    return point - first + exponent < 0;
}

// None unless the whole text is a number of that type. A real number that is too near to zero is zero; what is too far
// from it is none.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) noexcept {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if constexpr (std::is_floating_point_v<Number>) {
        if (error == std::errc::result_out_of_range && is_tiny(text)) {
            return std::copysign(Number{0}, text.starts_with('-') ? Number{-1} : Number{1});
        }
    }
    if (error != std::errc{}) return std::nullopt;
    return value;
}

// The number as a type that may hold less; none where a finite one would become infinite.
template <class Real>
[[nodiscard]] std::optional<Real> narrowed(double value) noexcept {
    if constexpr (!std::is_same_v<Real, double>) {
        if (std::isfinite(value) && std::abs(value) > double{std::numeric_limits<Real>::max()}) return std::nullopt;
    }
    return static_cast<Real>(value);
}

// Whether a number is written with a point or an exponent. One that is not, and is too long for 64 bits, is no whole
// number that any member holds, however near the double is that it would be read as.
[[nodiscard]] inline bool has_fraction_or_exponent(std::string_view text) noexcept {
    return text.find_first_of(".eE") != text.npos;
}

// A whole number that was written with a point or an exponent; none where it is not whole or does not fit.
template <class Integer>
[[nodiscard]] std::optional<Integer> whole_number(double value) noexcept {
    constexpr double end = 2.0 * static_cast<double>(std::make_unsigned_t<Integer>{1} << (sizeof(Integer) * 8 - 2));
    if (!(value >= -end && value < end) || std::trunc(value) != value) return std::nullopt;
    return static_cast<Integer>(value);
}

// Of a value that was read from digits: beyond 2^53 it may be another one than they say, and is none.
template <class Integer>
[[nodiscard]] std::optional<Integer> exact_whole_number(double value) noexcept {
    constexpr double most = 9007199254740992.0;
    return std::fabs(value) < most ? whole_number<Integer>(value) : std::nullopt;
}

}  // namespace botocraft::protocol
