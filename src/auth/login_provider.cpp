#include "auth/aws_call.hpp"
#include "auth/plain_http.hpp"
#include "auth/problem.hpp"
#include "auth/proof_of_possession.hpp"
#include "auth/sign_in_cache.hpp"
#include "protocol/codec.hpp"
#include "runtime/idempotency.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/signin/requests.hpp>

#include <utility>

namespace botocraft {

namespace {

using auth::fail;

// A token with less to live is renewed.
constexpr std::chrono::minutes renew_ahead(5);
constexpr std::string_view advice = "sign in with `aws login`";
constexpr int attempts = 3;

const api::Operation& create_token() {
    const orm::ServiceTables& service = signin::tables::service;
    for (std::uint16_t row = 0; row < service.operation_count; ++row) {
        if (service.text(service.operations[row].name) == "CreateOAuth2Token") return service.operations[row];
    }
    fail("UnknownOperation", "CreateOAuth2Token is not among the operations of AWS Sign-In");
}

// The request that gives a new token for the refresh token. It is not signed but proves that we hold the token's key,
// with a header that AWS's own description of the operation does not know: so it does not travel the road of other
// calls.
auth::PlainRequest make_request(const CredentialsContext& context, const auth::SecretJson& document) {
    signin::CreateOAuth2TokenRequest input;
    input.tokenInput.emplace();
    input.tokenInput->clientId = std::string(auth::text_of(document.object(), "clientId"));
    input.tokenInput->grantType = "refresh_token";
    const auth::WipeFieldsAtEnd guard(input.tokenInput->refreshToken);
    input.tokenInput->refreshToken = std::string(auth::text_of(document.object(), "refreshToken"));

    const Session session = auth::make_session(context, {}, nullptr);
    const detail::ServiceContext& target = session.state()->service(signin::tables::service);
    protocol::Request encoded;
    const config::WipeAtEnd guard_body(encoded.body);
    protocol::encode(target.protocol, signin::tables::service, create_token(), &input, encoded);
    const auto destination = target.endpoints->find(create_token(), &input);

    auth::PlainRequest request;
    request.method = encoded.method;
    request.timeout = std::chrono::seconds(10);
    request.tls = destination->origin.context;
    request.proxy = destination->origin.proxy;
    const endpoint::Endpoint& endpoint = destination->endpoint;
    const std::string url = std::string(endpoint.tls ? "https://" : "http://") + endpoint.authority + endpoint.path +
                            encoded.path + (encoded.query.empty() ? "" : "?" + encoded.query);
    auto parsed = auth::parse_url(url);
    if (!parsed) fail("InvalidSetting", "the endpoint of AWS Sign-In, " + url + ", is no URL");
    request.url = *std::move(parsed);
    request.headers.emplace_back("content-type", encoded.content_type);
    request.headers.emplace_back("dpop", auth::proof_of_possession(auth::text_of(document.object(), "dpopKey"), url,
                                                                   detail::make_uuid(*context.session.random),
                                                                   context.clock->now()));
    request.body = Secret(encoded.body);
    return request;
}

[[noreturn]] void refuse(const auth::PlainReply& reply, const std::string& path) {
    const auth::SecretJson answer(reply.body.reveal());
    const std::string_view reason = answer.valid() ? auth::text_of(answer.object(), "error") : std::string_view();
    const std::string_view text = answer.valid() ? auth::text_of(answer.object(), "message") : std::string_view();
    if (reason == "INSUFFICIENT_PERMISSIONS") {
        fail("SignInForbidden", "AWS Sign-In does not let this identity renew its session: it needs the permission "
                                "signin:CreateOAuth2Token", text);
    }
    const std::string status = std::to_string(reply.status);
    fail("SignInRequired", "AWS Sign-In does not renew the session (HTTP status " + status + "): " + std::string(advice) +
                               auth::advice_on_keeping(path),
         text);
}

// Puts what came into the document.
void update(const CredentialsContext& context, const auth::PlainReply& reply, auth::SecretJson& document) {
    const auth::SecretJson answer(reply.body.reveal());
    const auto* keys = answer.valid() ? auth::object_of(answer.object(), "accessToken") : nullptr;
    const auto* lifetime = answer.valid() ? answer.object().if_contains("expiresIn") : nullptr;
    auto* held = auth::object_of(document.object(), "accessToken");
    if (keys == nullptr || lifetime == nullptr || !lifetime->is_int64() || held == nullptr ||
        auth::text_of(*keys, "accessKeyId").empty() || auth::text_of(*keys, "secretAccessKey").empty()) {
        fail("InvalidCredentials", "the answer of AWS Sign-In holds no credentials");
    }
    for (const char* key : {"accessKeyId", "secretAccessKey", "sessionToken"}) {
        (*held)[key] = boost::json::string_view(auth::text_of(*keys, key));
    }
    (*held)["expiresAt"] = auth::format_time(context.clock->now() + std::chrono::seconds(lifetime->get_int64()));
    if (const auto refresh = auth::text_of(answer.object(), "refreshToken"); !refresh.empty()) {
        document.object()["refreshToken"] = boost::json::string_view(refresh);
    }
}

awaitable<void> renew(const CredentialsContext& context, const std::string& path, auth::SecretJson& document) {
    const auth::PlainRequest request = make_request(context, document);
    for (int attempt = 1;; ++attempt) {
        auth::PlainReply reply;
        std::string problem;
        try {
            auth::PlainRequest copy = request;
            reply = co_await auth::exchange(context.session.transport, std::move(copy));
        } catch (const http::Failure& failure) {
            problem = failure.what();
        }
        if (reply.status == 200) {
            update(context, reply, document);
            auth::write_sign_in(*context.environment, path, document);
            co_return;
        }
        if (reply.status != 0 && reply.status != 429 && reply.status < 500) refuse(reply, path);
        if (attempt == attempts) {
            fail("SignInFailure", "AWS Sign-In at " + request.url.text() + " does not renew the session: " +
                                      (problem.empty() ? "HTTP status " + std::to_string(reply.status) : problem));
        }
        co_await context.session.sleeper->sleep(std::chrono::milliseconds(500) * attempt);
    }
}

class LoginProvider final : public CredentialsProvider {
  public:
    explicit LoginProvider(std::string session) : session_(std::move(session)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        const std::string path = auth::login_cache_path(*context.environment, session_, context.session.login_cache);
        auth::SecretJson document = auth::read_sign_in(*context.environment, path, advice);
        for (const char* key : {"refreshToken", "dpopKey", "clientId"}) {
            if (auth::text_of(document.object(), key).empty()) {
                fail("SignInInvalid", "the file " + path + " lacks " + key + ": " + std::string(advice));
            }
        }
        Credentials found = read(document, path);
        const auto now = context.clock->now();
        if (found.expired(now + renew_ahead)) {
            std::optional<Error> problem;
            try {
                co_await renew(context, path, document);
            } catch (const CredentialsError& error) {
                problem = error;
            }
            if (problem && found.expired(now)) throw CredentialsError(problem->details());
            found = read(document, path);
        }
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "login"; }

  private:
    [[nodiscard]] Credentials read(const auth::SecretJson& document, const std::string& path) const {
        const auto* keys = auth::object_of(document.object(), "accessToken");
        if (keys == nullptr || auth::text_of(*keys, "accessKeyId").empty() ||
            auth::text_of(*keys, "secretAccessKey").empty()) {
            fail("SignInInvalid", "the file " + path + " lacks accessToken: " + std::string(advice));
        }
        Credentials found(std::string(auth::text_of(*keys, "accessKeyId")),
                          Secret(auth::text_of(*keys, "secretAccessKey")),
                          Secret(auth::text_of(*keys, "sessionToken")));
        found.account_id = auth::text_of(*keys, "accountId");
        found.expiration = auth::parse_time(auth::text_of(*keys, "expiresAt"));
        if (!found.expiration) fail("SignInInvalid", "the file " + path + " lacks expiresAt: " + std::string(advice));
        found.source = "login session " + session_;
        return found;
    }

    std::string session_;
};

}  // namespace

std::shared_ptr<CredentialsProvider> login_credentials(std::string login_session) {
    return std::make_shared<LoginProvider>(std::move(login_session));
}

}  // namespace botocraft
