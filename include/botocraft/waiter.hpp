#pragma once
// Waiting for a resource to get into a state: the operation that describes it is called again and again.
//
//   co_await client.wait_until_services_stable({.cluster = "prod", .services = names});
//   co_await service.wait_until_stable({.at_most = std::chrono::minutes(3)});
// Each of AWS's waiters is a function of the service's client, and of the model that it is about. What it waits for, how
// often it asks and how many times is in AWS's description of the service. Any type of cancellation ends a wait at once,
// in a call or between two.
//
// Throws TimeoutError (`WaitTimeout`) where the state was not reached in time, ServiceError (`WaitFailed`) where the
// resource is in a state from which it will not be reached, and what the operation throws.

#include <botocraft/query.hpp>
#include <botocraft/service.hpp>

#include <chrono>
#include <optional>
#include <type_traits>

namespace botocraft {

// What is left out is as AWS says for the waiter.
struct WaitOptions {
    std::optional<std::chrono::milliseconds> delay{};    // between two calls
    std::optional<int> max_attempts{};                   // calls, the first included
    std::optional<std::chrono::milliseconds> at_most{};  // altogether: no call begins later
};
static_assert(std::is_trivially_destructible_v<WaitOptions>);

namespace detail {

// `waiter` is one of the service's tables.
[[nodiscard]] awaitable<void> wait(Call call, const orm::Waiter& waiter, const WaitOptions& options);

}  // namespace detail
}  // namespace botocraft
