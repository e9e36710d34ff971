#pragma once
// Structure: an owned structure whose type only its schema knows.

#include <botocraft/containers.hpp>

#include <utility>

namespace botocraft::detail {

// Empty, or one structure with its members. Copies are deep.
class Structure {
  public:
    Structure() noexcept = default;
    explicit Structure(schema::ShapeRef shape) : shape_(shape), data_(structure_new(shape)) {}
    Structure(const Structure& other)
        : shape_(other.shape_), data_(other.data_ ? structure_copy(other.data_, other.shape_) : nullptr) {}
    Structure(Structure&& other) noexcept : shape_(other.shape_), data_(std::exchange(other.data_, nullptr)) {}
    Structure& operator=(Structure other) noexcept {
        std::swap(shape_, other.shape_);
        std::swap(data_, other.data_);
        return *this;
    }
    ~Structure() {
        if (data_) structure_delete(data_, shape_);
    }

    [[nodiscard]] explicit operator bool() const noexcept { return data_ != nullptr; }
    [[nodiscard]] schema::ShapeRef shape() const noexcept { return shape_; }
    [[nodiscard]] void* get() noexcept { return data_; }
    [[nodiscard]] const void* get() const noexcept { return data_; }

  private:
    schema::ShapeRef shape_;
    void* data_ = nullptr;
};

}  // namespace botocraft::detail
