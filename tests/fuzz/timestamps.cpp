#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/timestamp.hpp"

namespace protocol = botocraft::protocol;
using botocraft::schema::TimestampFormat;

void fuzz::timestamps(std::string_view text) {
    for (const TimestampFormat format :
         {TimestampFormat::epoch_seconds, TimestampFormat::date_time, TimestampFormat::http_date}) {
        const auto instant = protocol::parse_timestamp(format, text);
        if (!instant) continue;
        fuzz::require(instant->nanos >= 0 && instant->nanos < 1'000'000'000, "nanoseconds are less than a second");
        std::string out;
        if (!protocol::append_timestamp(out, format, *instant)) continue;
        const auto again = protocol::parse_timestamp(format, out);
        fuzz::require(again.has_value(), "what was written can be read");
        fuzz::require(again->seconds == instant->seconds, "the same second comes back");
    }
}
