#pragma once
// Uploads in aws-chunked encoding, taken apart as a server does it: every chunk's signature is checked where there is one,
// and every checksum that the sender gives.

#include "auth/signature_chain.hpp"
#include "testing/http_request.hpp"

#include <string>
#include <string_view>

namespace botocraft::testing {

enum class UploadProblem : unsigned char {
    none,
    malformed,
    signature,  // of a chunk or of the trailer
    checksum,   // of the body
};

// Whether the body is in aws-chunked encoding.
[[nodiscard]] bool is_chunked_upload(const HttpRequest& request) noexcept;

// The same request with the body that was in the chunks, of which nothing is said any more.
[[nodiscard]] HttpRequest unpacked_upload(const HttpRequest& request, std::string body);

// Puts the body's own bytes into `body`. `chain` follows the signature of the request; null: no chunk's signature is looked at.
[[nodiscard]] UploadProblem read_chunks(const HttpRequest& request, auth::SignatureChain* chain, std::string& body);

// Whether the checksums in the request's headers are those of its body.
[[nodiscard]] UploadProblem check_checksums(const HttpRequest& request, std::string_view body);

}  // namespace botocraft::testing
