#pragma once
// Credentials, and the providers that find them.

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft {

class Clock;
class Environment;

// A text that is overwritten before its memory is given back, and that nothing prints.
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
    std::string profile;  // as named in code; empty: AWS_PROFILE, or `default`
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
    // `context` must stay alive until the awaitable has finished.
    [[nodiscard]] virtual boost::asio::awaitable<Credentials> resolve(const CredentialsContext& context) = 0;

    // How messages name it: `environment variables`, `shared profile`.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

inline constexpr std::string_view credentials_not_found = "CredentialsNotFound";

// Always these.
[[nodiscard]] std::shared_ptr<CredentialsProvider> static_credentials(Credentials credentials);

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID.
[[nodiscard]] std::shared_ptr<CredentialsProvider> environment_credentials();

// The keys of a profile in the shared `credentials` and `config` files. With an empty name: the profile of the context.
[[nodiscard]] std::shared_ptr<CredentialsProvider> profile_credentials(std::string profile = {});

// The first of these that has something to say.
[[nodiscard]] std::shared_ptr<CredentialsProvider> credentials_chain(
    std::vector<std::shared_ptr<CredentialsProvider>> providers);

// What a session uses that was told nothing: environment variables, then the profile. Where code names a profile, only
// that one.
[[nodiscard]] std::shared_ptr<CredentialsProvider> default_credentials();

}  // namespace botocraft
