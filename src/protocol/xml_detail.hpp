#pragma once
// Looking up what a few rows have to say to XML and ec2 alone.

#include <botocraft/schema.hpp>

#include <algorithm>

namespace botocraft::protocol {

[[nodiscard]] inline const schema::XmlDetail* find_detail(const schema::XmlDetail* first, std::uint32_t count,
                                                          std::uint32_t row) noexcept {
    const schema::XmlDetail* const end = first + count;
    const schema::XmlDetail* const found =
        std::lower_bound(first, end, row, [](const schema::XmlDetail& d, std::uint32_t r) { return d.row < r; });
    return found != end && found->row == row ? found : nullptr;
}
// Null where there is nothing to say.
[[nodiscard]] inline const schema::XmlDetail* detail_of(schema::ShapeRef shape) noexcept {
    const schema::XmlDetails* const all = shape.schema->xml;
    return all ? find_detail(all->shapes, all->shape_count, shape.index) : nullptr;
}
[[nodiscard]] inline const schema::XmlDetail* detail_of(const schema::Schema& schema,
                                                        const schema::Member& member) noexcept {
    if (!schema.xml || schema.xml->member_count == 0) return nullptr;
    return find_detail(schema.xml->members, schema.xml->member_count,
                       static_cast<std::uint32_t>(&member - schema.members));
}

}  // namespace botocraft::protocol
