// Where requests go that say themselves a part of their address: buckets, host prefixes, accounts.

#include "endpoint_rules.hpp"
#include "runtime/invoke.hpp"
#include "schema/walk.hpp"
#include "support/allocations.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3/requests.hpp>
#include <botocraft/sts/requests.hpp>

#include "catch.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace botocraft;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::uint16_t row_of(const orm::ServiceTables& tables, std::string_view operation) {
    for (std::uint16_t row = 0; row < tables.operation_count; ++row) {
        if (tables.text(tables.operations[row].name) == operation) return row;
    }
    throw std::out_of_range("no such operation");
}

// A structure for what an operation answers; none where it answers nothing.
class Output {
  public:
    Output(const orm::ServiceTables& tables, const api::Operation& operation)
        : shape_{tables.schema, operation.output},
          at_(operation.output == api::none ? nullptr : detail::structure_new(shape_)) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() {
        if (at_ != nullptr) detail::structure_delete(at_, shape_);
    }
    [[nodiscard]] void* get() const noexcept { return at_; }

  private:
    schema::ShapeRef shape_;
    void* at_;
};

struct Calls : fake::World {
    Calls() {
        transport->on("", fake::reply(""));
        change([](SessionOptions& with) { with.max_attempts = 1; });
    }

    void change(const std::function<void(SessionOptions&)>& how) {
        how(options);
        session = Session(options);
    }

    // What is sent; `invoke` is left in peace about the reply.
    template <class Input>
    fake::Request send(const orm::ServiceTables& tables, std::string_view operation, Input input) {
        transport->forget();
        const std::uint16_t row = row_of(tables, operation);
        const Output output(tables, tables.operations[row]);
        try {
            run(detail::invoke(session.state(), tables, row, &input, output.get()));
        } catch (const ConfigurationError&) {
            throw;
        } catch (const UsageError&) {
            throw;
        } catch (const Error&) {
            REQUIRE(transport->requests().size() == 1);
        }
        return transport->last();
    }
    fake::Request get_object(const std::string& bucket, const std::string& key) {
        return send(s3::tables::service, "GetObject", s3::GetObjectRequest{.Bucket = bucket, .Key = key});
    }
    template <class Call>
    std::string problem_of(Call call) {
        try {
            static_cast<void>(call());
        } catch (const ConfigurationError& error) {
            return error.details().explanation;
        }
        return "none";
    }
};

std::string line_of(const fake::Request& request) { return request.text.substr(0, request.text.find("\r\n")); }

const detail::ServiceEndpoints& endpoints_of(const Session& session, const orm::ServiceTables& tables) {
    return *session.state()->service(tables).endpoints;
}

}  // namespace

TEST_CASE("a request has one length, that of its body, whatever its input says") {
    Calls calls;
    for (const std::int64_t said : {5, 7}) {
        s3::PutObjectRequest input{.Bucket = "web-logs", .Key = "a"};
        input.Body.emplace(5, std::byte{'x'});
        input.ContentLength = said;
        const fake::Request request = calls.send(s3::tables::service, "PutObject", std::move(input));
        const auto headers = request.headers();
        CHECK(std::ranges::count(headers, "content-length", &std::pair<std::string, std::string>::first) == 1);
        CHECK(request.header("content-length") == std::to_string(request.body().size()));
        CHECK(request.header("x-amz-decoded-content-length") == "5");
    }
}

// --- buckets ---------------------------------------------------------------------------------------------------------

TEST_CASE("a bucket is named once: in the host, or by the endpoint's path") {
    Calls calls;
    auto request = calls.get_object("web-logs", "2024/a b.txt");
    CHECK(request.header("host") == "web-logs.s3.us-east-1.amazonaws.com");
    CHECK(line_of(request) == "GET /2024/a%20b.txt HTTP/1.1");
    request = calls.get_object("Web.Logs", "/a//b");
    CHECK(request.header("host") == "s3.us-east-1.amazonaws.com");
    CHECK(line_of(request) == "GET /Web.Logs//a//b HTTP/1.1");
    request = calls.send(s3::tables::service, "ListObjectsV2", s3::ListObjectsV2Request{.Bucket = "web-logs"});
    CHECK(line_of(request) == "GET /?list-type=2 HTTP/1.1");
    request = calls.send(s3::tables::service, "ListObjectsV2", s3::ListObjectsV2Request{.Bucket = "Web.Logs"});
    CHECK(line_of(request) == "GET /Web.Logs?list-type=2 HTTP/1.1");
    request = calls.send(s3::tables::service, "ListBuckets", s3::ListBucketsRequest{});
    CHECK(line_of(request) == "GET / HTTP/1.1");
    CHECK(request.header("host") == "s3.us-east-1.amazonaws.com");
}

TEST_CASE("an endpoint of one's own keeps its path before the bucket's") {
    Calls calls;
    calls.change([](SessionOptions& options) { options.endpoint_url = "http://127.0.0.1:9000/base/"; });
    const auto request = calls.get_object("web-logs", "a");
    CHECK(request.header("host") == "127.0.0.1:9000");
    CHECK(request.origin.port == 9000);
    CHECK_FALSE(request.origin.tls);
    CHECK(line_of(request) == "GET /base/web-logs/a HTTP/1.1");
}

TEST_CASE("a bucket is in the path of an endpoint that was set, and in the host of AWS's own") {
    Calls calls;
    const auto line_and_host = [&calls](const std::string& bucket) {
        const fake::Request request = calls.get_object(bucket, "a");
        return line_of(request) + " " + request.header("host");
    };
    const std::string point = "arn:aws:s3:us-east-1:123456789012:accesspoint:logs";
    calls.change([](SessionOptions& options) { options.endpoint_url = "http://minio.example:9000"; });
    CHECK(line_and_host("web-logs") == "GET /web-logs/a HTTP/1.1 minio.example:9000");
    CHECK(line_and_host(point) == "GET /a HTTP/1.1 logs-123456789012.minio.example:9000");
    calls.change([](SessionOptions& options) { options.endpoints.s3.addressing_style = AddressingStyle::virtual_host; });
    CHECK(line_and_host("web-logs") == "GET /a HTTP/1.1 web-logs.minio.example:9000");
    CHECK(line_and_host("Web_Logs") == "GET /Web_Logs/a HTTP/1.1 minio.example:9000");
    calls.change([](SessionOptions& options) {
        options.endpoints.s3.addressing_style.reset();
        options.endpoint_url.reset();
    });
    CHECK(line_and_host("web-logs") == "GET /a HTTP/1.1 web-logs.s3.us-east-1.amazonaws.com");
}

TEST_CASE("without its bucket, an operation on an object is not sent") {
    Calls calls;
    CHECK_THROWS_AS(calls.send(s3::tables::service, "DeleteObject", s3::DeleteObjectRequest{.Key = "a"}), UsageError);
    CHECK_THROWS_AS(calls.send(s3::tables::service, "DeleteObject", s3::DeleteObjectRequest{.Bucket = "", .Key = "a"}),
                    Error);
    CHECK(calls.transport->requests().empty());
}

// --- host prefixes ---------------------------------------------------------------------------------------------------

TEST_CASE("a host prefix comes from the input, unless it is switched off") {
    Calls calls;
    const auto respond = [&](const std::string& route) {
        return calls.send(s3::tables::service, "WriteGetObjectResponse",
                          s3::WriteGetObjectResponseRequest{.RequestRoute = route, .RequestToken = "t"});
    };
    auto request = respond("route-1");
    CHECK(request.header("host") == "route-1.s3-object-lambda.us-east-1.amazonaws.com");
    CHECK(request.origin.host == "route-1.s3-object-lambda.us-east-1.amazonaws.com");
    CHECK(respond("route-2").header("host") == "route-2.s3-object-lambda.us-east-1.amazonaws.com");
    calls.transport->forget();
    for (const char* route : {"", "a.b", "a/b", "a@b", "a b"}) CHECK_THROWS_AS(respond(route), UsageError);
    CHECK(calls.transport->requests().empty());

    calls.change([](SessionOptions& options) { options.endpoint_url = "https://lambda.example:8443"; });
    CHECK(respond("route-1").header("host") == "route-1.lambda.example:8443");
    for (const char* url : {"https://127.0.0.1:8443", "https://[::1]:8443"}) {
        calls.change([url](SessionOptions& options) { options.endpoint_url = url; });
        CHECK(respond("route-1").header("host") == std::string(url).substr(8));
    }
    calls.change([](SessionOptions& options) {
        options.endpoint_url.reset();
        options.endpoints.disable_host_prefix = true;
    });
    CHECK(respond("route-1").header("host") == "s3-object-lambda.us-east-1.amazonaws.com");
    calls.environment->set("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    calls.change([](SessionOptions& options) { options.endpoints.disable_host_prefix.reset(); });
    CHECK(respond("route-1").header("host") == "s3-object-lambda.us-east-1.amazonaws.com");
}

// --- rules of our own ------------------------------------------------------------------------------------------------

namespace {

// STS with other endpoint rules.
struct Ruled {
    explicit Ruled(std::string_view text)
        : compiled(gen::compile_endpoint_rules(boost::json::parse({text.data(), text.size()}).as_object())),
          rules(compiled.view()),
          tables(sts::tables::service) {
        tables.endpoint_rules = &rules;
    }
    fake::Request who_am_i(Calls& calls) const {
        return calls.send(tables, "GetCallerIdentity", sts::GetCallerIdentityRequest{});
    }
    gen::CompiledRules compiled;
    endpoint::RuleSet rules;
    orm::ServiceTables tables;
};

constexpr std::string_view account_rules = R"({
    "parameters": {"Region": {"type": "string", "builtIn": "AWS::Region"},
                   "AccountId": {"type": "string", "builtIn": "AWS::Auth::AccountId"},
                   "Mode": {"type": "string", "builtIn": "AWS::Auth::AccountIdEndpointMode"}},
    "rules": [
        {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "AccountId"}]}],
         "endpoint": {"url": "https://{AccountId}.d.{Region}.example"}},
        {"type": "error", "conditions": [{"fn": "isSet", "argv": [{"ref": "Mode"}]},
                                         {"fn": "stringEquals", "argv": [{"ref": "Mode"}, "required"]}],
         "error": "An account id is required"},
        {"type": "endpoint", "conditions": [], "endpoint": {"url": "https://d.{Region}.example"}}]})";

}  // namespace

TEST_CASE("the account of the credentials is asked for, where the rules look at it") {
    const Ruled dynamo(account_rules);
    Calls calls;
    const auto as = [&](const std::string& account) {
        calls.change([&](SessionOptions& options) {
            Credentials credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
            credentials.account_id = account;
            options.credentials = static_credentials(credentials);
        });
    };
    CHECK(dynamo.who_am_i(calls).header("host") == "d.us-east-1.example");
    as("123456789012");
    CHECK(dynamo.who_am_i(calls).header("host") == "123456789012.d.us-east-1.example");
    calls.environment->set("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled");
    as("123456789012");
    CHECK(dynamo.who_am_i(calls).header("host") == "d.us-east-1.example");
    calls.environment->set("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required");
    as("123456789012");
    CHECK(dynamo.who_am_i(calls).header("host") == "123456789012.d.us-east-1.example");
    as("");
    CHECK_THAT(calls.problem_of([&] { return dynamo.who_am_i(calls); }), StartsWith("An account id is required"));
    as("evil.example/");
    CHECK_THAT(calls.problem_of([&] { return dynamo.who_am_i(calls); }), StartsWith("`evil.example/` cannot be part"));
}

TEST_CASE("headers of an endpoint are sent and signed, and its signing name and region are used") {
    const Ruled service(R"({"parameters": {"Region": {"type": "string", "builtIn": "AWS::Region"}},
        "rules": [{"type": "endpoint", "conditions": [], "endpoint": {"url": "https://h.example",
            "headers": {"x-amz-shard": ["of-{Region}"]},
            "properties": {"authSchemes": [{"name": "sigv4", "signingName": "other", "signingRegion": "us-west-2"}]}}}]})");
    Calls calls;
    const auto request = service.who_am_i(calls);
    CHECK(request.header("x-amz-shard") == "of-us-east-1");
    CHECK_THAT(request.header("authorization"), Contains("/us-west-2/other/aws4_request") && Contains("x-amz-shard"));
}

namespace {

constexpr std::string_view path_rules = R"({
    "parameters": {"Names": {"type": "stringArray"}, "Name": {"type": "string"}, "Quiet": {"type": "boolean"}},
    "rules": [
        {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Quiet"}]},
                                            {"fn": "booleanEquals", "argv": [{"ref": "Quiet"}, true]}],
         "endpoint": {"url": "https://quiet.example"}},
        {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Names"}]},
                                            {"fn": "getAttr", "argv": [{"ref": "Names"}, "[1]"], "assign": "second"}],
         "endpoint": {"url": "https://{second}.example"}},
        {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Name"}]}],
         "endpoint": {"url": "https://name-{Name}.example"}},
        {"type": "endpoint", "conditions": [], "endpoint": {"url": "https://none.example"}}]})";

// DeleteObjects, whose endpoint depends on what stands somewhere in its input.
struct Pathed {
    Pathed(std::string_view parameter, std::string_view path)
        : compiled(gen::compile_endpoint_rules(boost::json::parse({path_rules.data(), path_rules.size()}).as_object())),
          rules(compiled.view()) {
        own.endpoint_parameter_count = 1;
        own.first_endpoint_parameter = 0;
        own.flags &= static_cast<std::uint16_t>(~api::operation_flag::bucket_in_endpoint);
        copy_names();
        row.source = api::EndpointParameter::Source::path;
        row.index = static_cast<std::uint8_t>(*endpoint::Parameters(rules).find(parameter));
        row.text = {static_cast<std::uint32_t>(names.size()), static_cast<std::uint32_t>(path.size())};
        names += path;
        described.names = names.data();
        tables.schema = &described;
        tables.endpoint_rules = &rules;
        tables.endpoint_parameters = &row;
        tables.operations = &own;
        tables.operation_count = 1;
    }
    std::string host(Calls& calls, const s3::DeleteObjectsRequest& input) const {
        return calls.send(tables, "DeleteObjects", input).header("host");
    }

  private:
    // The pool of text, so that there is room for paths at its end.
    void copy_names() {
        std::size_t end = own.name.offset + own.name.length;
        end = std::max<std::size_t>(end, own.uri.offset + own.uri.length);
        const schema::Shape* const shapes = described.shapes;
        for (std::uint32_t i = 0; i < described.shape_count; ++i) {
            end = std::max<std::size_t>(end, shapes[i].name + shapes[i].name_length + 2);
            for (const schema::Member& member : schema::ShapeRef{&described, static_cast<std::uint16_t>(i)}) {
                end = std::max<std::size_t>(end, member.wire_name + member.wire_name_length + 3);
                end = std::max<std::size_t>(end, member.name + member.name_length + 3);
            }
        }
        names.assign(described.names, end);
    }

    gen::CompiledRules compiled;
    endpoint::RuleSet rules;
    api::EndpointParameter row;
    std::string names;
    schema::Schema described = *s3::tables::service.schema;
    orm::ServiceTables tables = s3::tables::service;
    api::Operation own = tables.operations[row_of(tables, "DeleteObjects")];
};

s3::DeleteObjectsRequest delete_keys(const std::vector<std::string>& keys) {
    s3::DeleteObjectsRequest input{.Bucket = "web-logs"};
    s3::Delete& what = input.Delete.emplace();
    for (const std::string& key : keys) what.Objects.push_back({.Key = key});
    return input;
}

}  // namespace

TEST_CASE("a parameter of the endpoint may stand anywhere in an input") {
    Calls calls;
    const Pathed listed("Names", "Delete.Objects[*].Key");
    CHECK(listed.host(calls, delete_keys({"a", "b"})) == "b.example");
    CHECK(listed.host(calls, delete_keys({"a", "c"})) == "c.example");  // another answer than that
    CHECK(listed.host(calls, delete_keys({"a", "b"})) == "b.example");
    CHECK(listed.host(calls, delete_keys({"a"})) == "none.example");
    CHECK(listed.host(calls, {.Bucket = "web-logs"}) == "none.example");

    const Pathed pair("Names", "[MFA, Bucket]");
    CHECK(pair.host(calls, {.Bucket = "web-logs", .MFA = "code"}) == "web-logs.example");
    CHECK(Pathed("Name", "Bucket").host(calls, {.Bucket = "web-logs"}) == "name-web-logs.example");

    const Pathed quiet("Quiet", "Delete.Quiet");
    s3::DeleteObjectsRequest input = delete_keys({"a"});
    CHECK(quiet.host(calls, input) == "none.example");
    input.Delete->Quiet = true;
    CHECK(quiet.host(calls, input) == "quiet.example");
    input.Delete->Quiet = false;
    CHECK(quiet.host(calls, input) == "none.example");
}

// --- errors ----------------------------------------------------------------------------------------------------------

TEST_CASE("an address that cannot be had is blamed on the settings that lead to it") {
    Calls calls;
    calls.environment->set("HOME", "/h").set("AWS_ENDPOINT_URL_S3", "https://s3.example").set("AWS_REGION", "eu-west-1");
    calls.environment->add_file("/h/.aws/config",
                                "[default]\nuse_fips_endpoint = true\ns3 =\n  use_accelerate_endpoint = true\n");
    calls.change([](SessionOptions& options) { options.region.reset(); });
    const auto problem = [&] { return calls.problem_of([&] { return calls.get_object("web-logs", "a"); }); };
    CHECK(problem() ==
          "Accelerate cannot be used with FIPS. The region is `eu-west-1` (AWS_REGION). An endpoint is configured: "
          "AWS_ENDPOINT_URL_S3. FIPS endpoints are asked for: use_fips_endpoint in /h/.aws/config, line 2. S3 Accelerate "
          "is asked for: use_accelerate_endpoint of s3 in /h/.aws/config, line 3.");
    CHECK(calls.transport->requests().empty());

    const auto arn = calls.problem_of(
        [&] { return calls.get_object("arn:aws-cn:s3:cn-north-1:123456789012:accesspoint:a", "a"); });
    CHECK_THAT(arn, Contains("AWS_REGION") || Contains("FIPS"));
}

TEST_CASE("a region that is none is named, with its place, before anything else") {
    Calls calls;
    calls.environment->set("HOME", "/h");
    calls.change([](SessionOptions& options) { options.region.reset(); });
    const auto problem = [&] { return calls.problem_of([&] { return calls.get_object("web-logs", "a"); }); };
    CHECK_THAT(problem(), StartsWith("no region is set, ") && Contains("AWS_REGION") && Contains("/h/.aws/config"));
    for (const char* region : {"us east 1", "us-east-1/evil", "evil.example", "-a", "us-east-1#", "ü"}) {
        INFO(region);
        calls.environment->unset("AWS_REGION");
        calls.environment->add_file("/h/.aws/config", "[default]\nregion = " + std::string(region) + "\n");
        calls.change([](SessionOptions&) {});
        CHECK_THAT(problem(), StartsWith("\"" + std::string(region)) && Contains("(region in /h/.aws/config, line 2)"));
        calls.environment->set("AWS_REGION", region);
        calls.change([](SessionOptions&) {});
        CHECK_THAT(problem(), StartsWith("\"" + std::string(region) + "\" (AWS_REGION)"));
    }
    calls.environment->set("AWS_REGION", "us-east-1");
    calls.change([](SessionOptions&) {});
    calls.session = calls.session.with_region("a/b");
    CHECK_THAT(problem(), StartsWith("\"a/b\" (code)"));
}

TEST_CASE("what one service is told in code does not concern another") {
    Calls calls;
    calls.change([](SessionOptions& options) {
        options.endpoints.services["s3"].use_dualstack = true;
        options.endpoints.services["sts"].url = "http://localhost:1";
    });
    CHECK(calls.get_object("web-logs", "a").header("host") == "web-logs.s3.dualstack.us-east-1.amazonaws.com");
    const auto sts_call = [&] {
        return calls.send(sts::tables::service, "GetCallerIdentity", sts::GetCallerIdentityRequest{});
    };
    CHECK(sts_call().header("host") == "localhost:1");
    CHECK(endpoints_of(calls.session, sts::tables::service).configured()->source == "endpoints of sts in code");
    CHECK_FALSE(endpoints_of(calls.session, s3::tables::service).configured());
    const auto& of_s3 = endpoints_of(calls.session, s3::tables::service);
    CHECK(of_s3.region().source == "code");
    CHECK(of_s3.reasons() == "UseDualStack (endpoints of s3 in code)");
}

TEST_CASE("multi-region access points are called with a signature of Version 4a, for a set of regions") {
    Calls calls;
    const std::string point = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap";
    fake::Request request = calls.get_object(point, "a");
    CHECK(request.header("host") == "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com");
    CHECK(request.header("x-amz-region-set") == "*");
    CHECK_THAT(request.header("authorization"),
               StartsWith("AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/s3/aws4_request, SignedHeaders=") &&
                   Contains("x-amz-region-set"));

    calls.environment->set("AWS_SIGV4A_SIGNING_REGION_SET", "us-*");
    calls.change([](SessionOptions&) {});
    CHECK(calls.get_object(point, "a").header("x-amz-region-set") == "us-*");
    calls.change([](SessionOptions& options) { options.signing_region_set = "us-east-1,eu-west-1"; });
    CHECK(calls.get_object(point, "a").header("x-amz-region-set") == "us-east-1,eu-west-1");
    calls.change([](SessionOptions& options) { options.endpoints.s3.disable_multi_region_access_points = true; });
    CHECK_THROWS_WITH(calls.get_object(point, "a"), Contains("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS") ||
                                                        Contains("disable_multi_region_access_points"));
}

TEST_CASE("dual stack of S3 in the profile gives way to what code and environment say") {
    const auto host = [](auto&& change) {
        Calls calls;
        calls.environment->set("HOME", "/h");
        calls.environment->add_file("/h/.aws/config", "[default]\ns3 =\n  use_dualstack_endpoint = true\n");
        change(calls);
        return calls.get_object("web-logs", "a").header("host");
    };
    const std::string_view with = "web-logs.s3.dualstack.us-east-1.amazonaws.com";
    const std::string_view without = "web-logs.s3.us-east-1.amazonaws.com";
    CHECK(host([](Calls& calls) { calls.change([](SessionOptions&) {}); }) == with);
    CHECK(host([](Calls& calls) {
              calls.environment->set("AWS_USE_DUALSTACK_ENDPOINT", "false");
              calls.change([](SessionOptions&) {});
          }) == without);
    CHECK(host([](Calls& calls) { calls.change([](SessionOptions& o) { o.endpoints.use_dualstack = false; }); }) == without);
    CHECK(host([](Calls& calls) {
              calls.change([](SessionOptions& o) { o.endpoints.services["s3"].use_dualstack = false; });
          }) == without);
}

// --- the cache -------------------------------------------------------------------------------------------------------

namespace {

const api::Operation& get_object() {
    const orm::ServiceTables& tables = s3::tables::service;
    return tables.operations[row_of(tables, "GetObject")];
}

std::string host_of(const detail::ServiceEndpoints& endpoints, const std::string& bucket) {
    const s3::GetObjectRequest input{.Bucket = bucket, .Key = "a"};
    return endpoints.find(get_object(), &input)->endpoint.authority;
}

}  // namespace

TEST_CASE("an address that is known costs no memory") {
    Calls calls;
    const auto& endpoints = endpoints_of(calls.session, s3::tables::service);
    s3::GetObjectRequest input{.Bucket = "a-bucket-of-the-usual-length", .Key = "a"};
    const auto first = endpoints.find(get_object(), &input);
    CHECK(fake::allocations_of([&] { static_cast<void>(endpoints.find(get_object(), &input)); }) == 0);
    input.Key = "another object";
    CHECK(endpoints.find(get_object(), &input) == first);
    CHECK(fake::allocations_of([&] { static_cast<void>(endpoints.find(get_object(), &input)); }) == 0);
    input.Bucket = "another-bucket";
    CHECK(endpoints.find(get_object(), &input) != first);

    const orm::ServiceTables& tables = sts::tables::service;
    const auto& of_sts = endpoints_of(calls.session, tables);
    const api::Operation& operation = tables.operations[row_of(tables, "GetCallerIdentity")];
    const sts::GetCallerIdentityRequest nothing{};
    const auto known = of_sts.find(operation, &nothing);
    CHECK(fake::allocations_of([&] { static_cast<void>(of_sts.find(operation, &nothing)); }) == 0);
    CHECK(of_sts.find(operation, &nothing) == known);
}

TEST_CASE("an address that is not known costs no more than what is kept of it") {
    Calls calls;
    const auto& endpoints = endpoints_of(calls.session, s3::tables::service);
    static_cast<void>(host_of(endpoints, "first"));
    const s3::GetObjectRequest input{.Bucket = "a-bucket-of-the-usual-length", .Key = "a"};
    CHECK(fake::allocations_of([&] { static_cast<void>(endpoints.find(get_object(), &input)); }) <= 8);
}

TEST_CASE("more buckets than are remembered are all found, and nothing grows") {
    Calls calls;
    const auto& endpoints = endpoints_of(calls.session, s3::tables::service);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 3000; ++i) {
            const std::string bucket = "bucket-" + std::to_string(i);
            REQUIRE(host_of(endpoints, bucket) == bucket + ".s3.us-east-1.amazonaws.com");
        }
    }
    const std::string long_name(63, 'b');
    CHECK(host_of(endpoints, long_name) == long_name + ".s3.us-east-1.amazonaws.com");
    const std::string arn = "arn:aws:s3:us-east-1:123456789012:accesspoint:" + std::string(300, 'x');
    CHECK_THROWS_AS(host_of(endpoints, arn), ConfigurationError);  // too long to be remembered, and to be right
}

TEST_CASE("an answer stays while it is used, whatever the cache forgets") {
    Calls calls;
    const auto& endpoints = endpoints_of(calls.session, s3::tables::service);
    const s3::GetObjectRequest input{.Bucket = "kept", .Key = "a"};
    const auto kept = endpoints.find(get_object(), &input);
    for (int i = 0; i < 3000; ++i) static_cast<void>(host_of(endpoints, "bucket-" + std::to_string(i)));
    CHECK(kept->endpoint.authority == "kept.s3.us-east-1.amazonaws.com");
    CHECK(kept.use_count() == 1);  // forgotten long ago
}

TEST_CASE("many threads find their own buckets", "[threads]") {
    Calls calls;
    const auto& endpoints = endpoints_of(calls.session, s3::tables::service);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&, number] {
            for (int i = 0; i < 2000; ++i) {
                const std::string bucket = "bucket-" + std::to_string((i * (number + 1)) % 400);
                if (host_of(endpoints, bucket) != bucket + ".s3.us-east-1.amazonaws.com") ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}
