#include "protocol/base64.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/xml.hpp"
#include "protocol/xml_detail.hpp"

#include <array>

namespace botocraft::protocol::xml {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Presence;
using schema::ShapeRef;

namespace flag = schema::member_flag;

constexpr schema::TimestampFormat body_times = schema::TimestampFormat::date_time;

bool is_attribute(const Member& member) noexcept { return (member.flags & flag::xml_attribute) != 0; }

class Encoder {
  public:
    explicit Encoder(std::string& out) noexcept : out_(out) {}

    void structure(const Tag& tag, ShapeRef shape, const void* at, bool outermost) {
        open(tag);
        for (const Member& member : shape) {
            const ConstPlace place = schema::member_place(shape, member, at);
            if (is_attribute(member) && in_body(member, outermost) && schema::presence(place) == Presence::present) {
                attribute(place);
            }
        }
        out_ += '>';
        members(shape, at, outermost);
        close(tag.name);
    }
    void members(ShapeRef shape, const void* at, bool outermost) {
        for (const Member& member : shape) {
            const ConstPlace place = schema::member_place(shape, member, at);
            if (is_attribute(member) || !in_body(member, outermost)) continue;
            if (schema::presence(place) == Presence::present) value(tag_of(place), place);
        }
    }

  private:
    // Members of structures inside of others have no other place to travel.
    static bool in_body(const Member& member, bool outermost) noexcept {
        return member.location == Location::body || (!outermost && member.location != Location::none);
    }
    static Tag tag_of(ConstPlace place) noexcept {
        Tag tag;
        tag.name = place.schema->wire_name(*place.row);
        const schema::XmlDetail* detail = detail_of(*place.schema, *place.row);
        if (!detail || detail->uri.length == 0) {
            detail = place.kind() == Kind::structure || schema::is_container(place.kind()) ? detail_of(place.target())
                                                                                           : nullptr;
        }
        if (detail) {
            tag.prefix = place.schema->text(detail->prefix);
            tag.uri = place.schema->text(detail->uri);
        }
        return tag;
    }
    void open(const Tag& tag) {
        out_ += '<';
        out_ += tag.name;
        if (tag.uri.empty()) return;
        out_ += " xmlns";
        if (!tag.prefix.empty()) out_.append(":").append(tag.prefix);
        out_ += "=\"";
        append_escaped(out_, tag.uri);
        out_ += '"';
    }
    void close(std::string_view name) { out_.append("</").append(name).append(">"); }
    void attribute(ConstPlace place) {
        out_ += ' ';
        out_ += place.schema->wire_name(*place.row);
        out_ += "=\"";
        text(place);
        out_ += '"';
    }
    void text(ConstPlace place) {
        if (place.kind() == Kind::string) {
            append_escaped(out_, schema::scalar<std::string>(place));
        } else if (place.kind() == Kind::document) {
            append_escaped(out_, schema::scalar<document>(place).json());
        } else {
            append_scalar(out_, place, body_times);
        }
    }
    void value(const Tag& tag, ConstPlace place) {
        switch (place.kind()) {
            case Kind::structure: structure(tag, place.target(), schema::structure(place), false); break;
            case Kind::list: list(tag, place); break;
            case Kind::map: map(tag, place); break;
            case Kind::state: break;
            default:
                open(tag);
                out_ += '>';
                text(place);
                close(tag.name);
        }
    }
    void element(const Tag& tag, ConstPlace place) {
        if (schema::element_presence(place) == Presence::present) {
            value(tag, place);
        } else {
            open(tag);
            out_ += "/>";
        }
    }
    void list(const Tag& tag, ConstPlace place) {
        const schema::ConstRange range = schema::elements(place);
        if (place.has(flag::flattened)) {
            for (std::size_t i = 0; i < range.size(); ++i) element(tag, range[i]);
            return;
        }
        open(tag);
        out_ += '>';
        for (std::size_t i = 0; i < range.size(); ++i) element(tag_of(range[i]), range[i]);
        close(tag.name);
    }
    void map(const Tag& tag, ConstPlace place) {
        const schema::ConstRange range = schema::elements(place);
        if (place.has(flag::flattened)) {
            for (std::size_t i = 0; i < range.size(); ++i) entry(tag, place, range, i);
            return;
        }
        open(tag);
        out_ += '>';
        constexpr Tag entry_tag{.name = "entry", .prefix = {}, .uri = {}};
        for (std::size_t i = 0; i < range.size(); ++i) entry(entry_tag, place, range, i);
        close(tag.name);
    }
    void entry(const Tag& tag, ConstPlace map, const schema::ConstRange& range, std::size_t i) {
        open(tag);
        out_ += '>';
        const ConstPlace key{map.schema, map.target().begin(), nullptr, true};
        const Tag key_tag = tag_of(key);
        open(key_tag);
        out_ += '>';
        append_escaped(out_, range.key(i));
        close(key_tag.name);
        element(tag_of(range[i]), range[i]);
        close(tag.name);
    }

    std::string& out_;
};

// What stands for a character that XML would take for something else, or change: empty for all others.
std::string_view reference(std::string_view text, std::size_t i, std::size_t& length) noexcept {
    length = 1;
    switch (text[i]) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\'': return "&apos;";
        case '\n': return "&#xA;";
        case '\r': return "&#xD;";
        case '\t': return "&#x9;";
        default: break;
    }
    // Line ends of XML 1.1.
    if (text.substr(i, 2) == "\xc2\x85") return length = 2, "&#x85;";
    if (text.substr(i, 3) == "\xe2\x80\xa8") return length = 3, "&#x2028;";
    return {};
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
    static constexpr std::array<bool, 256> special = [] {
        std::array<bool, 256> table{};
        for (unsigned c = 0; c < 0x20; ++c) table[c] = true;
        for (const char c : {'&', '<', '>', '"', '\'', '\xc2', '\xe2'}) table[static_cast<unsigned char>(c)] = true;
        return table;
    }();
    constexpr char digits[] = "0123456789ABCDEF";
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (!special[c]) {
            ++i;
            continue;
        }
        std::size_t length = 1;
        const std::string_view stands = reference(text, i, length);
        if (stands.empty() && c >= 0x20) {
            ++i;
            continue;
        }
        out.append(text, plain, i - plain);
        if (stands.empty()) {
            out += "&#x";
            if (c >= 16) out += '1';
            out += digits[c & 15];
            out += ';';
        } else {
            out += stands;
        }
        i += length;
        plain = i;
    }
    out.append(text, plain);
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
    out.append("<").append(name).append(">");
    append_escaped(out, text);
    out.append("</").append(name).append(">");
}

Tag root_tag(ShapeRef shape) noexcept {
    Tag tag;
    tag.name = shape.name();
    if (const schema::XmlDetail* const detail = detail_of(shape)) {
        if (detail->name.length != 0) tag.name = shape.schema->text(detail->name);
        tag.prefix = shape.schema->text(detail->prefix);
        tag.uri = shape.schema->text(detail->uri);
    }
    return tag;
}

Tag root_tag(ShapeRef parent, const Member& payload) noexcept {
    Tag tag = root_tag(parent.target(payload));
    tag.name = parent.schema->wire_name(payload);
    if (const schema::XmlDetail* const detail = detail_of(*parent.schema, payload); detail && detail->uri.length != 0) {
        tag.prefix = parent.schema->text(detail->prefix);
        tag.uri = parent.schema->text(detail->uri);
    }
    return tag;
}

void encode(const Tag& tag, ShapeRef shape, const void* structure, std::string& out) {
    Encoder(out).structure(tag, shape, structure, true);
}

void encode_members(ShapeRef shape, const void* structure, std::string& out) {
    Encoder(out).members(shape, structure, true);
}

}  // namespace botocraft::protocol::xml
