#pragma once
// Waiters: what an answer means to one.

#include "schema/types.hpp"

#include <botocraft/error.hpp>
#include <botocraft/waiter.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::orm {

enum class WaiterMatcher : std::uint8_t { status, error, path, path_all, path_any };
enum class WaiterState : std::uint8_t { success, failure, retry };

struct Acceptor {
    WaiterMatcher matcher = WaiterMatcher::path;
    WaiterState state = WaiterState::retry;
    std::string argument;  // of the path matchers
    std::string expected;  // as JSON writes it
};

// What the generator has made of AWS's facts.
[[nodiscard]] std::vector<Acceptor> acceptors_of(const Waiter& waiter);

// The first that matches a response (null where the operation has none), or null.
[[nodiscard]] const Acceptor* accept(const std::vector<Acceptor>& acceptors, schema::ShapeRef shape, const void* response);
// The first that matches an error, or null.
[[nodiscard]] const Acceptor* accept(const std::vector<Acceptor>& acceptors, const Error& error);

}  // namespace botocraft::orm
