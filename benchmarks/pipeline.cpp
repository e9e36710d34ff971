// A complete `get` (encode, sign, send, receive, decode into a model) beside an exchange of the same bytes over plain
// Asio, and over Beast as its examples use it: processor time and allocations for each call, in one run.

#include "pipeline/exchanges.hpp"
#include "pipeline/server.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

std::uint64_t news = 0;  // of the one thread
std::uint64_t mallocs = 0;

}  // namespace

// Everything that asks for memory is counted: C++ (which ends in malloc), Asio's coroutine frames, OpenSSL.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) noexcept {
    ++mallocs;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
    ++mallocs;
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) noexcept {
    ++mallocs;
    return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++mallocs;
    return __libc_memalign(alignment, size);
}
}

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++news;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

namespace asio = boost::asio;
using bench::Peer;
using bench::Progress;
using botocraft::ecs::Service;

enum Way : std::size_t { raw, beast, library, ways };
constexpr std::array<std::string_view, ways> way_names = {"raw Asio", "bare Beast", "botocraft"};

struct Counters {
    std::chrono::steady_clock::time_point time;
    double user = 0;  // microseconds
    double system = 0;
    std::uint64_t calls = 0;
    std::uint64_t news = 0;
    std::uint64_t mallocs = 0;
};

Counters read_counters(const Progress& progress) {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto microseconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return {std::chrono::steady_clock::now(), microseconds(usage.ru_utime), microseconds(usage.ru_stime),
            progress.calls, news, mallocs};
}

// What one call cost.
struct Cost {
    double processor = 0;  // microseconds
    double user = 0;
    double per_second = 0;
    double news = 0;
    double mallocs = 0;
};

Cost cost_between(const Counters& from, const Counters& to) {
    const auto calls = static_cast<double>(to.calls - from.calls);
    Cost cost;
    cost.user = (to.user - from.user) / calls;
    cost.processor = cost.user + (to.system - from.system) / calls;
    cost.per_second = calls / std::chrono::duration<double>(to.time - from.time).count();
    cost.news = static_cast<double>(to.news - from.news) / calls;
    cost.mallocs = static_cast<double>(to.mallocs - from.mallocs) / calls;
    return cost;
}

asio::awaitable<void> call_library(botocraft::Session session, Progress& progress) {
    while (!progress.stop) {
        const auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
        if (service.runningCount != 4) throw std::runtime_error("the reply was decoded wrongly");
        ++progress.calls;
    }
}

botocraft::Session make_session(const Peer& peer) {
    botocraft::SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = (peer.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(peer.port);
    options.ca_bundle = peer.certificate;
    options.credentials = botocraft::static_credentials(
        botocraft::Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    return botocraft::Session(options);
}

asio::awaitable<void> work(Way way, const Peer& peer, const botocraft::Session& session, Progress& progress) {
    switch (way) {
        case raw: return bench::raw_asio(peer, progress);
        case beast: return bench::bare_beast(peer, progress);
        default: return call_library(session, progress);
    }
}

// As every client of AWS has done: Asio does it in a thread of its own, and as soon as a process has had a second
// thread, libc and the kernel take locks and count atomically where they spare others that.
void look_up_a_name(asio::io_context& context) {
    asio::ip::tcp::resolver resolver(context);
    resolver.async_resolve("localhost", "", [](const boost::system::error_code&, const auto&) {});
    context.run();
    context.restart();
}

// Connections are opened and buffers have grown before the counting begins.
Cost sample(Way way, const Peer& peer, int in_flight, std::chrono::milliseconds duration) {
    asio::io_context context(1);
    look_up_a_name(context);
    Progress progress;
    const botocraft::Session session = make_session(peer);
    std::exception_ptr failure;
    for (int i = 0; i < in_flight; ++i) {
        asio::co_spawn(context, work(way, peer, session, progress), [&](const std::exception_ptr& error) {
            if (error && !failure) failure = error;
            if (error) progress.stop = true;
        });
    }
    Counters from;
    Counters to;
    asio::steady_timer timer(context);
    timer.expires_after(duration / 4 + std::chrono::milliseconds(in_flight * (peer.tls ? 2 : 0)));
    timer.async_wait([&](const boost::system::error_code&) {
        from = read_counters(progress);
        timer.expires_after(duration);
        timer.async_wait([&](const boost::system::error_code&) {
            to = read_counters(progress);
            progress.stop = true;
        });
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return cost_between(from, to);
}

// A client that has to wait for a processor, or for a server that has none, pays for more wake-ups with each call. So a
// sample with many calls in flight is taken again where the machine had something else to do, for a while.
Cost undisturbed_sample(Way way, const Peer& peer, int in_flight, std::chrono::milliseconds duration) {
    constexpr int tries = 8;
    constexpr double busy_enough = 0.93;
    Cost best;
    double busiest = -1;
    for (int i = 0; i < tries && busiest < busy_enough; ++i) {
        const Cost cost = sample(way, peer, in_flight, duration);
        const double busy = cost.processor * cost.per_second / 1e6;
        if (busy > busiest) best = cost;
        busiest = std::max(busiest, busy);
        if (in_flight == 1) break;  // waits for the server at any rate
    }
    return best;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

struct Row {
    bench::Idle server{};
    bool tls = false;
    int in_flight = 0;
    std::array<std::vector<Cost>, ways> samples{};

    [[nodiscard]] double middle(Way way, double Cost::*what) const {
        std::vector<double> values;
        for (const Cost& cost : samples[way]) values.push_back(cost.*what);
        return median(values);
    }
    // Of one round to the same round: what disturbed the machine then disturbed both.
    [[nodiscard]] double ratio(Way to) const {
        std::vector<double> values;
        for (std::size_t i = 0; i < samples[to].size(); ++i) {
            values.push_back(samples[library][i].processor / samples[to][i].processor);
        }
        return median(values);
    }
    [[nodiscard]] std::pair<double, double> range(Way way) const {
        const auto less = [](const Cost& a, const Cost& b) { return a.processor < b.processor; };
        const auto [low, high] = std::minmax_element(samples[way].begin(), samples[way].end(), less);
        return {low->processor, high->processor};
    }
};

std::string_view name_of(bench::Idle server) { return server == bench::Idle::sleeps ? "sleeps" : "spins"; }

void print_row(const Row& row) {
    for (const Way way : {raw, beast, library}) {
        const auto [low, high] = row.range(way);
        std::printf("%-6s %-5s %9d  %-10s %8.2f  [%6.2f ..%7.2f] %6.2f %6.2f %10.0f %7.1f %7.1f",
                    name_of(row.server).data(), row.tls ? "TLS" : "plain", row.in_flight, way_names[way].data(),
                    row.middle(way, &Cost::processor), low, high, row.middle(way, &Cost::user),
                    row.middle(way, &Cost::processor) - row.middle(way, &Cost::user),
                    row.middle(way, &Cost::per_second), row.middle(way, &Cost::news), row.middle(way, &Cost::mallocs));
        if (way == library) std::printf("   %4.2f x raw Asio, %4.2f x bare Beast", row.ratio(raw), row.ratio(beast));
        std::printf("\n");
    }
}

std::string to_json(const std::vector<Row>& rows) {
    std::ostringstream out;
    out << "[";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        out << (i == 0 ? "\n" : ",\n") << R"({"server":")" << name_of(row.server) << R"(","tls":)"
            << (row.tls ? "true" : "false") << R"(,"in_flight":)" << row.in_flight << R"(,"to_raw_asio":)"
            << row.ratio(raw) << R"(,"to_bare_beast":)" << row.ratio(beast);
        for (const Way way : {raw, beast, library}) {
            const auto [low, high] = row.range(way);
            out << ",\"" << way_names[way] << R"(":{"us":)" << row.middle(way, &Cost::processor) << R"(,"us_lowest":)"
                << low << R"(,"us_highest":)" << high << R"(,"us_user":)" << row.middle(way, &Cost::user)
                << R"(,"calls_per_second":)" << row.middle(way, &Cost::per_second) << R"(,"new":)"
                << row.middle(way, &Cost::news) << R"(,"malloc":)" << row.middle(way, &Cost::mallocs) << "}";
        }
        out << "}";
    }
    out << "\n]\n";
    return out.str();
}

struct Options {
    int rounds = 7;
    std::chrono::milliseconds duration{200};
    std::string json{};
    std::vector<int> in_flight{1, 16, 256};
    std::optional<bool> tls{};
    std::optional<bench::Idle> server{};
    std::optional<Way> only{};  // for a profiler
};

[[noreturn]] void usage() {
    std::fputs("pipeline [--rounds N] [--ms N] [--json FILE] [--in-flight N] [--plain | --tls] "
               "[--server sleeps|spins] [--only raw|beast|library]\n",
               stderr);
    std::exit(2);
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        const auto value = [&]() -> std::string {
            if (i + 1 == argc) usage();
            return argv[++i];
        };
        if (name == "--rounds") {
            options.rounds = std::max(1, std::atoi(value().c_str()));
        } else if (name == "--ms") {
            options.duration = std::chrono::milliseconds(std::max(1, std::atoi(value().c_str())));
        } else if (name == "--json") {
            options.json = value();
        } else if (name == "--in-flight") {
            options.in_flight = {std::max(1, std::atoi(value().c_str()))};
        } else if (name == "--plain" || name == "--tls") {
            options.tls = name == "--tls";
        } else if (name == "--server") {
            options.server = value() == "sleeps" ? bench::Idle::sleeps : bench::Idle::spins;
        } else if (name == "--only") {
            const std::string way = value();
            options.only = way == "raw" ? raw : way == "beast" ? beast : library;
        } else {
            usage();
        }
    }
    return options;
}

int measure(const Options& options) {
    using bench::Idle;
    const std::array<bench::Server, 2> servers = {bench::Server(Idle::sleeps), bench::Server(Idle::spins)};
    bench::stay_on_processor(1);
    std::vector<Row> rows;
    for (const Idle idle : {Idle::sleeps, Idle::spins}) {
        if (options.server && *options.server != idle) continue;
        for (const bool tls : {false, true}) {
            if (options.tls && *options.tls != tls) continue;
            for (const int in_flight : options.in_flight) rows.push_back(Row{idle, tls, in_flight});
        }
    }
    for (int round = 0; round < options.rounds; ++round) {
        for (Row& row : rows) {
            const bench::Server& server = servers[row.server == Idle::sleeps ? 0 : 1];
            const Peer peer{row.tls ? server.tls_port() : server.plain_port(), row.tls, server.certificate()};
            for (const Way way : {raw, beast, library}) {
                if (options.only && *options.only != way) continue;
                row.samples[way].push_back(undisturbed_sample(way, peer, row.in_flight, options.duration));
            }
        }
    }
    if (options.only) {
        for (const Row& row : rows) std::printf("%.2f us\n", row.middle(*options.only, &Cost::processor));
        return 0;
    }
    std::printf("Processor time of the client for each call, in microseconds; medians of %d rounds of %d ms.\n",
                options.rounds, static_cast<int>(options.duration.count()));
    std::printf("server       in flight               us/call   lowest, highest   user system    calls/s     new  malloc\n");
    for (const Row& row : rows) print_row(row);
    if (!options.json.empty()) std::ofstream(options.json) << to_json(rows);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return measure(parse(argc, argv));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pipeline: %s\n", error.what());
        return 1;
    }
}
