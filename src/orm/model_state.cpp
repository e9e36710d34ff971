#include "orm/model_state.hpp"

#include <utility>

namespace botocraft {

ModelState::ModelState() noexcept = default;
ModelState::ModelState(const ModelState& other) noexcept
    : session_(other.session_), from_aws_(other.from_aws_), told_tags_(other.told_tags_) {}
ModelState::ModelState(ModelState&& other) noexcept
    : session_(std::move(other.session_)),
      relations_(std::move(other.relations_)),
      from_aws_(std::exchange(other.from_aws_, false)),
      told_tags_(other.told_tags_) {}
ModelState& ModelState::operator=(const ModelState& other) noexcept {
    if (this == &other) return *this;
    session_ = other.session_;
    relations_.reset();
    from_aws_ = other.from_aws_;
    told_tags_ = other.told_tags_;
    return *this;
}
ModelState& ModelState::operator=(ModelState&& other) noexcept {
    session_ = std::move(other.session_);
    relations_ = std::move(other.relations_);
    from_aws_ = std::exchange(other.from_aws_, false);
    told_tags_ = other.told_tags_;
    return *this;
}
ModelState::~ModelState() = default;

}  // namespace botocraft
