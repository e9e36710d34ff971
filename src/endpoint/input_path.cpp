#include "endpoint/input_path.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace botocraft::endpoint {

namespace {

using Kind = InputPath::Step::Kind;

bool begins_name(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) noexcept { return begins_name(c) || (c >= '0' && c <= '9'); }

// Recursive descent. Lists of paths in paths bound the depth by the text's length; these texts are short.
class Parser {
  public:
    explicit Parser(std::string_view text) noexcept : rest_(text) {}

    bool whole(InputPath& path) {
        const bool read = expression(path);
        blanks();
        return read && rest_.empty();
    }

  private:
    void blanks() noexcept { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
    [[nodiscard]] bool take(std::string_view token) noexcept {
        blanks();
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }
    // Bare, or in quotes without escapes.
    [[nodiscard]] std::string_view name() noexcept {
        blanks();
        if (rest_.starts_with('"')) {
            const std::size_t end = rest_.find_first_of("\"\\", 1);
            if (end == rest_.npos || rest_[end] != '"') return {};
            const std::string_view quoted = rest_.substr(1, end - 1);
            rest_.remove_prefix(end + 1);
            return quoted;
        }
        if (rest_.empty() || !begins_name(rest_.front())) return {};
        const auto end = std::ranges::find_if_not(rest_, continues_name);
        const std::string_view found(rest_.begin(), end);
        rest_.remove_prefix(found.size());
        return found;
    }

    bool expression(InputPath& path) {
        if (!first(path)) return false;
        while (true) {
            if (take("[*]")) {
                path.steps.push_back({Kind::each});
            } else if (take("[]")) {
                path.steps.push_back({Kind::flatten});
            } else if (take(".")) {
                if (!after_dot(path)) return false;
            } else {
                return true;
            }
        }
    }

    bool first(InputPath& path) {
        if (take("[*]")) return add({Kind::each}, path);
        if (take("[]")) return add({Kind::flatten}, path);
        return after_dot(path);
    }

    bool after_dot(InputPath& path) {
        if (take("*")) return add({Kind::values}, path);
        if (take("[")) return several(path);
        const bool quoted = rest_.starts_with('"');
        const std::string_view found = name();
        if (found.empty()) return false;
        if (!quoted && take("(")) return found == "keys" && keys(path);
        return add({Kind::member, found}, path);
    }

    static bool add(InputPath::Step step, InputPath& path) {
        path.steps.push_back(std::move(step));
        return true;
    }

    // `keys(@)` and `keys(a.b)`: the path, then its keys.
    bool keys(InputPath& path) {
        if (!take("@") && !expression(path)) return false;
        return take(")") && add({Kind::keys}, path);
    }

    bool several(InputPath& path) {
        InputPath::Step step{Kind::several};
        do {
            if (!expression(step.paths.emplace_back())) return false;
        } while (take(","));
        return take("]") && add(std::move(step), path);
    }

    std::string_view rest_;
};

}  // namespace

std::optional<InputPath> InputPath::parse(std::string_view text) {
    InputPath path;
    if (!Parser(text).whole(path)) return std::nullopt;
    return path;
}

}  // namespace botocraft::endpoint
