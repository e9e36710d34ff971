#include "auth/instance_metadata.hpp"
#include "auth/problem.hpp"
#include "auth/secret_json.hpp"
#include "auth/selected_profile.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/credentials.hpp>

#include <algorithm>
#include <utility>

namespace botocraft {

namespace {

using auth::fail;

constexpr std::string_view roles_path = "/latest/meta-data/iam/security-credentials/";
constexpr std::string_view source = "the instance metadata service";

// It becomes a part of a path.
bool is_role_name(std::string_view name) {
    return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("+=,.@_-").find(c) != std::string_view::npos;
    });
}

std::string first_line(std::string_view text) {
    text = text.substr(0, text.find_first_of("\r\n"));
    return std::string(text);
}

Credentials read_document(const auth::PlainReply& reply, const CredentialsContext& context) {
    const auth::SecretJson document(reply.body.reveal());
    if (!document.valid()) fail("InvalidCredentials", "the answer of the instance metadata service is no JSON object");
    const std::string_view code = auth::text_of(document.object(), "Code");
    if (!code.empty() && code != "Success") {
        fail("InstanceMetadataFailure", "the instance metadata service has no credentials for this instance's role: " +
                                            std::string(code),
             auth::text_of(document.object(), "Message"));
    }
    Credentials found = auth::credentials_of(document.object(), "Token", std::string(source));
    // When the service cannot get new ones it hands out the old ones, and AWS goes on accepting them for a while.
    constexpr auto extension = std::chrono::minutes(15);
    const auto now = context.clock->now();
    if (found.expired(now)) found.expiration = now + extension;
    return found;
}

// What `own` leaves out is as the session says.
InstanceMetadataOptions overlaid(InstanceMetadataOptions own, const InstanceMetadataOptions& session) {
    const auto fill = [](auto& option, const auto& otherwise) {
        if (!option) option = otherwise;
    };
    fill(own.disabled, session.disabled);
    fill(own.v1_disabled, session.v1_disabled);
    fill(own.endpoint, session.endpoint);
    fill(own.endpoint_mode, session.endpoint_mode);
    fill(own.timeout, session.timeout);
    fill(own.attempts, session.attempts);
    fill(own.instance_profile, session.instance_profile);
    return own;
}

class InstanceProvider final : public CredentialsProvider {
  public:
    explicit InstanceProvider(InstanceMetadataOptions options) : options_(std::move(options)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        const auth::SelectedProfile profile = auth::select_profile(context);
        const auth::MetadataSettings settings = auth::metadata_settings(
            *context.environment, profile.section(), overlaid(options_, context.session.metadata));
        std::string role = settings.instance_profile;
        if (role.empty()) {
            const auth::PlainReply roles = co_await service_.get(context, settings, std::string(roles_path));
            if (roles.status == 200) role = first_line(roles.body.reveal());
        }
        if (role.empty()) auth::not_found("this instance has no IAM role (instance profile)");
        if (!is_role_name(role)) {
            fail("InstanceMetadataFailure", "the instance metadata service answers with what is no role name: a proxy may "
                                            "stand in its place");
        }
        const auth::PlainReply reply = co_await service_.get(context, settings, std::string(roles_path) + role);
        if (reply.status == 404) {
            fail("InstanceMetadataFailure", "the instance metadata service knows nothing of the role \"" + role + "\"");
        }
        co_return read_document(reply, context);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "instance metadata"; }

  private:
    InstanceMetadataOptions options_;
    auth::InstanceMetadata service_;
};

}  // namespace

std::shared_ptr<CredentialsProvider> instance_credentials(InstanceMetadataOptions options) {
    return std::make_shared<InstanceProvider>(std::move(options));
}

}  // namespace botocraft
