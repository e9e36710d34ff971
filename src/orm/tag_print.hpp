#pragma once
// The tags of a model, and a few bits that tell them from others.

#include "schema/walk.hpp"

#include <botocraft/service.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace botocraft::detail {

// The key (0) or the value (1) of a tag; empty where it has none.
[[nodiscard]] std::string_view tag_text(schema::ConstPlace tag, std::size_t member);

[[nodiscard]] schema::ConstRange tags_of(const orm::Model& model, schema::ShapeRef shape, const void* structure);

// 0 for none.
[[nodiscard]] std::uint32_t print_of(schema::ConstRange tags);

// 0 for none, and for models whose tags are saved with the rest.
[[nodiscard]] std::uint32_t print_of_tags(const orm::ServiceTables& service, schema::ShapeRef shape, const void* structure);

}  // namespace botocraft::detail
