#pragma once
// ModelState: what a primary model remembers besides the members that AWS knows.

#include <cstdint>
#include <memory>

namespace botocraft {

namespace detail {
class SessionState;
struct RelationCache;
struct ModelAccess;
}  // namespace detail

// The last member of every primary model: the session that it came from, whether it came from AWS at all, and relations to
// one model that were awaited already (those to many are queries: they ask each time). A copy keeps the session and the
// origin but awaits its relations anew; two models are equal whatever their states.
class ModelState {
  public:
    ModelState() noexcept;
    ModelState(const ModelState& other) noexcept;
    ModelState(ModelState&& other) noexcept;
    ModelState& operator=(const ModelState& other) noexcept;
    ModelState& operator=(ModelState&& other) noexcept;
    ~ModelState();

    // True for a model that a manager returned: `save` updates it. False for one that the program made: `save` creates it.
    [[nodiscard]] bool from_aws() const noexcept { return from_aws_; }

  private:
    friend struct detail::ModelAccess;

    std::shared_ptr<const detail::SessionState> session_;
    mutable std::shared_ptr<detail::RelationCache> relations_;  // shared with relations on their way
    bool from_aws_ = false;
    std::uint32_t told_tags_ = 0;  // a print of the tags that AWS told, by which `save` sees that they are others now; 0: none
};

}  // namespace botocraft
