// Long runs: many calls in flight among faults and cancellations, very many calls in a row, a server that fails everything,
// and what a call costs in memory and time. Short by default; --help says how to make them long.

#include "soak.hpp"

#include "http/transport.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace soak {

namespace {

namespace asio = boost::asio;
namespace http = botocraft::http;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::ecs::Service;

int failures = 0;

asio::awaitable<void> call_again_and_again(Session session, std::size_t calls, std::size_t& warm, std::size_t& at_end) {
    for (std::size_t i = 0; i < calls; ++i) {
        if (i == calls / 10) warm = memory_in_use();
        const auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
        if (service.serviceName != "web") throw std::runtime_error("a wrong result");
    }
    at_end = memory_in_use();
}

}  // namespace

void check(bool holds, const char* what) {
    if (holds) return;
    ++failures;
    std::printf("  FAILED: %s\n", what);
}

SessionOptions options_for(const std::string& endpoint_url) {
    SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = endpoint_url;
    options.credentials = botocraft::static_credentials(botocraft::testing::example_credentials());
    return options;
}

asio::awaitable<void> call_once(Session session) {
    const auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
}

std::size_t memory_in_use() { return static_cast<std::size_t>(::mallinfo2().uordblks + ::mallinfo2().hblkhd); }

std::size_t resident_kib() {
    std::size_t size = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

std::size_t threads() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

void sequence(const Options& options) {
    const Server server(Manner::answers);
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

namespace {

[[noreturn]] void usage() {
    std::puts(
        "soak [--flight SECONDS] [--in-flight CALLS] [--calls COUNT] [--memory CALLS]... [--cpu CALLS] [--storm-calls COUNT]\n"
        "     [--storm SECONDS]\n"
        "flight  many calls in flight at once, a fault for one request in twenty, and random cancellation\n"
        "calls   one after the other\n"
        "memory  of a call in flight, where so many are\n"
        "cpu     time of a call, with observers and without\n"
        "storm   1,000 callers of a server that fails everything: as fast as they can, or each once a second\n"
        "0 leaves a part out. The long run: soak --flight 600 --in-flight 10000 --calls 1000000 --memory 1 --memory 1000\n"
        "     --memory 10000 --cpu 100000 --storm-calls 200000 --storm 30");
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
        } else if (name == "--storm") {
            options.storm = std::chrono::seconds(value);
        } else if (name == "--cpu") {
            options.cpu_calls = count;
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

int run(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const Options options = parse(argc, argv);
    raise_limits();
    try {
        if (options.flight.count() > 0) flight(options);
        if (options.calls > 0) sequence(options);
        memory(options);
        if (options.cpu_calls > 0) cpu(options);
        storm(options);
    } catch (const std::exception& error) {
        std::printf("FAILED: %s\n", error.what());
        return 1;
    }
    return failures == 0 ? 0 : 1;
}

}  // namespace soak

int main(int argc, char** argv) { return soak::run(argc, argv); }
