// What is tried again, when, and at whose cost.
#include "retry/strategy.hpp"

#include <botocraft/dynamodb/types.hpp>
#include <botocraft/s3/types.hpp>

#include "catch.hpp"

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>
#include <vector>

using botocraft::BehaviorVersion;
using botocraft::RetryMode;
using namespace botocraft::retry;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using Time = std::chrono::steady_clock::time_point;

namespace {

constexpr auto most = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t half = std::uint64_t{1} << 63;
constexpr nanoseconds ever = nanoseconds::max();

Failure classify(int status, std::string_view code, Failure modelled = Failure::final, std::string_view transient = {}) {
    return botocraft::retry::classify({status, code, modelled, transient});
}

Failed transient() {
    Failed failed;
    failed.failure = Failure::transient;
    return failed;
}
Failed throttled() {
    Failed failed;
    failed.failure = Failure::throttling;
    return failed;
}

Rules rules_with(int attempts, BehaviorVersion version = BehaviorVersion::latest) {
    Rules rules = rules_of(version);
    rules.max_attempts = attempts;
    return rules;
}

// The waits before the retries of one call that fails until there are no more.
std::vector<nanoseconds> waits(const Rules& rules, const Failed& failed, std::uint64_t random) {
    Strategy strategy(RetryMode::standard, rules, Time());
    Attempts attempts(strategy);
    std::vector<nanoseconds> found;
    for (;;) {
        const Decision decision = attempts.failed(failed, random, ever);
        if (decision.verdict != Verdict::retry) return found;
        found.push_back(decision.wait);
    }
}

}  // namespace

TEST_CASE("the code of an error decides before the model, and the model before the status") {
    CHECK(classify(400, "ThrottlingException") == Failure::throttling);
    CHECK(classify(400, "RequestTimeout") == Failure::transient);
    CHECK(classify(503, "SlowDown") == Failure::throttling);
    CHECK(classify(400, "ClusterNotFoundException") == Failure::final);
    CHECK(classify(500, "ServerException") == Failure::transient);
    CHECK(classify(429, "") == Failure::throttling);
    CHECK(classify(501, "") == Failure::final);
    for (const int status : {500, 502, 503, 504}) CHECK(classify(status, "") == Failure::transient);

    CHECK(classify(400, "ModelNotReadyException", Failure::transient) == Failure::transient);
    CHECK(classify(429, "ModelNotReadyException", Failure::transient) == Failure::transient);
    CHECK(classify(500, "BusyException", Failure::throttling) == Failure::throttling);
    CHECK(classify(400, "Throttling", Failure::transient) == Failure::throttling);
}

TEST_CASE("some codes are worth another attempt in one service only") {
    const std::string_view s3 = botocraft::s3::tables::service.retries.transient;
    const std::string_view dynamodb = botocraft::dynamodb::tables::service.retries.transient;
    CHECK(classify(400, "BadDigest", Failure::final, s3) == Failure::transient);
    CHECK(classify(400, "BadDigest", Failure::final, dynamodb) == Failure::final);
    CHECK(classify(400, "BadDigest") == Failure::final);
    CHECK(classify(400, "", Failure::final, s3) == Failure::final);
    CHECK(classify(409, "ReplicatedWriteConflictException", Failure::final, dynamodb) == Failure::transient);
    CHECK(classify(400, "B", Failure::final, "A BC B") == Failure::transient);
    CHECK(classify(400, "C", Failure::final, "A BC B") == Failure::final);
}

TEST_CASE("the quota is used up by retries, and filled again by success") {
    TokenBucket bucket(500);
    for (int i = 0; i < 100; ++i) CHECK(bucket.take(5));
    CHECK_FALSE(bucket.take(5));
    CHECK_FALSE(bucket.take(1));
    bucket.give_back(5);
    CHECK(bucket.take(5));
    for (int i = 0; i < 1000; ++i) bucket.give_back(10);
    CHECK(bucket.available() == 500);
}

TEST_CASE("threads that take from one quota never take more than there is", "[threads]") {
    TokenBucket bucket(500);
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 200; ++k) taken += bucket.take(5) ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(taken == 100);
    CHECK(bucket.available() == 0);
}

TEST_CASE("the wait is a random part of a time that doubles, up to 20 s") {
    const auto old = waits(rules_with(8, BehaviorVersion::v2025_01_01), transient(), half);
    CHECK(old == std::vector<nanoseconds>{500ms, 1s, 2s, 4s, 8s, 10s, 10s});
    CHECK(waits(rules_with(3), transient(), half) == std::vector<nanoseconds>{25ms, 50ms});
    CHECK(waits(rules_with(3), throttled(), half) == std::vector<nanoseconds>{500ms, 1s});
    CHECK(waits(rules_with(3), transient(), 0) == std::vector<nanoseconds>{0s, 0s});
    for (const nanoseconds wait : waits(rules_with(2), transient(), most)) CHECK((wait > 49ms && wait <= 50ms));
    CHECK(waits(rules_with(20), transient(), half).back() == 10s);
}

TEST_CASE("DynamoDB has shorter waits and one attempt more by the rules of 2026") {
    const botocraft::orm::ServiceRetries& dynamodb = botocraft::dynamodb::tables::service.retries;
    CHECK(waits(rules_of(BehaviorVersion::latest, dynamodb), transient(), half) ==
          std::vector<nanoseconds>{12500us, 25ms, 50ms});
    CHECK(waits(rules_of(BehaviorVersion::latest, dynamodb), throttled(), half) == std::vector<nanoseconds>{500ms, 1s, 2s});
    CHECK(rules_of(BehaviorVersion::v2025_01_01, dynamodb).max_attempts == 3);
}

TEST_CASE("a retry after a timeout cost more before 2026, and one after throttling costs less since") {
    const auto cost = [](BehaviorVersion version, const Failed& failed) {
        Strategy strategy(RetryMode::standard, rules_of(version), Time());
        Attempts attempts(strategy);
        static_cast<void>(attempts.failed(failed, 0, ever));
        return 500 - strategy.quota().available();
    };
    Failed timeout = transient();
    timeout.timed_out = true;
    CHECK(cost(BehaviorVersion::v2025_01_01, transient()) == 5);
    CHECK(cost(BehaviorVersion::v2025_01_01, timeout) == 10);
    CHECK(cost(BehaviorVersion::v2025_01_01, throttled()) == 5);
    CHECK(cost(BehaviorVersion::v2026_11_10, transient()) == 14);
    CHECK(cost(BehaviorVersion::v2026_11_10, timeout) == 14);
    CHECK(cost(BehaviorVersion::v2026_11_10, throttled()) == 5);
}

TEST_CASE("what must not be sent twice, or would fail again, costs nothing") {
    Strategy strategy(RetryMode::standard, rules_with(3), Time());
    Attempts attempts(strategy);
    Failed once = transient();
    once.repeatable = false;
    CHECK(attempts.failed(once, 0, ever).verdict == Verdict::unrepeatable);
    CHECK(attempts.failed(Failed{}, 0, ever).verdict == Verdict::final);
    CHECK(attempts.failed(transient(), most, 10ms).verdict == Verdict::out_of_time);
    CHECK(strategy.quota().available() == 500);
}

TEST_CASE("the mode `off` makes one attempt") {
    Strategy strategy(RetryMode::off, rules_with(5), Time());
    CHECK(Attempts(strategy).failed(transient(), 0, ever).verdict == Verdict::last_attempt);
}

TEST_CASE("a server names a wait in milliseconds, in seconds, or by its end") {
    const auto now = std::chrono::sys_seconds(1792567680s);  // 21 October 2026, 07:28:00
    CHECK(read_hint("1500", "", now) == 1500ms);
    CHECK(read_hint("1500", "7", now) == 1500ms);
    CHECK(read_hint("", "7", now) == 7s);
    CHECK(read_hint("soon", "7", now) == 7s);
    CHECK(read_hint("0", "", now) == 0ms);
    CHECK(read_hint("", "Wed, 21 Oct 2026 07:28:05 GMT", now) == 5s);
    CHECK(read_hint("", "Wed, 21 Oct 2026 07:28:05 GMT", now + 900ms) == 5s);
    CHECK(read_hint("", "Wed, 21 Oct 2026 07:27:00 GMT", now) == 0s);
    CHECK(read_hint("", "Fri, 31 Dec 9999 23:59:59 GMT", now) == 1h);
    CHECK_FALSE(read_hint("Wed, 21 Oct 2026 07:28:05 GMT", "", now));
    for (const auto* text : {"", "-1", "1.5", " 1", "1 ", "0x10", "Wed, 21 Oct"}) {
        CAPTURE(text);
        CHECK_FALSE(read_hint(text, text, now));
    }
    CHECK(read_hint("99999999999999999999999", "", now) == 1h);
    CHECK(read_hint("", "18446744073709551615", now) == 1h);
}

TEST_CASE("a wait that the server names is kept within bounds") {
    const auto wait = [](BehaviorVersion version, nanoseconds hint) {
        Failed failed = transient();
        failed.hint = hint;
        return waits(rules_with(2, version), failed, half).at(0);
    };
    CHECK(wait(BehaviorVersion::v2026_11_10, 0s) == 25ms);
    CHECK(wait(BehaviorVersion::v2026_11_10, 2s) == 2s);
    CHECK(wait(BehaviorVersion::v2026_11_10, 1h) == 5025ms);
    CHECK(wait(BehaviorVersion::v2025_01_01, 0s) == 500ms);
    CHECK(wait(BehaviorVersion::v2025_01_01, 7s) == 7s);
    CHECK(wait(BehaviorVersion::v2025_01_01, 1h) == 20s);
}

TEST_CASE("nothing is held back before the first throttling, and then everybody in turn") {
    RateLimiter limiter(Time(100s));
    for (int i = 0; i < 1000; ++i) CHECK(limiter.reserve(Time(100s)) == 0s);

    // 10 requests a second, then throttling: 7 a second from there on.
    for (int i = 1; i <= 100; ++i) limiter.answered(Time(100s + i * 100ms), false);
    CHECK(limiter.measured_rate() == Approx(10).epsilon(0.05));
    limiter.answered(Time(110s), true);
    const double rate = limiter.allowed_rate();
    CHECK(rate == Approx(7).epsilon(0.1));

    int at_once = 0;
    while (limiter.reserve(Time(110s)) == 0s) ++at_once;  // the last one waits for a token
    CHECK(at_once <= 7);
    const auto second = limiter.reserve(Time(110s));
    const auto third = limiter.reserve(Time(110s));
    CHECK(std::chrono::duration<double>(third - second).count() == Approx(1 / rate).epsilon(0.001));
    // Who is not sent after all makes room for those who come later.
    limiter.give_back();
    CHECK(limiter.reserve(Time(110s)) == third);
    // And time does as well.
    CHECK(limiter.reserve(Time(120s)) == 0s);
}

TEST_CASE("threads share one rate limit", "[threads]") {
    RateLimiter limiter(Time(100s));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&limiter] {
            for (int k = 1; k <= 500; ++k) {
                static_cast<void>(limiter.reserve(Time(100s + k * 1ms)));
                if (k % 10 == 0) limiter.give_back();
                limiter.answered(Time(100s + k * 1ms), k % 50 == 0);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(limiter.allowed_rate() >= 0.5);
}

TEST_CASE("a clock that stands still or goes back does not end the adaptive mode") {
    RateLimiter limiter(Time(100s));
    limiter.answered(Time(100s), true);
    limiter.answered(Time(99s), false);
    CHECK(limiter.allowed_rate() >= 0.5);
    for (int i = 0; i < 10; ++i) CHECK(limiter.reserve(Time(50s)) >= 0s);
}
