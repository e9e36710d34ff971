#include "testing/access.hpp"

#include "auth/signature_chain.hpp"
#include "testing/chunked_upload.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace botocraft::testing {

namespace {

using std::chrono::system_clock;

// `20150830T123600Z`
std::optional<system_clock::time_point> parse_date(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = -1;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + digits, value);
        return error == std::errc() && end == text.data() + at + digits ? value : -1;
    };
    const int year = number(0, 4), month = number(4, 2), day = number(6, 2);
    const int hour = number(9, 2), minute = number(11, 2), second = number(13, 2);
    if (year < 0 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

// What has a signature chunk by chunk.
bool has_signed_chunks(const HttpRequest& request) {
    const std::string_view hash = request.header("x-amz-content-sha256");
    return hash == auth::streaming_payload || hash == auth::streaming_payload_trailer;
}

// A signature as it was received. `storage` holds the decoded parts of a presigned URL.
struct Received {
    auth::ReceivedSignature signature;
    std::string storage;
    bool in_query = false;
};

enum class Form : unsigned char { none, broken, whole };

Form receive(const HttpRequest& request, Received& received) {
    const std::string_view authorization = request.header("authorization");
    if (!authorization.empty()) {
        return auth::parse_authorization(authorization, received.signature) ? Form::whole : Form::broken;
    }
    if (request.query().find("X-Amz-Signature=") == std::string_view::npos) return Form::none;
    received.in_query = true;
    return auth::parse_presigned(request.query(), received.storage, received.signature) ? Form::whole : Form::broken;
}

Access refuse(Access access, Refusal refusal, std::string message) {
    access.refusal = refusal;
    access.message = std::move(message);
    return access;
}

// Whether the date of the signature is near enough to now.
bool is_fresh(const auth::ReceivedSignature& signature, bool in_query, system_clock::time_point made,
              system_clock::time_point now, std::chrono::seconds skew) {
    if (made > now + skew) return false;
    if (!in_query) return made >= now - skew;
    long seconds = 0;
    std::from_chars(signature.expires.data(), signature.expires.data() + signature.expires.size(), seconds);
    return now <= made + std::chrono::seconds(seconds);
}

// Directory buckets of S3 are signed for by a name of their own, and called in sessions.
constexpr std::string_view s3_express = "s3express";

// The token of a session with a bucket has a header of its own, which counts for nothing else.
std::string_view token_of(const HttpRequest& request, const auth::ReceivedSignature& signature) {
    const std::string_view session = request.header(auth::s3_session_token.header);
    return signature.service == s3_express && !session.empty() ? session : request.header(auth::security_token.header);
}

auth::Verdict verify(const HttpRequest& request, const auth::ReceivedSignature& signature, const Secret& secret,
                     system_clock::time_point made, auth::Signer& signer) {
    thread_local std::vector<auth::HeaderView> headers;
    headers.clear();
    for (const auto& [name, value] : request.headers) headers.push_back({name, value});
    auth::RequestToSign signed_request{};
    signed_request.method = request.method;
    signed_request.path = request.path();
    signed_request.query = request.query();
    signed_request.headers = headers;
    signed_request.body = request.body;
    // Only a marker is believed: a hash that the sender gives must be that of the body.
    const std::string_view hash = request.header("x-amz-content-sha256");
    if (hash == auth::unsigned_payload || is_chunked_upload(request)) signed_request.payload_hash = hash;
    signed_request.time = made;
    const bool s3 = signature.service.starts_with("s3");
    signed_request.encode_path = !s3;
    signed_request.normalize_path = !s3;
    return signer.verify(signed_request, signature, secret);
}

// `signer`, where it is not null, has just found the request good, and has its signature: those of the chunks follow from
// it.
Access check_body(const HttpRequest& request, const Secret& secret, auth::Signer* signer, Access access) {
    UploadProblem problem = UploadProblem::none;
    if (is_chunked_upload(request)) {
        if (signer != nullptr && request.header("x-amz-content-sha256").starts_with("STREAMING-AWS4-ECDSA")) {
            return refuse(std::move(access), Refusal::malformed_upload,
                          "The double does not check chunks that are signed with ECDSA.");
        }
        std::optional<auth::SignatureChain> chain;
        const Credentials credentials{access.access_key_id, secret};
        if (signer != nullptr && has_signed_chunks(request)) chain.emplace(signer->chain(credentials));
        problem = read_chunks(request, chain ? &*chain : nullptr, access.upload);
    }
    const std::string_view body = is_chunked_upload(request) ? std::string_view(access.upload) : request.body;
    if (problem == UploadProblem::none) problem = check_checksums(request, body);
    switch (problem) {
        case UploadProblem::none: break;
        case UploadProblem::malformed:
            return refuse(std::move(access), Refusal::malformed_upload, "The chunks of the body are not as announced.");
        case UploadProblem::signature:
            return refuse(std::move(access), Refusal::mismatch,
                          "The signature of a chunk that we calculated does not match the one you provided.");
        case UploadProblem::checksum:
            return refuse(std::move(access), Refusal::bad_checksum,
                          "The checksum you specified did not match what we received.");
    }
    return access;
}

}  // namespace

bool is_scope_of(std::string_view scope, std::string_view signing_name) noexcept {
    return signing_name.empty() || scope == signing_name ||
           (scope == s3_express && signing_name == "s3");
}

std::string scope_service(const HttpRequest& request) {
    Received received;
    return receive(request, received) == Form::whole ? std::string(received.signature.service) : std::string();
}

Access check_access(const HttpRequest& request, std::string_view signing_name, const DoubleOptions& options,
                    system_clock::time_point now, auth::Signer& signer) {
    Received received;
    const Form form = receive(request, received);
    const auth::ReceivedSignature& signature = received.signature;
    Access access{.account_id = options.account_id, .region = options.default_region};
    if (form == Form::whole) {
        access.region = signature.region;
        access.service = signature.service;
        access.access_key_id = signature.access_key_id;
    }
    const auto known = std::ranges::find(options.credentials, signature.access_key_id,
                                         [](const Credentials& c) { return std::string_view(c.access_key_id); });
    const bool is_known = form == Form::whole && known != options.credentials.end();
    if (is_known && !known->account_id.empty()) access.account_id = known->account_id;
    if (!options.check_signatures) return check_body(request, {}, nullptr, std::move(access));

    if (form == Form::none) return refuse(access, Refusal::missing_token, "Missing Authentication Token");
    if (form == Form::broken) {
        return refuse(access, Refusal::incomplete, "The Authorization header lacks a part of the signature.");
    }
    if (!is_known) {
        return refuse(access, Refusal::unknown_key, "The security token included in the request is invalid.");
    }
    if (!received.in_query && !(Secret(token_of(request, signature)) == known->session_token)) {
        return refuse(access, Refusal::unknown_key, "The security token included in the request is invalid.");
    }
    if (known->expired(now)) {
        return refuse(access, Refusal::expired_token, "The security token included in the request is expired");
    }
    const std::string_view date = received.in_query ? signature.date : request.header("x-amz-date");
    const auto made = parse_date(date);
    if (!made) return refuse(access, Refusal::incomplete, "The request has no valid X-Amz-Date.");
    if (!is_fresh(signature, received.in_query, *made, now, options.max_clock_skew)) {
        const char* const what = *made > now ? "Signature not yet current: " : "Signature expired: ";
        return refuse(access, Refusal::expired_signature, what + std::string(date));
    }
    if (!is_scope_of(signature.service, signing_name)) {
        return refuse(access, Refusal::wrong_scope,
                      "Credential should be scoped to correct service: '" + std::string(signing_name) + "'.");
    }
    if (verify(request, signature, known->secret_access_key, *made, signer) != auth::Verdict::valid) {
        return refuse(access, Refusal::mismatch,
                      "The request signature we calculated does not match the signature you provided.");
    }
    return check_body(request, known->secret_access_key, &signer, std::move(access));
}

}  // namespace botocraft::testing
