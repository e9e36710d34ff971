#include "catch.hpp"
#include "raw_client.hpp"

#include <botocraft/testing/aws_double.hpp>
#include <botocraft/testing/clock.hpp>

using namespace double_test;
using botocraft::Credentials;
using botocraft::testing::AwsDouble;
using botocraft::testing::DoubleOptions;

namespace {

void require_refused(const AwsDouble& aws, const std::string& request, std::string_view code) {
    const auto before = aws.counters().signatures_refused;
    const Received reply = RawClient(aws).call(request);
    CHECK(reply.status == 400);
    CHECK(reply.has("\"__type\":\"" + std::string(code) + "\""));
    CHECK(aws.counters().signatures_refused == before + 1);
}

}  // namespace

TEST_CASE("a signed request is let in", "[double]") {
    AwsDouble aws;
    const Received reply = call(aws, "ListClusters", "{}");
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"clusterArns":[]})");
    CHECK(reply.head.find("Content-Type: application/x-amz-json-1.1\r\n") != std::string::npos);
    CHECK(reply.head.find("x-amzn-RequestId: ") != std::string::npos);
    CHECK(aws.counters().signatures_refused == 0);
}

TEST_CASE("every way to be signed wrongly is refused by its own name", "[double]") {
    AwsDouble aws;
    const Credentials good = botocraft::testing::example_credentials();
    require_refused(aws, unsigned_request("ListClusters", "{}"), "MissingAuthenticationTokenException");
    require_refused(aws, unsigned_request("ListClusters", "{}", "Authorization: AWS4-HMAC-SHA256 Credential=x\r\n"),
                    "IncompleteSignatureException");
    require_refused(aws, signed_request("ListClusters", "{}", {.credentials = {"AKIDOTHER", "secret"}}),
                    "UnrecognizedClientException");
    require_refused(aws, signed_request("ListClusters", "{}", {.credentials = {"AKIDEXAMPLE", "secret"}}),
                    "InvalidSignatureException");
    require_refused(
        aws,
        signed_request("ListClusters", "{}", {.credentials = {good.access_key_id, good.secret_access_key, "token"}}),
        "UnrecognizedClientException");
    require_refused(aws, signed_request("ListClusters", "{}", {.service = "ecr"}), "InvalidSignatureException");
    const auto now = std::chrono::system_clock::now();
    require_refused(aws, signed_request("ListClusters", "{}", {.time = now - std::chrono::minutes(16)}),
                    "InvalidSignatureException");
    require_refused(aws, signed_request("ListClusters", "{}", {.time = now + std::chrono::minutes(16)}),
                    "InvalidSignatureException");
    // The body and a header are changed after they were signed.
    require_refused(aws, unsigned_request("ListClusters", R"({"maxResults":1})", signed_headers("ListClusters", "{}")),
                    "InvalidSignatureException");
    require_refused(aws, unsigned_request("DeleteCluster", "{}", signed_headers("ListClusters", "{}")),
                    "InvalidSignatureException");
    CHECK(aws.requests("*") == 0);
}

TEST_CASE("session tokens, expiry and accounts belong to the credentials", "[double]") {
    const auto clock = std::make_shared<botocraft::testing::ManualClock>();
    DoubleOptions options;
    options.clock = clock;
    Credentials other("AKIDSECOND", "another secret", "token");
    other.account_id = "210987654321";
    other.expiration = clock->now() + std::chrono::minutes(10);
    options.credentials.push_back(other);
    AwsDouble aws(options);

    const Received mine = call(aws, "CreateCluster", "{}", {.time = clock->now()});
    CHECK(mine.has("arn:aws:ecs:us-east-1:123456789012:cluster/default"));
    const Received theirs = call(aws, "ListClusters", "{}", {.credentials = other, .time = clock->now()});
    CHECK(theirs.body == R"({"clusterArns":[]})");
    const Received created = call(aws, "CreateCluster", "{}", {.credentials = other, .time = clock->now()});
    CHECK(created.has("arn:aws:ecs:us-east-1:210987654321:cluster/default"));
    require_refused(
        aws,
        signed_request("ListClusters", "{}", {.credentials = {"AKIDSECOND", "another secret"}, .time = clock->now()}),
        "UnrecognizedClientException");
    clock->advance(std::chrono::minutes(10));
    require_refused(aws, signed_request("ListClusters", "{}", {.credentials = other, .time = clock->now()}),
                    "ExpiredTokenException");
}

TEST_CASE("the region of the signature decides which state is seen", "[double]") {
    AwsDouble aws;
    CHECK(call(aws, "CreateCluster", "{}", {.region = "eu-west-1"}).has("arn:aws:ecs:eu-west-1:"));
    CHECK(call(aws, "ListClusters", "{}", {.region = "eu-west-2"}).body == R"({"clusterArns":[]})");
    CHECK(call(aws, "ListClusters", "{}", {.region = "eu-west-1"}).has("cluster/default"));
    CHECK(call(aws, "CreateCluster", "{}", {.region = "cn-north-1"}).has("arn:aws-cn:ecs:cn-north-1:"));
}

TEST_CASE("a double that does not check lets everybody in", "[double]") {
    DoubleOptions options;
    options.check_signatures = false;
    options.default_region = "eu-north-1";
    AwsDouble aws(options);
    CHECK(RawClient(aws).call(unsigned_request("CreateCluster", "{}")).has("arn:aws:ecs:eu-north-1:"));
    CHECK(call(aws, "CreateCluster", "{}", {.credentials = {"x", "y"}, .region = "eu-west-1"})
              .has("arn:aws:ecs:eu-west-1:"));
}
