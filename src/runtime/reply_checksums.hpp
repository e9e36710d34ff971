#pragma once
// The checksums of replies: which calls ask for one, and whether the body is the one that it was taken of.

#include "http/transport.hpp"
#include "protocol/checksum.hpp"
#include "runtime/request.hpp"

#include <botocraft/service.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace botocraft::detail {

// Whether the reply's body is compared with its checksum.
[[nodiscard]] bool is_validated(const orm::ServiceTables& service, const api::Operation& operation, const void* input);

// Whether the session wants that where the caller says nothing.
[[nodiscard]] bool asks_for_checksum(const Target& target) noexcept;
void ask_for_checksum(const orm::ServiceTables& service, const api::Operation& operation, void* input);

// The checksum that a reply announces for its whole body; nothing where it announces none that this library knows. Those
// of a body that was uploaded in parts are sums of sums (`...-3`), and tell nothing of what came.
struct AnnouncedChecksum {
    protocol::Checksum checksum;
    std::string_view value;
};
[[nodiscard]] std::optional<AnnouncedChecksum> announced_checksum(const http::Reply& reply);

// What is wrong with a body that is in memory; empty where nothing is.
[[nodiscard]] std::string checksum_mismatch(const http::Reply& reply);
// The same of the checksum that some services send with every reply, which nobody has to ask for.
[[nodiscard]] std::string crc32_mismatch(const orm::ServiceTables& service, const http::Reply& reply);
[[nodiscard]] std::string describe_mismatch(protocol::Checksum checksum, std::string_view announced, std::string_view found);

}  // namespace botocraft::detail
