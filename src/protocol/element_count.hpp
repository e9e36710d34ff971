#pragma once
// Counts what a reply makes us hold, against its limit.

#include "protocol/failure.hpp"

#include <cstddef>
#include <string>

namespace botocraft::protocol {

class ElementCount {
  public:
    explicit ElementCount(std::size_t most) noexcept : most_(most) {}

    // Elements of lists and entries of maps. Throws ProtocolError where they are too many.
    void add(std::size_t elements = 1) {
        if ((count_ += elements) > most_) [[unlikely]] refuse();
    }
    // A structure, which may take a few bytes in the reply and thousands in memory: it counts by its size.
    void add_structure(schema::ShapeRef shape) { add(shape.shape().size / bytes_of_one); }

    static constexpr std::size_t bytes_of_one = 64;

  private:
    [[noreturn]] void refuse() const {
        invalid_reply("the reply has more than " + std::to_string(most_) + " elements; raise the limit if that is right");
    }

    std::size_t count_ = 0;
    std::size_t most_;
};

}  // namespace botocraft::protocol
