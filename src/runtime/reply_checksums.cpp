#include "runtime/reply_checksums.hpp"

#include "runtime/input_text.hpp"

#include <array>
#include <cstdint>

namespace botocraft::detail {

// --- asking for them ----------------------------------------------------------------------------------------------------

static const schema::Member* validation_member(const orm::ServiceTables& service, const api::Operation& operation) noexcept {
    if (operation.validation_member == api::none) return nullptr;
    return schema::ShapeRef{service.schema, operation.input}.begin() + operation.validation_member;
}

bool is_validated(const orm::ServiceTables& service, const api::Operation& operation, const void* input) {
    return input_text(service, operation, validation_member(service, operation), input) == "ENABLED";
}

bool asks_for_checksum(const Target& target) noexcept {
    return target.operation.validation_member != api::none &&
           target.context.response_checksums == ResponseChecksums::when_supported;
}

void ask_for_checksum(const orm::ServiceTables& service, const api::Operation& operation, void* input) {
    const schema::Place place =
        schema::member_place({service.schema, operation.input}, *validation_member(service, operation), input);
    if (schema::presence(place) == schema::Presence::absent) schema::set_string(place, "ENABLED");
}

// --- comparing them ----------------------------------------------------------------------------------------------------

std::optional<AnnouncedChecksum> announced_checksum(const http::Reply& reply) {
    // Cheap ones first.
    using protocol::Checksum;
    constexpr std::array order{Checksum::xxhash3, Checksum::xxhash128, Checksum::xxhash64, Checksum::crc64nvme,
                               Checksum::crc32c,  Checksum::crc32,     Checksum::sha1,     Checksum::sha256,
                               Checksum::sha512,  Checksum::md5};
    for (const Checksum checksum : order) {
        const std::string_view value = reply.header(protocol::header_of(checksum));
        if (!value.empty() && value.find('-') == value.npos) return AnnouncedChecksum{checksum, value};
    }
    return std::nullopt;
}

std::string checksum_mismatch(const http::Reply& reply) {
    const std::optional<AnnouncedChecksum> announced = announced_checksum(reply);
    if (!announced) return {};
    const std::string found = protocol::compute(announced->checksum, reply.body());
    return found == announced->value ? std::string() : describe_mismatch(announced->checksum, announced->value, found);
}

std::string crc32_mismatch(const orm::ServiceTables& service, const http::Reply& reply) {
    if (service.crc32_header.empty()) return {};
    const std::string_view announced = reply.header(service.crc32_header);
    if (announced.empty()) return {};
    protocol::RunningChecksum sum(protocol::Checksum::crc32);
    sum.add(reply.body());
    std::uint32_t found = 0;
    for (const char byte : sum.bytes()) found = found << 8 | static_cast<unsigned char>(byte);
    const std::string text = std::to_string(found);
    return text == announced ? std::string() : describe_mismatch(protocol::Checksum::crc32, announced, text);
}

std::string describe_mismatch(protocol::Checksum checksum, std::string_view announced, std::string_view found) {
    std::string text = "the body is not what was sent: its ";
    text.append(protocol::to_string(checksum)).append(" is ").append(found).append(", and was announced as ").append(announced);
    return text;
}

}  // namespace botocraft::detail
