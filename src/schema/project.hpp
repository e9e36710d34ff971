#pragma once
// From one structure to another: what they have in common, and where they differ.

#include "schema/walk.hpp"

#include <vector>

namespace botocraft::schema {

// Copies what members of the same name hold, at every depth: a request from a model, a model from a summary. Members
// of another kind are skipped, absent ones leave the target's alone, null and empty stay what they are.
void project(ShapeRef from_shape, const void* from, ShapeRef to_shape, void* to);

// The members whose values differ.
[[nodiscard]] std::vector<const Member*> diff(ShapeRef shape, const void* a, const void* b);

}  // namespace botocraft::schema
