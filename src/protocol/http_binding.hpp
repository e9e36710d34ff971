#pragma once
// Members that travel outside of the body: in path, query, headers and status.

#include "protocol/codec.hpp"

namespace botocraft::protocol {

// The member that is the whole body, or null.
[[nodiscard]] const schema::Member* payload_member(schema::ShapeRef shape) noexcept;
[[nodiscard]] bool has_body_members(schema::ShapeRef shape) noexcept;

// Path, query, headers and the host's prefix.
void encode_request_bindings(const orm::ServiceTables& service, const api::Operation& operation, const void* input,
                             Request& request);
void decode_request_bindings(const orm::ServiceTables& service, const api::Operation& operation,
                             const RequestView& request, void* input, const Limits& limits = {});

// Headers and status.
void encode_reply_bindings(schema::ShapeRef shape, const void* output, ReplyMessage& reply);
void decode_reply_bindings(schema::ShapeRef shape, const Reply& reply, void* output, const Limits& limits = {});

// The prefix that a host gets from the members of the input. Throws UsageError where a member makes no label of a host.
void encode_host_prefix(const orm::ServiceTables& service, const api::Operation& operation, const void* input,
                        std::string& out);

// Whether `path` (percent-encoded) and `query` are of that URI with {labels}.
[[nodiscard]] bool matches_uri(std::string_view uri, std::string_view path, std::string_view query) noexcept;

}  // namespace botocraft::protocol
