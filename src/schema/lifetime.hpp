#pragma once
// Beginning, ending, copying, moving and comparing structures and elements by their rows.

#include "schema/types.hpp"

namespace botocraft::schema {

// Structures. `construct`, `copy` and `relocate` write to raw storage; `relocate` leaves raw storage behind.
void construct(ShapeRef shape, void* structure) noexcept;  // all members absent
void destroy(ShapeRef shape, void* structure) noexcept;
void clear(ShapeRef shape, void* structure) noexcept;      // makes all members absent
void copy(ShapeRef shape, void* to, const void* from);     // if it throws, `to` is raw storage still
void relocate(ShapeRef shape, void* to, void* from) noexcept;
[[nodiscard]] bool equal(ShapeRef shape, const void* a, const void* b) noexcept;

// Members of structures, at their own addresses.
void reset_member(const Schema& schema, const Member& member, void* at) noexcept;                 // makes it absent
void assign_member(const Schema& schema, const Member& member, void* to, const void* from);       // strong guarantee
[[nodiscard]] bool equal_member(const Schema& schema, const Member& member, const void* a, const void* b) noexcept;

// Elements of lists and values of maps.
[[nodiscard]] std::size_t element_size(TypeRef type) noexcept;

// Entries of maps. A decoder appends in the order of the reply and sorts once.
inline constexpr std::size_t entry_value_offset = sizeof(std::string);
[[nodiscard]] std::size_t entry_size(TypeRef value) noexcept;
[[nodiscard]] void* map_append(detail::RawList& map, TypeRef value);  // an entry with an empty key
void map_sort(detail::RawList& map, TypeRef value);                   // of equal keys the last one stays

}  // namespace botocraft::schema
