#include "serde/cases.hpp"

#include "protocol/base64.hpp"
#include "protocol/http_binding.hpp"
#include "schema/lifetime.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace serde {

namespace json = boost::json;
using botocraft::api::Protocol;

namespace {

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }
std::string text_at(const json::object& object, std::string_view name) {
    const json::value* const found = object.if_contains({name.data(), name.size()});
    return found ? std::string(view(found->as_string())) : std::string();
}

json::value read_json(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    std::ostringstream text;
    text << in.rdbuf();
    json::parse_options options;
    options.max_depth = 200;  // one case is as nested as that
    return json::parse(text.str(), {}, options);
}

std::string_view trait_of(Protocol protocol) {
    switch (protocol) {
        case Protocol::json_1_0: return "aws.protocols#awsJson1_0";
        case Protocol::json_1_1: return "aws.protocols#awsJson1_1";
        case Protocol::query: return "aws.protocols#awsQuery";
        case Protocol::ec2: return "aws.protocols#ec2Query";
        case Protocol::rest_json: return "aws.protocols#restJson1";
        case Protocol::rest_xml: return "aws.protocols#restXml";
        case Protocol::cbor: return "smithy.protocols#rpcv2Cbor";
    }
    return {};
}

bool is_benchmark(const json::object& test, Protocol protocol, std::string_view only) {
    const json::value* const tags = test.if_contains("tags");
    if (!tags || text_at(test, "protocol") != trait_of(protocol)) return false;
    if (text_at(test, "id").find(only) == std::string::npos) return false;
    for (const json::value& tag : tags->as_array()) {
        if (view(tag.as_string()) == "serde-benchmark") return true;
    }
    return false;
}

const botocraft::api::Operation& operation_of(const botocraft::orm::ServiceTables& service, std::string_view name) {
    for (std::uint16_t i = 0; i < service.operation_count; ++i) {
        if (service.text(service.operations[i].name) == name) return service.operations[i];
    }
    throw std::runtime_error("no operation " + std::string(name));
}

[[noreturn]] void fail(const std::string& id, const std::string& what) { throw std::runtime_error(id + ": " + what); }

// The models write bytes that no text can hold in base64: all bodies of CBOR, and blobs that are a whole body.
bool is_blob_payload(schema::ShapeRef shape) {
    const schema::Member* const payload = protocol::payload_member(shape);
    return payload && payload->kind == schema::Kind::blob;
}
std::string from_base64(std::string text) {
    std::erase(text, '\n');
    botocraft::blob bytes;
    if (!protocol::parse_base64(text, bytes)) throw std::runtime_error("not base64: " + text.substr(0, 20));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void set_payload_bytes(schema::ShapeRef shape, void* structure) {
    const schema::Member* const payload = protocol::payload_member(shape);
    const schema::Place place = schema::member_place(shape, *payload, structure);
    if (schema::presence(place) != schema::Presence::present) return;
    auto& bytes = schema::make_scalar<botocraft::blob>(place);
    const std::string decoded = from_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const auto* const from = reinterpret_cast<const std::byte*>(decoded.data());
    bytes.assign(from, from + decoded.size());
}

template <class Base>
struct Message final : Base {
    std::vector<std::pair<std::string, std::string>> list;

    const std::string* find(std::string_view name) const {
        for (const auto& [own, value] : list) {
            if (own == name) return &value;
        }
        return nullptr;
    }
    std::string_view header(std::string_view name) const override {
        const std::string* const found = find(name);
        return found ? std::string_view(*found) : std::string_view();
    }
    bool has_header(std::string_view name) const override { return find(name) != nullptr; }
    std::size_t header_count() const override { return list.size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override { return list[i]; }
};

// A message without such headers does not say whether their map was there.
void drop_empty_headers(conformance::RuntimeValue& value) {
    for (const schema::Member& member : value.shape()) {
        const schema::Place place = schema::member_place(value.shape(), member, value.get());
        if (member.location == schema::Location::header_prefix && schema::elements(place).size() == 0) {
            schema::reset(place);
        }
    }
}

// What is measured is only worth something if it is right: the request goes where the case says, and the service reads
// from it what was put in.
void check_request(Case& made, const json::object& test) {
    protocol::Request request;
    const void* const input = made.input ? made.input->get() : nullptr;
    protocol::encode(made.by(), *made.service, *made.operation, input, request);
    std::string uri = request.path;
    if (!request.query.empty()) uri += '?' + request.query;
    made.bytes = uri.size() + request.body.size();
    for (const auto& [name, value] : request.headers) made.bytes += name.size() + value.size() + 4;
    if (request.method != text_at(test, "method")) fail(made.id, "the method is " + std::string(request.method));
    // In the models the RPC protocols have no path of their own.
    if (made.by() != Protocol::cbor && uri != text_at(test, "uri")) fail(made.id, "the URI is " + uri);
    if (!made.input) return;

    Message<protocol::RequestView> sent;
    sent.method = request.method;
    sent.path = request.path;
    sent.query = request.query;
    sent.body = request.body;
    sent.list = request.headers;
    if (!request.content_type.empty()) sent.list.emplace_back("content-type", request.content_type);
    conformance::RuntimeValue read(made.input->shape());
    protocol::decode_request(made.by(), *made.service, *made.operation, sent, read.get());
    drop_empty_headers(read);
    if (!schema::equal(read.shape(), read.get(), input)) fail(made.id, "the request is another value when read");
}

Case request_case(const Service& service, const botocraft::api::Operation& operation, const json::object& test) {
    Case made{text_at(test, "id"), service.tables, &operation, {}, {}};
    if (operation.input != botocraft::api::none) {
        const schema::ShapeRef shape{service.tables->schema, operation.input};
        made.input = std::make_unique<conformance::RuntimeValue>(shape);
        if (const json::value* const params = test.if_contains("params")) {
            conformance::fill(shape, made.input->get(), params->as_object());
        }
        if (is_blob_payload(shape)) set_payload_bytes(shape, made.input->get());
    }
    check_request(made, test);
    return made;
}

void check_reply(const Case& made, const json::object& test) {
    conformance::RuntimeValue value(made.output());
    protocol::decode(made.by(), *made.service, *made.operation, *made.reply, value.get());
    if (const json::value* const params = test.if_contains("params")) {
        conformance::RuntimeValue expected(made.output());
        conformance::fill(expected.shape(), expected.get(), params->as_object());
        // One case of the models says a list in another order than its reply has it.
        if (!schema::equal(value.shape(), value.get(), expected.get())) {
            std::cerr << "note: " << made.id << ": the model's value is not that of its reply\n";
        }
    }
    protocol::ReplyMessage message;
    protocol::encode_reply(made.by(), *made.service, *made.operation, value.get(), {}, message);
    Message<protocol::Reply> again;
    again.status = message.status;
    again.body = message.body;
    again.list = message.headers;
    if (!message.content_type.empty()) again.list.emplace_back("content-type", message.content_type);
    conformance::RuntimeValue read(made.output());
    protocol::decode(made.by(), *made.service, *made.operation, again, read.get());
    drop_empty_headers(value);
    drop_empty_headers(read);
    if (!schema::equal(value.shape(), value.get(), read.get())) fail(made.id, "the value is another one when sent back");
}

// Two cases have no body, and expect a structure without members. This library takes a success without a body for no answer:
// they get what a service sends for such a structure.
std::string_view empty_structure(Protocol by) {
    switch (by) {
        case Protocol::rest_xml: return "<Result/>";
        case Protocol::json_1_0:
        case Protocol::json_1_1:
        case Protocol::rest_json: return "{}";
        default: return {};
    }
}

Case reply_case(const Service& service, const botocraft::api::Operation& operation, const json::object& test) {
    Case made{text_at(test, "id"), service.tables, &operation, {}, std::make_unique<Reply>(test)};
    if (operation.output == botocraft::api::none) fail(made.id, "the operation has no output");
    std::string& bytes = made.reply->bytes();
    if (made.by() == Protocol::cbor || is_blob_payload(made.output())) bytes = from_base64(bytes);
    if (bytes.empty()) bytes = empty_structure(made.by());
    made.reply->finish();
    made.bytes = bytes.size();
    for (std::size_t i = 0; i < made.reply->header_count(); ++i) {
        const auto [name, value] = made.reply->header_at(i);
        made.bytes += name.size() + value.size() + 4;
    }
    check_reply(made, test);
    return made;
}

}  // namespace

Reply::Reply(const json::object& test) : bytes_(text_at(test, "body")) {
    status = static_cast<int>(test.at("code").as_int64());
    if (const json::value* const headers = test.if_contains("headers")) {
        for (const auto& [name, value] : headers->as_object()) {
            headers_.emplace_back(view(name), view(value.as_string()));
        }
    }
}

void Reply::finish() {
    reply_.set_status(status);
    for (const auto& [name, value] : headers_) reply_.add_header(name, value);
    body = bytes_;
}

std::vector<Case> read_cases(const Service& service, std::string_view only) {
    const json::value model = read_json(service.model);
    std::vector<Case> cases;
    for (const auto& [id, shape] : model.at("shapes").as_object()) {
        if (shape.at("type").as_string() != "operation") continue;
        const json::object& traits = shape.at("traits").as_object();
        const auto each = [&](const char* trait, auto&& make) {
            const json::value* const tests = traits.if_contains(trait);
            if (!tests) return;
            const std::string_view name = view(id).substr(id.find('#') + 1);
            for (const json::value& test : tests->as_array()) {
                if (!is_benchmark(test.as_object(), *service.tables->protocols, only)) continue;
                cases.push_back(make(service, operation_of(*service.tables, name), test.as_object()));
            }
        };
        each("smithy.test#httpRequestTests", request_case);
        each("smithy.test#httpResponseTests", reply_case);
    }
    return cases;
}

}  // namespace serde
