#pragma once
// `a=1&b=2`: writing and reading the pairs of query strings and of form bodies.

#include <string>
#include <string_view>
#include <utility>

namespace botocraft::protocol {

void append_query_pair(std::string& out, std::string_view name, std::string_view value);

// Calls f(name, value) with every pair, both decoded.
template <class F>
void for_each_query_pair(std::string_view query, F&& f);

void append_query_decoded(std::string& out, std::string_view text);  // %20 and + are blanks

template <class F>
void for_each_query_pair(std::string_view query, F&& f) {
    std::string name;
    std::string value;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(pair.size() < query.size() ? pair.size() + 1 : pair.size());
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        name.clear();
        value.clear();
        append_query_decoded(name, pair.substr(0, equals));
        if (equals != pair.npos) append_query_decoded(value, pair.substr(equals + 1));
        f(std::as_const(name), std::as_const(value));
    }
}

}  // namespace botocraft::protocol
