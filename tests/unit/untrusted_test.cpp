// What the decoders do with what no honest peer sends: limits, claims, and values that formats leave open. The behaviour
// is stated in botocraft/protocol.hpp.

#include "catch.hpp"
#include "sample_service.hpp"

#include "protocol/cbor.hpp"
#include "protocol/eventstream.hpp"
#include "protocol/json.hpp"
#include "protocol/numbers.hpp"
#include "protocol/query.hpp"
#include "protocol/xml.hpp"

#include <botocraft/error.hpp>

#include <cmath>
#include <functional>

namespace protocol = botocraft::protocol;
using botocraft::ProtocolError;
using protocol::Limits;
using sample::Everything;

namespace {

using Decode = std::function<void(std::string_view body, Everything& value, const Limits& limits)>;

void from_json(std::string_view body, Everything& value, const Limits& limits = {}) {
    protocol::json::decode(Everything::shape_, body, &value, {.limits = limits});
}
void from_xml(std::string_view body, Everything& value, const Limits& limits = {}) {
    protocol::xml::decode(protocol::xml::Frame::bare, Everything::shape_, body, &value, limits);
}
void from_cbor(std::string_view body, Everything& value, const Limits& limits = {}) {
    protocol::cbor::decode(Everything::shape_, body, &value, limits);
}
void from_query(std::string_view body, Everything& value, const Limits& limits = {}) {
    protocol::query::decode(protocol::query::Dialect::aws, Everything::shape_, body, &value, limits);
}

Everything read(const Decode& decode, std::string_view body, const Limits& limits = {}) {
    Everything value;
    decode(body, value, limits);
    return value;
}
// Refused, and nothing left behind.
void refuses(const Decode& decode, std::string_view body, const Limits& limits = {}) {
    INFO(body);
    Everything value;
    CHECK_THROWS_AS(decode(body, value, limits), ProtocolError);
    CHECK(value == Everything{});
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}
std::string xml(std::string_view inner) { return "<Everything>" + std::string(inner) + "</Everything>"; }

}  // namespace

TEST_CASE("nesting is bounded in every format, and the bound can be changed") {
    const auto json = [](std::size_t depth) {
        return R"({"node":)" + repeated(R"({"next":)", depth) + "{}" + repeated("}", depth) + "}";
    };
    const auto elements = [](std::size_t depth) {
        return xml("<node>" + repeated("<next>", depth) + repeated("</next>", depth) + "</node>");
    };
    const auto cbor = [](std::size_t depth) { return "\xa1\x64node" + repeated("\xa1\x64next", depth) + "\xa0"; };
    const auto pair = [](std::size_t depth) { return "node" + repeated(".next", depth) + ".name=x"; };
    const struct {
        Decode decode;
        std::function<std::string(std::size_t)> nested;
    } formats[] = {{from_json, json}, {from_xml, elements}, {from_cbor, cbor}, {from_query, pair}};
    for (const auto& format : formats) {
        CHECK(read(format.decode, format.nested(20)).node);
        refuses(format.decode, format.nested(1000));
        refuses(format.decode, format.nested(100'000));
        refuses(format.decode, format.nested(40), {.depth = 8});
        CHECK(read(format.decode, format.nested(200), {.depth = 300}).node);
    }
    for (const std::string_view inner : {"<unknown>", "<Text>"}) {
        refuses(from_xml, xml(repeated(inner, 100'000)));
        refuses(from_xml, xml(repeated(inner, 30) + repeated("</" + std::string(inner.substr(1)), 30)), {.depth = 8});
    }
    refuses(from_json, R"({"unknown":)" + repeated("[", 100) + repeated("]", 100) + "}");
    refuses(from_json, R"({"any":)" + repeated("[", 100) + repeated("]", 100) + "}");
    refuses(from_cbor, "\xa1\x67unknown" + repeated("\x81", 100) + "\x00");
    refuses(from_cbor, "\xa1\x67integer" + repeated("\xc1", 100) + "\x01");
}

TEST_CASE("elements are counted in every format, and the bound can be changed") {
    const Limits three{.elements = 3};
    CHECK(read(from_json, R"({"numbers":[1,2,3]})", three).numbers.size() == 3);
    refuses(from_json, R"({"numbers":[1,2],"strings":["a","b"]})", three);
    refuses(from_json, R"({"labels":{"a":"1","b":"2","c":"3","d":"4"}})", three);
    refuses(from_xml, xml("<numbers><member>1</member><member>2</member><member>3</member><member>4</member></numbers>"),
            three);
    refuses(from_cbor, "\xa1\x67numbers\x84\x01\x02\x03\x04", three);
    refuses(from_cbor, "\xa1\x67numbers\x9f\x01\x02\x03\x04\xff", three);
    refuses(from_query, "numbers.member.1=1&numbers.member.2=2&numbers.member.3=3&numbers.member.4=4", three);
}

TEST_CASE("errors are bounded like any reply, and read as far as the bounds allow") {
    const auto json = [](std::size_t depth) {
        return R"({"x":)" + repeated("[", depth) + repeated("]", depth) + R"(,"__type":"A"})";
    };
    CHECK(protocol::json::decode_error(json(50)).code == "A");
    CHECK(protocol::json::decode_error(json(100)).code.empty());
    CHECK(protocol::json::decode_error(json(100), {.depth = 200}).code == "A");
    CHECK(protocol::json::decode_error(json(1'000'000)).code.empty());
    const std::string_view many = R"({"x":[1,2,3],"__type":"A"})";
    CHECK(protocol::json::decode_error(many, {.elements = 5}).code == "A");
    CHECK(protocol::json::decode_error(many, {.elements = 4}).code.empty());
    CHECK(protocol::json::decode_error(R"({"x":{"__type":"B","message":"b"},"__type":"A"})").code == "A");
    CHECK(protocol::json::decode_error(R"({"code":5,"Code":"A","message":null,"Message":"m"})").message == "m");
    CHECK(protocol::json::decode_error(R"([{"__type":"A"}])").code.empty());
    CHECK(protocol::json::decode_error(R"("__type")").code.empty());

    const auto elements = [](std::size_t depth) {
        return "<Error>" + repeated("<x>", depth) + repeated("</x>", depth) + "<Code>A</Code></Error>";
    };
    CHECK(protocol::xml::decode_error(elements(50)).code == "A");
    CHECK(protocol::xml::decode_error(elements(200)).code.empty());
    CHECK(protocol::xml::decode_error(elements(200), {.depth = 200}).code == "A");
    CHECK(protocol::xml::decode_error(repeated("<a>", 1'000'000)).code.empty());

    const auto cbor = [](std::size_t depth) { return "\xa2\x61x" + repeated("\x81", depth) + "\x01\x66__type\x61" "A"; };
    CHECK(protocol::cbor::decode_error(cbor(50)).code == "A");
    CHECK(protocol::cbor::decode_error(cbor(100)).code.empty());
    CHECK(protocol::cbor::decode_error(cbor(100), {.depth = 200}).code == "A");
}

TEST_CASE("a length that is claimed is compared with what is there") {
    using namespace std::string_literals;
    refuses(from_cbor, "\xa1\x67numbers\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"s);
    refuses(from_cbor, "\xa1\x64Text\x7b\xff\xff\xff\xff\xff\xff\xff\xff"s);
    refuses(from_cbor, "\xa1\x64" "data\x5a\xff\xff\xff\xff"s);
    refuses(from_cbor, "\xbb\xff\xff\xff\xff\xff\xff\xff\xff"s);

    // The frame of an event that claims 16 MB: nothing is made ready for them.
    protocol::eventstream::Message message;
    protocol::eventstream::Decoder decoder;
    decoder.feed("\x01\x00\x00\x00\x00\x00\x00\x00"s);
    CHECK_FALSE(decoder.next(message));
    protocol::eventstream::Decoder small({.event = 1024});
    std::string frame;
    message.payload.assign(2000, 'x');
    protocol::eventstream::encode(message, frame);
    small.feed(frame);
    CHECK_THROWS_AS(static_cast<void>(small.next(message)), ProtocolError);
}

TEST_CASE("XML has no entity but its own five") {
    const std::string_view laughs =
        R"(<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;"><!ENTITY f SYSTEM "file:///etc/passwd">]>)"
        "<Everything><Text>&m;&f;</Text></Everything>";
    refuses(from_xml, laughs);
    refuses(from_xml, xml("<Text>&m;</Text>"));
    CHECK(read(from_xml, xml("<Text>&lt;&gt;&amp;&quot;&apos;&#65;</Text>")).text == "<>&\"'A");
}

TEST_CASE("text that is not UTF-8 is refused") {
    for (const std::string_view bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
        const std::string text(bad);
        refuses(from_json, R"({"Text":")" + text + R"("})");
        refuses(from_json, R"({"labels":{")" + text + R"(":"x"}})");
        refuses(from_json, R"({"unknown":")" + text + R"("})");
        refuses(from_xml, xml("<Text>" + text + "</Text>"));
        refuses(from_cbor, "\xa1\x64Text" + std::string(1, static_cast<char>(0x60 + text.size())) + text);
        std::string encoded;
        for (const char c : text) {
            constexpr char digits[] = "0123456789ABCDEF";
            encoded.append({'%', digits[c >> 4 & 15], digits[c & 15]});
        }
        refuses(from_query, "Text=" + encoded);
    }
    refuses(from_json, R"({"Text":"\ud800"})");
    refuses(from_json, R"({"Text":"\udc00\ud800"})");
}

TEST_CASE("of equal keys the last one counts, in every format") {
    CHECK(read(from_json, R"({"integer":1,"integer":2,"integer":3})").integer == 3);
    CHECK(read(from_json, R"({"numbers":[1,2],"numbers":[3]})").numbers.size() == 1);
    CHECK(read(from_json, R"({"node":{"name":"a"},"node":{"weight":2}})").node->name == std::nullopt);
    CHECK(read(from_json, R"({"labels":{"a":"1","b":"2","a":"3"}})").labels.at("a") == "3");
    CHECK(read(from_xml, xml("<integer>1</integer><integer>2</integer>")).integer == 2);
    CHECK(read(from_cbor, "\xa2\x67integer\x01\x67integer\x02").integer == 2);
    CHECK(read(from_cbor, "\xa1\x66labels\xa2\x61"
                          "a\x61"
                          "1\x61"
                          "a\x61"
                          "2")
              .labels.at("a") == "2");
    CHECK(read(from_query, "integer=1&integer=2").integer == 2);
}

TEST_CASE("a null where none can be held is nothing") {
    CHECK(read(from_json, R"({"labels":{"a":"1","a":null,"b":null}})").labels == botocraft::map<std::string>{{"a", "1"}});
    CHECK(read(from_json, R"({"strings":["a",null]})").strings.size() == 1);
    CHECK(read(from_json, R"({"sparseMap":{"a":"1","a":null}})").sparseMap.at("a").is_null());
    CHECK(read(from_cbor, "\xa1\x67strings\x82\x61z\xf6").strings.size() == 1);
}

TEST_CASE("a union has one member, once") {
    refuses(from_json, R"({"choice":{"text":"a","number":1}})");
    refuses(from_json, R"({"choice":{"text":"a","text":"b"}})");
    refuses(from_xml, xml("<choice><text>a</text><number>1</number></choice>"));
    refuses(from_xml, xml("<choice><text>a</text><text>b</text></choice>"));
    refuses(from_cbor, "\xa1\x66" "choice\xa2\x64text\x61z\x64text\x61z");
    CHECK(read(from_json, R"({"choice":{"text":null,"number":1}})").choice->number == 1);
}

TEST_CASE("what is sent is sent as it was given") {
    Everything value;
    value.text = "\xff\xc0";
    std::string out;
    protocol::json::encode(Everything::shape_, &value, out);
    CHECK(out == "{\"Text\":\"\xff\xc0\"}");
    out.clear();
    protocol::xml::append_escaped(out, "\xff\x01");
    CHECK(out == "\xff&#x1;");
    refuses(from_xml, xml("<Text>&#x1;</Text>"));
    refuses(from_xml, xml("<Text>\x01</Text>"));
    CHECK(read(from_json, R"({"Text":"\u0001"})").text == "\x01");
}

TEST_CASE("NaN and infinities are three texts, and nothing else is") {
    CHECK(std::isnan(*read(from_json, R"({"real":"NaN"})").real));
    CHECK(read(from_json, R"({"single":"-Infinity"})").single == -INFINITY);
    CHECK(read(from_xml, xml("<real>Infinity</real>")).real == INFINITY);
    CHECK(std::isnan(*read(from_query, "single=NaN").single));
    CHECK(std::isnan(*read(from_cbor, std::string_view("\xa1\x64real\xf9\x7e\x00", 9)).real));
    for (const std::string_view other : {"nan", "inf", "infinity", "+Infinity", "-NaN", "nan(1)", "INF"}) {
        const std::string text(other);
        refuses(from_json, R"({"real":")" + text + R"("})");
        refuses(from_json, R"({"real":)" + text + "}");
        refuses(from_xml, xml("<real>" + text + "</real>"));
        if (!other.starts_with('+')) refuses(from_query, "real=" + text);  // there a plus is a blank
    }
}

TEST_CASE("numbers that their members cannot hold are refused") {
    for (const std::string_view large : {"2147483648", "-2147483649", "9223372036854775808", "1e10", "0.5"}) {
        const std::string text(large);
        refuses(from_json, R"({"integer":)" + text + "}");
        refuses(from_xml, xml("<integer>" + text + "</integer>"));
        refuses(from_query, "integer=" + text);
    }
    for (const std::string_view large : {"9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e19"}) {
        const std::string text(large);
        refuses(from_json, R"({"longer":)" + text + "}");
        refuses(from_xml, xml("<longer>" + text + "</longer>"));
    }
    refuses(from_cbor, "\xa1\x67integer\x1a\x80\x00\x00\x00" + std::string());
    refuses(from_cbor, std::string("\xa1\x66longer\x1b\x80\x00\x00\x00\x00\x00\x00\x00", 17));
    CHECK(read(from_json, R"({"longer":-9223372036854775808})").longer == INT64_MIN);
    CHECK(read(from_json, R"({"integer":1e3,"longer":5.0})").integer == 1000);
}

TEST_CASE("real numbers that would become infinite are refused, and those next to zero are zero") {
    for (const std::string_view large : {"1e309", "-1e400", "1e99999999999999999999"}) {
        const std::string text(large);
        refuses(from_json, R"({"real":)" + text + "}");
        refuses(from_xml, xml("<real>" + text + "</real>"));
        refuses(from_query, "real=" + text);
    }
    refuses(from_json, R"({"single":1e39})");
    refuses(from_xml, xml("<single>-1e39</single>"));
    refuses(from_cbor, std::string("\xa1\x66single\xfb\x7f\xe0\x00\x00\x00\x00\x00\x00", 17));
    CHECK(read(from_json, R"({"real":1e-400})").real == 0.0);
    CHECK(read(from_xml, xml("<real>-1e-400</real>")).real == 0.0);
    CHECK(std::signbit(*read(from_query, "real=-1e-99999").real));
    CHECK(read(from_json, R"({"real":12345678901234567890123})").real == 12345678901234567890123.0);
    CHECK(protocol::is_tiny("0." + repeated("0", 400) + "1"));
    CHECK_FALSE(protocol::is_tiny("1" + repeated("0", 400)));
    CHECK(protocol::is_tiny("1" + repeated("0", 400) + "e-900"));
}

TEST_CASE("nothing times a large power of ten is nothing") {
    CHECK(read(from_json, R"({"integer":0e988})").integer == 0);
    CHECK(read(from_json, R"({"longer":-0.0e988})").longer == 0);
    CHECK(read(from_json, R"({"real":0e988})").real == 0);
}

TEST_CASE("a document keeps numbers as they were written") {
    const Everything value = read(from_json, R"({"any":{"n":12345678901234567890123,"r":1.10}})");
    CHECK(value.any->json() == R"({"n":12345678901234567890123,"r":1.10})");
}

TEST_CASE("one plus may stand before a number") {
    CHECK(read(from_query, "integer=%2B5").integer == 5);
    refuses(from_query, "integer=%2B-5");
    refuses(from_query, "real=%2B%2B1");
}

// A structure of a few bytes in a reply may be large in memory.
TEST_CASE("structures count by their size, wherever they are") {
    constexpr std::size_t each = sizeof(sample::Node) / 64;
    static_assert(each >= 1);
    const auto json = [](std::size_t count) { return R"({"node":{"children":[{})" + repeated(",{}", count - 1) + "]}}"; };
    const auto elements = [](std::size_t count) { return xml("<node><children>" + repeated("<i/>", count) + "</children></node>"); };
    const auto cbor = [](std::size_t count) { return "\xa1\x64node\xa1\x68" "children\x9f" + repeated("\xa0", count) + "\xff"; };
    const auto pairs = [](std::size_t count) {
        std::string body;
        for (std::size_t i = 1; i <= count; ++i) body += "node.children.member." + std::to_string(i) + "=&";
        return body;
    };
    const std::pair<Decode, std::function<std::string(std::size_t)>> formats[] = {
        {from_json, json}, {from_xml, elements}, {from_cbor, cbor}, {from_query, pairs}};
    for (const auto& [decode, list] : formats) {
        CHECK(read(decode, list(10), {.elements = each + 10 * (1 + each)}).node->children.size() == 10);
        refuses(decode, list(10), {.elements = each + 10 * (1 + each) - 1});
    }
}
