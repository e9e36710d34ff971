#include "auth/problem.hpp"
#include "auth/profile_chain.hpp"
#include "auth/roles.hpp"
#include "auth/selected_profile.hpp"
#include "config/names.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>

#include <boost/system/system_error.hpp>

#include <exception>
#include <mutex>
#include <utility>

namespace botocraft {

namespace {

namespace names = config::names;
using auth::fail;
using auth::not_found;
using auth::variable;

class StaticProvider final : public CredentialsProvider {
  public:
    explicit StaticProvider(Credentials credentials) : credentials_(std::move(credentials)) {
        if (credentials_.source.empty()) credentials_.source = "code";
    }
    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext&) override { co_return credentials_; }
    [[nodiscard]] std::string_view name() const noexcept override { return "code"; }

  private:
    Credentials credentials_;
};

class EnvironmentProvider final : public CredentialsProvider {
  public:
    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        co_return find(*context.environment);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "environment variables"; }

  private:
    static Credentials find(const Environment& environment) {
        const std::string id_name(names::access_key_id.variable);
        const std::string secret_name(names::secret_access_key.variable);
        Credentials found(variable(environment, id_name), auth::secret_variable(environment, secret_name),
                          auth::secret_variable(environment, names::session_token.variable));
        if (found.access_key_id.empty() && found.secret_access_key.empty()) {
            not_found(id_name + " and " + secret_name + " are not set");
        }
        if (found.access_key_id.empty() || found.secret_access_key.empty()) {
            const bool no_id = found.access_key_id.empty();
            const std::string& is = no_id ? secret_name : id_name;
            const std::string& is_not = no_id ? id_name : secret_name;
            fail("PartialCredentials", is + " is set and " + is_not + " is not: set both or neither");
        }
        found.account_id = variable(environment, names::account_id.variable);
        found.source = "environment variables";
        return found;
    }
};

class ProfileProvider final : public CredentialsProvider {
  public:
    explicit ProfileProvider(std::string profile) : profile_(std::move(profile)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        const auth::SelectedProfile profile = auth::select_profile(context, profile_);
        if (profile.section() == nullptr) {
            fail(profile.named ? "ProfileNotFound" : credentials_not_found,
                 "there is no profile \"" + profile.name + "\" in " + profile.places());
        }
        auth::ProfileChain chain = plan(profile);
        Credentials found = co_await resolve_base(context, chain);
        for (AssumeRole& role : chain.roles) {
            Credentials next = co_await auth::assume_role(context, std::move(role), std::move(found));
            found = std::move(next);
        }
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "shared profile"; }

  private:
    // Says in which files the profile stands.
    static auth::ProfileChain plan(const auth::SelectedProfile& profile) {
        try {
            return auth::plan_chain(profile.files, profile.name);
        } catch (const CredentialsError& error) {
            ErrorDetails details = error.details();
            details.explanation += " (" + profile.places() + ")";
            throw CredentialsError(std::move(details));
        }
    }

    awaitable<Credentials> resolve_base(const CredentialsContext& context, const auth::ProfileChain& chain) {
        const auto provider = std::visit([this](const auto& base) { return this->make(base); }, chain.base);
        std::optional<CredentialsError> nothing;
        Credentials found;
        try {
            Credentials base = co_await provider->resolve(context);
            found = std::move(base);
        } catch (const CredentialsError& error) {
            if (error.code() != credentials_not_found) throw;
            nothing = error;
        }
        // The profile says who it is: to go on as somebody else would be worse than to stop.
        if (nothing) {
            fail("CredentialSourceEmpty", "the profile takes its credentials from " + std::string(provider->name()) +
                                              ", which has none: " + nothing->details().explanation);
        }
        co_return found;
    }

    using Made = std::shared_ptr<CredentialsProvider>;
    static Made make(const Credentials& keys) { return static_credentials(keys); }
    static Made make(const WebIdentity& identity) { return web_identity_credentials(identity); }
    static Made make(const SsoRole& role) { return sso_credentials(role); }
    static Made make(const auth::LoginSource& login) { return login_credentials(login.session); }
    static Made make(const auth::ProcessSource& process) {
        return process_credentials(process.command, process.account_id);
    }
    Made make(auth::CredentialSource source) {
        switch (source) {
            case auth::CredentialSource::environment: return environment_credentials();
            case auth::CredentialSource::container: return container_credentials();
            case auth::CredentialSource::instance: break;
        }
        const std::lock_guard lock(mutex_);
        if (!instance_) instance_ = instance_credentials();  // it keeps a session token
        return instance_;
    }

    std::string profile_;
    std::mutex mutex_;
    std::shared_ptr<CredentialsProvider> instance_;
};

class ChainProvider final : public CredentialsProvider {
  public:
    explicit ChainProvider(std::vector<std::shared_ptr<CredentialsProvider>> providers)
        : providers_(std::move(providers)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        std::string causes;
        for (const auto& provider : providers_) {
            try {
                Credentials found = co_await provider->resolve(context);
                co_return found;
            } catch (const CredentialsError& error) {
                if (error.code() != credentials_not_found) auth::stop(error, causes);
                if (!causes.empty()) causes += "; ";
                causes.append(provider->name()).append(": ").append(error.details().explanation);
            } catch (const Error& error) {
                auth::stop(error, causes);
            } catch (const boost::system::system_error&) {
                throw;  // a caller who was cancelled
            } catch (const std::exception& error) {
                fail("ProviderFailed", std::string(provider->name()) + " failed: " + error.what() +
                                           auth::passed_over(causes));
            }
        }
        not_found("no credentials were found. Looked at " + (causes.empty() ? "nothing, the chain is empty" : causes) +
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
          all_(credentials_chain({environment_credentials(), profile_credentials(), web_identity_credentials(),
                                  container_credentials(), instance_credentials()})) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
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
