// STS: who one is, and the three ways of taking a role, which all give the same model.

#include "support/query_script.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/sts.hpp>
#include <botocraft/sts/role_session.hpp>

#include "catch.hpp"

#include <chrono>
#include <ctime>
#include <string>

using namespace botocraft;
using fake::Form;
using fake::form_of;
using sts::CallerIdentity;

namespace {

struct Sts : fake::World {
    [[nodiscard]] Form sent() const { return form_of(transport->last()); }
};

constexpr std::string_view role = "arn:aws:iam::123456789012:role/demo";
constexpr std::string_view taken =
    "<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
    "<SessionToken>token</SessionToken><Expiration>2026-01-02T03:04:05Z</Expiration></Credentials>"
    "<AssumedRoleUser><AssumedRoleId>AROA:me</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/demo/me</Arn>"
    "</AssumedRoleUser><PackedPolicySize>6</PackedPolicySize>";

}  // namespace

TEST_CASE_METHOD(Sts, "the caller's identity is a model that needs no key to be got by") {
    transport->once("GetCallerIdentity",
                    fake::query_reply("GetCallerIdentity", "<Arn>arn:aws:iam::123456789012:user/Alice</Arn>"
                                                           "<UserId>AIDA</UserId><Account>123456789012</Account>"));
    const auto identity = run(CallerIdentity::objects(session).get());
    CHECK(sent() == Form{{"Action", "GetCallerIdentity"}, {"Version", "2011-06-15"}});
    CHECK(identity.pk() == "123456789012");
    CHECK(identity.arn() == "arn:aws:iam::123456789012:user/Alice");
    CHECK(identity.name() == "AIDA");
}

TEST_CASE_METHOD(Sts, "a role is taken with the caller's keys") {
    transport->once("AssumeRole", fake::query_reply("AssumeRole", taken));
    const auto assumed = run(sts::AssumeRole::objects(session).assume(role, "me", {.DurationSeconds = 900, .ExternalId = "x"}));
    CHECK(sent() == Form{{"Action", "AssumeRole"},
                         {"Version", "2011-06-15"},
                         {"RoleArn", std::string(role)},
                         {"RoleSessionName", "me"},
                         {"DurationSeconds", "900"},
                         {"ExternalId", "x"}});
    CHECK(assumed.pk() == "ASIAEXAMPLE");
    CHECK(assumed.arn() == "arn:aws:sts::123456789012:assumed-role/demo/me");
    CHECK(assumed.Credentials->SecretAccessKey == "secret");
    CHECK(assumed.PackedPolicySize == 6);
    CHECK(assumed.Provider.is_absent());
}

TEST_CASE_METHOD(Sts, "a role is taken with a token or an assertion, and without keys") {
    SECTION("a web identity's token") {
        transport->once("AssumeRoleWithWebIdentity",
                        fake::query_reply("AssumeRoleWithWebIdentity",
                                          std::string(taken) + "<Provider>accounts.example</Provider><Audience>app</Audience>"
                                                               "<SubjectFromWebIdentityToken>alice</SubjectFromWebIdentityToken>"));
        const auto assumed = run(sts::AssumeRole::objects(session).assume_with_web_identity(role, "me", "jwt"));
        CHECK(sent().at("WebIdentityToken") == "jwt");
        CHECK(sent().at("RoleSessionName") == "me");
        CHECK(assumed.SubjectFromWebIdentityToken == "alice");
        CHECK(assumed.Provider == "accounts.example");
        CHECK(assumed.Audience == "app");
        CHECK(assumed.Subject.is_absent());
        CHECK(assumed.pk() == "ASIAEXAMPLE");
    }
    SECTION("a SAML assertion") {
        transport->once("AssumeRoleWithSAML",
                        fake::query_reply("AssumeRoleWithSAML", std::string(taken) + "<Subject>alice</Subject>"
                                                                                     "<Issuer>https://idp.example</Issuer>"));
        const auto assumed = run(sts::AssumeRole::objects(session).assume_with_saml(role, "arn:aws:iam::1:saml-provider/p", "PHNhbWw+"));
        CHECK(sent().at("PrincipalArn") == "arn:aws:iam::1:saml-provider/p");
        CHECK(sent().at("SAMLAssertion") == "PHNhbWw+");
        CHECK(assumed.Subject == "alice");
        CHECK(assumed.Issuer == "https://idp.example");
        CHECK(assumed.pk() == "ASIAEXAMPLE");
    }
    CHECK(transport->last().header("authorization").empty());
}

// --- sessions -----------------------------------------------------------------------------------------------------------------

namespace {

// Keys that are good for an hour; each has a number.
struct Roles : Sts {
    int taken_roles = 0;

    Roles() {
        transport->on("AssumeRole", [this](const fake::Request&) {
            const auto until = std::chrono::floor<std::chrono::seconds>(clock->now()) + std::chrono::hours(1);
            const std::string number = std::to_string(++taken_roles);
            return fake::query_reply("AssumeRole", "<Credentials><AccessKeyId>ASIA" + number +
                                                       "</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token" +
                                                       number + "</SessionToken><Expiration>" + iso(until) +
                                                       "</Expiration></Credentials>");
        });
        transport->on("GetCallerIdentity", fake::query_reply("GetCallerIdentity", "<Account>123456789012</Account>"));
    }
    static std::string iso(std::chrono::system_clock::time_point time) {
        const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        char text[32];
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
        return text;
    }
    // Whose key signed the last request.
    [[nodiscard]] std::string signer() const {
        const std::string header = transport->last().header("authorization");
        const std::size_t at = header.find("Credential=") + 11;
        return header.substr(at, header.find('/', at) - at);
    }
};

}  // namespace

TEST_CASE_METHOD(Roles, "a session acts as a role that the caller took, in the caller's region") {
    sts::Tag tag{.Key = "Team", .Value = "pay"};
    const Session there = session.with_region("eu-west-1");
    const Session audit = run(sts::assume_role(there, role, {.RoleSessionName = "me", .DurationSeconds = 900, .Tags = tag, .ExternalId = "x"}));
    CHECK(taken_roles == 1);
    CHECK(signer() == "AKIDEXAMPLE");
    CHECK(sent() == Form{{"Action", "AssumeRole"}, {"Version", "2011-06-15"}, {"RoleArn", std::string(role)},
                         {"RoleSessionName", "me"}, {"DurationSeconds", "900"}, {"ExternalId", "x"},
                         {"Tags.member.1.Key", "Team"}, {"Tags.member.1.Value", "pay"}});
    run(CallerIdentity::objects(audit).get());
    CHECK(signer() == "ASIA1");
    CHECK(transport->last().header("x-amz-security-token") == "token1");
    CHECK(transport->last().region() == "eu-west-1");
    CHECK(taken_roles == 1);
    run(CallerIdentity::objects(there).get());
    CHECK(signer() == "AKIDEXAMPLE");
}

TEST_CASE_METHOD(Roles, "a session of a role asks for FIPS endpoints where the caller's region does") {
    const Session audit = run(sts::assume_role(session.with_region("fips-us-east-1"), role));
    CHECK(transport->last().origin.host == "sts-fips.us-east-1.amazonaws.com");
    run(CallerIdentity::objects(audit).get());
    CHECK(transport->last().origin.host == "sts-fips.us-east-1.amazonaws.com");
    CHECK(signer() == "ASIA1");
}

TEST_CASE_METHOD(Roles, "roles are chained in the region that only the caller's session named") {
    options.region.reset();
    botocraft::AssumeRole first;
    first.role_arn = role;
    options.credentials = assume_role_credentials(first, static_credentials(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI")));
    const Session there = Session(options).with_region("eu-west-1");
    run(CallerIdentity::objects(run(sts::assume_role(there, role))).get());
    CHECK(taken_roles == 2);
    CHECK(signer() == "ASIA2");
    CHECK(transport->last().region() == "eu-west-1");
}

TEST_CASE_METHOD(Roles, "the role is taken again ahead of the end of its keys") {
    const Session audit = run(sts::assume_role(session, role));
    clock->advance(std::chrono::minutes(54));
    run(CallerIdentity::objects(audit).get());
    CHECK(taken_roles == 1);
    clock->advance(std::chrono::minutes(2));  // four more to go
    run(CallerIdentity::objects(audit).get());
    poll();
    CHECK(taken_roles == 2);
    run(CallerIdentity::objects(audit).get());
    CHECK(signer() == "ASIA2");
}

TEST_CASE_METHOD(Roles, "roles are chained") {
    const Session first = run(sts::assume_role(session, role));
    const Session second = run(sts::assume_role(first, "arn:aws:iam::210987654321:role/next"));
    CHECK(signer() == "ASIA1");
    CHECK(sent().at("RoleArn") == "arn:aws:iam::210987654321:role/next");
    run(CallerIdentity::objects(second).get());
    CHECK(signer() == "ASIA2");
}

TEST_CASE_METHOD(Roles, "a role that is refused is an error at once") {
    transport->once("AssumeRole", fake::query_error(403, "AccessDenied"));
    CHECK_THROWS_AS(run(sts::assume_role(session, role)), CredentialsError);
}

TEST_CASE_METHOD(Roles, "taking a role takes no longer than a call may") {
    options.call_timeout = std::chrono::milliseconds(20);
    session = Session(options);
    transport->exchanging.close();
    fake::Running<Session> running;
    start(running, sts::assume_role(session, role, {.RoleSessionName = "me"}));
    for (int i = 0; i < 1000 && !running.done; ++i) {
        context.restart();
        context.run_one_for(std::chrono::milliseconds(10));
    }
    REQUIRE(running.done);
    CHECK_THROWS_AS(std::rethrow_exception(running.error), TimeoutError);
    transport->exchanging.open();
    poll();
}
