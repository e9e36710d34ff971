#include "auth/roles.hpp"

#include "auth/aws_call.hpp"
#include "auth/problem.hpp"
#include "config/names.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/sts/requests.hpp>

#include <utility>

namespace botocraft {

namespace auth {

namespace {

// Unique enough to find the session in CloudTrail.
std::string made_up_session_name(const Clock& clock) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock.now().time_since_epoch());
    return "botocraft-" + std::to_string(now.count());
}

// arn:aws:sts::123456789012:assumed-role/name/session
std::string account_of(std::string_view arn) {
    for (int part = 0; part < 4; ++part) {
        const std::size_t colon = arn.find(':');
        if (colon == arn.npos) return {};
        arn.remove_prefix(colon + 1);
    }
    return std::string(arn.substr(0, arn.find(':')));
}

template <class Response>
Credentials take_credentials(Response& response, const std::string& source) {
    if (!response.Credentials || !response.Credentials->AccessKeyId || !response.Credentials->SecretAccessKey) {
        fail("InvalidCredentials", "the answer of AWS STS holds no credentials for " + source);
    }
    sts::Credentials& answer = *response.Credentials;
    Credentials found(*answer.AccessKeyId, Secret(*answer.SecretAccessKey), Secret(answer.SessionToken.value_or("")));
    if (answer.Expiration) found.expiration = *answer.Expiration;
    if (response.AssumedRoleUser && response.AssumedRoleUser->Arn) {
        found.account_id = account_of(*response.AssumedRoleUser->Arn);
    }
    found.source = source;
    wipe_field(answer.SecretAccessKey);
    wipe_field(answer.SessionToken);
    return found;
}

awaitable<std::string> ask_for_code(const CredentialsContext& context, const AssumeRole& role) {
    if (!context.session.mfa_code) {
        fail("MfaRequired", "the role " + role.role_arn + " asks for a code of the device " + role.mfa_serial +
                                " (mfa_serial), and nobody can be asked for it: set SessionOptions::mfa_code");
    }
    std::string code = co_await context.session.mfa_code(role.mfa_serial);
    co_return code;
}

sts::AssumeRoleRequest make_request(const AssumeRole& role, const Clock& clock) {
    sts::AssumeRoleRequest request;
    request.RoleArn = role.role_arn;
    request.RoleSessionName = role.session_name.empty() ? made_up_session_name(clock) : role.session_name;
    if (!role.external_id.empty()) request.ExternalId = role.external_id;
    if (!role.policy.empty()) request.Policy = role.policy;
    for (const std::string& arn : role.policy_arns) {
        sts::PolicyDescriptorType descriptor;
        descriptor.arn = arn;
        request.PolicyArns.push_back(std::move(descriptor));
    }
    for (const auto& [key, value] : role.tags) {
        sts::Tag tag;
        tag.Key = key;
        tag.Value = value;
        request.Tags.push_back(std::move(tag));
    }
    for (const std::string& key : role.transitive_tag_keys) request.TransitiveTagKeys.push_back(key);
    if (!role.source_identity.empty()) request.SourceIdentity = role.source_identity;
    if (role.duration) request.DurationSeconds = static_cast<std::int32_t>(role.duration->count());
    return request;
}

awaitable<Credentials> take(const CredentialsContext& context, AssumeRole role, Credentials base) {
    const std::string purpose = "taking the role " + role.role_arn + " with credentials from " + base.source;
    sts::AssumeRoleRequest request = make_request(role, *context.clock);
    const WipeFieldsAtEnd guard(request.TokenCode);
    if (!role.mfa_serial.empty()) {
        std::string code = co_await ask_for_code(context, role);
        request.SerialNumber = role.mfa_serial;
        request.TokenCode = code;
        wipe(code);
    }
    sts::AssumeRoleResponse response;
    try {
        const Session session = make_session(context, role.region, static_credentials(std::move(base)));
        co_await call(session, sts::tables::service, "AssumeRole", &request, &response);
    } catch (const Error& error) {
        fail_call(error, purpose);
    }
    co_return take_credentials(response, "role " + role.role_arn);
}

awaitable<Credentials> take_for_token(const CredentialsContext& context, WebIdentity identity) {
    sts::AssumeRoleWithWebIdentityRequest request;
    const WipeFieldsAtEnd guard(request.WebIdentityToken);
    auto token = context.environment->read_file(identity.token_file);
    if (!token) {
        fail("TokenFileMissing", "the token file " + identity.token_file + " (web identity, for the role " +
                                     identity.role_arn + ") does not exist");
    }
    while (token->ends_with('\n') || token->ends_with('\r') || token->ends_with(' ')) token->pop_back();
    if (token->empty()) fail("TokenFileEmpty", "the token file " + identity.token_file + " is empty");
    request.RoleArn = identity.role_arn;
    request.RoleSessionName = identity.session_name;
    if (identity.session_name.empty()) request.RoleSessionName = made_up_session_name(*context.clock);
    request.WebIdentityToken = *std::move(token);
    sts::AssumeRoleWithWebIdentityResponse response;
    try {
        const Session session = make_session(context, {}, nullptr);
        co_await call(session, sts::tables::service, "AssumeRoleWithWebIdentity", &request, &response);
    } catch (const Error& error) {
        fail_call(error, "taking the role " + identity.role_arn + " for the token in " + identity.token_file);
    }
    co_return take_credentials(response, "role " + identity.role_arn + " (web identity)");
}

}  // namespace

awaitable<Credentials> assume_role(const CredentialsContext& context, AssumeRole role, Credentials source) {
    return take(context, std::move(role), std::move(source));
}

awaitable<Credentials> assume_role(const CredentialsContext& context, WebIdentity identity) {
    return take_for_token(context, std::move(identity));
}

}  // namespace auth

namespace {

namespace names = config::names;

class AssumeRoleProvider final : public CredentialsProvider {
  public:
    AssumeRoleProvider(AssumeRole role, std::shared_ptr<CredentialsProvider> source)
        : role_(std::move(role)), source_(std::move(source)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        Credentials source = co_await source_->resolve(context);
        AssumeRole role = role_;
        Credentials found = co_await auth::assume_role(context, std::move(role), std::move(source));
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "role"; }

  private:
    AssumeRole role_;
    std::shared_ptr<CredentialsProvider> source_;
};

class WebIdentityProvider final : public CredentialsProvider {
  public:
    explicit WebIdentityProvider(std::optional<WebIdentity> identity) : identity_(std::move(identity)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        WebIdentity identity = identity_ ? *identity_ : from_environment(*context.environment);
        Credentials found = co_await auth::assume_role(context, std::move(identity));
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "web identity"; }

  private:
    static WebIdentity from_environment(const Environment& environment) {
        WebIdentity identity;
        identity.token_file = auth::variable(environment, names::web_identity_token_file.variable);
        identity.role_arn = auth::variable(environment, names::role_arn.variable);
        identity.session_name = auth::variable(environment, names::role_session_name.variable);
        if (identity.token_file.empty()) {
            auth::not_found(std::string(names::web_identity_token_file.variable) + " is not set");
        }
        if (identity.role_arn.empty()) {
            auth::fail("PartialCredentials", std::string(names::web_identity_token_file.variable) + " is set and " +
                                                 std::string(names::role_arn.variable) + " is not: set both or neither");
        }
        return identity;
    }

    std::optional<WebIdentity> identity_;
};

}  // namespace

std::shared_ptr<CredentialsProvider> assume_role_credentials(AssumeRole role,
                                                             std::shared_ptr<CredentialsProvider> source) {
    return std::make_shared<AssumeRoleProvider>(std::move(role), std::move(source));
}

std::shared_ptr<CredentialsProvider> web_identity_credentials(WebIdentity identity) {
    return std::make_shared<WebIdentityProvider>(std::move(identity));
}

std::shared_ptr<CredentialsProvider> web_identity_credentials() {
    return std::make_shared<WebIdentityProvider>(std::nullopt);
}

}  // namespace botocraft
