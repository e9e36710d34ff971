// The one road of every call: what is sent, what the errors say, and how it is cancelled.

#include "auth/sigv4.hpp"
#include "runtime/session_state.hpp"
#include "support/ecs_calls.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using ecs::Service;
using fake::broken;
using fake::verify;
using Calls = fake::EcsCalls;
using http::Phase;

// --- what is sent ---------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Calls, "a request is these bytes and no others") {
    run(get());
    REQUIRE(transport->requests().size() == 1);
    const fake::Request& request = transport->last();
    const std::string signature = request.header("authorization").substr(request.header("authorization").rfind('=') + 1);
    CHECK(signature.size() == 64);
    CHECK(request.text == "POST / HTTP/1.1\r\n"
                          "content-type: application/x-amz-json-1.1\r\n"
                          "host: ecs.us-east-1.amazonaws.com\r\n"
                          "x-amz-target: AmazonEC2ContainerServiceV20141113.DescribeServices\r\n"
                          "user-agent: botocraft-cpp/0.1.0\r\n"
                          "x-amz-date: 20150830T123600Z\r\n"
                          "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/ecs/aws4_request, "
                          "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" +
                              signature +
                              "\r\n"
                              "content-length: 56\r\n"
                              "\r\n"
                              R"({"cluster":"prod","services":["web"],"include":["TAGS"]})");
    CHECK(request.header("content-length") == std::to_string(request.body().size()));
    CHECK(verify(request) == auth::Verdict::valid);
    CHECK(request.origin.host == "ecs.us-east-1.amazonaws.com");
    CHECK(request.origin.port == 443);
    CHECK(request.origin.tls);
}

TEST_CASE_METHOD(Calls, "the user agent says the program's name, in what a header can hold") {
    const auto user_agent = [&](auto&& say) {
        change(say);
        run(get());
        return transport->last().header("user-agent");
    };
    environment->set("AWS_SDK_UA_APP_ID", "inventory");
    CHECK(user_agent([](SessionOptions&) {}) == "botocraft-cpp/0.1.0 app/inventory");
    CHECK(user_agent([](SessionOptions& o) { o.app_id = "My App/2\r\nx-evil: 1"; }) ==
          "botocraft-cpp/0.1.0 app/My-App-2--x-evil--1");
    CHECK(transport->last().header("x-evil").empty());
}

TEST_CASE_METHOD(Calls, "each attempt is signed anew, with the time of the attempt and a session token") {
    change([](SessionOptions& o) {
        o.credentials = static_credentials(
            Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session-token"));
    });
    random->value = std::numeric_limits<std::uint64_t>::max();
    transport->once("DescribeServices", fake::error(503, "SlowDown"));
    transport->once("DescribeServices", fake::error(503, "SlowDown"));
    run(get());
    REQUIRE(transport->requests().size() == 3);
    CHECK(transport->requests()[0].header("x-amz-date") == "20150830T123600Z");
    CHECK(transport->requests()[2].header("x-amz-date") == "20150830T123602Z");
    CHECK(transport->last().header("x-amz-security-token") == "a-session-token");
    for (const fake::Request& request : transport->requests()) CHECK(verify(request) == auth::Verdict::valid);
}

TEST_CASE_METHOD(Calls, "an endpoint of one's own is called as it is written") {
    change([](SessionOptions& o) { o.endpoint_url = "http://localhost:4566/base"; });
    run(get());
    CHECK(transport->last().text.starts_with("POST /base HTTP/1.1\r\n"));
    CHECK(transport->last().header("host") == "localhost:4566");
    CHECK_FALSE(transport->last().origin.tls);
    CHECK(transport->last().origin.port == 4566);
}

TEST_CASE_METHOD(Calls, "an idempotency token is the same in all attempts of a call, and another in the next") {
    transport->on("RunTask", fake::reply(R"({"tasks": [{"taskArn": "t"}]})"));
    ecs::Task task;
    task.taskDefinitionArn = "web:7";
    transport->once("RunTask", broken(Phase::receive, true));
    run(ecs::Task::objects(session).create(task));
    random->value = 1;
    run(ecs::Task::objects(session).create(task));
    run(ecs::Task::objects(session).create(task));
    REQUIRE(transport->requests().size() == 4);
    std::vector<std::string> tokens;
    for (const auto& request : transport->requests()) tokens.push_back(fake::text_of(request.json(), "clientToken"));
    CHECK(tokens[0].size() == 36);
    CHECK(tokens[0] == tokens[1]);
    CHECK(tokens[1] != tokens[2]);
}

// --- what errors say -----------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Calls, "an error that the service declares has a type of its own") {
    SECTION("plain") { transport->once("DescribeServices", fake::error(400, "ClusterNotFoundException", "Cluster not found.")); }
    SECTION("with a namespace") {
        transport->once("DescribeServices", fake::error(400, "com.amazonaws.ecs#ClusterNotFoundException", "Cluster not found."));
    }
    SECTION("in a header") {
        fake::Answer answer = fake::error(400, "", "Cluster not found.");
        answer.headers.emplace_back("x-amzn-ErrorType", "ClusterNotFoundException:http://internal.amazon.com/coral/");
        transport->once("DescribeServices", answer);
    }
    try {
        run(get());
        FAIL("no error");
    } catch (const ecs::ClusterNotFoundException& error) {
        CHECK(error.status() == 400);
        CHECK(error.message() == "Cluster not found.");
        CHECK(error.request_id() == "11112222-3333-4444-5555-666677778888");
        CHECK_THAT(error.what(), Contains("ecs.DescribeServices in us-east-1 at https://ecs.us-east-1.amazonaws.com") &&
                                     Contains("ClusterNotFoundException (HTTP 400)") && Contains("\"Cluster not found.\"") &&
                                     Contains("[request id 11112222-3333-4444-5555-666677778888]"));
    }
}

TEST_CASE_METHOD(Calls, "replies that are none of the protocol are told from the service's errors") {
    SECTION("a page instead of a result") { transport->once("DescribeServices", fake::reply("<html>Please sign in</html>")); }
    SECTION("a page instead of an error") {
        fake::Answer page = fake::reply("<html>Forbidden: Please sign in</html>");
        page.status = 403;
        transport->once("DescribeServices", page);
    }
    const Error error = error_of(get());
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK_THAT(error.what(), Contains("ecs.DescribeServices in us-east-1") && Contains("Please sign in") && Contains("(HTTP "));
    CHECK(error.request_id() == "11112222-3333-4444-5555-666677778888");
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(Calls, "a truncated result is an error that shows where it begins") {
    transport->once("DescribeServices", fake::reply(R"({"services": [{"serviceName": "web", "sta)"));
    const Error error = error_of(get());
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK(error.status() == 200);
    CHECK_THAT(error.what(), Contains("not JSON") && Contains("ecs.DescribeServices in us-east-1") && Contains("serviceName"));
}

TEST_CASE_METHOD(Calls, "an empty success is an error, not a service that is missing") {
    transport->on("DescribeServices", fake::reply(""));
    const Error error = error_of(get());
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK(error.status() == 200);
    CHECK(error.request_id() == "11112222-3333-4444-5555-666677778888");
    CHECK_THAT(error.what(), Contains("no body"));
    CHECK(transport->requests().size() == 3);  // whoever begins an answer and does not send it may do so the next time
    CHECK_THROWS_AS(run(Service::objects(session).get_or_none("web", {.cluster = "prod"})), ProtocolError);
    transport->once("ListServices", fake::reply(""));
    CHECK_THROWS_AS(run(Service::objects(session).list({.cluster = "prod"}).count()), ProtocolError);
}

TEST_CASE_METHOD(Calls, "an error that nobody declared keeps its first bytes") {
    transport->once("DescribeServices", fake::error(400, "SomethingNewException", "It is new."));
    const Error error = error_of(get());
    CHECK(error.code() == "SomethingNewException");
    CHECK(error.message() == "It is new.");
    CHECK_THAT(error.details().body, Contains("SomethingNewException") && Contains("It is new."));
    CHECK_THAT(error.what(), !Contains("the reply begins"));  // the message says it
    transport->once("DescribeServices", fake::error(400, "ClusterNotFoundException", "Cluster not found."));
    CHECK(error_of(get()).details().body.empty());
}

TEST_CASE_METHOD(Calls, "no error holds a secret") {
    change([](SessionOptions& o) {
        o.max_attempts = 1;
        o.credentials = static_credentials(
            Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session-token"));
    });
    std::vector<std::string> texts;
    for (const fake::Answer& answer : {fake::error(403, "AccessDeniedException"), fake::error(503, "ServiceUnavailable"),
                                       fake::reply("<html>"), fake::reply("{"), broken(Phase::receive, true),
                                       broken(Phase::parse, true), broken(Phase::receive, true, false, true)}) {
        transport->once("DescribeServices", answer);
        texts.emplace_back(error_of(get()).what());
    }
    const std::string signature = transport->last().header("authorization");
    for (const std::string& text : texts) {
        CHECK_THAT(text, Contains("ecs.DescribeServices in us-east-1 at https://ecs.us-east-1.amazonaws.com"));
        CHECK_THAT(text, !Contains("wJalr") && !Contains("a-session-token") && !Contains("Signature"));
    }
}

// --- cancelling -----------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Calls, "a cancelled call ends at once with operation_aborted, wherever it is") {
    fake::Gate* gate = nullptr;
    SECTION("waiting for a connection") { gate = &transport->acquiring; }
    SECTION("waiting for the reply") { gate = &transport->exchanging; }
    SECTION("waiting for the next attempt") {
        gate = &sleeper->sleeping;
        transport->on("DescribeServices", fake::error(503, "ServiceUnavailable"));
    }
    gate->close();
    fake::Running<Service> running;
    start(running, get());
    REQUIRE(gate->waiting() == 1);
    const std::size_t sent = transport->requests().size();
    cancel(running);
    CHECK(running.aborted());
    CHECK(gate->waiting() == 0);
    CHECK(transport->in_flight == 0);
    CHECK(transport->requests().size() == sent);

    gate->open();  // and the session is as good as before
    fake::script_ecs(*transport);
    CHECK(run(get()).serviceName == "web");
}

namespace {
// Credentials that are not there yet.
class SlowProvider final : public CredentialsProvider {
  public:
    fake::Gate gate;
    int asked = 0;
    awaitable<Credentials> resolve(const CredentialsContext&) override {
        ++asked;
        const bool passed = co_await gate.pass();
        static_cast<void>(passed);
        co_return Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    }
    std::string_view name() const noexcept override { return "a slow one"; }
};
}  // namespace

TEST_CASE_METHOD(Calls, "a call that is cancelled while it waits for credentials does not take them from others") {
    const auto provider = std::make_shared<SlowProvider>();
    change([&](SessionOptions& o) { o.credentials = provider; });
    provider->gate.close();
    fake::Running<Service> first;
    fake::Running<Service> second;
    start(first, get());
    start(second, get());
    cancel(first);
    CHECK(first.aborted());
    CHECK_FALSE(second.done);
    provider->gate.open();
    finish(second);
    CHECK(second.value->serviceName == "web");
    CHECK(provider->asked == 1);
    CHECK(transport->requests().size() == 1);
}

// --- sessions -----------------------------------------------------------------------------------------------------------------

TEST_CASE("who names no session has that of the execution context") {
    boost::asio::io_context one;
    boost::asio::io_context two;
    const auto first = detail::default_session(one);
    CHECK(detail::default_session(one) == first);
    CHECK(detail::default_session(two) != first);
}

TEST_CASE_METHOD(Calls, "a call waits for its credentials no longer than it may take") {
    fake::Gate gate;
    gate.close();
    struct Waiting final : CredentialsProvider {
        explicit Waiting(fake::Gate& owner) : gate(owner) {}
        awaitable<Credentials> resolve(const CredentialsContext&) override {
            const bool passed = co_await gate.pass();
            co_return Credentials(passed ? "AKIDEXAMPLE" : "", "secret");
        }
        std::string_view name() const noexcept override { return "slow"; }
        fake::Gate& gate;
    };
    change([&gate](SessionOptions& o) {
        o.credentials = std::make_shared<Waiting>(gate);
        o.call_timeout = 0ms;
    });
    fake::Running<Service> running;
    start(running, get());
    for (int i = 0; i < 1000 && !running.done; ++i) {
        context.restart();
        context.run_one_for(10ms);
    }
    REQUIRE(running.done);
    try {
        std::rethrow_exception(running.error);
    } catch (const TimeoutError& error) {
        CHECK(error.code() == "CredentialsTimeout");
        CHECK_THAT(error.what(), Contains("slow"));
    }
    CHECK(transport->requests().empty());
    gate.open();
    poll();
}

TEST_CASE_METHOD(Calls, "a session that cannot be used says why, and sends nothing") {
    environment->set("AWS_EC2_METADATA_DISABLED", "true");  // else the instance would be asked
    std::string code;
    std::string said;
    SECTION("no region") {
        change([](SessionOptions& o) { o.region.reset(); });
        code = "RegionMissing";
        said = "AWS_REGION";
    }
    SECTION("a region that is none") {
        change([](SessionOptions& o) { o.region = "evil.example/"; });
        code = "InvalidRegion";
        said = "evil.example/";
    }
    SECTION("another region that is none") {
        session = session.with_region("evil.example/");
        code = "InvalidRegion";
        said = "evil.example/";
    }
    SECTION("no credentials") {
        change([](SessionOptions& o) { o.credentials = nullptr; });
        code = "CredentialsNotFound";
        said = "AWS_ACCESS_KEY_ID";
    }
    SECTION("expired credentials") {
        change([](SessionOptions& o) {
            Credentials old("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
            old.expiration = std::chrono::sys_seconds(std::chrono::seconds(1440938000));
            o.credentials = static_credentials(old);
        });
        code = "ExpiredCredentials";
        said = "160 s ago";
    }
    SECTION("a profile that is not there") {
        change([](SessionOptions& o) { o.profile = "staging"; });
        code = "ProfileNotFound";
        said = "staging";
    }
    SECTION("no connections") {
        change([](SessionOptions& o) { o.connections = 0; });
        code = "InvalidLimit";
        said = "connections in code";
    }
    SECTION("a time that is less than none") {
        change([](SessionOptions& o) { o.connect_timeout = -1ms; });
        code = "InvalidLimit";
        said = "connect_timeout in code is -1 ms";
    }
    SECTION("an unusable endpoint") {
        change([](SessionOptions& o) { o.endpoint_url = "localhost:4566"; });
        code = "InvalidSetting";
        said = "localhost:4566";
    }
    SECTION("a profile file that cannot be read") {
        environment->set_home_directory("/users/me").add_unreadable_file("/users/me/.aws/config");
        said = "/users/me/.aws/config";
    }
    const Error error = error_of(get());
    if (!code.empty()) CHECK(error.code() == code);
    CHECK_THAT(error.what(), Contains(said));
    CHECK((error.kind() == ErrorKind::configuration || error.kind() == ErrorKind::credentials));
    CHECK(transport->requests().empty());
    CHECK(sleeper->slept.empty());
}

TEST_CASE_METHOD(Calls, "a region that nobody knows of yet is called all the same") {
    session = session.with_region("us-east-99");
    run(get());
    CHECK(transport->last().header("host") == "ecs.us-east-99.amazonaws.com");
}
