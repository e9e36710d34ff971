#include <boost/json.hpp>
#include <botocraft/error.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <vector>

#include "catch.hpp"
#include "endpoint/rules.hpp"
#include "endpoint_rules.hpp"

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace botocraft;

namespace {

const fs::path suites = fs::path(BOTOCRAFT_CONFORMANCE_DATA) / "endpoints";
const fs::path specs = fs::path(BOTOCRAFT_SOURCE_DIR) / "specs" / "aws";

json::value read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    json::parse_options options;
    options.max_depth = 256;  // the rules of S3 are nested deeper than the parser takes by itself
    return json::parse(text, {}, options);
}

// The values of a test case; owns the lists that the parameters refer to.
struct Case {
    Case(const endpoint::RuleSet& rules, const json::object& test) : parameters(rules) {
        const auto* params = test.if_contains("params");
        if (!params) return;
        for (const auto& [name, value] : params->as_object()) {
            const auto index = parameters.find(std::string_view(name));
            if (!index) continue;  // of the operation's input, not of the rules
            if (value.is_bool()) parameters.set(*index, value.get_bool());
            if (value.is_string()) parameters.set(*index, view(value));
            if (value.is_array()) {
                list.clear();
                for (const auto& element : value.get_array()) list.push_back(view(element));
                parameters.set(*index, std::span<const std::string_view>(list));
            }
        }
    }
    static std::string_view view(const json::value& value) {
        const auto& text = value.as_string();
        return {text.data(), text.size()};
    }
    std::vector<std::string_view> list;
    endpoint::Parameters parameters;
};

std::string_view name_of(endpoint::AuthScheme scheme) {
    switch (scheme) {
        case endpoint::AuthScheme::none: return "none";
        case endpoint::AuthScheme::sigv4: return "sigv4";
        case endpoint::AuthScheme::sigv4a: return "sigv4a";
        case endpoint::AuthScheme::sigv4_s3express: return "sigv4-s3express";
        case endpoint::AuthScheme::bearer: return "bearer";
    }
    return "";
}

json::array auth_of(const endpoint::Endpoint& found) {
    json::array schemes;
    for (const auto& auth : found.auth()) {
        json::object scheme{{"name", name_of(auth.scheme)}};
        if (!auth.signing_name.empty()) scheme["signingName"] = auth.signing_name;
        if (auth.scheme == endpoint::AuthScheme::sigv4a) {
            scheme["signingRegionSet"] = json::array{json::value(auth.signing_region)};
        } else if (!auth.signing_region.empty()) {
            scheme["signingRegion"] = auth.signing_region;
        }
        if (auth.disable_double_encoding) scheme["disableDoubleEncoding"] = true;
        schemes.push_back(scheme);
    }
    return schemes;
}

// What was found, in the form that the suites state it in.
json::object as_expected(const endpoint::Endpoint& found) {
    json::object out{{"url", found.url()}};
    json::object properties;
    if (!found.auth().empty()) properties["authSchemes"] = auth_of(found);
    for (const auto& property : found.properties()) {
        const auto dot = property.name.find('.');
        if (dot == std::string_view::npos) {
            properties[property.name] = property.value;
        } else {
            auto& outer = properties[property.name.substr(0, dot)];
            if (!outer.is_object()) outer = json::object();
            outer.get_object()[property.name.substr(dot + 1)] = property.value;
        }
    }
    if (!properties.empty()) out["properties"] = properties;
    json::object headers;
    for (const auto& header : found.headers()) {
        auto& values = headers[header.name];
        if (!values.is_array()) values = json::array();
        values.get_array().push_back(json::value(header.value));
    }
    if (!headers.empty()) out["headers"] = headers;
    return out;
}

// Some cases leave out what is the scheme's default, or state an empty object.
json::object tidied(json::object endpoint) {
    for (const char* part : {"properties", "headers"}) {
        if (auto* value = endpoint.if_contains(part); value && value->as_object().empty()) endpoint.erase(part);
    }
    if (auto* properties = endpoint.if_contains("properties")) {
        if (auto* schemes = properties->as_object().if_contains("authSchemes")) {
            for (auto& scheme : schemes->as_array()) {
                auto& object = scheme.as_object();
                if (const auto* flag = object.if_contains("disableDoubleEncoding"); flag && !flag->as_bool())
                    object.erase("disableDoubleEncoding");
            }
        }
    }
    return endpoint;
}

void run(const endpoint::Partitions& partitions, const endpoint::RuleSet& rules, const json::object& test,
         endpoint::Endpoint& found) {
    const Case one(rules, test);
    std::string problem;
    const bool resolved = endpoint::try_resolve(partitions, one.parameters, found, problem);
    const json::object& expect = test.at("expect").as_object();
    INFO(json::serialize(test));
    if (const auto* error = expect.if_contains("error")) {
        CHECK_FALSE(resolved);
        CHECK(problem == json::value_to<std::string>(*error));
        CHECK_THROWS_AS(endpoint::resolve(partitions, one.parameters, found), ConfigurationError);
    } else {
        CHECK(problem == "");
        REQUIRE(resolved);
        CHECK(as_expected(found) == tidied(expect.at("endpoint").as_object()));
    }
}

gen::CompiledPartitions partitions_of_specs() {
    return gen::compile_partitions(read(specs / "partitions.json").as_object());
}

bool is_missing(const fs::path& path) {
    if (fs::exists(path)) return false;
    std::cerr << "SKIPPED: " << path.string() << " is not there\n";
    return true;
}

}  // namespace

TEST_CASE("every service's endpoint tests pass", "[endpoints]") {
    if (is_missing(suites / "services")) return;
    const auto compiled_partitions = partitions_of_specs();
    endpoint::Endpoint found;  // one for all, as a client reuses it
    std::size_t services = 0;
    std::size_t cases = 0;
    for (const auto& folder : fs::directory_iterator(suites / "services")) {
        const auto service = folder.path().filename().string();
        INFO(service);
        const auto spec = read(specs / (service + ".json"));
        const auto rules = gen::compile_endpoint_rules(spec.as_object().at("endpoints").as_object());
        const auto tests = read(folder.path() / "endpoint-tests-1.json");
        for (const auto& test : tests.as_object().at("testCases").as_array()) {
            run(compiled_partitions.view(), rules.view(), test.as_object(), found);
            ++cases;
        }
        ++services;
    }
    std::cout << "endpoints: " << cases << " cases of " << services << " services\n";
    CHECK(services == 35);
    CHECK(cases == 2027);
}

TEST_CASE("the functions of endpoint rules do what botocore's tests say", "[endpoints]") {
    const auto suite = suites / "functions-botocore";
    if (is_missing(suite)) return;
    const auto compiled_partitions = gen::compile_partitions(read(suites / "partitions.json").as_object());
    endpoint::Endpoint found;
    std::size_t cases = 0;
    for (const auto& file : fs::directory_iterator(suite / "valid-rules")) {
        INFO(file.path().filename().string());
        const auto rules = gen::compile_endpoint_rules(read(file.path()).as_object());
        const auto tests = suite / "test-cases" / file.path().filename();
        if (!fs::exists(tests)) continue;
        const auto test_file = read(tests);
        for (const auto& test : test_file.as_object().at("testCases").as_array()) {
            run(compiled_partitions.view(), rules.view(), test.as_object(), found);
            ++cases;
        }
    }
    std::cout << "endpoints: " << cases << " cases of functions\n";
    CHECK(cases == 101);
}
