#pragma once
// Reading and writing what resources hold, by the tables.

#include "orm/structure.hpp"
#include "schema/walk.hpp"

#include <botocraft/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace botocraft::testing {

[[nodiscard]] std::string lower(std::string_view text);
// `DaemonTaskDefinition` as ARNs spell it: `daemon-task-definition`.
[[nodiscard]] std::string hyphenated(std::string_view name);

// What a member holds; nothing where it is absent.
[[nodiscard]] Value read_member(schema::ShapeRef shape, const schema::Member& member, const void* structure);
// Whether there is something: no empty text, and no empty list.
[[nodiscard]] bool is_given(const Value& value);
// A resource is called by its name or by its ARN, and so is what it belongs to. `b` may be a list, of which one is enough.
[[nodiscard]] bool same_name(const Value& a, const Value& b);

// Where a path leads, with all structures on the way made; a list on the way gets one element.
[[nodiscard]] std::optional<schema::Place> make_place(schema::ShapeRef shape, void* structure, std::string_view path);
// The text that a path leads to.
[[nodiscard]] std::optional<schema::Place> text_place(botocraft::detail::Structure& structure, std::string_view path);

}  // namespace botocraft::testing
