// What is written by hand for single services, as users write it: each compiler, each optimisation, under AddressSanitizer.
// lint: file of call forms

#include "support/ecs_script.hpp"
#include "support/query_script.hpp"
#include "support/world.hpp"

#include <botocraft/cloudwatch.hpp>
#include <botocraft/cloudwatch/metric_data.hpp>
#include <botocraft/ec2/ami.hpp>
#include <botocraft/ecr/ecr_image.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/ecs/client.hpp>
#include <botocraft/ecs/requests.hpp>
#include <botocraft/elbv2/load_balancer.hpp>
#include <botocraft/elbv2/target_group.hpp>
#include <botocraft/iam.hpp>
#include <botocraft/sqs.hpp>
#include <botocraft/sqs/message_stream.hpp>
#include <botocraft/sts.hpp>
#include <botocraft/sts/role_session.hpp>
#include <botocraft/waiter.hpp>

#include "catch.hpp"

#include <chrono>
#include <string>
#include <utility>
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

// One task that runs, with two containers.
void script_task(fake::Transport& transport) {
    fake::script_ecs(transport, 3, 2);
    const fake::json::object task{
        {"taskArn", fake::arn_of("task", "prod/t0")},
        {"clusterArn", fake::arn_of("cluster", "prod")},
        {"lastStatus", "RUNNING"},
        {"containerInstanceArn", "arn:ci/1"},
        {"containers", fake::json::array{fake::json::object{{"name", "web"}}, fake::json::object{{"name", long_text}}}}};
    transport.on("DescribeTasks", fake::reply(fake::json::object{{"tasks", fake::json::array{task}}}));
}

void script_definition(fake::Transport& transport) {
    transport.on("DescribeTaskDefinition", fake::reply(R"({"taskDefinition": {"taskDefinitionArn": ")" +
                                                       fake::arn_of("task-definition", "web:7") + R"(", "cpu": "256", "memory": "512",
        "containerDefinitions": [{"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1.2"}, {"image": "nginx"}]}})"));
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

awaitable<std::size_t> looked_through(Session session) {
    const std::vector<ecs::Tag> tags(1, ecs::Tag{.key = "Team", .value = long_text});
    const auto tagged = co_await Service::objects(session).all_in_clusters(tags);
    const ecs::Tag team{.key = "Team", .value = "pay"};
    const auto paid = co_await Service::objects(session).all_in_clusters(team);
    const auto used = co_await ecs::TaskDefinition::objects(session).in_use();
    auto query = ecs::ContainerInstance::objects(session).list_tasks(std::string(long_text), {.cluster = std::string("prod")});
    const auto tasks = co_await query.all();
    const auto none = co_await ecs::ContainerInstance::objects(session).list_tasks("i", {.cluster = "prod"}).all();
    co_return tagged.size() + paid.size() + used.size() + tasks.size() + none.size();
}

awaitable<std::string> opened_sessions(Session session) {
    auto service = co_await Service::objects(session).get(std::string("web1"), {.cluster = std::string("prod")});
    const auto shell = co_await service.exec();
    const auto command = co_await service.exec({.command = std::string(long_text)});
    const auto there = co_await service.exec(
        {.command = std::string(long_text), .task = std::string("t0"), .container = std::string(long_text)});
    const auto tasks = co_await service.running_tasks().all();
    auto in_task = co_await tasks[0].exec({.command = std::string(long_text), .container = std::string(long_text)});
    // What was named is gone before it is awaited.
    auto work = [&] {
        const std::string named = long_text;
        return service.exec({.command = named, .container = named});
    }();
    const auto late = co_await std::move(work);
    co_return *shell.session->sessionId + *command.session->sessionId + *there.session->sessionId +
        *in_task.session->sessionId + *late.session->sessionId;
}

awaitable<std::int64_t> looked_at(Session session) {
    auto service = co_await Service::objects(session).get("web1", {.cluster = std::string("prod")});
    const ecs::LoadBalancer behind{.targetGroupArn = long_text};
    service.loadBalancers.push_back(behind);
    auto query = service.running_tasks();
    std::size_t tasks = 0;
    while (auto page = co_await query.next_page()) tasks += page.size();
    const auto instances = co_await service.container_instances();
    const auto balancers = co_await service.load_balancers();
    auto stored = service.required_cpu();
    const auto memory = co_await service.required_memory();
    const auto cpu = co_await std::move(stored);
    CHECK(tasks == 1);
    CHECK(instances.size() == 1);
    CHECK(balancers.size() == 1);
    co_return cpu + memory;
}

awaitable<std::size_t> defined(Session session) {
    auto definition = co_await ecs::TaskDefinition::objects(session).get(std::string(long_text));
    const auto images = co_await definition.image_objects();
    const auto services = co_await definition.services().all();
    const auto some = co_await definition.services().filter("serviceName__contains", std::string("web1")).all();
    const auto image = co_await definition.containerDefinitions[0].image_object(session);
    const auto none = co_await definition.containerDefinitions[1].image_object(session.with_region(std::string("eu-west-1")));
    CHECK(image->repositoryName == "team/web");
    CHECK_FALSE(none);
    auto deployment = co_await ecs::ServiceDeployment::objects(session).get(std::string(long_text));
    const auto replaced = co_await deployment.source_task_definitions();
    co_return images.size() * 1000 + services.size() * 100 + some.size() * 10 + replaced.size();
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

awaitable<std::size_t> imaged(Session session) {
    const std::vector<std::string> owners{std::string(long_text)};
    const auto ours = co_await ec2::AMI::objects(session).in_use();
    const auto theirs = co_await ec2::AMI::objects(session).in_use({.Owners = owners});
    const auto one = co_await ec2::AMI::objects(session).in_use({.ImageIds = std::string(long_text)});
    const auto images = ec2::AMI::objects(session);
    const std::vector<ec2::Filter> filters(1, ec2::Filter{.Name = "name", .Values = std::vector<std::string>{long_text}});
    const auto named = co_await images.in_use({.Owners = std::string(long_text), .Filters = filters});
    // What was named is gone before it is awaited.
    auto work = [&] {
        const std::string owner = long_text;
        return images.in_use({.Owners = owner});
    }();
    const auto late = co_await std::move(work);
    co_return ours.size() + theirs.size() + one.size() + named.size() + late.size();
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

TEST_CASE_METHOD(ByHand, "all clusters of ECS are looked through", "[by hand]") {
    transport->on("ListClusters", fake::reply(R"({"clusterArns": []})"));
    transport->on("ListTasks", fake::reply(R"({"taskArns": []})"));
    transport->on("ListEventBuses", fake::reply(R"({"EventBuses": []})"));
    CHECK(run(looked_through(session)) == 0);
}

TEST_CASE_METHOD(ByHand, "sessions are opened in containers of ECS", "[by hand]") {
    script_task(*transport);
    transport->on("ExecuteCommand", fake::reply(R"({"session": {"sessionId": "s"}, "interactive": true})"));
    CHECK(run(opened_sessions(session)) == "sssss");
    fake::json::array commands;
    for (const fake::Request& request : transport->requests()) {
        if (request.operation() == "ExecuteCommand") commands.push_back(request.json().at("command"));
    }
    CHECK(commands == fake::json::array{"/bin/sh", long_text, long_text, long_text, long_text});
    CHECK(fake::text_of(transport->last().json(), "container") == long_text);
}

TEST_CASE_METHOD(ByHand, "what a service of ECS runs on is looked at", "[by hand]") {
    script_task(*transport);
    script_definition(*transport);
    transport->on("DescribeContainerInstances", fake::reply(R"({"containerInstances": [{"containerInstanceArn": "arn:ci/1"}]})"));
    transport->on("DescribeTargetGroups",
                  fake::query_reply("DescribeTargetGroups", "<TargetGroups><member><LoadBalancerArns><member>lb</member>"
                                                            "</LoadBalancerArns></member></TargetGroups>"));
    transport->on("DescribeLoadBalancers",
                  fake::query_reply("DescribeLoadBalancers", "<LoadBalancers><member><LoadBalancerArn>lb</LoadBalancerArn>"
                                                             "</member></LoadBalancers>"));
    CHECK(run(looked_at(session)) == 256 + 512);
}

TEST_CASE_METHOD(ByHand, "task definitions of ECS lead to images, services and deployments", "[by hand]") {
    fake::script_ecs(*transport, 3, 2);
    script_definition(*transport);
    transport->on("BatchGetImage", fake::reply(R"({"images": [{"repositoryName": "team/web", "imageId": {"imageTag": "1.2"}}]})"));
    transport->on("DescribeServiceDeployments", fake::reply(R"({"serviceDeployments": [{"serviceDeploymentArn": "sd",
        "sourceServiceRevisions": [{"arn": "sr1"}]}]})"));
    transport->on("DescribeServiceRevisions", fake::reply(R"({"serviceRevisions": [{"taskDefinition": "web:6"}]})"));
    CHECK(run(defined(session)) == 1931);  // three services in each of three clusters
    CHECK(transport->count("BatchGetImage") == 2);
}

TEST_CASE_METHOD(ByHand, "images of EC2 that are in use are looked for", "[by hand]") {
    transport->on("DescribeInstances",
                  fake::reply("<DescribeInstancesResponse><reservationSet><item><instancesSet><item><imageId>ami-1</imageId></item>"
                              "</instancesSet></item></reservationSet></DescribeInstancesResponse>"));
    transport->on("DescribeImages", fake::reply("<DescribeImagesResponse><imagesSet><item><imageId>ami-1</imageId></item>"
                                                "<item><imageId>ami-2</imageId></item></imagesSet></DescribeImagesResponse>"));
    for (const char* operation : {"DescribeLaunchConfigurations", "DescribeAutoScalingGroups"}) {
        transport->on(operation, fake::query_reply(operation, ""));
    }
    CHECK(run(imaged(session)) == 5);
    CHECK(fake::form_of(transport->last()).at("Owner.1") == long_text);
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
