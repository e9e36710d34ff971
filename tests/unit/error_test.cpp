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

TEST_CASE("no word of a server forges lines, obeys a terminal or is without an end") {
    ErrorDetails details;
    details.code = "A\nERROR forged line\x1b[31m";
    details.request_id = "a\nroot logged in \xc2\x9b" "31m \x9b \xe2\x80\xae \xe2\x80\xa8 \xc3\xa9\xe2\x82\xac";
    details.message = "\xc2\x85 \xff \xc3";
    CHECK(std::string(botocraft::ServiceError(details).what()) ==
          R"(A\x0aERROR forged line\x1b[31m [request id a\x0aroot logged in \xc2\x9b31m \x9b \xe2\x80\xae \xe2\x80\xa8 )"
          "\xc3\xa9\xe2\x82\xac]: "
          R"("\xc2\x85 \xff \xc3")");
    details = {};
    details.code = std::string(199, 'C') + "\xc3\xa9";  // is not cut within a character
    CHECK(std::string(botocraft::ServiceError(details).what()) == std::string(199, 'C') + "…");
    details.code = "C";
    details.request_id = std::string(1000, 'r');
    CHECK(std::string(botocraft::ServiceError(details).what()) == "C [request id " + std::string(200, 'r') + "…]");
    CHECK(botocraft::ServiceError(details).request_id().size() == 1000);
}
