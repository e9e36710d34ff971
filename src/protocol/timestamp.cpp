#include "protocol/timestamp.hpp"

#include "protocol/numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace botocraft::protocol {

namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int32_t second_nanos = 1'000'000'000;
constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

struct Fields {
    std::chrono::year_month_day date;
    unsigned weekday;
    unsigned second_of_day;
};

// None outside of the years 0 to 9999, which is all that four digits can say.
std::optional<Fields> fields(Instant instant) noexcept {
    constexpr std::int64_t first = -62'167'219'200;   // 0000-01-01T00:00:00Z
    constexpr std::int64_t last = 253'402'300'799;    // 9999-12-31T23:59:59Z
    if (instant.seconds < first || instant.seconds > last) return std::nullopt;
    const std::chrono::sys_seconds time{std::chrono::seconds(instant.seconds)};
    const auto days = std::chrono::floor<std::chrono::days>(time);
    return Fields{std::chrono::year_month_day(days), std::chrono::weekday(days).c_encoding(),
                  static_cast<unsigned>((time - days).count())};
}

char* write_digits(char* to, unsigned value, unsigned width) noexcept {
    for (unsigned i = width; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
    return to + width;
}

void append_digits(std::string& out, unsigned value, unsigned width) {
    char text[10];
    out.append(text, write_digits(text, value, width));
}

void append_time_of_day(std::string& out, unsigned second) {
    append_digits(out, second / 3600, 2);
    out += ':';
    append_digits(out, second / 60 % 60, 2);
    out += ':';
    append_digits(out, second % 60, 2);
}

// A point and the digits without the zeros at the end; nothing for a whole second.
void append_fraction(std::string& out, unsigned nanos) {
    if (nanos == 0) return;
    unsigned width = 9;
    for (; nanos % 10 == 0; nanos /= 10) --width;
    out += '.';
    append_digits(out, nanos, width);
}

// Reads a text from the left; once something does not fit, everything fails.
class Reader {
  public:
    explicit Reader(std::string_view text) noexcept : text_(text) {}

    unsigned digits(std::size_t least, std::size_t most) noexcept {
        unsigned value = 0;
        std::size_t count = 0;
        for (; count < most && count < text_.size() && is_digit(text_[count]); ++count) {
            value = value * 10 + static_cast<unsigned>(text_[count] - '0');
        }
        if (count < least) failed_ = true;
        text_.remove_prefix(count);
        return value;
    }
    unsigned digits(std::size_t width) noexcept { return digits(width, width); }
    bool accept(char c) noexcept {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(std::string_view what) noexcept {
        if (text_.starts_with(what)) {
            text_.remove_prefix(what.size());
        } else {
            failed_ = true;
        }
    }
    // The index of the three letters in a list of such.
    unsigned name(std::string_view names) noexcept {
        for (std::size_t i = 0; i < names.size(); i += 3) {
            if (text_.starts_with(names.substr(i, 3))) {
                text_.remove_prefix(3);
                return static_cast<unsigned>(i / 3);
            }
        }
        failed_ = true;
        return 0;
    }
    // Nanoseconds; further digits are dropped. Without a point it is zero.
    std::int32_t fraction() noexcept {
        if (!accept('.')) return 0;
        std::int32_t nanos = 0;
        std::size_t count = 0;
        for (; count < text_.size() && is_digit(text_[count]); ++count) {
            if (count < 9) nanos = nanos * 10 + (text_[count] - '0');
        }
        if (count == 0) failed_ = true;
        for (std::size_t i = count; i < 9; ++i) nanos *= 10;
        text_.remove_prefix(count);
        return nanos;
    }
    [[nodiscard]] bool good() const noexcept { return !failed_; }
    [[nodiscard]] bool done() const noexcept { return !failed_ && text_.empty(); }

  private:
    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

    std::string_view text_;
    bool failed_ = false;
};

// A leap second counts as the second after it, as POSIX has it.
std::optional<std::int64_t> seconds_since_epoch(unsigned year, unsigned month, unsigned day_of_month, unsigned hour,
                                                unsigned minute, unsigned second) noexcept {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                           std::chrono::day(day_of_month)};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * day + hour * 3600 + minute * 60 + second;
}

// 1.5e9: a double, which says no more than microseconds.
std::optional<Instant> parse_exponent(std::string_view text) noexcept {
    if (text.find_first_of("eE") == text.npos) return std::nullopt;
    const auto value = parse_number<double>(text);
    if (!value || !(std::abs(*value) < 9e15)) return std::nullopt;
    // The nearest one: of 1.7954388526796731e9 a double has a bit less, which is not the microsecond before.
    const double whole = std::floor(*value);
    const auto micros = static_cast<std::int64_t>(std::round((*value - whole) * 1e6));
    return Instant{static_cast<std::int64_t>(whole) + micros / 1'000'000, static_cast<std::int32_t>(micros % 1'000'000) * 1000};
}

}  // namespace

Instant to_instant(timestamp time) noexcept {
    constexpr std::int64_t second_micros = 1'000'000;
    const std::int64_t micros = time.time_since_epoch().count();
    std::int64_t seconds = micros / second_micros;
    std::int64_t rest = micros % second_micros;
    if (rest < 0) {  // before 1970 the division rounds up
        --seconds;
        rest += second_micros;
    }
    return {seconds, static_cast<std::int32_t>(rest * 1000)};
}

std::optional<timestamp> to_timestamp(Instant instant) noexcept {
    constexpr std::int64_t limit = INT64_MAX / 1'000'000 - 1;
    if (instant.seconds > limit || instant.seconds < -limit) return std::nullopt;
    return timestamp(std::chrono::microseconds(instant.seconds * 1'000'000 + instant.nanos / 1000));
}

void append_epoch_seconds(std::string& out, Instant instant) {
    // Before 1970 the fraction counts towards zero: -1.5 is second -2 and half a second.
    std::int64_t seconds = instant.seconds;
    std::int32_t nanos = instant.nanos;
    if (seconds < 0 && nanos != 0) {
        ++seconds;
        nanos = second_nanos - nanos;
        if (seconds == 0) out += '-';
    }
    char text[24];
    out.append(text, std::to_chars(text, text + sizeof(text), seconds).ptr);
    append_fraction(out, static_cast<unsigned>(nanos));
}

bool append_date_time(std::string& out, Instant instant) {
    const auto parts = fields(instant);
    if (!parts) return false;
    char text[] = "0000-00-00T00:00:00";
    write_digits(text, static_cast<unsigned>(static_cast<int>(parts->date.year())), 4);
    write_digits(text + 5, static_cast<unsigned>(parts->date.month()), 2);
    write_digits(text + 8, static_cast<unsigned>(parts->date.day()), 2);
    write_digits(text + 11, parts->second_of_day / 3600, 2);
    write_digits(text + 14, parts->second_of_day / 60 % 60, 2);
    write_digits(text + 17, parts->second_of_day % 60, 2);
    out += text;
    append_fraction(out, static_cast<unsigned>(instant.nanos / 1000 * 1000));  // readers know no finer
    out += 'Z';
    return true;
}

bool append_http_date(std::string& out, Instant instant) {
    const auto parts = fields(instant);
    if (!parts) return false;
    out += weekdays.substr(std::size_t{parts->weekday} * 3, 3);
    out += ", ";
    append_digits(out, static_cast<unsigned>(parts->date.day()), 2);
    out += ' ';
    out += months.substr((static_cast<unsigned>(parts->date.month()) - std::size_t{1}) * 3, 3);
    out += ' ';
    append_digits(out, static_cast<unsigned>(static_cast<int>(parts->date.year())), 4);
    out += ' ';
    append_time_of_day(out, parts->second_of_day);
    out += " GMT";
    return true;
}

bool append_timestamp(std::string& out, schema::TimestampFormat format, Instant instant) {
    switch (format) {
        case schema::TimestampFormat::date_time: return append_date_time(out, instant);
        case schema::TimestampFormat::http_date: return append_http_date(out, instant);
        default: append_epoch_seconds(out, instant); return true;
    }
}

std::optional<Instant> parse_epoch_seconds(std::string_view text) noexcept {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    std::int64_t seconds = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, seconds);
    if (error != std::errc{} || rest == digits.data() || digits.starts_with('-')) return std::nullopt;
    Reader reader(std::string_view(rest, static_cast<std::size_t>(end - rest)));
    const std::int32_t nanos = reader.fraction();
    if (!reader.done()) return parse_exponent(text);
    if (!negative) return Instant{seconds, nanos};
    if (nanos == 0) return Instant{-seconds, 0};
    return Instant{-seconds - 1, second_nanos - nanos};
}

std::optional<Instant> parse_date_time(std::string_view text) noexcept {
    constexpr std::size_t to_the_second = std::string_view("0000-00-00T00:00:00").size();
    if (text.size() < to_the_second) return std::nullopt;
    bool good = text[4] == '-' && text[7] == '-' && text[13] == ':' && text[16] == ':' &&
                (text[10] == 'T' || text[10] == 't' || text[10] == ' ');
    const auto two_digits = [&](std::size_t at) {
        const unsigned tens = static_cast<unsigned char>(text[at]) - unsigned{'0'};
        const unsigned units = static_cast<unsigned char>(text[at + 1]) - unsigned{'0'};
        good = good && tens <= 9 && units <= 9;
        return tens * 10 + units;
    };
    const unsigned year = two_digits(0) * 100 + two_digits(2);
    const unsigned month = two_digits(5);
    const unsigned day_of_month = two_digits(8);
    const unsigned hour = two_digits(11);
    const unsigned minute = two_digits(14);
    const unsigned second = two_digits(17);
    if (!good) return std::nullopt;
    Reader in(text.substr(to_the_second));
    const std::int32_t nanos = in.fraction();
    std::int64_t east = 0;
    if (!in.accept('Z') && !in.accept('z')) {
        const bool plus = in.accept('+');
        if (!plus) in.expect("-");
        const unsigned hours = in.digits(2);
        in.accept(':');
        const unsigned minutes = in.digits(2);
        if (hours > 23 || minutes > 59) return std::nullopt;
        east = (plus ? 1 : -1) * (std::int64_t{hours} * 3600 + std::int64_t{minutes} * 60);
    }
    if (!in.done()) return std::nullopt;
    const auto seconds = seconds_since_epoch(year, month, day_of_month, hour, minute, second);
    if (!seconds) return std::nullopt;
    return Instant{*seconds - east, nanos};
}

std::optional<Instant> parse_http_date(std::string_view text) noexcept {
    Reader in(text);
    in.name(weekdays);
    in.expect(", ");
    const unsigned day_of_month = in.digits(1, 2);
    in.expect(" ");
    const unsigned month = in.name(months) + 1;
    in.expect(" ");
    const unsigned year = in.digits(4);
    in.expect(" ");
    const unsigned hour = in.digits(2);
    in.expect(":");
    const unsigned minute = in.digits(2);
    in.expect(":");
    const unsigned second = in.digits(2);
    const std::int32_t nanos = in.fraction();
    in.expect(" GMT");
    if (!in.done()) return std::nullopt;
    const auto seconds = seconds_since_epoch(year, month, day_of_month, hour, minute, second);
    if (!seconds) return std::nullopt;
    return Instant{*seconds, nanos};
}

std::optional<Instant> parse_timestamp(schema::TimestampFormat format, std::string_view text) noexcept {
    using schema::TimestampFormat;
    constexpr auto parse = [](TimestampFormat as, std::string_view what) {
        switch (as) {
            case TimestampFormat::date_time: return parse_date_time(what);
            case TimestampFormat::http_date: return parse_http_date(what);
            default: return parse_epoch_seconds(what);
        }
    };
    if (const auto instant = parse(format, text)) return instant;
    for (const auto other : {TimestampFormat::date_time, TimestampFormat::epoch_seconds, TimestampFormat::http_date}) {
        if (const auto instant = parse(other, text)) return instant;
    }
    return std::nullopt;
}

}  // namespace botocraft::protocol
