#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>
#include <config/profile_file.hpp>

#include <array>
#include <utility>

namespace botocraft {

namespace {

[[noreturn]] void fail(std::string_view code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::credentials;
    details.code = code;
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

// A variable that is set to nothing but blanks counts as one that is not set.
std::string variable(const Environment& environment, std::string_view name) {
    auto value = environment.variable(name).value_or(std::string());
    if (value.find_first_not_of(" \t\r\n") == value.npos) value.clear();
    return value;
}

class StaticProvider final : public CredentialsProvider {
  public:
    explicit StaticProvider(Credentials credentials) : credentials_(std::move(credentials)) {
        if (credentials_.source.empty()) credentials_.source = "code";
    }
    [[nodiscard]] boost::asio::awaitable<Credentials> resolve(const CredentialsContext&) override {
        co_return credentials_;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "code"; }

  private:
    Credentials credentials_;
};

class EnvironmentProvider final : public CredentialsProvider {
  public:
    [[nodiscard]] boost::asio::awaitable<Credentials> resolve(const CredentialsContext& context) override {
        co_return find(*context.environment);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "environment variables"; }

  private:
    static Credentials find(const Environment& environment) {
        Credentials found(variable(environment, "AWS_ACCESS_KEY_ID"), variable(environment, "AWS_SECRET_ACCESS_KEY"),
                          variable(environment, "AWS_SESSION_TOKEN"));
        if (found.access_key_id.empty() && found.secret_access_key.empty()) {
            fail(credentials_not_found, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
        }
        if (found.access_key_id.empty() || found.secret_access_key.empty()) {
            const bool no_id = found.access_key_id.empty();
            fail("PartialCredentials", std::string(no_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID") +
                                           " is set and " + (no_id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY") +
                                           " is not: set both or neither");
        }
        found.account_id = variable(environment, "AWS_ACCOUNT_ID");
        found.source = "environment variables";
        return found;
    }
};

class ProfileProvider final : public CredentialsProvider {
  public:
    explicit ProfileProvider(std::string profile) : profile_(std::move(profile)) {}

    [[nodiscard]] boost::asio::awaitable<Credentials> resolve(const CredentialsContext& context) override {
        co_return find(context);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "shared profile"; }

  private:
    [[nodiscard]] Credentials find(const CredentialsContext& context) const {
        std::string name = profile_.empty() ? context.profile : profile_;
        if (name.empty()) name = variable(*context.environment, "AWS_PROFILE");
        const bool named = !name.empty();
        if (!named) name = "default";

        const config::ProfileFiles files = config::load_profile_files(*context.environment);
        const std::string places = place(files.config_path) + " or " + place(files.credentials_path);
        const config::Section* profile = files.profile(name);
        if (profile == nullptr) {
            fail(named ? "ProfileNotFound" : credentials_not_found,
                 "there is no profile \"" + name + "\" in " + places);
        }
        return from_section(name, *profile, places);
    }

    static Credentials from_section(const std::string& name, const config::Section& profile,
                                    const std::string& places) {
        const auto value = [&profile](std::string_view key) {
            const auto found = profile.find(key);
            return found == profile.end() ? std::string_view() : std::string_view(found->second.value);
        };
        const std::string_view id = value("aws_access_key_id");
        const std::string_view secret = value("aws_secret_access_key");
        // A role is taken with the keys beside it: to use those themselves would be to act as somebody else.
        refuse(name, profile, "role_arn");
        if (id.empty() && secret.empty()) {
            constexpr std::array<std::string_view, 6> other_forms = {
                "web_identity_token_file", "sso_session", "sso_start_url", "credential_process", "login_session",
                "credential_source"};
            for (const std::string_view form : other_forms) refuse(name, profile, form);
            fail(credentials_not_found, "the profile \"" + name + "\" in " + places + " has no aws_access_key_id");
        }
        if (id.empty() || secret.empty()) {
            fail("PartialCredentials", "the profile \"" + name + "\" in " + places + " has only one of " +
                                           "aws_access_key_id and aws_secret_access_key: add the other");
        }
        Credentials found(std::string(id), Secret(secret), Secret(value("aws_session_token")));
        found.account_id = value("aws_account_id");
        found.source = "profile " + name;
        return found;
    }

    static void refuse(const std::string& name, const config::Section& profile, std::string_view form) {
        const auto property = profile.find(form);
        if (property == profile.end()) return;
        fail("UnsupportedCredentialsForm",
             "the profile \"" + name + "\" gets its credentials through " + std::string(form) + " (" +
                 property->second.file + ", line " + std::to_string(property->second.line) +
                 "), which this version does not support: use a profile with aws_access_key_id and "
                 "aws_secret_access_key, or environment variables (`aws configure export-credentials` prints them)");
    }

    static std::string place(const std::string& path) { return path.empty() ? "(no home directory)" : path; }

    std::string profile_;
};

class ChainProvider final : public CredentialsProvider {
  public:
    explicit ChainProvider(std::vector<std::shared_ptr<CredentialsProvider>> providers)
        : providers_(std::move(providers)) {}

    [[nodiscard]] boost::asio::awaitable<Credentials> resolve(const CredentialsContext& context) override {
        std::string causes;
        for (const auto& provider : providers_) {
            try {
                auto found = co_await provider->resolve(context);
                co_return found;
            } catch (const CredentialsError& error) {
                if (error.code() != credentials_not_found) throw;
                if (!causes.empty()) causes += "; ";
                causes.append(provider->name()).append(": ").append(error.details().explanation);
            }
        }
        fail(credentials_not_found,
             "no credentials were found. Looked at " + (causes.empty() ? "nothing, the chain is empty" : causes) +
                 ". Give the session credentials in code, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write "
                 "a profile (`aws configure` does)");
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "chain"; }

  private:
    std::vector<std::shared_ptr<CredentialsProvider>> providers_;
};

class DefaultProvider final : public CredentialsProvider {
  public:
    DefaultProvider()
        : named_profile_(credentials_chain({profile_credentials()})),
          all_(credentials_chain({environment_credentials(), profile_credentials()})) {}

    [[nodiscard]] boost::asio::awaitable<Credentials> resolve(const CredentialsContext& context) override {
        return context.profile.empty() ? all_->resolve(context) : named_profile_->resolve(context);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "default"; }

  private:
    std::shared_ptr<CredentialsProvider> named_profile_;
    std::shared_ptr<CredentialsProvider> all_;
};

}  // namespace

std::shared_ptr<CredentialsProvider> static_credentials(Credentials credentials) {
    return std::make_shared<StaticProvider>(std::move(credentials));
}

std::shared_ptr<CredentialsProvider> environment_credentials() { return std::make_shared<EnvironmentProvider>(); }

std::shared_ptr<CredentialsProvider> profile_credentials(std::string profile) {
    return std::make_shared<ProfileProvider>(std::move(profile));
}

std::shared_ptr<CredentialsProvider> credentials_chain(std::vector<std::shared_ptr<CredentialsProvider>> providers) {
    return std::make_shared<ChainProvider>(std::move(providers));
}

std::shared_ptr<CredentialsProvider> default_credentials() { return std::make_shared<DefaultProvider>(); }

}  // namespace botocraft
