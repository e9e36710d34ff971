#include "runtime/upload.hpp"

#include "auth/chunked_body.hpp"
#include "protocol/checksum.hpp"
#include "protocol/http_binding.hpp"
#include "schema/walk.hpp"
#include "text/case.hpp"

#include <botocraft/error.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace botocraft::detail {

namespace {

using protocol::Checksum;

constexpr std::string_view encoding = "aws-chunked";

bool is_signed(api::AuthScheme scheme) noexcept {
    return scheme == api::AuthScheme::sigv4 || scheme == api::AuthScheme::sigv4a || scheme == api::AuthScheme::s3_express;
}

auth::Algorithm algorithm_of(api::AuthScheme scheme) noexcept {
    return scheme == api::AuthScheme::sigv4a ? auth::Algorithm::ecdsa : auth::Algorithm::hmac;
}

const schema::Member* algorithm_member(const UploadQuestion& q) noexcept {
    if (q.operation.checksum_member == api::none) return nullptr;
    return schema::ShapeRef{q.service.schema, q.operation.input}.begin() + q.operation.checksum_member;
}

// What the caller asks for by the operation's own member; empty where that says nothing.
std::string_view wanted_algorithm(const UploadQuestion& q) noexcept {
    const schema::Member* const member = algorithm_member(q);
    if (member == nullptr) return {};
    const schema::ShapeRef shape{q.service.schema, q.operation.input};
    const schema::ConstPlace place = schema::member_place(shape, *member, q.input);
    if (member->kind != schema::Kind::string || schema::presence(place) != schema::Presence::present) return {};
    return schema::scalar<std::string>(place);
}

bool has_checksum(const protocol::Request& request) noexcept {
    return std::ranges::any_of(request.headers, [](const auto& header) {
        return header.first == "content-md5" || (header.first.starts_with("x-amz-checksum-") &&
                                                 header.first != "x-amz-checksum-algorithm" &&
                                                 header.first != "x-amz-checksum-type");
    });
}

[[noreturn]] void refuse(const UploadQuestion& q, std::string_view name) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "UnknownChecksum";
    details.service = q.service.name;
    details.operation = q.service.text(q.operation.name);
    details.explanation = "this library cannot compute the checksum " + std::string(name) +
                          ": give its value in the member for it, or name CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512 "
                          "or MD5";
    throw_error(std::move(details));
}

// Nothing where the body gets none.
std::optional<Checksum> choose(const UploadQuestion& q, const protocol::Request& request) {
    if (!takes_checksum(q.operation) || has_checksum(request)) return std::nullopt;
    if (const std::string_view name = wanted_algorithm(q); !name.empty()) {
        const auto known = protocol::parse_checksum(name);
        if (!known) refuse(q, name);
        return known;
    }
    const bool needed = (q.operation.flags & api::operation_flag::needs_checksum) != 0;
    if (!needed && q.checksums == RequestChecksums::when_required) return std::nullopt;
    return Checksum::crc32;
}

// Whether the body is one blob that may be read as it is sent.
bool is_stream(const UploadQuestion& q) noexcept {
    const schema::Member* const payload =
        q.operation.input == api::none ? nullptr : protocol::payload_member({q.service.schema, q.operation.input});
    return payload != nullptr && payload->kind == schema::Kind::blob &&
           (payload->flags & schema::member_flag::streaming) != 0;
}

// The header of the member that names the algorithm, which says what was chosen.
void name_algorithm(const UploadQuestion& q, Checksum checksum, protocol::Request& request) {
    const schema::Member* const member = algorithm_member(q);
    if (member == nullptr || member->location != schema::Location::header) return;
    std::string name = lower_case(q.service.schema->wire_name(*member));
    if (std::ranges::find(request.headers, name, &std::pair<std::string, std::string>::first) != request.headers.end()) return;
    request.headers.emplace_back(std::move(name), protocol::to_string(checksum));
}

void announce_chunks(std::string_view trailer, std::uint64_t size, protocol::Request& request) {
    const auto known = std::ranges::find(request.headers, "content-encoding", &std::pair<std::string, std::string>::first);
    if (known == request.headers.end()) {
        request.headers.emplace_back("content-encoding", encoding);
    } else if (!known->second.ends_with(encoding)) {
        known->second.append(known->second.empty() ? "" : ",").append(encoding);
    }
    request.headers.emplace_back("x-amz-decoded-content-length", std::to_string(size));
    if (!trailer.empty()) request.headers.emplace_back("x-amz-trailer", trailer);
}

std::array<auth::HeaderView, 1> trailer_of(const Upload& upload) noexcept {
    return {auth::HeaderView{upload.checksum_name, upload.checksum}};
}

// What is signed in the place of the body's hash where a checksum follows the chunks.
std::string_view hash_with_trailer(const UploadQuestion& q) noexcept {
    if (q.tls) return auth::streaming_unsigned_payload_trailer;
    const bool ecdsa = algorithm_of(q.scheme) == auth::Algorithm::ecdsa;
    return ecdsa ? auth::streaming_ecdsa_payload_trailer : auth::streaming_payload_trailer;
}

// A body whose checksum and hash nobody knows before it was sent.
void plan_stream(const UploadQuestion& q, std::optional<Checksum> checksum, protocol::Request& request, Upload& upload) {
    if (!is_signed(q.scheme) || !takes_checksum(q.operation)) return;
    if (!checksum && q.tls) {
        upload.payload_hash = auth::unsigned_payload;
        return;
    }
    upload.form = q.tls ? Upload::Form::chunks : Upload::Form::signed_chunks;
    if (!checksum) {
        const bool ecdsa = algorithm_of(q.scheme) == auth::Algorithm::ecdsa;
        upload.payload_hash = ecdsa ? auth::streaming_ecdsa_payload : auth::streaming_payload;
    } else {
        name_algorithm(q, *checksum, request);
        upload.algorithm = checksum;
        upload.checksum_name = protocol::header_of(*checksum);
        upload.checksum.assign(protocol::text_size(*checksum), '=');
        upload.payload_hash = hash_with_trailer(q);
    }
    announce_chunks(upload.checksum_name, *q.stream_size, request);
}

}  // namespace

void plan_upload(const UploadQuestion& q, protocol::Request& request, Upload& upload) {
    upload.form = Upload::Form::plain;
    upload.payload_hash = upload.checksum_name = {};
    upload.checksum.clear();
    upload.algorithm.reset();
    upload.stream_size = q.stream_size;
    const std::optional<Checksum> checksum = choose(q, request);
    if (q.stream_size) return plan_stream(q, checksum, request, upload);
    if (!checksum) return;
    name_algorithm(q, *checksum, request);
    upload.checksum_name = protocol::header_of(*checksum);
    upload.checksum = protocol::compute(*checksum, request.body);
    if (!is_signed(q.scheme) || !is_stream(q) || q.presigned) {
        request.headers.emplace_back(upload.checksum_name, upload.checksum);
        return;
    }
    announce_chunks(upload.checksum_name, request.body.size(), request);
    upload.form = q.tls ? Upload::Form::chunks : Upload::Form::signed_chunks;
    upload.payload_hash = hash_with_trailer(q);
}

std::uint64_t sent_size(const protocol::Request& request, const Upload& upload, api::AuthScheme scheme) {
    const std::uint64_t size = upload.stream_size.value_or(request.body.size());
    if (upload.form == Upload::Form::plain) return size;
    const bool signs = upload.form == Upload::Form::signed_chunks;
    const auto trailer = trailer_of(upload);
    return auth::ChunkedBody::encoded_size(size, std::span(trailer).first(upload.checksum_name.empty() ? 0 : 1),
                                           signs ? std::optional(algorithm_of(scheme)) : std::nullopt);
}

void write_body(const protocol::Request& request, const Upload& upload, auth::Signer& signer,
                const auth::SigningIdentity* identity, std::string& out) {
    if (upload.form == Upload::Form::plain) {
        out.append(request.body);
        return;
    }
    std::optional<auth::SignatureChain> chain;
    if (upload.form == Upload::Form::signed_chunks) chain.emplace(signer.chain(*identity, &identity->keys));
    auth::ChunkedBody chunks(std::move(chain));
    chunks.write(request.body, out);
    chunks.finish(trailer_of(upload), out);
}

}  // namespace botocraft::detail
