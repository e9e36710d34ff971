#pragma once
// The checksum of a request's body, and the body that has it at its end.

#include "auth/signing_keys.hpp"
#include "auth/sigv4.hpp"
#include "protocol/checksum.hpp"
#include "protocol/codec.hpp"

#include <botocraft/protocol.hpp>
#include <botocraft/service.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::detail {

// How a body travels. Meant to be kept and filled again.
struct Upload {
    enum class Form : unsigned char {
        plain,
        chunks,         // aws-chunked, with the checksum in a trailer: over TLS, which nobody between can change
        signed_chunks,  // likewise, where nothing but signatures protects them
    };
    Form form = Form::plain;
    std::string_view checksum_name;  // of the trailer
    std::string checksum;            // of a stream: as long as it will be
    std::optional<protocol::Checksum> algorithm;  // of a stream, at whose end it is taken
    std::string_view payload_hash;  // the marker that stands in its place; empty where it is taken
    std::optional<std::uint64_t> stream_size;     // the body is not in the request, and so long
};

// What decides it.
struct UploadQuestion {
    const orm::ServiceTables& service;
    const api::Operation& operation;
    const void* input;
    RequestChecksums checksums;
    api::AuthScheme scheme;
    bool tls;
    std::optional<std::uint64_t> stream_size{};  // of a body that is not in memory
    bool presigned = false;  // who sends it has the body as it is: no chunks
};

// Whether the operation takes a checksum of its body, in one way or other.
[[nodiscard]] inline bool takes_checksum(const api::Operation& operation) noexcept {
    return (operation.flags & (api::operation_flag::checksum | api::operation_flag::needs_checksum)) != 0;
}

// Adds headers to the encoded request, where its body gets a checksum that nobody gave it. A body that is the whole of a
// message, and may thus be a large one, gets it in a trailer. Throws UsageError for a checksum that this library does not
// know.
void plan_upload(const UploadQuestion& question, protocol::Request& request, Upload& upload);

// How many bytes the body is that is sent.
[[nodiscard]] std::uint64_t sent_size(const protocol::Request& request, const Upload& upload, api::AuthScheme scheme);

// Appends the body. `signer` has just signed the request with `identity`, which is null where nothing is signed.
void write_body(const protocol::Request& request, const Upload& upload, auth::Signer& signer,
                const auth::SigningIdentity* identity, std::string& out);

}  // namespace botocraft::detail
