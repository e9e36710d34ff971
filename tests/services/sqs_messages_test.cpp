// SQS: checksums of messages, and streams of them.

#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/sqs.hpp>

#include "catch.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace botocraft;
namespace asio = boost::asio;
using fake::reply;
using sqs::Message;
using sqs::Queue;
using std::chrono::seconds;

namespace {

const std::string url = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs";

struct Messages : fake::World {
    Messages() {
        transport->on("ReceiveMessage", reply("{}"));
        transport->on("DeleteMessage", reply("{}"));
        transport->on("ChangeMessageVisibility", reply("{}"));
        transport->on("ChangeMessageVisibilityBatch", reply(R"({"Successful": [], "Failed": []})"));
        sleeper->sleeping.close();
    }
    [[nodiscard]] Queue queue(const std::string& at = url) {
        transport->once("GetQueueAttributes", reply(R"({"Attributes": {"VisibilityTimeout": "40"}})"));
        transport->once("ListQueueTags", reply("{}"));
        Queue found = run(Queue::objects(session).get_by_url(at));
        transport->forget();
        return found;
    }
    // Messages whose bodies are these; of FIFO queues, the group follows a colon.
    void arrive(const std::vector<std::string>& bodies) {
        fake::json::array messages;
        for (const std::string& body : bodies) {
            const auto colon = body.find(':');
            fake::json::object message{{"MessageId", "id-" + body}, {"ReceiptHandle", "r-" + body}, {"Body", body}};
            if (colon != body.npos) message["Attributes"] = fake::json::object{{"MessageGroupId", body.substr(colon + 1)}};
            messages.push_back(message);
        }
        transport->once("ReceiveMessage", reply(fake::json::object{{"Messages", messages}}));
    }
    [[nodiscard]] std::vector<std::string> receipts(std::string_view operation) const {
        std::vector<std::string> all;
        for (const fake::Request& request : transport->requests()) {
            if (request.operation() == operation) all.emplace_back(request.json().at("ReceiptHandle").as_string());
        }
        return all;
    }
    // Of a change of visibility, by receipt.
    [[nodiscard]] static std::vector<std::pair<std::string, std::int64_t>> changes(const fake::Request& request) {
        std::vector<std::pair<std::string, std::int64_t>> all;
        const fake::json::object body = request.json();
        for (const auto& entry : body.at("Entries").as_array()) {
            all.emplace_back(entry.at("ReceiptHandle").as_string(), entry.at("VisibilityTimeout").as_int64());
        }
        return all;
    }
};

// A handler that waits at a gate, and fails for what it is told.
struct Worker {
    fake::Gate gate;
    std::vector<std::string> begun;
    std::vector<std::string> ended;
    std::set<std::string> failing;
    std::size_t at_once = 0;
    std::size_t most_at_once = 0;

    awaitable<void> operator()(Message& message) {
        const std::string body = *message.Body;
        begun.push_back(body);
        most_at_once = std::max(most_at_once, ++at_once);
        const bool passed = co_await gate.pass();
        --at_once;
        if (!passed) throw boost::system::system_error(boost::asio::error::operation_aborted);
        if (failing.contains(body)) throw std::runtime_error(body);
        ended.push_back(body);
    }
};

using Bodies = std::vector<std::string>;

awaitable<bool> finished(awaitable<void> work) {
    co_await std::move(work);
    co_return true;
}

}  // namespace

// --- checksums --------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Messages, "the checksum of a message's attributes is the one that SQS computes") {
    struct Case {
        const char* attributes;
        const char* checksum;
    };
    // What SQS answered to others for these; the last one by the rule of the developer guide.
    const Case cases[] = {
        {R"({"SOME_Valid.attribute-Name": {"DataType": "Number", "StringValue": "1493147359900"}})",
         "36655e7e9d7c0e8479fa3f3f42247ae7"},
        {R"({"timestamp": {"DataType": "Number.java.lang.Long", "StringValue": "1602845432024"},
             "id": {"DataType": "String", "StringValue": "2018fc74-4f77-1a5a-1be0-c2d037d5052b"},
             "contentType": {"DataType": "String", "StringValue": "application/json"}})",
         "b12289320bb6e494b18b645ef562b4a9"},
        {R"({"bin": {"DataType": "Binary", "BinaryValue": "AQL/"}, "A": {"DataType": "String", "StringValue": "ö"}})",
         "1c5775dd39db2b93e2c8fad44a669c7c"},
    };
    for (const Case& one : cases) {
        for (const bool damaged : {false, true}) {
            std::string checksum = one.checksum;
            if (damaged) checksum[0] = checksum[0] == '0' ? '1' : '0';
            transport->once("ReceiveMessage", reply(std::string(R"({"Messages": [{"MessageId": "m-1", "Body": "derp",
                "MD5OfBody": "58fd9edd83341c29f1aebba81c31e257", "MD5OfMessageAttributes": ")") + checksum +
                R"(", "MessageAttributes": )" + one.attributes + "}]}"));
            if (!damaged) {
                CHECK(run(Queue::objects(session).receive_messages(url)).size() == 1);
                continue;
            }
            try {
                run(Queue::objects(session).receive_messages(url));
                FAIL("a damaged message was taken");
            } catch (const ProtocolError& error) {
                CHECK(error.code() == "ChecksumMismatch");
                CHECK(error.details().explanation.find("attributes of the message m-1") != std::string::npos);
                CHECK(error.details().explanation.find(one.checksum) != std::string::npos);
            }
        }
    }
}

TEST_CASE_METHOD(Messages, "a body that changed on its way is an error: received, sent, and sent in a batch") {
    const char* const wrong = "00000000000000000000000000000000";
    transport->once("ReceiveMessage", reply(std::string(R"({"Messages": [{"MessageId": "m-1", "Body": "derp", "MD5OfBody": ")") +
                                            wrong + "\"}]}"));
    CHECK_THROWS_AS(run(Queue::objects(session).receive_messages(url)), ProtocolError);

    transport->once("SendMessage", reply(R"({"MessageId": "m", "MD5OfMessageBody": "58fd9edd83341c29f1aebba81c31e257"})"));
    CHECK(run(Message::objects(session).send(url, "derp")).MessageId == "m");
    transport->once("SendMessage", reply(R"({"MessageId": "m", "MD5OfMessageBody": "58fd9edd83341c29f1aebba81c31e257"})"));
    CHECK_THROWS_AS(run(Message::objects(session).send(url, "Derp")), ProtocolError);

    std::vector<sqs::SendMessageBatchRequestEntry> entries(2);
    entries[0].Id = "a";
    entries[0].MessageBody = "one";
    entries[1].Id = "b";
    entries[1].MessageBody = "two";
    const char* const first = R"({"Successful": [{"Id": "a", "MessageId": "1", "MD5OfMessageBody": "f97c5d29941bfb1b2fdab0874906ab82"},
        {"Id": "b", "MessageId": "2", "MD5OfMessageBody": ")";
    transport->once("SendMessageBatch", reply(std::string(first) + R"(b8a9f715dbb64fd5c56e7783c6820a61"}], "Failed": []})"));
    CHECK(run(queue().send_batch(entries)).Successful.size() == 2);
    transport->once("SendMessageBatch", reply(std::string(first) + wrong + R"("}], "Failed": []})"));
    CHECK_THROWS_AS(run(queue().send_batch(entries)), ProtocolError);
}

TEST_CASE_METHOD(Messages, "a batch holds as many messages as SQS takes bytes") {
    transport->on("SendMessageBatch", reply(R"({"Successful": [], "Failed": []})"));
    std::vector<sqs::SendMessageBatchRequestEntry> entries(5);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].Id = std::to_string(i);
        entries[i].MessageBody = std::string(i == 4 ? 2'000'000 : 400'000, 'x');
    }
    run(Queue::objects(session).batch_send_messages(url, entries));
    std::vector<std::size_t> sizes;
    for (const fake::Request& request : transport->requests()) sizes.push_back(request.json().at("Entries").as_array().size());
    CHECK(sizes == std::vector<std::size_t>{2, 2, 1});
}

// --- streams ------------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Messages, "a stream waits for messages at AWS, and hands them over one by one") {
    const Queue jobs = queue();
    auto messages = jobs.poll({.MessageAttributeNames = "All"});
    arrive({"a", "b"});
    CHECK(run(messages.next())->Body == "a");
    CHECK(transport->last().json() == fake::json::parse(R"({"QueueUrl": ")" + url + R"(", "MessageAttributeNames": ["All"],
        "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20})"));
    const auto second = run(messages.next());
    CHECK(second->Body == "b");
    CHECK(second->QueueUrl == url);
    CHECK(transport->count("ReceiveMessage") == 1);
}

TEST_CASE_METHOD(Messages, "a queue that does not wait is asked again after a pause") {
    auto messages = queue().poll();
    fake::Running<box<Message>> running;
    start(running, messages.next());
    CHECK(transport->count("ReceiveMessage") == 1);
    CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>{seconds(1)});
    arrive({"a"});
    sleeper->sleeping.release();
    finish(running);
    CHECK((*running.value)->Body == "a");
    CHECK(transport->count("ReceiveMessage") == 2);
}

TEST_CASE_METHOD(Messages, "who stops waiting for a message ends the request; the stream can go on") {
    auto messages = queue().poll();
    transport->exchanging.close();
    fake::Running<box<Message>> running;
    const auto next = [&]() -> awaitable<box<Message>> {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        box<Message> message = co_await messages.next();
        co_return message;
    };
    start(running, next());
    running.cancel.emit(GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total));
    poll();
    REQUIRE(running.aborted());
    CHECK(transport->cancelled == 1);
    CHECK(transport->in_flight == 0);
    transport->exchanging.open();
    arrive({"a"});
    CHECK(run(messages.next())->Body == "a");
}

TEST_CASE_METHOD(Messages, "a stream that is stopped ends when what it had is handed over") {
    auto messages = queue().poll();
    arrive({"a", "b"});
    CHECK(run(messages.next())->Body == "a");
    messages.stop();
    CHECK(run(messages.next())->Body == "b");
    CHECK_FALSE(run(messages.next()));

    auto others = queue().poll();
    transport->exchanging.close();
    fake::Running<box<Message>> running;
    start(running, others.next());
    others.stop();
    finish(running);
    CHECK_FALSE(*running.value);
    CHECK(transport->in_flight == 0);
}

TEST_CASE_METHOD(Messages, "an error of the queue is thrown, and the next call asks again") {
    auto messages = queue().poll();
    transport->once("ReceiveMessage", fake::error(403, "AccessDenied", "no"));
    CHECK_THROWS_AS(run(messages.next()), ServiceError);
    arrive({"a"});
    CHECK(run(messages.next())->Body == "a");
}

TEST_CASE_METHOD(Messages, "a connection that breaks while a stream waits does not end it, nor what is safe to do again") {
    sleeper->sleeping.open();
    Queue jobs = queue();
    auto messages = jobs.poll();
    transport->once("ReceiveMessage", fake::broken(http::Phase::receive, true));
    arrive({"a"});
    auto message = run(messages.next());
    REQUIRE(message);
    CHECK(transport->count("ReceiveMessage") == 2);
    transport->once("DeleteMessage", fake::broken(http::Phase::receive, true));
    run(message->remove());
    CHECK(transport->count("DeleteMessage") == 2);
    transport->once("SendMessage", fake::broken(http::Phase::receive, true));
    CHECK_THROWS_AS(run(Message::objects(session).send(url, "one")), ConnectionError);  // it may be there already
    CHECK(transport->count("SendMessage") == 1);
}

TEST_CASE_METHOD(Messages, "a queue without its URL cannot be polled") {
    CHECK_THROWS_AS(Queue{}.poll(), UsageError);
}

// --- handlers -----------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Messages, "what a handler has done is deleted, one message after another") {
    auto messages = queue().poll();
    Worker worker;
    arrive({"a", "b"});
    fake::Running<bool> running;
    transport->exchanging.close();
    start(running, finished(messages.for_each(std::ref(worker))));
    transport->exchanging.release();  // the messages
    poll();
    CHECK(worker.ended == Bodies{"a"});
    transport->exchanging.release();  // a is deleted
    poll();
    CHECK(worker.ended == Bodies{"a", "b"});
    transport->exchanging.release();
    poll();
    CHECK(receipts("DeleteMessage") == Bodies{"r-a", "r-b"});
    CHECK(worker.most_at_once == 1);
    CHECK(transport->count("ReceiveMessage") == 2);  // it waits for more
    messages.stop();
    finish(running);
    CHECK(transport->in_flight == 0);
}

TEST_CASE_METHOD(Messages, "as many handlers as allowed work at once, and no more messages are asked for than they need") {
    auto messages = queue().poll({.MaxNumberOfMessages = 3});
    Worker worker;
    worker.gate.close();
    arrive({"a", "b", "c"});
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.concurrency = 2})));
    CHECK(worker.begun == Bodies{"a", "b"});
    CHECK(transport->count("ReceiveMessage") == 1);
    worker.gate.release();
    poll();
    CHECK(worker.begun == Bodies{"a", "b", "c"});
    CHECK(transport->count("ReceiveMessage") == 1);
    messages.stop();
    poll();
    CHECK_FALSE(running.done);  // before its handlers have finished
    worker.gate.open();
    finish(running);
    CHECK(worker.most_at_once == 2);
    CHECK(receipts("DeleteMessage").size() == 3);
}

TEST_CASE_METHOD(Messages, "messages that are held stay invisible while handlers work") {
    auto messages = queue().poll();  // 40 seconds, as the queue says
    Worker worker;
    worker.gate.close();
    arrive({"a", "b"});
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker))));
    REQUIRE(sleeper->slept.size() == 1);
    CHECK(sleeper->slept[0] == seconds(20));
    transport->forget();
    sleeper->sleeping.release();
    poll();
    REQUIRE(transport->count("ChangeMessageVisibilityBatch") == 1);
    CHECK(changes(transport->last()) == std::vector<std::pair<std::string, std::int64_t>>{{"r-a", 40}, {"r-b", 40}});
    worker.gate.release();
    poll();
    sleeper->sleeping.release();
    poll();
    CHECK(changes(transport->last()) == std::vector<std::pair<std::string, std::int64_t>>{{"r-b", 40}});
    messages.stop();
    worker.gate.open();
    finish(running);
    CHECK(sleeper->sleeping.waiting() == 0);  // nothing goes on behind it
}

TEST_CASE_METHOD(Messages, "what was not begun goes back to the queue when the stream is stopped") {
    auto messages = queue().poll({.VisibilityTimeout = 60});
    Worker worker;
    worker.gate.close();
    arrive({"a", "b", "c"});
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker))));
    CHECK(transport->last().json().at("VisibilityTimeout") == 60);
    messages.stop();
    worker.gate.open();
    finish(running);
    CHECK(worker.ended == Bodies{"a"});
    REQUIRE(transport->count("ChangeMessageVisibilityBatch") == 1);
    CHECK(changes(transport->last()) == std::vector<std::pair<std::string, std::int64_t>>{{"r-b", 0}, {"r-c", 0}});
}

TEST_CASE_METHOD(Messages, "a message whose handler failed stays in the queue, and the others go on where somebody is told") {
    auto messages = queue().poll();
    Worker worker;
    worker.failing = {"a"};
    arrive({"a", "b"});
    Bodies told;
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.retry_after = seconds(5)},
                                              [&](const Message& message, const std::exception_ptr&) {
                                                  told.push_back(*message.Body);
                                              })));
    CHECK(told == Bodies{"a"});
    CHECK(receipts("DeleteMessage") == Bodies{"r-b"});
    CHECK(receipts("ChangeMessageVisibility") == Bodies{"r-a"});
    messages.stop();
    finish(running);
}

TEST_CASE_METHOD(Messages, "an error of a handler that nobody is told ends the stream when the others have finished") {
    auto messages = queue().poll();
    Worker worker;
    worker.gate.close();
    worker.failing = {"a"};
    arrive({"a", "b"});
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.concurrency = 2})));
    worker.gate.release();
    poll();
    CHECK_FALSE(running.done);
    worker.gate.release();
    poll();
    REQUIRE(running.done);
    CHECK_THROWS_AS(std::rethrow_exception(running.error), std::runtime_error);
    CHECK(receipts("DeleteMessage") == Bodies{"r-b"});
}

TEST_CASE_METHOD(Messages, "an error of the queue ends the handlers' stream when they have finished") {
    auto messages = queue().poll();
    Worker worker;
    worker.gate.close();
    arrive({"a"});
    transport->once("ReceiveMessage", fake::error(403, "AccessDenied", "no"));
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.concurrency = 2})));
    CHECK_FALSE(running.done);
    worker.gate.open();
    poll();
    REQUIRE(running.done);
    CHECK_THROWS_AS(std::rethrow_exception(running.error), ServiceError);
    CHECK(receipts("DeleteMessage") == Bodies{"r-a"});
}

TEST_CASE_METHOD(Messages, "cancelling cancels the handlers and the request, and waits for them") {
    auto messages = queue().poll();
    Worker worker;
    worker.gate.close();
    arrive({"a"});
    fake::Running<bool> running;
    const auto all = [&]() -> awaitable<bool> {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        const sqs::Handling handling{.concurrency = 2};
        const bool done = co_await finished(messages.for_each(std::ref(worker), handling));
        co_return done;
    };
    start(running, all());
    transport->exchanging.close();
    sleeper->sleeping.open();  // the pause of the empty queue
    poll();
    sleeper->sleeping.close();
    running.cancel.emit(GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total));
    poll();
    REQUIRE(running.aborted());
    CHECK(worker.at_once == 0);
    CHECK(worker.ended.empty());
    CHECK(transport->in_flight == 0);
    CHECK(sleeper->sleeping.waiting() == 0);
    CHECK(receipts("DeleteMessage").empty());
}

TEST_CASE_METHOD(Messages, "a message that was handled is deleted although nobody waits any more") {
    auto messages = queue().poll();
    Worker worker;
    arrive({"a"});
    transport->exchanging.close();
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker))));
    transport->exchanging.release();
    poll();
    REQUIRE(transport->count("DeleteMessage") == 1);
    cancel(running);
    CHECK_FALSE(running.done);
    transport->exchanging.open();
    poll();
    CHECK(running.aborted());
    CHECK(transport->cancelled == 0);
}

TEST_CASE_METHOD(Messages, "messages of one group keep their order, and none overtakes one that failed") {
    auto messages = queue(url + ".fifo").poll();
    Worker worker;
    worker.gate.close();
    worker.failing = {"3:b"};
    arrive({"1:a", "2:a", "3:b", "4:b"});
    Bodies told;
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.concurrency = 4},
                                              [&](const Message& message, const std::exception_ptr&) {
                                                  told.push_back(*message.Body);
                                              })));
    CHECK(transport->requests().front().json().at("MessageSystemAttributeNames") == fake::json::array{"MessageGroupId"});
    CHECK(worker.begun == Bodies{"1:a", "3:b"});
    worker.gate.open();
    poll();
    CHECK(worker.begun == Bodies{"1:a", "3:b", "2:a"});
    CHECK(told == Bodies{"3:b"});
    messages.stop();
    finish(running);
    CHECK(receipts("DeleteMessage") == Bodies{"r-1:a", "r-2:a"});
}

TEST_CASE_METHOD(Messages, "what is behind a message that failed comes again when it does, and after it") {
    auto messages = queue(url + ".fifo").poll();
    Worker worker;
    worker.failing = {"1:a"};
    arrive({"1:a", "2:a", "3:b", "4:a"});
    transport->on("ChangeMessageVisibilityBatch", reply("{}"));
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.retry_after = seconds(5)},
                                              [](const Message&, const std::exception_ptr&) {})));
    poll();
    CHECK(worker.begun == Bodies{"1:a", "3:b"});
    std::vector<std::string> said;
    for (const fake::Request& request : transport->requests()) {
        if (request.operation() == "ChangeMessageVisibility") {
            CHECK(request.json().at("VisibilityTimeout") == 5);
            said.emplace_back(request.json().at("ReceiptHandle").as_string());
        }
        if (request.operation() != "ChangeMessageVisibilityBatch") continue;
        for (const auto& [receipt, time] : changes(request)) {
            if (time != 5) continue;  // the heart's
            said.push_back(receipt);
        }
    }
    CHECK(said == Bodies{"r-1:a", "r-2:a", "r-4:a"});
    messages.stop();
    finish(running);
}

TEST_CASE_METHOD(Messages, "a message is deleted and held whatever its handler made of it") {
    auto messages = queue().poll();
    arrive({"a", "b"});
    Bodies taken;
    fake::Gate gate;
    gate.close();
    const auto take = [&](Message& message) -> awaitable<void> {
        const Message mine = std::move(message);
        taken.push_back(*mine.Body);
        const bool passed = co_await gate.pass();
        static_cast<void>(passed);
    };
    fake::Running<bool> running;
    start(running, finished(messages.for_each(take)));
    sleeper->sleeping.release();
    poll();
    CHECK(changes(transport->last()) == std::vector<std::pair<std::string, std::int64_t>>{{"r-a", 40}, {"r-b", 40}});
    gate.open();
    poll();
    CHECK(taken == Bodies{"a", "b"});
    CHECK(receipts("DeleteMessage") == Bodies{"r-a", "r-b"});
    messages.stop();
    finish(running);
}

TEST_CASE_METHOD(Messages, "SQS is told the timeout that handlers are given, and half of it is less than all of it") {
    const auto held = [this](Queue jobs) {
        Worker worker;
        worker.gate.close();
        auto messages = jobs.poll();
        transport->forget();
        sleeper->slept.clear();
        arrive({"a"});
        fake::Running<bool> running;
        start(running, finished(messages.for_each(std::ref(worker))));
        const auto asked = transport->requests().front().json().at("VisibilityTimeout").as_int64();
        messages.stop();
        worker.gate.open();
        finish(running);
        return asked;
    };
    Queue jobs = queue();
    CHECK(held(jobs) == 40);
    jobs.Attributes.reset();  // as one of a list that was not asked for them
    CHECK(held(jobs) == 30);
    CHECK(sleeper->slept.front() == seconds(15));
    jobs.Attributes["VisibilityTimeout"] = "1";
    CHECK(held(jobs) == 1);
    CHECK(sleeper->slept.front() == std::chrono::milliseconds(500));
    auto one_by_one = queue().poll();
    arrive({"a"});
    run(one_by_one.next());  // nobody holds it: the queue's own timeout
    CHECK_FALSE(transport->last().json().contains("VisibilityTimeout"));
}

TEST_CASE_METHOD(Messages, "what was received before its handlers came is held from the beginning") {
    auto messages = queue().poll();
    arrive({"a", "b"});
    run(messages.next());
    Worker worker;
    worker.gate.close();
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker))));
    REQUIRE(transport->count("ChangeMessageVisibilityBatch") == 1);
    CHECK(changes(transport->last()) == std::vector<std::pair<std::string, std::int64_t>>{{"r-b", 40}});
    messages.stop();
    worker.gate.open();
    finish(running);
}

TEST_CASE_METHOD(Messages, "a group whose handler takes long does not keep the others waiting") {
    auto messages = queue(url + ".fifo").poll();
    Worker worker;
    worker.gate.close();
    arrive({"1:a", "2:a", "3:a"});
    arrive({"4:b"});
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.concurrency = 2})));
    CHECK(worker.begun == Bodies{"1:a", "4:b"});
    CHECK(transport->count("ReceiveMessage") == 2);
    messages.stop();
    worker.gate.open();
    finish(running);
    CHECK(worker.begun == Bodies{"1:a", "4:b"});
}

TEST_CASE_METHOD(Messages, "so many messages that wait for their group are enough") {
    auto messages = queue(url + ".fifo").poll();
    Worker worker;
    worker.gate.close();
    for (int i = 0; i < 4; ++i) arrive(Bodies(10, std::to_string(i) + ":a"));
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.concurrency = 2})));
    CHECK(transport->count("ReceiveMessage") == 3);  // 29 wait, where 20 may
    messages.stop();
    worker.gate.open();
    finish(running);
}

TEST_CASE_METHOD(Messages, "when a message that failed comes again is the last that SQS hears of it") {
    auto messages = queue().poll();
    Worker worker;
    worker.gate.close();
    worker.failing = {"a"};
    arrive({"a"});
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {.retry_after = seconds(0)},
                                              [](const Message&, const std::exception_ptr&) {})));
    transport->exchanging.close();
    sleeper->sleeping.release();  // the heart beats, and its request takes a while
    poll();
    worker.gate.open();
    poll();
    CHECK(transport->count("ChangeMessageVisibilityBatch") == 1);
    CHECK(transport->count("ChangeMessageVisibility") == 0);
    transport->exchanging.release();
    poll();
    REQUIRE(transport->count("ChangeMessageVisibility") == 1);
    sleeper->sleeping.release();  // while that is on its way, the heart has nothing to say
    poll();
    CHECK(transport->count("ChangeMessageVisibilityBatch") == 1);
    messages.stop();
    transport->exchanging.open();
    finish(running);
    CHECK(receipts("ChangeMessageVisibility") == Bodies{"r-a"});
}

TEST_CASE_METHOD(Messages, "what a stream cannot do is refused") {
    auto messages = queue().poll();
    CHECK_THROWS_AS(messages.for_each([](Message&) -> awaitable<void> { co_return; }, {.concurrency = 0}), UsageError);
    CHECK_THROWS_AS(queue().poll({.ReceiveRequestAttemptId = "again"}), UsageError);
}

TEST_CASE_METHOD(Messages, "a handler may delete its message itself") {
    auto messages = queue().poll();
    arrive({"a"});
    fake::Running<bool> running;
    start(running, finished(messages.for_each([](Message& message) { return message.remove(); }, {.remove = false})));
    CHECK(receipts("DeleteMessage") == Bodies{"r-a"});
    messages.stop();
    finish(running);
}

// --- what fails in part -------------------------------------------------------------------------------------------------------

namespace {

fake::Answer two_good_one_damaged(const char* group = nullptr) {
    fake::json::array messages;
    for (const char* const body : {"a", "b", "c"}) {
        fake::json::object message{{"MessageId", body}, {"ReceiptHandle", std::string("r-") + body}, {"Body", body}};
        if (*body == 'b') message["MD5OfBody"] = "00000000000000000000000000000000";
        if (group) message["Attributes"] = fake::json::object{{"MessageGroupId", group}};
        messages.push_back(message);
    }
    return reply(fake::json::object{{"Messages", messages}});
}

}  // namespace

TEST_CASE_METHOD(Messages, "one damaged message does not keep back the good ones that came with it") {
    auto messages = queue().poll();
    transport->once("ReceiveMessage", two_good_one_damaged());
    CHECK(run(messages.next())->Body == "a");
    auto good = run(messages.next());
    CHECK(good->Body == "c");
    CHECK(good->QueueUrl == url);
    run(good->remove());
    CHECK(receipts("DeleteMessage") == Bodies{"r-c"});
    CHECK_THROWS_AS(run(messages.next()), ProtocolError);
    CHECK(transport->count("ReceiveMessage") == 1);
    arrive({"d"});
    CHECK(run(messages.next())->Body == "d");

    auto ordered = queue(url + ".fifo").poll();
    transport->once("ReceiveMessage", two_good_one_damaged("g"));
    CHECK(run(ordered.next())->Body == "a");
    CHECK_THROWS_AS(run(ordered.next()), ProtocolError);  // and `c` comes again behind `b`
    arrive({"d:h"});
    CHECK(run(ordered.next())->Body == "d:h");
}

TEST_CASE_METHOD(Messages, "of a damaged message somebody is told, and handlers work on with the others") {
    auto messages = queue().poll();
    transport->once("ReceiveMessage", two_good_one_damaged());
    Worker worker;
    Bodies told;
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker), {}, [&](const Message& message, const std::exception_ptr& error) {
              CHECK_THROWS_AS(std::rethrow_exception(error), ProtocolError);
              told.push_back(*message.MessageId);
          })));
    CHECK(worker.ended == Bodies{"a", "c"});
    CHECK(told == Bodies{"b"});
    CHECK_FALSE(running.done);
    messages.stop();
    finish(running);

    auto others = queue().poll();
    transport->once("ReceiveMessage", two_good_one_damaged());
    fake::Running<bool> ended;
    start(ended, finished(others.for_each(std::ref(worker))));
    REQUIRE(ended.done);
    CHECK_THROWS_AS(std::rethrow_exception(ended.error), ProtocolError);
    CHECK(changes(transport->last()) == std::vector<std::pair<std::string, std::int64_t>>{{"r-a", 0}, {"r-c", 0}});
}

TEST_CASE_METHOD(Messages, "a beat that fails keeps no other message back, and is made up for soon") {
    auto messages = queue(url + ".fifo").poll();  // 40 seconds
    Worker worker;
    worker.gate.close();
    Bodies bodies;
    for (int i = 0; i < 12; ++i) bodies.push_back(std::to_string(i) + ":a");
    arrive(bodies);
    fake::Running<bool> running;
    start(running, finished(messages.for_each(std::ref(worker))));
    REQUIRE(sleeper->slept.size() == 1);
    transport->forget();
    transport->once("ChangeMessageVisibilityBatch", fake::error(403, "AccessDenied", "no"));
    sleeper->sleeping.release();
    poll();
    REQUIRE(transport->count("ChangeMessageVisibilityBatch") == 2);
    CHECK(changes(transport->requests()[0]).size() == 10);
    CHECK(changes(transport->requests()[1]).size() == 2);
    CHECK(sleeper->slept.back() == seconds(5));
    transport->once("ChangeMessageVisibilityBatch", reply(R"({"Failed": [{"Id": "1", "SenderFault": false, "Code": "InternalError"}]})"));
    sleeper->sleeping.release();
    poll();
    CHECK(sleeper->slept.back() == seconds(5));
    transport->once("ChangeMessageVisibilityBatch", reply(R"({"Failed": [{"Id": "1", "SenderFault": true, "Code": "Gone"}]})"));
    sleeper->sleeping.release();
    poll();
    CHECK(transport->count("ChangeMessageVisibilityBatch") == 6);
    CHECK(sleeper->slept.back() == seconds(20));
    messages.stop();
    worker.gate.open();
    finish(running);
}
