#pragma once
// Expressions of the overlay: what they look at, and what they give.

#include "schema/path.hpp"
#include "schema/walk.hpp"

#include <botocraft/service.hpp>
#include <botocraft/value.hpp>

#include <optional>
#include <string_view>

namespace botocraft::detail {

// What an expression may look at.
struct Scope {
    const orm::ServiceTables* service = nullptr;
    schema::ShapeRef shape;            // of the model, or of the response
    const void* structure = nullptr;
    schema::ShapeRef request_shape{};  // of the request that a call has sent, for the call's arguments
    const void* request = nullptr;
};

// Nothing where a path leads nowhere. Relations are awaited elsewhere: an expression that names one gives nothing here.
[[nodiscard]] Value evaluate(const Scope& scope, std::uint16_t expression);

// Copies the structure, list or map that the expression, a path, leads to, where it is of the same type as the place: not of
// all of them can a Value be made. False where it is something else, or absent.
[[nodiscard]] bool copy(const Scope& scope, std::uint16_t expression, schema::Place to);

// Whether the expression says that a value is not to be sent, though there is one.
[[nodiscard]] bool is_withheld(const Scope& scope, std::uint16_t expression);

// A path that stands by itself: a property of the model, or a path into it.
[[nodiscard]] Value evaluate_path(const Scope& scope, std::string_view path);

// What a path of the schema found, as a value of its own. Structures and maps are nothing.
[[nodiscard]] Value owned(const schema::Value& value);

// A list of one structure of two members: {name, values} of a filter, {type, tags} of a specification of tags. False where the
// path leads to nothing: then nothing is put. Of other expressions, too.
[[nodiscard]] bool put_pair(const Scope& scope, std::uint16_t expression, schema::Place to);
[[nodiscard]] bool is_pair(const orm::Expression& expression) noexcept;

// Puts a value where it fits; with `wrap`, as a list of one. Nothing is put for nothing. Throws UsageError where the kind
// of the value is not that of the place.
void put(schema::Place place, const Value& value, bool wrap);

// The member that a dotted path leads to, through structures that are present: `taskDefinition`, `service.status`.
[[nodiscard]] std::optional<schema::Place> find_place(schema::ShapeRef shape, void* structure, std::string_view path);

}  // namespace botocraft::detail
