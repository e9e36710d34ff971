#pragma once
// The three formats of times on the wire.

#include <botocraft/schema.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::protocol {

// Seconds since 1970 and what comes on top: as fine as any format can say it. botocraft::timestamp has microseconds.
struct Instant {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;  // 0 to 999,999,999, also before 1970

    friend bool operator==(const Instant&, const Instant&) = default;
};

[[nodiscard]] Instant to_instant(timestamp time) noexcept;
// Rounds down to microseconds; none where a timestamp cannot hold it.
[[nodiscard]] std::optional<timestamp> to_timestamp(Instant instant) noexcept;

// Append; false where the format cannot say it: date_time and http_date hold the years 0 to 9999.
void append_epoch_seconds(std::string& out, Instant instant);  // 1515531081.123
bool append_date_time(std::string& out, Instant instant);      // 2018-01-09T20:51:21.123Z
bool append_http_date(std::string& out, Instant instant);      // Tue, 09 Jan 2018 20:51:21 GMT; drops the fraction
bool append_timestamp(std::string& out, schema::TimestampFormat format, Instant instant);

[[nodiscard]] std::optional<Instant> parse_epoch_seconds(std::string_view text) noexcept;  // also 1.5e9
[[nodiscard]] std::optional<Instant> parse_date_time(std::string_view text) noexcept;      // with any offset
[[nodiscard]] std::optional<Instant> parse_http_date(std::string_view text) noexcept;      // with any fraction
// As the format says; then, since services deviate, as another one that fits.
[[nodiscard]] std::optional<Instant> parse_timestamp(schema::TimestampFormat format, std::string_view text) noexcept;

}  // namespace botocraft::protocol
