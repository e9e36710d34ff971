#include "catch.hpp"
#include "sample_service.hpp"

#include <botocraft/error.hpp>
#include <botocraft/service.hpp>

#include "protocol/codec.hpp"
#include "protocol/header_list.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/query.hpp"

#include <cmath>
#include <cstddef>

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace protocol = botocraft::protocol;
using botocraft::api::Protocol;
using sample::Everything;

namespace {

struct TestReply final : protocol::Reply {
    std::vector<std::pair<std::string, std::string>> list;

    TestReply(int code, std::string_view text, std::vector<std::pair<std::string, std::string>> headers = {})
        : list(std::move(headers)) {
        status = code;
        body = text;
    }
    std::string_view header(std::string_view name) const override {
        for (const auto& [key, value] : list) {
            if (key == name) return value;
        }
        return {};
    }
    bool has_header(std::string_view name) const override {
        return std::ranges::any_of(list, [&](const auto& pair) { return pair.first == name; });
    }
    std::size_t header_count() const override { return list.size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override { return list[i]; }
};

botocraft::orm::ServiceTables service(bool query_compatible = false) {
    botocraft::orm::ServiceTables tables{};
    tables.schema = &sample::schema;
    tables.query_compatible = query_compatible;
    return tables;
}
botocraft::ErrorDetails error(Protocol protocol, const TestReply& reply, bool query_compatible = false) {
    botocraft::ErrorDetails details;
    protocol::decode_error(protocol, service(query_compatible), reply, details);
    return details;
}
std::string code_of(Protocol protocol, const TestReply& reply) { return error(protocol, reply).code; }

std::vector<std::string> elements(std::string_view value, bool dates = false) {
    std::vector<std::string> found;
    protocol::HeaderElements list(value, dates);
    for (std::string element; list.next(element);) found.push_back(element);
    return found;
}

}  // namespace

TEST_CASE("codes of errors wherever JSON hides them") {
    for (const Protocol p : {Protocol::json_1_0, Protocol::json_1_1, Protocol::rest_json}) {
        CHECK(code_of(p, {400, R"({"__type":"NotHere"})"}) == "NotHere");
        CHECK(code_of(p, {400, R"({"__type":"com.amazonaws.ecs#NotHere:http://x/"})"}) == "NotHere");
        CHECK(code_of(p, {400, R"({"code":"ns#NotHere"})"}) == "NotHere");
        CHECK(code_of(p, {400, R"({"Code":"NotHere"})"}) == "NotHere");
        CHECK(code_of(p, {400, "", {{"x-amzn-errortype", "NotHere:http://x/"}}}) == "NotHere");
        CHECK(code_of(p, {400, R"({"__type":"B"})", {{"x-amzn-errortype", "A"}}}) == "A");
        const auto details = error(p, {400, R"({"__type":"A","Message":"m"})", {{"x-amzn-requestid", "r"}}});
        CHECK(details.message == "m");
        CHECK(details.request_id == "r");
    }
}

TEST_CASE("the code of the query protocol counts for services that came from there") {
    const TestReply reply(400, R"({"__type":"NewName","message":"m"})", {{"x-amzn-query-error", "Old.Name;Sender"}});
    CHECK(error(Protocol::json_1_0, reply, true).code == "Old.Name");
    CHECK(error(Protocol::json_1_0, reply, false).code == "NewName");
    for (const char* other : {"com.amazonaws.sqs#NewName", ";Sender", ""}) {  // the first is ElasticMQ's
        const TestReply elsewhere(400, R"({"__type":"NewName","message":"m"})", {{"x-amzn-query-error", other}});
        CHECK(error(Protocol::json_1_0, elsewhere, true).code == "NewName");
    }
}

TEST_CASE("codes of errors wherever XML hides them") {
    const std::string_view wrapped =
        "<ErrorResponse xmlns='urn:x'><Error><Type>Sender</Type><Code>A</Code><Message>m</Message></Error>"
        "<RequestId>r</RequestId></ErrorResponse>";
    const std::string_view listed =
        "<Response><Errors><Error><Code>A</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID>"
        "</Response>";
    const std::string_view bare = "<Error><Code>A</Code><Message>m</Message><RequestId>r</RequestId></Error>";
    for (const Protocol p : {Protocol::query, Protocol::ec2, Protocol::rest_xml}) {
        for (const std::string_view body : {wrapped, listed, bare}) {
            const auto details = error(p, {400, body});
            CHECK(details.code == "A");
            CHECK(details.message == "m");
            CHECK(details.request_id == "r");
        }
    }
}

TEST_CASE("an error without a body is named by its status where HEAD has none") {
    CHECK(code_of(Protocol::rest_xml, {404, ""}) == "NotFound");
    CHECK(code_of(Protocol::rest_xml, {403, ""}) == "Forbidden");
    CHECK(code_of(Protocol::rest_xml, {418, ""}).empty());
    CHECK(code_of(Protocol::query, {404, ""}).empty());
    const auto of_s3 = [](int status) { return code_of(Protocol::rest_xml, {status, "", {{"x-amz-request-id", "r"}}}); };
    CHECK(of_s3(404) == "NotFound");
    CHECK(of_s3(416) == "InvalidRange");
    CHECK(of_s3(500) == "InternalError");
    CHECK(of_s3(501) == "NotImplemented");
    CHECK(of_s3(503) == "SlowDown");
    CHECK(of_s3(418) == "418");
    CHECK(of_s3(200).empty());
}

TEST_CASE("the header names an error in CBOR as well") {
    CHECK(code_of(Protocol::cbor, {400, "not CBOR", {{"x-amzn-errortype", "ns#A:http://x/"}}}) == "A");
    CHECK(code_of(Protocol::cbor, {400, "\xa1\x66__type\x61" "B", {{"x-amzn-errortype", "A"}}}) == "A");
    CHECK(code_of(Protocol::cbor, {400, "\xa1\x66__type\x61" "B"}) == "B");
}

TEST_CASE("a root element may be the error itself") {
    for (const Protocol p : {Protocol::query, Protocol::ec2, Protocol::rest_xml}) {
        CHECK(code_of(p, {503, "<ServiceUnavailableException/>"}) == "ServiceUnavailableException");
        const auto details = error(p, {403, "<AccessDeniedException><Message>no</Message></AccessDeniedException>"});
        CHECK(details.code == "AccessDeniedException");
        CHECK(details.message == "no");
        CHECK(code_of(p, {400, "<SomeException><Code>A</Code></SomeException>"}) == "A");
        CHECK(code_of(p, {400, "<Something/>"}).empty());
    }
}

TEST_CASE("the code of an error is no longer than a word may be") {
    const std::string longest(200, 'C');
    CHECK(code_of(Protocol::json_1_1, {400, R"({"__type":")" + longest + longest + R"("})"}) == longest);
    CHECK(code_of(Protocol::json_1_1, {400, "", {{"x-amzn-errortype", longest + "C"}}}) == longest);
    CHECK(code_of(Protocol::query, {400, "<Error><Code>" + longest + "C</Code></Error>"}) == longest);
}

TEST_CASE("a reply that is no error of the protocol has no code") {
    const std::string page = "<html><head><title>502</title></head><body>Bad gateway</body></html>";
    for (const Protocol p : {Protocol::json_1_0, Protocol::rest_json, Protocol::query, Protocol::ec2,
                             Protocol::rest_xml, Protocol::cbor}) {
        const auto details = error(p, {502, page, {{"x-amzn-requestid", "r"}}});
        CHECK(details.code.empty());
        CHECK(details.status == 502);
        CHECK(details.request_id == "r");
        CHECK(details.message.empty());
        CHECK(error(p, {500, std::string(1000, 'x')}).code.empty());
        CHECK(error(p, {500, "\xff\xfe{<\x01"}).code.empty());
    }
}

TEST_CASE("lists in headers") {
    CHECK(elements("a, b ,c") == std::vector<std::string>{"a", "b", "c"});
    CHECK(elements(R"("b,c", "\"d\\", a)") == std::vector<std::string>{"b,c", "\"d\\", "a"});
    CHECK(elements("Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT", true) ==
          std::vector<std::string>{"Mon, 16 Dec 2019 23:48:18 GMT", "Tue, 17 Dec 2019 23:48:18 GMT"});
    CHECK(elements("").empty());
    CHECK(elements("a,,b") == std::vector<std::string>{"a", "", "b"});
    CHECK(elements("\"open") == std::vector<std::string>{"open"});
    std::string out;
    for (const std::string_view element : {"a", "b,c", "say \"x\"", ""}) {
        protocol::append_header_element(out, element, true);
    }
    CHECK(elements(out) == std::vector<std::string>{"a", "b,c", "say \"x\"", ""});
}

TEST_CASE("paths are matched by their templates") {
    CHECK(protocol::matches_uri("/things/{id}", "/things/5", ""));
    CHECK_FALSE(protocol::matches_uri("/things/{id}", "/things/", ""));
    CHECK_FALSE(protocol::matches_uri("/things/{id}", "/things/5/parts", ""));
    CHECK(protocol::matches_uri("/{bucket}/{key+}", "/b/a/b/c", ""));
    CHECK(protocol::matches_uri("/things/{id+}/parts", "/things/a/b/parts", ""));
    CHECK(protocol::matches_uri("/{bucket}?acl", "/b", "acl"));
    CHECK(protocol::matches_uri("/{bucket}?acl", "/b", "x=1&acl="));
    CHECK_FALSE(protocol::matches_uri("/{bucket}?acl", "/b", "acls"));
}

TEST_CASE("a line break in a header is refused") {
    Everything value;
    value.requestId = "a\r\nx-evil: 1";
    protocol::ReplyMessage reply;
    CHECK_THROWS_AS(protocol::encode_reply_bindings(Everything::shape_, &value, reply), botocraft::UsageError);
}

TEST_CASE("documents outside of JSON bodies are JSON within the limits") {
    namespace query = botocraft::protocol::query;
    const auto read = [](std::string_view text, const protocol::Limits& limits = {}) {
        Everything value;
        query::decode(query::Dialect::aws, Everything::shape_, "any=" + std::string(text), &value, limits);
        return value.any;
    };
    CHECK(read("[1,2]") == botocraft::document("[1,2]"));
    CHECK(read("").is_absent());
    CHECK_THROWS_AS(read("[1,2"), botocraft::ProtocolError);
    CHECK_THROWS_AS(read("yes"), botocraft::ProtocolError);
    CHECK_THROWS_AS(read("1 2"), botocraft::ProtocolError);
    CHECK_THROWS_AS(read("[[[]]]", {.depth = 2}), botocraft::ProtocolError);
    CHECK_THROWS_AS(read("[1,2,3]", {.elements = 2}), botocraft::ProtocolError);
}

TEST_CASE("query bodies go there and back") {
    namespace query = botocraft::protocol::query;
    Everything value;
    value.text = "a b&c=d+e";
    value.tags = {{"k", "v"}, {"l", ""}};
    value.matrix = {{1, 2}, {3}};
    value.labels = {{"a", "1"}, {"b", "2"}};
    value.node = sample::Node{.next = sample::Node{.weight = 2}};
    for (const query::Dialect dialect : {query::Dialect::aws, query::Dialect::ec2}) {
        std::string body;
        query::encode(dialect, Everything::shape_, &value, body);
        Everything read;
        query::decode(dialect, Everything::shape_, body, &read);
        CHECK(read == value);
    }
    std::string body;
    query::encode(query::Dialect::aws, Everything::shape_, &value, body);
    CHECK(body.starts_with("Text=a%20b%26c%3Dd%2Be&node.next.weight=2&tags.member.1.key=k&tags.member.1.value=v"));
    CHECK(query::find_pair("a=1&Action=List+All&Action=2", "Action") == "List All");
}

TEST_CASE("query bodies are bounded and never half read") {
    namespace query = botocraft::protocol::query;
    const auto refuses = [](std::string_view body, const protocol::Limits& limits = {}) {
        Everything value;
        CHECK_THROWS_AS(query::decode(query::Dialect::aws, Everything::shape_, body, &value, limits),
                        botocraft::ProtocolError);
        CHECK(value == Everything{});
    };
    std::string deep = "node";
    for (int i = 0; i < 1000; ++i) deep += ".next";
    refuses(deep + "=1");
    refuses("a=1&b=2&c=3", {.elements = 2});
    refuses("flag=true&integer=x");
    refuses("Text=%FF");
    refuses("labels.entry.1.value=x");
}

TEST_CASE("keys that are sent as names of headers are such names") {
    namespace schema = botocraft::schema;
    constexpr std::string_view names = R"("x-meta-":"key":"value":"Map":)";
    const schema::Member members[] = {
        {0, 0, 0, 1, 0, 7, 7, schema::Kind::map, schema::Location::header_prefix},
        {10, 10, 0, 0, 0, 3, 3, schema::Kind::string, schema::Location::body},
        {16, 16, 0, 0, 0, 5, 5, schema::Kind::string, schema::Location::body}};
    const schema::Shape shapes[] = {{0, sizeof(botocraft::map<std::string>), 24, 1, 3, schema::Kind::structure, 0},
                                    {1, 0, 0, 2, 0, schema::Kind::map, 0}};
    const schema::Schema tables{shapes, members, names.data(), 2};
    const auto send = [&](std::string key) {
        const botocraft::map<std::string> value{{std::move(key), "x"}};
        protocol::ReplyMessage reply;
        protocol::encode_reply_bindings({&tables, 0}, &value, reply);
        return reply.headers;
    };
    CHECK(send("A-b_1.~!").at(0).first == "x-meta-a-b_1.~!");
    CHECK(send("").at(0).first == "x-meta-");
    for (const std::string key : {"a:b", "a b", "a\tb", "a\r\nb", "\xc3\xa4", "a,b", "a\x7f"}) {
        CHECK_THROWS_AS(send(key), botocraft::UsageError);
    }
    CHECK_THROWS_AS(send(std::string(1, '\0')), botocraft::UsageError);
}

TEST_CASE("of equal headers the first one counts, and of a list all of them") {
    namespace schema = botocraft::schema;
    struct Bound {
        botocraft::field<std::int32_t> number;
        botocraft::field<double> real;
        botocraft::list<std::string> texts;
    };
    constexpr std::string_view names = R"("number":"real":"texts":"member":"Bound":)";
    const schema::Member members[] = {
        {0, 0, 0, 0, 0, 6, 6, schema::Kind::integer, schema::Location::header},
        {9, 9, offsetof(Bound, real),
         0, 0, 4, 4, schema::Kind::double_, schema::Location::header},
        {16, 16, offsetof(Bound, texts),
         1, 0, 5, 5, schema::Kind::list, schema::Location::header},
        {24, 24, 0, 0, 0, 6, 6, schema::Kind::string, schema::Location::body}};
    const schema::Shape shapes[] = {{0, sizeof(Bound), 33, 3, 5, schema::Kind::structure, 0},
                                    {3, 0, 0, 1, 0, schema::Kind::list, 0}};
    const schema::Schema tables{shapes, members, names.data(), 2};
    const auto read = [&](std::vector<std::pair<std::string, std::string>> headers) {
        Bound bound;
        protocol::decode_reply_bindings({&tables, 0}, TestReply(200, "", std::move(headers)), &bound);
        return bound;
    };
    CHECK(read({{"number", "1"}, {"number", "2"}}).number == 1);
    CHECK(read({{"texts", "a, \"b,c\""}, {"number", "1"}, {"texts", "d"}}).texts ==
          botocraft::list<std::string>{"a", "b,c", "d"});
    CHECK(read({{"texts", "\xff"}}).texts == botocraft::list<std::string>{"\xff"});  // as it comes
    CHECK(std::isnan(*read({{"real", "NaN"}}).real));
    CHECK(std::isinf(*read({{"real", "-Infinity"}}).real));
    for (const std::string_view wrong : {"2147483648", "-2147483649", "1e10", "0.5", "NaN", "x"}) {
        CHECK_THROWS_AS(read({{"number", std::string(wrong)}}), botocraft::ProtocolError);
    }
    for (const std::string_view wrong : {"nan", "inf", "1e400", "+-1"}) {
        CHECK_THROWS_AS(read({{"real", std::string(wrong)}}), botocraft::ProtocolError);
    }
}
