// Base64, numbers and times as text.

#include "catch.hpp"

#include "protocol/base64.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

using namespace botocraft::protocol;
using botocraft::blob;
using botocraft::schema::TimestampFormat;

namespace {

blob bytes(std::string_view text) {
    blob made(text.size());
    if (!text.empty()) std::memcpy(made.data(), text.data(), text.size());
    return made;
}

}  // namespace

TEST_CASE("base64 as RFC 4648 has it") {
    constexpr std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "+/8="}};
    for (const auto& [plain, encoded] : vectors) {
        CHECK(base64(bytes(plain)) == encoded);
        blob read;
        CHECK((parse_base64(encoded, read) && read == bytes(plain)));
    }
    blob read;
    CHECK((parse_base64("Zg", read) && read == bytes("f")));
    for (const std::string_view wrong : {"Z", "Zh==", "Zm8", "Zm9v\n", "Zm9-", "=", "====", "Zg=", "Z===", "Zm9vZ",
                                         "Zg==Zg=="}) {
        CAPTURE(wrong);
        CHECK(parse_base64(wrong, read) == (wrong == "Zm8"));  // only its padding is missing
    }
}

TEST_CASE("whole numbers may have a point") {
    CHECK(whole_number<std::int32_t>(2147483647.0) == 2147483647);
    CHECK(whole_number<std::int32_t>(-2147483648.0) == -2147483648);
    CHECK_FALSE(whole_number<std::int32_t>(2147483648.0));
    CHECK_FALSE(whole_number<std::int32_t>(0.5));
    CHECK(whole_number<std::int64_t>(-9223372036854775808.0) == INT64_MIN);
    CHECK_FALSE(whole_number<std::int64_t>(9223372036854775808.0));
    CHECK_FALSE(whole_number<std::int64_t>(std::numeric_limits<double>::quiet_NaN()));
    CHECK(exact_whole_number<std::int64_t>(-9007199254740991.0) == -9007199254740991);
    CHECK_FALSE(exact_whole_number<std::int64_t>(9007199254740992.0));  // may have been written as ...993.0
}

TEST_CASE("times are read in any format that services use") {
    const Instant expected{1576540098, 0};  // the offsets are those of the protocol tests
    CHECK(parse_timestamp(TimestampFormat::date_time, "2019-12-16T22:48:18-01:00") == expected);
    CHECK(parse_timestamp(TimestampFormat::date_time, "2019-12-17T00:48:18+01:00") == expected);
    CHECK(parse_timestamp(TimestampFormat::date_time, "2019-12-17T00:48:18+0100") == expected);
    CHECK(parse_timestamp(TimestampFormat::date_time, "1576540098") == expected);
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "1.576540098E9") == expected);
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "2019-12-16T23:48:18Z") == expected);
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "Mon, 16 Dec 2019 23:48:18 GMT") == expected);
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "-1.5") == Instant{-2, 500'000'000});
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "-0.25") == Instant{-1, 750'000'000});
    // With an exponent, the nearest microsecond: no double is these.
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "1.795438852679673E9") == Instant{1795438852, 679'673'000});
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "1.795438748044E9") == Instant{1795438748, 44'000'000});
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "1.99999999999E0") == Instant{2, 0});
    CHECK(parse_timestamp(TimestampFormat::epoch_seconds, "-1e-112") == Instant{0, 0});
    for (const std::string_view wrong :
         {"", "-", "--1", "1.", ".5", "1x", "1e999", "2019-13-01T00:00:00Z", "2019-02-29T00:00:00Z",
          "2019-01-01T24:00:00Z", "2019-01-01T00:00:00", "2019-01-01T00:00:00+24:00", "2019-01-01T00:00:00Zx",
          "Mon, 16 Dec 2019 23:48:18 UTC", "Mon 16 Dec 2019 23:48:18 GMT", "99999999999999999999"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_timestamp(TimestampFormat::protocol_default, wrong));
    }
}

TEST_CASE("epoch seconds before 1970 count backwards") {
    const auto text = [](Instant instant) {
        std::string out;
        append_epoch_seconds(out, instant);
        return out;
    };
    CHECK(text({-2, 500'000'000}) == "-1.5");
    CHECK(text({-1, 750'000'000}) == "-0.25");
    CHECK(text({-1, 0}) == "-1");
    CHECK(text({0, 1'000}) == "0.000001");
    const botocraft::timestamp before(std::chrono::microseconds(-1));
    CHECK(to_timestamp(to_instant(before)) == before);
    CHECK_FALSE(to_timestamp({INT64_MAX, 0}));
}

TEST_CASE("times at the ends of what a timestamp holds are whole seconds and a rest") {
    using botocraft::timestamp;
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const auto instant = [](std::int64_t micros) { return to_instant(timestamp(std::chrono::microseconds(micros))); };
    CHECK(instant(least) == Instant{-9223372036855, 224192000});
    CHECK(instant(least + 300'000) == Instant{-9223372036855, 524192000});
    CHECK(instant(most) == Instant{9223372036854, 775807000});
    CHECK(instant(-1) == Instant{-1, 999999000});
    CHECK(instant(-1'000'000) == Instant{-1, 0});
    CHECK(instant(0) == Instant{0, 0});
    CHECK_FALSE(to_timestamp(instant(least)));
    CHECK_FALSE(to_timestamp(instant(most)));
}
