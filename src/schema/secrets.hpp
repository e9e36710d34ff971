#pragma once
// Which members of structures nobody may see, and what is in them.

#include <botocraft/schema.hpp>

#include <string>
#include <vector>

namespace botocraft::schema {

// Whether the model calls the member sensitive, or it is a text whose name says so: not every model does.
[[nodiscard]] bool is_secret(ShapeRef shape, const Member& member);

// Whether any value in that structure is a secret, at whatever depth.
[[nodiscard]] bool holds_secrets(ShapeRef shape);

// The secrets that a structure holds, as texts; of bytes those of base64 as well.
[[nodiscard]] std::vector<std::string> secrets_of(ShapeRef shape, const void* structure);

// The members of a structure, of its own, in which a secret is set: the member itself, or something in it.
[[nodiscard]] std::vector<const Member*> members_with_secrets(ShapeRef shape, const void* structure);

}  // namespace botocraft::schema
