#pragma once
// Signature Version 4: header form, query form (presigned URLs) and the check a server makes.

#include <botocraft/credentials.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace botocraft::auth {

// A header as it is signed: the name in lower-case.
struct HeaderView {
    std::string_view name;
    std::string_view value;
};

// What stands in the place of the payload's hash where there is none to take.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view streaming_unsigned_payload_trailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
inline constexpr std::string_view streaming_payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
inline constexpr std::string_view streaming_payload_trailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

// A request as it will be sent. All views; nothing is kept after the call.
struct RequestToSign {
    std::string_view method;
    std::string_view path = "/";            // as on the request line, without the query
    std::string_view query;                 // as on the request line, without `?`
    std::span<const HeaderView> headers;    // any order, quickest when sorted; all of them are signed; needs `host`
    std::string_view body;
    std::string_view payload_hash;          // when given, used in place of the hash of `body`: 64 digits or a marker
    std::string_view region;
    std::string_view service;
    std::chrono::system_clock::time_point time;
    bool encode_path = true;                // both true for every service but S3
    bool normalize_path = true;
    bool content_sha256_header = false;     // also send x-amz-content-sha256
    bool sign_session_token = true;         // false: x-amz-security-token is sent, but not signed
};

// The parts of an Authorization header, or of the query of a presigned URL.
struct ReceivedSignature {
    std::string_view access_key_id;
    std::string_view date;            // 20150830T123600Z; empty in the header form, where x-amz-date holds it
    std::string_view day;             // 20150830
    std::string_view region;
    std::string_view service;
    std::string_view signed_headers;  // host;x-amz-date
    std::string_view signature;
    std::string_view expires;         // seconds; query form only
};

enum class Verdict : unsigned char {
    valid,
    malformed,       // a part of the signature is missing or not of its form
    missing_header,  // a header that was signed was not received
    mismatch,        // another key, or the request was altered
};

// Signs one request at a time: not thread-safe. Meant to be kept (one per connection): it owns the contexts of OpenSSL,
// its scratch memory and the signing key of the day, and the header form allocates nothing of its own once it is warm.
class Signer {
  public:
    Signer();
    Signer(Signer&&) noexcept;
    Signer& operator=(Signer&&) noexcept;
    ~Signer();

    // Appends the header lines that make the request a signed one, each with its CRLF: x-amz-date, then if they apply
    // x-amz-security-token and x-amz-content-sha256, then authorization. `head` may hold what the views point to.
    void sign(const RequestToSign& request, const Credentials& credentials, std::string& head);

    // The query form. Appends the whole query, with `request.query` first and X-Amz-Signature last. Without
    // `payload_hash` the body is hashed; S3 wants `unsigned_payload`.
    void presign(const RequestToSign& request, const Credentials& credentials, std::chrono::seconds valid_for,
                 std::string& query);

    // What a server does: signs the received request again with the secret that belongs to the access key. `request`
    // has all received headers, lower-case, and the path and query of the request line; region, service and time
    // are taken from `received`. Whether the date is near enough is for the caller to judge.
    [[nodiscard]] Verdict verify(const RequestToSign& request, const ReceivedSignature& received,
                                 const Secret& secret_access_key);

    // Drops the signing key and the secret that it was made from. The next signature makes them again.
    void forget() noexcept;

    // Of the last signature, for tests and for `explain`. They hold no secret.
    [[nodiscard]] std::string_view canonical_request() const noexcept;
    [[nodiscard]] std::string_view string_to_sign() const noexcept;
    [[nodiscard]] std::string_view signature() const noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The parts of the value of an Authorization header; false where it is not one of this form.
[[nodiscard]] bool parse_authorization(std::string_view value, ReceivedSignature& received);

// The parts of the query of a presigned URL, decoded into `storage`, which the views then point to; false where it is
// not presigned.
[[nodiscard]] bool parse_presigned(std::string_view query, std::string& storage, ReceivedSignature& received);

}  // namespace botocraft::auth
