#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/base64.hpp"

#include <openssl/evp.h>

#include <optional>

namespace protocol = botocraft::protocol;

namespace {

// What OpenSSL writes for these bytes.
std::string written_by_openssl(const botocraft::blob& bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

// OpenSSL reads over blanks at both ends, and padding is zeros to it: right is what it would write itself.
std::optional<botocraft::blob> read_by_openssl(std::string_view text) {
    std::string padded(text);
    if (!text.ends_with('=')) padded.append((4 - text.size() % 4) % 4, '=');
    const std::size_t padding = padded.ends_with("==") ? 2 : padded.ends_with('=') ? 1 : 0;
    botocraft::blob bytes(padded.size() / 4 * 3 + 3);
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(padded.data()),
                                     static_cast<int>(padded.size()));
    if (size < 0 || static_cast<std::size_t>(size) < padding) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    if (written_by_openssl(bytes) != padded) return std::nullopt;
    return bytes;
}

}  // namespace

void fuzz::base64(std::string_view bytes) {
    botocraft::blob ours;
    const bool accepted = protocol::parse_base64(bytes, ours);
    const auto reference = read_by_openssl(bytes);
    require(accepted == reference.has_value(), "the same texts are base64");
    if (accepted) require(ours == *reference, "the same bytes come out");

    const auto* const data = reinterpret_cast<const std::byte*>(bytes.data());
    const botocraft::blob all(data, data + bytes.size());
    require(protocol::base64(all) == written_by_openssl(all), "the same text is written");
}
