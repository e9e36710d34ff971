// Clients: every operation as AWS describes it, of services with models and of services that have none.

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/dynamodb/client.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/ecs/client.hpp>
#include <botocraft/error.hpp>
#include <botocraft/lambda/client.hpp>
#include <botocraft/sns/client.hpp>

#include "catch.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;

namespace {

struct Clients : fake::World {
    Clients() { fake::script_ecs(*transport); }

    ecs::Client ecs{session};
    lambda::Client functions{session};
    sns::Client topics{session};
    dynamodb::Client tables{session};
};

std::string_view text_of(const blob& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE_METHOD(Clients, "an operation is asked with these members and no others, and answers with all of its response") {
    const std::vector<std::string> names = {"web1", "web2"};
    const auto reply = run(ecs.describe_services({.cluster = "prod", .services = names, .include = "TAGS"}));
    REQUIRE(reply.services.size() == 2);
    CHECK(reply.services[1].serviceName == "web2");
    CHECK(transport->last().operation() == "DescribeServices");
    CHECK(transport->last().json() ==
          fake::json::parse(R"({"cluster": "prod", "services": ["web1", "web2"], "include": ["TAGS"]})").as_object());
}

TEST_CASE_METHOD(Clients, "models in a response know the session that they came from") {
    const auto reply = run(ecs.describe_services({.cluster = "prod", .services = "web1"}));
    CHECK(run(reply.services[0].cluster())->clusterName == "prod");
}

TEST_CASE_METHOD(Clients, "the pages of an operation follow its tokens, with what it was asked for") {
    auto pages = ecs.list_services_pages({.cluster = "prod", .launchType = "FARGATE"});
    std::vector<std::size_t> sizes;
    while (auto page = run(pages.next_page())) {
        for (const ecs::ListServicesResponse& reply : page) sizes.push_back(reply.serviceArns.size());
    }
    CHECK(sizes == std::vector<std::size_t>{10, 10, 5});
    REQUIRE(transport->requests().size() == 3);
    CHECK(fake::text_of(transport->last().json(), "launchType") == "FARGATE");
    CHECK(fake::text_of(transport->last().json(), "nextToken") == "from-20");
    CHECK(run(ecs.list_services_pages({.cluster = "prod"}).limit(2).all()).size() == 2);
}

TEST_CASE_METHOD(Clients, "a page that fails is asked for again, and a token that leads nowhere new is an error") {
    transport->once("ListServices", fake::error(400, "AccessDeniedException"));
    auto pages = ecs.list_services_pages({.cluster = "prod"});
    CHECK_THROWS_AS(run(pages.next_page()), ecs::AccessDeniedException);
    CHECK(run(pages.next_page())[0].serviceArns.size() == 10);
    transport->on("ListServices", fake::reply(R"({"serviceArns": ["a"], "nextToken": "again"})"));
    CHECK_THROWS_AS(run(ecs.list_services_pages({.cluster = "prod"}).all()), ProtocolError);
}

TEST_CASE_METHOD(Clients, "who stops waiting for an operation, or for a page of one, ends its request") {
    transport->exchanging.close();
    fake::Running<ecs::DescribeServicesResponse> call;
    start(call, ecs.describe_services({.cluster = "prod", .services = "web1"}));
    CHECK(transport->in_flight == 1);
    cancel(call);
    CHECK(call.aborted());
    auto pages = ecs.list_services_pages({.cluster = "prod"});
    const auto first = [](auto from) -> awaitable<std::size_t> {
        const auto page = co_await from.next_page();
        co_return page.size();
    };
    fake::Running<std::size_t> paging;
    start(paging, first(pages));
    CHECK(transport->in_flight == 1);
    cancel(paging);
    CHECK(paging.aborted());
    CHECK(transport->cancelled == 2);
    CHECK(transport->in_flight == 0);
    transport->exchanging.open();
    CHECK(run(ecs.describe_services({.cluster = "prod", .services = "web1"})).services.size() == 1);
}

TEST_CASE_METHOD(Clients, "a required member that is left out is the caller's error, and nothing is sent") {
    CHECK_THROWS_AS(ecs.describe_services({.cluster = "prod"}), UsageError);
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Clients, "an error that the service declares has its type") {
    transport->once("DescribeServices", fake::error(400, "ClusterNotFoundException", "Cluster not found."));
    CHECK_THROWS_AS(run(ecs.describe_services({.cluster = "none", .services = "web"})), ecs::ClusterNotFoundException);
}

TEST_CASE_METHOD(Clients, "an error that nobody declared is kept whole") {
    const std::string reasons(1000, 'x');
    fake::Answer answer = fake::reply(R"({"__type":"BrandNewException","message":"m","reasons":[")" + reasons + R"("]})");
    answer.status = 400;
    transport->once("", answer);
    try {
        static_cast<void>(run(ecs.list_clusters({})));
        FAIL("no error");
    } catch (const ServiceError& error) {
        CHECK(error.code() == "BrandNewException");
        CHECK(error.details().body == answer.body);
        CHECK(std::string_view(error.what()).size() < 400);
    }
}

TEST_CASE_METHOD(Clients, "a client without a session uses that of the execution context") {
    CHECK_FALSE(ecs::Client().session());
    CHECK(ecs::Client(session).session()->region() == session.region());
}

TEST_CASE_METHOD(Clients, "a service without models: bytes in the body of REST, a result in a header") {
    fake::Answer answer = fake::reply("\"pong\"");
    answer.headers.emplace_back("X-Amz-Executed-Version", "$LATEST");
    transport->once("", answer);
    const std::string payload = R"({"ping": true})";
    const auto reply = run(functions.invoke(
        {.FunctionName = "echo", .InvocationType = "RequestResponse", .Payload = std::as_bytes(std::span(payload))}));
    CHECK(reply.StatusCode == 200);
    CHECK(reply.ExecutedVersion == "$LATEST");
    CHECK(text_of(*reply.Payload) == "\"pong\"");
    CHECK(transport->last().text.starts_with("POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\n"));
    CHECK(transport->last().header("x-amz-invocation-type") == "RequestResponse");
    CHECK(transport->last().body() == payload);
}

TEST_CASE_METHOD(Clients, "a service without models: parameters of a query, an answer in XML, and nothing at all") {
    transport->once("", fake::reply("<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>"
                                    "<MessageId>m-1</MessageId></PublishResult></PublishResponse>"));
    const auto reply = run(topics.publish({.TopicArn = "arn:aws:sns:us-east-1:123456789012:t", .Message = "a b"}));
    CHECK(reply.MessageId == "m-1");
    CHECK(transport->last().body() ==
          "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3At&Message=a%20b");

    transport->once("", fake::reply("<DeleteTopicResponse><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
                                    "</DeleteTopicResponse>"));
    run(topics.delete_topic({.TopicArn = "t"}));
    CHECK(transport->last().body() == "Action=DeleteTopic&Version=2010-03-31&TopicArn=t");
}

TEST_CASE_METHOD(Clients, "a service without models: JSON, and pages whose token is a member of the result") {
    transport->once("ListTables", fake::reply(R"({"TableNames": ["a", "b"], "LastEvaluatedTableName": "b"})"));
    transport->once("ListTables", fake::reply(R"({"TableNames": ["c"]})"));
    std::string names;
    for (const auto& reply : run(tables.list_tables_pages({.Limit = 2}).all())) {
        for (const std::string& name : reply.TableNames) names += name;
    }
    CHECK(names == "abc");
    CHECK(transport->last().header("x-amz-target") == "DynamoDB_20120810.ListTables");
    CHECK(transport->last().json() == fake::json::parse(R"({"Limit": 2, "ExclusiveStartTableName": "b"})").as_object());
}

// The published rules of the oldest retry mode have this, for DynamoDB alone.
TEST_CASE_METHOD(Clients, "a reply of DynamoDB that is not the one that its CRC-32 was taken of is asked for again") {
    fake::Answer good = fake::reply(R"({"TableNames": ["a"]})");
    good.headers.emplace_back("x-amz-crc32", "4041566274");
    fake::Answer damaged = good;
    damaged.body = R"({"TableNames": ["b"]})";
    transport->once("ListTables", damaged);
    transport->once("ListTables", good);
    const auto reply = run(tables.list_tables({}));
    REQUIRE(reply.TableNames.size() == 1);
    CHECK(reply.TableNames[0] == "a");
    CHECK(transport->count("ListTables") == 2);
}
