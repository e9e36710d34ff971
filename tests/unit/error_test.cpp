#include <botocraft/error.hpp>

#include "catch.hpp"

using botocraft::ErrorDetails;
using botocraft::ErrorKind;

TEST_CASE("an error says what, where and what to do, and quotes the server apart") {
    ErrorDetails details;
    details.code = "ClusterNotFoundException";
    details.message = "no \"x\"\nFAKE LOG LINE";
    details.explanation = "create the cluster first";
    details.status = 400;
    details.service = "ecs";
    details.operation = "DescribeServices";
    details.region = "eu-west-1";
    details.request_id = "r-1";
    const botocraft::ServiceError error(details);
    CHECK(std::string(error.what()) ==
          "ecs.DescribeServices in eu-west-1: ClusterNotFoundException (HTTP 400): create the cluster first "
          "[request id r-1]: \"no \\\"x\\\"\\x0aFAKE LOG LINE\"");
    CHECK(error.message() == "no \"x\"\nFAKE LOG LINE");
}

TEST_CASE("throw_error throws the class of its kind") {
    ErrorDetails details;
    details.kind = ErrorKind::timeout;
    CHECK_THROWS_AS(botocraft::throw_error(details), botocraft::TimeoutError);
    CHECK_THROWS_AS(botocraft::throw_error(details), botocraft::ConnectionError);
    details.kind = ErrorKind::credentials;
    CHECK_THROWS_AS(botocraft::throw_error(details), botocraft::CredentialsError);
}
