#pragma once
// Values made from shapes, and compared by them: what a test sends where any value will do.

#include "schema/walk.hpp"

#include <string_view>

namespace botocraft::test {

// A value that the name of the member and the number alone determine: texts that may be part of a host's name, ARNs, and
// for containers one element, of structures all members. Nothing deeper than a few structures is filled.
void make_value(schema::Place place, unsigned number, int depth = 3);
// All members that a program may set.
void make_values(schema::ShapeRef shape, void* structure, unsigned number, int depth = 3);

// Whether what both have is the same, at every depth; the second may have more entries in its maps.
[[nodiscard]] bool is_same(schema::ConstPlace a, schema::ConstPlace b);

}  // namespace botocraft::test
