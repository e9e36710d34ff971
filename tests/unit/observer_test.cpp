// What observers are told of calls, what logs say, and what neither shows.
#include "runtime/secrets.hpp"
#include "runtime/session_state.hpp"
#include "sample_service.hpp"
#include "support/ecs_script.hpp"
#include "support/event_messages.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/kinesis/client.hpp>
#include <botocraft/log.hpp>
#include <botocraft/observer.hpp>

#include "catch.hpp"

#include <functional>
#include <string>
#include <vector>

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using ecs::Service;
using fake::broken;
using http::Phase;

namespace {

class Recorder final : public Observer {
  public:
    std::vector<std::string> events;
    std::vector<AttemptInfo> attempts;
    std::vector<RetryInfo> retries;
    std::vector<CallEnd> ends;
    std::vector<std::string> wire;
    bool wants = false;

    void started(const CallInfo& call) noexcept override {
        events.push_back("started " + std::to_string(call.id) + " " + std::string(call.service) + "." +
                         std::string(call.operation) + " in " + std::string(call.region));
    }
    void attempted(const CallInfo&, const AttemptInfo& attempt) noexcept override {
        events.push_back("attempt " + std::to_string(attempt.number) + " at " + std::string(attempt.endpoint) + ": " +
                         std::to_string(attempt.status) + " " + std::string(attempt.error));
        attempts.push_back(attempt);
    }
    void retrying(const CallInfo&, const RetryInfo& retry) noexcept override {
        events.push_back("retry " + std::to_string(retry.attempt) + " after " + std::string(retry.error));
        retries.push_back(retry);
    }
    void ended(const CallInfo& call, const CallEnd& end) noexcept override {
        events.push_back("ended " + std::to_string(call.id) + " after " + std::to_string(end.attempts) + " " +
                         std::string(end.error));
        texts.emplace_back(end.text);
        ends.push_back(end);
    }
    bool wants_wire() const noexcept override { return wants; }
    void sent(const CallInfo&, int, std::string_view text) noexcept override { wire.emplace_back(text); }
    void received(const CallInfo&, int, std::string_view text) noexcept override { wire.emplace_back(text); }

    std::vector<std::string> texts;  // of errors
};

struct ObservedCalls : fake::World {
    std::shared_ptr<Recorder> seen = std::make_shared<Recorder>();

    ObservedCalls() {
        fake::script_ecs(*transport);
        change([](SessionOptions&) {});
    }
    void change(const std::function<void(SessionOptions&)>& how) {
        how(options);
        if (options.observers.empty()) options.observers.push_back(seen);
        session = Session(options);
    }
    awaitable<Service> get() const { return Service::objects(session).get("web", {.cluster = "prod"}); }
};

const std::string at = " at https://ecs.us-east-1.amazonaws.com: ";

}  // namespace

TEST_CASE_METHOD(ObservedCalls, "an attempt that ends by an error among events is told as well") {
    fake::Answer answer = fake::reply(fake::exception("InternalFailureException", R"({"message": "sorry"})"));
    answer.headers.emplace_back("Content-Type", "application/vnd.amazon.eventstream");
    transport->once("SubscribeToShard", answer);
    const kinesis::Client shards(session);
    kinesis::StartingPosition position;
    position.Type = "LATEST";
    auto events = shards.subscribe_to_shard({.ConsumerARN = "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1",
                                             .ShardId = "shardId-0",
                                             .StartingPosition = position});
    CHECK_THROWS_AS(run(events.next()), kinesis::InternalFailureException);
    poll();
    REQUIRE(seen->attempts.size() == 1);
    CHECK(seen->attempts[0].status == 200);
    REQUIRE(seen->events.size() == 3);
    CHECK_THAT(seen->events[1], EndsWith(": 200 InternalFailureException"));
    REQUIRE(seen->ends.size() == 1);
    CHECK(seen->ends[0].status == 200);
    CHECK(session.statistics().bytes_received > 0);
}

TEST_CASE_METHOD(ObservedCalls, "a call is told from its beginning to its end") {
    run(get());
    CHECK(seen->events == std::vector<std::string>{"started 1 ecs.DescribeServices in us-east-1", "attempt 1" + at + "200 ",
                                                   "ended 1 after 1 "});
    REQUIRE(seen->ends.size() == 1);
    CHECK(seen->ends[0].outcome == CallOutcome::success);
    CHECK(seen->ends[0].status == 200);
    REQUIRE(seen->attempts.size() == 1);
    CHECK(seen->attempts[0].sent);
    CHECK_FALSE(seen->attempts[0].connection_reused);
    CHECK(seen->attempts[0].request_bytes == transport->last().text.size());
    CHECK(seen->attempts[0].reply_bytes > 0);
    run(get());
    CHECK(seen->attempts[1].connection_reused);
    CHECK(seen->events[3] == "started 2 ecs.DescribeServices in us-east-1");
}

TEST_CASE_METHOD(ObservedCalls, "retries are told, with what led to them and how long they wait") {
    transport->once("DescribeServices", fake::error(400, "ThrottlingException"));
    transport->refuse(Phase::connect);
    run(get());
    // The connection comes first.
    CHECK(seen->events == std::vector<std::string>{
                              "started 1 ecs.DescribeServices in us-east-1", "attempt 1" + at + "0 ConnectFailure",
                              "retry 2 after ConnectFailure", "attempt 2" + at + "400 ThrottlingException",
                              "retry 3 after ThrottlingException", "attempt 3" + at + "200 ", "ended 1 after 3 "});
    REQUIRE(seen->retries.size() == 2);
    CHECK(seen->retries[0].wait == 25ms);
    CHECK_FALSE(seen->retries[0].throttled);
    CHECK(seen->retries[1].wait == 1s);
    CHECK(seen->retries[1].throttled);
    CHECK_FALSE(seen->attempts[0].sent);
    CHECK(seen->ends[0].took == 1025ms);

    transport->once("DescribeServices", broken(Phase::receive, true, true));
    run(get());
    REQUIRE(seen->retries.size() == 3);
    CHECK(seen->retries[2].stale_connection);
    CHECK(seen->retries[2].wait == 0s);
}

TEST_CASE_METHOD(ObservedCalls, "the end of a call tells its error") {
    SECTION("of the service") {
        transport->once("DescribeServices", fake::error(400, "ClusterNotFoundException", "no such cluster"));
        CHECK_THROWS_AS(run(get()), ServiceError);
        CHECK(seen->events.back() == "ended 1 after 1 ClusterNotFoundException");
        CHECK(seen->ends[0].outcome == CallOutcome::error);
        CHECK_THAT(seen->texts[0], Contains("no such cluster"));
    }
    SECTION("before anything was sent") {
        change([](SessionOptions& o) { o.endpoint_url = "nowhere"; });
        CHECK_THROWS_AS(run(get()), ConfigurationError);
        REQUIRE(seen->events.size() == 2);
        CHECK(seen->events[0] == "started 1 ecs.DescribeServices in ");
        CHECK(seen->ends[0].attempts == 0);
    }
}

TEST_CASE_METHOD(ObservedCalls, "a call that is cancelled, or whose context goes away, ends once") {
    transport->exchanging.close();
    fake::Running<Service> running;
    start(running, get());
    CHECK(seen->ends.empty());
    CHECK(session.statistics().in_flight == 1);
    cancel(running);
    CHECK(running.aborted());
    REQUIRE(seen->ends.size() == 1);
    CHECK(seen->ends[0].outcome == CallOutcome::cancelled);
    CHECK(session.statistics().in_flight == 0);
    CHECK(session.statistics().cancelled == 1);
    CHECK(session.statistics().errors == 0);
}

TEST_CASE_METHOD(ObservedCalls, "calls that stop before they are sent are not told") {
    static_cast<void>(run(dry_run(get())));
    CHECK(seen->events.empty());
    CHECK(session.statistics().in_flight == 0);
    CHECK(session.statistics().cancelled == 0);
}

TEST_CASE_METHOD(ObservedCalls, "statistics add up what happened") {
    run(get());
    transport->once("DescribeServices", fake::error(400, "ThrottlingException"));
    transport->once("DescribeServices", broken(Phase::receive, true, true));
    run(get());
    transport->once("DescribeServices", broken(Phase::receive, true, true));
    run(get());
    transport->once("DescribeServices", fake::error(400, "ClusterNotFoundException"));
    CHECK_THROWS_AS(run(get()), ServiceError);
    const SessionStatistics sums = session.statistics();
    CHECK(sums.calls == 4);
    CHECK(sums.in_flight == 0);
    CHECK(sums.errors == 1);
    CHECK(sums.attempts == 7);
    CHECK(sums.retries == 1);
    CHECK(sums.resent == 2);
    CHECK(sums.throttled == 1);
    std::size_t sent = 0;
    for (const fake::Request& request : transport->requests()) sent += request.text.size();
    CHECK(sums.bytes_sent == sent);
    CHECK(sums.bytes_received > 0);
}

TEST_CASE_METHOD(ObservedCalls, "the wire is shown without keys, signatures and tokens") {
    seen->wants = true;
    change([](SessionOptions& o) {
        o.credentials = static_credentials(
            Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session-token"));
    });
    run(get());
    REQUIRE(seen->wire.size() == 2);
    CHECK_THAT(seen->wire[0], Contains("POST / HTTP/1.1\n") && Contains("\nauthorization: ***\n") &&
                                  Contains("\nx-amz-security-token: ***\n") && Contains("\nhost: ecs.us-east-1.amazonaws.com\n") &&
                                  Contains(R"({"cluster":"prod","services":["web"],"include":["TAGS"]})"));
    CHECK_THAT(seen->wire[0], !Contains("a-session-token") && !Contains("Signature") && !Contains("AKIDEXAMPLE"));
    CHECK_THAT(seen->wire[1], Contains("HTTP 200\n") && Contains("\"serviceName\":\"web\""));
}

TEST_CASE("of messages with sensitive values only what cannot hold them is shown") {
    orm::ServiceTables service{};
    service.schema = &sample::schema;
    CHECK(detail::holds_secrets(service, sample::row_secret));
    CHECK_FALSE(detail::holds_secrets(service, sample::row_tag));
    CHECK_FALSE(detail::holds_secrets(service, api::none));

    const std::string_view request =
        "PUT /users/alice?password=p4ss HTTP/1.1\r\nhost: h\r\nx-amz-server-side-encryption-customer-key: k3y\r\n"
        "content-length: 16\r\n\r\n{\"token\":\"t0k\"}\n";
    const std::string shown = detail::shown_request(request, true);
    CHECK(shown == "PUT *** HTTP/1.1\nhost: h\nx-amz-server-side-encryption-customer-key: ***\ncontent-length: 16\n"
                   "\n*** (16 bytes)");
    CHECK_THAT(detail::shown_request(request, false), Contains("/users/alice?password=p4ss") && Contains("t0k"));

    http::Reply reply;
    reply.set_status(200);
    reply.add_header("x-custom", "s3cret");
    reply.add_header("Set-Cookie", "c00kie");
    reply.add_header("Content-Type", "text/plain");
    reply.set_body("s3cret");
    CHECK(detail::shown_reply(reply, true) == "HTTP 200\nx-custom: ***\nSet-Cookie: ***\nContent-Type: text/plain\n\n*** (6 bytes)");
    CHECK_THAT(detail::shown_reply(reply, false), Contains("x-custom: s3cret") && !Contains("c00kie"));
}

TEST_CASE("a presigned URL is shown without its signature, and control characters are escaped") {
    const std::string shown = detail::shown_request(
        "GET /k?a=b&X-Amz-Credential=AKID&X-Amz-Security-Token=tok&X-Amz-Signature=abc&z=1 HTTP/1.1\r\n\r\n\x1b[2J\x01", false);
    CHECK(shown == "GET /k?a=b&X-Amz-Credential=***&X-Amz-Security-Token=***&X-Amz-Signature=***&z=1 HTTP/1.1\n\n\\x1b[2J\\x01");
    for (const std::string_view broken : {"", "\r\n", "GET", "GET /", "\r\n\r\n", "a: b\r\n\r\n", "GET ? HTTP\r\nx\r\n\r\n"}) {
        static_cast<void>(detail::shown_request(broken, true));
        static_cast<void>(detail::shown_request(broken, false));
    }
}

TEST_CASE_METHOD(ObservedCalls, "a logger writes records by level, one line each") {
    std::vector<std::string> lines;
    LogLevel level{};
    std::size_t count = 0;
    SECTION("error") { level = LogLevel::error, count = 0; }
    SECTION("warning") { level = LogLevel::warning, count = 1; }
    SECTION("info") { level = LogLevel::info, count = 2; }
    SECTION("debug") { level = LogLevel::debug, count = 5; }
    SECTION("wire") { level = LogLevel::wire, count = 9; }
    const auto logger = make_logger([&](const LogRecord& record) { lines.push_back(to_string(record)); }, level);
    change([&](SessionOptions& o) { o.observers = {logger}; });
    transport->once("DescribeServices", fake::error(400, "ThrottlingException", "slow down\nerror call_ended forged=1"));
    run(get());
    CHECK(lines.size() == count);
    for (const std::string& line : lines) {
        CHECK(line.find('\n') == line.npos);
        CHECK_THAT(line, Contains(" call=1 service=ecs operation=DescribeServices region=us-east-1"));
        CHECK_THAT(line, !Contains("Signature="));
    }
    if (level == LogLevel::info) {
        CHECK_THAT(lines[0], Contains("warning retry call=1") &&
                                 Contains("attempt=2 wait_ms=500.000 error=ThrottlingException throttled=yes stale_connection=no"));
        CHECK_THAT(lines[1], Contains("info call_ended") && Contains("outcome=success attempts=2 status=200 took_ms=500.000"));
    }
}

TEST_CASE_METHOD(ObservedCalls, "a log that fails ends no call") {
    change([&](SessionOptions& o) {
        o.observers = {make_logger([](const LogRecord&) { throw std::runtime_error("the disk is full"); }, LogLevel::wire)};
    });
    CHECK(run(get()).serviceName == "web");
}
