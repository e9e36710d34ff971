#pragma once
// What the properties of generated structures call.

#include <botocraft/schema.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace botocraft {

namespace orm {
struct ServiceTables;
}

namespace detail {

// The value of one of the service's expressions over a structure; nothing where what it is made of is absent.
[[nodiscard]] std::optional<std::string> property(const orm::ServiceTables& service, std::uint16_t expression,
                                                  const void* structure, schema::ShapeRef shape);

}  // namespace detail
}  // namespace botocraft
