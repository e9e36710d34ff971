// Replies with the status of a success that are none: pages of proxies, empty bodies, errors. In every protocol, whether
// or not anything is read from the body.

#include "catch.hpp"
#include "sample_service.hpp"

#include "protocol/codec.hpp"

#include <botocraft/error.hpp>
#include <botocraft/service.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace api = botocraft::api;
namespace protocol = botocraft::protocol;
using botocraft::ProtocolError;
using botocraft::ServiceError;
using api::Protocol;
using sample::Everything;

namespace {

constexpr Protocol all[] = {Protocol::json_1_0,  Protocol::json_1_1, Protocol::query, Protocol::ec2,
                            Protocol::rest_json, Protocol::rest_xml, Protocol::cbor};

struct TestReply final : protocol::Reply {
    TestReply(int code, std::string_view text, std::string_view type = {}) : error_type(type) {
        status = code;
        body = text;
    }
    std::string_view header(std::string_view name) const override {
        return name == "x-amzn-errortype" ? error_type : std::string_view();
    }
    bool has_header(std::string_view name) const override { return !header(name).empty(); }
    std::size_t header_count() const override { return 0; }
    std::pair<std::string_view, std::string_view> header_at(std::size_t) const override { return {}; }

    std::string_view error_type;
};

[[noreturn]] void raise(botocraft::ErrorDetails&& details) { throw ServiceError(std::move(details)); }

// The operation is called `key`, and so is the one error that its service declares.
void decode(Protocol by, std::uint16_t output, const TestReply& reply, void* to,
            api::HttpMethod method = api::HttpMethod::post) {
    const botocraft::orm::ErrorType type{
        {sample::schema.members[sample::schema.shapes[sample::row_tag].first_member].wire_name + 1, 3}, api::none, raise};
    botocraft::orm::ServiceTables tables{};
    tables.schema = &sample::schema;
    tables.error_types = &type;
    tables.error_type_count = 1;
    api::Operation operation;
    operation.name = type.code;
    operation.output = output;
    operation.method = method;
    protocol::decode(by, tables, operation, reply, to);
}
// Of an operation whose output is absent, or a structure without members.
void unread(Protocol by, std::string_view body, std::string_view error_type = {}) {
    decode(by, api::none, {200, body, error_type}, nullptr);
    sample::Empty nothing;
    decode(by, sample::row_empty, {200, body, error_type}, &nothing);
}
Everything read(Protocol by, std::string_view body, int status = 200) {
    Everything value;
    decode(by, sample::row_everything, {status, body}, &value);
    return value;
}

bool in_xml(Protocol by) { return by == Protocol::query || by == Protocol::ec2 || by == Protocol::rest_xml; }
// A structure with one member that nobody knows.
std::string_view something(Protocol by) {
    if (by == Protocol::cbor) return "\xa1\x61x\x81\x01";
    if (by == Protocol::query) return "<keyResponse><keyResult><x><y/></x></keyResult></keyResponse>";
    return in_xml(by) ? "<keyResponse><x><y/></x></keyResponse>" : R"({"x":[{"y":1}]})";
}

}  // namespace

TEST_CASE("an operation without output has a reply of its protocol all the same") {
    for (const Protocol by : all) {
        INFO(static_cast<int>(by));
        CHECK_NOTHROW(unread(by, ""));
        CHECK_NOTHROW(unread(by, something(by)));
        CHECK_THROWS_AS(unread(by, "<html><body>Please sign in</body></html>"), ProtocolError);
        CHECK_THROWS_AS(unread(by, "<!DOCTYPE html><html></html>"), ProtocolError);
        CHECK_THROWS_AS(unread(by, "OK"), ProtocolError);
        const std::string_view whole = something(by);
        CHECK_THROWS_AS(unread(by, whole.substr(0, whole.size() - 1)), ProtocolError);
        CHECK_THROWS_AS(unread(by, std::string(whole) + "x"), ProtocolError);
    }
    CHECK_NOTHROW(unread(Protocol::json_1_1, "{}"));
    CHECK_NOTHROW(unread(Protocol::json_1_1, "null"));
    CHECK_NOTHROW(unread(Protocol::cbor, "\xa0"));
    CHECK_NOTHROW(unread(Protocol::query, "<keyResponse><ResponseMetadata/></keyResponse>"));
    CHECK_NOTHROW(unread(Protocol::rest_xml, "<Anything/>"));
    CHECK_THROWS_AS(unread(Protocol::query, "<Anything/>"), ProtocolError);
    CHECK_THROWS_AS(unread(Protocol::query, "<LoginResponse><x/></LoginResponse>"), ProtocolError);
    CHECK_THROWS_AS(unread(Protocol::ec2, "<LoginResponse><x/></LoginResponse>"), ProtocolError);
    CHECK_THROWS_AS(unread(Protocol::rest_xml, "<error><reason>blocked by proxy</reason></error>"), ProtocolError);
    CHECK_THROWS_AS(unread(Protocol::json_1_1, "[]"), ProtocolError);
    CHECK_THROWS_AS(unread(Protocol::cbor, "\x80"), ProtocolError);
}

TEST_CASE("an error in a success is an error where no output is read") {
    const auto is_error = [](Protocol by, std::string_view body, std::string_view header = {}) {
        try {
            unread(by, body, header);
            FAIL("no error");
        } catch (const ServiceError& error) {
            CHECK(error.code() == "key");
            CHECK((header.empty() ? error.message() == "no" : true));
        }
    };
    for (const Protocol by : {Protocol::json_1_0, Protocol::json_1_1, Protocol::rest_json}) {
        is_error(by, R"({"__type":"ns#key","message":"no"})");
        is_error(by, "", "key:http://internal/");
        CHECK_NOTHROW(unread(by, R"({"__type":"ns#CallOutput"})"));  // structures have a type too
    }
    is_error(Protocol::cbor, "\xa2\x66__type\x63key\x67message\x62no");
    for (const Protocol by : {Protocol::query, Protocol::rest_xml}) {
        is_error(by, "<ErrorResponse><Error><Code>key</Code><Message>no</Message></Error></ErrorResponse>");
    }
    is_error(Protocol::rest_xml, "<Error><Code>key</Code><Message>no</Message></Error>");
    is_error(Protocol::ec2, "<keyResponse><Errors><Error><Code>key</Code><Message>no</Message></Error></Errors></keyResponse>");
}

TEST_CASE("an error in a success is an error where an output could be read") {
    const auto is_error = [](Protocol by, std::uint16_t output, std::string_view body, std::string_view header = {}) {
        Everything value;
        try {
            decode(by, output, {200, body, header}, &value);
            FAIL("no error");
        } catch (const ServiceError& error) {
            CHECK(error.code() == "key");
        }
        CHECK(value == Everything{});
    };
    for (const Protocol by : {Protocol::json_1_0, Protocol::json_1_1, Protocol::rest_json}) {
        INFO(static_cast<int>(by));
        is_error(by, sample::row_everything, R"({"__type":"com.x#key","message":"no"})");
        is_error(by, sample::row_everything, R"({"__type":"com.x#key","flag":null})");
        is_error(by, sample::row_everything, "{}", "key");
        is_error(by, sample::row_everything, R"({"flag":true})", "key:http://internal/");
        CHECK(read(by, R"({"__type":"com.x#key","flag":true})").flag == true);  // an output, whatever its type is called
        CHECK_NOTHROW(read(by, R"({"__type":"com.x#CallOutput"})"));
        CHECK_NOTHROW(read(by, "{}"));
    }
    is_error(Protocol::cbor, sample::row_everything, "\xa2\x66__type\x63key\x67message\x62no");
    is_error(Protocol::cbor, sample::row_everything, "\xa0", "key");
    CHECK(read(Protocol::cbor, "\xa2\x66__type\x63key\x64" "flag\xf5").flag == true);
    CHECK_NOTHROW(read(Protocol::cbor, "\xa0"));
}

TEST_CASE("a success whose members are missing with the body is no empty output") {
    for (const Protocol by : all) {
        INFO(static_cast<int>(by));
        CHECK_THROWS_AS(read(by, ""), ProtocolError);
        if (by != Protocol::cbor) CHECK_THROWS_AS(read(by, " \r\n"), ProtocolError);
        CHECK_NOTHROW(read(by, something(by)));
    }
    for (const Protocol by : {Protocol::rest_json, Protocol::rest_xml}) {
        CHECK(read(by, "", 204) == Everything{});
        Everything value;
        CHECK_NOTHROW(decode(by, sample::row_everything, {200, ""}, &value, api::HttpMethod::head));
    }
    sample::Tag scalars;
    CHECK_NOTHROW(decode(Protocol::rest_json, sample::row_tag, {200, ""}, &scalars));
    CHECK_THROWS_AS(decode(Protocol::rest_xml, sample::row_tag, {200, ""}, &scalars), ProtocolError);
    CHECK_THROWS_AS(decode(Protocol::json_1_1, sample::row_tag, {200, ""}, &scalars), ProtocolError);
}
