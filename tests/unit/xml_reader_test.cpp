// What XML is: each case by its section of XML 1.0, fourth edition (https://www.w3.org/TR/2006/REC-xml-20060816/).

#include "catch.hpp"

#include "protocol/xml_reader.hpp"

#include <botocraft/error.hpp>

#include <string>
#include <string_view>

namespace xml = botocraft::protocol::xml;
using namespace std::string_literals;

namespace {

void append(std::string& out, xml::Reader& reader) {
    std::string room;
    out.append("<").append(reader.whole_name());
    for (const xml::Attribute& each : reader.attributes()) {
        out.append(" ").append(each.name).append("=").append(xml::attribute_value(each, room));
    }
    out += '|';
    out.append(xml::Reader(reader).text(room)).append("|");
    while (reader.next_child()) append(out, reader);
    out += '>';
}

// `<name attribute=value|text|children>`; else what is wrong.
std::string read(std::string_view document) {
    std::string out;
    try {
        xml::Reader reader(document);
        append(out, reader);
        reader.finish();
        return out;
    } catch (const botocraft::ProtocolError& error) {
        return error.details().explanation;
    }
}
// That three ways through a document refuse it alike.
bool is_refused(std::string_view document) {
    const auto refuses = [document](auto&& way) {
        try {
            xml::Reader reader(document);
            way(reader);
            reader.finish();
            return false;
        } catch (const botocraft::ProtocolError& error) {
            return error.details().explanation.starts_with("the body is not XML: ");
        }
    };
    std::string room;
    const bool skipped = refuses([](xml::Reader& reader) { reader.skip(); });
    const bool as_text = refuses([&](xml::Reader& reader) { static_cast<void>(reader.text(room)); });
    const bool walked = refuses([&](xml::Reader& reader) {
        while (reader.next_child()) static_cast<void>(reader.text(room));
    });
    CHECK(skipped == as_text);
    CHECK(skipped == walked);
    return skipped;
}
void refuse(std::initializer_list<std::string_view> documents) {
    for (const std::string_view document : documents) {
        INFO(document);
        CHECK(is_refused(document));
    }
}
void accept(std::initializer_list<std::string_view> documents) {
    for (const std::string_view document : documents) {
        INFO(document);
        CHECK_FALSE(is_refused(document));
    }
}

}  // namespace

TEST_CASE("2.1: an XML document has one element, with the others in it") {
    CHECK(read("<a><b/><c>d</c></a>") == "<a||<b||><c|d|>>");
    CHECK(read(" \n<!-- c --><?p i?>\n<a/>\t<!-- c --><?p i?>\r\n") == "<a||>");
    refuse({"", " ", "text", "text<a/>", "<a/>text", "<a/><b/>", "<a/>&lt;", "<a/><![CDATA[]]>", "<![CDATA[]]><a/>",
            "</a>", "<a/></a>", "<!-- c -->", "<?p i?>"});
}

TEST_CASE("2.1: XML elements end where they began") {
    CHECK(read("<a><a><a/></a></a>") == "<a||<a||<a||>>>");
    refuse({"<a>", "<a></b>", "<a></A>", "<a></ab>", "<ab></a>", "<a><b></a></b>", "<a><b></b>", "<a", "<a>text",
            "<a></a", "<a></", "<a><", "<a><b"});
}

TEST_CASE("2.2: characters that XML has") {
    CHECK(read("<a>\t\n\x7f\xc2\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbf</a>") ==
          "<a|\t\n\x7f\xc2\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbf|>");
    const std::string_view none[] = {
        {"\0", 1}, "\x01", "\x08", "\x0b", "\x0c", "\x0e", "\x1f",  // controls
        "\xef\xbf\xbe", "\xef\xbf\xbf",                             // U+FFFE, U+FFFF
        "\xed\xa0\x80", "\xed\xbf\xbf",                             // surrogates
        "\xf4\x90\x80\x80",                                         // beyond U+10FFFF
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80", "\xff",
        "\xc3", "\xc3(", "\xe2\x82", "\xe2\x82(", "\xf0\x9f\x98", "\xf0\x9f\x98("};  // not UTF-8
    for (const std::string_view each : none) {
        const std::string c(each);
        INFO(static_cast<unsigned>(static_cast<unsigned char>(c.front())));
        CHECK(is_refused("<a>" + c + "</a>"));
        CHECK(is_refused("<a>some more text" + c + "and more</a>"));
        CHECK(is_refused("<a b='" + c + "'/>"));
        CHECK(is_refused("<a><!--" + c + "--></a>"));
        CHECK(is_refused("<a><?p " + c + "?></a>"));
        CHECK(is_refused("<a><![CDATA[" + c + "]]></a>"));
        CHECK(is_refused("<a/>" + c));
    }
}

TEST_CASE("2.3: names in XML") {
    accept({"<_/>", "<:/>", "<a:b/>", "<a:b:c/>", "<a-b.c_9/>", "<xml/>", "<xmlfoo/>", "<A\xc2\xb7/>", "<\xc3\xa9/>",
            "<\xce\xb1\xcc\x81/>", "<\xe4\xb8\x80/>", "<\xea\xb0\x80/>", "<a\xe3\x83\xbc/>", "<a \xc3\xa9='1'/>"});
    // What only continues a name; what is in none: of Latin-1, of Unicode's later versions, beyond U+FFFF.
    refuse({"<9/>", "<-/>", "<./>", "<\xc2\xb7/>", "<\xcc\x81/>", "< a/>", "<>", "<a></ a>", "<a\xc3\x97/>",
            "<\xc3\xb7/>", "<\xc8\xa0/>", "<a\xc8\xa0/>", "<a\xe2\x80\x8b/>", "<\xf0\xa0\x80\x80/>",
            "<a\xf0\xa0\x80\x80/>", "<a@/>", "<a!b/>"});
}

TEST_CASE("2.4: text in XML") {
    CHECK(read("<a>]] > ]> ]&gt; ]]&gt; > \" '</a>") == "<a|]] > ]> ]> ]]> > \" '|>");
    CHECK(read("<a>a long text that is longer than a word</a>") == "<a|a long text that is longer than a word|>");
    CHECK(read("<a>b<c>d</c>e<f/>g</a>") == "<a|beg|<c|d|><f||>>");
    CHECK(read("<a>]<!-- -->]></a>") == "<a|]]>|>");
    refuse({"<a>]]></a>", "<a>]]]></a>", "<a>some text before]]> and after</a>", "<a> <b/> ]]></a>", "<a>&</a>",
            "<a>& </a>", "<a>a < b</a>", "<a>&amp</a>"});
}

TEST_CASE("2.5: comments in XML") {
    CHECK(read("<a>b<!-- < & ]]> <c> - -> -->d<!---->e</a>") == "<a|bde|>");
    refuse({"<a><!-- -- --></a>", "<a><!-- ---></a>", "<a><!--></a>", "<a><!---></a>", "<a><!-- ></a>",
            "<a><!- x --></a>", "<a><!-", "<!-- -- --><a/>", "<a/><!-- --", "<a/><!-- -- -->", "<a><!-- --"});
}

TEST_CASE("2.6: processing instructions in XML") {
    CHECK(read("<a>b<?c?>d<?e < & ]]> ? > ?>f<?xml-style g?\?>h<?i\n?></a>") == "<a|bdfh|>");
    refuse({"<a><?xml version='1.0'?></a>", "<a><?XML?></a>", "<a><?xMl ?></a>", "<?Xml version='1.0'?><a/>",
            "<!-- --><?xml version='1.0'?><a/>", " <?xml version='1.0'?><a/>", "<a/><?xml version='1.0'?>",
            "<a><?\?></a>", "<a><? b?></a>", "<a><?9?></a>", "<a><?b", "<a><?b ?</a>", "<a><?b?c?></a>",
            "<a><?b/?></a>", "<?b c><a/>"});
}

TEST_CASE("2.7: CDATA in XML") {
    CHECK(read("<a>b<![CDATA[<c> & ]] > &lt;]]]>d<![CDATA[]]></a>") == "<a|b<c> & ]] > &lt;]d|>");
    refuse({"<a><![CDATA[b</a>", "<a><![CDATA[b]]</a>", "<a><![CDATA [b]]></a>", "<a><![cdata[b]]></a>",
            "<a><![CDATA[b]]>]]></a>", "<a><![INCLUDE[b]]></a>"});
}

TEST_CASE("2.8: the declaration of XML") {
    accept({"<?xml version='1.0'?><a/>", "<?xml version=\"1.0\"?>\n<a/>", "<?xml\tversion = '1.0'\r\n?><a/>",
            "<?xml version='1.0' encoding='UTF-8'?><a/>", "<?xml version='1.0' encoding='utf-8' standalone='yes'?><a/>",
            "<?xml version='1.0' standalone='no' ?><a/>", "<?xmlfoo?><a/>", "<?xml.?><a/>"});
    refuse({"<?xml?><a/>", "<?xml ?><a/>", "<?xml encoding='UTF-8'?><a/>", "<?xml encoding='UTF-8' version='1.0'?><a/>",
            "<?xml version='1.0'encoding='UTF-8'?><a/>", "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>",
            "<?xml version='1.0' version='1.0'?><a/>", "<?xml version='1.0' encoding='UTF-8' encoding='UTF-8'?><a/>",
            "<?xml version='1.0\"?><a/>", "<?xml version=1.0?><a/>", "<?xml version?><a/>", "<?xml version=?><a/>",
            "<?xml version='1.0?><a/>", "<?xml version='1 0'?><a/>", "<?xml version='1.0' foo='b'?><a/>",
            "<?xml version='1.0' encoding='UTF-8' foo='b'?><a/>", "<?xml version='1.0'><a/>", "<?xml version='1.0'",
            "<?xml Version='1.0'?><a/>", "<?xml version='1.0' ? ><a/>", "<?xml",
            "<?xml version='1.0' encoding=''?><a/>", "<?xml version='1.0' encoding='8'?><a/>",
            "<?xml version='1.0'?>"});
}

TEST_CASE("2.8: a document type declaration of XML is refused, and with it its entities") {
    CHECK(read("<!DOCTYPE html><html/>").find("document type declaration") != std::string::npos);
    refuse({"<!DOCTYPE a><a/>", "<!DOCTYPE a []><a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>", "<?xml version='1.0'?><!DOCTYPE a><a/>",
            "<a><!DOCTYPE a></a>", "<a/><!DOCTYPE a>", "<!ENTITY b 'c'><a/>", "<!doctype a><a/>"});
}

TEST_CASE("2.9: standalone is yes or no") {
    refuse({"<?xml version='1.0' standalone='Yes'?><a/>", "<?xml version='1.0' standalone=''?><a/>",
            "<?xml version='1.0' standalone='yes' standalone='yes'?><a/>",
            "<?xml version='1.0' standalone='maybe'?><a/>"});
}

TEST_CASE("2.11: every end of a line in XML is one line feed") {
    CHECK(read("<a>b\r\nc\rd\ne\r\r\nf\n\rg</a>") == "<a|b\nc\nd\ne\n\nf\n\ng|>");
    CHECK(read("<a><![CDATA[b\r\nc\rd\r]]></a>") == "<a|b\nc\nd\n|>");
    CHECK(read("<a>&#13;&#xD;\n</a>") == "<a|\r\r\n|>");
    CHECK(read("<a\r\nb='c'\r></a\r>") == "<a b=c||>");
}

TEST_CASE("3.1: the tags of XML") {
    CHECK(read("<a b='c' d = \"e'\"\tf\n=\n'\">'></a >") == "<a b=c d=e' f=\">||>");
    CHECK(read("<a/ ></a>").starts_with("the body is not XML"));
    CHECK(read("<a ><b /><c d=''/></a\n>") == "<a||<b||><c d=||>>");
    refuse({"<a b/>", "<a b=/>", "<a b=c/>", "<a b='c/>", "<a b='c\"/>", "<a b='c'd='e'/>", "<a b 'c'/>", "<a ='c'/>",
            "<a 9='c'/>", "<a b='<'/>", "<a b='c'>d</a b='c'>", "<a/", "<a / >", "<a //>", "<a b='c'", "<a b", "<a ",
            "<a b=", "<a b='", "<a></a/>", "<a='b'/>", "<a b='c' / >", "<a 'c'/>"});
    refuse({"<a><b/ </a>", "<a><b c='d'/c</a>"});
}

TEST_CASE("3.1: an attribute of XML is there once") {
    refuse({"<a b='c' b='c'/>", "<a b='c' d='e' b='f'/>", "<a x:b='1' x:b='2'/>"});
    accept({"<a b='c' B='c'/>", "<a b='c' x:b='c'/>"});
    std::string many = "<a";
    for (int i = 0; i < 100; ++i) many += " b" + std::to_string(i) + "=''";
    CHECK_FALSE(is_refused(many + "/>"));
    CHECK(is_refused(many + " b37=''/>"));
}

TEST_CASE("3.3.3: blanks in attributes of XML are spaces, but for those that are referred to") {
    CHECK(read("<a b=' c\td\ne\r\nf\rg&#9;&#xA;&#xd; '/>") == "<a b= c d e f g\t\n\r ||>");
    CHECK(read("<a b='&lt;&gt;&amp;&quot;&apos;&#65;]]>'/>") == "<a b=<>&\"'A]]>||>");
}

TEST_CASE("4.1 and 4.6: references in XML") {
    CHECK(read("<a>&lt;&gt;&amp;&quot;&apos;</a>") == "<a|<>&\"'|>");
    CHECK(read("<a>b&amp;lt;c</a>") == "<a|b&lt;c|>");
    CHECK(read("<a>&#65;&#x42;&#x00000000000000000043;&#xe9;&#x20AC;&#x1F600;&#x10ffff;&#127;&#x80;</a>") ==
          "<a|ABC\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\x7f\xc2\x80|>");
    const char* const bad[] = {
        "&b;", "&nbsp;", "&LT;", "&lt", "&lt ;", "& lt;", "&;", "&#;", "&#x;", "&#x", "&#65", "&#6 5;", "&#X41;",
        "&#x4G;", "&#4A;", "&#-1;", "&#0;", "&#1;", "&#x1F;", "&#8;", "&#xD800;", "&#xDFFF;", "&#xFFFE;", "&#xFFFF;",
        "&#x110000;", "&#1114112;", "&#x100000041;", "&#99999999999999999999;"};
    for (const char* const each : bad) {
        INFO(each);
        const std::string reference = each;
        CHECK(is_refused("<a>" + reference + "</a>"));
        CHECK(is_refused("<a>text" + reference + "text<b/></a>"));
        CHECK(is_refused("<a b='" + reference + "'/>"));
    }
}

TEST_CASE("4.3.3: XML is UTF-8, or ASCII that says so") {
    CHECK(read("\xef\xbb\xbf<a/>") == "<a||>");
    CHECK(read("\xef\xbb\xbf<?xml version='1.0' encoding='Utf-8'?><a>\xc3\xa9</a>") == "<a|\xc3\xa9|>");
    CHECK(read("<?xml version='1.0' encoding='US-ASCII'?><a>b&#xe9;</a>") == "<a|b\xc3\xa9|>");
    refuse({"<?xml version='1.0' encoding='us-ascii'?><a>\xc3\xa9</a>",
            "<?xml version='1.0' encoding='us-ascii'?><a \xc3\xa9='b'/>",
            "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "<?xml version='1.0' encoding='UTF-16'?><a/>",
            "<?xml version='1.0' encoding='nonsense'?><a/>", " \xef\xbb\xbf<a/>", "\xef\xbb\xbf\xef\xbb\xbf<a/>",
            "\xef\xbb\xbf", "\xef\xbb<a/>", "<a/>\xef\xbb\xbf"});
    CHECK(is_refused("\xff\xfe<\0a\0/\0>\0"s));
    CHECK(is_refused("\0<\0a\0/\0>"s));
}

TEST_CASE("an XML reader says where it stopped, and repeats nothing") {
    CHECK(read("<secret>&hunter2;</secret>") ==
          "the body is not XML: there is an entity that XML does not have, or a lone &, at byte 8");
}

TEST_CASE("XML is read in pieces and passed over") {
    const std::string_view document = "<x:a b='c'>t<x:d><e>1</e><e>2</e></x:d><f/></x:a>";
    xml::Reader reader(document);
    CHECK(reader.name() == "a");
    CHECK(reader.whole_name() == "x:a");
    CHECK(reader.attributes().size() == 1);
    REQUIRE(reader.next_child());
    CHECK(reader.name() == "d");
    CHECK(reader.attributes().empty());
    xml::Reader again = reader;
    reader.skip();
    REQUIRE(reader.next_child());
    CHECK(reader.name() == "f");
    std::string room;
    CHECK(reader.text(room).empty());
    CHECK_FALSE(reader.next_child());
    reader.finish();
    REQUIRE(again.next_child());
    CHECK(again.text(room) == "1");
    REQUIRE(again.next_child());
    CHECK(again.name() == "e");
    CHECK(again.text(room) == "2");
    CHECK_FALSE(again.next_child());
}
