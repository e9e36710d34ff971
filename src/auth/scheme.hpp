#pragma once
// How a request proves who sent it: chosen from what the operation, the endpoint, the service and the user say.

#include <endpoint/rules.hpp>

#include <botocraft/credentials.hpp>
#include <botocraft/service.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::auth {

// How far a bearer token is known of, before it is asked for.
enum class TokenHope : unsigned char {
    none,
    perhaps,  // the profile could have one: it is used where nothing else is, or where it is preferred
    own,      // one was set for this service, and is used unless something else is preferred
};

// What a user set up.
struct SchemeSettings {
    std::vector<api::AuthScheme> preferred;  // those that are offered come first, in this order
    std::string region_set;                  // for Signature Version 4a; empty: as the endpoint says
    TokenHope token = TokenHope::none;
};

struct SchemeQuestion {
    const api::Operation& operation;
    const orm::ServiceTables& service;
    std::span<const endpoint::EndpointAuth> endpoint;  // empty: as the service says
    std::string_view region;
    const SchemeSettings& settings;
    bool tls = true;  // whether nobody between can read the request
};

// The views are those of the question.
struct SchemeChoice {
    api::AuthScheme scheme = api::AuthScheme::no_auth;
    std::string_view name;         // of the service, in the signature
    std::string_view region;       // or the set of regions
    bool encode_path = true;
    bool normalize_path = true;
    bool unsigned_payload = false;
    bool content_sha256_header = false;
    std::string_view reason;       // for people
};

// Throws ConfigurationError where no way is open: a bearer token is sent over TLS only (RFC 6750, section 5.3).
[[nodiscard]] SchemeChoice choose_scheme(const SchemeQuestion& question);

// `sigv4a, sigv4`: names with or without the part before `#`; what is unknown is left out, so that settings for newer
// programs do no harm.
[[nodiscard]] std::vector<api::AuthScheme> parse_schemes(std::string_view names);

[[nodiscard]] std::string_view to_string(api::AuthScheme scheme) noexcept;

}  // namespace botocraft::auth
