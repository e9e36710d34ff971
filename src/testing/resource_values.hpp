#pragma once
// Reading and writing what resources hold, by the tables.

#include "orm/structure.hpp"
#include "schema/walk.hpp"

#include <botocraft/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// Where a path leads, with all that is on the way made: structures, the first element of a list (`a[].b`, `a[0]`), the entry
// of a map (`a['key']`).
[[nodiscard]] std::optional<schema::Place> make_place(schema::ShapeRef shape, void* structure, std::string_view path);
// The text that a path leads to.
[[nodiscard]] std::optional<schema::Place> text_place(botocraft::detail::Structure& structure, std::string_view path);

// Puts a value where it fits, and nothing where it does not.
void put_fitting(schema::Place place, const Value& value);
// Puts what `from` holds where a path leads: as it is where both are of one type, the first of a list where there is room
// for one, and a list of texts into one structure each (`Groups[].GroupId`).
void store(schema::ShapeRef shape, void* structure, std::string_view path, schema::ConstPlace from);

// Tags, whether they are structures of a key and a value, or the entries of a map.
using Tags = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] bool holds_tags(const schema::Schema& schema, const schema::Member& member) noexcept;
[[nodiscard]] Tags read_tags(schema::ConstPlace place);
void write_tags(schema::Place place, const Tags& tags);

}  // namespace botocraft::testing
