#include "soak.hpp"

#include <botocraft/ecs/service.hpp>
#include <botocraft/error.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdio>
#include <exception>
#include <memory>

namespace soak {

namespace {

namespace asio = boost::asio;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::SessionStatistics;
using botocraft::ecs::Service;
using botocraft::testing::AwsDouble;
using botocraft::testing::Fault;
using namespace std::chrono_literals;

// The waits before retries are none: the storm is at its worst, and over sooner.
class NoWait final : public botocraft::Sleeper {
  public:
    botocraft::awaitable<void> sleep(Clock::duration) override { return pass(); }

  private:
    static botocraft::awaitable<void> pass() {
        const auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
    }
};

asio::awaitable<void> call_until(Session session, std::size_t& left, std::size_t& failed) {
    while (left > 0) {
        --left;
        try {
            const auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
        } catch (const botocraft::ServiceError&) {
            ++failed;
        }
    }
}

void storm_with(std::size_t callers, std::size_t calls, botocraft::BehaviorVersion version, int cost) {
    AwsDouble aws;
    answer_services(aws);
    aws.fail("*", Fault::server_error(503, "ServiceUnavailable").always());
    SessionOptions settings = options_for(aws.endpoint_url());
    settings.sleeper = std::make_shared<NoWait>();
    settings.behavior = version;
    const Session session(settings);
    asio::io_context context(1);
    std::size_t left = calls;
    std::size_t failed = 0;
    const auto callers_run = [&] {
        for (std::size_t i = 0; i < callers; ++i) {
            asio::co_spawn(context, call_until(session, left, failed), [](const std::exception_ptr&) {});
        }
        context.restart();
        context.run();
    };
    callers_run();
    const SessionStatistics stormy = session.statistics();
    const std::size_t promised = calls + static_cast<std::size_t>(500 / cost);
    std::printf("storm: %zu callers, %zu calls that all fail, a retry costs %d: the server saw %llu requests; promised are "
                "%zu at most, and retries without a quota would make %zu\n",
                callers, calls, cost, static_cast<unsigned long long>(aws.counters().requests), promised, calls * 3);
    check(failed == calls, "all calls fail with the server's error");
    check(aws.counters().requests <= promised, "the load stays within the promise of the quota");
    check(stormy.no_quota > 0, "the quota ended retries");

    aws.clear_faults();
    left = callers;
    failed = 0;
    callers_run();
    const SessionStatistics calm = session.statistics();
    std::printf("  afterwards: %zu calls, %zu of them fail, %llu requests\n", callers, failed,
                static_cast<unsigned long long>(calm.attempts - stormy.attempts));
    check(failed == 0, "recovery is immediate");
    check(calm.attempts - stormy.attempts == callers, "and needs no retries");
}

struct Sums {
    std::size_t calls = 0;
    std::size_t failed = 0;
};

// Each caller calls once a second, with the waits that the library makes.
asio::awaitable<void> call_every_second(Session session, Clock::time_point begin, Clock::time_point end, Sums& sums) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    for (Clock::time_point next = begin; next < end; next += 1s) {
        timer.expires_at(next);
        co_await timer.async_wait(asio::use_awaitable);
        ++sums.calls;
        try {
            const auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
        } catch (const botocraft::ServiceError&) {
            ++sums.failed;
        }
    }
}

void outage(std::chrono::seconds time) {
    constexpr std::size_t callers = 1000;
    AwsDouble aws;
    answer_services(aws);
    aws.fail("*", Fault::server_error(503, "ServiceUnavailable").always());
    const Session session(options_for(aws.endpoint_url()));
    asio::io_context context(1);
    const Clock::time_point begin = Clock::now();
    const Clock::time_point back = begin + time;  // the server is well again
    Sums bad;
    Sums good;
    const auto start_callers = [&](Clock::time_point from, Clock::time_point to, Sums& sums) {
        for (std::size_t i = 0; i < callers; ++i) {
            const auto offset = std::chrono::milliseconds(i);  // spread over each second
            asio::co_spawn(context, call_every_second(session, from + offset, to, sums), [](const std::exception_ptr&) {});
        }
        context.restart();
        context.run();
    };
    start_callers(begin, back, bad);
    const std::uint64_t requests = aws.counters().requests;
    aws.clear_faults();
    const Clock::time_point again = Clock::now();
    start_callers(again, again + 1s, good);
    const std::uint64_t more = aws.counters().requests - requests;
    const std::size_t promised = bad.calls + 500 / 14;
    std::printf("outage: %zu callers, a call a second each, for %lld s in which all fail: %zu calls, %zu of them failed; the "
                "server saw %llu requests, %.4f for a call; promised are %zu at most, and retries without a quota would make "
                "%zu. In the second after it: %zu calls, %zu failed, %llu requests\n",
                callers, static_cast<long long>(time.count()), bad.calls, bad.failed, static_cast<unsigned long long>(requests),
                static_cast<double>(requests) / static_cast<double>(bad.calls), promised, bad.calls * 3, good.calls, good.failed,
                static_cast<unsigned long long>(more));
    check(bad.failed == bad.calls, "all calls fail with the server's error");
    check(requests <= promised, "the load stays within the promise of the quota");
    check(good.failed == 0 && more == good.calls, "recovery is immediate");
}

}  // namespace

void storm(const Options& options) {
    if (options.storm_calls > 0) {
        storm_with(1000, options.storm_calls, botocraft::BehaviorVersion::v2026_11_10, 14);
        storm_with(1000, options.storm_calls, botocraft::BehaviorVersion::v2025_01_01, 5);
    }
    if (options.storm.count() > 0) outage(options.storm);
}

}  // namespace soak
