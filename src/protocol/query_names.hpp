#pragma once
// What members are called in requests of awsQuery and ec2.

#include "protocol/query.hpp"
#include "protocol/xml_detail.hpp"
#include "schema/walk.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace botocraft::protocol::query {

// Fits two registers.
struct Name {
    const char* data = nullptr;
    std::uint32_t size = 0;
    bool plain = false;  // it is its own encoding, as far as is known

    [[nodiscard]] std::string_view text() const noexcept { return {data, size}; }
};
[[nodiscard]] inline Name name_of(std::string_view text, bool plain) noexcept {
    return {text.data(), static_cast<std::uint32_t>(text.size()), plain};
}
[[nodiscard]] inline Name wire_name(const schema::Schema& schema, const schema::Member& member) noexcept {
    const bool plain = (member.flags & schema::member_flag::plain_name) != 0;
    return {schema.names + member.wire_name + 1, member.wire_name_length, plain};
}

[[nodiscard]] inline Name ec2_name(const schema::Schema& schema, const schema::Member& member, std::string& room) {
    const schema::XmlDetail* const detail = detail_of(schema, member);
    if (detail && detail->name.length != 0) return name_of(schema.text(detail->name), false);
    const Name wire = wire_name(schema, member);
    if (*wire.data < 'a' || *wire.data > 'z') return wire;
    room = wire.text();
    room.front() = static_cast<char>(room.front() - ('a' - 'A'));
    return name_of(room, wire.plain);
}
// A flattened list without a name of its own goes by that of its elements.
[[nodiscard]] inline Name flattened_name(const schema::Schema& schema, const schema::Member& list) noexcept {
    const Name wire = wire_name(schema, list);
    if (wire.text() != schema.name(list)) return wire;
    const Name element = wire_name(schema, schema::element_row(schema, list));
    return element.text() == "member" ? wire : element;
}

// The name of a structure's member. `room` is for those that are not in the tables as they are.
[[nodiscard, gnu::always_inline]] inline Name member_name(Dialect dialect, const schema::Schema& schema,
                                                          const schema::Member& member, std::string& room) {
    if (dialect == Dialect::ec2) return ec2_name(schema, member, room);
    const bool flattened = (member.flags & schema::member_flag::flattened) != 0;
    if (flattened && member.kind == schema::Kind::list) return flattened_name(schema, member);
    return wire_name(schema, member);
}

// What stands between a list and the number of an element; empty: nothing.
[[nodiscard]] inline Name list_infix(Dialect dialect, const schema::Schema& schema,
                                     const schema::Member& list) noexcept {
    if (dialect == Dialect::ec2 || (list.flags & schema::member_flag::flattened) != 0) return {};
    return wire_name(schema, schema::element_row(schema, list));
}
[[nodiscard]] inline Name map_infix(const schema::Member& map) noexcept {
    return (map.flags & schema::member_flag::flattened) != 0 ? Name() : name_of("entry", true);
}

}  // namespace botocraft::protocol::query
