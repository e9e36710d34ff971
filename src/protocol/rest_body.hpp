#pragma once
// The bodies of restJson1 and restXml: all members that travel nowhere else, or the one member that is the whole body.

#include "protocol/limits.hpp"

#include <botocraft/service.hpp>

#include <string>
#include <string_view>

namespace botocraft::protocol {

[[nodiscard]] std::string_view http_method(api::HttpMethod method) noexcept;
[[nodiscard]] std::string_view aws_json_type(api::Protocol protocol) noexcept;

enum class Side : unsigned char { request, reply };

// Leaves a content type that is there already, and none where there is no body.
void encode_rest_body(api::Protocol protocol, schema::ShapeRef shape, const void* structure, Side side,
                      std::string& body, std::string& content_type);

// `operation`: whose output that is; empty where it is an input.
void decode_rest_body(api::Protocol protocol, schema::ShapeRef shape, std::string_view body, void* structure,
                      const Limits& limits, std::string_view operation = {});

}  // namespace botocraft::protocol
