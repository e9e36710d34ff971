// Limits on time: what of a session's options reaches the transport, and what an error says of the limit that passed.

#include "support/ecs_calls.hpp"

#include "catch.hpp"

#include <chrono>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using http::Bound;
using http::Phase;

namespace {

struct Calls : fake::EcsCalls {
    // What the attempt of a call may take: at least so much, and at most. The clock of this machine goes on meanwhile.
    std::pair<http::Clock::duration, http::Clock::duration> attempt_time() {
        const auto before = http::Clock::now();
        run(get());
        const auto after = http::Clock::now();
        return {transport->limits.deadline - after, transport->limits.deadline - before};
    }
    void check_attempt_time(http::Clock::duration expected) {
        const auto [least, most] = attempt_time();
        CHECK(least <= expected);
        CHECK(most >= expected);
    }
};

}  // namespace

// --- what reaches the transport ---------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Calls, "each limit of a session is the one of its name") {
    change([](SessionOptions& o) {
        o.lookup_timeout = 11ms;
        o.connect_timeout = 12ms;
        o.tls_timeout = 13ms;
        o.first_byte_timeout = 14ms;
        o.stall_timeout = 15ms;
        o.max_idle = 16ms;
        o.max_age = 17ms;
        o.connections = 18;
        o.protocol.limits.head = 19'000;
        o.protocol.limits.body = 20'000;
        o.attempt_timeout = 21s;
        o.call_timeout = 22s;
    });
    check_attempt_time(21s);
    CHECK(transport->limits.resolve == 11ms);
    CHECK(transport->limits.connect == 12ms);
    CHECK(transport->limits.tls == 13ms);
    CHECK(transport->limits.first_byte == 14ms);
    CHECK(transport->limits.stall == 15ms);
    CHECK(transport->limits.idle == 16ms);
    CHECK(transport->limits.age == 17ms);
    CHECK(transport->last().origin.connections == 18);
    CHECK(transport->limits.reply_head == 19'000);
    CHECK(transport->limits.reply_body == 20'000);
    change([](SessionOptions& o) { o.attempt_timeout = 23s; });
    check_attempt_time(22s);  // of the call
}

TEST_CASE_METHOD(Calls, "how deep replies are, and how many elements they have, is bounded as the session says") {
    const auto answered = [this](std::string body) {
        transport->once("DescribeServices", fake::reply(std::move(body)));
        return get();
    };
    const std::string deep = R"({"services":[{"deployments":[{"id":"d"}]}]})";
    std::string many = R"({"services":[{"events":[{})";
    for (int i = 0; i < 200; ++i) many += ",{}";
    many += "]}]}";
    CHECK_NOTHROW(run(answered(deep)));
    CHECK_NOTHROW(run(answered(many)));
    change([](SessionOptions& o) { o.protocol.limits.depth = 3; });
    CHECK(error_of(answered(deep)).kind() == ErrorKind::protocol);
    change([](SessionOptions& o) {
        o.protocol.limits = {};
        o.protocol.limits.elements = 200;
    });
    CHECK_NOTHROW(run(answered(deep)));
    CHECK(error_of(answered(many)).kind() == ErrorKind::protocol);
}

// In the README for people, and here for the library: one of them alone cannot change.
TEST_CASE_METHOD(Calls, "the limits of a session that names none are those of the README") {
    check_attempt_time(2min);
    CHECK(transport->limits.resolve == 10s);
    CHECK(transport->limits.connect == 5s);
    CHECK(transport->limits.tls == 10s);
    CHECK(transport->limits.first_byte == 60s);
    CHECK(transport->limits.stall == 60s);
    CHECK(transport->limits.idle == 50s);
    CHECK(transport->limits.age == 10min);
    change([](SessionOptions& o) { o.attempt_timeout = std::chrono::milliseconds::max(); });
    check_attempt_time(5min);  // of the call

    std::ifstream file(BOTOCRAFT_SOURCE_DIR "/README.md");
    const std::string readme(std::istreambuf_iterator<char>(file), {});
    for (const std::string_view row :
         {"\n| `lookup_timeout` | 10 s |", "\n| `connect_timeout` | as the defaults mode, else 5 s |",
          "\n| `tls_timeout` | as the defaults mode, else 10 s |", "\n| `first_byte_timeout` | 60 s |",
          "\n| `stall_timeout` | 60 s |", "\n| `attempt_timeout` | 2 min |", "\n| `call_timeout` | 5 min |",
          "\n| `max_idle`, `max_age` | 50 s, 10 min |"}) {
        INFO(row);
        CHECK(readme.find(row) != std::string::npos);
    }
}

// --- what an error says -----------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Calls, "an error says which limit passed, in a code and in words") {
    struct Row {
        Phase phase;
        Bound bound;
        std::chrono::milliseconds allowed;
        std::string code;
        std::string explanation;
    };
    const Row row = GENERATE(values<Row>({
        {Phase::resolve, Bound::resolve, 10s, "NameLookupTimeout",
         "the connection broke (lookup_timeout, 10 s); check the region's name and the endpoint URL"},
        {Phase::connect, Bound::connect, 5s, "ConnectTimeout",
         "the connection broke (connect_timeout, 5 s); check that the endpoint can be reached from here"},
        {Phase::proxy, Bound::connect, 1100ms, "ProxyTimeout",
         "the connection broke (connect_timeout, 1100 ms); check the proxy's URL and what it allows (HTTPS_PROXY, HTTP_PROXY, "
         "NO_PROXY)"},
        {Phase::proxy, Bound::tls, 10s, "ProxyTimeout",
         "the connection broke (tls_timeout, 10 s); check the proxy's URL and what it allows (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)"},
        {Phase::tls, Bound::tls, 10s, "TlsTimeout", "the connection broke (tls_timeout, 10 s)"},
        {Phase::send, Bound::stall, 60s, "SendTimeout", "the connection broke (stall_timeout, 60 s)"},
        {Phase::receive, Bound::first_byte, 61s, "ReadTimeout", "the connection broke (first_byte_timeout, 61 s)"},
        {Phase::receive, Bound::stall, 62s, "ReadTimeout", "the connection broke (stall_timeout, 62 s)"},
        {Phase::pool, Bound::attempt, 0s, "PoolTimeout", "the connection broke; the time was over (attempt_timeout, 120 s)"},
        {Phase::resolve, Bound::attempt, 0s, "NameLookupTimeout",
         "the connection broke; check the region's name and the endpoint URL; the time was over (attempt_timeout, 120 s)"},
        {Phase::tls, Bound::attempt, 0s, "TlsTimeout", "the connection broke; the time was over (attempt_timeout, 120 s)"},
        {Phase::send, Bound::attempt, 0s, "SendTimeout", "the connection broke; the time was over (attempt_timeout, 120 s)"},
        {Phase::receive, Bound::attempt, 0s, "ReadTimeout", "the connection broke; the time was over (attempt_timeout, 120 s)"},
    }));
    INFO(row.code << ": " << row.explanation);
    change([](SessionOptions& o) { o.max_attempts = 1; });
    fake::Answer late = fake::broken(row.phase, row.phase >= Phase::send, false, true);
    late.failure->bound = row.bound;
    late.failure->allowed = row.allowed;
    transport->once("DescribeServices", late);
    const Error error = error_of(get());
    CHECK(error.kind() == ErrorKind::timeout);
    CHECK(error.code() == row.code);
    CHECK(error.details().explanation == row.explanation);
    CHECK(error.details().attempts.size() == 1);
    CHECK_THAT(error.what(), Contains("ecs.us-east-1.amazonaws.com") &&
                                 Contains(": " + row.code + ": " + row.explanation + " [after 1 attempt]"));
}
