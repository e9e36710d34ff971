#include "protocol/base64.hpp"

#include <array>
#include <cstdint>

namespace botocraft::protocol {

namespace {

constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_digit);
    for (std::uint8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(digits[i])] = i;
    return table;
}();

}  // namespace

char* write_base64(char* to, std::span<const std::byte> bytes) noexcept {
    const auto byte = [&bytes](std::size_t at) { return std::to_integer<std::uint32_t>(bytes[at]); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = digits[group >> 6 & 63];
        *to++ = digits[group & 63];
    }
    if (i == bytes.size()) return to;
    const bool two = i + 2 == bytes.size();
    const std::uint32_t group = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
    *to++ = digits[group >> 18];
    *to++ = digits[group >> 12 & 63];
    *to++ = two ? digits[group >> 6 & 63] : '=';
    *to++ = '=';
    return to;
}

void append_base64(std::string& out, std::span<const std::byte> bytes) {
    const std::size_t start = out.size();
    out.resize(start + base64_size(bytes.size()));
    static_cast<void>(write_base64(out.data() + start, bytes));
}

bool parse_base64(std::string_view text, blob& out) {
    if (text.size() % 4 == 0) {
        if (text.ends_with('=')) text.remove_suffix(1);
        if (text.ends_with('=')) text.remove_suffix(1);
    }
    const std::size_t rest = text.size() % 4;
    if (rest == 1) return false;
    out.clear();
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == no_digit) return false;
        group = group << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<std::byte>(group >> bits & 0xff));
        }
    }
    return (group & ((1u << bits) - 1)) == 0;  // bits behind the last byte are zero in every encoder's output
}

}  // namespace botocraft::protocol
