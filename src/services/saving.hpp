#pragma once
// What models have in common that several calls save: which tags differ, and what a new one takes over.

#include "orm/model_state.hpp"
#include "schema/project.hpp"

#include <botocraft/tags.hpp>

#include <string>
#include <vector>

namespace botocraft::detail {

// What makes tags that are there into wanted ones. Tags that the model does not speak of at all stay.
template <class Tag>
class TagDifference {
  public:
    TagDifference(const tag_list<Tag>& there, const tag_list<Tag>& wanted) {
        if (!wanted.has_value()) return;
        for (const Tag& tag : wanted) {
            const std::string* const value = there.find(tag.Key.value_or(""));
            if (!value || *value != tag.Value.value_or("")) set.push_back(tag);
        }
        for (const Tag& tag : there) {
            if (!wanted.contains(tag.Key.value_or(""))) gone.push_back(tag.Key.value_or(""));
        }
    }

    std::vector<Tag> set;
    std::vector<std::string> gone;  // their keys
};

// What AWS says of a new one; what it does not mention stays as it was.
template <class Model>
void take_over(const Model& made, Model& model) {
    schema::project(Model::shape_, &made, Model::shape_, &model);
    model.state_ = made.state_;
}

// Whether AWS has to be told: where the model says nothing, it wants nothing.
template <class Field>
[[nodiscard]] bool differs(const Field& wanted, const Field& there) {
    return wanted.has_value() && !(wanted == there);
}

}  // namespace botocraft::detail
