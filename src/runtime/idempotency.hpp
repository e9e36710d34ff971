#pragma once
// Idempotency tokens: what lets AWS recognise a request that it has had before.

#include <botocraft/service.hpp>
#include <botocraft/session.hpp>

#include <string>

namespace botocraft::detail {

// A random UUID (version 4).
[[nodiscard]] std::string make_uuid(RandomSource& random);

[[nodiscard]] bool has_idempotency_token(const orm::ServiceTables& service, const api::Operation& operation) noexcept;

// Gives each absent idempotency token of a request a value.
void fill_idempotency_tokens(const orm::ServiceTables& service, const api::Operation& operation, void* input,
                             RandomSource& random);

}  // namespace botocraft::detail
