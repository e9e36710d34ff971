// What operations say to the endpoint rules: only what the rules look at, a constant before a member.

#include <boost/json.hpp>

#include "catch.hpp"
#include "generate.hpp"
#include "spec_error.hpp"
#include "temp_dir.hpp"

using namespace botocraft;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

const fs::path golden = fs::path(BOTOCRAFT_SOURCE_DIR) / "tests/gen/golden";

// The small service with rules that look at A and B, but not at C.
json::object small() {
    json::object facts = json::parse(test::read(golden / "specs/aws/small.json")).as_object();
    facts["endpoints"] = json::parse(R"({
        "version": "1.0",
        "parameters": {"C": {"type": "string"}, "A": {"type": "string"}, "B": {"type": "boolean"},
                       "Bucket": {"type": "string"}},
        "rules": [
            {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "B"}]}],
             "endpoint": {"url": "https://{A}.example"}},
            {"type": "endpoint", "conditions": [], "endpoint": {"url": "https://{Bucket}.example"}}]})");
    return facts;
}

json::object& create_cart(json::object& facts) {
    return facts.at("operations").as_object().at("CreateCart").as_object();
}

json::object& member(json::object& facts, std::size_t index) {
    json::object& members = facts.at("shapes").as_object().at("CreateCartRequest").as_object().at("members").as_object();
    return (members.begin() + static_cast<std::ptrdiff_t>(index))->value().as_object();
}

std::string tables_of(const json::object& facts) {
    const test::TempDir folder;
    test::write(folder / "aws/small.json", json::serialize(facts));
    test::write(folder / "models/small.yaml", test::read(golden / "specs/models/small.yaml"));
    for (const auto& [name, text] : gen::generate("small", folder / ".").files) {
        if (name == "src/small.cpp") return text;
    }
    return {};
}

std::string rows(const json::object& facts) {
    constexpr std::string_view head = "endpoint_parameter_rows[] = {\n";
    const std::string text = tables_of(facts);
    const std::size_t begin = text.find(head);
    REQUIRE(begin != text.npos);
    const std::size_t end = text.find("};", begin + head.size());
    return text.substr(begin + head.size(), end - begin - head.size());
}

}  // namespace

TEST_CASE("members and constants become rows, where the rules look at them") {
    json::object facts = small();
    member(facts, 0)["contextParam"] = {{"name", "A"}};
    member(facts, 1)["contextParam"] = {{"name", "C"}};  // nobody looks
    CHECK(rows(facts) == "    {{}, 0, 1, EndpointParameter::Source::member},\n");
    create_cart(facts)["staticContextParams"] = {{"B", {{"value", true}}}};
    CHECK(rows(facts) == "    {{}, none, 2, EndpointParameter::Source::yes},\n"
                         "    {{}, 0, 1, EndpointParameter::Source::member},\n");
    create_cart(facts)["staticContextParams"] = {{"B", {{"value", false}}}, {"C", {{"value", "x"}}}};
    CHECK(rows(facts) == "    {{}, none, 2, EndpointParameter::Source::no},\n"
                         "    {{}, 0, 1, EndpointParameter::Source::member},\n");
    create_cart(facts)["staticContextParams"] = {{"A", {{"value", "constant"}}}};
    CHECK_THAT(rows(facts), Catch::EndsWith(", none, 1, EndpointParameter::Source::text},\n") &&
                                !Catch::Contains("Source::member"));
}

TEST_CASE("a bucket at the beginning of the URI is marked as the endpoint's") {
    const auto marked = [](const char* uri) {
        json::object facts = small();
        create_cart(facts).at("http").as_object()["requestUri"] = uri;
        json::object& bucket = member(facts, 0);
        bucket["location"] = "uri";
        bucket["locationName"] = "Bucket";
        bucket["contextParam"] = {{"name", "Bucket"}};
        const std::string flag = ", " + std::to_string(api::operation_flag::bucket_in_endpoint) + ", HttpMethod::post, 1, 0, none},";
        return tables_of(facts).find(flag) != std::string::npos;
    };
    CHECK(marked("/{Bucket}"));
    CHECK(marked("/{Bucket}/{Key+}"));
    CHECK_FALSE(marked("/of/{Bucket}"));
}

TEST_CASE("a path into the input becomes a row, where the rules look at the parameter") {
    json::object facts = small();
    const std::string name(facts.at("shapes").as_object().at("CreateCartRequest").as_object().at("members").as_object().begin()->key());
    create_cart(facts)["operationContextParams"] = {{"A", {{"path", name}}}, {"C", {{"path", name}}}};
    CHECK_THAT(rows(facts), Catch::EndsWith(", none, 1, EndpointParameter::Source::path},\n") &&
                                !Catch::Contains("none, 0, "));
}

TEST_CASE("what the rules ask and gen cannot tell is an error that names the operation") {
    json::object facts = small();
    for (const char* const path : {"keys(things)", "a..b", "a[0]", "a | b", "length(a)", ""}) {
        INFO(path);
        create_cart(facts)["operationContextParams"] = {{"A", {{"path", path}}}};
        CHECK_THROWS_WITH(tables_of(facts), Catch::Contains("CreateCart") && Catch::Contains(path));
    }
    create_cart(facts)["operationContextParams"] = {{"C", {{"path", "keys(things)"}}}};
    CHECK_NOTHROW(tables_of(facts));  // nobody asks
}
