#include "protocol/header_list.hpp"

#include "protocol/scalar_text.hpp"

#include <algorithm>

namespace botocraft::protocol {

void append_header_element(std::string& out, std::string_view element, bool may_quote) {
    if (!out.empty()) out += ", ";
    const bool plain = !element.empty() && element.find_first_of("\",") == element.npos && trimmed(element) == element;
    if (!may_quote || plain) {
        out += element;
        return;
    }
    out += '"';
    for (const char c : element) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

HeaderElements::HeaderElements(std::string_view value, bool dates) noexcept
    : rest_(trimmed(value)), dates_(dates), more_(!rest_.empty()) {}

bool HeaderElements::next(std::string& element) {
    if (!more_) return false;
    element.clear();
    rest_ = trimmed(rest_);
    if (rest_.starts_with('"')) {
        quoted(element);
    } else {
        std::size_t comma = rest_.find(',');
        if (dates_ && comma != rest_.npos) comma = rest_.find(',', comma + 1);
        const std::size_t end = std::min(comma, rest_.size());
        element = trimmed(rest_.substr(0, end));
        rest_.remove_prefix(end);
    }
    // What stands between an element and the comma belongs to nothing.
    const std::size_t comma = rest_.find(',');
    more_ = comma != rest_.npos;
    rest_.remove_prefix(more_ ? comma + 1 : rest_.size());
    return true;
}

void HeaderElements::quoted(std::string& element) {
    std::size_t i = 1;
    for (; i < rest_.size() && rest_[i] != '"'; ++i) {
        if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
        element += rest_[i];
    }
    rest_.remove_prefix(std::min(i + 1, rest_.size()));
}

}  // namespace botocraft::protocol
