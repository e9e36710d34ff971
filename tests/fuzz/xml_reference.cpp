#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/scalar_text.hpp"
#include "protocol/xml_reader.hpp"
#include "text/case.hpp"

#include <expat.h>

#include <memory>
#include <optional>
#include <vector>

namespace protocol = botocraft::protocol;
namespace xml = botocraft::protocol::xml;

namespace {

// A document as text, with marks that no document has in it.
constexpr char opening = '\x01';
constexpr char attribute = '\x02';
constexpr char closing = '\x03';

// --- Expat, the reference --------------------------------------------------------------------------------------------

struct Reading {
    std::string out;
    std::vector<std::string> texts;  // of the open elements
    bool has_doctype = false;
    bool other_encoding = false;

    static void begin(void* self, const char* name, const char** attributes) {
        auto& reading = *static_cast<Reading*>(self);
        reading.out.append(1, opening).append(name);
        for (; *attributes; attributes += 2) {
            reading.out.append(1, attribute).append(attributes[0]).append(1, attribute).append(attributes[1]);
        }
        reading.texts.emplace_back();
    }
    static void end(void* self, const char*) {
        auto& reading = *static_cast<Reading*>(self);
        reading.out.append(1, closing).append(reading.texts.back());
        reading.texts.pop_back();
    }
    static void text(void* self, const char* data, int size) {
        static_cast<Reading*>(self)->texts.back().append(data, static_cast<std::size_t>(size));
    }
    static void doctype(void* self, const char*, const char*, const char*, int) {
        static_cast<Reading*>(self)->has_doctype = true;
    }
    static void declaration(void* self, const char*, const char* encoding, int) {
        static_cast<Reading*>(self)->other_encoding = encoding && !botocraft::equal_ignoring_case(encoding, "UTF-8") &&
                                                      !botocraft::equal_ignoring_case(encoding, "US-ASCII");
    }
};

std::optional<Reading> read_by_expat(std::string_view text) {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                              &XML_ParserFree);
    Reading reading;
    XML_SetUserData(parser.get(), &reading);
    XML_SetElementHandler(parser.get(), Reading::begin, Reading::end);
    XML_SetCharacterDataHandler(parser.get(), Reading::text);
    XML_SetStartDoctypeDeclHandler(parser.get(), Reading::doctype);
    XML_SetXmlDeclHandler(parser.get(), Reading::declaration);
    if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1) != XML_STATUS_OK) return std::nullopt;
    return reading;
}

// --- ours ------------------------------------------------------------------------------------------------------------

// The element that was opened last, which is closed then.
void append(std::string& out, xml::Reader& reader) {
    std::string room;
    out.append(1, opening).append(reader.whole_name());
    for (const xml::Attribute& each : reader.attributes()) {
        out.append(1, attribute).append(each.name).append(1, attribute).append(xml::attribute_value(each, room));
    }
    const std::string text(xml::Reader(reader).text(room));
    while (reader.next_child()) append(out, reader);
    out.append(1, closing).append(text);
}

constexpr std::size_t any_depth = std::size_t(-1);  // Expat has no limit

bool is_accepted(std::string_view bytes) {
    try {
        xml::Reader reader(bytes, any_depth);
        reader.skip();
        reader.finish();
        return true;
    } catch (const botocraft::ProtocolError&) {
        return false;
    }
}

}  // namespace

// What is accepted is what Expat accepts, less what xml_reader.hpp states; and the same is read in it.
void fuzz::xml_reference(std::string_view bytes) {
    const auto reference = read_by_expat(bytes);
    const bool other_encoding = (reference && reference->other_encoding) || !protocol::valid_utf8(bytes) ||
                                bytes.find('\0') != bytes.npos;  // as UTF-16 has it
    const bool expected = reference && !reference->has_doctype && !other_encoding;
    require(is_accepted(bytes) == expected, "the same documents are XML");
    constexpr std::size_t most = 1 << 14;  // every element's text is read anew with all that is in it
    if (!expected || bytes.size() > most) return;
    xml::Reader reader(bytes, any_depth);
    std::string flat;
    append(flat, reader);
    require(flat == reference->out, "the same elements, attributes and texts are read");
}
