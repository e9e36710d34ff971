#pragma once
// The bodies of awsQuery and ec2 requests: `Action=...&Version=...&Filters.member.1.Name=...`.

#include "protocol/limits.hpp"

#include <botocraft/schema.hpp>

#include <string>
#include <string_view>

namespace botocraft::protocol::query {

enum class Dialect : unsigned char {
    aws,  // lists as Name.member.1, maps as Name.entry.1.key
    ec2,  // lists always as Name.1, names begin with a capital
};

// Appends the members as pairs.
void encode(Dialect dialect, schema::ShapeRef shape, const void* structure, std::string& out);

// Fills a structure whose members are absent. What does not fit is a ProtocolError, and leaves all members absent.
void decode(Dialect dialect, schema::ShapeRef shape, std::string_view body, void* structure, const Limits& limits = {});

// The value of the first pair of that name; empty if there is none.
[[nodiscard]] std::string find_pair(std::string_view body, std::string_view name);

}  // namespace botocraft::protocol::query
