#pragma once
// What a path leads to in an operation's input.

#include "endpoint/input_path.hpp"
#include "schema/walk.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace botocraft::detail {

// One value of the input: nothing, a place, the key of a map, or a list that a path makes.
struct InputValue {
    std::optional<schema::ConstPlace> place = {};
    std::optional<std::string_view> key = {};
    std::optional<std::vector<InputValue>> list = {};

    [[nodiscard]] bool is_null() const noexcept { return !place && !key && !list; }
    // Null data where it is no text.
    [[nodiscard]] std::string_view text() const noexcept;
    // The texts among the elements of a list.
    [[nodiscard]] std::vector<std::string_view> texts() const;
};

// Refers to the input.
[[nodiscard]] InputValue read_input(const endpoint::InputPath& path, schema::ShapeRef shape, const void* input);

}  // namespace botocraft::detail
