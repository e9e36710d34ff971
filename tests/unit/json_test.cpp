#include "catch.hpp"
#include "sample_service.hpp"

#include <botocraft/error.hpp>
#include <botocraft/json.hpp>

#include "protocol/json.hpp"

#include <cmath>
#include <limits>

namespace json = botocraft::protocol::json;
using sample::Everything;

namespace {

template <class T>
T decoded(std::string_view text, const json::DecodeOptions& options = {}) {
    T value;
    json::decode(T::shape_, text, &value, options);
    return value;
}
template <class T>
std::string encoded(const T& value, const json::EncodeOptions& options = {}) {
    std::string out;
    json::encode(T::shape_, &value, out, options);
    return out;
}
// {"name":value}. By appending: GCC 12 warns of a concatenation of literals and strings.
std::string object(std::string_view name, std::string_view value) {
    std::string text = "{\"";
    return text.append(name).append("\":").append(value).append("}");
}
// The explanation of the error that decoding ends in.
std::string complaint(std::string_view text, const json::DecodeOptions& options = {}) {
    Everything value;
    try {
        json::decode(Everything::shape_, text, &value, options);
    } catch (const botocraft::ProtocolError& error) {
        CHECK(value == Everything{});
        return error.details().explanation;
    }
    return "none";
}

}  // namespace

TEST_CASE("a name with escapes is a name, and no part of its value") {
    const auto value = decoded<Everything>(R"({"Te\u0078t":"a\u0062c","in\u0074eger":7})");
    CHECK(value.text == "abc");
    CHECK(value.integer == 7);
}

TEST_CASE("every kind of member is written and read") {
    const std::string text =
        R"({"flag":true,"integer":-5,"longer":9223372036854775807,"single":1.5,"real":0.1,"Text":"a\"b\\c\nd\u0001é",)"
        R"("status":"BRAND_NEW","time":1515531081.123,"dateTime":"2018-01-09T20:51:21.5Z",)"
        R"("httpDate":"Tue, 09 Jan 2018 20:51:21 GMT","data":"aGk=","any":{"a":[1,2.50,"x",null,true,{}]},)"
        R"("node":{"name":"n","next":{"name":"m"},"children":[{"weight":1},{}],"named":{"k":{"weight":2}}},)"
        R"("choice":{"many":[{"text":"t"},{"number":3}]},"tags":[{"key":"team","value":"pay"}],"strings":["a","b"],)"
        R"("numbers":[1,2],"matrix":[[1],[],[2,3]],"labels":{"a":"1","b":"2"},"groups":{"g":["x"]},)"
        R"("counters":[{"n":1},{}],"sparseStrings":["a",null],"sparseNodes":[null,{"name":"s"}],)"
        R"("sparseMap":{"a":null,"b":"c"},"sparseLists":[[1],null],"times":[0,1.5]})";
    const auto value = decoded<Everything>(text);
    CHECK(value.flag == true);
    CHECK(value.integer == -5);
    CHECK(value.longer == 9223372036854775807);
    CHECK(value.text == "a\"b\\c\nd\x01é");
    CHECK(value.status == "BRAND_NEW");
    CHECK(value.time->time_since_epoch() == std::chrono::microseconds(1515531081123000));
    CHECK(value.dateTime->time_since_epoch() == std::chrono::milliseconds(1515531081500));
    CHECK(value.httpDate->time_since_epoch() == std::chrono::seconds(1515531081));
    CHECK(value.data == botocraft::blob{std::byte{'h'}, std::byte{'i'}});
    CHECK(value.any->json() == R"({"a":[1,2.50,"x",null,true,{}]})");
    CHECK(value.node->next->name == "m");
    CHECK(value.node->children.size() == 2);
    CHECK(value.node->named.at("k").weight == 2);
    CHECK(value.choice->many[1].number == 3);
    CHECK(value.matrix[2][1] == 3);
    CHECK(value.groups.at("g")[0] == "x");
    CHECK(value.counters[0].at("n") == 1);
    CHECK(value.sparseStrings[1].is_null());
    CHECK(value.sparseNodes[0].is_null());
    CHECK(value.sparseMap.at("a").is_null());
    CHECK(value.sparseLists[1].is_null());
    CHECK(encoded(value) == text);
    CHECK(decoded<Everything>(encoded(value)) == value);
    CHECK(botocraft::from_json<Everything>(botocraft::to_json(value)) == value);
}

TEST_CASE("what does not fit is an error that names the member and nothing else") {
    CHECK(complaint(R"({"integer":"5"})") == "integer should be a number, and is a string");
    CHECK(complaint(R"({"integer":2147483648})") == "integer is a number of more than 32 bits");
    CHECK(complaint(R"({"longer":9223372036854775808})") == "longer is a number of more than 64 bits");
    CHECK(complaint(R"({"longer":1e30})") == "longer is no whole number of 64 bits");
    CHECK(complaint(R"({"integer":1.5})") == "integer is no whole number of 32 bits");
    CHECK(complaint(R"({"flag":"true"})") == "flag should be a boolean, and is a string");
    CHECK(complaint(R"({"Text":5})") == "text should be a string, and is a number");
    CHECK(complaint(R"({"Text":true})") == "text should be a string, and is a boolean");
    CHECK(complaint(R"({"tags":{}})") == "tags should be an array, and is an object");
    CHECK(complaint(R"({"labels":[]})") == "labels should be an object, and is an array");
    CHECK(complaint(R"({"node":"n"})") == "node should be an object, and is a string");
    CHECK(complaint(R"({"tags":[{"key":"a"},{"key":[1]}]})") == "tags[1].key should be a string, and is an array");
    CHECK(complaint(R"({"matrix":[[1],[2,"x"]]})") == "matrix[1][1] should be a number, and is a string");
    CHECK(complaint(R"({"node":{"named":{"hush":{"weight":"x"}}}})") ==
          "node.named{}.weight should be a number, and is a string");
    CHECK(complaint(R"({"secret":{"pin":"4711"}})") == "secret.pin should be a number, and is a string");
    CHECK(complaint(R"({"time":"yesterday"})") == "time is not a time");
    CHECK(complaint(R"({"data":"???"})") == "data is not base64");
    CHECK(complaint(R"({"choice":{"text":"a","number":1}})") ==
          "there are several members in the union choice.number: only one may be");
    CHECK(complaint("[]") == "the body is JSON but not an object");
    CHECK(complaint("null") == "the body is JSON but not an object");
    CHECK(complaint("5") == "the body is JSON but not an object");
    CHECK(complaint(R"("text")") == "the body is JSON but not an object");
}

TEST_CASE("what is no JSON is an error that says where") {
    for (const std::string_view text :
         {"<html>", "{", R"({"integer":1)", R"({"integer":})", "{} {}", R"({"Text":"\ud800"})", "{\"Text\":\"\xff\"}",
          R"({"real":NaN})", "{\"Text\":\"a\nb\"}", R"({"integer":01})"}) {
        CAPTURE(text);
        CHECK(complaint(text).starts_with("the body is not JSON: "));
    }
}

TEST_CASE("absent, null and empty are three things") {
    const auto value = decoded<Everything>(R"({"tags":[],"strings":null,"labels":{},"groups":null,"node":{},)"
                                           R"("choice":null,"Text":"","status":null})");
    CHECK((value.tags.has_value() && value.tags.empty()));
    CHECK(value.strings.is_null());
    CHECK(value.numbers.is_absent());
    CHECK((value.labels.has_value() && value.labels.empty()));
    CHECK(value.groups.is_null());
    CHECK(value.node.has_value());
    CHECK(value.choice.is_null());
    CHECK(value.secret.is_absent());
    CHECK(value.text == "");
    CHECK(value.status.is_null());
    CHECK(value.flag.is_absent());
    CHECK(encoded(value) == R"({"Text":"","node":{},"tags":[],"labels":{}})");
    CHECK(botocraft::from_json<Everything>(botocraft::to_json(value)) == value);
    CHECK(encoded(value, {.nulls = true}) ==
          R"({"Text":"","status":null,"node":{},"choice":null,"tags":[],"strings":null,"labels":{},"groups":null})");
}

TEST_CASE("numbers come in every dress") {
    const auto value = decoded<Everything>(
        R"({"integer":1.0,"longer":1e3,"real":5,"single":"NaN","times":["1515531081","2018-01-09T20:51:21Z",1.5e9]})");
    CHECK(value.integer == 1);
    CHECK(value.longer == 1000);
    CHECK(value.real == 5.0);
    CHECK(std::isnan(*value.single));
    CHECK(value.times[0] == value.times[1]);
    CHECK(value.times[2].time_since_epoch() == std::chrono::seconds(1'500'000'000));
    CHECK(decoded<Everything>(R"({"real":"-Infinity"})").real == -std::numeric_limits<double>::infinity());
    CHECK(decoded<Everything>(R"({"real":2.2250738585072011e-308})").real == 2.2250738585072011e-308);
    CHECK(decoded<Everything>(R"({"real":0.1000000000000000055511151231257827})").real == 0.1);
    for (const auto* const zero : {R"({"real":-0,"single":-0})", R"({"real":-0.0,"single":-0e5})", R"({"real":-5e-905,"single":-5e-905})"}) {
        CAPTURE(zero);
        CHECK(encoded(decoded<Everything>(zero)) == R"({"single":-0,"real":-0})");
    }
    CHECK(encoded(decoded<Everything>(R"({"real":"Infinity","single":"NaN"})")) ==
          R"({"single":"NaN","real":"Infinity"})");
}

TEST_CASE("what the schema does not know is skipped at every depth") {
    const auto value = decoded<Everything>(
        R"({"new":{"a":[1,{"b":null}]},"node":{"new":[[],"x"],"name":"n","other":"\u00e9\n"},"__type":"T","integer":1})");
    CHECK(value.node->name == "n");
    CHECK(encoded(value) == R"({"integer":1,"node":{"name":"n"}})");
    CHECK(decoded<sample::Empty>(R"({"a":1,"b":[{}],"c":"x"})") == sample::Empty{});
}

TEST_CASE("of equal keys the last one counts") {
    const auto value = decoded<Everything>(R"({"node":{"name":"a","weight":1},"strings":["a","b"],"integer":1,"labels":)"
                                           R"({"z":"1","a":"2","z":"3"},"node":{"name":"b"},"strings":["c"],"integer":2})");
    CHECK(value.node->name == "b");
    CHECK(value.node->weight.is_absent());
    CHECK(value.strings == botocraft::list<std::string>{"c"});
    CHECK(value.integer == 2);
    CHECK(value.labels == botocraft::map<std::string>{{"a", "2"}, {"z", "3"}});
    CHECK(decoded<Everything>(R"({"integer":2,"integer":null})").integer.is_null());
}

TEST_CASE("nulls in lists and maps stay only where they may be") {
    const auto value = decoded<Everything>(
        R"({"strings":["a",null,"b"],"labels":{"a":null,"b":"1"},"matrix":[null,[1,null]],"sparseStrings":[null]})");
    CHECK(value.strings == botocraft::list<std::string>{"a", "b"});
    CHECK(value.labels == botocraft::map<std::string>{{"b", "1"}});
    CHECK(value.matrix.size() == 1);
    CHECK(value.matrix[0].size() == 1);
    CHECK(value.sparseStrings.size() == 1);
}

TEST_CASE("a union may have nulls and unknown members beside its own") {
    const auto value = decoded<Everything>(R"({"choice":{"__type":"x","text":null,"number":4,"many":null}})");
    CHECK(encoded(*value.choice) == R"({"number":4})");
    CHECK(value.choice->text.is_absent());  // and not null: it was not chosen
    CHECK(encoded(*decoded<Everything>(R"({"choice":{"later":5}})").choice) == "{}");
}

TEST_CASE("limits hold") {
    json::DecodeOptions options;
    options.limits.depth = 8;
    std::string deep = "{}";
    for (int i = 0; i < 6; ++i) deep = object("next", deep);
    CHECK(decoded<Everything>(object("node", deep), options).node.has_value());
    CHECK(complaint(object("node", object("next", deep)), options).starts_with("the body is not JSON: "));
    CHECK(complaint(object("unknown", std::string(100'000, '[')), options).starts_with("the body is not JSON: "));
    options.limits.elements = 3;
    CHECK(complaint(R"({"strings":["a","b"],"labels":{"a":"b"}})", options) == "none");
    CHECK(complaint(R"({"strings":["a","b"],"labels":{"a":"b","c":"d"}})", options) ==
          "the reply has more than 3 elements; raise the limit if that is right");
}

TEST_CASE("members that travel elsewhere are not in the body") {
    Everything value;
    value.origin = "here";
    value.requestId = "id";
    value.integer = 1;
    CHECK(encoded(value) == R"({"integer":1,"x-request-id":"id"})");
    CHECK(encoded(value, {.bindings = true}) == R"({"integer":1})");
    CHECK(botocraft::to_json(value) == R"({"integer":1,"origin":"here","requestId":"id"})");
    CHECK(decoded<Everything>(R"({"origin":"x","x-request-id":"y"})", {.bindings = true}) == Everything{});
    CHECK(decoded<Everything>(R"({"origin":"x","x-request-id":"y"})").requestId == "y");
}

TEST_CASE("a body without a value leaves everything absent") {
    CHECK(decoded<Everything>("") == Everything{});
    CHECK(decoded<Everything>(" \r\n\t") == Everything{});
    CHECK(decoded<Everything>(" {} ") == Everything{});
    CHECK_THROWS_AS(botocraft::from_json<Everything>("nonsense"), botocraft::ProtocolError);
}

TEST_CASE("documents may hold any value") {
    for (const std::string_view text : {"1.50", "true", "\"a\\nb\"", "[]", "{}", "[[],{\"a\":[]},null]"}) {
        const std::string body = object("any", text);
        CHECK(decoded<Everything>(body).any->json() == text);
        CHECK(encoded(decoded<Everything>(body)) == body);
    }
    CHECK(decoded<Everything>(R"({"any" : { "a" : [ 1 , "\u0041" ] } })").any->json() == R"({"a":[1,"A"]})");
    CHECK(decoded<Everything>(R"({"any":null})").any.is_null());
}

TEST_CASE("strings of every length survive escaping") {
    Everything value;
    for (std::size_t length : {0, 1, 7, 8, 9, 15, 16, 17, 2047, 2048, 2049, 10'000}) {
        for (const char c : {'a', '"', '\\', '\n', '\x1f', '\x7f'}) {
            value.text = std::string(length, 'x') + c + std::string(length % 13, 'y');
            CHECK(decoded<Everything>(encoded(value)).text == value.text);
        }
    }
    value.text = std::string(5000, '\x01') + "ü€😀";
    CHECK(decoded<Everything>(encoded(value)).text == value.text);
}

TEST_CASE("times that a format cannot say are the caller's error") {
    Everything value;
    value.dateTime = botocraft::timestamp(std::chrono::hours(24 * 366 * 10'000));
    CHECK_THROWS_AS(encoded(value), botocraft::UsageError);
}

TEST_CASE("errors hide in several places of a body") {
    const auto error = [](std::string_view body) {
        const auto [code, message] = json::decode_error(body);
        return code + "|" + message;
    };
    CHECK(error(R"({"__type":"com.amazonaws.ecs#ClusterNotFoundException","message":"gone"})") ==
          "ClusterNotFoundException|gone");
    CHECK(error(R"({"__type":"FooError:http://internal.amazon.com/coral/com.amazon/","Message":"m"})") == "FooError|m");
    CHECK(error(R"({"__type":"a.b#FooError:http://x/y#z"})") == "FooError|");
    CHECK(error(R"({"code":"FooError","message":null})") == "FooError|");
    CHECK(error("<html>") == "|");
    CHECK(error("") == "|");
    CHECK(error("[1]") == "|");
    CHECK(error(R"({"__type":5})") == "|");
}
