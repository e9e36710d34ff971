#pragma once
// Who is calling: the check of a request's signature.

#include "auth/sigv4.hpp"
#include "testing/http_request.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace botocraft::testing {

// Why a caller is not let in. How that is called in a reply is a matter of the protocol.
enum class Refusal : unsigned char {
    none,
    missing_token,  // no signature at all
    incomplete,     // a signature without all of its parts
    unknown_key,    // or the wrong session token
    expired_token,
    expired_signature,  // made too long ago, or in the future
    wrong_scope,        // made for another service
    mismatch,
    malformed_upload,  // a body in chunks that is none
    bad_checksum,      // that the sender gave
};

struct Access {
    Refusal refusal = Refusal::none;
    std::string message{};  // of the refusal
    std::string account_id{};
    std::string region{};
    std::string service{};  // that the signature names
    std::string access_key_id{};
    std::string upload{};   // the bytes of a body that came in chunks
};

// Checks the request against the keys that may call. `signing_name` is that of the service it is for. The signer is
// that of the connection: it keeps the key of the day.
[[nodiscard]] Access check_access(const HttpRequest& request, std::string_view signing_name,
                                  const DoubleOptions& options, std::chrono::system_clock::time_point now,
                                  auth::Signer& signer);

// The service that a signature is made for, unchecked; empty where there is none.
[[nodiscard]] std::string scope_service(const HttpRequest& request);

// Whether a signature with that service in its scope may be for a service of that name; empty: any.
[[nodiscard]] bool is_scope_of(std::string_view scope, std::string_view signing_name) noexcept;

}  // namespace botocraft::testing
