#pragma once
// What ModelState holds, and the library's way to it.

#include <botocraft/model_state.hpp>

#include <map>
#include <memory>
#include <string>

namespace botocraft::detail {

// Results of relations, by row of the relation in its service's table. Only src/orm/relation.cpp knows what a value is.
struct RelationCache {
    std::map<unsigned, std::shared_ptr<void>> values;
};

struct ModelAccess {
    static const std::shared_ptr<const SessionState>& session(const ModelState& state) noexcept {
        return state.session_;
    }
    // What a manager does to every model that it returns.
    static void came_from_aws(ModelState& state, const std::shared_ptr<const SessionState>& session,
                              std::uint32_t told_tags) noexcept {
        state.session_ = session;
        state.from_aws_ = true;
        state.told_tags_ = told_tags;
    }
    static std::uint32_t told_tags(const ModelState& state) noexcept { return state.told_tags_; }
    // What `remove` does: saving the model would create it again.
    static void left_aws(ModelState& state) noexcept {
        state.relations_.reset();
        state.from_aws_ = false;
    }
    static const std::shared_ptr<RelationCache>& relations(const ModelState& state) {
        if (!state.relations_) state.relations_ = std::make_shared<RelationCache>();
        return state.relations_;
    }
};

}  // namespace botocraft::detail
