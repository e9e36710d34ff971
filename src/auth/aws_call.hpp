#pragma once
// Calls to AWS on behalf of a provider: the road of every call, in a session of the provider's own.

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/service.hpp>
#include <config/wipe.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace botocraft::auth {

// A session like that of the context, in a region (empty: the same) and with credentials (null: for calls that need
// none).
[[nodiscard]] Session make_session(const CredentialsContext& context, std::string_view region,
                                   std::shared_ptr<CredentialsProvider> credentials);

// `input` and `output` must live until this completes. Throws an Error.
[[nodiscard]] awaitable<void> call(Session session, const orm::ServiceTables& service, std::string_view operation,
                                   void* input, void* output);

using config::wipe;

// Overwrites what a request or response held.
template <class Field>
void wipe_field(Field& field) noexcept {
    if (field.has_value()) wipe(*field);
}

}  // namespace botocraft::auth
