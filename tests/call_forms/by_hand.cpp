// What is written by hand for single services, as users write it: each compiler, each optimisation, under AddressSanitizer.
// lint: file of call forms

#include "support/ecs_script.hpp"
#include "support/query_script.hpp"
#include "support/world.hpp"

#include <botocraft/cloudwatch.hpp>
#include <botocraft/cloudwatch/metric_data.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/ecs/client.hpp>
#include <botocraft/iam.hpp>
#include <botocraft/sqs.hpp>
#include <botocraft/sqs/message_stream.hpp>
#include <botocraft/sts.hpp>
#include <botocraft/sts/role_session.hpp>
#include <botocraft/waiter.hpp>

#include "catch.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace botocraft;
using cloudwatch::CloudWatchMetric;
using cloudwatch::MetricDatum;
using ecs::Service;
using iam::IAMRole;
using sqs::Queue;

namespace {

constexpr const char* long_text = "a text that does not fit into a small string, and so is memory of its own";
constexpr const char* long_url = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs";

struct ByHand : fake::World {
    ByHand() {
        options.protocol.preferred = {Protocol::json_1_0};  // CloudWatch's second
        session = Session(options);
    }
};

fake::Answer stable_service(const fake::Request& request) {
    fake::json::object web = fake::service("web", "prod", request.region());
    web["deployments"] = fake::json::array{fake::json::object{{"id", "ecs-svc/1"}}};
    return fake::reply(fake::json::object{{"services", fake::json::array{web}}, {"failures", fake::json::array()}});
}

awaitable<std::string> scaled(Session session) {
    auto service = co_await Service::objects(session).get(std::string("web"), {.cluster = std::string("prod")});
    co_await service.scale(2);
    co_await service.wait_until_stable();
    co_await service.wait_until_stable({.at_most = std::chrono::minutes(5)});
    const std::vector<std::string> names{std::string(long_text)};
    co_await ecs::Client(session).wait_until_services_stable({.cluster = std::string(long_text), .services = names});
    co_await ecs::Client(session).wait_until_services_stable({.cluster = "prod", .services = "web"},
                                                             {.at_most = std::chrono::minutes(5)});
    co_return *service.serviceName;
}

// What was named is gone before it is awaited.
awaitable<void> waited(Session session) {
    auto work = [&] {
        const ecs::Client client(session);
        const std::string cluster = long_text;
        const std::vector<std::string> services{long_text, long_text};
        return client.wait_until_services_stable({.cluster = cluster, .services = services});
    }();
    co_await std::move(work);
}

awaitable<int> handled(Session session) {
    auto queue = co_await Queue::objects(session).get_by_url(std::string(long_url));
    auto messages = queue.poll({.MessageAttributeNames = std::string(long_text), .WaitTimeSeconds = 1});
    int count = 0;
    while (auto message = co_await messages.next()) {
        co_await message->remove();
        ++count;
        break;
    }
    auto handle = [&](sqs::Message& message) -> awaitable<void> {
        count += *message.Body == long_text ? 1 : 0;
        messages.stop();
        co_return;
    };
    co_await messages.for_each(handle);
    auto more = queue.poll();
    auto failing = [&](sqs::Message&) -> awaitable<void> {
        more.stop();
        throw std::runtime_error(long_text);
        co_return;
    };
    auto failed = [&](const sqs::Message&, std::exception_ptr) { ++count; };
    co_await more.for_each(failing, {.concurrency = 8, .retry_after = std::chrono::seconds(1)}, failed);
    co_return count;
}

// The stream outlives the queue that it came from.
awaitable<sqs::MessageStream> stream_of(Session session) {
    const auto queue = co_await Queue::objects(session).get_by_url(long_url);
    co_return queue.poll({.MessageAttributeNames = std::string(long_text)});
}
awaitable<std::string> received(Session session) {
    auto messages = co_await stream_of(session);
    auto message = co_await messages.next();
    co_return *message->Body;
}

awaitable<std::size_t> published(Session session) {
    const CloudWatchMetric metric = co_await cloudwatch::find_metric(session, std::string("Shop"), "Orders");
    const std::vector<MetricDatum> data(1001, MetricDatum{.Value = 3});
    co_await cloudwatch::publish(metric, data);
    const MetricDatum one{.Value = 3, .Unit = long_text};
    co_await metric.publish(one);
    co_await CloudWatchMetric::objects(session).publish(std::string(long_text), one);
    const timestamp begin{std::chrono::sys_days{std::chrono::January / 1 / 2024}};
    const auto result = co_await metric.get_data(begin, begin + std::chrono::hours(1), 60, std::string("Sum"));
    co_return result.Values.size();
}

awaitable<std::string> acted(Session session) {
    const auto role = std::string("arn:aws:iam::123456789012:role/") + "a-role-with-a-name-of-some-length";
    const auto audit = co_await sts::assume_role(session, role);
    const auto other = co_await sts::assume_role(
        audit, std::string("arn:aws:iam::123456789012:role/") + "another-role-with-a-name-of-some-length",
        {.RoleSessionName = std::string(long_text), .PolicyArns = std::string(long_text), .ExternalId = std::string(long_text)});
    const auto identity = co_await sts::CallerIdentity::objects(other).get();
    co_return *identity.Account;
}

awaitable<std::string> saved(Session session) {
    auto role = co_await IAMRole::objects(session).get(std::string("deploy"));
    auto trust = role.trust_policy();
    trust.statements.emplace_back().actions.emplace_back(long_text);
    role.AssumeRolePolicyDocument = trust.text();
    role.Description = long_text;
    role.Tags["Team"] = long_text;
    co_await role.save();
    co_return *role.Description;
}

}  // namespace

TEST_CASE_METHOD(ByHand, "ECS is scaled, and waited for", "[by hand]") {
    fake::script_ecs(*transport, 3, 2);
    transport->on("DescribeServices", stable_service);
    CHECK(run(scaled(session)) == "web");
    run(waited(session));
}

TEST_CASE_METHOD(ByHand, "messages of SQS are read and handled", "[by hand]") {
    sleeper->sleeping.close();  // nothing here waits
    transport->on("GetQueueAttributes", fake::reply(R"({"Attributes": {"VisibilityTimeout": "40"}})"));
    transport->on("ListQueueTags", fake::reply("{}"));
    transport->on("ReceiveMessage", fake::reply(fake::json::object{
                                        {"Messages", fake::json::array{fake::json::object{
                                                         {"MessageId", "1"}, {"ReceiptHandle", "r"}, {"Body", long_text}}}}}));
    transport->on("DeleteMessage", fake::reply("{}"));
    transport->on("ChangeMessageVisibility", fake::reply("{}"));
    transport->on("ChangeMessageVisibilityBatch", fake::reply(R"({"Successful": [], "Failed": []})"));
    CHECK(run(handled(session)) == 3);
    CHECK(run(received(session)) == long_text);
}

TEST_CASE_METHOD(ByHand, "data of CloudWatch are published and read", "[by hand]") {
    transport->on("ListMetrics", fake::reply(R"({"Metrics": [{"Namespace": "Shop", "MetricName": "Orders", "Dimensions": []}]})"));
    transport->on("PutMetricData", fake::reply("{}"));
    transport->on("GetMetricData",
                  fake::reply(R"({"MetricDataResults": [{"Id": "m", "Values": [1.0], "StatusCode": "Complete"}]})"));
    CHECK(run(published(session)) == 1);
    CHECK(transport->count("PutMetricData") == 4);  // the first in two parts
}

TEST_CASE_METHOD(ByHand, "roles are acted as", "[by hand]") {
    transport->on("AssumeRole",
                  fake::query_reply("AssumeRole", "<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret"
                                                  "</SecretAccessKey><SessionToken>token</SessionToken>"
                                                  "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>"));
    transport->on("GetCallerIdentity", fake::query_reply("GetCallerIdentity", "<Account>123456789012</Account>"));
    CHECK(run(acted(session)) == "123456789012");
}

TEST_CASE_METHOD(ByHand, "a role is saved, part by part", "[by hand]") {
    transport->on("GetRole", fake::query_reply("GetRole", "<Role><RoleName>deploy</RoleName><Description>old</Description>"
                                                          "<AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></Role>"));
    for (const char* operation : {"UpdateRole", "UpdateAssumeRolePolicy", "TagRole"}) {
        transport->on(operation, fake::query_reply(operation, ""));
    }
    CHECK(run(saved(session)) == long_text);
    CHECK(transport->count("UpdateAssumeRolePolicy") == 1);
}
