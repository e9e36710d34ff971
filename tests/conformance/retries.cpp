// The published cases of the retry modes, through the code that decides for every call, with a clock of the test.
#include "conformance_file.hpp"

#include "retry/strategy.hpp"

#include <botocraft/dynamodb/types.hpp>
#include <botocraft/s3/types.hpp>

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

namespace {

namespace json = boost::json;
namespace retry = botocraft::retry;
using botocraft::BehaviorVersion;
using botocraft::RetryMode;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

nanoseconds seconds_of(const json::value& value) {
    return nanoseconds(static_cast<std::int64_t>(value.to_number<double>() * 1e9 + 0.5));
}

steady_clock::time_point at(const json::value& seconds) { return steady_clock::time_point(seconds_of(seconds)); }

// What the tables of a service say.
botocraft::orm::ServiceRetries retries_of(std::string_view service) {
    if (service == "dynamodb") return botocraft::dynamodb::tables::service.retries;
    return service == "s3" ? botocraft::s3::tables::service.retries : botocraft::orm::ServiceRetries();
}

// One case: the numbers that it gives instead of those of the rules, and the calls that share a quota.
class Case {
  public:
    Case(BehaviorVersion version, const json::object& test)
        : given_(test.at("given").as_object()), rules_(rules(version)), strategy_(RetryMode::standard, rules_, {}, tokens()) {}

    [[nodiscard]] retry::Strategy& strategy() { return strategy_; }

    // A reply, and what is expected of the call that got it. Returns whether the call is over.
    bool answer(retry::Attempts& call, const json::object& step) {
        const json::object& reply = step.at("response").as_object();
        const json::object& expected = step.at("expected").as_object();
        const std::string_view outcome = view(expected.at("outcome").as_string());
        INFO("expected: " << json::serialize(step));
        const int status = static_cast<int>(reply.at("status_code").as_int64());
        retry::Decision decision;
        if (status == 200) {
            call.succeeded();
            CHECK(outcome == "success");
        } else {
            decision = call.failed(failure_of(status, reply), std::numeric_limits<std::uint64_t>::max(), nanoseconds::max());
            CHECK(name_of(decision.verdict) == outcome);
        }
        if (const auto* quota = expected.if_contains("retry_quota")) CHECK(strategy_.quota().available() == quota->as_int64());
        const auto* const delay = expected.if_contains("delay");
        const nanoseconds wanted = delay != nullptr ? seconds_of(*delay) : nanoseconds::zero();
        // The random part of a wait is that of the largest number, and below 1.
        const bool told = delay != nullptr || outcome != "retry_request";
        if (told) CHECK(std::chrono::abs(decision.wait - wanted) < std::chrono::microseconds(1));
        return outcome != "retry_request";
    }

  private:
    [[nodiscard]] std::string_view text(const char* key) const {
        const auto* value = given_.if_contains(key);
        return value == nullptr ? std::string_view() : view(value->as_string());
    }
    [[nodiscard]] retry::Rules rules(BehaviorVersion version) const {
        retry::Rules rules = retry::rules_of(version, retries_of(text("service")));
        if (const auto* most = given_.if_contains("max_attempts")) rules.max_attempts = static_cast<int>(most->as_int64());
        if (const auto* longest = given_.if_contains("max_backoff_time")) rules.longest_wait = seconds_of(*longest);
        return rules;
    }
    [[nodiscard]] int tokens() const {
        const auto* tokens = given_.if_contains("initial_retry_tokens");
        return tokens == nullptr ? rules_.capacity : static_cast<int>(tokens->as_int64());
    }
    [[nodiscard]] retry::Failed failure_of(int status, const json::object& reply) const {
        retry::ErrorAnswer answer;
        answer.status = status;
        if (const auto* code = reply.if_contains("error_code")) answer.code = view(code->as_string());
        retry::Failed failed;
        failed.failure = retry::classify(answer);
        failed.poll = given_.contains("long_polling");
        if (const auto* headers = reply.if_contains("headers")) {
            const auto* hint = headers->as_object().if_contains("x-amz-retry-after");
            if (hint != nullptr) failed.hint = retry::read_hint(view(hint->as_string()), {}, {});
        }
        return failed;
    }
    static std::string_view name_of(retry::Verdict verdict) {
        switch (verdict) {
            case retry::Verdict::retry: return "retry_request";
            case retry::Verdict::final: return "fail_request";
            case retry::Verdict::unrepeatable: return "must not be sent twice";
            case retry::Verdict::last_attempt: return "max_attempts_exceeded";
            case retry::Verdict::no_quota: return "retry_quota_exceeded";
            case retry::Verdict::out_of_time: return "out of time";
        }
        return "?";
    }

    const json::object& given_;
    retry::Rules rules_;
    retry::Strategy strategy_;
};

int run_suite(const json::value& suite, BehaviorVersion version) {
    int count = 0;
    for (const auto& [name, cases] : suite.as_object()) {
        for (const json::value& item : cases.as_array()) {
            const json::object& test = item.as_object();
            INFO(test.at("name").as_string());
            ++count;
            Case one(version, test);
            if (const auto* responses = test.if_contains("responses")) {
                auto call = std::make_unique<retry::Attempts>(one.strategy());
                for (const json::value& step : responses->as_array()) {
                    const bool over = one.answer(*call, step.as_object());
                    if (over) call = std::make_unique<retry::Attempts>(one.strategy());
                }
                continue;
            }
            // Calls at the same time: the second one's replies come between the first one's retries and its success.
            const json::array& threads = test.at("threads").as_array();
            REQUIRE(threads.size() == 2);
            retry::Attempts first(one.strategy());
            retry::Attempts second(one.strategy());
            const json::array& of_first = threads.at(0).as_array();
            for (std::size_t i = 0; i + 1 < of_first.size(); ++i) one.answer(first, of_first.at(i).as_object());
            for (const json::value& step : threads.at(1).as_array()) one.answer(second, step.as_object());
            one.answer(first, of_first.at(of_first.size() - 1).as_object());
            CHECK(one.strategy().quota().available() == test.at("expected_final_quota").as_int64());
        }
    }
    return count;
}

}  // namespace

TEST_CASE("published cases of the standard retry mode, as it was before November 2026") {
    const auto suite = conformance::file("retry/standard-v2.0.json");
    if (!suite) return;
    CHECK(run_suite(*suite, BehaviorVersion::v2025_01_01) == 6);
}

TEST_CASE("published cases of the standard retry mode, by the rules of 2026") {
    const auto suite = conformance::file("retry/standard-v2.1.json");
    if (!suite) return;
    CHECK(run_suite(*suite, BehaviorVersion::v2026_11_10) == 19);
}

TEST_CASE("published cases of the adaptive retry mode") {
    const auto suite = conformance::file("retry/adaptive.json");
    if (!suite) return;
    for (const json::value& test : suite->at("adaptiveRetryCubicTestCases").as_array()) {
        INFO(test.at("name").as_string());
        const json::object& given = test.at("given").as_object();
        double rate = given.at("last_max_rate").to_number<double>();
        retry::CubicRate curve(rate, given.at("last_throttle_time").to_number<double>());
        for (const json::value& step : test.at("cases").as_array()) {
            INFO(json::serialize(step));
            const double now = step.at("timestamp").to_number<double>();
            rate = step.at("response") == "success" ? curve.succeeded(now) : curve.throttled(rate, now);
            CHECK(rate == Approx(step.at("calculated_rate").to_number<double>()).epsilon(1e-9));
        }
    }
    for (const json::value& test : suite->at("adaptiveRetryE2eTestCases").as_array()) {
        retry::RateLimiter limiter(steady_clock::time_point{});
        for (const json::value& step : test.at("cases").as_array()) {
            INFO(json::serialize(step));
            limiter.answered(at(step.at("timestamp")), step.at("response") == "throttle");
            CHECK(limiter.measured_rate() == Approx(step.at("measured_tx_rate").to_number<double>()).epsilon(1e-6));
            CHECK(limiter.allowed_rate() == Approx(step.at("new_token_bucket_rate").to_number<double>()).epsilon(1e-6));
        }
    }
}

// The mode before `standard`: none of what it sent again is lost. Two of its cases are tested with calls: a checksum of
// bodies that is wrong, and connections that break.
TEST_CASE("what the oldest rules send again is sent again") {
    const auto suite = conformance::file("retry/botocore-legacy-_retry.json");
    if (!suite) return;
    const json::object& definitions = suite->at("definitions").as_object();
    int count = 0;
    std::vector<std::string> left_out;
    for (const auto& [service, settings] : suite->at("retry").as_object()) {
        const json::object& policies = (service == "__default__" ? settings : settings.at("__default__")).at("policies").as_object();
        for (const auto& [name, policy] : policies) {
            INFO(service << ": " << name);
            const auto* reference = policy.as_object().if_contains("$ref");
            const json::value& rule = reference != nullptr ? definitions.at(reference->as_string()) : policy;
            const json::object& when = rule.at("applies_when").as_object();
            if (!when.contains("response")) continue;  // a broken connection
            const json::object& reply = when.at("response").as_object();
            if (reply.contains("crc32body")) {
                left_out.emplace_back(name);
                continue;
            }
            retry::ErrorAnswer answer;
            answer.status = static_cast<int>(reply.at("http_status_code").as_int64());
            if (const auto* code = reply.if_contains("service_error_code")) answer.code = view(code->as_string());
            answer.transient = retries_of({service.data(), service.size()}).transient;
            CHECK(retry::classify(answer) != retry::Failure::final);
            ++count;
        }
    }
    CHECK(count == 25);
    CHECK(left_out == std::vector<std::string>{"crc32"});
}
