// Queues and messages, on the SQS of a moto server and on ElasticMQ, beside boto3.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/error.hpp>
#include <botocraft/sqs/message.hpp>
#include <botocraft/sqs/queue.hpp>

#include <chrono>
#include <set>
#include <string>
#include <vector>

using botocraft::Session;
using namespace botocraft::test;
namespace sqs = botocraft::sqs;

namespace {

std::string text_at(const json::value& value, std::string_view pointer) {
    return std::string(value.at_pointer(pointer).as_string());
}

}  // namespace

TEST_CASE("messages with attributes go both ways, and their checksums agree", "[sqs]") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    const json::value url = witness->call("sqs", "create_queue", parse(R"({"QueueName": "jobs"})")).at("QueueUrl");
    const auto queue = await(sqs::Queue::objects(session).get("jobs"));
    witness->call("sqs", "send_message", {{"QueueUrl", url}, {"MessageBody", "from boto3 ä"},
        {"MessageAttributes", parse(R"({"Kind": {"DataType": "String", "StringValue": "ö"},
            "Count": {"DataType": "Number.int", "StringValue": "17"}, "A": {"DataType": "String", "StringValue": "1"}})")}});
    const auto received = await(queue.receive({.MessageAttributeNames = "All"}));
    REQUIRE(received.size() == 1);
    CHECK(received[0].MessageAttributes.size() == 3);
    CHECK(received[0].MD5OfMessageAttributes.has_value());

    botocraft::map<sqs::MessageAttributeValue> attributes;
    attributes["Bytes"].DataType = "Binary";
    attributes["Bytes"].BinaryValue = botocraft::blob{std::byte{0}, std::byte{255}, std::byte{7}};
    attributes["Text"].DataType = "String";
    attributes["Text"].StringValue = "x";
    const auto sent = await(sqs::Message::objects(session).send(*queue.QueueUrl, "from here", {.MessageAttributes = attributes}));
    CHECK(sent.MD5OfMessageAttributes.has_value());
}

TEST_CASE("a stream takes what boto3 sends, in batches, and empties the queue", "[sqs]") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    const json::value url = witness->call("sqs", "create_queue", parse(R"({"QueueName": "jobs"})")).at("QueueUrl");
    for (int i = 0; i < 25; ++i) witness->call("sqs", "send_message", {{"QueueUrl", url}, {"MessageBody", std::to_string(i)}});
    const auto queue = await(sqs::Queue::objects(session).get("jobs"));
    auto messages = queue.poll({.WaitTimeSeconds = 1});
    std::set<std::string> seen;
    const sqs::MessageHandler handler = [&](sqs::Message& message) -> botocraft::awaitable<void> {
        seen.insert(*message.Body);
        if (seen.size() == 25) messages.stop();
        co_return;
    };
    await(messages.for_each(handler, {.concurrency = 4}));
    CHECK(seen.size() == 25);
    const auto left = witness->call("sqs", "get_queue_attributes", {{"QueueUrl", url}, {"AttributeNames", {"All"}}});
    CHECK(text_at(left, "/Attributes/ApproximateNumberOfMessages") == "0");
    CHECK(text_at(left, "/Attributes/ApproximateNumberOfMessagesNotVisible") == "0");
}

TEST_CASE("a queue that is made, changed and removed here is what boto3 sees", "[sqs]") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    sqs::Queue wanted{.QueueName = "jobs"};
    wanted.Attributes["VisibilityTimeout"] = "40";
    wanted.tags["Team"] = "pay";
    auto queue = await(sqs::Queue::objects(session).create(wanted));
    const auto attributes = [&] {
        return witness->call("sqs", "get_queue_attributes",
                             {{"QueueUrl", json::value(*queue.QueueUrl)}, {"AttributeNames", {"All"}}});
    };
    CHECK(text_at(attributes(), "/Attributes/VisibilityTimeout") == "40");
    const auto tags = witness->call("sqs", "list_queue_tags", {{"QueueUrl", json::value(*queue.QueueUrl)}});
    CHECK(text_at(tags, "/Tags/Team") == "pay");

    queue.Attributes["VisibilityTimeout"] = "50";
    queue.tags = {{"Stage", "test"}};
    await(queue.save());
    CHECK(text_at(attributes(), "/Attributes/VisibilityTimeout") == "50");
    const auto changed = witness->call("sqs", "list_queue_tags", {{"QueueUrl", json::value(*queue.QueueUrl)}});
    CHECK(changed.at("Tags").as_object().size() == 1);
    CHECK(text_at(changed, "/Tags/Stage") == "test");
    const auto found = await(sqs::Queue::objects(session).get("jobs"));
    CHECK(found.QueueUrl == queue.QueueUrl);
    CHECK(found.Attributes.find("VisibilityTimeout")->value == "50");

    for (const char* name : {"more-1", "more-2", "more-3"}) {
        witness->call("sqs", "create_queue", {{"QueueName", name}});
    }
    CHECK(await(sqs::Queue::objects(session).list({.QueueNamePrefix = "more-"}).all()).size() == 3);
    await(queue.remove());
    CHECK_THROWS_AS(await(sqs::Queue::objects(session).get("jobs")), botocraft::DoesNotExist);
    CHECK_THROWS_AS(attributes(), WitnessError);
}

TEST_CASE("messages of one group of a FIFO queue are handled in their order", "[sqs]") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    const json::value url = witness->call("sqs", "create_queue", parse(R"({"QueueName": "jobs.fifo", "Attributes":
        {"FifoQueue": "true", "ContentBasedDeduplication": "true"}})")).at("QueueUrl");
    for (int i = 0; i < 8; ++i) {
        witness->call("sqs", "send_message", {{"QueueUrl", url}, {"MessageBody", std::to_string(i)},
                                              {"MessageGroupId", i % 2 == 0 ? "even" : "odd"}});
    }
    const auto queue = await(sqs::Queue::objects(session).get("jobs.fifo"));
    auto messages = queue.poll({.WaitTimeSeconds = 1});
    std::vector<std::string> even;
    std::vector<std::string> odd;
    const sqs::MessageHandler handler = [&](sqs::Message& message) -> botocraft::awaitable<void> {
        (std::stoi(*message.Body) % 2 == 0 ? even : odd).push_back(*message.Body);
        if (even.size() + odd.size() == 8) messages.stop();
        co_return;
    };
    await(messages.for_each(handler, {.concurrency = 4}));
    CHECK(even == std::vector<std::string>{"0", "2", "4", "6"});
    CHECK(odd == std::vector<std::string>{"1", "3", "5", "7"});
}

TEST_CASE("a message whose handler threw is received again", "[sqs]") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = session_for(*witness);
    const json::value url = witness->call("sqs", "create_queue", {{"QueueName", "jobs"}}).at("QueueUrl");
    witness->call("sqs", "send_message", {{"QueueUrl", url}, {"MessageBody", "again"}});
    const auto queue = await(sqs::Queue::objects(session).get("jobs"));
    auto messages = queue.poll({.WaitTimeSeconds = 1});
    int times = 0;
    int failures = 0;
    const sqs::MessageHandler handler = [&](sqs::Message&) -> botocraft::awaitable<void> {
        if (++times == 1) throw std::runtime_error("not yet");
        messages.stop();
        co_return;
    };
    const sqs::MessageFailure failed = [&](const sqs::Message&, const std::exception_ptr&) { ++failures; };
    await(messages.for_each(handler, {.retry_after = std::chrono::seconds(0)}, failed));
    CHECK(times == 2);
    CHECK(failures == 1);
    const auto left = witness->call("sqs", "get_queue_attributes", {{"QueueUrl", url}, {"AttributeNames", {"All"}}});
    CHECK(text_at(left, "/Attributes/ApproximateNumberOfMessages") == "0");
}
