// Calls to services that take bearer tokens: where the token is looked for, and how long it is kept.

#include "runtime/invoke.hpp"
#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <auth/sign_in_cache.hpp>
#include <botocraft/bearer_token.hpp>
#include <botocraft/ecs/requests.hpp>
#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>

#include "catch.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

// ECS, if it took tokens as other services do.
struct TokenCalls : fake::World {
    orm::ServiceTables tables = ecs::tables::service;
    ecs::DescribeClustersRequest input;
    ecs::DescribeClustersResponse output;

    TokenCalls() {
        tables.auth = {api::AuthScheme::bearer, api::AuthScheme::no_auth};
        tables.signing_name = "code-catalyst";
        environment->set("HOME", "/h");
        transport->on("", [this](const fake::Request& request) { return renew(request); });
        transport->on("DescribeClusters", fake::reply("{}"));
    }

    // What IAM Identity Center answers to those who renew a token.
    int renewed = 0;
    fake::Answer renew(const fake::Request& request) {
        if (request.text.rfind("POST /token ", 0) != 0) return fake::error(500, "not scripted");
        return fake::reply(R"({"accessToken":"access-)" + std::to_string(++renewed + 1) + R"(","expiresIn":3600})");
    }

    void sign_in(std::string_view end) {
        environment->add_file("/h/.aws/config", "[default]\nsso_session = dev\n[sso-session dev]\nsso_region = eu-west-1\n"
                                                "sso_start_url = https://x.awsapps.com/start\n");
        environment->add_file(auth::sso_cache_path(*environment, "dev"),
                              R"({"accessToken":"access-1","refreshToken":"r","clientId":"c","clientSecret":"s",)"
                              R"("registrationExpiresAt":"2016-01-01T00:00:00Z","expiresAt":")" + std::string(end) + "\"}");
    }
    void change(const std::function<void(SessionOptions&)>& how) {
        how(options);
        session = Session(options);
    }
    awaitable<void> call() {
        std::uint16_t row = 0;
        while (tables.text(tables.operations[row].name) != "DescribeClusters") ++row;
        return detail::invoke(session.state(), tables, row, &input, &output);
    }
    // What it was sent with.
    std::string authorization() {
        run(call());
        return transport->last().header("authorization");
    }
    Error error_of_call() {
        try {
            run(call());
        } catch (const Error& error) {
            return error;
        }
        throw std::logic_error("no error");
    }
};

// Gives what it is told to, and counts how often it is asked.
struct Tokens final : BearerTokenProvider {
    explicit Tokens(std::shared_ptr<const Clock> clock_of_the_test) : clock(std::move(clock_of_the_test)) {}
    std::shared_ptr<const Clock> clock;
    std::string text = "token";
    std::string_view failure;
    fake::Gate asked;
    int times = 0;
    std::string service;

    awaitable<BearerToken> resolve(const CredentialsContext&, std::string name) override {
        ++times;
        service = name;
        const bool passed = co_await asked.pass();
        if (!passed) throw boost::system::system_error(boost::asio::error::operation_aborted);
        if (!failure.empty()) {
            ErrorDetails details;
            details.kind = ErrorKind::credentials;
            details.code = failure;
            details.explanation = "none here";
            throw_error(std::move(details));
        }
        BearerToken found{Secret(text)};
        found.expiration = clock->now() + 1h;
        co_return found;
    }
    std::string_view name() const noexcept override { return "the vault"; }
};

}  // namespace

TEST_CASE_METHOD(TokenCalls, "a token is found in code, in the environment, or where somebody signed in") {
    sign_in("2015-08-30T18:00:00Z");
    CHECK(authorization() == "Bearer access-1");
    environment->set("AWS_BEARER_TOKEN_CODE_CATALYST", "from-environment");
    change([](SessionOptions&) {});
    CHECK(authorization() == "Bearer from-environment");
    change([](SessionOptions& o) { o.bearer_tokens = static_bearer_token("from-code"); });
    CHECK(authorization() == "Bearer from-code");
    CHECK(transport->requests().size() == 3);  // nobody else was asked
}

TEST_CASE_METHOD(TokenCalls, "a profile that code names is asked before the environment") {
    sign_in("2015-08-30T18:00:00Z");
    environment->set("AWS_BEARER_TOKEN_CODE_CATALYST", "from-environment");
    change([](SessionOptions& o) { o.profile = "default"; });
    CHECK(authorization() == "Bearer access-1");
}

TEST_CASE_METHOD(TokenCalls, "the token of a sign-in is renewed when it has little time left, and kept") {
    sign_in("2015-08-30T12:40:00Z");
    CHECK(authorization() == "Bearer access-2");
    CHECK(authorization() == "Bearer access-2");
    CHECK(renewed == 1);
    clock->advance(56min);  // less than five minutes: the next call renews it for those that follow
    CHECK(authorization() == "Bearer access-2");
    poll();
    CHECK(authorization() == "Bearer access-3");
    CHECK(renewed == 2);
}

TEST_CASE_METHOD(TokenCalls, "whoever finds no token says where was looked") {
    const Error none = error_of_call();
    CHECK(none.code() == "CredentialsNotFound");
    CHECK_THAT(none.details().explanation, Contains("AWS_BEARER_TOKEN_CODE_CATALYST is not set") &&
                                               Contains("the profile \"default\"") && Contains("has no sso_session") &&
                                               Contains("aws sso login"));
    const auto tokens = std::make_shared<Tokens>(clock);
    tokens->failure = credentials_not_found;
    change([&](SessionOptions& o) { o.bearer_tokens = tokens; });
    CHECK_THAT(error_of_call().details().explanation, Contains("the vault: none here") && Contains("is not set"));
    tokens->failure = "VaultIsLocked";  // to go on as somebody else would be worse
    sign_in("2015-08-30T18:00:00Z");
    CHECK(error_of_call().code() == "VaultIsLocked");
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(TokenCalls, "an error that ends the looking names what was passed over before it") {
    environment->add_file("/h/.aws/config", "[default]\nsso_session = dev\n[sso-session dev]\nsso_region = eu-west-1\n"
                                            "sso_start_url = https://x.awsapps.com/start\n");
    const Error error = error_of_call();
    CHECK(error.code() == "SignInRequired");
    CHECK_THAT(error.what(), Contains("Passed over before: environment variables: AWS_BEARER_TOKEN_CODE_CATALYST is not set"));
}

TEST_CASE_METHOD(TokenCalls, "what can be no token is not sent") {
    for (const char* const text : {"two words", "a\r\nx-injected: 1", ""}) {
        change([&](SessionOptions& o) { o.bearer_tokens = static_bearer_token(text); });
        const Error error = error_of_call();
        CHECK(error.code() == "InvalidCredentials");
        CHECK_THAT(error.what(), !Contains("injected") && !Contains("words"));
    }
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(TokenCalls, "a token is asked for once, for all who wait and all regions, and cancelling takes it from nobody") {
    const auto tokens = std::make_shared<Tokens>(clock);
    change([&](SessionOptions& o) { o.bearer_tokens = tokens; });
    tokens->asked.close();
    fake::Running<bool> callers[3];
    for (auto& caller : callers) start(caller, with_value(call()));
    CHECK(tokens->times == 1);
    CHECK(tokens->service == "code-catalyst");
    cancel(callers[0]);
    CHECK(callers[0].aborted());
    tokens->asked.open();
    finish(callers[1]);
    finish(callers[2]);
    session = session.with_region("eu-west-1");
    CHECK(authorization() == "Bearer token");
    CHECK(tokens->times == 1);
}

TEST_CASE_METHOD(TokenCalls, "a token that is refused is asked for again by the next call") {
    const auto tokens = std::make_shared<Tokens>(clock);
    change([&](SessionOptions& o) { o.bearer_tokens = tokens; });
    transport->once("DescribeClusters", fake::error(401, "AccessDeniedException"));
    const Error refused = error_of_call();
    CHECK(refused.status() == 401);
    CHECK_THAT(refused.details().explanation, Contains("the vault") && !Contains("token "));
    tokens->text = "another";
    CHECK(authorization() == "Bearer another");
    CHECK(tokens->times == 2);
}

TEST_CASE_METHOD(TokenCalls, "an explanation names where a token is from, and does not show it") {
    change([](SessionOptions& o) { o.bearer_tokens = static_bearer_token("from-code"); });
    const Explanation told = run(explain(call()));
    CHECK(told.auth_scheme == "httpBearerAuth");
    CHECK(told.credentials_source == "code");
    CHECK_THAT(to_string(told), Contains("a bearer token from code") && !Contains("from-code"));
    CHECK(transport->requests().empty());
}
