#include "names.hpp"

#include <algorithm>
#include <array>

namespace botocraft::gen {

namespace {

constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char to_upper(char c) noexcept { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Keywords, and macros that system headers define.
constexpr std::array<std::string_view, 107> reserved = {
    "BIG_ENDIAN", "BUFSIZ", "EOF", "FALSE", "INFINITY", "LITTLE_ENDIAN", "NAN", "NULL", "OVERFLOW", "TRUE",
    "UNDERFLOW", "alignas", "alignof", "and", "and_eq", "asm", "assert", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl",
    "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default",
    "delete", "do", "double", "dynamic_cast", "else", "enum", "errno", "explicit", "export", "extern", "false", "float",
    "for", "friend", "goto", "i386", "if", "inline", "int", "linux", "long", "mutable", "namespace", "new", "noexcept",
    "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register",
    "reinterpret_cast", "requires", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast",
    "stderr", "stdin", "stdout", "struct", "switch", "template", "this", "thread_local", "throw", "true", "try",
    "typedef", "typeid", "typename", "union", "unix", "unsigned", "using", "virtual", "void", "volatile"};
static_assert(std::ranges::is_sorted(reserved));

}  // namespace

std::string identifier(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool valid = is_lower(c) || is_upper(c) || is_digit(c) || c == '_';
        const char put = valid ? c : '_';
        if (put == '_' && out.ends_with('_')) continue;  // two underscores in a row are the compiler's
        out += put;
    }
    if (out.empty() || out == "_") return name.empty() ? "empty" : "other";
    if (is_digit(out.front()) || out.front() == '_') out.insert(0, is_digit(out.front()) ? "n" : "x");
    if (std::ranges::binary_search(reserved, out) || out == "while" || out == "wchar_t" || out == "xor" ||
        out == "xor_eq") {
        out += '_';
    }
    return out;
}

std::string member_identifier(std::string_view name, std::string_view class_name) {
    std::string out = identifier(name);
    if (out == class_name) out += '_';
    return out;
}

std::string snake_case(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool begins = is_upper(c) && i > 0 && name[i - 1] != '_' &&
                            (!is_upper(name[i - 1]) || (i + 1 < name.size() && is_lower(name[i + 1])));
        if (begins) out += '_';
        out += c == '-' ? '_' : to_lower(c);
    }
    return out;
}

std::string pascal_case(std::string_view name) {
    std::string out;
    bool begins = true;
    for (const char c : name) {
        if (c == '_') {
            begins = true;
        } else {
            out += begins ? to_upper(c) : c;
            begins = false;
        }
    }
    return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string cpp_literal(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace botocraft::gen
