#pragma once
// The part of JMESPath in which AWS writes what waiters look for. Our own, because it looks into structures where they are:
// a library would want each answer as JSON first.

#include "schema/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace botocraft::orm {

// What an expression finds in a structure, each thing as JSON writes it: numbers, texts and truths; whatever else is there
// counts as `{}`. A list is `several`. Names are AWS's. Supported are members (a.b), lists (a[].b, a[*].b, a[?...], a[0]),
// values of maps (a.*.b), length(), contains(), comparisons, &&, ||, !, literals and brackets.
// Throws UsageError where the expression is something else.
struct Found {
    std::vector<std::string> values;  // one, or none, where it is not several
    bool several = false;
};
[[nodiscard]] Found search(std::string_view expression, schema::ShapeRef shape, const void* structure);

}  // namespace botocraft::orm
