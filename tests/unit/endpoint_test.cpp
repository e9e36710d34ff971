#include <botocraft/error.hpp>

#include "catch.hpp"
#include "endpoint/functions.hpp"
#include "endpoint/partitions.hpp"
#include "endpoint/rules.hpp"

using namespace botocraft;
using endpoint::BuiltIn;

namespace {

template <std::size_t size>
constexpr endpoint::Text find(const char (&pool)[size], std::string_view text) {
    const auto at = std::string_view(pool, size - 1).find(text);
    if (at == std::string_view::npos) throw "not in the pool";
    return {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(text.size())};
}

constexpr std::uint8_t op(endpoint::Op what) {
    return static_cast<std::uint8_t>(what);
}
constexpr std::uint16_t result(std::uint16_t row) {
    return row | endpoint::Node::is_result;
}

// --- two partitions ---

constexpr char names[] = "amazonaws.com.cn api.aws us-east-1 cn-north-1 us- eu- cn- aws-global aws-cn";
constexpr endpoint::Text partition_texts[] = {find(names, "us-"), find(names, "eu-"), find(names, "cn-"),
                                              find(names, "aws-global"), find(names, "us-east-1")};
constexpr endpoint::PartitionRow partition_rows[] = {
    {find(names, "aws"),
     find(names, "amazonaws.com"),
     find(names, "api.aws"),
     find(names, "us-east-1"),
     1,
     1,
     {0, 2},
     {3, 2},
     1},
    {find(names, "aws-cn"),
     find(names, "amazonaws.com.cn"),
     find(names, "api.aws"),
     find(names, "cn-north-1"),
     1,
     1,
     {2, 1},
     {5, 0},
     0},
};
constexpr endpoint::Partitions partitions{partition_rows, partition_texts, {names, sizeof names - 1}};

// --- rules of the usual shape: an endpoint from the session, a region, FIPS; and a name that goes into the host ---

constexpr char pool[] =
    "Region UseFIPS Endpoint Name https ecs. ecs-fips. . FIPS is not for {custom} sigv4-name x-name";
constexpr endpoint::ParameterRow parameters[] = {
    {find(pool, "Region"), 0, static_cast<std::uint8_t>(BuiltIn::region), 0, 0, 0, {}},
    {find(pool, "UseFIPS"), 1, static_cast<std::uint8_t>(BuiltIn::use_fips), 1, 1, 0, {}},
    {find(pool, "Endpoint"), 0, static_cast<std::uint8_t>(BuiltIn::endpoint), 0, 0, 0, {}},
    {find(pool, "Name"), 0, 0, 0, 0, 0, {}},
};
constexpr endpoint::Expression literal(std::string_view text) {
    const auto where = find(pool, text);
    return {op(endpoint::Op::literal), 0, where.offset, where.size, 0};
}
constexpr endpoint::Expression expressions[] = {
    /* 0 */ {op(endpoint::Op::parameter), 0, 0, 0, 0},
    /* 1 */ {op(endpoint::Op::parameter), 0, 1, 0, 0},
    /* 2 */ {op(endpoint::Op::parameter), 0, 2, 0, 0},
    /* 3 */ {op(endpoint::Op::parameter), 0, 3, 0, 0},
    /* 4 */ {op(endpoint::Op::is_set), 0, 2, 0, 0},
    /* 5 */ {op(endpoint::Op::is_set), 0, 3, 0, 0},
    /* 6 */ {op(endpoint::Op::partition), 0, 0, 0, 0},
    /* 7 */ {op(endpoint::Op::attribute), static_cast<std::uint8_t>(endpoint::Attribute::dns_suffix), 6, 0, 0},
    /* 8 */ literal("https"),
    /* 9 */ literal("ecs."),
    /* 10 */ literal("ecs-fips."),
    /* 11 */ literal("."),
    /* 12 */ literal("FIPS is not for {custom}"),
    /* 13 */ literal("sigv4-name"),
    /* 14 */ {op(endpoint::Op::is_set), 0, 0, 0, 0},
};
constexpr std::uint16_t pieces[] = {8, 9, 0, 11, 7, 10, 0, 11, 7, 3, 11, 9, 0, 11, 7, 2, 12, 13};
constexpr endpoint::AuthRow auth[] = {{static_cast<std::uint8_t>(endpoint::AuthScheme::sigv4), 1, {17, 1}, {2, 1}}};
constexpr endpoint::NamedRow named[] = {{find(pool, "x-name"), {9, 1}}};
constexpr endpoint::Node nodes[] = {
    {4, 1, 2},                  // is an endpoint set?
    {1, result(0), result(1)},  // ... and FIPS?
    {14, 3, result(5)},         // is a region set?
    {1, result(2), 4},          // FIPS?
    {5, result(4), result(3)},  // a name?
};
constexpr endpoint::Result results[] = {
    {endpoint::Result::error, {}, {16, 1}, {}, {}, {}, {}},
    {endpoint::Result::whole, {}, {15, 1}, {}, {}, {}, {}},
    {endpoint::Result::address, {0, 1}, {5, 4}, {}, {}, {}, {}},
    {endpoint::Result::address, {0, 1}, {1, 4}, {}, {}, {}, {}},
    {endpoint::Result::address, {0, 1}, {9, 6}, {}, {0, 1}, {0, 1}, {}},
    {endpoint::Result::no_match, {}, {}, {}, {}, {}, {}},
};
constexpr endpoint::RuleSet rules{parameters, expressions, pieces, nodes, results, auth, named, {pool, sizeof pool - 1},
                                  0};

std::string quoted(std::string_view before, std::string_view what, std::string_view after) {
    std::string text(before);
    text.append("`").append(what).append("`").append(after);
    return text;
}

std::string problem_of(const endpoint::Parameters& asked) {
    endpoint::Endpoint found;
    std::string problem;
    CHECK_FALSE(try_resolve(partitions, asked, found, problem));
    return problem;
}

}  // namespace

TEST_CASE("a region finds its partition") {
    const auto name = [](std::string_view region) { return partitions.text(find_partition(partitions, region).name); };
    CHECK(name("us-east-1") == "aws");
    CHECK(name("eu-somewhere-12") == "aws");
    CHECK(name("aws-global") == "aws");
    CHECK(name("cn-north-5") == "aws-cn");
    CHECK(name("cn-north") == "aws");  // no number: of no partition, so of the first
    CHECK(name("cn-north-5x") == "aws");
    CHECK(name("cn-a-b-5") == "aws");
    CHECK(name("") == "aws");
}

TEST_CASE("rules lead to an endpoint, which is used again and again") {
    endpoint::Endpoint found;
    endpoint::Parameters first(rules);
    first.set(BuiltIn::region, "cn-north-1");
    first.set(3, "web");
    endpoint::resolve(partitions, first, found);
    CHECK(found.url() == "https://web.ecs.cn-north-1.amazonaws.com.cn");
    CHECK(found.host() == "web.ecs.cn-north-1.amazonaws.com.cn");
    CHECK(found.port() == 443);
    REQUIRE(found.auth().size() == 1);
    CHECK(found.auth()[0].scheme == endpoint::AuthScheme::sigv4);
    CHECK(found.auth()[0].disable_double_encoding);
    CHECK(found.auth()[0].signing_name == "sigv4-name");
    CHECK(found.auth()[0].signing_region == "cn-north-1");
    REQUIRE(found.headers().size() == 1);
    CHECK(found.headers()[0].name == "x-name");
    CHECK(found.headers()[0].value == "web");

    endpoint::Parameters second(rules);
    second.set(BuiltIn::region, "us-east-1");
    second.set(BuiltIn::use_fips, true);
    endpoint::resolve(partitions, second, found);
    CHECK(found.url() == "https://ecs-fips.us-east-1.amazonaws.com");
    CHECK(found.auth().empty());
    CHECK(found.headers().empty());
}

TEST_CASE("an endpoint of someone's own is taken apart") {
    endpoint::Endpoint found;
    endpoint::Parameters asked(rules);
    const auto at = [&](std::string_view url) {
        asked.set(BuiltIn::endpoint, url);
        endpoint::resolve(partitions, asked, found);
        return found.url();
    };
    CHECK(at("http://localhost:4566/base") == "http://localhost:4566/base");
    CHECK_FALSE(found.tls);
    CHECK(found.host() == "localhost");
    CHECK(found.port() == 4566);
    CHECK(found.path == "/base");
    CHECK(at("https://[::1]:8443") == "https://[::1]:8443");
    CHECK(found.host() == "::1");
    CHECK(found.port() == 8443);
    CHECK(at("http://[fe80::1%25eth0]/") == "http://[fe80::1%25eth0]/");
    CHECK(found.port() == 80);
}

TEST_CASE("what cannot be an endpoint is refused, and it is said where to look") {
    endpoint::Parameters asked(rules);
    CHECK(problem_of(asked) == "The endpoint rules of the service have no answer to these settings");
    for (const char* region : {"evil.example/", "user@host", "a:80", "a b", "a\r\nb", "", "é", "a?b", "a#b"}) {
        asked.set(BuiltIn::region, region);
        CHECK(problem_of(asked) == quoted("", region, " cannot be part of a host name"));
    }
    asked.set(BuiltIn::region, "evil.example/");
    endpoint::Endpoint found;
    try {
        endpoint::resolve(partitions, asked, found, {.service = "ecs"});
        FAIL("was taken");
    } catch (const ConfigurationError& error) {
        CHECK(error.details().service == "ecs");
        CHECK(error.details().explanation ==
              "`evil.example/` cannot be part of a host name. The region is `evil.example/`, which is no name of a "
              "region: "
              "look at what sets it (code, AWS_REGION, or `region` in the profile).");
    }
    for (const char* url : {"", "localhost", "ftp://a", "http://", "http:///path", "http://a:b", "http://a:65536",
                            "http://a:", "http://a?q", "http://a/#f", "http://user@a", "http://a b", "http://[::1",
                            "http://[zz]", "http://[::1]x", "http://a/\r\nX: y"}) {
        asked.set(BuiltIn::endpoint, url);
        CHECK(problem_of(asked) == quoted("Custom endpoint ", url, " was not a valid URI"));
    }
    asked.set(BuiltIn::endpoint, "https://a");
    asked.set(BuiltIn::use_fips, true);
    CHECK(problem_of(asked) == "FIPS is not for {custom}");
    CHECK_THROWS_WITH(endpoint::resolve(partitions, asked, found),
                      has_text("AWS_USE_FIPS_ENDPOINT") && has_text("AWS_ENDPOINT_URL"));
}

TEST_CASE("rules that are not there are an error, and nothing worse") {
    constexpr endpoint::RuleSet nothing{};
    const endpoint::Parameters none(nothing);
    endpoint::Endpoint found;
    std::string problem;
    CHECK_FALSE(endpoint::try_resolve(endpoint::Partitions{}, none, found, problem));
    CHECK_THAT(problem, Catch::Contains("without endpoint rules"));
    CHECK_THROWS_AS(endpoint::resolve(endpoint::Partitions{}, none, found), ConfigurationError);
}

TEST_CASE("labels of host names and names of buckets") {
    CHECK(endpoint::is_host_label("A-9", false));
    CHECK_FALSE(endpoint::is_host_label("a.b", false));
    CHECK(endpoint::is_host_label("a.b", true));
    for (const char* text : {"", ".", "a.", ".a", "a..b", "-a", "a-", "a-.b", "a.-b", "a_b", "a/b", "é"})
        CHECK_FALSE(endpoint::is_host_label(text, true));
    CHECK(endpoint::is_host_label(std::string(63, 'a'), false));
    CHECK_FALSE(endpoint::is_host_label(std::string(64, 'a'), true));
    CHECK(endpoint::is_hostable_bucket("a.b.c", true));
    CHECK_FALSE(endpoint::is_hostable_bucket("a.B.c", true));
    CHECK_FALSE(endpoint::is_hostable_bucket("192.168.5.4", true));
    CHECK(endpoint::is_hostable_bucket("192.168.5.4.5", true));
    CHECK_FALSE(endpoint::is_hostable_bucket("ab", false));
    CHECK_FALSE(endpoint::is_hostable_bucket(std::string(32, 'a') + "." + std::string(31, 'b'),
                                             true));  // each label is short enough
}

TEST_CASE("functions of texts") {
    CHECK(endpoint::split_part("a--b--c", "--", 0, 1) == "b");
    CHECK(endpoint::split_part("a--b--c", "--", 2, 1) == "b--c");
    CHECK(endpoint::split_part("a--b--c", "--", 1, 0) == "a--b--c");
    CHECK(endpoint::split_part("", "--", 0, 0) == "");
    CHECK_FALSE(endpoint::split_part("a--b", "--", 0, 2));
    CHECK(endpoint::resource_part("a:b/c", 2) == "c");
    CHECK_FALSE(endpoint::resource_part("a:b/c", 3));
    CHECK(endpoint::substring("abcdefghij", 0, 3, true) == "hij");
    CHECK_FALSE(endpoint::substring("abcdefghi\xc3\xa9", 0, 3, false));
    CHECK_FALSE(endpoint::substring("abc", 2, 2, false));
    const auto arn = endpoint::parse_arn("arn:aws:s3::123456789012:a:b/c");
    REQUIRE(arn);
    CHECK(arn->resource == "a:b/c");
    CHECK_FALSE(endpoint::parse_arn("arn:aws:s3:us-east-1:123456789012"));
}
