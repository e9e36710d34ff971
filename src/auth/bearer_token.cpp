#include "auth/bearer_token.hpp"

#include "auth/aws_call.hpp"
#include "auth/problem.hpp"
#include "auth/profile_chain.hpp"
#include "auth/selected_profile.hpp"
#include "auth/sign_in_cache.hpp"
#include "config/names.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/sso_oidc/requests.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace botocraft::auth {

namespace {

namespace names = config::names;

// A token with less to live is renewed.
constexpr std::chrono::minutes renew_ahead(15);

std::string advice_for(const SsoRole& role) {
    return "sign in with `aws sso login" + (role.session.empty() ? "" : " --sso-session " + role.session) + "`";
}

bool is_renewable(const SecretJson& document, TimePoint now) {
    for (const char* key : {"refreshToken", "clientId", "clientSecret"}) {
        if (text_of(document.object(), key).empty()) return false;
    }
    const auto end = parse_time(text_of(document.object(), "registrationExpiresAt"));
    return end && *end > now;
}

// Puts a new token into the document, and the document into its file.
awaitable<void> renew(const CredentialsContext& context, const SsoRole& role, const std::string& path,
                      SecretJson& document) {
    sso_oidc::CreateTokenRequest request;
    sso_oidc::CreateTokenResponse response;
    const WipeFieldsAtEnd guard(request.clientSecret, request.refreshToken, response.accessToken, response.refreshToken,
                                response.idToken);
    request.clientId = std::string(text_of(document.object(), "clientId"));
    request.clientSecret = std::string(text_of(document.object(), "clientSecret"));
    request.refreshToken = std::string(text_of(document.object(), "refreshToken"));
    request.grantType = "refresh_token";
    const Session session = make_session(context, role.region, nullptr);
    co_await call(session, sso_oidc::tables::service, "CreateToken", &request, &response);
    if (!response.accessToken || !response.expiresIn) fail("SignInInvalid", "the answer holds no token");

    document.object()["accessToken"] = *response.accessToken;
    document.object()["expiresAt"] = format_time(context.clock->now() + std::chrono::seconds(*response.expiresIn));
    if (response.refreshToken) document.object()["refreshToken"] = *response.refreshToken;
    write_sign_in(*context.environment, path, document);
}

BearerToken take_token(const SecretJson& document, TimePoint end, const SsoRole& role) {
    BearerToken found;
    found.token = Secret(text_of(document.object(), "accessToken"));
    found.expiration = end;
    found.source = role.session.empty() ? "SSO (" + role.start_url + ")" : "SSO session " + role.session;
    return found;
}

awaitable<BearerToken> run_sso(const CredentialsContext& context, SsoRole role) {
    const std::string advice = advice_for(role);
    const std::string path =
        sso_cache_path(*context.environment, role.session.empty() ? role.start_url : role.session);
    SecretJson document = read_sign_in(*context.environment, path, advice);
    auto end = parse_time(text_of(document.object(), "expiresAt"));
    if (!end || text_of(document.object(), "accessToken").empty()) {
        fail("SignInInvalid", "the file " + path + " lacks accessToken or expiresAt: " + advice);
    }
    const TimePoint now = context.clock->now();
    const bool due = *end - now < renew_ahead;
    std::optional<Error> problem;
    if (due && !role.session.empty() && is_renewable(document, now)) {
        try {
            co_await renew(context, role, path, document);
        } catch (const Error& error) {
            problem = error;
        }
        end = parse_time(text_of(document.object(), "expiresAt"));
    }
    if (!end || *end <= now) {
        const std::string& whose = role.session.empty() ? role.start_url : role.session;
        if (problem) fail_call(*problem, "renewing the expired token of " + whose, advice + advice_on_keeping(path));
        fail("SignInRequired", "the token in " + path + " has expired: " + advice);
    }
    co_return take_token(document, *end, role);
}

std::string variable_for(std::string_view signing_name) {
    std::string name = "AWS_BEARER_TOKEN_";
    for (char c : signing_name) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
        name += c == '-' || c == ' ' ? '_' : c;
    }
    return name;
}

// Tokens stand in a header line: a line break in one would begin a header of its own.
void check_token(const Secret& token, const std::string& source) {
    const auto printable = [](unsigned char c) { return c > ' ' && c < 0x7f; };
    if (token.empty() || !std::ranges::all_of(token.reveal(), printable)) {
        fail("InvalidCredentials", "the token from " + source +
                                       " is empty, or holds a blank, a line break or another character that none has: "
                                       "copy it again");
    }
}

class StaticToken final : public BearerTokenProvider {
  public:
    explicit StaticToken(Secret token) : token_(std::move(token)) {}

    [[nodiscard]] awaitable<BearerToken> resolve(const CredentialsContext&, std::string) override {
        BearerToken found(token_);
        found.source = "code";
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "code"; }

  private:
    Secret token_;
};

class EnvironmentToken final : public BearerTokenProvider {
  public:
    [[nodiscard]] awaitable<BearerToken> resolve(const CredentialsContext& context, std::string service) override {
        const std::string variable = variable_for(service);
        if (!context.profile.empty()) not_found("the profile was named in code, so that " + variable + " does not count");
        BearerToken found(secret_variable(*context.environment, variable));
        if (found.token.empty()) not_found(variable + " is not set");
        found.source = variable;
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "environment variables"; }
};

class ProfileToken final : public BearerTokenProvider {
  public:
    [[nodiscard]] awaitable<BearerToken> resolve(const CredentialsContext& context, std::string) override {
        const SelectedProfile profile = select_profile(context);
        if (profile.value(names::sso_session.key).empty()) {
            not_found("the profile \"" + profile.name + "\" in " + profile.places() + " has no sso_session");
        }
        SsoRole role = sso_role(profile.files, profile.name);
        BearerToken found = co_await find_sso_token(context, std::move(role));
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "shared profile"; }
};

awaitable<BearerToken> run(const CredentialsContext& context, std::string signing_name) {
    EnvironmentToken environment;
    ProfileToken profile;
    std::string causes;
    for (BearerTokenProvider* const provider :
         std::array<BearerTokenProvider*, 3>{context.session.bearer_tokens.get(), &environment, &profile}) {
        if (provider == nullptr) continue;
        try {
            BearerToken found = co_await provider->resolve(context, signing_name);
            if (found.source.empty()) found.source = provider->name();
            check_token(found.token, found.source);
            co_return found;
        } catch (const CredentialsError& error) {
            if (error.code() != credentials_not_found) stop(error, causes);
            causes.append(causes.empty() ? "" : "; ").append(provider->name()).append(": ");
            causes.append(error.details().explanation);
        } catch (const Error& error) {
            stop(error, causes);
        } catch (const boost::system::system_error&) {
            throw;  // a caller who was cancelled
        } catch (const std::exception& error) {
            fail("ProviderFailed", std::string(provider->name()) + " failed: " + error.what() + passed_over(causes));
        }
    }
    not_found("no bearer token was found. Looked at " + causes + ". Give the session one in code, set " +
              variable_for(signing_name) + ", or sign in with `aws sso login`");
}

class TokenSource final : public RenewalSource {
  public:
    TokenSource(CredentialsContext context, std::string signing_name)
        : context_(std::move(context)), signing_name_(std::move(signing_name)) {}

    [[nodiscard]] awaitable<Found<void>> ask() override {
        BearerToken token = co_await find_bearer_token(context_, signing_name_);
        const auto expiration = token.expiration;
        if (expiration && *expiration <= context_.clock->now()) {
            fail("ExpiredCredentials", "the token from " + token.source + " has expired: get a new one");
        }
        co_return Found<void>(std::make_shared<const BearerToken>(std::move(token)), expiration);
    }

    [[nodiscard]] ErrorDetails late() const override {
        ErrorDetails details;
        details.kind = ErrorKind::timeout;
        details.code = "CredentialsTimeout";
        details.explanation = "the call's time was over before there was a bearer token for " + signing_name_ +
                              ": allow it more time, or see why it takes so long";
        return details;
    }

  private:
    CredentialsContext context_;
    std::string signing_name_;
};

}  // namespace

bool has_own_token(const CredentialsContext& context, std::string_view signing_name) {
    if (context.session.bearer_tokens) return true;
    return context.profile.empty() && !variable(*context.environment, variable_for(signing_name)).empty();
}

awaitable<BearerToken> find_bearer_token(const CredentialsContext& context, std::string signing_name) {
    return run(context, std::move(signing_name));
}

Renewed<BearerToken> keep_bearer_token(CredentialsContext context, std::string signing_name) {
    std::shared_ptr<const Clock> clock = context.clock;
    return {std::make_shared<TokenSource>(std::move(context), std::move(signing_name)), std::move(clock)};
}

awaitable<BearerToken> find_sso_token(const CredentialsContext& context, SsoRole role) {
    return run_sso(context, std::move(role));
}

}  // namespace botocraft::auth

namespace botocraft {

std::shared_ptr<BearerTokenProvider> static_bearer_token(Secret token) {
    return std::make_shared<auth::StaticToken>(std::move(token));
}

}  // namespace botocraft
