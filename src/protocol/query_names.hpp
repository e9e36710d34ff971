#pragma once
// What members are called in requests of awsQuery and ec2.

#include "protocol/query.hpp"
#include "protocol/xml_detail.hpp"
#include "schema/walk.hpp"

namespace botocraft::protocol::query {

// Appends the name of a structure's member.
inline void append_member_name(std::string& out, Dialect dialect, const schema::Schema& schema,
                               const schema::Member& member) {
    namespace flag = schema::member_flag;
    const std::string_view wire = schema.wire_name(member);
    if (dialect == Dialect::ec2) {
        const schema::XmlDetail* const detail = detail_of(schema, member);
        if (detail && detail->name.length != 0) {
            out += schema.text(detail->name);
            return;
        }
        const std::size_t first = out.size();
        out += wire;
        if (out[first] >= 'a' && out[first] <= 'z') out[first] = static_cast<char>(out[first] - ('a' - 'A'));
        return;
    }
    // A flattened list without a name of its own goes by that of its elements.
    if (member.kind == schema::Kind::list && (member.flags & flag::flattened) != 0 && wire == schema.name(member)) {
        const std::string_view element = schema.wire_name(schema::element_row(schema, member));
        out += element == "member" ? wire : element;
        return;
    }
    out += wire;
}

// What stands between a list and the number of an element; empty: nothing.
[[nodiscard]] inline std::string_view list_infix(Dialect dialect, const schema::Schema& schema,
                                                 const schema::Member& list) noexcept {
    if (dialect == Dialect::ec2 || (list.flags & schema::member_flag::flattened) != 0) return {};
    return schema.wire_name(schema::element_row(schema, list));
}
[[nodiscard]] inline std::string_view map_infix(const schema::Member& map) noexcept {
    return (map.flags & schema::member_flag::flattened) != 0 ? std::string_view() : std::string_view("entry");
}

}  // namespace botocraft::protocol::query
