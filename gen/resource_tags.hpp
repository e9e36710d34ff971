#pragma once
// How a service tags its resources, by what its operations are called and take: first guesses.

#include <optional>
#include <string>
#include <vector>

#include "api_model.hpp"

namespace botocraft::gen {

// An operation on the tags of one resource.
struct TagCall {
    const Operation* operation = nullptr;
    std::string resource;  // the member of its request that says which resource
    std::string tags;      // the member that takes the tags or their keys; of one that reads: the member with the tags
};

struct TagCalls {
    std::optional<TagCall> tag, untag, read;
};

// For a resource that operations call by these nouns: its own operations, else those for any resource.
[[nodiscard]] TagCalls find_tag_calls(const Api& facts, const std::vector<std::string>& nouns);

// Whether it is a key with its value, and nothing else.
[[nodiscard]] bool is_tag(const Api& facts, const Shape& shape);

// The member that is a list of such; null where there is none.
[[nodiscard]] const Member* find_tags(const Api& facts, const Shape& shape);

}  // namespace botocraft::gen
