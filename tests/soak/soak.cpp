// Long runs: many calls in flight among faults and cancellations, very many calls in a row, a server that fails everything,
// and what a call in flight costs in memory. Short by default; --help says how to make them long.

#include "server.hpp"

#include "http/transport.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/error.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = botocraft::http;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::SessionStatistics;
using botocraft::ecs::Service;
using botocraft::testing::AwsDouble;
using botocraft::testing::Fault;
using soak::Manner;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

int failures = 0;

void check(bool holds, const char* what) {
    if (holds) return;
    ++failures;
    std::printf("  FAILED: %s\n", what);
}

struct Options {
    std::chrono::seconds flight = 4s;
    std::size_t in_flight = 2000;
    std::size_t calls = 20'000;
    std::size_t storm_calls = 20'000;
    std::vector<std::size_t> memory{1, 1000, 5000};
};

SessionOptions options_for(const std::string& endpoint_url) {
    SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = endpoint_url;
    options.credentials = botocraft::static_credentials(botocraft::testing::example_credentials());
    return options;
}

std::size_t memory_in_use() { return static_cast<std::size_t>(::mallinfo2().uordblks + ::mallinfo2().hblkhd); }

std::size_t threads() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

// --- many calls in flight ----------------------------------------------------------------------------------------------

class Flight {
  public:
    Flight(const Options& options, const Session& session) : session_(session), workers_(options.in_flight) {
        for (Worker& worker : workers_) begin(worker);
    }

    void run(std::chrono::seconds time) {
        const Clock::time_point start = Clock::now();
        const Clock::time_point warm = start + time / 4;
        std::size_t after_warm_up = 0;
        std::size_t most_later = 0;
        Clock::time_point look = warm;
        while (Clock::now() < start + time) {
            context_.run_for(20ms);
            cancel_some();
            if (Clock::now() < look) continue;
            look += time / 40 + 1ms;
            // At rest: so that what is in flight does not count.
            if (after_warm_up == 0) after_warm_up = resting_memory();
            most_later = std::max(most_later, memory_in_use());
        }
        const std::size_t at_end = resting_memory();
        stop();
        const SessionStatistics sums = session_.statistics();
        const http::Statistics pools = http::statistics(context_);
        std::printf("flight: %zu in flight for %lld s: %llu calls, %llu attempts (%llu retries, %llu at once, %llu throttled), "
                    "%zu right, %zu errors, %zu cancelled; %zu threads; connections: %llu opened, %llu closed; memory in use: "
                    "%zu KiB after warm-up, %zu KiB at the end, at most %zu KiB between\n",
                    workers_.size(), static_cast<long long>(time.count()), static_cast<unsigned long long>(sums.calls),
                    static_cast<unsigned long long>(sums.attempts), static_cast<unsigned long long>(sums.retries),
                    static_cast<unsigned long long>(sums.resent), static_cast<unsigned long long>(sums.throttled), right_,
                    errors_, cancelled_, most_threads_, static_cast<unsigned long long>(pools.opened),
                    static_cast<unsigned long long>(pools.closed), after_warm_up / 1024, at_end / 1024, most_later / 1024);
        check(wrong_ == 0, "each call gets its own result");
        check(ended_twice_ == 0, "each call ends once");
        check(right_ + errors_ + cancelled_ == begun_, "each call ends");
        check(sums.calls == begun_ && sums.in_flight == 0, "the session counted the same calls");
        check(right_ > 0 && cancelled_ > 0 && sums.retries > 0, "there were faults and cancellations");
        check(pools.in_flight == 0 && pools.waiting == 0 && pools.opened == pools.closed + pools.idle, "the pool is at rest");
        check(most_threads_ == 1, "one thread does it all");
        check(at_end <= after_warm_up + after_warm_up / 10 + (256U << 10), "memory is flat after the warm-up");
    }

  private:
    struct Worker {
        std::unique_ptr<asio::cancellation_signal> cancel = std::make_unique<asio::cancellation_signal>();
        std::size_t call = 0;
        bool busy = false;
    };

    static asio::awaitable<std::string> get(Session session, std::string name) {
        const auto service = co_await Service::objects(session).get(name, {.cluster = "prod"});
        co_return service.serviceName.value_or(std::string());
    }

    void begin(Worker& worker) {
        if (stopping_) return;
        const std::size_t number = ++begun_;
        worker.call = number;
        worker.busy = true;
        std::string name = "service-" + std::to_string(number);
        auto end = [this, &worker, number, name](const std::exception_ptr& error, const std::string& got) {
            if (!std::exchange(worker.busy, false) || worker.call != number) ++ended_twice_;
            if (!error) ++(got == name ? right_ : wrong_);
            if (error) count(error);
            begin(worker);
        };
        asio::co_spawn(context_, get(session_, std::move(name)), asio::bind_cancellation_slot(worker.cancel->slot(), std::move(end)));
    }

    void count(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const botocraft::Error&) {
            ++errors_;
        } catch (const boost::system::system_error&) {
            ++cancelled_;
        }
    }

    void cancel_some() {
        most_threads_ = std::max(most_threads_, threads());
        for (std::size_t i = 0; i < workers_.size() / 200 + 1; ++i) {
            Worker& worker = workers_[random_() % workers_.size()];
            if (worker.busy) worker.cancel->emit(asio::cancellation_type::terminal);
        }
    }

    void stop() {
        stopping_ = true;
        context_.restart();
        while (std::ranges::any_of(workers_, &Worker::busy)) context_.run_one();
        context_.poll();
        stopping_ = false;
    }

    std::size_t resting_memory() {
        stop();
        const std::size_t in_use = memory_in_use();
        for (Worker& worker : workers_) begin(worker);
        return in_use;
    }

    asio::io_context context_{1};
    Session session_;
    std::vector<Worker> workers_;
    std::mt19937_64 random_{20150830};
    bool stopping_ = false;
    std::size_t begun_ = 0, right_ = 0, wrong_ = 0, errors_ = 0, cancelled_ = 0, ended_twice_ = 0, most_threads_ = 0;
};

void flight(const Options& options) {
    const soak::Server server(Manner::answers_roughly);
    SessionOptions settings = options_for(server.endpoint_url());
    settings.read_timeout = 250ms;  // of the requests that get no answer
    Flight(options, Session(settings)).run(options.flight);
}

// --- one call after the other ------------------------------------------------------------------------------------------

asio::awaitable<void> call_again_and_again(Session session, std::size_t calls, std::size_t& warm, std::size_t& at_end) {
    for (std::size_t i = 0; i < calls; ++i) {
        if (i == calls / 10) warm = memory_in_use();
        const auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
        if (service.serviceName != "web") throw std::runtime_error("a wrong result");
    }
    at_end = memory_in_use();
}

void sequence(const Options& options) {
    const soak::Server server(Manner::answers);
    asio::io_context context(1);
    const Session session(options_for(server.endpoint_url()));
    std::size_t warm = 0;
    std::size_t at_end = 0;
    std::exception_ptr failure;
    asio::co_spawn(context, call_again_and_again(session, options.calls, warm, at_end),
                   [&](const std::exception_ptr& error) { failure = error; });
    context.run();
    if (failure) std::rethrow_exception(failure);
    std::printf("sequence: %zu calls: %zu bytes in use after a tenth of them, %zu at the end; %llu connection(s)\n",
                options.calls, warm, at_end, static_cast<unsigned long long>(http::statistics(context).opened));
    check(at_end <= warm + 4096, "memory is flat");
    check(http::statistics(context).opened == 1, "one connection serves all of them");
}

// --- a server that fails everything ------------------------------------------------------------------------------------

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
    soak::answer_services(aws);
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

void storm(const Options& options) {
    storm_with(1000, options.storm_calls, botocraft::BehaviorVersion::v2026_11_10, 14);
    storm_with(1000, options.storm_calls, botocraft::BehaviorVersion::v2025_01_01, 5);
}

// --- memory of a call in flight ----------------------------------------------------------------------------------------

asio::awaitable<void> call_once(Session session) {
    const auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
}

// Returns what is in use afterwards.
std::size_t memory_of(std::size_t calls) {
    const soak::Server server(Manner::is_silent);
    SessionOptions settings = options_for(server.endpoint_url());
    settings.connections = calls;
    const Session session(settings);
    asio::io_context context(1);
    std::vector<std::unique_ptr<asio::cancellation_signal>> cancels;
    for (std::size_t i = 0; i <= calls; ++i) cancels.push_back(std::make_unique<asio::cancellation_signal>());
    // What the session has once is not a call's.
    asio::co_spawn(context, call_once(session),
                   asio::bind_cancellation_slot(cancels[calls]->slot(), [](const std::exception_ptr&) {}));
    const auto run_until_sent = [&](std::size_t count) {
        std::uint64_t one = 0;
        while (session.statistics().attempts < count || session.statistics().bytes_sent < count * one || one == 0) {
            context.run_one();
            if (one == 0) one = session.statistics().bytes_sent;
        }
    };
    run_until_sent(1);
    const std::uint64_t request = session.statistics().bytes_sent;
    cancels[calls]->emit(asio::cancellation_type::terminal);
    context.restart();
    context.run();
    context.restart();
    const std::size_t before = memory_in_use();
    for (std::size_t i = 0; i < calls; ++i) {
        asio::co_spawn(context, call_once(session),
                       asio::bind_cancellation_slot(cancels[i]->slot(), [](const std::exception_ptr&) {}));
    }
    while (session.statistics().bytes_sent < request * (calls + 1)) context.run_one();
    context.poll();
    const std::size_t during = memory_in_use();
    std::printf("memory: %zu call(s) in flight, each on a connection of its own over plain TCP: %zu bytes for each\n", calls,
                (during - before) / calls);
    check((during - before) / calls <= 12 * 1024, "a call in flight takes at most 12 KiB");
    for (const auto& cancel : cancels) cancel->emit(asio::cancellation_type::terminal);
    context.run();
    check(session.statistics().in_flight == 0, "all of them ended");
    return memory_in_use();
}

void memory(const Options& options) {
    for (const std::size_t calls : options.memory) {
        const std::size_t once = memory_of(calls);
        const std::size_t again = memory_of(calls);
        check(again <= once + 4096, "calls that ended leave nothing behind");
    }
}

[[noreturn]] void usage() {
    std::puts("soak [--flight SECONDS] [--in-flight CALLS] [--calls COUNT] [--storm-calls COUNT] [--memory CALLS]...\n"
              "The long run: soak --flight 600 --in-flight 10000 --calls 1000000 --storm-calls 200000 --memory 10000");
    std::exit(2);
}

Options parse(int argc, char** argv) {
    Options options;
    bool own_memory = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (i + 1 == argc) usage();
        const long value = std::atol(argv[++i]);
        if (value < 0) usage();
        const auto count = static_cast<std::size_t>(value);
        if (name == "--flight") {
            options.flight = std::chrono::seconds(value);
        } else if (name == "--in-flight") {
            options.in_flight = std::max<std::size_t>(1, count);
        } else if (name == "--calls") {
            options.calls = count;
        } else if (name == "--storm-calls") {
            options.storm_calls = count;
        } else if (name == "--memory") {
            if (!std::exchange(own_memory, true)) options.memory.clear();
            if (count > 0) options.memory.push_back(count);
        } else {
            usage();
        }
    }
    return options;
}

// As many descriptors as the system gives.
void raise_limits() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    raise_limits();
    try {
        if (options.flight.count() > 0) flight(options);
        if (options.calls > 0) sequence(options);
        memory(options);
        if (options.storm_calls > 0) storm(options);
    } catch (const std::exception& error) {
        std::printf("FAILED: %s\n", error.what());
        return 1;
    }
    return failures == 0 ? 0 : 1;
}
