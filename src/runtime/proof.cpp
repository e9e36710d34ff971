#include "runtime/proof.hpp"

#include <utility>

namespace botocraft::detail {

namespace {

bool signs(api::AuthScheme scheme) noexcept {
    return scheme == api::AuthScheme::sigv4 || scheme == api::AuthScheme::sigv4a;
}

auth::BucketSessions::Issuer issuer_of(const std::shared_ptr<const SessionState>& session, const Target& target,
                                       std::string_view bucket, const Credentials& owner) {
    if (auto known = target.context.bucket_sessions.find(bucket, owner)) return known;
    return target.context.bucket_sessions.add(
        bucket, owner,
        std::make_shared<const auth::CredentialsCache>(
            auth::bucket_session_provider(session, target.service, std::string(bucket)), session->core()->context(),
            auth::bucket_session_times));
}

awaitable<void> find_bucket_session(const std::shared_ptr<const SessionState>& session, const Target& target,
                                    const void* input, std::chrono::steady_clock::time_point deadline, Proof& proof) {
    std::shared_ptr<const auth::SigningIdentity> owner = co_await session->core()->credentials().get(deadline);
    const std::string_view bucket = auth::bucket_of(target.service, target.operation, input);
    proof.bucket_session = issuer_of(session, target, bucket, *owner);
    proof.identity = co_await proof.bucket_session->get(deadline);
}

}  // namespace

std::string_view Proof::source() const noexcept {
    if (token) return token->source;
    return identity ? std::string_view(identity->source) : std::string_view();
}

void Proof::reject(const SessionCore& core, const ServiceContext& service) const noexcept {
    if (token) {
        service.tokens->reject(token);
    } else if (bucket_session) {
        bucket_session->reject(identity);
    } else {
        core.credentials().reject(identity);
    }
}

bool find_known_proof(const SessionCore& core, const Target& target, api::AuthScheme scheme, const void* input,
                      Proof& proof) {
    if (scheme == api::AuthScheme::no_auth) return true;
    if (scheme == api::AuthScheme::bearer) {
        proof.token = target.context.tokens->fresh();
        return proof.token != nullptr;
    }
    proof.identity = core.credentials().fresh();
    if (signs(scheme) || !proof.identity) return proof.identity != nullptr;
    const std::string_view bucket = auth::bucket_of(target.service, target.operation, input);
    proof.bucket_session = target.context.bucket_sessions.find(bucket, *proof.identity);
    if (!proof.bucket_session) return false;
    proof.identity = proof.bucket_session->fresh();
    return proof.identity != nullptr;
}

awaitable<void> find_proof(const std::shared_ptr<const SessionState>& session, const Target& target,
                           api::AuthScheme scheme, const void* input, std::chrono::steady_clock::time_point deadline,
                           Proof& proof) {
    if (scheme == api::AuthScheme::bearer) {
        proof.token = co_await target.context.tokens->get(deadline);
    } else if (signs(scheme)) {
        proof.identity = co_await session->core()->credentials().get(deadline);
    } else {
        co_await find_bucket_session(session, target, input, deadline, proof);
    }
}

}  // namespace botocraft::detail
