#pragma once
// How often this program asked for memory. Needs support/allocations.cpp in the program.

#include <cstddef>

namespace fake {

[[nodiscard]] std::size_t allocations() noexcept;  // of this thread

// What `work` asked for.
template <class Work>
std::size_t allocations_of(Work&& work) {
    const std::size_t before = allocations();
    work();
    return allocations() - before;
}

}  // namespace fake
