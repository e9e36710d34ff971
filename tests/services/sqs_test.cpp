// SQS: a queue that AWS tells of in three answers, messages that know their queue, and batches of any size.

#include "orm/model_state.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/sqs.hpp>
#include <botocraft/sqs/client.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace botocraft;
using fake::reply;
using sqs::Message;
using sqs::Queue;

namespace {

const std::string base = "https://sqs.us-east-1.amazonaws.com/123456789012/";

fake::Answer no_such_queue() {
    fake::Answer answer = fake::error(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
    answer.headers.emplace_back("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender");
    return answer;
}

struct Sqs : fake::World {
    Sqs() {
        transport->on("GetQueueUrl", [](const fake::Request& request) {
            const std::string name(request.json().at("QueueName").as_string());
            return name == "gone" ? no_such_queue() : reply(fake::json::object{{"QueueUrl", base + name}});
        });
        transport->on("GetQueueAttributes", [](const fake::Request& request) {
            const std::string url(request.json().at("QueueUrl").as_string());
            if (url.ends_with("gone")) return no_such_queue();
            const std::string arn = "arn:aws:sqs:us-east-1:123456789012:" + url.substr(url.rfind('/') + 1);
            return reply(fake::json::object{{"Attributes", {{"QueueArn", arn}, {"VisibilityTimeout", "30"}}}});
        });
        transport->on("ListQueueTags", [](const fake::Request& request) {
            const std::string url(request.json().at("QueueUrl").as_string());
            return url.ends_with("bare") ? reply("{}") : reply(R"({"Tags": {"Team": "payments"}})");
        });
    }
    [[nodiscard]] fake::json::object sent() const { return transport->last().json(); }
    [[nodiscard]] std::vector<std::string> operations() const {
        std::vector<std::string> names;
        for (const fake::Request& request : transport->requests()) names.push_back(request.operation());
        return names;
    }
};

}  // namespace

TEST_CASE_METHOD(Sqs, "a queue is got by its name, with its attributes and tags") {
    const auto queue = run(Queue::objects(session).get("jobs"));
    CHECK(operations() == std::vector<std::string>{"GetQueueUrl", "GetQueueAttributes", "ListQueueTags"});
    CHECK(transport->requests()[1].json() ==
          fake::json::parse(R"({"QueueUrl": ")" + base + R"(jobs", "AttributeNames": ["All"]})"));
    CHECK(transport->requests()[2].json() == fake::json::object{{"QueueUrl", base + "jobs"}});
    CHECK(queue.pk() == "jobs");  // by which it is got again
    CHECK(queue.name() == "jobs");
    CHECK(queue.QueueName == "jobs");
    CHECK(queue.arn() == "arn:aws:sqs:us-east-1:123456789012:jobs");
    CHECK(queue.Attributes.at("VisibilityTimeout") == "30");
    CHECK(queue.tags.at("Team") == "payments");
    CHECK(queue.state_.from_aws());
}

TEST_CASE_METHOD(Sqs, "a queue that is not there does not exist, whatever its code is called") {
    CHECK_THROWS_AS(run(Queue::objects(session).get("gone")), DoesNotExist);
    CHECK_FALSE(run(Queue::objects(session).get_or_none("gone")));
    CHECK_THROWS_AS(run(Queue::objects(session).get_by_url(base + "gone")), DoesNotExist);
}

TEST_CASE_METHOD(Sqs, "nothing can be done with a queue that is not there, nor with its messages") {
    for (const char* operation : {"DeleteQueue", "PurgeQueue", "ReceiveMessage", "DeleteMessage", "SendMessageBatch"}) {
        transport->on(operation, [](const fake::Request&) { return no_such_queue(); });
    }
    const std::string gone = base + "gone";
    const auto queues = Queue::objects(session);
    CHECK_THROWS_AS(run(queues.remove(gone)), DoesNotExist);
    CHECK_THROWS_AS(run(queues.purge(gone)), DoesNotExist);
    CHECK_THROWS_AS(run(queues.receive_messages(gone)), DoesNotExist);
    CHECK_THROWS_AS(run(Message::objects(session).remove(gone, "receipt")), DoesNotExist);
    const std::vector<sqs::SendMessageBatchRequestEntry> entries{{.Id = "1", .MessageBody = "hello"}};
    CHECK_THROWS_AS(run(queues.batch_send_messages(gone, entries)), DoesNotExist);
}

TEST_CASE_METHOD(Sqs, "an error has the code of the older protocol and the class that the model declares") {
    const auto ask = [&] { run(sqs::Client(session).get_queue_url({.QueueName = "gone"})); };
    CHECK_THROWS_AS(ask(), sqs::QueueDoesNotExist);
    try {
        ask();
    } catch (const Error& error) {
        CHECK(error.code() == "AWS.SimpleQueueService.NonExistentQueue");
    }
}

TEST_CASE_METHOD(Sqs, "a call besides that fails is a failure") {
    transport->once("ListQueueTags", fake::error(403, "AccessDenied", "no"));
    CHECK_THROWS_AS(run(Queue::objects(session).get("jobs")), ServiceError);
}

TEST_CASE_METHOD(Sqs, "queues are listed in order over pages, with all that AWS tells of each, but for those that went") {
    transport->once("ListQueues", reply(fake::json::object{{"QueueUrls", {base + "a", base + "gone", base + "bare"}},
                                                           {"NextToken", "2"}}));
    transport->once("ListQueues", reply(fake::json::object{{"QueueUrls", {base + "b"}}}));
    const auto queues = run(Queue::objects(session).list({.QueueNamePrefix = "x"}).all());
    CHECK(transport->requests()[0].json() == fake::json::parse(R"({"QueueNamePrefix": "x", "MaxResults": 1000})"));
    CHECK(transport->count("ListQueues") == 2);
    REQUIRE(queues.size() == 3);
    CHECK(queues[0].name() == "a");
    CHECK(queues[1].name() == "bare");
    CHECK(queues[1].tags.empty());
    CHECK(queues[2].name() == "b");
    CHECK(queues[2].tags.at("Team") == "payments");
    CHECK(transport->count("GetQueueUrl") == 0);
    CHECK(transport->most_in_flight > 1);
    CHECK(transport->in_flight == 0);
}

TEST_CASE_METHOD(Sqs, "who stops waiting stops the calls besides as well") {
    transport->exchanging.close();
    fake::Running<Queue> running;
    start(running, Queue::objects(session).get_by_url(base + "jobs"));
    transport->exchanging.release();
    poll();
    REQUIRE(transport->count("ListQueueTags") == 1);
    cancel(running);
    CHECK(running.aborted());
    CHECK(transport->cancelled == 1);
    CHECK(transport->in_flight == 0);
}

TEST_CASE_METHOD(Sqs, "a new queue is what was sent, and has its URL") {
    transport->on("CreateQueue", reply(R"({"QueueUrl": "https://sqs/1/jobs"})"));
    Queue made{.QueueName = "jobs"};
    made.Attributes = {{"DelaySeconds", "5"}};
    made.tags = {{"Team", "payments"}};
    auto queue = run(Queue::objects(session).create(made));
    CHECK(sent() ==
          fake::json::parse(R"({"QueueName": "jobs", "Attributes": {"DelaySeconds": "5"}, "tags": {"Team": "payments"}})"));
    CHECK(queue.QueueUrl == "https://sqs/1/jobs");
    CHECK(queue.QueueName == "jobs");
    CHECK(queue.Attributes.at("DelaySeconds") == "5");
    CHECK(queue.tags.at("Team") == "payments");

    transport->on("DeleteQueue", reply("{}"));
    run(queue.remove());
    CHECK(sent() == fake::json::object{{"QueueUrl", "https://sqs/1/jobs"}});
}

TEST_CASE_METHOD(Sqs, "messages know their queue: they are deleted and sent again by themselves") {
    transport->on("ReceiveMessage", reply(R"({"Messages": [
        {"MessageId": "1", "ReceiptHandle": "r1", "Body": "one",
         "MessageAttributes": {"Kind": {"DataType": "String", "StringValue": "test"}}},
        {"MessageId": "2", "ReceiptHandle": "r2", "Body": "two"}]})"));
    transport->on("DeleteMessage", reply("{}"));
    transport->on("SendMessage", reply(R"({"MessageId": "3"})"));
    const auto queue = run(Queue::objects(session).get("jobs"));
    auto messages = run(queue.receive({.MaxNumberOfMessages = 10, .WaitTimeSeconds = 20}));
    CHECK(sent() == fake::json::parse(R"({"QueueUrl": ")" + base + R"(jobs", "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20})"));
    REQUIRE(messages.size() == 2);
    CHECK(messages[1].QueueUrl == base + "jobs");
    CHECK(messages[1].pk()["ReceiptHandle"] == "r2");

    run(messages[1].remove());
    CHECK(sent() == fake::json::object{{"QueueUrl", base + "jobs"}, {"ReceiptHandle", "r2"}});

    const auto again = run(messages[0].send({.DelaySeconds = 7}));
    CHECK(again.MessageId == "3");
    CHECK(sent() == fake::json::parse(R"({"QueueUrl": ")" + base + R"(jobs", "MessageBody": "one", "DelaySeconds": 7,
        "MessageAttributes": {"Kind": {"DataType": "String", "StringValue": "test"}}})"));
}

TEST_CASE_METHOD(Sqs, "a batch of any size is sent in tens, and what became of all of it is one answer") {
    transport->on("SendMessageBatch", [](const fake::Request& request) {
        fake::json::array done, failed;
        const fake::json::object body = request.json();
        for (const auto& entry : body.at("Entries").as_array()) {
            fake::json::array& to = entry.at("Id").as_string().ends_with("1") ? failed : done;
            to.push_back(fake::json::object{{"Id", entry.at("Id")}});
        }
        fake::json::object answer{{"Successful", done}};
        if (!failed.empty()) answer["Failed"] = failed;
        return reply(answer);
    });
    std::vector<sqs::SendMessageBatchRequestEntry> entries(23);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].Id = "m" + std::to_string(i);
        entries[i].MessageBody = "body";
    }
    const auto result = run(Queue::objects(session).batch_send_messages(base + "jobs", entries));
    std::vector<std::size_t> sizes;
    for (const fake::Request& request : transport->requests()) sizes.push_back(request.json().at("Entries").as_array().size());
    CHECK(sizes == std::vector<std::size_t>{10, 10, 3});
    REQUIRE(result.Successful.size() == 20);
    CHECK(result.Successful[19].Id == "m22");
    REQUIRE(result.Failed.size() == 3);  // m1, m11, m21
    CHECK(result.Failed[2].Id == "m21");
}

TEST_CASE_METHOD(Sqs, "where a batch was sent in part, the error names what had been refused of it") {
    std::vector<sqs::SendMessageBatchRequestEntry> entries(23);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].Id = "m" + std::to_string(i);
        entries[i].MessageBody = "body";
    }
    const char* const first = R"({"Successful": [{"Id": "m0"}], "Failed": [{"Id": "m1", "SenderFault": false, "Code": "InternalError"},
        {"Id": "m7", "SenderFault": true, "Code": "InvalidMessageContents"}]})";
    const auto explanation = [&] {
        try {
            run(Queue::objects(session).batch_send_messages(base + "jobs", entries));
            FAIL("the batch was not sent whole");
        } catch (const Error& error) {
            return error.details().explanation;
        }
        return std::string();
    };
    transport->once("SendMessageBatch", reply(first));
    transport->once("SendMessageBatch", fake::error(403, "AccessDenied", "no"));
    CHECK_THAT(explanation(), has_text("of 23 elements the first 10 had been sent: do not send those again, but for the 2 "
                                       "that were refused: m1 (InternalError), m7 (InvalidMessageContents)"));

    // What was answered was sent, whatever is wrong with the answer.
    transport->once("SendMessageBatch", reply(first));
    transport->once("SendMessageBatch", reply(R"({"Successful": [{"Id": "m10", "MD5OfMessageBody": "00"}],
        "Failed": [{"Id": "m12", "SenderFault": false, "Code": "InternalError"}]})"));
    CHECK_THAT(explanation(), has_text("the first 20 had been sent") && has_text("the 3 that were refused: ") &&
                                  has_text(", m12 (InternalError)"));
}

TEST_CASE_METHOD(Sqs, "a queue that is saved sends the attributes and tags that differ, and none that SQS sets") {
    transport->on("GetQueueAttributes", reply(R"({"Attributes": {"QueueArn": "arn:aws:sqs:us-east-1:1:jobs",
        "VisibilityTimeout": "30", "DelaySeconds": "0", "ApproximateNumberOfMessages": "7"}})"));
    transport->on("ListQueueTags", reply(R"({"Tags": {"Team": "payments", "Stage": "test"}})"));
    for (const char* const operation : {"SetQueueAttributes", "TagQueue", "UntagQueue"}) transport->on(operation, reply("{}"));
    auto queue = run(Queue::objects(session).get("jobs"));
    transport->on("GetQueueAttributes", reply(R"({"Attributes": {"QueueArn": "arn:aws:sqs:us-east-1:1:jobs",
        "VisibilityTimeout": "30", "DelaySeconds": "0", "ApproximateNumberOfMessages": "9"}})"));

    run(queue.save());
    CHECK(transport->count("SetQueueAttributes") == 0);
    CHECK(transport->count("TagQueue") + transport->count("UntagQueue") == 0);

    queue.Attributes["VisibilityTimeout"] = "60";
    queue.Attributes.erase("DelaySeconds");  // stays
    run(queue.save());
    CHECK(sent() == fake::json::parse(R"({"QueueUrl": ")" + base + R"(jobs", "Attributes": {"VisibilityTimeout": "60"}})"));
    CHECK(transport->count("SetQueueAttributes") == 1);

    queue.Attributes["VisibilityTimeout"] = "30";
    queue.tags["Team"] = "search";
    queue.tags.erase("Stage");
    run(queue.save());
    CHECK(transport->count("SetQueueAttributes") == 1);
    CHECK(transport->requests()[transport->requests().size() - 2].json() ==
          fake::json::parse(R"({"QueueUrl": ")" + base + R"(jobs", "Tags": {"Team": "search"}})"));
    CHECK(sent() == fake::json::parse(R"({"QueueUrl": ")" + base + R"(jobs", "TagKeys": ["Stage"]})"));

    queue.tags.reset();  // says nothing of them
    run(queue.save());
    CHECK(transport->count("TagQueue") + transport->count("UntagQueue") == 2);
}

TEST_CASE_METHOD(Sqs, "a queue that is not from SQS is made by saving it, and then has its URL") {
    transport->on("CreateQueue", reply(R"({"QueueUrl": "https://sqs/1/jobs"})"));
    Queue queue{.QueueName = "jobs"};
    queue.Attributes = {{"DelaySeconds", "5"}};
    detail::ModelAccess::came_from_aws(queue.state_, session.state(), 0);  // of a session that is not the default one
    detail::ModelAccess::left_aws(queue.state_);
    run(queue.save());
    CHECK(sent() == fake::json::parse(R"({"QueueName": "jobs", "Attributes": {"DelaySeconds": "5"}})"));
    CHECK(queue.QueueUrl == "https://sqs/1/jobs");
    CHECK(queue.pk() == "jobs");
    CHECK(queue.state_.from_aws());
}

TEST_CASE_METHOD(Sqs, "a queue that went meanwhile is not saved") {
    auto queue = run(Queue::objects(session).get("jobs"));
    transport->on("GetQueueAttributes", [](const fake::Request&) { return no_such_queue(); });
    queue.Attributes["VisibilityTimeout"] = "60";
    CHECK_THROWS_AS(run(queue.save()), DoesNotExist);
    CHECK(transport->count("SetQueueAttributes") == 0);
}

TEST_CASE("a queue that waits for messages is asked in a loop, and its other operations are not") {
    const orm::ServiceTables& tables = sqs::tables::service;
    for (std::uint16_t i = 0; i < tables.operation_count; ++i) {
        const std::string_view name = tables.text(tables.operations[i].name);
        const bool polls = (tables.operations[i].flags & api::operation_flag::poll) != 0;
        INFO(name);
        CHECK(polls == (name == "ReceiveMessage"));
    }
}
