// Which calls are tried again, after which waits, and what that may cost.

#include "support/ecs_calls.hpp"

#include "catch.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using ecs::Service;
using fake::broken;
using fake::verify;
using http::Phase;
using Calls = fake::EcsCalls;

// --- what is tried again ----------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Calls, "throttling, server errors and broken connections are tried again") {
    std::chrono::nanoseconds wait = 25ms;
    SECTION("throttling") {
        transport->once("DescribeServices", fake::error(400, "ThrottlingException"));
        wait = 500ms;
    }
    SECTION("server error") { transport->once("DescribeServices", fake::error(500, "ServerException")); }
    SECTION("a proxy's page") {
        fake::Answer page = fake::reply("<html>Bad Gateway</html>");
        page.status = 502;
        transport->once("DescribeServices", page);
    }
    SECTION("no connection") { transport->refuse(Phase::connect); }
    SECTION("no name") { transport->refuse(Phase::resolve, true); }
    SECTION("a handshake that broke") { transport->refuse(Phase::tls); }
    SECTION("a proxy that is out of order") { transport->refuse(Phase::proxy); }
    SECTION("reset after the request was sent") { transport->once("DescribeServices", broken(Phase::receive, true)); }
    SECTION("no reply in time") { transport->once("DescribeServices", broken(Phase::receive, true, false, true)); }
    CHECK(run(get()).serviceName == "web");
    REQUIRE(sleeper->slept.size() == 1);
    CHECK(sleeper->slept[0] == wait);
}

TEST_CASE_METHOD(Calls, "errors that would come again are not tried again") {
    SECTION("the caller's fault") { transport->once("DescribeServices", fake::error(400, "InvalidParameterException")); }
    SECTION("a refused certificate") { transport->refuse(Phase::tls, false, true); }
    SECTION("a proxy that does not let through") { transport->refuse(Phase::proxy, false, true); }
    CHECK_THROWS_AS(run(get()), Error);
    CHECK(sleeper->slept.empty());
}

TEST_CASE_METHOD(Calls, "what is not idempotent is not sent twice once AWS may have seen it") {
    SECTION("sent") {
        transport->once("UpdateCluster", broken(Phase::receive, true));
        const Error error = error_of(update());
        CHECK(error.kind() == ErrorKind::connection);
        CHECK(error.code() == "ReceiveFailure");
        CHECK(transport->count("UpdateCluster") == 1);
    }
    SECTION("sent on a connection that the server had closed") {
        run(update());
        transport->once("UpdateCluster", broken(Phase::receive, true, true));
        CHECK_THROWS_AS(run(update()), ConnectionError);
        CHECK(transport->count("UpdateCluster") == 2);
    }
    SECTION("not sent") {
        transport->once("UpdateCluster", broken(Phase::send, false));
        CHECK(run(update()).clusterName == "prod");
    }
    SECTION("answered: AWS did not carry it out") {
        transport->once("UpdateCluster", fake::error(GENERATE(500, 503), "ServiceUnavailable"));
        CHECK(run(update()).clusterName == "prod");
    }
    SECTION("answered by something on the way, which may have passed it on") {
        fake::Answer page = fake::reply(GENERATE(as<std::string>(), "<html>Gateway Timeout</html>", "", "{}"));
        page.status = GENERATE(500, 502, 504);
        transport->once("UpdateCluster", page);
        const Error error = error_of(update());
        CHECK(error.code() == "UnknownError");
        CHECK(error.status() == page.status);
        CHECK_THAT(error.what(), Contains("it may have been carried out"));
        CHECK(transport->count("UpdateCluster") == 1);
    }
    SECTION("answered by something on the way, which did not pass it on") {
        fake::Answer page = fake::reply("<html>Try later</html>");
        page.status = GENERATE(429, 503);
        transport->once("UpdateCluster", page);
        CHECK(run(update()).clusterName == "prod");
        CHECK(transport->count("UpdateCluster") == 2);
    }
}

TEST_CASE_METHOD(Calls, "an error that may be about what an attempt before did says so") {
    bool lost = false;
    SECTION("its reply was lost") {
        transport->once("RunTask", broken(Phase::receive, true));
        lost = true;
    }
    SECTION("something on the way answered") {
        fake::Answer page = fake::reply("<html>Gateway Timeout</html>");
        page.status = 504;
        transport->once("RunTask", page);
        lost = true;
    }
    SECTION("it was not sent") { transport->once("RunTask", broken(Phase::send, false)); }
    SECTION("AWS said that it was not done") { transport->once("RunTask", fake::error(500, "ServerException")); }
    SECTION("there was none") {}
    transport->once("RunTask", fake::error(400, "InvalidParameterException"));
    ecs::Task task;
    task.taskDefinitionArn = "web:7";
    const Error error = error_of(ecs::Task::objects(session).create(task));
    CHECK(error.code() == "InvalidParameterException");
    CHECK((std::string_view(error.what()).find("its reply was lost") != std::string_view::npos) == lost);
}

TEST_CASE_METHOD(Calls, "an error of what only reads is none of a lost reply") {
    transport->once("DescribeServices", broken(Phase::receive, true));
    transport->once("DescribeServices", fake::error(400, "InvalidParameterException"));
    CHECK_THAT(error_of(get()).what(), !Contains("its reply was lost"));
}

TEST_CASE_METHOD(Calls, "a stale connection is replaced at once, and that is no retry") {
    change([](SessionOptions& o) { o.max_attempts = 1; });
    run(get());
    transport->once("DescribeServices", broken(Phase::receive, true, true));
    CHECK(run(get()).serviceName == "web");
    CHECK(sleeper->slept.empty());
    CHECK(transport->requests()[1].reused_connection);
    CHECK_FALSE(transport->requests()[2].reused_connection);
}

TEST_CASE_METHOD(Calls, "a call replaces one stale connection at once: the next is a failure like others") {
    const RetryMode mode = GENERATE(RetryMode::off, RetryMode::standard);
    change([&](SessionOptions& o) { o.retry_mode = mode; });
    transport->once("DescribeServices", broken(Phase::receive, true, true));
    transport->once("DescribeServices", broken(Phase::receive, true, true));
    if (mode == RetryMode::off) {
        CHECK(error_of(get()).details().attempts.size() == 2);
        CHECK(sleeper->slept.empty());
    } else {
        run(get());
        CHECK(sleeper->slept.size() == 1);
    }
    CHECK(session.statistics().resent == 1);
}

TEST_CASE_METHOD(Calls, "a stale connection is replaced at once also on the last attempt") {
    transport->once("DescribeServices", fake::error(503, "ServiceUnavailable"));
    transport->once("DescribeServices", fake::error(503, "ServiceUnavailable"));
    transport->once("DescribeServices", broken(Phase::receive, true, true));
    CHECK(run(get()).serviceName == "web");
    CHECK(sleeper->slept.size() == 2);
    CHECK(session.statistics().resent == 1);
}

TEST_CASE_METHOD(Calls, "three attempts by default, or as many as the session says") {
    transport->on("DescribeServices", fake::error(503, "ServiceUnavailable", "try later"));
    SECTION("default") {
        const Error error = error_of(get());
        CHECK(transport->requests().size() == 3);
        CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>{25ms, 50ms});
        REQUIRE(error.details().attempts.size() == 3);
        CHECK(error.details().attempts[0].status == 503);
        CHECK(error.details().attempts[0].error == "ServiceUnavailable");
        CHECK(error.details().attempts[0].request_id == "11112222-3333-4444-5555-666677778888");
        CHECK(error.details().attempts[1].delay_ms == 50);
        CHECK(error.details().attempts[2].delay_ms == 0);
        CHECK_THAT(error.what(), Contains("[after 3 attempts]") && Contains("\"try later\""));
    }
    SECTION("none again") {
        change([](SessionOptions& o) { o.max_attempts = 1; });
        CHECK_THROWS_AS(run(get()), ServiceError);
        CHECK(transport->requests().size() == 1);
    }
    SECTION("retries are off") {
        environment->set("AWS_MAX_ATTEMPTS", "5");
        change([](SessionOptions& o) { o.retry_mode = RetryMode::off; });
        CHECK_THROWS_AS(run(get()), ServiceError);
        CHECK(transport->requests().size() == 1);
    }
    SECTION("the environment says") {
        environment->set("AWS_MAX_ATTEMPTS", "5");
        CHECK_THROWS_AS(run(get()), ServiceError);
        CHECK(transport->requests().size() == 5);
    }
}

TEST_CASE_METHOD(Calls, "an outage empties the bucket: then there are no retries") {
    std::size_t calls = 0;
    SECTION("by the rules of 2026") { calls = 500 / 14; }
    SECTION("by those before") {
        environment->set("AWS_NEW_RETRIES_2026", "false");
        calls = 500 / 5;
    }
    change([](SessionOptions& o) { o.max_attempts = 2; });
    random->value = 0;  // no wait, which must cost no less
    transport->on("DescribeServices", fake::error(503, "ServiceUnavailable"));
    for (std::size_t call = 0; call < calls; ++call) CHECK_THROWS_AS(run(get()), ServiceError);
    CHECK(transport->requests().size() == 2 * calls);
    const Error error = error_of(get());
    const std::size_t sent = 2 * calls + 1;
    CHECK(transport->requests().size() == sent);
    CHECK_THAT(error.what(), Contains("the quota of retries is used up"));

    // The quota belongs to the service and the region: that of another handle to the same region is the same, and that
    // of another region is full.
    const Session same = session.with_region("us-east-1");
    CHECK_THROWS_AS(run(Service::objects(same).get("web", {.cluster = "prod"})), ServiceError);
    CHECK(transport->requests().size() == sent + 1);
    const Session other = session.with_region("eu-west-1");
    CHECK_THROWS_AS(run(Service::objects(other).get("web", {.cluster = "prod"})), ServiceError);
    CHECK(transport->requests().size() == sent + 3);

    // A success after a retry gives back what the retry cost.
    fake::script_ecs(*transport);
    for (int call = 0; call < 5; ++call) run(get());
    transport->once("DescribeServices", fake::error(503, "ServiceUnavailable"));
    run(get());
    transport->once("DescribeServices", fake::error(503, "ServiceUnavailable"));
    run(get());
    CHECK(transport->requests().size() == sent + 3 + 5 + 4);
}

TEST_CASE_METHOD(Calls, "a session for each call draws on the same quota, which belongs to the execution context") {
    transport->on("DescribeServices", fake::error(503, "ServiceUnavailable"));
    for (int call = 0; call < 100; ++call) {
        change([](SessionOptions& o) { o.max_attempts = 3; });
        CHECK_THROWS_AS(run(get()), ServiceError);
    }
    CHECK(transport->requests().size() == 100 + 500 / 14);

    boost::asio::io_context other{1};
    std::exception_ptr failed;
    boost::asio::co_spawn(other, get(), [&](const std::exception_ptr& error, const Service&) { failed = error; });
    other.run();
    CHECK(failed);
    CHECK(transport->requests().size() == 100 + 500 / 14 + 3);
}

TEST_CASE_METHOD(Calls, "a server of one's own draws on no quota of AWS's, whatever its region is called") {
    transport->on("DescribeServices", fake::error(503, "ServiceUnavailable"));
    change([](SessionOptions& o) { o.max_attempts = 3, o.endpoint_url = "https://ecs.example.org"; });
    for (int call = 0; call < 100; ++call) CHECK_THROWS_AS(run(get()), ServiceError);
    transport->forget();
    change([](SessionOptions& o) { o.endpoint_url.reset(); });
    CHECK_THROWS_AS(run(get()), ServiceError);
    CHECK(transport->requests().size() == 3);
}

TEST_CASE_METHOD(Calls, "the time in which the instance is asked for the region is the call's") {
    environment->set("AWS_DEFAULTS_MODE", "auto");
    transport->on("", [&](const fake::Request& request) {
        if (request.text.starts_with("PUT ")) {
            clock->advance(4min);
            return fake::reply("token");
        }
        return fake::reply("us-west-2");
    });
    change([](SessionOptions& o) {
        o.region.reset();
        o.attempt_timeout = std::chrono::milliseconds::max();
    });
    run(get());
    CHECK(transport->last().region() == "us-west-2");
    CHECK(transport->limits.deadline <= http::Clock::now() + 1min);
}

TEST_CASE_METHOD(Calls, "a deadline ends the retries, and bounds each attempt") {
    transport->on("DescribeServices", fake::error(503, "SlowDown"));
    change([](SessionOptions& o) {
        o.max_attempts = 10;
        o.call_timeout = 4s;
        o.attempt_timeout = 100h;
    });
    const auto before = http::Clock::now();
    CHECK_THAT(error_of(get()).what(), Contains("[after 4 attempts]") && Contains("the time of the call would be over"));
    CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>{500ms, 1s, 2s});
    CHECK(transport->limits.deadline < before + 4s + 1h);  // and so not the 100 hours
}

TEST_CASE_METHOD(Calls, "the longest times are no limits") {
    constexpr auto unlimited = std::chrono::milliseconds::max();
    change([&](SessionOptions& o) {
        o.call_timeout = o.attempt_timeout = o.lookup_timeout = o.first_byte_timeout = o.stall_timeout = unlimited;
        o.max_idle = o.max_age = unlimited;
        o.connect_timeout = o.tls_timeout = unlimited;
        o.retry_mode = GENERATE(RetryMode::standard, RetryMode::adaptive);
    });
    transport->once("DescribeServices", fake::error(503, "SlowDown"));
    CHECK(run(get()).serviceName == "web");
    CHECK(transport->limits.deadline == http::Clock::time_point::max());
    for (const auto limit : {transport->limits.resolve, transport->limits.connect, transport->limits.tls, transport->limits.first_byte,
                             transport->limits.stall, transport->limits.idle, transport->limits.age}) {
        CHECK(limit == http::Clock::duration::max());
    }
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(Calls, "a request that could not be sent in time is told from a reply that did not come") {
    change([](SessionOptions& o) { o.max_attempts = 1; });
    transport->once("DescribeServices", broken(Phase::send, true, false, true));
    CHECK(error_of(get()).code() == "SendTimeout");
    transport->once("DescribeServices", broken(Phase::receive, true, false, true));
    CHECK(error_of(get()).code() == "ReadTimeout");
}

TEST_CASE_METHOD(Calls, "a server that names a wait is waited for") {
    fake::Answer busy = fake::error(503, "ServiceUnavailable");
    SECTION("in milliseconds") { busy.headers.emplace_back("x-amz-retry-after", "2000"); }
    SECTION("in seconds") { busy.headers.emplace_back("Retry-After", "2"); }
    SECTION("as a time") { busy.headers.emplace_back("Retry-After", "Sun, 30 Aug 2015 12:36:02 GMT"); }
    transport->once("DescribeServices", busy);
    run(get());
    CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>{2s});
}

TEST_CASE_METHOD(Calls, "the waits are those of the session's behavior version") {
    const auto slept = [this] {
        transport->once("DescribeServices", fake::error(503, "ServiceUnavailable"));
        sleeper->slept.clear();
        run(get());
        return sleeper->slept.at(0);
    };
    CHECK(slept() == 25ms);
    change([](SessionOptions& o) { o.behavior = BehaviorVersion::v2025_01_01; });
    CHECK(slept() == 500ms);
    environment->set("AWS_NEW_RETRIES_2026", "true");
    change([](SessionOptions&) {});
    CHECK(slept() == 500ms);
    change([](SessionOptions& o) { o.behavior.reset(); });
    CHECK(slept() == 25ms);
}

TEST_CASE_METHOD(Calls, "all attempts of a call send the same bytes, but for the time and the signature") {
    transport->once("DescribeServices", fake::error(400, "ThrottlingException"));
    transport->once("DescribeServices", broken(Phase::send, true));
    run(get());
    REQUIRE(transport->requests().size() == 3);
    for (const fake::Request& request : transport->requests()) {
        CHECK(request.body() == transport->requests()[0].body());
        CHECK(verify(request) == auth::Verdict::valid);
    }
}

// --- the adaptive mode --------------------------------------------------------------------------------------------------

namespace {
struct AdaptiveCalls : Calls {
    AdaptiveCalls() {
        change([](SessionOptions& o) { o.retry_mode = RetryMode::adaptive; });
        random->value = 0;
    }
    void throttle() {
        transport->once("DescribeServices", fake::error(400, "ThrottlingException"));
        run(get());
        sleeper->slept.clear();
    }
};
}  // namespace

TEST_CASE_METHOD(AdaptiveCalls, "the adaptive mode holds first attempts back once AWS has throttled") {
    for (int call = 0; call < 10; ++call) run(get());
    CHECK(sleeper->slept.empty());
    throttle();
    for (int call = 0; call < 10; ++call) run(get());
    CHECK(sleeper->slept.size() >= 5);  // at 0.5 a second, the least there is

    // Other regions have limits of their own.
    sleeper->slept.clear();
    const Session other = session.with_region("eu-west-1");
    run(Service::objects(other).get("web", {.cluster = "prod"}));
    CHECK(sleeper->slept.empty());
}

TEST_CASE_METHOD(AdaptiveCalls, "a call that the adaptive mode would hold back for too long ends at once") {
    change([](SessionOptions& o) { o.call_timeout = 1s; });
    transport->once("DescribeServices", fake::error(400, "ThrottlingException"));
    const Error last = error_of(get());  // its retry is held back, and the error is that of the attempt
    CHECK(last.code() == "ThrottlingException");
    CHECK_THAT(last.what(), Contains("adaptive"));
    const Error first = error_of(get());
    CHECK(first.kind() == ErrorKind::timeout);
    CHECK(first.code() == "RequestHeldBack");
    CHECK_THAT(first.what(), Contains("ecs.DescribeServices in us-east-1") && Contains("adaptive"));
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(AdaptiveCalls, "a call that is cancelled while it is held back frees its place") {
    throttle();
    sleeper->sleeping.close();
    fake::Running<Service> first;
    start(first, get());
    while (first.done) start(first, get());  // what may go at once
    REQUIRE(sleeper->sleeping.waiting() == 1);
    const auto wait = sleeper->slept.back();
    cancel(first);
    CHECK(first.aborted());
    fake::Running<Service> second;
    start(second, get());
    REQUIRE(sleeper->sleeping.waiting() == 1);
    CHECK(sleeper->slept.back() == wait);  // and not longer
    sleeper->sleeping.open();
    finish(second);
    CHECK(second.value->serviceName == "web");
}

TEST_CASE_METHOD(AdaptiveCalls, "a call that ends before its request is sent frees its place") {
    throttle();
    transport->acquiring.close();
    fake::Running<Service> first;
    start(first, get());
    REQUIRE(transport->acquiring.waiting() == 1);
    cancel(first);
    CHECK(first.aborted());
    transport->acquiring.open();
    sleeper->slept.clear();
    run(get());
    CHECK(sleeper->slept.empty());
}
