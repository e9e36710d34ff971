#pragma once
// What a service's tables say of each of its waiters. Apart from `waiter.hpp`, so that tables are constants and nothing else.

#include <cstdint>
#include <string_view>

namespace botocraft::orm {

// One of AWS's waiters.
struct Waiter {
    std::string_view name;
    std::string_view acceptors;  // JSON, as in specs/aws: the first one that matches an answer says what it means
    std::uint16_t delay;         // seconds
    std::uint16_t max_attempts;
};

}  // namespace botocraft::orm
