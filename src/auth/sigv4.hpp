#pragma once
// Signature Version 4 and 4a: header form, query form (presigned URLs) and the check a server makes.

#include <auth/request.hpp>

#include <botocraft/credentials.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace botocraft::auth {

class SigningKeys;
class SignatureChain;

// The parts of an Authorization header, or of the query of a presigned URL.
struct ReceivedSignature {
    Algorithm algorithm = Algorithm::hmac;
    std::string_view access_key_id;
    std::string_view date;            // 20150830T123600Z; empty in the header form, where x-amz-date holds it
    std::string_view day;             // 20150830
    std::string_view region;          // empty for Algorithm::ecdsa
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

// Signs one request at a time: not thread-safe. Meant to be kept (one per connection): it owns the contexts of OpenSSL
// and its scratch memory, and with Algorithm::hmac the header form allocates nothing of its own once it is warm.
class Signer {
  public:
    Signer();
    Signer(Signer&&) noexcept;
    Signer& operator=(Signer&&) noexcept;
    ~Signer();

    // `keys`, below: those that belong to the credentials. Without them the signer makes its own, and keeps them and the
    // secret until other credentials come or it is told to forget.

    // Appends the header lines that make the request a signed one, each with its CRLF: x-amz-date, then if they apply
    // x-amz-region-set, the session token and x-amz-content-sha256, then authorization. `head` may hold what the views
    // point to.
    void sign(const RequestToSign& request, const Credentials& credentials, std::string& head,
              SigningKeys* keys = nullptr);

    // The query form. Appends the whole query, with `request.query` first and X-Amz-Signature last. Without
    // `payload_hash` the body is hashed; S3 wants `unsigned_payload`.
    void presign(const RequestToSign& request, const Credentials& credentials, std::chrono::seconds valid_for,
                 std::string& query, SigningKeys* keys = nullptr);

    // What follows the last signature, made with the same credentials and keys: those of a body's chunks, or of events.
    [[nodiscard]] SignatureChain chain(const Credentials& credentials, SigningKeys* keys = nullptr);

    // What a server does: signs the received request again with the secret that belongs to the access key. `request`
    // has all received headers, lower-case, and the path and query of the request line; region, service and time
    // are taken from `received`. Whether the date is near enough is for the caller to judge, and for Algorithm::ecdsa
    // whether its own region is one of x-amz-region-set.
    [[nodiscard]] Verdict verify(const RequestToSign& request, const ReceivedSignature& received,
                                 const Secret& secret_access_key);

    // Drops the signer's own keys and the secret that they were made from. The next signature makes them again.
    void forget() noexcept;

    // Of the last signature, for tests and for `explain`. They hold no secret.
    [[nodiscard]] std::string_view canonical_request() const noexcept;
    [[nodiscard]] std::string_view string_to_sign() const noexcept;
    [[nodiscard]] std::string_view signature() const noexcept;  // hexadecimal

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
