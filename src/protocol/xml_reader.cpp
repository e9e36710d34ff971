#include "protocol/xml_reader.hpp"

#include "protocol/failure.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/xml_names.hpp"
#include "schema/words.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace botocraft::protocol::xml {

namespace {

// What the characters of ASCII may be.
enum Class : std::uint8_t {
    name_begins = 1,
    name_goes_on = 2,
    blank = 4,
    usual = 8,  // any character of XML but '\r', which the end of a line may begin with
};
constexpr std::array<std::uint8_t, 256> classes = [] {
    std::array<std::uint8_t, 256> table{};
    const auto add = [&table](char first, char last, unsigned what) {
        for (int c = first; c <= last; ++c) table[static_cast<std::size_t>(c)] |= static_cast<std::uint8_t>(what);
    };
    add(' ', '\x7f', usual);
    for (const char c : {'\t', '\n'}) add(c, c, usual);
    for (const char c : {' ', '\t', '\r', '\n'}) add(c, c, blank);
    for (const char c : {':', '_'}) add(c, c, name_begins | name_goes_on);
    add('A', 'Z', name_begins | name_goes_on);
    add('a', 'z', name_begins | name_goes_on);
    add('0', '9', name_goes_on);
    for (const char c : {'-', '.'}) add(c, c, name_goes_on);
    return table;
}();
bool is(char c, Class what) noexcept { return (classes[static_cast<unsigned char>(c)] & what) != 0; }

constexpr std::uint64_t ones = 0x0101010101010101;
constexpr std::uint64_t highs = 0x8080808080808080;
constexpr bool little = std::endian::native == std::endian::little;

std::uint64_t load(const char* at) noexcept {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    return word;
}
// The high bit of every byte that is c or beyond ASCII; of those above the lowest such byte some may be wrong.
constexpr std::uint64_t equal(std::uint64_t word, char c) noexcept {
    return highs - (word ^ (ones * static_cast<unsigned char>(c)));
}
// Likewise of those that a run of text does not simply go over.
constexpr std::uint64_t stops(std::uint64_t word) noexcept {
    const std::uint64_t control = (highs | ones * (' ' - 1)) - word;
    return (control | word | equal(word, '<') | equal(word, '&') | equal(word, ']')) & highs;
}
// The bytes before the lowest mark.
std::ptrdiff_t before(std::uint64_t marks) noexcept { return std::countr_zero(marks) / 8; }

constexpr std::string_view comment_opens = "<!--";
constexpr std::string_view cdata_opens = "<![CDATA[";
constexpr std::string_view cdata_closes = "]]>";

struct Entity {
    std::string_view reference;
    char character;
};
constexpr Entity entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};

constexpr char32_t too_large = 0x110000;

// The code of a well-formed reference to a character, `&#65;` or `&#x41;`.
char32_t code_of(std::string_view reference) noexcept {
    const bool hexadecimal = reference[2] == 'x';
    char32_t code = 0;
    for (const char c : reference.substr(hexadecimal ? 3 : 2)) {
        if (c == ';') break;
        const auto digit = static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        code = std::min(static_cast<char32_t>(code * (hexadecimal ? 16 : 10) + digit), too_large);
    }
    return code;
}

bool is_character(char32_t code) noexcept {
    if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
    return code < too_large && (code < 0xd800 || code > 0xdfff) && code != 0xfffe && code != 0xffff;
}

void append_utf8(std::string& out, char32_t code) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
    const auto rest = [&](int shift) { put(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6);
        rest(0);
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        rest(6);
        rest(0);
    } else {
        put(0xf0 | code >> 18);
        rest(12);
        rest(6);
        rest(0);
    }
}

// Of one that is well-formed.
void append_referred(std::string& out, std::string_view reference) {
    if (reference[1] == '#') {
        append_utf8(out, code_of(reference));
        return;
    }
    for (const Entity& entity : entities) {
        if (entity.reference == reference) out += entity.character;
    }
}

// All ends of lines are '\n' (2.11).
void append_lines(std::string& out, std::string_view text) {
    for (std::size_t at = text.find('\r'); at != text.npos; at = text.find('\r')) {
        out.append(text, 0, at) += '\n';
        text.remove_prefix(text.substr(at).starts_with("\r\n") ? at + 2 : at + 1);
    }
    out += text;
}

}  // namespace

// All blanks are spaces (3.3.3), but not those that are referred to.
std::string_view attribute_value(const Attribute& attribute, std::string& room) {
    std::string_view text = attribute.text;
    constexpr std::string_view others = "&\t\r\n";
    std::size_t at = text.find_first_of(others);
    if (at == text.npos) return text;
    room.clear();
    for (; at != text.npos; at = text.find_first_of(others)) {
        room.append(text, 0, at);
        text.remove_prefix(at);
        std::size_t size = text.starts_with("\r\n") ? 2 : 1;
        if (text.front() == '&') {
            size = text.find(';') + 1;
            append_referred(room, text.substr(0, size));
        } else {
            room += ' ';
        }
        text.remove_prefix(size);
    }
    room += text;
    return room;
}

Reader::Reader(std::string_view document, std::size_t depth)
    : at_(document.data()), begin_(document.data()), end_(document.data() + document.size()), most_deep_(depth) {
    prolog();
    open();
}

bool Reader::next_child() {
    if (empty_) {
        empty_ = false;
        --depth_;
        return false;
    }
    for (const char* at = blanks(at_);;) {
        if (look(at) != '<') {
            const char* const end = run(at);
            at = look(end) == '<' ? end : special(end, nullptr);
            continue;
        }
        const char next = look(at, 1);
        if (next == '!' || next == '?') {
            at = special(at, nullptr);
            continue;
        }
        at_ = at;
        if (next == '/') {
            close();
            return false;
        }
        open();
        return true;
    }
}

std::string_view Reader::text(std::string& room) {
    if (empty_) {
        empty_ = false;
        --depth_;
        return {};
    }
    const char* const first = at_;
    const char* const end = run(first);
    if (look(end) != '<' || look(end, 1) != '/') return rest_of_text(end, room);
    at_ = end;
    close();
    return {first, end};
}

// `at` is the end of the first run.
std::string_view Reader::rest_of_text(const char* at, std::string& room) {
    room.assign(at_, at);
    for (;;) {
        const char next = look(at, 1);
        if (look(at) != '<' || next == '!' || next == '?') {
            at = special(at, &room);
        } else {
            at_ = at;
            if (next == '/') {
                close();
                return room;
            }
            open();
            skip();
            at = at_;
        }
        const char* const end = run(at);
        room.append(at, end);
        at = end;
    }
}

void Reader::skip() {
    for (const std::size_t outside = depth_ - 1; depth_ != outside;) static_cast<void>(next_child());
}

void Reader::finish() {
    const char* const at = outside(at_);
    if (at != end_) malformed(at, *at == '<' ? "there is a second root element" : "text follows the root element");
}

// --- what elements have around them ----------------------------------------------------------------------------------

void Reader::prolog() {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (stands(at_, byte_order_mark)) at_ += byte_order_mark.size();
    constexpr std::string_view opens = "<?xml";
    if (stands(at_, opens) && (is(look(at_, opens.size()), blank) || look(at_, opens.size()) == '?')) {
        const std::string_view rest{at_, end_};
        const std::size_t size = rest.find("?>");
        if (size == rest.npos) malformed(end_, "it ends in its declaration");
        declaration(at_ + opens.size(), at_ + size);
        at_ += size + 2;
    }
    at_ = outside(at_);
    if (at_ == end_) malformed(at_, "there is no element in it");
    if (stands(at_, "<!DOCTYPE")) malformed(at_, "it has a document type declaration, as web pages have");
    if (*at_ != '<') malformed(at_, "there is text outside of its elements");
}

// Comments, processing instructions and blanks.
const char* Reader::outside(const char* at) {
    for (;;) {
        at = blanks(at);
        if (stands(at, comment_opens)) {
            at = comment(at);
        } else if (stands(at, "<?")) {
            at = instruction(at);
        } else {
            return at;
        }
    }
}

// version, encoding and standalone, in that order (2.8); all but the first may be left out. As the reference does, it
// takes any version: what is refused of version 1.1 are the characters that 1.0 has not.
void Reader::declaration(const char* at, const char* end) {
    const auto is_value = [](char c) { return is(c, name_goes_on) && c != ':'; };
    std::string_view name;
    std::string_view value;
    const auto next = [&] {
        const char* const first = blanks(at);
        if (first >= end) return false;
        if (first == at) malformed(at, "its declaration has no blank where one must be");
        const char* const name_end = name_from(first);
        name = {first, name_end};
        at = blanks(name_end);
        expect(at, '=', "its declaration has no value where one must be");
        at = blanks(at + 1);
        const char quote = look(at);
        if (quote != '"' && quote != '\'') malformed(at, "its declaration has no value where one must be");
        const char* const value_end = std::find_if_not(at + 1, end, is_value);
        if (value_end == end || *value_end != quote) malformed(value_end, "its declaration makes no sense");
        value = {at + 1, value_end};
        at = value_end + 1;
        return true;
    };
    if (!next() || name != "version") malformed(at, "its declaration does not begin with the version");
    if (!next()) return;
    if (name == "encoding") {
        ascii_only_ = equal_ignoring_case(value, "US-ASCII");
        if (!ascii_only_ && !equal_ignoring_case(value, "UTF-8")) malformed(at, "its encoding is not UTF-8");
        if (!next()) return;
    }
    if (name != "standalone" || (value != "yes" && value != "no")) malformed(at, "its declaration makes no sense");
    if (blanks(at) != end) malformed(at, "its declaration makes no sense");
}

// --- tags ------------------------------------------------------------------------------------------------------------

// The tag that begins at at_.
void Reader::open() {
    const char* const first = at_ + 1;
    // Elements of a list are all called alike.
    if (depth_ < open_.size()) {
        const std::size_t size = open_[depth_].name.size();
        if (static_cast<std::size_t>(end_ - first) > size && first[size] == '>' &&
            schema::same_text(first, open_[depth_].name.data(), size)) {
            ++depth_;
            attributes_.clear();
            at_ = first + size + 1;
            return;
        }
    } else {
        if (depth_ == most_deep_) too_deep();
        open_.emplace_back();
    }
    const char* const end = name_from(first);
    Open& opened = open_[depth_++];
    opened.name = {first, end};
    opened.prefix = opened.name.find(':') + 1;
    if (look(end) == '>') {
        attributes_.clear();
        at_ = end + 1;
    } else {
        attributes(end);
    }
}

// From the end of the name to that of the tag.
void Reader::attributes(const char* at) {
    attributes_.clear();
    for (;;) {
        const char* const first = blanks(at);
        const char c = look(first);
        if (c == '>' || c == '/') {
            empty_ = c == '/';
            at_ = first + 1;
            if (empty_) expect(at_++, '>', "a tag does not end behind its slash");
            if (attributes_.size() > 1) refuse_twins();
            return;
        }
        if (first == at) malformed(at, "there is no blank before an attribute");
        const char* const name_end = name_from(first);
        at = blanks(name_end);
        expect(at, '=', "an attribute has no value");
        at = blanks(at + 1);
        const char quote = look(at);
        if (quote != '"' && quote != '\'') malformed(at, "an attribute's value is not in quotes");
        const char* const value = ++at;
        while (look(at) != quote) {
            if (look(at) == '<') malformed(at, "there is a < in an attribute");
            at = look(at) == '&' ? reference(at) : is(look(at), usual) ? at + 1 : unusual(at);
        }
        attributes_.push_back({{first, name_end}, {value, at}});
        ++at;
    }
}

void Reader::refuse_twins() {
    constexpr std::size_t few = 8;
    const auto refuse = [this] { malformed(at_, "an attribute is there twice"); };
    if (attributes_.size() <= few) {
        for (std::size_t i = 1; i < attributes_.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (attributes_[i].name == attributes_[j].name) refuse();
            }
        }
        return;
    }
    std::vector<std::string_view> names;
    for (const Attribute& attribute : attributes_) names.push_back(attribute.name);
    std::ranges::sort(names);
    if (std::ranges::adjacent_find(names) != names.end()) refuse();
}

// The end tag that begins at at_.
void Reader::close() {
    const std::string_view name = open_[depth_ - 1].name;
    const char* const first = at_ + 2;
    if (static_cast<std::size_t>(end_ - first) <= name.size() ||
        !schema::same_text(first, name.data(), name.size())) {
        malformed(at_, "an end tag has not the name of its element");
    }
    const char* const behind = first + name.size();
    const char* const end = *behind == '>' ? behind : blanks(behind);
    expect(end, '>', "an end tag has not the name of its element");
    --depth_;
    at_ = end + 1;
}

// --- pieces ----------------------------------------------------------------------------------------------------------

// What stands where a run ends: a reference, the end of a line, a comment, CDATA or a processing instruction. If it has
// a text, that is appended.
const char* Reader::special(const char* at, std::string* text) {
    const char* end = nullptr;
    switch (look(at)) {
        case '&':
            end = reference(at);
            if (text) append_referred(*text, {at, end});
            return end;
        case '\r':
            end = look(at, 1) == '\n' ? at + 2 : at + 1;
            if (text) *text += '\n';
            return end;
        case '<': break;
        default: malformed(at, "it ends within an element");
    }
    if (look(at, 1) == '?') return instruction(at);
    if (stands(at, comment_opens)) return comment(at);
    if (!stands(at, cdata_opens)) malformed(at, "there is a declaration within an element");
    end = cdata(at);
    if (text) append_lines(*text, {at + cdata_opens.size(), end - cdata_closes.size()});
    return end;
}

// Characters that stand for themselves: up to '<', '&', '\r' or the end of the document.
const char* Reader::run(const char* at) const {
    for (;;) {
        if constexpr (little) {
            while (end_ - at >= 8) {
                const std::uint64_t marks = stops(load(at));
                if (marks != 0) {
                    at += before(marks);
                    break;
                }
                at += 8;
            }
        }
        if (at == end_) return at;
        switch (*at) {
            case '<':
            case '&':
            case '\r': return at;
            case ']':
                if (stands(at, cdata_closes)) malformed(at, "there is a ]]> in a text");
                ++at;
                break;
            default: at = is(*at, usual) ? at + 1 : unusual(at);
        }
    }
}

// Indentation is half of many a document.
const char* Reader::blanks(const char* at) const noexcept {
    if (look(at) == '\n') ++at;
    for (;;) {
        if constexpr (little) {
            while (end_ - at >= 8) {
                const std::uint64_t others = load(at) ^ (ones * ' ');
                if (others != 0) {
                    at += before(others);
                    break;
                }
                at += 8;
            }
        }
        if (!is(look(at), blank)) return at;
        ++at;
    }
}

const char* Reader::name_from(const char* at) const {
    const char* const first = at;
    for (Class what = name_begins;; what = name_goes_on) {
        while (is(look(at), what)) {
            what = name_goes_on;
            ++at;
        }
        if (static_cast<unsigned char>(look(at)) < 0x80) break;
        char32_t code = 0;
        const char* const end = character(at, code);
        if (!(at == first ? begins_name(code) : continues_name(code))) break;
        at = end;
    }
    if (at == first) malformed(at, "there is no name where one must be");
    return at;
}

const char* Reader::reference(const char* at) const {
    if (look(at, 1) != '#') {
        for (const Entity& entity : entities) {
            if (stands(at, entity.reference)) return at + entity.reference.size();
        }
        malformed(at, "there is an entity that XML does not have, or a lone &");
    }
    const bool hexadecimal = look(at, 2) == 'x';
    const char* const digits = at + (hexadecimal ? 3 : 2);
    const char* end = digits;
    const auto is_digit = [hexadecimal](char c) {
        return (c >= '0' && c <= '9') || (hexadecimal && ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'));
    };
    while (is_digit(look(end))) ++end;
    if (end == digits || look(end) != ';') malformed(at, "a reference to a character makes no sense");
    if (!is_character(code_of({at, end + 1}))) malformed(at, "a reference is to no character of XML");
    return end + 1;
}

const char* Reader::comment(const char* at) const {
    at += comment_opens.size();
    while (!stands(at, "--")) at = is(look(at), usual) ? at + 1 : unusual(at);
    expect(at + 2, '>', "there is a -- in a comment");
    return at + 3;
}

const char* Reader::cdata(const char* at) const {
    at += cdata_opens.size();
    while (!stands(at, cdata_closes)) at = is(look(at), usual) ? at + 1 : unusual(at);
    return at + cdata_closes.size();
}

const char* Reader::instruction(const char* at) {
    const char* const target = at + 2;
    at = name_from(target);
    if (equal_ignoring_case({target, at}, "xml")) malformed(target, "its declaration does not stand at its beginning");
    if (!stands(at, "?>") && !is(look(at), blank)) malformed(at, "a processing instruction makes no sense");
    while (!stands(at, "?>")) at = is(look(at), usual) ? at + 1 : unusual(at);
    return at + 2;
}

// One that is not `usual`.
const char* Reader::unusual(const char* at) const {
    if (look(at) == '\r') return at + 1;
    char32_t code = 0;
    return character(at, code);
}

// One of several bytes.
const char* Reader::character(const char* at, char32_t& code) const {
    const auto lead = static_cast<unsigned char>(look(at));
    if (at == end_) malformed(at, "it ends in the middle");
    if (lead == 0) malformed(at, "there is a zero byte in it");
    if (lead < 0x80) malformed(at, "there is a control character in it");
    if (ascii_only_) malformed(at, "it is not ASCII, as it says");
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    constexpr char32_t least[] = {0x80, 0x800, 0x10000};
    code = lead & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        const auto next = static_cast<unsigned char>(look(at, i));
        if ((next & 0xc0) != 0x80) malformed(at, "it is not UTF-8");
        code = code << 6 | (next & 0x3f);
    }
    if (lead < 0xc0 || lead > 0xf7 || code < least[size - 2]) malformed(at, "it is not UTF-8");
    if (!is_character(code)) malformed(at, "it is not UTF-8, or a character of it is none of XML");
    return at + size;
}

bool Reader::stands(const char* at, std::string_view text) const noexcept {
    return static_cast<std::size_t>(end_ - at) >= text.size() && std::memcmp(at, text.data(), text.size()) == 0;
}

void Reader::expect(const char* at, char c, std::string_view what) const {
    if (look(at) != c) malformed(at, what);
}

void Reader::too_deep() const {
    invalid_reply("the elements of the reply are nested more than " + std::to_string(most_deep_) +
                  " deep; raise the limit if that is right");
}

void Reader::malformed(const char* at, std::string_view what) const {
    std::string explanation = "the body is not XML: ";
    explanation.append(what).append(", at byte ").append(std::to_string(at - begin_));
    invalid_reply(std::move(explanation));
}

}  // namespace botocraft::protocol::xml
