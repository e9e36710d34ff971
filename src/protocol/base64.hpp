#pragma once
// Base64 of RFC 4648 with padding, as every protocol of AWS sends blobs.

#include <botocraft/containers.hpp>

#include <span>
#include <string>
#include <string_view>

namespace botocraft::protocol {

void append_base64(std::string& out, std::span<const std::byte> bytes);
[[nodiscard]] inline std::string base64(std::span<const std::byte> bytes) {
    std::string out;
    append_base64(out, bytes);
    return out;
}

// False where the text is not base64; `out` is then unspecified. Padding may be missing; line breaks may not be there.
[[nodiscard]] bool parse_base64(std::string_view text, blob& out);

}  // namespace botocraft::protocol
