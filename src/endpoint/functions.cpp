#include "endpoint/functions.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace botocraft::endpoint {

namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_alphanumeric(char c) noexcept {
    return is_digit(c) || is_lower(c) || is_upper(c);
}

constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// What a character may be part of, by its code.
enum : unsigned char { alphanumeric = 1, upper = 2, unreserved = 4 };

constexpr auto classes = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned code = 0; code < table.size(); ++code) {
        const auto c = static_cast<char>(code);
        if (is_alphanumeric(c)) table[code] |= alphanumeric | unreserved;
        if (is_upper(c)) table[code] |= upper;
        if (c == '-' || c == '.' || c == '_' || c == '~') table[code] |= unreserved;
    }
    return table;
}();

unsigned class_of(char c) noexcept {
    return classes[static_cast<unsigned char>(c)];
}

bool is_ascii(std::string_view text) noexcept {
    constexpr std::uint64_t high = 0x8080808080808080;
    std::uint64_t seen = 0;
    for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
        std::uint64_t word;
        std::memcpy(&word, text.data(), sizeof word);
        seen |= word;
    }
    for (const char c : text) seen |= static_cast<unsigned char>(c);
    return (seen & high) == 0;
}

// `a.b.c.d`, each at most three digits; `any_number` takes 999 for one, as the rules of bucket names do.
bool is_ipv4(std::string_view text, bool any_number) noexcept {
    for (int part = 0; part < 4; ++part) {
        std::size_t digits = 0;
        int number = 0;
        while (digits < text.size() && is_digit(text[digits]) && digits < 4)
            number = number * 10 + (text[digits++] - '0');
        if (digits == 0 || digits > 3 || (number > 255 && !any_number)) return false;
        text.remove_prefix(digits);
        if (part == 3) return text.empty();
        if (!text.starts_with('.')) return false;
        text.remove_prefix(1);
    }
    return false;
}

// What stands between the brackets of an IPv6 address in a URL: the address, and perhaps `%25` and a zone.
bool is_ipv6(std::string_view text) noexcept {
    const auto zone = text.find('%');
    if (zone != std::string_view::npos) {
        const auto name = text.substr(zone + 1);
        if (name.empty() ||
            !std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }))
            return false;
        text = text.substr(0, zone);
    }
    return std::ranges::count(text, ':') >= 2 &&
           std::ranges::all_of(text, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
}

bool is_port(std::string_view text) noexcept {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port <= 65535;
}

// The next of the parts that end at `:` or `/`, which it takes from `rest`; `more` says whether there is another.
std::string_view next_resource_part(std::string_view& rest, bool& more) noexcept {
    const auto found = std::ranges::find_if(rest, [](char c) { return c == ':' || c == '/'; });
    const auto end = static_cast<std::size_t>(found - rest.begin());
    more = found != rest.end();
    const auto part = rest.substr(0, end);
    if (more) rest.remove_prefix(end + 1);
    return part;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) noexcept {
    Url url;
    if (text.starts_with("https://")) {
        url.scheme = text.substr(0, 5);
        text.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        url.scheme = text.substr(0, 4);
        text.remove_prefix(7);
    } else {
        return std::nullopt;
    }
    const auto unwanted = [](char c) { return c == '?' || c == '#' || c <= ' ' || c >= 0x7f; };
    if (std::ranges::any_of(text, unwanted)) return std::nullopt;
    const auto slash = std::min(text.find('/'), text.size());
    url.authority = text.substr(0, slash);
    url.path = text.substr(slash);

    std::string_view host = url.authority;
    std::string_view after;
    if (host.starts_with('[')) {
        const auto bracket = host.find(']');
        if (bracket == std::string_view::npos) return std::nullopt;
        after = host.substr(bracket + 1);
        host = host.substr(1, bracket - 1);
        if (!is_ipv6(host)) return std::nullopt;
        url.is_ip = true;
    } else {
        const auto colon = std::min(host.find(':'), host.size());
        after = host.substr(colon);
        host = host.substr(0, colon);
        if (host.empty() || !is_host_text(host)) return std::nullopt;
        url.is_ip = is_ipv4(host, false);
    }
    if (!after.empty() && (after.front() != ':' || !is_port(after.substr(1)))) return std::nullopt;
    return url;
}

std::optional<Arn> parse_arn(std::string_view text) noexcept {
    if (!text.starts_with("arn:")) return std::nullopt;
    text.remove_prefix(4);
    std::string_view parts[4];
    for (auto& part : parts) {
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        part = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    if (parts[0].empty() || parts[1].empty() || text.empty()) return std::nullopt;
    return Arn{parts[0], parts[1], parts[2], parts[3], text};
}

std::optional<std::string_view> resource_part(std::string_view resource, std::size_t index) noexcept {
    bool more = true;
    for (;; --index) {
        if (!more) return std::nullopt;
        const auto part = next_resource_part(resource, more);
        if (index == 0) return part;
    }
}

std::optional<std::string_view> split_part(std::string_view text, std::string_view delimiter, std::size_t limit,
                                           std::size_t index) noexcept {
    if (delimiter.empty()) return std::nullopt;
    for (std::size_t position = 0;; ++position) {
        const bool last = limit != 0 && position + 1 == limit;
        const auto end = last ? std::string_view::npos : text.find(delimiter);
        if (position == index) return text.substr(0, end);
        if (end == std::string_view::npos) return std::nullopt;
        text.remove_prefix(end + delimiter.size());
    }
}

std::optional<std::string_view> substring(std::string_view text, std::size_t start, std::size_t stop,
                                          bool from_end) noexcept {
    if (start >= stop || text.size() < stop) return std::nullopt;
    if (!is_ascii(text)) return std::nullopt;
    return text.substr(from_end ? text.size() - stop : start, stop - start);
}

namespace {

// Labels of a host name, whose characters are of no class in `refused`.
bool is_label(std::string_view text, bool dots, unsigned refused) noexcept {
    constexpr std::size_t longest = 63;
    std::size_t length = 0;
    char before = '.';
    for (const char c : text) {
        const unsigned what = class_of(c);
        if (((what & alphanumeric) != 0 && (what & refused) == 0) || (c == '-' && length != 0)) {
            if (++length > longest) return false;
        } else if (c == '.' && dots && length != 0 && before != '-') {
            length = 0;
        } else {
            return false;
        }
        before = c;
    }
    return length != 0 && before != '-';
}

}  // namespace

bool is_host_label(std::string_view text, bool dots) noexcept {
    return is_label(text, dots, 0);
}

bool is_hostable_bucket(std::string_view text, bool dots) noexcept {
    if (text.size() < 3 || text.size() > 63 || !is_label(text, dots, upper)) return false;
    return !(dots && is_ipv4(text, true));
}

bool is_host_text(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return (class_of(c) & unreserved) != 0 && c != '~'; });
}

void append_uri_encoded(std::string& out, std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : text) {
        if ((class_of(c) & unreserved) != 0) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

}  // namespace botocraft::endpoint
