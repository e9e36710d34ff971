#include "nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace botocraft::gen {

namespace {

std::string fold(std::string_view name) {
    std::string folded;
    for (const char c : name) {
        if (c != '_' && c != '-') folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return folded;
}

// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
std::size_t edits(std::string_view from, std::string_view to) {
    std::vector<std::size_t> before_last(to.size() + 1);
    std::vector<std::size_t> last(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[to.size()];
}

}  // namespace

std::string nearest(std::string_view wanted, const std::vector<std::string_view>& candidates) {
    const std::string folded = fold(wanted);
    std::size_t best = std::max<std::size_t>(2, folded.size() / 3) + 1;
    std::size_t best_exact = 0;
    std::string_view found;
    for (const std::string_view candidate : candidates) {
        const std::string other = fold(candidate);
        const std::size_t at_least = other.size() > folded.size() ? other.size() - folded.size()
                                                                  : folded.size() - other.size();
        // As many edits as the name has letters make any name of any other.
        if (at_least > best || other.empty()) continue;
        const std::size_t distance = edits(folded, other);
        if (distance > best || distance >= std::max(folded.size(), other.size())) continue;
        const std::size_t exact = edits(wanted, candidate);
        if (distance < best || (!found.empty() && exact < best_exact)) {
            best = distance;
            best_exact = exact;
            found = candidate;
        }
    }
    return std::string(found);
}

}  // namespace botocraft::gen
