#include "runtime/request.hpp"

#include "config/wipe.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace botocraft::detail {

namespace {

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

// The endpoint's path, then the operation's: which is left out where it is a slash alone.
void join_path(std::string_view base, std::string_view own, std::string& out) {
    out.assign(base);
    if (base.empty() || own != "/") out.append(own);
}

}  // namespace

auth::SchemeChoice Target::scheme() const {
    return auth::choose_scheme(
        {operation, service, destination->endpoint.auth(), context.endpoints->region().value, context.schemes,
         destination->origin.tls});
}

void Workplace::wipe() noexcept {
    headers.clear();  // views of what follows
    config::wipe(path);
    config::wipe(request.path);
    config::wipe(request.query);
    config::wipe(request.body);
    for (auto& [name, value] : request.headers) config::wipe(value);
    request.headers.clear();
}

static bool shall_compress(const Target& target, const protocol::Request& request) noexcept {
    const config::Compression& settings = target.context.compression;
    return (target.operation.flags & api::operation_flag::compressible) != 0 && !settings.disabled &&
           !request.body.empty() && request.body.size() >= settings.min_size;
}

void compose(const Target& target, const auth::SchemeChoice& scheme, const void* input, bool presigned, Workplace& work,
             std::optional<std::uint64_t> stream_size) {
    protocol::Request& request = work.request;
    request.clear();
    protocol::encode(target.protocol, target.service, target.operation, input, request);
    if (shall_compress(target, request)) protocol::compress(request);
    work.upload.form = Upload::Form::plain;
    work.upload.payload_hash = {};
    work.upload.stream_size.reset();
    if (stream_size && request.content_type.empty()) request.content_type = "application/octet-stream";
    const bool needs_checksum = (target.operation.flags & api::operation_flag::needs_checksum) != 0;
    if (presigned ? needs_checksum : takes_checksum(target.operation) || stream_size) {
        plan_upload({target.service, target.operation, input, target.context.request_checksums, scheme.scheme,
                     target.destination->origin.tls, stream_size, presigned},
                    request, work.upload);
    }
    join_path(target.destination->endpoint.path, request.path, work.path);

    work.headers.clear();
    if (!request.content_type.empty()) work.headers.push_back({"content-type", request.content_type});
    work.headers.push_back({"host", target.destination->endpoint.authority});
    if (!request.target.empty()) work.headers.push_back({"x-amz-target", request.target});
    for (const auto& [name, value] : request.headers) {
        if (name != "content-length") work.headers.push_back({name, value});  // the body says how long it is, once
    }
    for (const auto& [name, value] : target.destination->endpoint.headers()) work.headers.push_back({name, value});
    std::ranges::sort(work.headers, {}, &auth::HeaderView::name);
}

auth::RequestToSign request_to_sign(const Sender& sender, const Workplace& work) {
    auth::RequestToSign to_sign;
    to_sign.method = work.request.method;
    to_sign.path = work.path;
    to_sign.query = work.request.query;
    to_sign.headers = work.headers;
    to_sign.body = work.request.body;
    to_sign.payload_hash = sender.scheme.unsigned_payload ? auth::unsigned_payload : work.upload.payload_hash;
    to_sign.region = sender.scheme.region;
    to_sign.service = sender.scheme.name;
    to_sign.time = sender.time;
    if (sender.scheme.scheme == api::AuthScheme::sigv4a) to_sign.algorithm = auth::Algorithm::ecdsa;
    if (sender.scheme.scheme == api::AuthScheme::s3_express) to_sign.session_token = auth::s3_session_token;
    to_sign.encode_path = sender.scheme.encode_path;
    to_sign.normalize_path = sender.scheme.normalize_path;
    to_sign.content_sha256_header = sender.scheme.content_sha256_header || !to_sign.payload_hash.empty();
    return to_sign;
}

namespace {

constexpr std::uint64_t asks_for_leave = 1024 * 1024;  // bodies of this size are worth waiting for

// The head but for its last line, signed.
void write_lines(const Target& target, const Sender& sender, Workplace& work, std::string_view digest, std::string& out) {
    const protocol::Request& request = work.request;
    out.append(request.method).append(" ").append(work.path);
    if (!request.query.empty()) out.append("?").append(request.query);
    out.append(" HTTP/1.1\r\n");
    for (const auto& [name, value] : work.headers) append_header(out, name, value);
    append_header(out, "user-agent", target.context.user_agent);

    switch (sender.scheme.scheme) {
        case api::AuthScheme::sigv4:
        case api::AuthScheme::sigv4a:
        case api::AuthScheme::s3_express: {
            auth::RequestToSign to_sign = request_to_sign(sender, work);
            if (!digest.empty()) to_sign.payload_hash = digest;
            work.signer.sign(to_sign, *sender.identity, out, &sender.identity->keys);
            break;
        }
        case api::AuthScheme::bearer:
            out.append("authorization: Bearer ").append(sender.token->token.reveal()).append("\r\n");
            break;
        case api::AuthScheme::no_auth: break;
    }
    if (protocol::has_length(request) || work.upload.stream_size) {
        out.append("content-length: ");
        append_number(out, sent_size(request, work.upload, sender.scheme.scheme));
        out.append("\r\n");
    }
}

}  // namespace

void write_request(const Target& target, const Sender& sender, const void* input, Workplace& work, std::string& out) {
    compose(target, sender.scheme, input, false, work);
    write_lines(target, sender, work, {}, out);
    out.append("\r\n");
    write_body(work.request, work.upload, work.signer, sender.identity, out);
}

bool write_head(const Target& target, const Sender& sender, const void* input, OutgoingBody& body, std::string_view digest,
                Workplace& work, std::string& out) {
    compose(target, sender.scheme, input, false, work, body.size());
    write_lines(target, sender, work, digest, out);
    const bool asks = body.size() >= asks_for_leave;
    if (asks) append_header(out, "expect", "100-continue");
    out.append("\r\n");
    std::optional<auth::SignatureChain> chain;
    if (work.upload.form == Upload::Form::signed_chunks) {
        chain.emplace(work.signer.chain(*sender.identity, &sender.identity->keys));
    }
    body.begin(work.upload, std::move(chain));
    return asks;
}

}  // namespace botocraft::detail
