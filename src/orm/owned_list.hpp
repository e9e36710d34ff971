#pragma once
// OwnedList: a list whose element type only its schema knows.

#include "schema/lifetime.hpp"
#include "schema/transfer.hpp"

#include <botocraft/containers.hpp>

#include <utility>

namespace botocraft::detail {

class OwnedList {
  public:
    explicit OwnedList(schema::TypeRef element) noexcept : element_(element) { raw_.presence = Presence::present; }
    OwnedList(OwnedList&& other) noexcept : element_(other.element_), raw_(std::exchange(other.raw_, RawList{})) {}
    OwnedList& operator=(OwnedList&& other) noexcept {
        std::swap(element_, other.element_);
        std::swap(raw_, other.raw_);
        return *this;
    }
    OwnedList(const OwnedList&) = delete;
    OwnedList& operator=(const OwnedList&) = delete;
    ~OwnedList() { list_destroy(raw_, element_); }

    [[nodiscard]] schema::TypeRef element() const noexcept { return element_; }
    [[nodiscard]] RawList& raw() noexcept { return raw_; }
    [[nodiscard]] std::uint32_t size() const noexcept { return raw_.size; }
    [[nodiscard]] void* at(std::uint32_t i) noexcept {
        return schema::offset(raw_.data, i * schema::element_size(element_));
    }
    // Moves all elements of `from`, a list of the same type, to the end of this one.
    void take_all(OwnedList& from) { schema::take_all(raw_, from.raw_, element_); }
    // Drops elements from `size` on.
    void truncate(std::uint32_t size) noexcept {
        if (size < raw_.size) list_erase(raw_, size, raw_.size, element_);
    }

  private:
    schema::TypeRef element_;
    RawList raw_;
};

}  // namespace botocraft::detail
