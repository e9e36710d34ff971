#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/scalar_text.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace protocol = botocraft::protocol;
namespace schema = botocraft::schema;
using sample::Everything;

namespace {

// What the C library makes of the text, where it is written as numbers are: not 0x10, nan or blanks.
std::optional<double> read_by_libc(std::string_view text) {
    if (text.find_first_not_of("0123456789+-.eE") != text.npos) return std::nullopt;
    const std::string copy(text);
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    if (copy.empty() || end != copy.c_str() + copy.size()) return std::nullopt;
    return value;
}

template <class Integer>
std::optional<Integer> whole_number_by_libc(std::string_view text) {
    const auto real = read_by_libc(text);
    if (!real) return std::nullopt;
    const std::string copy(text);
    char* end = nullptr;
    errno = 0;
    const long long whole = std::strtoll(copy.c_str(), &end, 10);
    if (end == copy.c_str() + copy.size() && errno == 0) {
        if (whole < std::numeric_limits<Integer>::min() || whole > std::numeric_limits<Integer>::max()) return {};
        return static_cast<Integer>(whole);
    }
    if (text.find_first_of(".eE") == text.npos) return std::nullopt;
    const double limit = std::ldexp(1.0, sizeof(Integer) * 8 - 1);
    const bool exact = std::fabs(*real) < std::ldexp(1.0, 53);
    if (!exact || std::trunc(*real) != *real || *real < -limit || *real >= limit) return std::nullopt;
    return static_cast<Integer>(*real);
}

// False where it is refused. What is empty stays absent.
bool read(Everything& value, std::string_view name, std::string_view text) {
    const schema::Member* const member = schema::find_member(Everything::shape_, name);
    try {
        protocol::parse_scalar(schema::member_place(Everything::shape_, *member, &value), text,
                               schema::TimestampFormat::date_time);
        return true;
    } catch (const botocraft::ProtocolError&) {
        return false;
    }
}

}  // namespace

void fuzz::numbers(std::string_view bytes) {
    const std::string_view text = protocol::trimmed(bytes);
    if (text.empty() || text.find('\0') != text.npos) return;
    Everything value;
    const auto integer = whole_number_by_libc<std::int32_t>(text);
    require(read(value, "integer", bytes) == integer.has_value(), "the same texts are integers");
    if (integer) require(value.integer == *integer, "the same integer is read");
    const auto longer = whole_number_by_libc<std::int64_t>(text);
    require(read(value, "longer", bytes) == longer.has_value(), "the same texts are longs");
    if (longer) require(value.longer == *longer, "the same long is read");

    const bool special = text == "NaN" || text == "Infinity" || text == "-Infinity";
    const auto real = read_by_libc(text);
    const bool finite = real && std::isfinite(*real);
    require(read(value, "real", bytes) == (special || finite), "the same texts are numbers");
    if (finite) require(std::memcmp(&*value.real, &*real, sizeof(double)) == 0, "the same number is read");
    static_cast<void>(read(value, "single", bytes));
    static_cast<void>(read(value, "flag", bytes));
}
