// The three formats of times against the suite of smithy-rs.

#include "catch.hpp"
#include "conformance_file.hpp"

#include "protocol/timestamp.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace {

using botocraft::protocol::Instant;

std::string string_of(const boost::json::value& value) {
    return {value.as_string().data(), value.as_string().size()};
}

// The suite gives the second and what follows it. In epoch seconds it prints the two side by side, which says of a time
// before 1970 that the fraction counts backwards.
Instant canonical(const boost::json::value& test, bool backwards) {
    const Instant instant{std::stoll(string_of(test.at("canonical_seconds"))),
                          test.at("canonical_nanos").to_number<std::int32_t>()};
    if (!backwards || instant.seconds >= 0 || instant.nanos == 0) return instant;
    return {instant.seconds - 1, 1'000'000'000 - instant.nanos};
}

template <class Check>
void for_each_test(const char* section, std::size_t count, Check&& check) {
    const auto suite = conformance::file("datetime/date_time_format_test_suite.json");
    if (!suite) return;
    const boost::json::array& tests = suite->at(section).as_array();
    CHECK(tests.size() == count);
    for (const auto& test : tests) {
        INFO(boost::json::serialize(test));
        check(test);
    }
}

template <class Format>
void check_format(const char* section, std::size_t count, bool backwards, Format format) {
    for_each_test(section, count, [&](const boost::json::value& test) {
        std::string text;
        const bool good = format(text, canonical(test, backwards));
        CHECK(good != test.at("error").as_bool());
        if (good) CHECK(text == string_of(test.at("smithy_format_value")));
    });
}

template <class Parse>
void check_parse(const char* section, std::size_t count, bool backwards, Parse parse) {
    for_each_test(section, count, [&](const boost::json::value& test) {
        const std::optional<Instant> instant = parse(string_of(test.at("smithy_format_value")));
        CHECK(instant.has_value() != test.at("error").as_bool());
        if (instant) CHECK((*instant == canonical(test, backwards)));
    });
}

}  // namespace

TEST_CASE("times are formatted as the suite says") {
    check_format("format_epoch_seconds", 122, true, [](std::string& out, Instant instant) {
        botocraft::protocol::append_epoch_seconds(out, instant);
        return true;
    });
    check_format("format_date_time", 122, false, botocraft::protocol::append_date_time);
    check_format("format_http_date", 122, false, botocraft::protocol::append_http_date);
}

TEST_CASE("times are read as the suite says") {
    check_parse("parse_epoch_seconds", 122, true, botocraft::protocol::parse_epoch_seconds);
    check_parse("parse_date_time", 86, false, botocraft::protocol::parse_date_time);
    check_parse("parse_http_date", 86, false, botocraft::protocol::parse_http_date);
}
