// Query strings, forms and lists in headers, against the plainest way to read them.

#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/header_list.hpp"
#include "protocol/query_string.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace protocol = botocraft::protocol;

namespace {

// --- forms, as the URL standard of WHATWG reads application/x-www-form-urlencoded ---------------------------------------

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(const std::string& form) {
    Pairs pairs;
    std::string part;
    for (std::size_t i = 0; i <= form.size(); ++i) {
        if (i < form.size() && form[i] != '&') {
            part += form[i];
            continue;
        }
        const std::size_t equals = part.find('=');
        if (!part.empty()) {
            pairs.emplace_back(decoded(part.substr(0, equals)),
                               equals == part.npos ? "" : decoded(part.substr(equals + 1)));
        }
        part.clear();
    }
    return pairs;
}

// --- lists in headers: RFC 9110, 5.6.1 and 5.6.4 -----------------------------------------------------------------------

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// None where the list is not well-formed: what is read then is anybody's guess.
std::optional<std::vector<std::string>> elements_of(const std::string& value) {
    std::vector<std::string> elements;
    std::size_t i = 0;
    const auto skip_blanks = [&] {
        while (i < value.size() && is_blank(value[i])) ++i;
    };
    skip_blanks();
    if (i == value.size()) return elements;
    for (;;) {
        skip_blanks();
        std::string element;
        if (i < value.size() && value[i] == '"') {
            for (++i; i < value.size() && value[i] != '"'; ++i) {
                if (value[i] == '\\' && ++i == value.size()) return std::nullopt;
                element += value[i];
            }
            if (i == value.size()) return std::nullopt;
            ++i;
            skip_blanks();
            if (i < value.size() && value[i] != ',') return std::nullopt;
        } else {
            while (i < value.size() && value[i] != ',') element += value[i++];
            while (!element.empty() && is_blank(element.back())) element.pop_back();
        }
        elements.push_back(std::move(element));
        if (i == value.size()) return elements;
        ++i;
    }
}

}  // namespace

void fuzz::lists_reference(std::string_view bytes) {
    Pairs pairs;
    protocol::for_each_query_pair(bytes, [&](const std::string& name, const std::string& value) {
        pairs.emplace_back(name, value);
    });
    fuzz::require(pairs == pairs_of(std::string(bytes)), "the same pairs are read of a form");

    const auto expected = elements_of(std::string(bytes));
    std::vector<std::string> found;
    protocol::HeaderElements elements(bytes, false);
    for (std::string element; elements.next(element);) found.push_back(element);
    if (expected) fuzz::require(found == *expected, "the same elements are read of a header");
}
