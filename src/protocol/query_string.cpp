#include "protocol/query_string.hpp"

#include "auth/canonical.hpp"

#include <algorithm>

namespace botocraft::protocol {

void append_query_pair(std::string& out, std::string_view name, std::string_view value) {
    if (!out.empty()) out += '&';
    auth::append_encoded(out, name);
    out += '=';
    auth::append_encoded(out, value);
}

void append_query_decoded(std::string& out, std::string_view text) {
    if (text.find('+') == text.npos) {
        auth::append_decoded(out, text);
        return;
    }
    std::string blanks(text);
    std::ranges::replace(blanks, '+', ' ');
    auth::append_decoded(out, blanks);
}

}  // namespace botocraft::protocol
