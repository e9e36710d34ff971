#pragma once
// Names of C++ made from names of AWS.

#include <string>
#include <string_view>

namespace botocraft::gen {

// A valid identifier: other characters become `_`, keywords and well-known macros get a trailing `_`.
[[nodiscard]] std::string identifier(std::string_view name);

// The same, and different from the name of the class that it becomes a member of.
[[nodiscard]] std::string member_identifier(std::string_view name, std::string_view class_name);

// `ExpressGatewayService` -> `express_gateway_service`, `ECRImage` -> `ecr_image`
[[nodiscard]] std::string snake_case(std::string_view name);

// `get_many` -> `GetMany`
[[nodiscard]] std::string pascal_case(std::string_view name);

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

// A string literal of C++, quotes included.
[[nodiscard]] std::string cpp_literal(std::string_view text);

}  // namespace botocraft::gen
