// Sessions that act as a role: the one thing for which people call STS, and no operation of it.

#include "auth/credentials_cache.hpp"
#include "http/time.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/sts/role_session.hpp>
#include <botocraft/sts/types.hpp>

#include <utility>

namespace botocraft::sts {

namespace {

// The credentials of a session, renewed as that session renews them.
class SessionCredentials final : public CredentialsProvider {
  public:
    explicit SessionCredentials(std::shared_ptr<const detail::SessionCore> core) : core_(std::move(core)) {}

    [[nodiscard]] awaitable<botocraft::Credentials> resolve(const CredentialsContext&) override {
        const auto known = co_await core_->credentials().get();
        co_return botocraft::Credentials(*known);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "session"; }

  private:
    std::shared_ptr<const detail::SessionCore> core_;
};

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or(std::string_view())); }

std::vector<std::string> texts_of(const Texts& texts) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < texts.size(); ++i) out.emplace_back(texts[i]);
    return out;
}

botocraft::AssumeRole role_of(std::string_view arn, const RoleArguments& arguments) {
    botocraft::AssumeRole role;
    role.role_arn = arn;
    role.session_name = text_of(arguments.RoleSessionName);
    role.external_id = text_of(arguments.ExternalId);
    role.policy = text_of(arguments.Policy);
    role.policy_arns = texts_of(arguments.PolicyArns);
    for (const Tag& tag : arguments.Tags) role.tags.emplace_back(tag.Key.value_or(""), tag.Value.value_or(""));
    role.transitive_tag_keys = texts_of(arguments.TransitiveTagKeys);
    role.source_identity = text_of(arguments.SourceIdentity);
    role.mfa_serial = text_of(arguments.SerialNumber);
    if (arguments.DurationSeconds) role.duration = std::chrono::seconds(*arguments.DurationSeconds);
    return role;
}

awaitable<Session> take(Session session, botocraft::AssumeRole role) {
    const auto& core = session.state()->core();
    co_await session.state()->prepare();
    SessionOptions options = core->options();
    options.region = session.state()->named_alike(session.state()->region());
    options.credentials = assume_role_credentials(std::move(role), std::make_shared<SessionCredentials>(core));
    Session taken(options);
    const auto deadline = http::after(http::Clock::now(), core->call_limit());
    const auto known = co_await taken.state()->core()->credentials().get(deadline);
    static_cast<void>(known);
    co_return taken;
}

}  // namespace

awaitable<Session> assume_role(const Session& session, std::string_view role_arn, const RoleArguments& arguments) {
    return take(session, role_of(role_arn, arguments));
}

}  // namespace botocraft::sts
