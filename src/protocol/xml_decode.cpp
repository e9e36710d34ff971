#include "protocol/failure.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/xml.hpp"
#include "protocol/xml_document.hpp"

#include <algorithm>
#include <vector>

namespace botocraft::protocol::xml {

namespace {

using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Place;
using schema::Presence;
using schema::ShapeRef;

namespace flag = schema::member_flag;

constexpr schema::TimestampFormat body_times = schema::TimestampFormat::date_time;

bool is_flattened(const Member& member) noexcept {
    return schema::is_container(member.kind) && (member.flags & flag::flattened) != 0;
}

// Puts elements into members. A flattened list or map comes as elements of its own among the others.
class Decoder {
  public:
    explicit Decoder(const Limits& limits) noexcept : limits_(limits) {}

    void structure(ShapeRef shape, void* at, pugi::xml_node node, bool outermost) {
        enter();
        attributes(shape, at, node);
        unsigned hint = 0;
        const Member* chosen = nullptr;
        std::vector<Place> maps;  // flattened: sorted when all entries are there
        for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
            if (!is_element(child)) continue;
            const Member* const member = find(shape, local_name(child), hint);
            if (!member || !in_body(*member, outermost)) continue;
            if (shape.shape().flags & schema::shape_flag::union_) {
                if (chosen && chosen != member) invalid_reply("there are several members in a union: only one may be");
                chosen = member;
            }
            const Place place = schema::member_place(shape, *member, at);
            if (!is_flattened(*member)) {
                value(place, child, false);
                continue;
            }
            if (schema::presence(place) != Presence::present) {
                schema::make_container(place);
                if (member->kind == Kind::map) maps.push_back(place);
            }
            if (member->kind == Kind::map) {
                entry(schema::Appender(place), child);
            } else {
                count();
                value(schema::Appender(place).append(), child, true);
            }
        }
        for (const Place& map : maps) schema::Appender(map).finish();
        --depth_;
    }

    // What S3 does for one operation: the root element is the member itself.
    bool unwrapped(ShapeRef shape, void* at, pugi::xml_node root) {
        unsigned hint = 0;
        const Member* const member = schema::find_wire_name(shape, local_name(root), hint);
        if (!member || member->location != Location::body) return false;
        if (member->kind == Kind::structure || schema::is_container(member->kind)) return false;
        for (pugi::xml_node child = root.first_child(); child; child = child.next_sibling()) {
            if (is_element(child)) return false;
        }
        value(schema::member_place(shape, *member, at), root, false);
        return true;
    }

  private:
    void enter() {
        if (++depth_ > limits_.depth) {
            invalid_reply("the reply is nested more than " + std::to_string(limits_.depth) +
                          " deep; raise the limit if that is right");
        }
    }
    void count() {
        if (++elements_ > limits_.elements) {
            invalid_reply("the reply has more than " + std::to_string(limits_.elements) +
                          " elements; raise the limit if that is right");
        }
    }
    static bool in_body(const Member& member, bool outermost) noexcept {
        return member.location == Location::body || (!outermost && member.location != Location::none);
    }
    static const Member* find(ShapeRef shape, std::string_view name, unsigned& hint) noexcept {
        if (const Member* const member = schema::find_wire_name(shape, name, hint)) return member;
        // A flattened list without a name of its own may come under that of its elements.
        for (const Member& member : shape) {
            if (member.kind != Kind::list || !is_flattened(member)) continue;
            if (shape.schema->wire_name(schema::element_row(*shape.schema, member)) == name) return &member;
        }
        return nullptr;
    }
    void attributes(ShapeRef shape, void* at, pugi::xml_node node) {
        for (const pugi::xml_attribute attribute : node.attributes()) {
            unsigned hint = 0;
            const Member* const member = schema::find_wire_name(shape, attribute.name(), hint);
            if (!member || (member->flags & flag::xml_attribute) == 0) continue;
            parse_scalar(schema::member_place(shape, *member, at), attribute.value(), body_times);
        }
    }
    void value(Place place, pugi::xml_node node, bool fresh) {
        switch (place.kind()) {
            case Kind::structure:
                structure(place.target(),
                          fresh ? schema::make_structure(place) : schema::make_new_structure(place), node, false);
                break;
            case Kind::list: list(place, node); break;
            case Kind::map: map(place, node); break;
            case Kind::state: break;
            default: room_.clear(); parse_scalar(place, text_of(node, room_), body_times);
        }
    }
    void list(Place place, pugi::xml_node node) {
        enter();
        schema::make_container(place);
        const schema::Appender appender(place);
        for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
            if (!is_element(child)) continue;
            count();
            value(appender.append(), child, true);
        }
        --depth_;
    }
    void map(Place place, pugi::xml_node node) {
        enter();
        schema::make_container(place);
        const schema::Appender appender(place);
        for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
            if (is_element(child)) entry(appender, child);
        }
        appender.finish();
        --depth_;
    }
    // Key and value by their names, or as the first and the second element.
    void entry(const schema::Appender& appender, pugi::xml_node node) {
        count();
        const Member& value_row = appender.row();
        const Member& key_row = *(&value_row - 1);
        pugi::xml_node key;
        pugi::xml_node found;
        for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
            if (!is_element(child)) continue;
            const std::string_view name = local_name(child);
            if (name == appender.schema().wire_name(key_row)) {
                key = child;
            } else if (name == appender.schema().wire_name(value_row)) {
                found = child;
            }
        }
        if (!key) invalid_reply("an entry of a map has no key");
        room_.clear();
        const Place place = appender.append(std::string(text_of(key, room_)));
        if (found) value(place, found, true);
    }

    const Limits& limits_;
    std::size_t depth_ = 0;
    std::size_t elements_ = 0;
    std::string room_;
};

// The element that has Code and Message in it.
pugi::xml_node error_node(pugi::xml_node root) noexcept {
    if (local_name(root) == "Error") return root;
    if (const pugi::xml_node error = find_child(root, "Error")) return error;
    if (const pugi::xml_node errors = find_child(root, "Errors")) return find_child(errors, "Error");
    return find_child(root, "Code") ? root : pugi::xml_node();
}

std::string child_text(pugi::xml_node node, std::string_view name) {
    std::string room;
    return std::string(trimmed(text_of(find_child(node, name, true), room)));
}

Error error_of(pugi::xml_node root) {
    const pugi::xml_node node = error_node(root);
    Error error{child_text(node, "Code"), child_text(node, "Message"), child_text(root, "RequestId")};
    if (error.request_id.empty()) error.request_id = child_text(node, "RequestId");
    return error;
}

[[noreturn]] void throw_service_error(pugi::xml_node root) {
    Error error = error_of(root);
    ErrorDetails details;
    details.kind = ErrorKind::service;
    details.code = std::move(error.code);
    details.message = std::move(error.message);
    details.request_id = std::move(error.request_id);
    details.explanation = "the reply has the status of a success, and an error in it";
    throw_error(std::move(details));
}

// The element whose children are the members; null where there is none.
pugi::xml_node members_node(Frame frame, pugi::xml_node root) {
    const std::string_view name = local_name(root);
    if (name == "ErrorResponse" || name == "Error") throw_service_error(root);
    if (frame == Frame::bare) return root;
    if (!name.ends_with("Response")) invalid_reply("the body is XML but not a reply of this service");
    if (frame == Frame::ec2) {
        if (find_child(root, "Errors")) throw_service_error(root);
        return root;
    }
    for (pugi::xml_node child = root.first_child(); child; child = child.next_sibling()) {
        if (is_element(child) && local_name(child).ends_with("Result")) return child;
    }
    return {};
}

void decode_into(Frame frame, ShapeRef shape, std::string_view body, void* structure, const Limits& limits) {
    Document document;
    if (const std::string wrong = document.parse(body); !wrong.empty()) invalid_reply("the body is not XML: " + wrong);
    const pugi::xml_node root = document.root();
    if (!root) invalid_reply("the body is not XML: there is no element in it");
    if (equal_ignoring_case(local_name(root), "html")) invalid_reply("the body is a web page");
    const bool error_is_meant = frame == Frame::bare && root_tag(shape).name == local_name(root);
    const pugi::xml_node node = error_is_meant ? root : members_node(frame, root);
    if (!node) return;
    Decoder decoder(limits);
    if (frame == Frame::bare && decoder.unwrapped(shape, structure, node)) return;
    decoder.structure(shape, structure, node, true);
}

}  // namespace

void decode(Frame frame, ShapeRef shape, std::string_view body, void* structure, const Limits& limits) {
    if (trimmed(body).empty()) return;
    try {
        decode_into(frame, shape, body, structure, limits);
    } catch (...) {
        schema::clear(shape, structure);
        throw;
    }
}

Error decode_error(std::string_view body) {
    Document document;
    if (!document.parse(body).empty() || !document.root()) return {};
    return error_of(document.root());
}

void decode_error_members(ShapeRef shape, std::string_view body, void* structure, const Limits& limits) {
    Document document;
    if (const std::string wrong = document.parse(body); !wrong.empty()) invalid_reply("the body is not XML: " + wrong);
    const pugi::xml_node node = error_node(document.root());
    if (!node) return;
    try {
        Decoder(limits).structure(shape, structure, node, true);
    } catch (...) {
        schema::clear(shape, structure);
        throw;
    }
}

}  // namespace botocraft::protocol::xml
