#pragma once
// Bearer tokens, which some services take instead of a signature, and the providers that find them.

#include <botocraft/credentials.hpp>
#include <botocraft/session.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft {

struct BearerToken {
    // Constructors, and thus no aggregate: GCC 12 destroys owning aggregates twice in an expression with co_await.
    BearerToken() = default;
    explicit BearerToken(Secret text) : token(std::move(text)) {}

    Secret token;
    std::optional<std::chrono::system_clock::time_point> expiration;  // nothing: it does not expire
    std::string source;                                               // which provider found it, for messages
};

// Where tokens come from. One object serves many calls and sessions, possibly from several threads at once; it does no I/O
// before `resolve`, and it need not cache: the session does.
class BearerTokenProvider {
  public:
    BearerTokenProvider() = default;
    BearerTokenProvider(const BearerTokenProvider&) = delete;
    BearerTokenProvider& operator=(const BearerTokenProvider&) = delete;
    virtual ~BearerTokenProvider() = default;

    // For the service of that name in signatures: `bedrock`. Throws CredentialsError, with the code credentials_not_found
    // where there is none, so that it is looked for elsewhere. `context` must stay alive until the awaitable has finished.
    [[nodiscard]] virtual boost::asio::awaitable<BearerToken> resolve(const CredentialsContext& context,
                                                                      std::string service) = 0;

    // How messages name it.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

// Always this one, for every service that takes tokens.
[[nodiscard]] std::shared_ptr<BearerTokenProvider> static_bearer_token(Secret token);

}  // namespace botocraft
