#pragma once
// What a decoder accepts at most, so that no peer can make it use up the stack or the memory.

#include <cstddef>

namespace botocraft::protocol {

struct Limits {
    std::size_t depth = 64;               // of nested values
    std::size_t elements = 10'000'000;    // of all lists and maps of a reply; structures count by size
    std::size_t event = 24 * 1024 * 1024; // bytes of one event of a stream
    std::size_t event_head = 128 * 1024;  // bytes of its headers
};

}  // namespace botocraft::protocol
