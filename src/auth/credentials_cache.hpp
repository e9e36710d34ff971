#pragma once
// The credentials of a session, with the keys made from them: resolved once for all who wait, and again before they expire.

#include <auth/signing_keys.hpp>

#include <botocraft/credentials.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>

namespace botocraft::auth {

// Safe to use from several threads and execution contexts at once. Resolving belongs to no caller: a caller who is
// cancelled or whose execution context goes away does not take the credentials from the others.
class CredentialsCache {
  public:
    // Credentials with less than `refresh_ahead` to live are still handed out while new ones are fetched in the background.
    static constexpr std::chrono::seconds refresh_ahead = std::chrono::minutes(5);
    // Credentials with less than this to live are as good as expired: a request could arrive too late.
    static constexpr std::chrono::seconds safety_margin = std::chrono::seconds(10);
    // After a failed background refresh, leave the source alone for this long.
    static constexpr std::chrono::seconds pause_after_failure = std::chrono::seconds(30);

    CredentialsCache(std::shared_ptr<CredentialsProvider> provider, CredentialsContext context);

    // The hot path: the current credentials where they need no refreshing, else null. No allocation.
    [[nodiscard]] std::shared_ptr<const SigningIdentity> fresh() const noexcept;

    // `fresh()` or, failing that, what the provider says. Throws what the provider throws, and TimeoutError for a caller
    // who has waited until `deadline`. Honours total cancellation: the caller gets `operation_aborted`, the others their
    // credentials.
    [[nodiscard]] boost::asio::awaitable<std::shared_ptr<const SigningIdentity>> get(
        std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max());

    // AWS refused these credentials: forget them unless they have been replaced meanwhile.
    void reject(const std::shared_ptr<const SigningIdentity>& refused) noexcept;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace botocraft::auth
