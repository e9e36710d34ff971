#include "smithy.hpp"

#include "api_model.hpp"
#include "catch.hpp"
#include "json_text.hpp"
#include "spec_error.hpp"

using namespace botocraft::gen;
using Catch::Matchers::Contains;

namespace {

constexpr const char* model = R"({"smithy": "2.0", "shapes": {
  "a.b#Zoo": {"type": "service", "version": "2020-01-01", "resources": [{"target": "a.b#Cage"}],
    "traits": {"aws.api#service": {"sdkId": "Zoo"}, "aws.auth#sigv4": {"name": "zoo"}, "aws.protocols#restXml": {},
               "smithy.api#xmlNamespace": {"uri": "https://zoo/"}}},
  "a.b#Cage": {"type": "resource", "put": {"target": "a.b#PutCage"}},
  "a.b#PutCage": {"type": "operation", "input": {"target": "a.b#PutCageInput"}, "output": {"target": "smithy.api#Unit"},
    "traits": {"smithy.api#http": {"method": "PUT", "uri": "/cages/{Id}"}, "smithy.api#idempotent": {}}},
  "a.b#PutCageInput": {"type": "structure", "members": {
    "Id": {"target": "smithy.api#String", "traits": {"smithy.api#httpLabel": {}, "smithy.api#required": {}}},
    "Since": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#httpHeader": "x-since",
              "smithy.api#timestampFormat": "date-time"}},
    "Animal": {"target": "a.b#Animal", "traits": {"smithy.api#httpPayload": {}}}}},
  "a.b#Animal": {"type": "union", "members": {
    "Names": {"target": "a.b#Names", "traits": {"smithy.api#xmlFlattened": {}, "smithy.api#xmlName": "Name"}},
    "Kind": {"target": "a.b#Kind"}}},
  "a.b#Names": {"type": "list", "member": {"target": "smithy.api#String"}, "traits": {"smithy.api#sparse": {}}},
  "a.b#Kind": {"type": "enum", "members": {"CAT": {"target": "smithy.api#Unit",
    "traits": {"smithy.api#enumValue": "cat"}}, "dog": {"target": "smithy.api#Unit"}}}}})";

Api read(const std::string& text) {
    return Api::from_json(facts_of_smithy(parse_json(text, "zoo.json"), "zoo", "zoo.json"));
}

std::string with(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a Smithy model becomes API facts") {
    const Api api = read(model);
    CHECK(api.unknown_traits.empty());
    CHECK(api.service == "zoo");
    CHECK(api.metadata.service_id == "Zoo");
    CHECK(api.metadata.signing_name == "zoo");
    CHECK(api.metadata.api_version == "2020-01-01");
    CHECK(api.metadata.protocols == std::vector<std::string>{"rest-xml"});

    const Operation& put = api.operation("PutCage");  // of a resource
    CHECK(put.method == "PUT");
    CHECK(put.request_uri == "/cages/{Id}");
    CHECK(put.idempotent);
    CHECK_FALSE(put.output);
    REQUIRE(put.input);
    CHECK(put.input->location_name == "PutCageInput");

    const Shape& input = api.shape("PutCageInput");
    CHECK(input.payload == "Animal");
    const Member* const id = input.find_member("Id");
    REQUIRE(id);
    CHECK(id->required);
    CHECK(id->location == Location::uri);
    CHECK(api.target(*id).type == ShapeType::string);
    const Member* const since = input.find_member("Since");
    REQUIRE(since);
    CHECK(since->wire_name() == "x-since");
    CHECK(since->timestamp_format == TimestampFormat::iso8601);

    const Shape& animal = api.shape("Animal");
    CHECK(animal.is_union);
    CHECK(animal.find_member("Names")->flattened);
    CHECK(animal.find_member("Names")->wire_name() == "Name");
    CHECK(api.shape("Names").sparse);
    CHECK(api.shape("Kind").enum_values == std::vector<std::string>{"cat", "dog"});
}

TEST_CASE("what is no Smithy model of one service says why") {
    CHECK_THROWS_WITH(read(R"({"shapes": {}})"), Contains("zoo.json") && Contains("no service"));
    CHECK_THROWS_WITH(read(with(model, "aws.protocols#restXml", "aws.protocols#smoke")), Contains("no protocol"));
    CHECK_THROWS_WITH(read(with(model, "a.b#PutCage\"}", "a.b#Missing\"}")), Contains("no shape `a.b#Missing`"));
    CHECK_THROWS_WITH(read(with(model, "smithy.api#Timestamp", "smithy.api#Moment")), Contains("smithy.api#Moment"));
}
