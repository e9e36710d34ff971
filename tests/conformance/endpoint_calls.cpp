// The cases of AWS's endpoint tests that name an operation: carried out through the whole client, up to the bytes that
// would be sent. Each twice: with its settings in code, and with its settings in environment and profile.

#include "endpoint/rules.hpp"
#include "runtime/invoke.hpp"
#include "runtime_schema.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/events/types.hpp>
#include <botocraft/kinesis/types.hpp>
#include <botocraft/s3/types.hpp>
#include <botocraft/sts/types.hpp>

#include <catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace botocraft;

namespace {

const fs::path suites = fs::path(BOTOCRAFT_CONFORMANCE_DATA) / "endpoints" / "services";

json::array cases_of(const std::string& service) {
    std::ifstream file(suites / service / "endpoint-tests-1.json", std::ios::binary);
    REQUIRE(file);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return json::parse(text).as_object().at("testCases").as_array();
}

std::string text_of(const json::value& value) { return std::string(value.as_string().data(), value.as_string().size()); }

// --- settings --------------------------------------------------------------------------------------------------------

enum class Way { code, environment };

void set_in_code(SessionOptions& options, const std::string& name, const json::value& value) {
    EndpointOptions& endpoints = options.endpoints;
    const auto regional = [&] { return value.as_bool() ? RegionalEndpoints::legacy : RegionalEndpoints::regional; };
    if (name == "AWS::Region") {
        options.region = text_of(value);
    } else if (name == "SDK::Endpoint") {
        options.endpoint_url = text_of(value);
    } else if (name == "AWS::UseFIPS") {
        endpoints.use_fips = value.as_bool();
    } else if (name == "AWS::UseDualStack") {
        endpoints.use_dualstack = value.as_bool();
    } else if (name == "AWS::S3::ForcePathStyle") {
        endpoints.s3.addressing_style = value.as_bool() ? AddressingStyle::path : AddressingStyle::virtual_host;
    } else if (name == "AWS::S3::Accelerate") {
        endpoints.s3.accelerate = value.as_bool();
    } else if (name == "AWS::S3::UseArnRegion") {
        endpoints.s3.use_arn_region = value.as_bool();
    } else if (name == "AWS::S3::DisableMultiRegionAccessPoints") {
        endpoints.s3.disable_multi_region_access_points = value.as_bool();
    } else if (name == "AWS::S3::UseGlobalEndpoint") {
        endpoints.s3.us_east_1 = regional();
    } else if (name == "AWS::STS::UseGlobalEndpoint") {
        endpoints.sts = regional();
    } else {
        FAIL("nobody knows " << name);
    }
}

const std::map<std::string, std::string_view> variable_part{
    {"events", "EVENTBRIDGE"}, {"kinesis", "KINESIS"}, {"s3", "S3"}, {"sts", "STS"}};

// Variables where there is one, else lines of the profile: `nested` of its s3 section.
void set_around(testing::FakeEnvironment& environment, std::string& nested, const std::string& service,
                const std::string& name, const json::value& value) {
    const std::string flag = value.is_bool() ? (value.get_bool() ? "true" : "false") : "";
    const std::string regional = flag == "true" ? "legacy" : "regional";
    if (name == "AWS::Region") {
        environment.set("AWS_REGION", text_of(value));
    } else if (name == "SDK::Endpoint") {
        environment.set("AWS_ENDPOINT_URL_" + std::string(variable_part.at(service)), text_of(value));
    } else if (name == "AWS::UseFIPS") {
        environment.set("AWS_USE_FIPS_ENDPOINT", flag);
    } else if (name == "AWS::UseDualStack") {
        environment.set("AWS_USE_DUALSTACK_ENDPOINT", flag);
    } else if (name == "AWS::S3::ForcePathStyle") {
        nested += "  addressing_style = " + std::string(flag == "true" ? "path" : "virtual") + "\n";
    } else if (name == "AWS::S3::Accelerate") {
        nested += "  use_accelerate_endpoint = " + flag + "\n";
    } else if (name == "AWS::S3::UseArnRegion") {
        environment.set("AWS_S3_USE_ARN_REGION", flag);
    } else if (name == "AWS::S3::DisableMultiRegionAccessPoints") {
        environment.set("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", flag);
    } else if (name == "AWS::S3::UseGlobalEndpoint") {
        nested += "  us_east_1_regional_endpoint = " + regional + "\n";
    } else if (name == "AWS::STS::UseGlobalEndpoint") {
        environment.set("AWS_STS_REGIONAL_ENDPOINTS", regional);
    } else {
        FAIL("nobody knows " << name);
    }
}

SessionOptions options_of(fake::World& world, const std::string& service, const json::object& built_ins, Way way) {
    SessionOptions options = world.options;
    options.region.reset();
    options.max_attempts = 1;
    std::string nested;
    // The rules know no `auto`, which the client turns into a style by the endpoint.
    const bool chosen = built_ins.contains("AWS::S3::ForcePathStyle");
    if (!chosen && way == Way::code) options.endpoints.s3.addressing_style = AddressingStyle::virtual_host;
    if (!chosen && way == Way::environment) nested = "  addressing_style = virtual\n";
    for (const auto& [name, value] : built_ins) {
        if (way == Way::code) {
            set_in_code(options, std::string(name), value);
        } else {
            set_around(*world.environment, nested, service, std::string(name), value);
        }
    }
    world.environment->set("HOME", "/h");
    if (!nested.empty()) world.environment->add_file("/h/.aws/config", "[default]\ns3 =\n" + nested);
    return options;
}

// --- what was sent ---------------------------------------------------------------------------------------------------

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

bool flag_of(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains({name.data(), name.size()});
    return value != nullptr && value->as_bool();
}

void check_auth(const endpoint::EndpointAuth& auth, const json::object& expected) {
    CHECK(name_of(auth.scheme) == text_of(expected.at("name")));
    CHECK(auth.signing_name == text_of(expected.at("signingName")));
    if (const auto* const set = expected.if_contains("signingRegionSet")) {
        REQUIRE(set->as_array().size() == 1);
        CHECK(auth.signing_region == text_of(set->as_array()[0]));
    } else {
        CHECK(auth.signing_region == text_of(expected.at("signingRegion")));
    }
    CHECK(auth.disable_double_encoding == flag_of(expected, "disableDoubleEncoding"));
}

// What the operation adds to the path of its endpoint.
std::string path_of(const std::string& operation, const json::object& input) {
    if (operation == "GetObject") return "/" + text_of(input.at("Key"));
    if (operation == "WriteGetObjectResponse") return "/WriteGetObjectResponse";
    return "";
}

void check_request(const fake::Request& request, const json::object& expected, const std::string& operation,
                   const json::object& input) {
    const std::string url = text_of(expected.at("url"));
    const std::size_t host = url.find("://") + 3;
    const std::size_t slash = std::min(url.find('/', host), url.size());
    CHECK(request.origin.tls == url.starts_with("https:"));
    const std::string prefix = operation == "WriteGetObjectResponse" ? text_of(input.at("RequestRoute")) + "." : "";
    CHECK(request.header("host") == prefix + url.substr(host, slash - host));
    CHECK(request.header("host").starts_with(request.origin.host));

    std::string path = url.substr(slash) + path_of(operation, input);
    if (path.empty()) path = "/";
    const std::string_view line = std::string_view(request.text).substr(0, request.text.find(" HTTP/1.1\r\n"));
    const std::string_view target = line.substr(line.find(' ') + 1);
    CHECK(target.substr(0, target.find('?')) == path);
}

// The signature's own words of region and service, where it is of Signature Version 4.
void check_signature(const fake::Request& request, const json::object& scheme) {
    const std::string name = text_of(scheme.at("name"));
    if (name != "sigv4" && name != "sigv4-s3express") return;
    CHECK(request.header("x-amz-s3session-token") == (name == "sigv4" ? "" : "token"));
    const std::string scope = "/" + text_of(scheme.at("signingRegion")) + "/" + text_of(scheme.at("signingName")) + "/";
    CHECK_THAT(request.header("authorization"), Catch::StartsWith("AWS4-HMAC-SHA256 ") && has_text(scope));
}

// A session with a directory bucket, for those who ask for one.
fake::Answer answer(const fake::Request& request) {
    if (request.text.find("?session HTTP/1.1\r\n") == std::string::npos) return fake::reply("");
    return fake::reply("<CreateSessionResult><Credentials><SessionToken>token</SessionToken><SecretAccessKey>secret"
                       "</SecretAccessKey><AccessKeyId>ASIASESSION</AccessKeyId><Expiration>2015-08-30T12:41:00Z</Expiration>"
                       "</Credentials></CreateSessionResult>");
}

// --- a case ----------------------------------------------------------------------------------------------------------

std::uint16_t row_of(const orm::ServiceTables& tables, const std::string& operation) {
    for (std::uint16_t row = 0; row < tables.operation_count; ++row) {
        if (tables.text(tables.operations[row].name) == operation) return row;
    }
    FAIL("no operation " << operation);
    return 0;
}

void run(const orm::ServiceTables& tables, const std::string& service, const json::object& expect,
         const json::object& call, Way way) {
    fake::World world;
    world.transport->on("", answer);
    const Session session(options_of(world, service, call.at("builtInParams").as_object(), way));
    const std::string name = text_of(call.at("operationName"));
    const std::uint16_t row = row_of(tables, name);
    const api::Operation& operation = tables.operations[row];
    json::object params;
    if (const auto* const given = call.if_contains("operationParams")) params = given->as_object();

    conformance::RuntimeValue input({tables.schema, operation.input});
    conformance::fill(input.shape(), input.get(), params);
    std::optional<conformance::RuntimeValue> output;
    if (operation.output != api::none) output.emplace(schema::ShapeRef{tables.schema, operation.output});

    std::string problem;
    try {
        world.run(detail::invoke(session.state(), tables, row, input.get(), output ? output->get() : nullptr));
    } catch (const ConfigurationError& error) {
        problem = error.details().explanation;
        CHECK(error.details().operation == name);
    } catch (const Error&) {
        // The reply is nobody's business here.
    }
    if (const auto* const error = expect.if_contains("error")) {
        CHECK_THAT(problem, Catch::StartsWith(text_of(*error)));
        CHECK(world.transport->requests().empty());
        return;
    }
    const json::object& endpoint = expect.at("endpoint").as_object();
    const auto* const properties = endpoint.if_contains("properties");
    const auto found = session.state()->service(tables).endpoints->find(operation, input.get());
    json::array schemes;
    if (properties) schemes = properties->as_object().at("authSchemes").as_array();
    if (properties) REQUIRE(found->endpoint.auth().size() == schemes.size());
    for (std::size_t i = 0; i < schemes.size(); ++i) check_auth(found->endpoint.auth()[i], schemes[i].as_object());
    CHECK(problem == "");
    const bool in_session = !schemes.empty() && text_of(schemes[0].as_object().at("name")) == "sigv4-s3express";
    REQUIRE(world.transport->requests().size() == (in_session ? 2 : 1));
    const fake::Request& request = world.transport->last();
    check_request(request, endpoint, name, params);
    if (!schemes.empty()) check_signature(request, schemes[0].as_object());
}

}  // namespace

TEST_CASE("the endpoint tests that name an operation pass through the whole client", "[endpoints]") {
    if (!fs::exists(suites)) {
        std::cerr << "SKIPPED: " << suites.string() << " is not there\n";
        return;
    }
    const std::map<std::string, const orm::ServiceTables*> services{{"events", &events::tables::service},
                                                                    {"kinesis", &kinesis::tables::service},
                                                                    {"s3", &s3::tables::service},
                                                                    {"sts", &sts::tables::service}};
    std::size_t calls = 0;
    for (const auto& [service, tables] : services) {
        for (const auto& test : cases_of(service)) {
            const json::object& object = test.as_object();
            const auto* const inputs = object.if_contains("operationInputs");
            if (!inputs) continue;
            for (const auto& call : inputs->as_array()) {
                for (const Way way : {Way::code, Way::environment}) {
                    INFO(service << (way == Way::code ? " in code: " : " around: ") << json::serialize(test));
                    run(*tables, service, object.at("expect").as_object(), call.as_object(), way);
                }
                ++calls;
            }
        }
    }
    std::cout << "endpoints: " << calls << " calls up to send\n";
    CHECK(calls == 236);
}
