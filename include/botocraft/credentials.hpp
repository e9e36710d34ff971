#pragma once
// Credentials, and the providers that find them.

#include <botocraft/session.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft {

class Clock;
class Environment;

// A text that is overwritten before its memory is given back, and that nothing prints.
//
// What the library overwrites besides: what it read from profile files, the sign-in caches and token files; requests and
// replies by which it gets credentials and tokens, and those of every operation that the service's model says to hold
// something sensitive, in the memory of their connection (not where they carry data of any size, as S3's objects); bearer
// tokens that were sent; the memory of a connection's requests when it is closed. Not overwritten: session tokens in the
// last request of an idle connection (they are of no use without their key), the inputs and outputs of your calls, which
// are yours, and events on their way to you, the environment, and what the system's kernel keeps.
class Secret {
  public:
    Secret() = default;
    Secret(std::string_view text);
    Secret(const char* text) : Secret(std::string_view(text)) {}
    Secret(const std::string& text) : Secret(std::string_view(text)) {}
    Secret(const Secret& other);
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    [[nodiscard]] std::string_view reveal() const noexcept { return {text_.get(), size_}; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    // Takes as long for different texts of the same length as for equal ones.
    [[nodiscard]] friend bool operator==(const Secret& a, const Secret& b) noexcept { return a.equals(b); }

  private:
    [[nodiscard]] bool equals(const Secret& other) const noexcept;
    void wipe() noexcept;

    std::unique_ptr<char[]> text_;
    std::size_t size_ = 0;
};

// An access key and what belongs to it.
struct Credentials {
    // Constructors, and thus no aggregate: GCC 12 destroys owning aggregates twice in an expression with co_await.
    Credentials() = default;
    Credentials(std::string access_key, Secret secret_key, Secret token = {});

    std::string access_key_id;
    Secret secret_access_key;
    Secret session_token;
    std::string account_id;
    std::optional<std::chrono::system_clock::time_point> expiration;  // nothing: they do not expire
    std::string source;                                               // which provider found them, for messages

    [[nodiscard]] bool expired(std::chrono::system_clock::time_point now) const noexcept {
        return expiration.has_value() && *expiration <= now;
    }
    [[nodiscard]] friend bool operator==(const Credentials&, const Credentials&) = default;
};

// Access key id, source and expiry; never a secret.
[[nodiscard]] std::string to_string(const Credentials& credentials);

// What a provider may use. A session fills it in; it outlives the call of `resolve`.
struct CredentialsContext {
    std::shared_ptr<const Environment> environment;
    std::shared_ptr<const Clock> clock;
    std::string profile;        // as named in code; empty: AWS_PROFILE, or `default`
    // How the session reaches the world; its region, trust and limits. Providers that call AWS make sessions of their own
    // from it. Without credentials, and complete where a session made it: no pointer but that one is null.
    SessionOptions session{};
};

// Where credentials come from. One object serves many calls and sessions, possibly from several threads at once; it does
// no I/O before `resolve`, and it need not cache: the session does.
class CredentialsProvider {
  public:
    CredentialsProvider() = default;
    CredentialsProvider(const CredentialsProvider&) = delete;
    CredentialsProvider& operator=(const CredentialsProvider&) = delete;
    virtual ~CredentialsProvider() = default;

    // Throws CredentialsError. With `code` == credentials_not_found the provider has nothing to say and a chain asks the
    // next; with any other code it is set up but unusable, and a chain stops: to go on as somebody else would be worse.
    // `context` must stay alive until the awaitable has finished. A session cancels it (terminal) when none of its calls
    // waits for it any more and it has no credentials that live.
    [[nodiscard]] virtual boost::asio::awaitable<Credentials> resolve(const CredentialsContext& context) = 0;

    // How messages name it: `environment variables`, `shared profile`.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

inline constexpr std::string_view credentials_not_found = "CredentialsNotFound";

// Always these.
[[nodiscard]] std::shared_ptr<CredentialsProvider> static_credentials(Credentials credentials);

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID.
[[nodiscard]] std::shared_ptr<CredentialsProvider> environment_credentials();

// What a profile in the shared `credentials` and `config` files says: keys, or how to get at some: role_arn with
// source_profile or credential_source (roles may be chained), web_identity_token_file, sso_session or sso_start_url,
// login_session, credential_process. With an empty name: the profile of the context.
[[nodiscard]] std::shared_ptr<CredentialsProvider> profile_credentials(std::string profile = {});

// A role to take, through AWS STS. What is empty is not asked for.
struct AssumeRole {
    std::string role_arn{};
    std::string session_name{};  // as CloudTrail shall show it; empty: one with the time in it
    std::string external_id{};
    std::string policy{};                    // JSON: the session may do what this and the role allow
    std::vector<std::string> policy_arns{};  // likewise, managed policies
    std::vector<std::pair<std::string, std::string>> tags{};
    std::vector<std::string> transitive_tag_keys{};
    std::string source_identity{};
    std::string mfa_serial{};  // of the device whose code SessionOptions::mfa_code is asked for
    std::optional<std::chrono::seconds> duration{};
    std::string region{};  // of the STS endpoint; empty: the session's

    friend bool operator==(const AssumeRole&, const AssumeRole&) = default;
};
[[nodiscard]] std::shared_ptr<CredentialsProvider> assume_role_credentials(
    AssumeRole role, std::shared_ptr<CredentialsProvider> source);

// A role to take for a token that somebody else vouches for (OpenID Connect), such as Kubernetes for a pod.
struct WebIdentity {
    std::string role_arn{};
    std::string token_file{};    // read anew each time: tokens are renewed in place
    std::string session_name{};  // empty: one with the time in it

    friend bool operator==(const WebIdentity&, const WebIdentity&) = default;
};
[[nodiscard]] std::shared_ptr<CredentialsProvider> web_identity_credentials(WebIdentity identity);
// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME.
[[nodiscard]] std::shared_ptr<CredentialsProvider> web_identity_credentials();

// Those of a person who signed in with `aws sso login`. With `session` the token is renewed as long as that is possible.
struct SsoRole {
    std::string session{};    // name of the [sso-session]; empty: the older form, without
    std::string start_url{};
    std::string region{};     // of IAM Identity Center
    std::string account_id{};
    std::string role_name{};

    friend bool operator==(const SsoRole&, const SsoRole&) = default;
};
[[nodiscard]] std::shared_ptr<CredentialsProvider> sso_credentials(SsoRole role);

// Those of a person who signed in with `aws login`. `login_session` is what the profile's login_session says.
[[nodiscard]] std::shared_ptr<CredentialsProvider> login_credentials(std::string login_session);

// What a program prints: {"Version": 1, "AccessKeyId": ..., "SecretAccessKey": ...}. The command is one for the shell.
// `account_id` is that of the credentials, where the program does not say.
[[nodiscard]] std::shared_ptr<CredentialsProvider> process_credentials(std::string command, std::string account_id = {});

// Who gives credentials to the programs of a container, and what it is asked with.
struct ContainerAgent {
    std::string uri{};         // a path at ECS's agent, or a URL: with TLS, of this machine, or of an agent of AWS's
    std::string token_file{};  // read anew each time: tokens are renewed in place
    Secret token{};            // where there is no file
};
// Of an ECS task or an EKS pod. What the agent leaves empty: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or
// AWS_CONTAINER_CREDENTIALS_FULL_URI, with the token in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or
// AWS_CONTAINER_AUTHORIZATION_TOKEN.
[[nodiscard]] std::shared_ptr<CredentialsProvider> container_credentials(ContainerAgent agent = {});

// Of the role of an EC2 instance, from its metadata service, version 2. What `options` leave out is as
// SessionOptions::metadata says.
[[nodiscard]] std::shared_ptr<CredentialsProvider> instance_credentials(InstanceMetadataOptions options = {});

// The first of these that has something to say.
[[nodiscard]] std::shared_ptr<CredentialsProvider> credentials_chain(
    std::vector<std::shared_ptr<CredentialsProvider>> providers);

// What a session uses that was told nothing: environment variables, the profile, web identity, container, instance.
// Where code names a profile, only that one.
[[nodiscard]] std::shared_ptr<CredentialsProvider> default_credentials();

}  // namespace botocraft
