#pragma once
// Moving and copying values from one place into another.

#include "schema/types.hpp"

namespace botocraft::schema {

// Moves, and leaves `from` empty but alive; what was at `to` is gone.
void take_element(TypeRef type, void* to, void* from) noexcept;
void take_structure(ShapeRef shape, void* to, void* from) noexcept;

// Moves the last element out of a list. `to` is an empty one: it has nothing that would have to end first.
void take_last(detail::RawList& list, void* to, TypeRef element) noexcept;

// Takes the one element of a list that has room for no more, as a structure like those that structure_new makes.
[[nodiscard]] void* take_storage(detail::RawList& list) noexcept;
// Moves all elements of `from` to the end of `to`.
void take_all(detail::RawList& to, detail::RawList& from, TypeRef element);
// Copies. If it throws, `to` is as it was.
void assign_structure(ShapeRef shape, void* to, const void* from);

}  // namespace botocraft::schema
