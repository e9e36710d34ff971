#include "catch.hpp"
#include "raw_client.hpp"

#include <botocraft/testing/aws_double.hpp>

using namespace double_test;
using botocraft::testing::AwsDouble;
using botocraft::testing::Fault;
using End = Received::End;

namespace {

std::string list_clusters() {
    return signed_request("ListClusters", "{}");
}

Received after(AwsDouble& aws, Fault fault) {
    aws.fail("ListClusters", std::move(fault));
    return call(aws, "ListClusters", "{}");
}

}  // namespace

TEST_CASE("errors that a script asks for come in the form of the protocol", "[double]") {
    AwsDouble aws;
    const Received throttled = after(aws, Fault::throttle().with_header("Retry-After", "7"));
    CHECK(throttled.status == 400);
    CHECK(throttled.has(R"("__type":"ThrottlingException")"));
    CHECK(throttled.head.find("Retry-After: 7\r\n") != std::string::npos);
    CHECK(after(aws, Fault::throttle("SlowDown", 503)).status == 503);
    CHECK(after(aws, Fault::server_error()).status == 500);
    const Received modelled = after(aws, Fault::error("ClusterNotFoundException", "It is \"gone\"."));
    CHECK(modelled.body == R"({"__type":"ClusterNotFoundException","message":"It is \"gone\"."})");
    CHECK(aws.counters().faults == 4);
    CHECK(call(aws, "ListClusters", "{}").status == 200);
}

TEST_CASE("replies that are none of the service's", "[double]") {
    AwsDouble aws;
    const Received empty = after(aws, Fault::empty_reply());
    CHECK(empty.status == 200);
    CHECK(empty.body.empty());
    const Received page = after(aws, Fault::html_page());
    CHECK(page.status == 502);
    CHECK(page.has("<html>"));
    CHECK(page.head.find("Content-Type: text/html\r\n") != std::string::npos);
    CHECK(after(aws, Fault::reply(418, "text/plain", "teapot")).body == "teapot");
    CHECK(after(aws, Fault::malformed_json()).has("not JSON"));
    CHECK(after(aws, Fault::truncated_json()).body == R"({"cluster)");
}

TEST_CASE("connections that break do so where the script says", "[double]") {
    AwsDouble aws;
    const std::string whole = call(aws, "ListClusters", "{}").body;
    const Received before_reply = after(aws, Fault::reset_before_reply());
    CHECK(before_reply.end == End::reset);
    CHECK(before_reply.head.empty());
    const Received in_body = after(aws, Fault::reset_in_body());
    CHECK(in_body.end == End::reset);
    CHECK(in_body.content_length() == whole.size());
    CHECK(in_body.body == whole.substr(0, whole.size() / 2));
    const Received truncated = after(aws, Fault::truncated_body());
    CHECK(truncated.end == End::closed);
    CHECK(truncated.content_length() == whole.size());
    CHECK(truncated.body == whole.substr(0, whole.size() / 2));
}

TEST_CASE("lengths that are wrong", "[double]") {
    AwsDouble aws;
    const std::string whole = call(aws, "ListClusters", "{}").body;
    aws.fail("*", Fault::long_content_length());
    RawClient waits(aws);
    waits.set_patience(std::chrono::milliseconds(50));
    const Received longer = waits.call(list_clusters());
    CHECK(longer.end == End::silent);
    CHECK(longer.content_length() > whole.size());
    CHECK(longer.body == whole);

    aws.fail("*", Fault::short_content_length());
    RawClient gets_more(aws);
    const Received shorter = gets_more.call(list_clusters());
    CHECK(shorter.content_length() == whole.size() / 2);
    CHECK(shorter.body + gets_more.left_over() == whole);
}

TEST_CASE("a delay is waited out, a stall is not", "[double]") {
    AwsDouble aws;
    const auto start = std::chrono::steady_clock::now();
    CHECK(after(aws, Fault::delay(std::chrono::milliseconds(30))).status == 200);
    CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(30));
    aws.fail("*", Fault::stall());
    RawClient client(aws);
    client.set_patience(std::chrono::milliseconds(50));
    CHECK(client.call(list_clusters()).end == End::silent);
    CHECK(aws.counters().in_flight == 1);
    CHECK(call(aws, "ListClusters", "{}").status == 200);  // others go on
}

TEST_CASE("whether an operation is carried out under a fault", "[double]") {
    AwsDouble aws;
    aws.fail("CreateCluster", Fault::reset_before_reply());
    CHECK(call(aws, "CreateCluster", R"({"clusterName":"a"})").end == End::reset);
    CHECK(call(aws, "ListClusters", "{}").body == R"({"clusterArns":[]})");
    aws.fail("CreateCluster", Fault::reset_before_reply(true));
    CHECK(call(aws, "CreateCluster", R"({"clusterName":"b"})").end == End::reset);
    CHECK(call(aws, "ListClusters", "{}").has("cluster/b"));
}

TEST_CASE("scripts say whom they befall", "[double]") {
    AwsDouble aws;
    const auto statuses = [&](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += std::to_string(call(aws, "ListClusters", "{}").status / 100);
        return text;
    };
    aws.fail("ListClusters", Fault::throttle().times(2).after(1));
    CHECK(statuses(4) == "2442");
    aws.fail("ecs.ListClusters", Fault::server_error().always());
    CHECK(statuses(3) == "555");
    aws.clear_faults();
    CHECK(statuses(1) == "2");
    aws.fail("DescribeClusters", Fault::throttle());
    aws.fail("ecr.ListClusters", Fault::throttle());
    aws.fail("*", Fault::throttle().in_region("eu-west-1"));
    CHECK(statuses(1) == "2");
    CHECK(call(aws, "ListClusters", "{}", {.region = "eu-west-1"}).status == 400);
    aws.clear_faults();
    // In the order in which they were scripted.
    aws.fail("*", Fault::throttle());
    aws.fail("*", Fault::server_error());
    CHECK(statuses(3) == "452");
}
