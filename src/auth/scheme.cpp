#include <auth/scheme.hpp>

#include <botocraft/error.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>

namespace botocraft::auth {

namespace {

using api::AuthScheme;

constexpr std::array named_schemes = {AuthScheme::sigv4, AuthScheme::sigv4a, AuthScheme::s3_express, AuthScheme::bearer};

AuthScheme scheme_of(endpoint::AuthScheme scheme) noexcept {
    switch (scheme) {
        case endpoint::AuthScheme::none: return AuthScheme::no_auth;
        case endpoint::AuthScheme::sigv4: return AuthScheme::sigv4;
        case endpoint::AuthScheme::sigv4a: return AuthScheme::sigv4a;
        case endpoint::AuthScheme::sigv4_s3express: return AuthScheme::s3_express;
        case endpoint::AuthScheme::bearer: return AuthScheme::bearer;
    }
    return AuthScheme::no_auth;
}

// S3 signs the path as it is sent, and wants to know the hash of the payload; so do these of its relatives, and not others
// (s3tables, s3vectors).
bool is_s3(std::string_view signing_name) noexcept {
    constexpr std::array<std::string_view, 4> names = {"s3", "s3express", "s3-outposts", "s3-object-lambda"};
    return std::ranges::find(names, signing_name) != names.end();
}

const endpoint::EndpointAuth* find(std::span<const endpoint::EndpointAuth> offered, AuthScheme scheme) noexcept {
    const auto found = std::ranges::find(offered, scheme, [](const auto& auth) { return scheme_of(auth.scheme); });
    return found == offered.end() ? nullptr : &*found;
}

bool offers(const SchemeQuestion& q, AuthScheme scheme) noexcept {
    if (!q.endpoint.empty()) {
        if (find(q.endpoint, scheme) != nullptr) return true;
        // Endpoint rules speak of signatures only: a token is what the service itself offers.
        if (scheme != AuthScheme::bearer) return false;
    }
    return std::ranges::find(q.service.auth, scheme) != q.service.auth.end();
}

struct Picked {
    AuthScheme scheme;
    std::string_view reason;
};

// The first that `offered` names. A token of which nobody knows is taken last: then its absence is what is reported.
template <class Schemes>
std::optional<AuthScheme> first_usable(const Schemes& offered, TokenHope token) noexcept {
    std::optional<AuthScheme> last;
    for (const AuthScheme scheme : offered) {
        if (scheme == AuthScheme::no_auth) continue;
        if (scheme != AuthScheme::bearer || token != TokenHope::none) return scheme;
        last = scheme;
    }
    return last;
}

std::optional<Picked> pick(const SchemeQuestion& q) noexcept {
    const TokenHope token = q.settings.token;
    for (const AuthScheme scheme : q.settings.preferred) {
        if (scheme == AuthScheme::bearer && token == TokenHope::none) continue;
        if (offers(q, scheme)) return Picked{scheme, "it is preferred by the settings"};
    }
    if (token == TokenHope::own && offers(q, AuthScheme::bearer)) {
        return Picked{AuthScheme::bearer, "there is a token for this service"};
    }
    const auto said = q.endpoint | std::views::transform([](const auto& auth) { return scheme_of(auth.scheme); });
    if (const auto scheme = first_usable(said, token)) return Picked{*scheme, "the endpoint says so"};
    if (!q.endpoint.empty()) return std::nullopt;
    if (const auto scheme = first_usable(q.service.auth, token)) return Picked{*scheme, "the service says so"};
    return std::nullopt;
}

[[noreturn]] void refuse(const SchemeQuestion& q, std::string code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = std::move(code);
    details.service = q.service.name;
    details.operation = q.service.text(q.operation.name);
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

}  // namespace

SchemeChoice choose_scheme(const SchemeQuestion& q) {
    SchemeChoice choice;
    if ((q.operation.flags & api::operation_flag::no_auth) != 0) {
        choice.reason = "the operation takes no credentials";
        return choice;
    }
    const std::optional<Picked> picked = pick(q);
    if (!picked) {
        refuse(q, "UnsupportedAuthScheme",
               "this endpoint wants requests signed in a way that this library does not know: use another endpoint");
    }
    if (picked->scheme == AuthScheme::bearer && !q.tls) {
        refuse(q, "BearerTokenNeedsTls",
               "a bearer token opens all doors to whoever reads it, and is not sent without TLS: use an endpoint that begins "
               "with https://, or prefer another way to sign");
    }
    choice.scheme = picked->scheme;
    choice.reason = picked->reason;
    choice.name = q.service.signing_name;
    choice.region = q.region;
    const endpoint::EndpointAuth* const said = find(q.endpoint, choice.scheme);
    if (said != nullptr) {
        if (!said->signing_name.empty()) choice.name = said->signing_name;
        if (!said->signing_region.empty()) choice.region = said->signing_region;
    }
    if (choice.scheme == AuthScheme::sigv4a && !q.settings.region_set.empty()) choice.region = q.settings.region_set;
    const bool s3 = is_s3(choice.name);
    choice.encode_path = !s3 && (said == nullptr || !said->disable_double_encoding);
    choice.normalize_path = !s3;
    choice.content_sha256_header = s3;
    choice.unsigned_payload = (q.operation.flags & api::operation_flag::unsigned_payload) != 0;
    return choice;
}

std::vector<AuthScheme> parse_schemes(std::string_view names) {
    std::vector<AuthScheme> found;
    while (!names.empty()) {
        std::string_view name = names.substr(0, names.find(','));
        names.remove_prefix(std::min(name.size() + 1, names.size()));
        name.remove_prefix(std::min(name.find_first_not_of(" \t"), name.size()));
        name = name.substr(0, name.find_last_not_of(" \t") + 1);
        if (const std::size_t hash = name.find('#'); hash != name.npos) name.remove_prefix(hash + 1);
        for (const AuthScheme scheme : named_schemes) {
            if (name == to_string(scheme)) found.push_back(scheme);
        }
    }
    return found;
}

std::string_view to_string(AuthScheme scheme) noexcept {
    switch (scheme) {
        case AuthScheme::no_auth: return "noAuth";
        case AuthScheme::sigv4: return "sigv4";
        case AuthScheme::sigv4a: return "sigv4a";
        case AuthScheme::s3_express: return "sigv4-s3express";
        case AuthScheme::bearer: return "httpBearerAuth";
    }
    return "noAuth";
}

}  // namespace botocraft::auth
