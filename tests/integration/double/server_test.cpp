#include "catch.hpp"
#include "raw_client.hpp"

#include <botocraft/ecs/requests.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <thread>

using namespace double_test;
namespace ecs = botocraft::ecs;
using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::DoubleOptions;
using botocraft::testing::Fault;
using botocraft::testing::ModelledError;
using End = Received::End;

TEST_CASE("connections are kept, and requests may follow each other closely", "[double]") {
    AwsDouble aws;
    RawClient client(aws);
    const std::string request = signed_request("ListClusters", "{}");
    client.send(request + request + request.substr(0, 40));
    CHECK(client.receive().status == 200);
    CHECK(client.receive().status == 200);
    client.send(request.substr(40));
    CHECK(client.receive().status == 200);
    CHECK(aws.counters().connections_opened == 1);
    CHECK(aws.counters().requests == 3);

    std::string last = request;
    last.insert(last.find("Content-Length"), "Connection: close\r\n");
    const Received reply = client.call(last);
    CHECK(reply.head.find("Connection: close\r\n") != std::string::npos);
    CHECK(client.wait_for_end() == End::closed);
}

TEST_CASE("bodies in chunks and after a 100 Continue", "[double]") {
    AwsDouble aws;
    const std::string body = R"({"clusterName":"chunked"})";
    std::string head = unsigned_request("CreateCluster", "", signed_headers("CreateCluster", body));
    head.replace(head.find("Content-Length: 0"), 17, "Transfer-Encoding: chunked\r\nExpect: 100-continue");
    RawClient client(aws);
    CHECK(client.call(head).status == 100);
    client.send("5\r\n" + body.substr(0, 5) + "\r\n14\r\n" + body.substr(5) + "\r\n0\r\n\r\n");
    CHECK(client.receive().has("cluster/chunked"));
}

TEST_CASE("what is no request is refused", "[double]") {
    DoubleOptions options;
    options.max_body = 100;
    AwsDouble aws(options);
    RawClient garbage(aws);
    CHECK(garbage.call("This is not HTTP\r\n\r\n").status == 400);
    CHECK(garbage.wait_for_end() == End::closed);
    CHECK(RawClient(aws).call(unsigned_request("ListClusters", std::string(101, ' '))).status == 413);
    CHECK(call(aws, "NoSuchOperation", "{}").body == R"({"__type":"UnknownOperationException"})");
    CHECK(call(aws, "ListClusters", R"({"maxResults":)").has("SerializationException"));
    CHECK(call(aws, "ListClusters", R"({"maxResults":"many"})").has("SerializationException"));
    CHECK(call(aws, "DescribeServices", "{}").has("InvalidParameterException"));
    CHECK(call(aws, "PutAccountSetting", R"({"name":"a","value":"b"})").status == 501);
    CHECK(call(aws, "ListClusters", "{}").status == 200);
}

TEST_CASE("a test answers an operation itself", "[double]") {
    AwsDouble aws;
    aws.on<ecs::ListClustersRequest, ecs::ListClustersResponse>(
        "ecs", "ListClusters",
        [](const Caller& caller, const ecs::ListClustersRequest& in, ecs::ListClustersResponse& out) {
            if (in.maxResults == 7) throw ModelledError("ServerException", "Seven.", 500);
            if (in.maxResults == 8) throw std::runtime_error("Eight.");
            out.clusterArns.push_back(std::string(caller.region) + "/" + std::string(caller.account_id));
        });
    CHECK(call(aws, "ListClusters", "{}").body == R"({"clusterArns":["us-east-1/123456789012"]})");
    const Received modelled = call(aws, "ListClusters", R"({"maxResults":7})");
    CHECK(modelled.status == 500);
    CHECK(modelled.body == R"({"__type":"ServerException","message":"Seven."})");
    CHECK(call(aws, "ListClusters", R"({"maxResults":8})").has("InternalFailure"));
}

TEST_CASE("what was asked is counted and kept", "[double]") {
    DoubleOptions options;
    options.recorded_requests = 2;
    AwsDouble aws(options);
    CHECK_FALSE(aws.wait_for_requests("ListClusters", 1, std::chrono::milliseconds(1)));
    for (const char* const body : {"{}", R"({"maxResults":1})", R"({"maxResults":2})"}) {
        CHECK(call(aws, "ListClusters", body, {.region = "eu-west-1"}).status == 200);
    }
    CHECK(aws.wait_for_requests("ecs.ListClusters", 3));
    CHECK(aws.requests("ListClusters") == 3);
    CHECK(aws.requests("DescribeClusters") == 0);
    const auto recorded = aws.recorded();
    REQUIRE(recorded.size() == 2);
    CHECK(recorded[0].body == R"({"maxResults":1})");
    CHECK(recorded[1].service == "ecs");
    CHECK(recorded[1].operation == "ListClusters");
    CHECK(recorded[1].region == "eu-west-1");
    CHECK(recorded[1].method == "POST");
    CHECK(recorded[1].header("host") == "double");
    CHECK(recorded[1].status == 200);
    aws.clear_record();
    CHECK(aws.recorded().empty());
}

TEST_CASE("the end comes at once, whatever is in flight", "[double]") {
    std::optional<RawClient> stalled, delayed, idle;
    const auto start = std::chrono::steady_clock::now();
    {
        AwsDouble aws;
        aws.fail("*", Fault::stall());
        aws.fail("*", Fault::delay(std::chrono::hours(1)));
        stalled.emplace(aws).send(signed_request("ListClusters", "{}"));
        REQUIRE(aws.wait_for_requests("*", 1));
        delayed.emplace(aws).send(signed_request("ListClusters", "{}"));
        REQUIRE(aws.wait_for_requests("*", 2));
        idle.emplace(aws);
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    CHECK(stalled->wait_for_end() != End::silent);
    CHECK(delayed->wait_for_end() != End::silent);
    CHECK(idle->wait_for_end() != End::silent);
}

TEST_CASE("what was seen remains after the end", "[double]") {
    AwsDouble aws;
    CHECK(call(aws, "ListClusters", "{}").status == 200);
    aws.stop();
    aws.stop();
    CHECK(aws.requests("ListClusters") == 1);
    CHECK(aws.counters().connections_open == 0);
    CHECK(aws.counters().in_flight == 0);
    CHECK_THROWS(RawClient(aws));
}

TEST_CASE("a double on a context of the user's", "[double][threads]") {
    asio::io_context context;
    std::optional<AwsDouble> aws(std::in_place, context.get_executor());
    std::thread first([&] { context.run(); });
    std::thread second([&] { context.run(); });
    for (int i = 0; i < 20; ++i) CHECK(call(*aws, "ListClusters", "{}").status == 200);
    aws->fail("*", Fault::stall());
    RawClient stalled(*aws);
    stalled.send(signed_request("ListClusters", "{}"));
    REQUIRE(aws->wait_for_requests("*", 21));
    aws.reset();
    first.join();  // nothing keeps the context busy
    second.join();
    CHECK(stalled.wait_for_end() != End::silent);
}

TEST_CASE("a user's context may end before the double", "[double]") {
    auto context = std::make_unique<asio::io_context>();
    AwsDouble aws(context->get_executor());
    aws.fail("*", Fault::stall());
    std::thread thread([&] { context->run(); });
    RawClient stalled(aws);
    stalled.send(signed_request("ListClusters", "{}"));
    REQUIRE(aws.wait_for_requests("*", 1));
    context->stop();
    thread.join();
    context.reset();
    CHECK(aws.counters().connections_open == 0);
    aws.stop();
}

TEST_CASE("many doubles live side by side", "[double]") {
    AwsDouble one, two;
    CHECK(one.port() != two.port());
    CHECK(one.endpoint_url() == "http://127.0.0.1:" + std::to_string(one.port()));
    CHECK(call(one, "CreateCluster", "{}").status == 200);
    CHECK(call(two, "ListClusters", "{}").body == R"({"clusterArns":[]})");
    DoubleOptions options;
    options.port = one.port();
    CHECK_THROWS(AwsDouble(options));
}
