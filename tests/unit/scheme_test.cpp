// Which way to sign is chosen, and what follows from it.

#include "auth/scheme.hpp"

#include <botocraft/error.hpp>
#include <botocraft/service.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace botocraft;
using api::AuthScheme;
using endpoint::EndpointAuth;

namespace {

constexpr char names[] = "Do";
constexpr schema::Schema no_shapes{nullptr, nullptr, names, 0};

// Where a choice is made, with everything at its default.
struct Question {
    orm::ServiceTables service{};
    api::Operation operation{};
    std::vector<EndpointAuth> endpoint;
    auth::SchemeSettings settings;
    bool tls = true;

    Question() {
        service.schema = &no_shapes;
        service.name = "demo";
        service.signing_name = "demo";
    }
    [[nodiscard]] auth::SchemeChoice choose() const {
        return auth::choose_scheme({operation, service, endpoint, "us-east-1", settings, tls});
    }
};

EndpointAuth offer(endpoint::AuthScheme scheme, std::string name = {}, std::string region = {}) {
    EndpointAuth made;
    made.scheme = scheme;
    made.signing_name = std::move(name);
    made.signing_region = std::move(region);
    return made;
}

}  // namespace

TEST_CASE("without a word from anybody, Version 4 for the service and the session's region") {
    const Question question;
    const auth::SchemeChoice choice = question.choose();
    CHECK(choice.scheme == AuthScheme::sigv4);
    CHECK(choice.name == "demo");
    CHECK(choice.region == "us-east-1");
    CHECK(choice.encode_path);
    CHECK(choice.normalize_path);
    CHECK_FALSE(choice.content_sha256_header);
}

TEST_CASE("an operation may take no credentials, or an unsigned payload") {
    Question question;
    question.operation.flags = api::operation_flag::unsigned_payload;
    CHECK(question.choose().unsigned_payload);
    question.operation.flags = api::operation_flag::no_auth;
    CHECK(question.choose().scheme == AuthScheme::no_auth);
}

TEST_CASE("what the endpoint says comes before the service") {
    Question question;
    question.endpoint = {offer(endpoint::AuthScheme::sigv4, "s3-outposts", "us-west-2")};
    const auth::SchemeChoice choice = question.choose();
    CHECK(choice.name == "s3-outposts");
    CHECK(choice.region == "us-west-2");
    CHECK_FALSE(choice.encode_path);  // S3's relatives sign the path as it is sent
    CHECK_FALSE(choice.normalize_path);
    CHECK(choice.content_sha256_header);
}

TEST_CASE("the first way of those that an endpoint offers, unless another is preferred") {
    Question question;
    question.endpoint = {offer(endpoint::AuthScheme::sigv4_s3express), offer(endpoint::AuthScheme::sigv4a, "s3", "*"),
                         offer(endpoint::AuthScheme::sigv4, "s3")};
    CHECK(question.choose().scheme == AuthScheme::s3_express);
    question.endpoint.erase(question.endpoint.begin());
    CHECK(question.choose().scheme == AuthScheme::sigv4a);
    CHECK(question.choose().region == "*");
    question.settings.region_set = "us-east-1,eu-west-1";
    CHECK(question.choose().region == "us-east-1,eu-west-1");
    question.settings.preferred = {AuthScheme::bearer, AuthScheme::sigv4};
    CHECK(question.choose().scheme == AuthScheme::sigv4);
    question.endpoint = {offer(endpoint::AuthScheme::none)};
    CHECK_THROWS_AS(question.choose(), ConfigurationError);
}

TEST_CASE("a preference counts only for what is offered") {
    Question question;
    question.settings.preferred = auth::parse_schemes("sigv4a,sigv4");
    CHECK(question.choose().scheme == AuthScheme::sigv4);
    question.service.auth = {AuthScheme::sigv4, AuthScheme::sigv4a};
    CHECK(question.choose().scheme == AuthScheme::sigv4a);
}

TEST_CASE("a bearer token is used where there is one, unless something else is preferred") {
    Question question;
    question.service.auth = {AuthScheme::sigv4, AuthScheme::bearer};
    CHECK(question.choose().scheme == AuthScheme::sigv4);
    question.settings.token = auth::TokenHope::own;
    CHECK(question.choose().scheme == AuthScheme::bearer);
    question.endpoint = {offer(endpoint::AuthScheme::sigv4, "demo", "us-west-2")};
    CHECK(question.choose().scheme == AuthScheme::bearer);
    question.settings.preferred = {AuthScheme::sigv4};
    CHECK(question.choose().scheme == AuthScheme::sigv4);
}

TEST_CASE("a token that the profile may have is used where it is preferred, or nothing else is offered") {
    Question question;
    question.service.auth = {AuthScheme::bearer, AuthScheme::sigv4};
    question.settings.token = auth::TokenHope::perhaps;
    CHECK(question.choose().scheme == AuthScheme::bearer);  // the service's first choice
    question.service.auth = {AuthScheme::sigv4, AuthScheme::bearer};
    CHECK(question.choose().scheme == AuthScheme::sigv4);
    question.settings.preferred = {AuthScheme::bearer};
    CHECK(question.choose().scheme == AuthScheme::bearer);
    question.settings.token = auth::TokenHope::none;
    CHECK(question.choose().scheme == AuthScheme::sigv4);
    question.service.auth = {AuthScheme::bearer, AuthScheme::sigv4};
    CHECK(question.choose().scheme == AuthScheme::sigv4);
    question.service.auth = {AuthScheme::bearer, AuthScheme::no_auth};
    CHECK(question.choose().scheme == AuthScheme::bearer);  // so that whoever looks for it says where there is none
}

TEST_CASE("a bucket's session is signed for by a name of its own, in S3's way") {
    Question question;
    question.endpoint = {offer(endpoint::AuthScheme::sigv4_s3express, "s3express", "us-west-2")};
    const auth::SchemeChoice choice = question.choose();
    CHECK(choice.scheme == AuthScheme::s3_express);
    CHECK(choice.name == "s3express");
    CHECK(choice.region == "us-west-2");
    CHECK_FALSE(choice.encode_path);
    CHECK(choice.content_sha256_header);
}

TEST_CASE("S3's way of signing is that of S3 and of some of its relatives") {
    for (const char* const name : {"s3", "s3express", "s3-outposts", "s3-object-lambda"}) {
        Question question;
        question.service.signing_name = name;
        INFO(name);
        CHECK_FALSE(question.choose().encode_path);
        CHECK(question.choose().content_sha256_header);
    }
    for (const char* const name : {"s3tables", "s3vectors"}) {
        Question question;
        question.service.signing_name = name;
        INFO(name);
        CHECK(question.choose().encode_path);
        CHECK(question.choose().normalize_path);
        CHECK_FALSE(question.choose().content_sha256_header);
    }
}

TEST_CASE("a bearer token is never sent without TLS, a signature is") {
    Question question;
    question.service.auth = {AuthScheme::sigv4, AuthScheme::bearer};
    question.settings.token = auth::TokenHope::own;
    question.tls = false;
    CHECK_THROWS_AS(question.choose(), ConfigurationError);
    question.settings.preferred = {AuthScheme::sigv4};
    CHECK(question.choose().scheme == AuthScheme::sigv4);
}

TEST_CASE("names of ways to sign are read with and without their namespace, and strange ones passed over") {
    CHECK(auth::parse_schemes("").empty());
    CHECK(auth::parse_schemes(" sigv4a , smithy.api#httpBearerAuth,quantum,,aws.auth#sigv4") ==
          std::vector{AuthScheme::sigv4a, AuthScheme::bearer, AuthScheme::sigv4});
}
