#pragma once
// The valid name that a mistyped one probably meant.

#include <string>
#include <string_view>
#include <vector>

namespace botocraft::gen {

// The candidate with the fewest edits to `wanted`; letter case, `_` and `-` hardly count, so `desired_count` finds
// `desiredCount`. Empty when nothing is near. The first one wins among equals.
[[nodiscard]] std::string nearest(std::string_view wanted, const std::vector<std::string_view>& candidates);

// The same over any range of strings.
template <class Range>
[[nodiscard]] std::string nearest(std::string_view wanted, const Range& names) {
    return nearest(wanted, std::vector<std::string_view>(std::begin(names), std::end(names)));
}

// ` (did you mean `X`?)`, or nothing: the end of a sentence that says a name is not known.
template <class Range>
[[nodiscard]] std::string did_you_mean(std::string_view wanted, const Range& names) {
    const std::string name = nearest(wanted, names);
    return name.empty() ? std::string() : " (did you mean `" + name + "`?)";
}

}  // namespace botocraft::gen
