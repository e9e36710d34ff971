#pragma once
// OwnedResult: room for the result of a method that nobody wants.

#include "orm/call.hpp"
#include "orm/owned_list.hpp"
#include "schema/walk.hpp"

#include <optional>
#include <string>

namespace botocraft::detail {

class OwnedResult {
  public:
    explicit OwnedResult(const CallState& call) {
        switch (call.method().result_kind) {
            case orm::ResultKind::model: structure_ = Structure(call.result_shape()); break;
            case orm::ResultKind::models: list_.emplace(call.result_type()); break;
            case orm::ResultKind::value:
                if (call.method().result.length == 0 && call.operation().output != api::none) {
                    structure_ = Structure(schema::ShapeRef{call.service->schema, call.operation().output});
                }
                break;
            default: break;
        }
    }
    // Null where the result is a scalar of the response: it is not taken at all.
    [[nodiscard]] void* get() noexcept {
        if (structure_) return structure_.get();
        return list_ ? &list_->raw() : nullptr;
    }

  private:
    Structure structure_;
    std::optional<OwnedList> list_;
};

}  // namespace botocraft::detail
