#include "soak.hpp"

#include <botocraft/log.hpp>
#include <botocraft/observer.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soak {

namespace {

namespace asio = boost::asio;
using botocraft::Session;
using botocraft::SessionOptions;

// Returns what is in use afterwards.
std::size_t memory_of(std::size_t calls) {
    const Server server(Manner::is_silent);
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

// Told of everything, and keeps nothing.
class Counter final : public botocraft::Observer {
  public:
    void started(const botocraft::CallInfo&) noexcept override { ++told_; }
    void attempted(const botocraft::CallInfo&, const botocraft::AttemptInfo&) noexcept override { ++told_; }
    void retrying(const botocraft::CallInfo&, const botocraft::RetryInfo&) noexcept override { ++told_; }
    void ended(const botocraft::CallInfo&, const botocraft::CallEnd&) noexcept override { ++told_; }

  private:
    std::uint64_t told_ = 0;
};

std::shared_ptr<botocraft::Observer> logger(botocraft::LogLevel most) {
    return botocraft::make_logger([](const botocraft::LogRecord& record) { static_cast<void>(to_string(record)); }, most);
}

// Seconds of user and system time of this process.
double cpu_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

asio::awaitable<void> call_often(Session session, std::size_t calls) {
    for (std::size_t i = 0; i < calls; ++i) co_await call_once(session);
}

struct Setting {
    const char* name;
    Session session;
    double seconds = 0;
};

}  // namespace

namespace {

// What a thread's cache of free blocks keeps counts as in use: that is more than a few calls take, and it is not what they
// leave behind. Whether a program has one is said before it starts.
constexpr const char* tunables = "GLIBC_TUNABLES";
constexpr const char* without_cache = "glibc.malloc.tcache_count=0";

bool has_cache() {
    const char* const said = std::getenv(tunables);
    return said == nullptr || std::string_view(said).find(without_cache) == std::string_view::npos;
}

// This program anew, for what `memory` does and nothing else.
int run_without_cache(const std::vector<std::size_t>& calls) {
    std::vector<std::string> words{"soak", "--flight", "0", "--calls", "0", "--cpu", "0", "--storm-calls", "0", "--storm", "0"};
    for (const std::size_t count : calls) words.insert(words.end(), {"--memory", std::to_string(count)});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const char* const said = std::getenv(tunables);
    const std::string all = said == nullptr ? without_cache : said + std::string(":") + without_cache;
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv(tunables, all.c_str(), 1);
        ::execv("/proc/self/exe", arguments.data());
        ::_exit(127);
    }
    int status = -1;
    while (child > 0 && ::waitpid(child, &status, 0) == -1 && errno == EINTR) {}
    return status;
}

}  // namespace

void memory(const Options& options) {
    if (options.memory.empty()) return;
    if (has_cache()) {
        check(run_without_cache(options.memory) == 0, "memory of calls in flight");
        return;
    }
    for (const std::size_t calls : options.memory) {
        const std::size_t once = memory_of(calls);
        const std::size_t again = memory_of(calls);
        check(again <= once + 4096, "calls that ended leave nothing behind");
    }
}

void cpu(const Options& options) {
    constexpr std::size_t rounds = 20;
    const Server server(Manner::answers);
    const auto observed = [&](std::vector<std::shared_ptr<botocraft::Observer>> observers) {
        SessionOptions settings = options_for(server.endpoint_url());
        settings.observers = std::move(observers);
        return Session(settings);
    };
    using botocraft::LogLevel;
    std::array settings{
        Setting{"without observers", observed({})},
        Setting{"with an observer", observed({std::make_shared<Counter>()})},
        Setting{"with an observer and a log of calls", observed({std::make_shared<Counter>(), logger(LogLevel::info)})},
        Setting{"with an observer and a log of calls, attempts and the wire", observed({std::make_shared<Counter>(), logger(LogLevel::wire)})},
    };
    asio::io_context context(1);
    // In turn, so that what else the machine does befalls all of them.
    for (std::size_t round = 0; round <= rounds; ++round) {
        for (Setting& setting : settings) {
            const double begin = cpu_time();
            asio::co_spawn(context, call_often(setting.session, options.cpu_calls / rounds), [](const std::exception_ptr&) {});
            context.restart();
            context.run();
            if (round > 0) setting.seconds += cpu_time() - begin;
        }
    }
    const double calls = static_cast<double>(options.cpu_calls / rounds * rounds);
    for (const Setting& setting : settings) {
        std::printf("cpu: %.1f us of a call, user and system, %s: %.2f times\n", setting.seconds / calls * 1e6, setting.name,
                    setting.seconds / settings[0].seconds);
        check(setting.session.statistics().errors == 0, "all calls succeed");
    }
}

}  // namespace soak
