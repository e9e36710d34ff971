#include "name_pool.hpp"

#include <algorithm>

#include "names.hpp"

namespace botocraft::gen {

std::uint32_t NamePool::entry(std::string_view name) {
    const auto [found, is_new] = entries_.try_emplace(std::string(name), static_cast<std::uint32_t>(bytes_.size()));
    if (is_new) bytes_ += '"' + std::string(name) + "\":";
    return found->second;
}

api::Text NamePool::text(std::string_view text) {
    if (text.empty()) return {};
    const auto length = static_cast<std::uint32_t>(text.size());
    if (const auto found = entries_.find(std::string(text)); found != entries_.end()) return {found->second + 1, length};
    const auto [found, is_new] = texts_.try_emplace(std::string(text), 0);
    if (is_new) {
        std::size_t at = bytes_.find(text);
        if (at == std::string::npos) {
            at = bytes_.size();
            bytes_ += text;
        }
        found->second = static_cast<std::uint32_t>(at);
    }
    return {found->second, length};
}

std::string NamePool::emit() const {
    constexpr std::size_t line = 100;
    std::string out;
    for (std::size_t at = 0; at < bytes_.size(); at += line) {
        out += "    " + cpp_literal(std::string_view(bytes_).substr(at, line)) + '\n';
    }
    return out.empty() ? "    \"\"\n" : out;
}

}  // namespace botocraft::gen
