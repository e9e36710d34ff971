#pragma once
// The texts of an operation's input, by their members.

#include "schema/walk.hpp"

#include <botocraft/service.hpp>

#include <string>
#include <string_view>

namespace botocraft::detail {

// Empty where the input has none.
[[nodiscard]] inline std::string_view input_text(const orm::ServiceTables& service, const api::Operation& operation,
                                                 const schema::Member* member, const void* input) {
    if (member == nullptr || member->kind != schema::Kind::string) return {};
    const schema::ConstPlace place = schema::member_place({service.schema, operation.input}, *member, input);
    if (schema::presence(place) != schema::Presence::present) return {};
    return schema::scalar<std::string>(place);
}

}  // namespace botocraft::detail
