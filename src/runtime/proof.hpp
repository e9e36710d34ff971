#pragma once
// Who sends a request, proven in the way that was chosen: the session's credentials, those of a session with a bucket, or
// a bearer token.

#include "auth/bearer_token.hpp"
#include "auth/credentials_cache.hpp"
#include "auth/scheme.hpp"
#include "runtime/request.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace botocraft::detail {

struct Proof {
    Proof() = default;  // no aggregate: GCC 12 destroys owning ones twice in an expression with co_await

    std::shared_ptr<const auth::SigningIdentity> identity;
    std::shared_ptr<const BearerToken> token;
    auth::BucketSessions::Issuer bucket_session;  // where the identity is from, if from there

    // Where it is from, for messages; empty where nothing is shown.
    [[nodiscard]] std::string_view source() const noexcept;
    // AWS refused it: the next call looks for another.
    void reject(const SessionCore& core, const ServiceContext& service) const noexcept;
};

// What is known without asking anybody; false where `find_proof` must be awaited.
[[nodiscard]] bool find_known_proof(const SessionCore& core, const Target& target, api::AuthScheme scheme,
                                    const void* input, Proof& proof);

// Everything given must live until this completes. Throws what the providers throw, and TimeoutError after `deadline`.
[[nodiscard]] awaitable<void> find_proof(const std::shared_ptr<const SessionState>& session, const Target& target,
                                         api::AuthScheme scheme, const void* input,
                                         std::chrono::steady_clock::time_point deadline, Proof& proof);

}  // namespace botocraft::detail
