// Waiting for a state, and the part of JMESPath in which AWS says what to look for.

#include "orm/jmespath.hpp"
#include "orm/waiter.hpp"
#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs/client.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/error.hpp>

#include <boost/json/parse.hpp>

#include "catch.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace botocraft;
using namespace std::chrono_literals;
using ecs::DescribeServicesResponse;

namespace {

// What the expression finds in two services: `web` with one deployment and 2 of 2 tasks, `api` with two and 1 of 2.
std::vector<std::string> found(std::string_view expression) {
    DescribeServicesResponse response;
    response.services = {
        {.serviceName = "web", .desiredCount = 2, .runningCount = 2, .deployments = {{.status = "PRIMARY"}}},
        {.serviceName = "api", .desiredCount = 2, .runningCount = 1, .deployments = {{.status = "PRIMARY"}, {.status = "ACTIVE"}}},
    };
    return orm::search(expression, DescribeServicesResponse::shape_, &response).values;
}
using Values = std::vector<std::string>;

struct Waiting : fake::World {
    // DescribeServices is answered by these in turn, the last one again and again.
    std::vector<fake::Answer> answers;
    std::size_t next = 0;

    Waiting() {
        transport->on("DescribeServices", [this](const fake::Request&) { return answers.at(std::min(next++, answers.size() - 1)); });
    }
    static fake::Answer state(int running, std::string status = "ACTIVE", int deployments = 1) {
        fake::json::object service = fake::service("web2");
        service["runningCount"] = running;
        service["status"] = status;
        service["deployments"] = fake::json::array(static_cast<std::size_t>(deployments), fake::json::object{{"status", "PRIMARY"}});
        return fake::reply(fake::json::object{{"services", fake::json::array{service}}, {"failures", fake::json::array()}});
    }
    [[nodiscard]] awaitable<void> wait(const WaitOptions& how = {}) const {
        const ecs::Client client(session);
        return client.wait_until_services_stable({.cluster = "prod", .services = "web2"}, how);
    }
};

}  // namespace

TEST_CASE("expressions of waiters find members through lists, filters and functions") {
    CHECK(found("services[].serviceName") == Values{"\"web\"", "\"api\""});
    CHECK(found("services[*].desiredCount") == Values{"2", "2"});
    CHECK(found("services[].deployments[].status") == Values{"\"PRIMARY\"", "\"PRIMARY\"", "\"ACTIVE\""});
    CHECK(found("services[1].serviceName") == Values{"\"api\""});
    CHECK(found("services[-1].serviceName") == Values{"\"api\""});
    CHECK(found("services[2].serviceName").empty());
    CHECK(found("services[].status").empty());
    CHECK(found("failures[].reason").empty());
    CHECK(found("services[?runningCount == desiredCount].serviceName") == Values{"\"web\""});
    CHECK(found("services[?runningCount < `2` || serviceName == 'web'].serviceName") == Values{"\"web\"", "\"api\""});
    CHECK(found("services[?!(serviceName != 'api')].serviceName") == Values{"\"api\""});
    CHECK(found("length(services) > `1`  && contains(services[].serviceName, 'api')") == Values{"true"});
    CHECK(found("length(services[?!(length(deployments) == `1` && runningCount == desiredCount)]) == `0`") == Values{"false"});
    CHECK(found("length(services[?serviceName == 'none'].deployments[])") == Values{"0"});
    CHECK(found("contains(services[0].serviceName, 'we')") == Values{"true"});
    CHECK(found("nothing.at.all").empty());
    for (const char* broken : {"services[", "services[?", "services.", "a b", "map(&a, b)", "'open", "`{`", "(a"}) {
        INFO(broken);
        CHECK_THROWS_AS(found(broken), UsageError);
    }
}

TEST_CASE("every waiter of AWS in specs/aws can be read") {
    boost::json::parse_options options;
    options.max_depth = 256;  // the rules of endpoints
    std::size_t read = 0;
    for (const auto& file : std::filesystem::directory_iterator(BOTOCRAFT_SOURCE_DIR "/specs/aws")) {
        std::ostringstream text;
        text << std::ifstream(file.path()).rdbuf();
        const boost::json::value facts = boost::json::parse(text.str(), {}, options);
        const boost::json::value* const waiters = facts.as_object().if_contains("waiters");
        if (!waiters) continue;
        for (const auto& [name, waiter] : waiters->as_object()) {
            for (const boost::json::value& acceptor : waiter.at("acceptors").as_array()) {
                const boost::json::value* const argument = acceptor.as_object().if_contains("argument");
                if (!argument) continue;
                INFO(file.path() << ' ' << name);
                CHECK_NOTHROW(found(argument->as_string().c_str()));
                ++read;
            }
        }
    }
    CHECK(read > 200);
}

TEST_CASE_METHOD(Waiting, "a waiter asks until the state is there, as often as AWS says") {
    answers = {state(0), state(1), state(2, "ACTIVE", 2), state(2)};
    run(wait());
    CHECK(next == 4);
    CHECK(sleeper->slept == std::vector<std::chrono::steady_clock::duration>{15s, 15s, 15s});
    CHECK(transport->last().json().at("services") == fake::json::array{"web2"});
    CHECK(transport->last().json().at("cluster") == "prod");
}

TEST_CASE_METHOD(Waiting, "a waiter gives up after so many attempts, or so much time") {
    answers = {state(0)};
    CHECK_THROWS_AS(run(wait()), TimeoutError);
    CHECK(next == 40);
    next = 0;
    CHECK_THROWS_WITH(run(wait({.delay = 500ms, .max_attempts = 3})),
                      has_text("ServicesStable") && has_text("WaitTimeout") && has_text("3 looks") && has_text("us-east-1"));
    CHECK(next == 3);
    next = 0;
    CHECK_THROWS_WITH(run(wait({.at_most = 1min})), has_text("60 s") && has_text("5 looks"));
    CHECK(next == 5);
    next = 0;
    CHECK_THROWS_WITH(run(wait({.max_attempts = 0})), has_text("1 look"));
}

TEST_CASE_METHOD(Waiting, "a waiter ends where the state will not come") {
    answers = {state(0), state(0, "DRAINING")};
    CHECK_THROWS_WITH(run(wait()), has_text("WaitFailed") && has_text("DRAINING"));
    CHECK(next == 2);
    next = 0;
    answers = {fake::reply(std::string(R"({"services": [], "failures": [{"arn": "web2", "reason": "MISSING"}]})"))};
    CHECK_THROWS_WITH(run(wait()), has_text("WaitFailed") && has_text("MISSING"));
    CHECK(next == 1);
}

TEST_CASE_METHOD(Waiting, "errors of the calls are the wait's, unless the waiter knows them") {
    answers = {fake::error(400, "ClusterNotFoundException", "Cluster not found.")};
    CHECK_THROWS_AS(run(wait()), ServiceError);
    const auto meaning = [](const char* acceptors, const std::string& code, int status) {
        const orm::Waiter waiter{"Made", acceptors, 1, 1};
        ErrorDetails details;
        details.code = code;
        details.status = status;
        const auto rows = orm::acceptors_of(waiter);
        const orm::Acceptor* const found = orm::accept(rows, ServiceError(details));
        return found ? static_cast<int>(found->state) : -1;
    };
    const char* const exists = R"([{"matcher": "status", "expected": 200, "state": "success"},
                                   {"matcher": "status", "expected": 404, "state": "retry"},
                                   {"matcher": "error", "expected": "Gone", "state": "failure"}])";
    CHECK(meaning(exists, "NoSuchBucket", 404) == static_cast<int>(orm::WaiterState::retry));
    CHECK(meaning(exists, "Gone", 400) == static_cast<int>(orm::WaiterState::failure));
    CHECK(meaning(exists, "Other", 400) == -1);
    CHECK(orm::accept(orm::acceptors_of({"Made", exists, 1, 1}), {}, nullptr)->state == orm::WaiterState::success);
}

TEST_CASE_METHOD(Waiting, "a wait is cancelled between two calls") {
    answers = {state(0)};
    sleeper->sleeping.close();
    fake::Running<bool> running;
    start(running, with_value(wait()));
    CHECK_FALSE(running.done);
    cancel(running);
    CHECK(running.aborted());
    CHECK(next == 1);
}
