#include "api_model.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "catch.hpp"
#include "files.hpp"
#include "json_text.hpp"
#include "spec_error.hpp"
#include "temp_dir.hpp"

using namespace botocraft::gen;
using Strings = std::vector<std::string>;

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

const fs::path specs = fs::path(BOTOCRAFT_SOURCE_DIR) / "specs";

Api load(const std::string& service) { return Api::load(specs / "aws" / (service + ".json")); }

const Member& member(const Api& api, std::string_view shape, std::string_view name) {
    const Member* found = api.shape(shape).find_member(name);
    REQUIRE(found);
    return *found;
}

std::string error_of(const std::string& text, const std::string& file = "pets.json") {
    try {
        static_cast<void>(Api::from_json(parse_json(text, file), file, text));
    } catch (const SpecError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("the model has a place for every fact of all services that are imported") {
    const std::string listed = read_file(specs / "services.txt");
    std::size_t services = 0;
    for (const auto& entry : fs::directory_iterator(specs / "aws")) {
        const std::string name = entry.path().stem().string();
        if (name == "partitions" || name == "sdk-default-configuration") continue;
        INFO(name);
        ++services;
        const Api api = load(name);
        CHECK(api.unknown_traits.empty());
        CHECK(api.service == name);
        CHECK(api.botocore + "\n" == read_file(specs / "botocore.version"));
        CHECK_THAT(listed, has_text("\n" + name + "\n"));
        CHECK(api.endpoint_rules.at("rules").as_array().size() >= 1);
        CHECK(!api.operations.empty());
        CHECK(!api.metadata.protocols.empty());
        CHECK(!api.metadata.signing_name.empty());
    }
    CHECK(services == 41);
}

TEST_CASE("ecs: operations, paginators, waiters, lookups") {
    const Api api = load("ecs");
    CHECK(api.metadata.protocol == "json");
    CHECK(api.metadata.json_version == "1.1");
    CHECK(api.metadata.target_prefix == "AmazonEC2ContainerServiceV20141113");
    CHECK(api.metadata.service_id == "ECS");

    const Operation& create = api.operation("CreateService");
    CHECK(create.method == "POST");
    CHECK(create.request_uri == "/");
    CHECK(api.target(*create.input).name == "CreateServiceRequest");
    CHECK(api.target(*create.output).name == "CreateServiceResponse");
    CHECK(std::any_of(create.errors.begin(), create.errors.end(),
                      [&](ShapeIndex error) { return api.shapes[error].name == "ClusterNotFoundException"; }));
    CHECK(member(api, "CreateServiceRequest", "serviceName").required);
    CHECK(!member(api, "CreateServiceRequest", "cluster").required);
    CHECK(api.shape("SensitiveString").sensitive);
    CHECK(api.shape("ClusterNotFoundException").exception);
    CHECK(api.shape("ClusterNotFoundException").error_code() == "ClusterNotFoundException");
    const Shape& launch_type = api.shape("LaunchType");
    CHECK(launch_type.type == ShapeType::string);
    CHECK(std::count(launch_type.enum_values.begin(), launch_type.enum_values.end(), "FARGATE") == 1);
    CHECK(api.target(*api.shape("Services").element).name == "Service");

    const Paginator* list = api.find_paginator("ListServices");
    REQUIRE(list);
    CHECK(list->input_tokens == Strings{"nextToken"});
    CHECK(list->output_tokens == Strings{"nextToken"});
    CHECK(list->limit_key == "maxResults");
    CHECK(list->result_keys == Strings{"serviceArns"});

    const Waiter* stable = api.find_waiter("ServicesStable");
    REQUIRE(stable);
    CHECK(stable->operation == "DescribeServices");
    CHECK(stable->delay_seconds == 15);
    CHECK(stable->max_attempts == 40);
    REQUIRE(stable->acceptors.size() == 4);
    CHECK(stable->acceptors[0].matcher == Matcher::path_any);
    CHECK(stable->acceptors[0].state == WaiterState::failure);
    CHECK(stable->acceptors[0].expected == json::value("MISSING"));
    CHECK(stable->acceptors[3].expected == json::value(true));

    CHECK(!api.find_shape("Nothing"));
    CHECK(!api.find_operation("Nothing"));
    CHECK_THROWS_WITH(api.shape("LuanchType"), has_text("ecs.json: no shape `LuanchType` (did you mean `LaunchType`?"));
    CHECK_THROWS_WITH(api.operation("CreateServices"), has_text("did you mean `CreateService`?"));
}

TEST_CASE("a model may be copied and moved: its references are indexes") {
    Api first = load("sts");
    const Api copy = first;
    const Api moved = std::move(first);
    for (const Api* api : {&copy, &moved}) {
        CHECK(api->target(*api->operation("AssumeRole").input).name == "AssumeRoleRequest");
        CHECK(api->target(member(*api, "AssumeRoleResponse", "Credentials")).name == "Credentials");
    }
}

TEST_CASE("traits of the other protocols") {
    SECTION("s3: places in the message, checksums, xml, context parameters, several tokens") {
        const Api api = load("s3");
        const Operation& put = api.operation("PutObject");
        CHECK(put.request_uri == "/{Bucket}/{Key+}");
        REQUIRE(put.http_checksum);
        CHECK(put.http_checksum->request_algorithm_member == "ChecksumAlgorithm");
        CHECK(!put.http_checksum->request_checksum_required);
        CHECK(api.operation("DeleteObjects").http_checksum->request_checksum_required);
        CHECK(api.operation("WriteGetObjectResponse").unsigned_payload);
        CHECK(api.operation("WriteGetObjectResponse").auth_type == "v4-unsigned-body");
        CHECK(api.shape("GetObjectOutput").payload == "Body");
        CHECK(member(api, "GetObjectOutput", "Body").streaming);
        const Member& acl = member(api, "PutBucketAclRequest", "ACL");
        CHECK(acl.location == Location::header);
        CHECK(acl.wire_name() == "x-amz-acl");
        CHECK(member(api, "PutBucketAclRequest", "Bucket").context_param == "Bucket");
        CHECK(member(api, "PutBucketAclRequest", "Bucket").location == Location::uri);
        CHECK(member(api, "PutBucketAclRequest", "AccessControlPolicy").xml_namespace->uri ==
              "http://s3.amazonaws.com/doc/2006-03-01/");
        CHECK(member(api, "Grantee", "Type").xml_attribute);
        CHECK(api.shape("Grantee").xml_namespace->prefix == "xsi");
        CHECK(member(api, "WriteGetObjectResponseRequest", "RequestRoute").host_label);
        CHECK(api.shape("Expires").type == ShapeType::timestamp);  // of botocore's sdk-extras
        CHECK(api.find_paginator("ListObjects")->output_tokens == Strings{"NextMarker || Contents[-1].Key"});
        CHECK(api.find_paginator("ListObjects")->more_results == "IsTruncated");
        CHECK(api.find_paginator("ListObjectVersions")->input_tokens == Strings{"KeyMarker", "VersionIdMarker"});
        CHECK(api.client_context_params.size() == 5);
    }
    SECTION("ec2: names of its own for requests") {
        const Api api = load("ec2");
        const Member& addresses = member(api, "InstanceNetworkInterfaceSpecification", "Ipv6Addresses");
        CHECK(addresses.location_name == "ipv6AddressesSet");
        CHECK(addresses.query_name == "Ipv6Addresses");
    }
    SECTION("rds: error codes that are not the shape's name, result wrappers, sdk-extras") {
        const Api api = load("rds");
        CHECK(api.shape("AuthorizationAlreadyExistsFault").error_code() == "AuthorizationAlreadyExists");
        CHECK(api.shape("AuthorizationAlreadyExistsFault").error->http_status_code == 400);
        CHECK(api.shape("AuthorizationAlreadyExistsFault").error->sender_fault);
        CHECK(api.operation("DescribeDBInstances").output->result_wrapper == "DescribeDBInstancesResult");
        CHECK(api.shape("CopyDBClusterSnapshotMessage").find_member("SourceRegion"));
    }
    SECTION("event streams, host prefixes, compression, no authentication, compatible errors") {
        CHECK(load("kinesis").shape("SubscribeToShardEventStream").event_stream);
        CHECK(load("bedrock-runtime").metadata.http2 == "optional");
        CHECK(load("logs").operation("GetLogObject").host_prefix == "stream-");
        CHECK(load("cloudwatch").operation("PutMetricData").compression_encodings == Strings{"gzip"});
        CHECK(load("sts").operation("AssumeRoleWithSAML").auth == Strings{"smithy.api#noAuth"});
        CHECK(load("sts").operation("AssumeRoleWithSAML").auth_type == "none");
        CHECK(load("sqs").metadata.aws_query_compatible);
        CHECK(!load("sqs").operation("SendMessage").host_prefix.size());
        CHECK(load("acm").operation("AddTagsToCertificate").static_context_params[0].value == json::value("ACM"));
    }
}

TEST_CASE("the suites of botocore's protocol tests load as APIs") {
    const fs::path data = fs::path(BOTOCRAFT_CONFORMANCE_DATA) / "protocol-botocore";
    if (!fs::exists(data)) {
        std::cout << "SKIPPED: the suites of botocore's protocol tests are not at " << data.string() << '\n';
        return;
    }
    std::size_t suites = 0;
    for (const auto& entry : fs::recursive_directory_iterator(data)) {
        if (entry.path().extension() != ".json") continue;
        const std::string file = entry.path().string();
        const json::value content = parse_json(read_file(file), file);
        for (const json::value& suite : content.as_array()) {
            INFO(file << ": " << suite.at("description").as_string().c_str());
            json::array operations;
            for (const json::value& test : suite.at("cases").as_array()) operations.push_back(test.at("given"));
            const std::size_t cases = operations.size();
            const Api api = Api::from_json(json::object{{"metadata", suite.at("metadata")},
                                                        {"shapes", suite.at("shapes")},
                                                        {"operations", std::move(operations)}},
                                           file);
            CHECK(api.operations.size() == cases);
            CHECK(api.unknown_traits.empty());
            ++suites;
        }
    }
    CHECK(suites > 300);
}

TEST_CASE("mistakes in a file are named with file, line and the nearest name") {
    CHECK_THAT(error_of("{\n\"shapes\":{\n\"A\":{\"type\":\"string\"},\n\"B\":{\"type\":\"sting\"}\n}\n}"),
               has_text("pets.json:4: shapes `B`: `sting` is not a type that is known (did you mean `string`?)"));
    CHECK_THAT(error_of("{\n\"shapes\":{\n\"A\":{\"type\":\"list\",\"member\":{\"shape\":\"Bee\"}},\n"
                        "\"Be\":{\"type\":\"string\"}\n}\n}"),
               has_text("pets.json:3: shapes `A`: no shape `Bee` (did you mean `Be`?)"));
    CHECK_THAT(error_of("{\n\"operations\":{\n\"Go\":{\"input\":{\"shape\":\"X\"}}\n},\n\"shapes\":{}\n}"),
               has_text("pets.json:3: operations `Go`: no shape `X`"));
    CHECK_THAT(error_of(R"({"shapes": {"A": {"type": "list"}}})"), has_text("`A`: is a list without a `member`"));
    CHECK_THAT(error_of(R"({"shapes": {"A": {"type": "map", "key": {"shape": "A"}}}})"), has_text("is a map without"));
    CHECK_THAT(error_of(R"({"shapes": {"A": {"type": "structure", "required": ["b"]}}})"), has_text("requires `b`"));
    CHECK_THAT(error_of(R"({"shapes": {"A": {"type": "structure", "payload": "b"}}})"), has_text("the payload `b`"));
    CHECK_THAT(error_of(R"({"shapes": {"A": {"type": "structure", "members": {"b": {}}}}})"), has_text("has no shape"));
    CHECK_THAT(error_of(R"({"shapes": {"A": {"type": "string", "sensitive": 1}}})"),
               has_text("`sensitive` is not true or false"));
    CHECK_THAT(error_of(R"({"shapes": {"A": {"members": {}}}})"), has_text("`type` is missing"));
    CHECK_THAT(error_of(R"({"shapes": []})"), has_text("`shapes` is not an object"));
    CHECK_THAT(error_of("[]"), has_text("`the API` is not an object"));
    CHECK_THAT(error_of(R"({"paginators": {"Go": {"input_token": "a", "output_token": ["b", "c"]}}})"),
               has_text("output token"));
    CHECK_THAT(error_of(R"({"operations": {"Gone": {}}, "waiters": {"W": {"operation": "Gon", "acceptors": []}}})"),
               has_text("waiters `W`: no operation `Gon` (did you mean `Gone`?)"));
    CHECK_THAT(error_of("{\n\n1"), has_text("pets.json:3: not valid JSON"));
    CHECK_THROWS_WITH(Api::load("/nowhere/pets.json"), "/nowhere/pets.json: cannot be read");
}

TEST_CASE("keys that the model does not know are listed once, not lost in silence") {
    const char* text = R"({"colour": 1, "shapes": {"A": {"type": "string", "shiny": true},
                                                    "B": {"type": "string", "shiny": true}}})";
    CHECK(Api::from_json(parse_json(text, "")).unknown_traits == Strings{"api.colour", "shape.shiny"});
}

TEST_CASE("JSON is written so that numbers read back equal and rules stand on lines of their own") {
    const auto written = [](std::string_view text, int levels) {
        std::string out;
        write_json(out, parse_json(text, "test"), levels);
        return out;
    };
    CHECK(written(R"([1, -1, 18446744073709551615, 1.0, 0.1, 1e300, null, true, "é\n\""])", 0) ==
          R"([1,-1,18446744073709551615,1.0,0.1,1e+300,null,true,"é\n\""])");
    CHECK(written(R"({"b": {"y": {}, "x": []}, "a": [1]})", 1) == "{\n\"b\":{\"y\":{},\"x\":[]},\n\"a\":[1]\n}");
    CHECK(written(R"({"rules": [{"rules": [1, 2]}, 3]})", 0) == "{\"rules\":[\n{\"rules\":[\n1,\n2\n]},\n3\n]}");
    CHECK(written("{}", 3) == "{}");
}

TEST_CASE("a file is only touched when its text changes") {
    const test::TempDir folder;
    const fs::path file = folder / "a/b.txt";
    CHECK(write_if_changed(file, "one"));
    const auto time = fs::last_write_time(file);
    CHECK(!write_if_changed(file, "one"));
    CHECK(fs::last_write_time(file) == time);
    CHECK(write_if_changed(file, "two"));
    CHECK(read_file(file) == "two");
    CHECK(test::read_all(folder / "a").size() == 1);
    CHECK_THROWS_WITH(write_if_changed(folder / "a/b.txt/c", "x"), has_text("cannot be written"));
    CHECK_THROWS_WITH(read_file(folder / "a"), has_text("cannot be read"));
}

TEST_CASE("protocols that nobody here speaks are left out, and a service that speaks no other is refused") {
    const auto text = [](const std::string& protocols) {
        return R"({"metadata": {"apiVersion": "1", "endpointPrefix": "pets", "protocol": "json", "protocols": [)" + protocols +
               R"(], "serviceId": "Pets"}, "operations": {}, "shapes": {}})";
    };
    const std::string both = text(R"("smoke-signals", "json")");
    CHECK(Api::from_json(parse_json(both, "pets.json"), "pets.json", both).metadata.protocols == Strings{"json"});
    CHECK_THAT(error_of(text(R"("smoke-signals")")), Catch::Contains("`smoke-signals` is no protocol that is known"));
}
