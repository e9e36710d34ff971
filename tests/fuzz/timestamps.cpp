#include "fuzz.hpp"

#include "protocol/timestamp.hpp"

namespace protocol = botocraft::protocol;
using botocraft::schema::TimestampFormat;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::view(data, size);
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
    return 0;
}
