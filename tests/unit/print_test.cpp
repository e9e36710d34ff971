// What to_string hides, and how it writes what other formats leave open.

#include "catch.hpp"
#include "sample_service.hpp"

#include <cmath>
#include <limits>

TEST_CASE("sensitive keys of maps are not printed") {
    namespace schema = botocraft::schema;
    constexpr std::string_view names = R"("all":"key":"value":"Map":)";
    const auto row = [&](std::uint32_t at, std::uint8_t size, schema::Kind kind, std::uint16_t target,
                         std::uint16_t flags) {
        return schema::Member{at, at, 0, target, flags, size, size, kind, schema::Location::body};
    };
    for (const bool sensitive : {true, false}) {
        const std::uint16_t flags = sensitive ? schema::member_flag::sensitive : 0;
        const schema::Member members[] = {row(0, 3, schema::Kind::map, 1, 0), row(6, 3, schema::Kind::string, 0, flags),
                                          row(12, 5, schema::Kind::string, 0, 0)};
        const schema::Shape shapes[] = {
            {0, sizeof(botocraft::map<std::string>), 20, 1, 3, schema::Kind::structure, 0},
            {1, 0, 0, 2, 0, schema::Kind::map, 0}};
        const schema::Schema tables{shapes, members, names.data(), 2};
        const botocraft::map<std::string> value{{"hunter2", "x"}};
        CHECK(botocraft::detail::to_string({&tables, 0}, &value) ==
              (sensitive ? R"(Map{all: {***: "x"}})" : R"(Map{all: {"hunter2": "x"}})"));
    }
}

TEST_CASE("what only its name calls a secret is not printed either") {
    namespace schema = botocraft::schema;
    constexpr std::string_view names = R"("SessionToken":"NextToken":"User":)";
    const auto row = [](std::uint16_t at, std::uint32_t name, std::uint8_t size) {
        return schema::Member{name, name, static_cast<std::uint16_t>(at * sizeof(botocraft::field<std::string>)), 0, 0, size, size,
                              schema::Kind::string, schema::Location::body};
    };
    const schema::Member members[] = {row(0, 0, 12), row(1, 15, 9)};
    const schema::Shape shape{0, 2 * sizeof(botocraft::field<std::string>), 27, 2, 4, schema::Kind::structure, 0};
    const schema::Schema tables{&shape, members, names.data(), 1};
    const botocraft::field<std::string> values[] = {"hunter2", "page 2"};
    CHECK(botocraft::detail::to_string({&tables, 0}, values) == R"(User{SessionToken: ***, NextToken: "page 2"})");
}

TEST_CASE("numbers that are none are printed as they are called everywhere else") {
    sample::Everything value;
    value.real = std::numeric_limits<double>::quiet_NaN();
    value.single = -std::numeric_limits<float>::infinity();
    CHECK(to_string(value) == "Everything{single: -Infinity, real: NaN}");
}
