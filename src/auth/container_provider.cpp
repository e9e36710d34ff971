#include "auth/container_provider.hpp"

#include "auth/problem.hpp"
#include "auth/secret_json.hpp"
#include "config/names.hpp"
#include "config/wipe.hpp"

#include <botocraft/credentials.hpp>
#include <http/transport.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace botocraft {

namespace auth {

namespace names = config::names;

Url container_url(const Environment& environment) {
    constexpr std::string_view task_agent = "http://169.254.170.2";
    // ECS, EKS, and EKS over IPv6.
    constexpr std::array<std::string_view, 3> agents = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};

    const std::string relative = variable(environment, names::container_relative_uri.variable);
    const std::string full = variable(environment, names::container_full_uri.variable);
    if (relative.empty() && full.empty()) {
        not_found(std::string(names::container_relative_uri.variable) + " and " +
                  std::string(names::container_full_uri.variable) + " are not set");
    }
    if (!relative.empty()) {
        auto url = relative.front() == '/' ? parse_url(std::string(task_agent) + relative) : std::nullopt;
        if (!url) {
            fail("InvalidContainerUri", std::string(names::container_relative_uri.variable) +
                                            " must be a path that begins with a slash");
        }
        return *std::move(url);
    }
    auto url = parse_url(full);
    if (!url) {
        fail("InvalidContainerUri", std::string(names::container_full_uri.variable) +
                                        " must be a URL such as http://localhost:8080/credentials: the URI did not "
                                        "specify a host, or holds a character that none has");
    }
    const bool known = std::find(agents.begin(), agents.end(), url->host) != agents.end();
    if (!url->tls && !known && !is_loopback(url->host)) {
        fail("InvalidContainerUri", std::string(names::container_full_uri.variable) + " names the host \"" + url->host +
                                        "\" without TLS: use https, this machine (localhost), or one of AWS's agents "
                                        "(169.254.170.2, 169.254.170.23, [fd00:ec2::23])");
    }
    return *std::move(url);
}

}  // namespace auth

namespace {

namespace names = config::names;
using auth::fail;

constexpr int attempts = 3;

// Nothing where none is set up. The file is read each time: tokens are renewed in place.
Secret authorization(const Environment& environment) {
    const std::string path = auth::variable(environment, names::container_token_file.variable);
    std::string text;
    if (!path.empty()) {
        auto read = environment.read_file(path);
        if (!read) {
            fail("TokenFileMissing", "the token file " + path + " does not exist (" +
                                         std::string(names::container_token_file.variable) + ")");
        }
        text = *std::move(read);
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    } else {
        text = auth::variable(environment, names::container_token.variable);
    }
    const Secret token(text);
    config::wipe(text);
    const std::string_view shown = token.reveal();
    // It stands in a header line.
    if (std::any_of(shown.begin(), shown.end(), [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; })) {
        fail("InvalidToken", "the authorization token for the container's credentials holds a line break or another "
                             "character that none has");
    }
    return token;
}

class ContainerProvider final : public CredentialsProvider {
  public:
    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        auth::PlainRequest request;
        request.url = auth::container_url(*context.environment);
        request.timeout = std::chrono::seconds(2);
        request.headers.emplace_back("accept", "application/json");
        const Secret token = authorization(*context.environment);
        if (!token.empty()) request.headers.emplace_back("authorization", token);
        if (request.url.tls) {
            http::TlsSettings tls;
            tls.ca_bundle = context.session.ca_bundle.value_or(
                auth::variable(*context.environment, names::ca_bundle.variable));
            request.tls = http::make_tls_context(std::move(tls));
        }
        const std::string where = "the container's credentials endpoint at " + request.url.text();
        if (!context.session.transport || !context.session.sleeper) {
            auth::not_found("there is no transport to ask for it");
        }

        for (int attempt = 1;; ++attempt) {
            std::string problem;
            auth::PlainReply reply;
            try {
                auth::PlainRequest copy = request;
                reply = co_await auth::exchange(context.session.transport, std::move(copy));
            } catch (const http::Failure& failure) {
                problem = failure.what();
            }
            if (reply.status == 200) co_return read_document(reply, where);
            if (reply.status != 0) problem = "it answered with HTTP status " + std::to_string(reply.status);
            const bool again = reply.status == 0 || reply.status == 429 || reply.status >= 500;
            if (!again || attempt == attempts) fail("ContainerCredentialsFailure", where + " gives none: " + problem);
            co_await context.session.sleeper->sleep(std::chrono::seconds(1));
        }
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "container"; }

  private:
    static Credentials read_document(const auth::PlainReply& reply, const std::string& where) {
        const auth::SecretJson document(reply.body.reveal());
        if (!document.valid()) fail("InvalidCredentials", "the answer of " + where + " is no JSON object");
        return auth::credentials_of(document.object(), "Token", where);
    }
};

}  // namespace

std::shared_ptr<CredentialsProvider> container_credentials() { return std::make_shared<ContainerProvider>(); }

}  // namespace botocraft
