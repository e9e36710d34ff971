#pragma once
// A request before it is signed, and the algorithms that sign one.

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace botocraft::auth {

// A header as it is signed: the name in lower-case.
struct HeaderView {
    std::string_view name;
    std::string_view value;
};

enum class Algorithm : std::uint8_t {
    hmac,   // Signature Version 4: a key for one day, region and service
    ecdsa,  // Signature Version 4a: a key pair for a set of regions
};

// What stands in the place of the payload's hash where there is none to take.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view streaming_unsigned_payload_trailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
inline constexpr std::string_view streaming_payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
inline constexpr std::string_view streaming_payload_trailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
inline constexpr std::string_view streaming_events = "STREAMING-AWS4-HMAC-SHA256-EVENTS";
inline constexpr std::string_view streaming_ecdsa_payload = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD";
inline constexpr std::string_view streaming_ecdsa_payload_trailer = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER";

// What the session token is called, in a header and in a query.
struct TokenName {
    std::string_view header;
    std::string_view parameter;
};
inline constexpr TokenName security_token{"x-amz-security-token", "X-Amz-Security-Token"};
inline constexpr TokenName s3_session_token{"x-amz-s3session-token", "X-Amz-S3session-Token"};

// A request as it will be sent. All views; nothing is kept after the call.
struct RequestToSign {
    std::string_view method;
    std::string_view path = "/";            // as on the request line, without the query
    std::string_view query;                 // as on the request line, without `?`
    std::span<const HeaderView> headers;    // any order, quickest when sorted; all of them are signed; needs `host`
    std::string_view body;
    std::string_view payload_hash;          // when given, used in place of the hash of `body`: 64 digits or a marker
    std::string_view region;                // for Algorithm::ecdsa a set of regions: us-east-1,eu-west-1 or *
    std::string_view service;
    std::chrono::system_clock::time_point time;
    Algorithm algorithm = Algorithm::hmac;
    bool encode_path = true;                // both true for every service but S3
    bool normalize_path = true;
    bool content_sha256_header = false;     // also send x-amz-content-sha256
    bool sign_session_token = true;         // false: the session token is sent, but not signed
    TokenName session_token = security_token;
};

}  // namespace botocraft::auth
