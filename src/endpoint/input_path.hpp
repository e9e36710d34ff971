#pragma once
// Where in an operation's input a parameter of the endpoint rules stands: the part of JMESPath that Smithy allows there
// (names, `a.b`, `a[*]`, `a.*`, `a[]`, `[a, b]` and `keys(a)`).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::endpoint {

struct InputPath {
    struct Step {
        enum class Kind : unsigned char {
            member,   // name
            each,     // `[*]`: what follows is done with every element of a list
            values,   // `.*`: likewise with every value of a map, or member of a structure
            flatten,  // `[]`: lists in the list become parts of it; what follows is done with every element
            keys,     // of a map: a list
            several,  // a list of what each of `paths` leads to
        };
        Kind kind = Kind::member;
        std::string_view name = {};
        std::vector<InputPath> paths = {};
    };

    std::vector<Step> steps;

    // Refers to `text`. Nothing where that is no such path.
    [[nodiscard]] static std::optional<InputPath> parse(std::string_view text);
};

}  // namespace botocraft::endpoint
