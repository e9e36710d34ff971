#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/timestamp.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>

namespace protocol = botocraft::protocol;
__extension__ typedef __int128 Nanoseconds;  // since 1970

namespace {

constexpr Nanoseconds second = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether the text begins as the pattern says, which is then removed: 0 is a digit, a an ASCII letter, all else itself.
bool take(std::string_view& text, std::string_view pattern) {
    if (text.size() < pattern.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z');
        if (pattern[i] == '0' ? !is_digit(text[i]) : pattern[i] == 'a' ? !letter : text[i] != pattern[i]) return false;
    }
    text.remove_prefix(pattern.size());
    return true;
}

// `.5` and the like; zero where there is no point.
std::optional<Nanoseconds> take_fraction(std::string_view& text) {
    if (!take(text, ".")) return 0;
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    Nanoseconds nanos = 0;
    for (Nanoseconds unit = second / 10; !text.empty() && is_digit(text.front()); unit /= 10) {
        nanos += unit * (text.front() - '0');
        text.remove_prefix(1);
    }
    return nanos;
}

// What the C library makes of the fields; none where it has to correct them. A leap second is the one after it.
std::optional<Nanoseconds> time_by_libc(std::tm fields) {
    const bool leap = fields.tm_sec == 60;
    if (leap) fields.tm_sec = 59;
    std::tm normal = fields;
    const std::time_t seconds = timegm(&normal);
    if (normal.tm_mday != fields.tm_mday || normal.tm_mon != fields.tm_mon || normal.tm_hour != fields.tm_hour ||
        normal.tm_min != fields.tm_min || normal.tm_sec != fields.tm_sec) {
        return std::nullopt;
    }
    return (Nanoseconds{seconds} + leap) * second;
}

std::optional<Nanoseconds> date_time_by_libc(std::string_view text) {
    std::tm fields{};
    const std::string copy(text);
    if (!take(text, "0000-00-00")) return std::nullopt;
    if (!take(text, "T") && !take(text, "t") && !take(text, " ")) return std::nullopt;
    if (!take(text, "00:00:00")) return std::nullopt;
    std::sscanf(copy.c_str(), "%4d-%2d-%2d%*c%2d:%2d:%2d", &fields.tm_year, &fields.tm_mon, &fields.tm_mday,
                &fields.tm_hour, &fields.tm_min, &fields.tm_sec);
    fields.tm_year -= 1900;
    fields.tm_mon -= 1;
    const auto time = time_by_libc(fields);
    const auto fraction = take_fraction(text);
    if (!time || !fraction) return std::nullopt;
    if (text == "Z" || text == "z") return *time + *fraction;
    const std::string offset(text);
    int sign = take(text, "+") ? 1 : take(text, "-") ? -1 : 0;
    if (sign == 0 || (text.size() != 4 && text.size() != 5)) return std::nullopt;
    if (!take(text, "00") || (text.size() == 3 && !take(text, ":")) || !take(text, "00")) return std::nullopt;
    int hours = 0;
    int minutes = 0;
    std::sscanf(offset.c_str() + 1, offset.size() == 6 ? "%2d:%2d" : "%2d%2d", &hours, &minutes);
    if (hours > 23 || minutes > 59) return std::nullopt;
    return *time + *fraction - Nanoseconds{sign * (hours * 3600 + minutes * 60)} * second;
}

std::optional<Nanoseconds> http_date_by_libc(std::string_view text) {
    const std::string copy(text);
    if (!take(text, "aaa, ")) return std::nullopt;
    if (!take(text, "00 ") && !take(text, "0 ")) return std::nullopt;
    if (!take(text, "aaa 0000 00:00:00")) return std::nullopt;
    std::tm fields{};
    char weekday[4] = {};
    char month[4] = {};
    std::sscanf(copy.c_str(), "%3s, %2d %3s %4d %2d:%2d:%2d", weekday, &fields.tm_mday, month, &fields.tm_year,
                &fields.tm_hour, &fields.tm_min, &fields.tm_sec);
    const auto index = [](std::string_view names, const char* name) {
        const std::size_t at = names.find(name);
        return at == names.npos || at % 3 != 0 ? -1 : static_cast<int>(at / 3);
    };
    fields.tm_year -= 1900;
    fields.tm_mon = index("JanFebMarAprMayJunJulAugSepOctNovDec", month);
    if (fields.tm_mon < 0 || index("SunMonTueWedThuFriSat", weekday) < 0) return std::nullopt;
    const auto time = time_by_libc(fields);
    const auto fraction = take_fraction(text);
    if (!time || !fraction || text != " GMT") return std::nullopt;
    return *time + *fraction;
}

// Without an exponent.
std::optional<Nanoseconds> epoch_seconds_by_libc(std::string_view text) {
    const std::string copy(text);
    const bool negative = take(text, "-");
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    errno = 0;
    char* end = nullptr;
    const long long seconds = std::strtoll(copy.c_str() + negative, &end, 10);
    if (errno != 0) return std::nullopt;
    text = std::string_view(copy).substr(static_cast<std::size_t>(end - copy.c_str()));
    const auto fraction = take_fraction(text);
    if (!fraction || !text.empty()) return std::nullopt;
    const Nanoseconds time = Nanoseconds{seconds} * second + *fraction;
    return negative ? -time : time;
}

using Parse = std::optional<protocol::Instant> (*)(std::string_view) noexcept;
using Reference = std::optional<Nanoseconds> (*)(std::string_view);

void compare(std::string_view text, Parse parse, Reference reference) {
    const auto ours = parse(text);
    const auto theirs = reference(text);
    fuzz::require(ours.has_value() == theirs.has_value(), "the same texts are times");
    if (ours) fuzz::require(Nanoseconds{ours->seconds} * second + ours->nanos == *theirs, "it is the same time");
}

// To a microsecond of what a double says.
void compare_exponent(std::string_view text) {
    const auto ours = protocol::parse_epoch_seconds(text);
    if (!ours) return;
    const std::string copy(text);
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    fuzz::require(end == copy.c_str() + copy.size(), "a time with an exponent is a number");
    const double read = static_cast<double>(ours->seconds) + static_cast<double>(ours->nanos) * 1e-9;
    fuzz::require(std::abs(read - value) <= std::max(2e-6, std::abs(value) * 1e-15), "it is the same number");
}

}  // namespace

void fuzz::timestamps_reference(std::string_view bytes) {
    if (bytes.find('\0') != bytes.npos) return;
    compare(bytes, protocol::parse_date_time, date_time_by_libc);
    compare(bytes, protocol::parse_http_date, http_date_by_libc);
    if (bytes.find_first_of("eE") == bytes.npos) {
        compare(bytes, protocol::parse_epoch_seconds, epoch_seconds_by_libc);
    } else {
        compare_exponent(bytes);
    }
}
