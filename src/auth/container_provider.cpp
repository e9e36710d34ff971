#include "auth/container_provider.hpp"

#include "auth/aws_call.hpp"
#include "auth/problem.hpp"
#include "auth/secret_json.hpp"
#include "config/names.hpp"
#include "config/wipe.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/credentials.hpp>
#include <http/proxy.hpp>
#include <http/transport.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace botocraft {

namespace auth {

namespace names = config::names;

namespace {

Url of_task_agent(const std::string& path, std::string_view said_by) {
    auto url = path.front() == '/' ? parse_url("http://169.254.170.2" + path) : std::nullopt;
    if (!url) fail("InvalidContainerUri", std::string(said_by) + " must be a path that begins with a slash");
    return *std::move(url);
}

Url of_agent(const std::string& text, std::string_view said_by) {
    // ECS, EKS, and EKS over IPv6.
    constexpr std::array<std::string_view, 3> agents = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
    auto url = parse_url(text);
    if (!url) {
        fail("InvalidContainerUri", std::string(said_by) +
                                        " must be a URL such as http://localhost:8080/credentials: the URI did not "
                                        "specify a host, or holds a character that none has");
    }
    const bool known = std::find(agents.begin(), agents.end(), url->host) != agents.end();
    if (!url->tls && !known && !http::is_loopback(url->host)) {
        fail("InvalidContainerUri", std::string(said_by) + " names the host \"" + url->host +
                                        "\" without TLS: use https, this machine (localhost), or one of AWS's agents "
                                        "(169.254.170.2, 169.254.170.23, [fd00:ec2::23])");
    }
    return *std::move(url);
}

}  // namespace

Url container_url(const Environment& environment, const std::string& in_code) {
    constexpr std::string_view code = "ContainerAgent::uri";
    if (!in_code.empty()) return in_code.front() == '/' ? of_task_agent(in_code, code) : of_agent(in_code, code);
    const std::string relative = variable(environment, names::container_relative_uri.variable);
    if (!relative.empty()) return of_task_agent(relative, names::container_relative_uri.variable);
    const std::string full = variable(environment, names::container_full_uri.variable);
    if (!full.empty()) return of_agent(full, names::container_full_uri.variable);
    not_found(std::string(names::container_relative_uri.variable) + " and " +
              std::string(names::container_full_uri.variable) + " are not set");
}

}  // namespace auth

namespace {

namespace names = config::names;
using auth::fail;

constexpr int attempts = 3;

// The file is read each time: tokens are renewed in place.
Secret token_of_file(const Environment& environment, const std::string& path, std::string_view said_by) {
    auto text = environment.read_file(path);
    if (!text) fail("TokenFileMissing", "the token file " + path + " does not exist (" + std::string(said_by) + ")");
    while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
    Secret token(*text);
    config::wipe(*text);
    return token;
}

Secret token_of(const Environment& environment, const ContainerAgent& agent) {
    if (!agent.token_file.empty()) return token_of_file(environment, agent.token_file, "ContainerAgent::token_file");
    if (!agent.token.empty()) return agent.token;
    const std::string path = auth::variable(environment, names::container_token_file.variable);
    if (!path.empty()) return token_of_file(environment, path, names::container_token_file.variable);
    std::string text = auth::variable(environment, names::container_token.variable);
    Secret token(text);
    config::wipe(text);
    return token;
}

// Nothing where none is set up.
Secret authorization(const Environment& environment, const ContainerAgent& agent) {
    Secret token = token_of(environment, agent);
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
    explicit ContainerProvider(ContainerAgent agent) : agent_(std::move(agent)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        auth::PlainRequest request;
        request.url = auth::container_url(*context.environment, agent_.uri);
        request.timeout = std::chrono::seconds(2);
        request.headers.emplace_back("accept", "application/json");
        const Secret token = authorization(*context.environment, agent_);
        if (!token.empty()) request.headers.emplace_back("authorization", token);
        if (request.url.tls) {
            http::Origin agent;
            agent.tls = true;
            agent.host = request.url.host;
            agent.port = request.url.port;
            auth::make_session(context, {}, nullptr).state()->core()->choose_way(agent);
            request.tls = agent.context;  // but no proxy
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

    ContainerAgent agent_;
};

}  // namespace

std::shared_ptr<CredentialsProvider> container_credentials(ContainerAgent agent) {
    return std::make_shared<ContainerProvider>(std::move(agent));
}

}  // namespace botocraft
