#pragma once
// Which operations of a service are about which resource: by their verbs and nouns, and by what they return.

#include <string>
#include <string_view>
#include <vector>

#include "api_model.hpp"

namespace botocraft::gen {

struct Resource {
    std::string name;
    std::vector<std::string> nouns;  // what operations call it: one of it
    const Shape* shape = nullptr;
    const Operation* get = nullptr;
    const Operation* list = nullptr;
    const Operation* create = nullptr;
    const Operation* update = nullptr;
    const Operation* remove = nullptr;
};

// Those of which most is known come first.
[[nodiscard]] std::vector<Resource> find_resources(const Api& facts);

[[nodiscard]] std::string singular(std::string_view word);      // `Policies` -> `Policy`
[[nodiscard]] std::string last_word(std::string_view name);     // `DBClusterId` -> `Id`
[[nodiscard]] bool sounds_like_key(std::string_view name);      // ...Id, ...Name, ...Arn

}  // namespace botocraft::gen
