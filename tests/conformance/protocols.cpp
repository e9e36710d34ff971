// Every protocol against the protocol tests of botocore, and each case back again through the server's side.

#include "bodies.hpp"
#include "catch.hpp"
#include "conformance_file.hpp"
#include "runtime_service.hpp"

#include "protocol/codec.hpp"
#include "runtime/idempotency.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

namespace {

namespace protocol = botocraft::protocol;
namespace schema = botocraft::schema;
namespace flag = botocraft::api::operation_flag;
using botocraft::api::Protocol;
using conformance::RuntimeSchema;
using conformance::RuntimeService;
using conformance::RuntimeValue;
using Header = std::pair<std::string, std::string>;

std::string string_of(const boost::json::value& text) { return {text.as_string().data(), text.as_string().size()}; }
std::string text_at(const boost::json::object& object, std::string_view name) {
    const auto* const found = object.if_contains({name.data(), name.size()});
    return found && found->is_string() ? string_of(*found) : std::string();
}

std::set<std::string> excluded_cases() {
    std::ifstream in(std::filesystem::path(BOTOCRAFT_SOURCE_DIR) / "tests/conformance/excluded_cases.txt");
    std::set<std::string> ids;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && !line.starts_with('#')) ids.insert(line.substr(0, line.find(' ')));
    }
    return ids;
}

// --- messages --------------------------------------------------------------------------------------------------------

template <class Base>
struct Message final : Base {
    std::vector<Header> list;

    const Header* find(std::string_view name) const {
        for (const Header& header : list) {
            if (boost::algorithm::iequals(header.first, name)) return &header;
        }
        return nullptr;
    }
    std::string_view header(std::string_view name) const override {
        const Header* const found = find(name);
        return found ? std::string_view(found->second) : std::string_view();
    }
    bool has_header(std::string_view name) const override { return find(name) != nullptr; }
    std::size_t header_count() const override { return list.size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override { return list[i]; }
};
using TestReply = Message<protocol::Reply>;
using TestRequest = Message<protocol::RequestView>;

// What the runtime makes of the parts.
std::vector<Header> sent_headers(const protocol::Request& request) {
    std::vector<Header> headers(request.headers.begin(), request.headers.end());
    if (!request.content_type.empty()) headers.emplace_back("content-type", request.content_type);
    if (!request.target.empty()) headers.emplace_back("x-amz-target", request.target);
    if (protocol::has_length(request)) headers.emplace_back("content-length", std::to_string(request.body.size()));
    return headers;
}

struct ZeroRandom final : botocraft::RandomSource {
    std::uint64_t next() override { return 0; }
};

std::string canonical_body(Protocol by, std::string_view type, const std::string& body) {
    if (body.empty()) return {};
    if (by == Protocol::query || by == Protocol::ec2) return conformance::sorted_pairs(body);
    if (by == Protocol::cbor) return conformance::canonical_cbor(body);
    if (type.find("xml") != type.npos) return conformance::canonical_xml(body);
    return body;
}

void compare_bodies(Protocol by, std::string_view type, const std::string& found, const std::string& expected) {
    INFO(found);
    INFO(expected);
    if (type.find("json") != type.npos && !expected.empty()) {
        REQUIRE_FALSE(found.empty());
        CHECK(conformance::same_json(boost::json::parse(found), boost::json::parse(expected)));
    } else {
        CHECK(canonical_body(by, type, found) == canonical_body(by, type, expected));
    }
}

void compare_values(const boost::json::value& found, const boost::json::value& expected) {
    INFO(boost::json::serialize(found));
    INFO(boost::json::serialize(expected));
    CHECK(conformance::same_json(found, expected));
}

// --- requests --------------------------------------------------------------------------------------------------------

void check_uri(const protocol::Request& request, const std::string& base_path, const boost::json::object& expected) {
    const std::string uri = text_at(expected, "uri");
    const std::size_t mark = std::min(uri.find('?'), uri.size());
    CHECK(base_path + request.path == uri.substr(0, mark));
    const std::string query = mark < uri.size() ? uri.substr(mark + 1) : std::string();
    CHECK(conformance::sorted_pairs(request.query) == conformance::sorted_pairs(query));
}

void check_headers(const protocol::Request& request, const boost::json::object& expected) {
    const std::vector<Header> sent = sent_headers(request);
    const auto find = [&](std::string_view name) -> const Header* {
        for (const Header& header : sent) {
            if (boost::algorithm::iequals(header.first, name)) return &header;
        }
        return nullptr;
    };
    if (const auto* const headers = expected.if_contains("headers")) {
        for (const auto& [name, value] : headers->as_object()) {
            CAPTURE(std::string(name));
            const Header* const header = find({name.data(), name.size()});
            REQUIRE(header);
            CHECK(header->second == string_of(value));
        }
    }
    for (const auto& [key, wanted] : {std::pair("forbidHeaders", false), std::pair("requireHeaders", true)}) {
        const auto* const names = expected.if_contains(key);
        if (!names) continue;
        for (const auto& name : names->as_array()) {
            CAPTURE(key, string_of(name));
            CHECK((find(string_of(name)) != nullptr) == wanted);
        }
    }
}

// What a request has no form for: ec2 has none for an empty list, and so on.
void drop_unsayable(Protocol by, boost::json::value& value, bool outermost) {
    const bool pairs = by == Protocol::query || by == Protocol::ec2;
    if (!value.is_object()) {
        if (value.is_array()) {
            for (auto& element : value.get_array()) drop_unsayable(by, element, false);
        }
        return;
    }
    boost::json::object& object = value.get_object();
    for (auto member = object.begin(); member != object.end();) {
        drop_unsayable(by, member->value(), false);
        const boost::json::value& child = member->value();
        const bool empty = (child.is_array() && child.get_array().empty()) ||
                           (child.is_object() && child.get_object().empty());
        const bool rest = by == Protocol::rest_json || by == Protocol::rest_xml;
        if (empty && (pairs || (rest && outermost))) {
            member = object.erase(member);
        } else {
            ++member;
        }
    }
}

// A map of query parameters does not say what members of their own say.
void drop_precedence(schema::ShapeRef shape, boost::json::object& values) {
    using schema::Location;
    for (const schema::Member& map : shape) {
        if (map.location != Location::query_map) continue;
        const std::string name(shape.schema->name(map));
        auto* const entries = values.if_contains(name);
        if (!entries) continue;
        for (const schema::Member& member : shape) {
            if (member.location == Location::query) {
                entries->as_object().erase(std::string(shape.schema->wire_name(member)));
            }
        }
        if (entries->as_object().empty()) values.erase(name);
    }
}

void check_way_back(const RuntimeService& service, const protocol::Request& request, const RuntimeValue& input) {
    TestRequest view;
    view.method = request.method;
    view.path = request.path;
    view.query = request.query;
    view.body = request.body;
    view.list = sent_headers(request);
    INFO("back again: " << request.body);
    CHECK(protocol::find_operation(service.protocol(), service.tables(), view) == &service.operation());
    RuntimeValue read(service.input());
    protocol::decode_request(service.protocol(), service.tables(), service.operation(), view, read.get());
    boost::json::value found = conformance::to_json(read.shape(), read.get());
    boost::json::value expected = conformance::to_json(input.shape(), input.get());
    drop_precedence(input.shape(), expected.as_object());
    drop_unsayable(service.protocol(), found, true);
    drop_unsayable(service.protocol(), expected, true);
    compare_values(found, expected);
}

void check_request(const RuntimeSchema& schema, const boost::json::object& suite, const boost::json::object& test) {
    const RuntimeService service(schema, suite.at("metadata").as_object(), test.at("given").as_object());
    const boost::json::object& expected = test.at("serialized").as_object();
    RuntimeValue input(service.input());
    conformance::fill(input.shape(), input.get(), test.at("params").as_object());
    ZeroRandom zero;
    botocraft::detail::fill_idempotency_tokens(service.tables(), service.operation(), input.get(), zero);

    protocol::Request request;
    protocol::encode(service.protocol(), service.tables(), service.operation(), input.get(), request);
    check_way_back(service, request, input);

    std::string endpoint = text_at(suite, "clientEndpoint");
    endpoint.erase(0, endpoint.find("://") == endpoint.npos ? 0 : endpoint.find("://") + 3);
    const std::string base_path = endpoint.substr(std::min(endpoint.find('/'), endpoint.size()));
    CHECK(request.method == text_at(expected, "method"));
    check_uri(request, base_path, expected);
    if (expected.contains("host")) CHECK(request.host_prefix + endpoint == text_at(expected, "host"));
    if (const auto* const body = expected.if_contains("body")) {
        const std::string bytes = service.protocol() == Protocol::cbor ? conformance::from_base64(string_of(*body))
                                                                       : string_of(*body);
        compare_bodies(service.protocol(), request.content_type, request.body, bytes);
    }
    if (service.operation().flags & flag::compressible) protocol::compress(request);
    check_headers(request, expected);
}

// --- replies ---------------------------------------------------------------------------------------------------------

// A reply and the bytes that it is a view of.
struct OwnedReply {
    TestReply view;
    std::string body;
};

void read_reply(const boost::json::object& response, bool base64, OwnedReply& reply) {
    reply.body = text_at(response, "body");
    if (base64) reply.body = conformance::from_base64(reply.body);
    reply.view.status = static_cast<int>(response.at("status_code").as_int64());
    reply.view.body = reply.body;
    if (const auto* const headers = response.if_contains("headers")) {
        for (const auto& [name, value] : headers->as_object()) {
            reply.view.list.emplace_back(std::string(name), string_of(value));
        }
    }
}

void view_message(const protocol::ReplyMessage& message, OwnedReply& reply) {
    reply.body = message.body;
    reply.view.status = message.status;
    reply.view.body = reply.body;
    reply.view.list = message.headers;  // without the content type, which no decoder asks for
}

void check_error(const RuntimeSchema& schema, const RuntimeService& service, const boost::json::object& test,
                 const OwnedReply& reply) {
    botocraft::ErrorDetails details;
    protocol::decode_error(service.protocol(), service.tables(), reply.view, details);
    const std::string code = text_at(test, "errorCode");
    CHECK(details.code == code);
    CHECK(details.status == reply.view.status);
    if (test.contains("errorMessage")) CHECK(details.message == text_at(test, "errorMessage"));
    if (!test.contains("error")) return;
    const boost::json::object& declared = test.at("given").at("errors").as_array().at(0).as_object();
    RuntimeValue members(schema.shape(text_at(declared, "shape")));
    protocol::decode_error_members(service.protocol(), members.shape(), reply.view, members.get());
    const boost::json::value found = conformance::to_json(members.shape(), members.get());
    compare_values(found, test.at("error"));

    protocol::ReplyMessage message;
    const protocol::ErrorToSend sent{.code = code,
                                     .message = details.message,
                                     .request_id = "an-id",
                                     .status = reply.view.status,
                                     .shape = members.shape(),
                                     .members = members.get()};
    protocol::encode_error(service.protocol(), service.tables(), sent, message);
    INFO("back again: " << message.body);
    OwnedReply again;
    view_message(message, again);
    botocraft::ErrorDetails second;
    protocol::decode_error(service.protocol(), service.tables(), again.view, second);
    // The code of a service that did not come from the protocol query is the error's own name.
    const bool named = service.tables().query_compatible || service.protocol() == Protocol::query ||
                       service.protocol() == Protocol::ec2 || service.protocol() == Protocol::rest_xml;
    CHECK(second.code == (named ? code : std::string(members.shape().name())));
    CHECK(second.message == details.message);
    CHECK(second.request_id == "an-id");
    RuntimeValue read(members.shape());
    protocol::decode_error_members(service.protocol(), read.shape(), again.view, read.get());
    compare_values(conformance::to_json(read.shape(), read.get()), found);
}

void check_output(const RuntimeService& service, const boost::json::object& test, const OwnedReply& reply) {
    RuntimeValue output(service.output());
    protocol::decode(service.protocol(), service.tables(), service.operation(), reply.view, output.get());
    const boost::json::value found = conformance::to_json(output.shape(), output.get());
    compare_values(found, test.at("result"));

    protocol::ReplyMessage message;
    protocol::encode_reply(service.protocol(), service.tables(), service.operation(), output.get(), {}, message);
    INFO("back again: " << message.body);
    OwnedReply again;
    view_message(message, again);
    RuntimeValue read(service.output());
    protocol::decode(service.protocol(), service.tables(), service.operation(), again.view, read.get());
    boost::json::value returned = conformance::to_json(read.shape(), read.get());
    boost::json::value expected = found;
    drop_unsayable(service.protocol(), returned, true);
    drop_unsayable(service.protocol(), expected, true);
    compare_values(returned, expected);
}

void check_reply(const RuntimeSchema& schema, const boost::json::object& suite, const boost::json::object& test) {
    const RuntimeService service(schema, suite.at("metadata").as_object(), test.at("given").as_object());
    OwnedReply reply;
    read_reply(test.at("response").as_object(), service.protocol() == Protocol::cbor, reply);
    if (test.contains("error") || test.contains("errorCode")) {
        check_error(schema, service, test, reply);
    } else {
        check_output(service, test, reply);
    }
}

template <class Check>
void run(const std::string& file, std::size_t expected_count, Check&& check) {
    const auto found = conformance::file("protocol-botocore/" + file);
    if (!found) return;
    const std::set<std::string> excluded = excluded_cases();
    CHECK(excluded.size() <= 5);
    std::size_t count = 0;
    std::size_t left_out = 0;
    for (const auto& suite : found->as_array()) {
        const RuntimeSchema schema(suite.as_object());
        for (const auto& test : suite.at("cases").as_array()) {
            const boost::json::object& object = test.as_object();
            const std::string id = text_at(object, "id");
            CAPTURE(file, id);
            ++count;
            if (excluded.contains(id)) {
                ++left_out;
                continue;
            }
            CHECK_NOTHROW(check(schema, suite.as_object(), object));
        }
    }
    CHECK(count == expected_count);
    std::cout << file << ": " << count << " cases, " << left_out << " of them excluded\n";
}

}  // namespace

TEST_CASE("Requests of the protocol tests") {
    const std::pair<const char*, std::size_t> files[] = {{"json", 54},
                                                         {"json_1_0", 21},
                                                         {"json_1_0-query-compatible", 1},
                                                         {"query", 38},
                                                         {"ec2", 29},
                                                         {"rest-json", 113},
                                                         {"rest-xml", 94},
                                                         {"smithy-rpc-v2-cbor", 15},
                                                         {"smithy-rpc-v2-cbor-query-compatible", 1},
                                                         {"smithy-rpc-v2-cbor-non-query-compatible", 1}};
    for (const auto& [file, count] : files) run("input/" + std::string(file) + ".json", count, check_request);
}

TEST_CASE("Replies of the protocol tests") {
    const std::pair<const char*, std::size_t> files[] = {{"json", 58},
                                                         {"json_1_0", 32},
                                                         {"json_1_0-query-compatible", 2},
                                                         {"query", 38},
                                                         {"ec2", 29},
                                                         {"rest-json", 91},
                                                         {"rest-xml", 78},
                                                         {"smithy-rpc-v2-cbor", 35},
                                                         {"smithy-rpc-v2-cbor-query-compatible", 2},
                                                         {"smithy-rpc-v2-cbor-non-query-compatible", 0}};
    for (const auto& [file, count] : files) run("output/" + std::string(file) + ".json", count, check_reply);
}
