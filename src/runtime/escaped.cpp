#include "runtime/escaped.hpp"

#include "protocol/scalar_text.hpp"

namespace botocraft::detail {

namespace {

// How long the character is that the text begins with; 0 where it is none of UTF-8.
std::size_t size_of_first(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return size <= text.size() && protocol::valid_utf8(text.substr(0, size)) ? size : 0;
}

// Controls, also those of U+0080 to U+009F, which terminals obey as well; separators of lines, and marks of direction.
bool is_control(std::string_view character) noexcept {
    const auto last = static_cast<unsigned char>(character.back());
    switch (character.size()) {
        case 1: return last < 0x20 || last == 0x7f;
        case 2: return character.front() == '\xc2' && last < 0xa0;
        case 3:
            if (character.starts_with("\xe2\x80")) return last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae);
            return character.starts_with("\xe2\x81") && last >= 0xa6 && last <= 0xa9;
        default: return false;
    }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, std::size_t longest, std::string_view marked) {
    constexpr char digits[] = "0123456789abcdef";
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t size = size_of_first(text.substr(at));
        const std::string_view character = text.substr(at, size == 0 ? 1 : size);
        if (at + character.size() > longest) break;
        if (size == 0 || is_control(character)) {
            for (const char c : character) {
                const auto byte = static_cast<unsigned char>(c);
                out.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
            }
        } else {
            if (size == 1 && marked.find(character) != marked.npos) out += '\\';
            out += character;
        }
        at += character.size();
    }
    if (at < text.size()) out += "…";
}

}  // namespace botocraft::detail
