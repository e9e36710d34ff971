// Encodes and decodes a value of n elements and one of twice as many with every protocol. growth_test.py looks at what
// grows faster than the input: the allocations that are printed here, and the instructions that callgrind counts in
// `measured`, whose calls come in the order of the lines.

#include "conformance/runtime_service.hpp"

#include "protocol/codec.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace {

std::size_t allocations = 0;  // of the one thread
std::size_t allocated_bytes = 0;

}  // namespace

// Not inlined: GCC would see `free` meet `new` and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    allocated_bytes += size;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

// A name that callgrind finds.
extern "C" [[gnu::noinline]] void measured(const std::function<void()>& work) { work(); }

namespace {

namespace json = boost::json;
namespace protocol = botocraft::protocol;
using botocraft::api::Protocol;
using conformance::RuntimeValue;

constexpr const char* suite_text = R"({
  "metadata": {"targetPrefix": "Growth", "apiVersion": "2020-01-01"},
  "shapes": {
    "Thing": {"type": "structure", "members": {
      "Things": {"shape": "Things"}, "ByName": {"shape": "ByName"}, "Texts": {"shape": "Texts"},
      "Long": {"shape": "Text"}, "Labels": {"shape": "Labels", "location": "headers", "locationName": "x-label-"},
      "Filters": {"shape": "Texts", "location": "querystring", "locationName": "filter"}}},
    "Part": {"type": "structure", "members": {
      "Text": {"shape": "Text"}, "Number": {"shape": "Number"}, "Real": {"shape": "Real"}, "Time": {"shape": "Time"},
      "Bytes": {"shape": "Bytes"}, "Flag": {"shape": "Flag"}, "Inner": {"shape": "Part"}}},
    "Things": {"type": "list", "member": {"shape": "Part"}},
    "ByName": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Part"}},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Labels": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
    "Text": {"type": "string"}, "Number": {"type": "long"}, "Real": {"type": "double"}, "Time": {"type": "timestamp"},
    "Bytes": {"type": "blob"}, "Flag": {"type": "boolean"}},
  "cases": [{"given": {"name": "Grow", "http": {"method": "POST", "requestUri": "/grow"},
                       "input": {"shape": "Thing"}, "output": {"shape": "Thing"}}}]})";

struct Speaker {
    const char* name;
    const char* protocol;
    const char* version;
    bool bindings;  // some members travel outside of the body
};
constexpr Speaker speakers[] = {
    {"awsJson", "json", "1.1", false},   {"awsQuery", "query", "", false},    {"ec2", "ec2", "", false},
    {"restJson", "rest-json", "", true}, {"restXml", "rest-xml", "", true}, {"cbor", "smithy-rpc-v2-cbor", "", false},
};

json::object part(std::size_t i, bool inner) {
    json::object made{{"Text", "text \"" + std::to_string(i) + "\" <&>"}, {"Number", i}, {"Real", 0.25 + double(i)},
                      {"Time", 1'600'000'000 + i},  {"Bytes", "some bytes"}, {"Flag", true}};
    if (inner) made.emplace("Inner", part(i, false));
    return made;
}

// The keys come in the order that is the worst for those that sort them.
json::object thing(std::size_t n, bool bindings) {
    json::array things, texts, filters;
    json::object by_name, labels;
    std::string text;
    for (std::size_t i = 0; i < n; ++i) {
        const std::string name = "name" + std::to_string(1'000'000 - i);
        things.push_back(part(i, true));
        by_name.emplace(name, part(i, false));
        texts.emplace_back("a / b & c");
        text += "a long text with \"quotes\" & more\n";
        if (bindings) labels.emplace(name, "value");
        if (bindings) filters.emplace_back("x=" + std::to_string(i));
    }
    json::object made{{"Things", things}, {"ByName", by_name}, {"Texts", texts}, {"Long", text}};
    if (bindings) {
        made.emplace("Labels", labels);
        made.emplace("Filters", filters);
    }
    return made;
}

template <class Base>
struct Message final : Base {
    std::vector<std::pair<std::string, std::string>> list;

    std::string_view header(std::string_view name) const override {
        for (const auto& [own, value] : list) {
            if (own == name) return value;
        }
        return {};
    }
    bool has_header(std::string_view name) const override { return !header(name).empty(); }
    std::size_t header_count() const override { return list.size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override { return list[i]; }
};

// Does the work once to warm up what keeps its memory, then counts.
void count(const Speaker& speaker, const char* direction, std::size_t n, const std::function<void()>& work) {
    work();
    const std::size_t before = allocations;
    const std::size_t bytes_before = allocated_bytes;
    measured(work);
    const std::size_t made = allocations - before;
    std::printf("%s %s %zu %zu %zu\n", speaker.name, direction, n, made, allocated_bytes - bytes_before);
}

void grow(const Speaker& speaker, std::size_t n) {
    json::value suite = json::parse(suite_text);
    json::object& metadata = suite.at("metadata").as_object();
    metadata["protocol"] = speaker.protocol;
    metadata["jsonVersion"] = speaker.version;
    const conformance::RuntimeSchema schema(suite.as_object());
    const conformance::RuntimeService service(schema, metadata, suite.at("cases").at(0).at("given").as_object());
    const Protocol by = service.protocol();
    RuntimeValue value(service.input());
    conformance::fill(value.shape(), value.get(), thing(n, speaker.bindings));

    protocol::Request request;
    count(speaker, "encode", n, [&] {
        request.clear();
        protocol::encode(by, service.tables(), service.operation(), value.get(), request);
    });
    Message<protocol::RequestView> sent;
    sent.method = request.method;
    sent.path = request.path;
    sent.query = request.query;
    sent.body = request.body;
    sent.list = request.headers;
    count(speaker, "decode_request", n, [&] {
        RuntimeValue read(service.input());
        protocol::decode_request(by, service.tables(), service.operation(), sent, read.get());
    });
    protocol::ReplyMessage message;
    count(speaker, "encode_reply", n, [&] {
        message.clear();
        protocol::encode_reply(by, service.tables(), service.operation(), value.get(), "an-id", message);
    });
    Message<protocol::Reply> reply;
    reply.status = message.status;
    reply.body = message.body;
    reply.list = message.headers;
    count(speaker, "decode", n, [&] {
        RuntimeValue read(service.output());
        protocol::decode(by, service.tables(), service.operation(), reply, read.get());
    });
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t n = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100;
    for (const Speaker& speaker : speakers) {
        for (const std::size_t size : {n, 2 * n}) grow(speaker, size);
    }
    return 0;
}
