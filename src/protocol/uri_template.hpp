#pragma once
// URIs with {labels}, piece by piece.

#include <cstddef>
#include <string_view>

namespace botocraft::protocol {

// `/buckets/{Bucket}/{Key+}?list`: literal pieces and labels in turn.
class UriTemplate {
  public:
    struct Piece {
        std::string_view text;  // the characters, or the name of the label
        bool label = false;
        bool greedy = false;    // a label that takes slashes too
    };

    explicit UriTemplate(std::string_view text) noexcept : rest_(text) {}

    // False at the end.
    bool next(Piece& piece) noexcept {
        if (rest_.empty()) return false;
        const std::size_t end = rest_.front() == '{' ? rest_.find('}') : rest_.npos;
        if (end != rest_.npos) {
            piece = {rest_.substr(1, end - 1), true, false};
            rest_.remove_prefix(end + 1);
            if (piece.text.ends_with('+')) {
                piece.text.remove_suffix(1);
                piece.greedy = true;
            }
        } else {
            piece = {rest_.substr(0, rest_.find('{', 1)), false, false};
            rest_.remove_prefix(piece.text.size());
        }
        return true;
    }

  private:
    std::string_view rest_;
};

// `path?query` in its two parts.
struct UriParts {
    std::string_view path;
    std::string_view query;
};
[[nodiscard]] inline UriParts split_uri(std::string_view uri) noexcept {
    const std::size_t mark = uri.find('?');
    if (mark == uri.npos) return {uri, {}};
    return {uri.substr(0, mark), uri.substr(mark + 1)};
}

}  // namespace botocraft::protocol
