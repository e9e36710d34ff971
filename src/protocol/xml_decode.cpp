#include "auth/canonical.hpp"
#include "protocol/element_count.hpp"
#include "protocol/failure.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/xml.hpp"
#include "protocol/xml_error.hpp"
#include "protocol/xml_reader.hpp"
#include "text/case.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <optional>
#include <utility>

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

bool is_scalar(Kind kind) noexcept {
    return kind != Kind::structure && kind != Kind::state && !schema::is_container(kind);
}

// Puts elements into members, and closes each that it is given open. A flattened list or map comes as elements of its
// own among the others.
class Decoder {
  public:
    Decoder(Reader& reader, const Limits& limits) noexcept : reader_(reader), limits_(limits), elements_(limits.elements) {}

    void structure(ShapeRef shape, void* at, bool outermost) {
        enter();
        attributes(shape, at);
        unsigned hint = 0;
        const Member* chosen = nullptr;
        Maps maps;
        while (reader_.next_child()) {
            const Member* const member = find(shape, reader_.name(), hint);
            if (!member || !in_body(*member, outermost)) {
                if (outermost && reader_.name() == "Errors") has_errors_ = true;
                reader_.skip();
                continue;
            }
            if (shape.shape().flags & schema::shape_flag::union_) {
                const bool goes_on = chosen == member && is_flattened(*member);
                if (chosen && !goes_on) invalid_reply("there are several members in a union: only one may be");
                chosen = member;
            }
            const Place place = schema::member_place(shape, *member, at);
            if (is_flattened(*member)) {
                flattened(place, maps);
            } else {
                value(place, false);
            }
        }
        for (const Place& map : maps) schema::Appender(map).finish();
        --depth_;
    }
    // Whether the outermost structure has, beside its members, what ec2 puts its errors in.
    [[nodiscard]] bool has_errors() const noexcept { return has_errors_; }

  private:
    using Maps = boost::container::small_vector<Place, 1>;  // flattened: sorted when all entries are there

    void enter() {
        if (++depth_ > limits_.depth) {
            invalid_reply("the reply is nested more than " + std::to_string(limits_.depth) +
                          " deep; raise the limit if that is right");
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
    void attributes(ShapeRef shape, void* at) {
        for (const Attribute& attribute : reader_.attributes()) {
            unsigned hint = 0;
            const Member* const member = schema::find_wire_name(shape, attribute.name, hint);
            if (!member || (member->flags & flag::xml_attribute) == 0) continue;
            parse_scalar(schema::member_place(shape, *member, at), attribute_value(attribute, room_), body_times,
                         limits_);
        }
    }
    void flattened(Place place, Maps& maps) {
        const bool is_map = place.kind() == Kind::map;
        if (schema::presence(place) != Presence::present) {
            schema::make_container(place);
            if (is_map) maps.push_back(place);
        }
        const schema::Appender appender(place);
        if (is_map) {
            entry(appender);
        } else {
            elements_.add();
            value(appender.append(), true);
        }
    }
    void value(Place place, bool fresh) {
        switch (place.kind()) {
            case Kind::structure: {
                elements_.add_structure(place.target());
                void* const at = fresh ? schema::make_structure(place) : schema::make_new_structure(place);
                structure(place.target(), at, false);
                break;
            }
            case Kind::list: list(place); break;
            case Kind::map: map(place); break;
            case Kind::state: reader_.skip(); break;
            default: scalar(place);
        }
    }
    void scalar(Place place) {
        const std::string_view text = reader_.text(room_);
        if ((place.row->flags & flag::percent_encoded) == 0) return parse_scalar(place, text, body_times, limits_);
        decoded_.clear();
        auth::append_decoded(decoded_, text);
        if (!valid_utf8(decoded_)) invalid_reply(std::string(place.schema->name(*place.row)) + " is not UTF-8");
        parse_scalar(place, decoded_, body_times, limits_);
    }
    void list(Place place) {
        enter();
        schema::make_container(place);
        const schema::Appender appender(place);
        const bool scalars = is_scalar(appender.row().kind);
        while (reader_.next_child()) {
            elements_.add();
            if (scalars) {
                parse_scalar(appender.append(), reader_.text(room_), body_times, limits_);
            } else {
                value(appender.append(), true);
            }
        }
        --depth_;
    }
    void map(Place place) {
        enter();
        schema::make_container(place);
        const schema::Appender appender(place);
        while (reader_.next_child()) entry(appender);
        appender.finish();
        --depth_;
    }
    // Key and value come in any order; of several the last one counts.
    void entry(const schema::Appender& appender) {
        elements_.add();
        const std::string_view key_name = appender.schema().wire_name(*(&appender.row() - 1));
        const std::string_view value_name = appender.schema().wire_name(appender.row());
        const schema::Appender::Entry entry = appender.append_entry();
        bool has_key = false;
        bool fresh = true;
        while (reader_.next_child()) {
            const std::string_view name = reader_.name();
            if (name == key_name) {
                entry.key = reader_.text(room_);
                has_key = true;
            } else if (name == value_name) {
                if (!std::exchange(fresh, false)) schema::reset(entry.value);
                value(entry.value, true);
            } else {
                reader_.skip();
            }
        }
        if (!has_key) invalid_reply("an entry of a map has no key");
    }

    Reader& reader_;
    const Limits& limits_;
    std::size_t depth_ = 0;
    ElementCount elements_;
    bool has_errors_ = false;
    std::string room_;
    std::string decoded_;
};

// What S3 does for one operation: the root element is the member itself, and has nothing but text.
bool decode_unwrapped(ShapeRef shape, const Reader& root, void* structure, const Limits& limits) {
    unsigned hint = 0;
    const Member* const member = schema::find_wire_name(shape, root.name(), hint);
    if (!member || member->location != Location::body) return false;
    if (member->kind == Kind::structure || schema::is_container(member->kind)) return false;
    Reader reader = root;
    if (reader.next_child()) return false;
    reader.finish();
    std::string room;
    const std::string_view text = Reader(root).text(room);
    parse_scalar(schema::member_place(shape, *member, structure), text, body_times, limits);
    return true;
}

// Whether a name is that of the operation with that ending; with an empty one, whether it ends so.
bool is_called(std::string_view name, std::string_view operation, std::string_view ending) noexcept {
    return name.ends_with(ending) &&
           (operation.empty() || (name.starts_with(operation) && name.size() == operation.size() + ending.size()));
}

bool is_error(std::string_view name) noexcept { return name == "Error" || name == "Errors"; }

// awsQuery: the children of ...Response are ...Result, which has the members, and ResponseMetadata.
void decode_result(ShapeRef shape, Reader& reader, std::string_view body, void* structure, const Limits& limits,
                   std::string_view operation) {
    bool found = false;
    bool error = false;
    while (reader.next_child()) {
        if (!found && is_called(reader.name(), operation, "Result")) {
            Decoder(reader, limits).structure(shape, structure, true);
            found = true;
        } else {
            error = error || is_error(reader.name());
            reader.skip();
        }
    }
    if (error) throw_service_error(body, limits);
    if (!found && shape.shape().member_count != 0) missing_body("the reply is XML, but has no result in it");
}

bool any_present(ShapeRef shape, const void* structure) noexcept {
    return std::any_of(shape.begin(), shape.end(), [&](const Member& member) {
        return schema::presence(schema::member_place(shape, member, structure)) == Presence::present;
    });
}

// Of a document that nothing was read from: whether it is one of this shape nevertheless, or that of somebody else.
bool may_be(ShapeRef shape, std::string_view body, const Limits& limits, std::string_view operation) {
    const Reader root(body, most_elements_deep(limits));
    if (root.name() == root_tag(shape).name || (!operation.empty() && root.name().starts_with(operation))) return true;
    bool has_children = false;
    unsigned hint = 0;
    for (Reader at = root; at.next_child(); at.skip()) {
        if (schema::find_wire_name(shape, at.name(), hint) != nullptr) return true;
        has_children = true;
    }
    std::string room;
    return !has_children && trimmed(Reader(root).text(room)).empty();
}

void decode_into(Frame frame, ShapeRef shape, std::string_view body, void* structure, const Limits& limits,
                 std::string_view operation) {
    Reader reader(body, most_elements_deep(limits));
    const std::string_view name = reader.name();
    if (equal_ignoring_case(name, "html")) invalid_reply("the body is a web page");
    const bool error_is_meant = frame == Frame::bare && root_tag(shape).name == name;
    if (!error_is_meant && (name == "ErrorResponse" || name == "Error" || name.ends_with("Exception"))) {
        throw_service_error(body, limits);
    }
    if (frame != Frame::bare && !is_called(name, operation, "Response")) {
        if (find_error(body, limits)) throw_service_error(body, limits);
        invalid_reply("the body is XML but not a reply of this operation");
    }
    if (frame == Frame::bare && decode_unwrapped(shape, reader, structure, limits)) return;
    if (frame == Frame::result) {
        decode_result(shape, reader, body, structure, limits, operation);
    } else {
        Decoder decoder(reader, limits);
        decoder.structure(shape, structure, true);
        if (frame == Frame::ec2 && decoder.has_errors()) throw_service_error(body, limits);
    }
    reader.finish();
    if (frame == Frame::bare && !any_present(shape, structure) && !may_be(shape, body, limits, operation)) {
        invalid_reply("the body is XML but not a reply of this operation");
    }
}

}  // namespace

void decode(Frame frame, ShapeRef shape, std::string_view body, void* structure, const Limits& limits,
            std::string_view operation) {
    body = trimmed(body);  // S3 sends blanks while it works, and some servers do that before the declaration
    if (body.empty()) return;
    all_or_nothing(shape, structure, [&] { decode_into(frame, shape, body, structure, limits, operation); });
}

void decode_error_members(ShapeRef shape, std::string_view body, void* structure, const Limits& limits) {
    std::optional<Reader> error = find_error(body, limits);
    if (!error) return;
    all_or_nothing(shape, structure, [&] { Decoder(*error, limits).structure(shape, structure, true); });
}

}  // namespace botocraft::protocol::xml
