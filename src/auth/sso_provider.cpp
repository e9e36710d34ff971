#include "auth/aws_call.hpp"
#include "auth/bearer_token.hpp"
#include "auth/problem.hpp"

#include <botocraft/sso/requests.hpp>

#include <utility>

namespace botocraft {

namespace {

// Overwrites the keys in an answer at the end of a scope, also where that is an exception.
class WipeKeysAtEnd {
  public:
    explicit WipeKeysAtEnd(sso::GetRoleCredentialsResponse& response) noexcept : response_(response) {}
    WipeKeysAtEnd(const WipeKeysAtEnd&) = delete;
    WipeKeysAtEnd& operator=(const WipeKeysAtEnd&) = delete;
    ~WipeKeysAtEnd() {
        if (!response_.roleCredentials) return;
        auth::wipe_field(response_.roleCredentials->secretAccessKey);
        auth::wipe_field(response_.roleCredentials->sessionToken);
    }

  private:
    sso::GetRoleCredentialsResponse& response_;
};

class SsoProvider final : public CredentialsProvider {
  public:
    explicit SsoProvider(SsoRole role) : role_(std::move(role)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        if (role_.account_id.empty() || role_.role_name.empty()) {
            auth::fail("SsoRoleMissing", "the selected profile will resolve an access token instead of credentials: add "
                                         "sso_account_id and sso_role_name to it");
        }
        SsoRole role = role_;
        auth::BearerToken token = co_await auth::find_sso_token(context, std::move(role));
        sso::GetRoleCredentialsRequest request;
        sso::GetRoleCredentialsResponse response;
        const auth::WipeFieldsAtEnd guard(request.accessToken);
        const WipeKeysAtEnd guard_answer(response);
        request.accessToken = std::string(token.token.reveal());
        request.accountId = role_.account_id;
        request.roleName = role_.role_name;
        try {
            const Session session = auth::make_session(context, role_.region, nullptr);
            co_await auth::call(session, sso::tables::service, "GetRoleCredentials", &request, &response);
        } catch (const Error& error) {
            const bool refused = error.status() == 401;
            auth::fail_call(error, "getting credentials for the role " + role_.role_name + " of account " +
                                       role_.account_id + " from IAM Identity Center",
                            refused ? "Sign in again with `aws sso login`" : "");
        }
        co_return take_credentials(response);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "SSO"; }

  private:
    [[nodiscard]] Credentials take_credentials(const sso::GetRoleCredentialsResponse& response) const {
        const std::string source = "SSO role " + role_.role_name;
        if (!response.roleCredentials || !response.roleCredentials->accessKeyId ||
            !response.roleCredentials->secretAccessKey) {
            auth::fail("InvalidCredentials", "the answer of IAM Identity Center holds no credentials for " + source);
        }
        const sso::RoleCredentials& answer = *response.roleCredentials;
        Credentials found(*answer.accessKeyId, Secret(*answer.secretAccessKey),
                          Secret(answer.sessionToken.value_or("")));
        if (answer.expiration) {
            found.expiration = std::chrono::system_clock::time_point(std::chrono::milliseconds(*answer.expiration));
        }
        found.account_id = role_.account_id;
        found.source = source;
        return found;
    }

    SsoRole role_;
};

}  // namespace

std::shared_ptr<CredentialsProvider> sso_credentials(SsoRole role) {
    return std::make_shared<SsoProvider>(std::move(role));
}

}  // namespace botocraft
