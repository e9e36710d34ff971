#include "testing/pages.hpp"

#include <charconv>

namespace botocraft::testing {

namespace {

std::uint64_t fnv(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) noexcept {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

constexpr std::size_t check_digits = 16;

std::string hexadecimal(std::uint64_t value) {
    std::string text(check_digits, '0');
    for (std::size_t i = check_digits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
    return text;
}

}  // namespace

// A check of list and position, then the position, veiled so that nobody comes to rely on what it says.
std::string make_token(std::string_view list, std::string_view last) {
    const std::uint64_t check = fnv(last, fnv(list));
    std::string token = hexadecimal(check);
    for (std::size_t i = 0; i < last.size(); ++i) {
        const unsigned byte = static_cast<unsigned char>(last[i]) ^ static_cast<unsigned>(check >> i % 8 * 8 & 0xff);
        token += "0123456789abcdef"[byte >> 4];
        token += "0123456789abcdef"[byte & 15];
    }
    return token;
}

std::optional<std::string> read_token(std::string_view list, std::string_view token) {
    if (token.size() < check_digits || token.size() % 2 != 0) return std::nullopt;
    const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
        return value;
    };
    const auto check = number(token.substr(0, check_digits));
    if (!check) return std::nullopt;
    std::string last;
    for (std::size_t at = check_digits; at < token.size(); at += 2) {
        const auto byte = number(token.substr(at, 2));
        if (!byte) return std::nullopt;
        last += static_cast<char>(*byte ^ (*check >> last.size() % 8 * 8 & 0xff));
    }
    if (fnv(last, fnv(list)) != *check) return std::nullopt;
    return last;
}

}  // namespace botocraft::testing
