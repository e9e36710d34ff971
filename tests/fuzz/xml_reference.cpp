#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/scalar_text.hpp"
#include "protocol/xml_document.hpp"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace xml = botocraft::protocol::xml;

namespace {

// A document as text without what no member is made of: comments, and blanks where elements are.
constexpr char opening = '\x01';
constexpr char attribute = '\x02';
constexpr char closing = '\x03';

void append_without_blanks(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
    }
}

// --- Expat, which is strict ------------------------------------------------------------------------------------------

struct Reading {
    std::string out;
    std::vector<std::string> texts;  // of the open elements
    bool has_declarations = false;   // of entities and the like, of which ours knows nothing

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
        auto& reading = *static_cast<Reading*>(self);
        append_without_blanks(reading.texts.back(), {data, static_cast<std::size_t>(size)});
    }
    static void declaration(void* self, const char*, const char*, const char*, int) {
        static_cast<Reading*>(self)->has_declarations = true;
    }
};

std::optional<Reading> read_by_expat(std::string_view text) {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                              &XML_ParserFree);
    Reading reading;
    XML_SetUserData(parser.get(), &reading);
    XML_SetElementHandler(parser.get(), Reading::begin, Reading::end);
    XML_SetCharacterDataHandler(parser.get(), Reading::text);
    XML_SetStartDoctypeDeclHandler(parser.get(), Reading::declaration);
    if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1) != XML_STATUS_OK) return std::nullopt;
    return reading;
}

// --- ours ------------------------------------------------------------------------------------------------------------

void append(std::string& out, pugi::xml_node node) {
    out.append(1, opening).append(node.name());
    for (const pugi::xml_attribute each : node.attributes()) {
        out.append(1, attribute).append(each.name()).append(1, attribute).append(each.value());
    }
    for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
        if (xml::is_element(child)) append(out, child);
    }
    std::string room;
    out += closing;
    append_without_blanks(out, xml::text_of(node, room));
}

// --- the reference library, as it reads what it reads with everything switched on ------------------------------------

bool accepted_by_pugixml(std::string_view text) {
    pugi::xml_document document;
    return static_cast<bool>(document.load_buffer(text.data(), text.size(), pugi::parse_full, pugi::encoding_utf8));
}

std::size_t depth_of(const std::string& flat) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    for (const char c : flat) {
        if (c == opening) deepest = std::max(deepest, ++depth);
        if (c == closing) --depth;
    }
    return deepest;
}

}  // namespace

void fuzz::xml_reference(std::string_view bytes) {
    xml::Document document;
    const bool accepted = document.parse(bytes).empty();
    // Beyond what pugixml asks for: UTF-8 without zero bytes, and one root element.
    if (accepted) require(accepted_by_pugixml(bytes), "pugixml accepts what is accepted");

    const auto strict = read_by_expat(bytes);
    if (!strict || strict->has_declarations) return;
    require(accepted, "what is well-formed is accepted");
    if (depth_of(strict->out) > 1000) return;
    std::string flat;
    append(flat, document.root());
    require(flat == strict->out, "the same elements, attributes and texts are read");
}
