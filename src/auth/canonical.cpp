#include <auth/canonical.hpp>

#include <schema/words.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace botocraft::auth {

namespace {

constexpr std::array<bool, 256> unreserved_characters() {
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (const char c : {'-', '.', '_', '~'}) table[static_cast<std::size_t>(c)] = true;
    return table;
}
constexpr auto unreserved = unreserved_characters();

// Marks those of eight characters that may have to be encoded: all but letters, digits, `-`, `.` and `_`.
constexpr std::uint64_t reserved_marks(std::uint64_t word) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    // The high bit of each byte that is in the range, if it is below 128.
    const std::uint64_t low = word & ~highs;
    const auto within = [](std::uint64_t bytes, char first, char last) {
        return (bytes + ones * (0x80 - static_cast<unsigned>(first))) &
               ~(bytes + ones * (0x7f - static_cast<unsigned>(last)));
    };
    const std::uint64_t found =
        within(low | ones * 0x20, 'a', 'z') | within(low, '-', '.') | within(low, '0', '9') | within(low, '_', '_');
    return (~found | word) & highs;
}

// Sixteen characters at once, in a vector as both compilers have it on every machine.
using Pair [[gnu::vector_size(16)]] = std::uint64_t;
using Characters [[gnu::vector_size(16)]] = unsigned char;

// Whether they are all letters, digits, `-`, `.` and `_`.
inline bool all_unreserved(Pair pair) noexcept {
    const auto c = reinterpret_cast<Characters>(pair);
    const auto good = ((c | 0x20) - 'a' < 26) | (c - '0' < 10) | (c - '-' < 2) | (c == '_');
    const auto halves = reinterpret_cast<Pair>(good);
    return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

// Copies a text of eight characters or more that needs no encoding and returns its end; null where that is not clear.
char* copy_unreserved(char* to, std::string_view text) noexcept {
    const std::size_t size = text.size();
    const auto copy = [to, from = text.data()](std::size_t one, std::size_t other) {
        std::uint64_t first, second;
        std::memcpy(&first, from + one, 8);
        std::memcpy(&second, from + other, 8);
        std::memcpy(to + one, &first, 8);
        std::memcpy(to + other, &second, 8);
        return all_unreserved(Pair{first, second});
    };
    for (std::size_t i = 0; i + 16 < size; i += 16) {
        if (!copy(i, i + 8)) return nullptr;
    }
    return copy(size < 16 ? 0 : size - 16, size - 8) ? to + size : nullptr;
}

// Likewise of four to seven characters.
char* copy_few_unreserved(char* to, std::string_view text) noexcept {
    std::uint32_t first, last;  // which overlap in the middle
    std::memcpy(&first, text.data(), 4);
    std::memcpy(&last, text.data() + text.size() - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + text.size() - 4, &last, 4);
    return reserved_marks(first | std::uint64_t{last} << 32) == 0 ? to + text.size() : nullptr;
}

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

// Nearly every value: nothing to trim, no two spaces in a row.
bool needs_no_trimming(std::string_view value) noexcept {
    if (value.empty()) return true;
    if (is_blank(value.front()) || is_blank(value.back())) return false;
    for (std::size_t at = value.find(' '); at != value.npos; at = value.find(' ', at + 1)) {
        if (value[at + 1] == ' ') return false;
    }
    return true;
}

void append_normalized_path(std::string& out, std::string_view path) {
    const std::size_t start = out.size();
    out += '/';
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view segment = path.substr(at, end - at);
        at = end + 1;
        if (segment.empty() || segment == ".") continue;
        if (segment == "..") {
            if (out.size() == start + 1) continue;
            out.resize(out.rfind('/'));
            if (out.size() == start) out += '/';
            continue;
        }
        if (out.back() != '/') out += '/';
        out += segment;
    }
    if (path.ends_with('/') && out.size() > start + 1) out += '/';
}

}  // namespace

namespace {

constexpr char digits[] = "0123456789ABCDEF";

// One that may have to be encoded.
inline char* write_character(char* to, char c, bool keep_slash) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved[byte] || (keep_slash && c == '/')) {
        *to = c;
        return to + 1;
    }
    to[0] = '%';
    to[1] = digits[byte >> 4];
    to[2] = digits[byte & 15];
    return to + 3;
}

// Eight characters are copied at a time, and count up to the first that may have to be encoded.
[[gnu::noinline]] char* write_runs(char* to, std::string_view text, bool keep_slash) noexcept {
    const char* from = text.data();
    const char* const end = from + text.size();
    if constexpr (std::endian::native == std::endian::little) {
        while (end - from >= 8) {
            std::uint64_t word;
            std::memcpy(&word, from, sizeof(word));
            std::memcpy(to, &word, sizeof(word));
            const int plain = std::countr_zero(reserved_marks(word)) / 8;
            from += plain;
            to += plain;
            if (plain != 8) to = write_character(to, *from++, keep_slash);
        }
    }
    while (from != end) to = write_character(to, *from++, keep_slash);
    return to;
}

}  // namespace

char* write_encoded(char* to, std::string_view text, bool keep_slash) noexcept {
    if (text.size() < 8) {
        char* const end = text.size() >= 4 ? copy_few_unreserved(to, text) : nullptr;
        if (end) return end;
        for (const char c : text) to = write_character(to, c, keep_slash);
        return to;
    }
    constexpr std::size_t short_text = 64;  // nearly every one needs nothing
    char* const end = text.size() <= short_text ? copy_unreserved(to, text) : nullptr;
    return end ? end : write_runs(to, text, keep_slash);
}

void append_encoded(std::string& out, std::string_view text, bool keep_slash) {
    constexpr std::size_t at_once = 128;
    char room[encoded_room(at_once)];
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), at_once))) {
        out.append(room, write_encoded(room, text.substr(0, at_once), keep_slash));
    }
}

void append_decoded(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high >= 0 && low >= 0) {
                out += static_cast<char>(high * 16 + low);
                i += 2;
                continue;
            }
        }
        out += text[i];
    }
}

void append_trimmed(Writer& out, std::string_view value) {
    if (needs_no_trimming(value)) {
        out << value;
        return;
    }
    while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
    while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != ' ' || value[i - 1] != ' ') out << value[i];  // the first one is no blank
    }
}

void append_canonical_path(std::string& out, std::string_view path, bool encode, bool normalize) {
    if (path.empty() || path == "/") {
        out += '/';
        return;
    }
    if (!normalize) {
        if (encode) {
            append_encoded(out, path, true);
        } else {
            out += path;
        }
        return;
    }
    if (!encode) {
        append_normalized_path(out, path);
        return;
    }
    // Encoding changes neither slashes nor dots, so that it may come first, which needs no second buffer for the common
    // path that has nothing to normalise.
    const bool plain = path.find("//") == path.npos && path.find("/.") == path.npos && path.front() == '/';
    if (plain) {
        append_encoded(out, path, true);
        return;
    }
    std::string normalized;
    append_normalized_path(normalized, path);
    append_encoded(out, normalized, true);
}

void CanonicalQuery::append(std::string& out, std::string_view query, std::string_view except) {
    encoded_.clear();
    parameters_.clear();
    const auto position = [this] { return static_cast<std::uint32_t>(encoded_.size()); };
    const auto recode = [this](std::string_view text) {
        decoded_.clear();
        append_decoded(decoded_, text);
        append_encoded(encoded_, decoded_);
    };
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t end = std::min(query.find('&', at), query.size());
        const std::string_view parameter = query.substr(at, end - at);
        at = end + 1;
        if (parameter.empty()) continue;
        const std::size_t equals = std::min(parameter.find('='), parameter.size());
        const std::string_view name = parameter.substr(0, equals);
        if (!except.empty() && name == except) continue;
        Parameter row{position(), 0, 0};
        recode(name);
        row.equals = position();
        encoded_ += '=';
        if (equals < parameter.size()) recode(parameter.substr(equals + 1));
        row.end = position();
        parameters_.push_back(row);
    }
    const std::string_view all = encoded_;
    // By name, then by value: comparing whole parameters would sort `Param-3=` before `Param=`.
    std::sort(parameters_.begin(), parameters_.end(), [all](const Parameter& a, const Parameter& b) {
        const int names = all.substr(a.begin, a.equals - a.begin).compare(all.substr(b.begin, b.equals - b.begin));
        if (names != 0) return names < 0;
        return all.substr(a.equals, a.end - a.equals) < all.substr(b.equals, b.end - b.equals);
    });
    bool first = true;
    for (const Parameter& parameter : parameters_) {
        if (!std::exchange(first, false)) out += '&';
        out += all.substr(parameter.begin, parameter.end - parameter.begin);
    }
}

}  // namespace botocraft::auth
