// awsJson 1.0 and 1.1 against the protocol tests of botocore.

#include "catch.hpp"
#include "runtime_schema.hpp"

#include "protocol/json.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

namespace json = botocraft::protocol::json;
using conformance::RuntimeSchema;
using conformance::RuntimeValue;

std::string string_of(const boost::json::string& text) { return {text.data(), text.size()}; }

// The suites of one file; empty where the data is not there.
boost::json::array suites(const std::string& file) {
    const auto path = std::filesystem::path(BOTOCRAFT_CONFORMANCE_DATA) / "protocol-botocore" / file;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        std::cerr << "SKIPPED: no conformance data at " << path << '\n';
        return {};
    }
    std::ostringstream text;
    text << in.rdbuf();
    return boost::json::parse(text.str()).as_array();
}

std::string header(const boost::json::object& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (boost::algorithm::iequals(std::string_view(key.data(), key.size()), name)) return string_of(value.as_string());
    }
    return {};
}

botocraft::schema::ShapeRef shape_of(const RuntimeSchema& schema, const boost::json::object& operation,
                                     std::string_view side) {
    const auto* const found = operation.if_contains({side.data(), side.size()});
    return found ? schema.shape(string_of(found->at("shape").as_string())) : schema.empty();
}

void check_request(const RuntimeSchema& schema, const boost::json::object& test) {
    const auto* const expected = test.at("serialized").as_object().if_contains("body");
    if (!expected) return;
    RuntimeValue value(shape_of(schema, test.at("given").as_object(), "input"));
    conformance::fill(value.shape(), value.get(), test.at("params").as_object());
    std::string body;
    json::encode(value.shape(), value.get(), body);
    INFO(body);
    INFO(boost::json::serialize(*expected));
    CHECK(conformance::same_json(boost::json::parse(body), boost::json::parse(string_of(expected->as_string()))));
}

void check_reply(const RuntimeSchema& schema, const boost::json::object& test) {
    const boost::json::object& response = test.at("response").as_object();
    const auto* const body = response.if_contains("body");
    const std::string text = body ? string_of(body->as_string()) : std::string();
    std::string declared;
    const bool is_error = test.contains("error") || test.contains("errorCode");
    botocraft::schema::ShapeRef shape = schema.empty();
    if (is_error) {
        const auto error = json::decode_error(text);
        const boost::json::object& headers = response.at("headers").as_object();
        std::string code = error.code;
        if (const std::string type = header(headers, "x-amzn-errortype"); !type.empty()) {
            code = json::bare_error_code(type);
        }
        declared = code;
        if (const std::string query = header(headers, "x-amzn-query-error"); !query.empty()) {
            code = json::query_error_code(query);
        }
        CHECK(code == string_of(test.at("errorCode").as_string()));
        if (const auto* const message = test.if_contains("errorMessage"); message && message->is_string()) {
            CHECK(error.message == string_of(message->as_string()));
        }
        if (!test.contains("error")) return;
        try {
            shape = schema.shape(declared);
        } catch (const std::out_of_range&) {
            return;  // an error that the service does not declare
        }
    } else {
        shape = shape_of(schema, test.at("given").as_object(), "output");
    }
    RuntimeValue value(shape);
    json::decode(shape, text, value.get());
    const boost::json::value read = conformance::to_json(shape, value.get());
    const boost::json::value& expected = test.at(is_error ? "error" : "result");
    INFO(boost::json::serialize(read));
    INFO(boost::json::serialize(expected));
    CHECK(conformance::same_json(read, expected));
}

template <class Check>
void run(const std::string& file, Check&& check) {
    std::size_t count = 0;
    for (const auto& suite : suites(file)) {
        const RuntimeSchema schema(suite.at("shapes").as_object());
        for (const auto& test : suite.at("cases").as_array()) {
            const boost::json::object& object = test.as_object();
            CAPTURE(file, string_of(object.at("id").as_string()));
            CHECK_NOTHROW(check(schema, object));
            ++count;
        }
    }
    std::cout << file << ": " << count << " cases\n";
}

}  // namespace

TEST_CASE("awsJson requests of the protocol tests") {
    for (const char* const file :
         {"input/json.json", "input/json_1_0.json", "input/json_1_0-query-compatible.json"}) {
        run(file, check_request);
    }
}

TEST_CASE("awsJson replies of the protocol tests") {
    for (const char* const file :
         {"output/json.json", "output/json_1_0.json", "output/json_1_0-query-compatible.json"}) {
        run(file, check_reply);
    }
}
