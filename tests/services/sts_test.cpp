// STS: who one is, and the three ways of taking a role, which all give the same model.

#include "support/query_script.hpp"
#include "support/world.hpp"

#include <botocraft/sts.hpp>

#include "catch.hpp"

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
