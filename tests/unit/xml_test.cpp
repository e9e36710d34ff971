#include "catch.hpp"
#include "sample_service.hpp"

#include <botocraft/error.hpp>

#include "protocol/xml.hpp"

#include <cmath>

namespace xml = botocraft::protocol::xml;
using botocraft::protocol::Limits;
using sample::Everything;
using sample::Node;

namespace {

template <class T>
T decoded(std::string_view body, xml::Frame frame = xml::Frame::bare, const Limits& limits = {}) {
    T value;
    xml::decode(frame, T::shape_, body, &value, limits);
    return value;
}
template <class T>
std::string encoded(const T& value) {
    std::string out;
    xml::encode(xml::root_tag(T::shape_), T::shape_, &value, out);
    return out;
}
// <Everything>text</Everything>. By appending: GCC 12 warns of a concatenation of literals and strings.
std::string everything(std::string_view text) {
    std::string body = "<Everything>";
    return body.append(text).append("</Everything>");
}
// The explanation of the error that decoding ends in.
std::string complaint(std::string_view body, xml::Frame frame = xml::Frame::bare, const Limits& limits = {}) {
    Everything value;
    try {
        xml::decode(frame, Everything::shape_, body, &value, limits);
    } catch (const botocraft::ProtocolError& error) {
        CHECK(value == Everything{});
        return error.details().explanation;
    }
    return "none";
}
bool says(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("XML of every kind of member is written and read") {
    const std::string body = everything(
        "<flag>true</flag><integer>-5</integer><longer>9223372036854775807</longer><single>1.5</single><real>0.1</real>"
        "<Text>a&lt;b&amp;c</Text><time>2018-01-09T20:51:21Z</time><httpDate>Tue, 09 Jan 2018 20:51:21 GMT</httpDate>"
        "<data>aGk=</data><node><name>n</name><next><name>m</name></next><children><member><weight>1</weight></member>"
        "</children></node><strings><member>a</member><member>b</member></strings>"
        "<matrix><member><member>1</member></member><member></member></matrix>"
        "<labels><entry><key>k</key><value>v</value></entry></labels>");
    const auto value = decoded<Everything>(body);
    CHECK(value.flag == true);
    CHECK(value.integer == -5);
    CHECK(value.longer == 9223372036854775807);
    CHECK(value.text == "a<b&c");
    CHECK(value.time == botocraft::timestamp(std::chrono::seconds(1515531081)));
    CHECK(value.httpDate == value.time);
    CHECK(value.node->next->name == "m");
    CHECK(value.strings == botocraft::list<std::string>{"a", "b"});
    CHECK(value.matrix.size() == 2);
    CHECK(value.labels.at("k") == "v");
    CHECK(encoded(value) == body);
}

TEST_CASE("XML text keeps what XML would change") {
    Everything value;
    value.text = " \t\r\n<>&'\"\xc2\x85\xe2\x80\xa8\xc3\xa9 ";
    const std::string body = encoded(value);
    CHECK(says(body, "&#x9;&#xD;&#xA;&lt;&gt;&amp;&apos;&quot;&#x85;&#x2028;\xc3\xa9"));
    CHECK(decoded<Everything>(body).text == value.text);
    // XML has no such character, not even as a reference; a service is told of it as clearly as can be.
    value.text = "\x01";
    CHECK(says(encoded(value), "&#x1;"));
    CHECK(says(complaint(encoded(value)), "no character of XML"));
}

TEST_CASE("XML text comes in pieces, with comments and CDATA") {
    CHECK(decoded<Everything>(everything("<Text>a<!-- no -->b<![CDATA[<c>]]>d</Text>")).text == "ab<c>d");
    CHECK(decoded<Everything>(everything("<Text/>")).text == "");
    CHECK(decoded<Everything>(everything("<Text> </Text>")).text == " ");
}

TEST_CASE("XML names count without their namespace's prefix") {
    CHECK(decoded<Everything>("<x:Everything xmlns:x='urn:x'><x:integer>7</x:integer></x:Everything>").integer == 7);
}

TEST_CASE("of equal XML elements the last one counts") {
    CHECK(decoded<Everything>(everything("<integer>1</integer><integer>2</integer>")).integer == 2);
    const auto value = decoded<Everything>(everything("<node><name>a</name></node><node><weight>2</weight></node>"));
    CHECK(value.node->weight == 2);
    CHECK(value.node->name.is_absent());
}

TEST_CASE("numbers in XML") {
    CHECK(std::isnan(*decoded<Everything>(everything("<real>NaN</real>")).real));
    CHECK(decoded<Everything>(everything("<real>-Infinity</real>")).real == -HUGE_VAL);
    CHECK(decoded<Everything>(everything("<integer> 5.0 </integer>")).integer == 5);
    CHECK(decoded<Everything>(everything("<integer/>")).integer.is_absent());
    CHECK(says(complaint(everything("<integer>2147483648</integer>")), "integer is no whole number of 32 bits"));
    CHECK(says(complaint(everything("<longer>9223372036854775808</longer>")), "longer is no whole number of 64 bits"));
    CHECK(says(complaint(everything("<real>inf</real>")), "real is no number of "));
    CHECK(says(complaint(everything("<flag>yes</flag>")), "flag is neither true nor false"));
    CHECK(says(complaint(everything("<time>soon</time>")), "time is not a time"));
    CHECK(says(complaint(everything("<data>!</data>")), "data is not base64"));
}

TEST_CASE("an error about XML names no value") {
    CHECK_FALSE(says(complaint(everything("<integer>hunter2</integer>")), "hunter2"));
}

TEST_CASE("XML that is not the protocol is a clear error") {
    CHECK(says(complaint("<html><body>Bad gateway</body></html>"), "web page"));
    CHECK(says(complaint("<Everything><integer>1</integer>"), "not XML"));
    CHECK(says(complaint("hello"), "not XML"));
    CHECK(says(complaint("<A/><B/>"), "second root"));
    CHECK(says(complaint(everything("<Text>\xff</Text>")), "UTF-8"));
    CHECK(says(complaint(std::string_view("<a>\0</a>", 8)), "zero byte"));
    CHECK(says(complaint("<ListQueuesResult/>", xml::Frame::ec2), "not a reply of this operation"));
    CHECK(complaint("") == "none");
    CHECK(complaint(" \n") == "none");
}

TEST_CASE("XML with entities of its own is refused") {
    const std::string body =
        "<!DOCTYPE a [<!ENTITY x 'boom'><!ENTITY y '&x;&x;&x;'><!ENTITY z SYSTEM 'file:///etc/hostname'>]>"
        "<Everything><Text>&y;&z;</Text></Everything>";
    CHECK(says(complaint(body), "document type declaration"));
    CHECK(says(complaint(everything("<Text>&y;</Text>")), "an entity that XML does not have"));
}

// What S3 sends while it copies or completes, also where a server sends it before the declaration.
TEST_CASE("blanks may stand before the declaration of a reply, and of an error") {
    const std::string blanks = " \n\r\n\t<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    Everything value;
    xml::decode(xml::Frame::bare, Everything::shape_, blanks + everything("<integer>1</integer>"), &value);
    CHECK(value.integer == 1);
    const std::string error = blanks + "<Error><Code>InternalError</Code><Message>m</Message><RequestId>r</RequestId></Error>";
    CHECK(xml::decode_error(error).code == "InternalError");
    CHECK(xml::decode_error(error).request_id == "r");
    CHECK(xml::error_text(error, "Message") == "m");
    Everything none;
    CHECK_THROWS_AS(xml::decode(xml::Frame::bare, Everything::shape_, error, &none), botocraft::ServiceError);
}

TEST_CASE("what no member is read from must be XML as well") {
    CHECK(says(complaint(everything("<integer>1</integer><unknown>&y;</unknown>")), "an entity"));
    CHECK(says(complaint(everything("<integer>1</integer>]]>")), "a ]]>"));
    CHECK(says(complaint(everything("<integer>1</integer>") + "<!-- -- -->"), "in a comment"));
    CHECK(says(complaint("<TextResponse><TextResult/></TextResponse>x", xml::Frame::result), "follows the root"));
}

TEST_CASE("key and value of an XML entry come in any order") {
    const auto labels = [](std::string_view entries) {
        std::string text = "<labels>";
        return decoded<Everything>(everything(text.append(entries).append("</labels>"))).labels;
    };
    const auto one = labels("<entry><key>k</key><value>v</value></entry>");
    CHECK(one.at("k") == "v");
    CHECK(labels("<entry><value>v</value><key>k</key></entry>") == one);
    CHECK(labels("<entry><value>u</value><key>j</key><other><key>i</key></other><key>k</key><value>v</value>"
                 "</entry>") == one);
    CHECK(labels("<entry><key>k</key><value>u</value></entry><entry><value>v</value><key>k</key></entry>") == one);
    CHECK(labels("<entry><key>k</key></entry>").at("k").empty());
    CHECK(labels("<entry><key/></entry>").at("").empty());
    CHECK(says(complaint(everything("<labels><entry><value>v</value></entry></labels>")), "no key"));
    // However deep.
    std::string nested = "<name>inside</name>";
    for (int i = 0; i < 30; ++i) {
        nested = "<named><entry><value>" + nested + "</value><key>k" + std::to_string(i) + "</key></entry></named>";
    }
    const auto value = decoded<Everything>(everything("<node>" + nested + "</node>"));
    const Node* node = &*value.node;
    for (int i = 30; i-- > 0;) node = &node->named.at("k" + std::to_string(i));
    CHECK(node->name == "inside");
}

TEST_CASE("the text of an XML member is without that of elements in it") {
    CHECK(decoded<Everything>(everything("<Text> a<b>c</b> <!-- d --> </Text>")).text == " a  ");
    CHECK(decoded<Everything>(everything("<integer><b>7</b>4<c/>2</integer>")).integer == 42);
}

TEST_CASE("XML is bounded in depth and count") {
    std::string deep;
    for (int i = 0; i < 1000; ++i) deep += "<next>";
    for (int i = 0; i < 1000; ++i) deep += "</next>";
    CHECK(says(complaint(everything("<node>" + deep + "</node>")), "nested more than 64 deep"));
    const std::string three = everything("<strings><member/><member/><member/></strings>");
    CHECK(says(complaint(three, xml::Frame::bare, {.elements = 2}), "more than 2 elements"));
    // What the schema does not know counts as well.
    const auto unknown = [](int depth) {
        std::string elements;
        for (int i = 0; i < depth; ++i) elements += "<u>";
        for (int i = 0; i < depth; ++i) elements += "</u>";
        return everything(elements);
    };
    CHECK(complaint(unknown(100)) == "none");
    CHECK(says(complaint(unknown(100'000)), "nested more than 132 deep"));
    CHECK(complaint(unknown(1000), xml::Frame::bare, {.depth = 1000}) == "none");
}

TEST_CASE("a union in XML has one member") {
    const std::string two = everything("<choice><text>a</text><number>1</number></choice>");
    CHECK(says(complaint(two), "several members in a union"));
}

TEST_CASE("an error in a reply with the status of a success is an error") {
    Everything value;
    const auto decode = [&](xml::Frame frame, std::string_view body) {
        try {
            xml::decode(frame, Everything::shape_, body, &value);
        } catch (const botocraft::ServiceError& error) {
            return error.code() + ":" + error.message() + ":" + error.request_id();
        }
        return std::string("none");
    };
    CHECK(decode(xml::Frame::bare, "<Error><Code>InternalError</Code><Message>m</Message><RequestId>r</RequestId>"
                                   "</Error>") == "InternalError:m:r");
    CHECK(decode(xml::Frame::result, "<ErrorResponse><Error><Code>A</Code></Error><RequestId>r</RequestId>"
                                     "</ErrorResponse>") == "A::r");
    CHECK(decode(xml::Frame::ec2, "<Response><Errors><Error><Code>B</Code></Error></Errors><RequestID>r</RequestID>"
                                  "</Response>") == "B::r");
    // The members that came before it are not kept.
    CHECK(decode(xml::Frame::ec2,
    "<Response><integer>1</integer><RequestID>r</RequestID><Errors><Error><Message>m</Message>"
                                  "<Code>B</Code></Error></Errors></Response>") == "B:m:r");
    CHECK(value == Everything{});
    // An error that is no XML is no error of the service.
    CHECK_THROWS_AS(decode(xml::Frame::bare, "<Error><Code>A</Code></Error>x"), botocraft::ProtocolError);
}

namespace {

// What becomes of a reply to the operation Call.
std::string answer(std::string_view body, xml::Frame frame) {
    Everything value;
    try {
        xml::decode(frame, Everything::shape_, body, &value, {}, "Call");
        return value.integer == 1 ? "read" : "nothing";
    } catch (const botocraft::ServiceError& error) {
        CHECK(value == Everything{});
        return error.code();
    } catch (const botocraft::ProtocolError& error) {
        CHECK(value == Everything{});
        return error.code();
    }
}

}  // namespace

TEST_CASE("XML of somebody else is no success without members") {
    using xml::Frame;
    CHECK(answer("<CallResponse><CallResult><integer>1</integer></CallResult></CallResponse>", Frame::result) == "read");
    CHECK(answer("<CallResponse><CallResult/></CallResponse>", Frame::result) == "nothing");
    CHECK(answer("<CallResponse><ResponseMetadata/></CallResponse>", Frame::result) == "MissingBody");
    CHECK(answer("<CallResponse><OtherResult><integer>1</integer></OtherResult></CallResponse>", Frame::result) == "MissingBody");
    CHECK(answer("<LoginResponse><CallResult/></LoginResponse>", Frame::result) == "InvalidReply");
    CHECK(answer("<CallCallResponse><CallResult/></CallCallResponse>", Frame::result) == "InvalidReply");
    CHECK(answer("<CallResponse><integer>1</integer></CallResponse>", Frame::ec2) == "read");
    CHECK(answer("<LoginResponse><x/></LoginResponse>", Frame::ec2) == "InvalidReply");
    for (const Frame frame : {Frame::result, Frame::ec2}) {
        CHECK(answer("<Response><Errors><Error><Code>A</Code></Error></Errors><RequestID>r</RequestID></Response>", frame) == "A");
        CHECK(answer("<CallResponse><Errors><Error><Code>A</Code></Error></Errors></CallResponse>", frame) == "A");
    }
    CHECK(answer("<Anything><integer>1</integer></Anything>", Frame::bare) == "read");
    CHECK(answer("<Anything/>", Frame::bare) == "nothing");
    CHECK(answer("<Anything> <integer/> </Anything>", Frame::bare) == "nothing");
    CHECK(answer("<Everything><x/></Everything>", Frame::bare) == "nothing");  // members of a later version
    CHECK(answer("<CallOutput><x/></CallOutput>", Frame::bare) == "nothing");
    CHECK(answer("<error><reason>blocked by proxy</reason></error>", Frame::bare) == "InvalidReply");
    CHECK(answer("<error>blocked by proxy</error>", Frame::bare) == "InvalidReply");
    for (const Frame frame : {Frame::result, Frame::ec2, Frame::bare}) {
        CHECK(answer("<ServiceUnavailableException/>", frame) == "ServiceUnavailableException");
    }
}

TEST_CASE("what percent-encoded text in XML says is UTF-8") {
    namespace schema = botocraft::schema;
    constexpr std::string_view names = R"("text":"Document":)";
    const schema::Member member{0, 0, 0, 0, schema::member_flag::percent_encoded, 4, 4, schema::Kind::string,
                                schema::Location::body};
    const schema::Shape shape{0, sizeof(botocraft::field<std::string>), 7, 1, 8, schema::Kind::structure, 0};
    const schema::Schema tables{&shape, &member, names.data(), 1};
    botocraft::field<std::string> value;
    xml::decode(xml::Frame::bare, {&tables, 0}, "<D><text>%7B%C3%A9+</text></D>", &value);
    CHECK(value == "{\xc3\xa9+");
    value = {};
    CHECK_THROWS_AS(xml::decode(xml::Frame::bare, {&tables, 0}, "<D><text>a%FF%00x</text></D>", &value), botocraft::ProtocolError);
    CHECK(value.is_absent());
}
