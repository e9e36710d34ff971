// AWS's cross-SDK serde benchmark: from a modelled value to the bytes of a request, and from the bytes of a reply to a
// modelled value, by the walkers and the tables that production takes.
//   serde [--calls N] [--only TEXT] [--json FILE]

#include "serde/cases.hpp"

#include "schema/lifetime.hpp"
#include "support/allocations.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace schema = botocraft::schema;
namespace protocol = botocraft::protocol;
using serde::Case;
using Clock = std::chrono::steady_clock;

constexpr std::size_t all_cases = 76;

struct Options {
    std::size_t calls = 10'000;
    std::string only;
    std::string json;
};

struct Result {
    std::string id;
    std::size_t bytes = 0;
    double mean = 0;
    double p50 = 0, p90 = 0, p99 = 0;
    double allocations = 0;
};

double nanoseconds(Clock::duration time) { return std::chrono::duration<double, std::nano>(time).count(); }

double quantile(const std::vector<double>& sorted, double q) {
    return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

// Reading the clock twice takes as long as a small case; that much is taken off each sample.
double cost_of_clock() {
    std::vector<double> samples;
    for (int i = 0; i < 10'001; ++i) {
        const auto start = Clock::now();
        samples.push_back(nanoseconds(Clock::now() - start));
    }
    std::ranges::sort(samples);
    return quantile(samples, 0.5);
}

// `work` is timed, what `after` does is not.
template <class Work, class After>
Result measure(const Case& of, std::size_t calls, double clock, Work&& work, After&& after) {
    const auto timed = [&] {
        const auto start = Clock::now();
        work();
        const auto time = Clock::now() - start;
        after();
        return nanoseconds(time);
    };
    for (std::size_t i = 0; i < calls / 10 + 1; ++i) static_cast<void>(timed());
    std::vector<double> samples(calls);
    const std::size_t before = fake::allocations();
    for (double& sample : samples) sample = std::max(timed() - clock, 0.0);
    const std::size_t made = fake::allocations() - before;
    std::ranges::sort(samples);
    const auto count = static_cast<double>(calls);
    return {.id = of.id,
            .bytes = of.bytes,
            .mean = std::accumulate(samples.begin(), samples.end(), 0.0) / count,
            .p50 = quantile(samples, 0.5),
            .p90 = quantile(samples, 0.9),
            .p99 = quantile(samples, 0.99),
            .allocations = static_cast<double>(made) / count};
}

Result measure_request(const Case& of, std::size_t calls, double clock) {
    protocol::Request request;  // a connection keeps one for all its calls
    const void* const input = of.input ? of.input->get() : nullptr;
    return measure(
        of, calls, clock,
        [&] {
            request.clear();
            protocol::encode(of.by(), *of.service, *of.operation, input, request);
        },
        [] {});
}

// From nothing to a structure on the heap, which is freed when the clock stands still.
Result measure_reply(const Case& of, std::size_t calls, double clock) {
    const schema::ShapeRef shape = of.output();
    void* output = nullptr;
    return measure(
        of, calls, clock,
        [&] {
            output = botocraft::detail::structure_new(shape);
            protocol::decode(of.by(), *of.service, *of.operation, *of.reply, output);
        },
        [&] { botocraft::detail::structure_delete(output, shape); });
}

void write_json(const std::string& path, const std::vector<Result>& results, std::size_t calls, double clock) {
    std::ofstream out(path);
    out << "{\n\"clock_ns\": " << clock << ",\n\"cases\": [";
    for (std::size_t i = 0; i < results.size(); ++i) {
        const Result& r = results[i];
        out << (i == 0 ? "" : ",") << "\n{\"id\": \"" << r.id << "\", \"n\": " << calls << ", \"bytes\": " << r.bytes
            << ", \"mean\": " << r.mean << ", \"p50\": " << r.p50 << ", \"p90\": " << r.p90 << ", \"p99\": " << r.p99
            << ", \"allocations\": " << r.allocations << '}';
    }
    out << "\n]\n}\n";
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

Options read_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--calls") options.calls = std::max(std::stoul(argv[i + 1]), 1ul);
        if (name == "--only") options.only = argv[i + 1];
        if (name == "--json") options.json = argv[i + 1];
    }
    return options;
}

void run(const Options& options) {
    if (serde::services().empty()) {
        std::puts("SKIPPED: the models of the cross-SDK benchmark are not there (BOTOCRAFT_SERDE_MODELS says where)");
        return;
    }
    const double clock = cost_of_clock();
    std::printf("ns; %.0f ns for reading the clock are taken off\n", clock);
    std::printf("%-46s %7s %8s %10s %10s %10s %10s %8s\n", "id", "n", "bytes", "mean", "p50", "p90", "p99", "allocs");
    std::vector<Result> results;
    for (const serde::Service& service : serde::services()) {
        for (const Case& one : serde::read_cases(service, options.only)) {
            const Result r = one.reply ? measure_reply(one, options.calls, clock)
                                       : measure_request(one, options.calls, clock);
            std::printf("%-46s %7zu %8zu %10.0f %10.0f %10.0f %10.0f %8.1f\n", r.id.c_str(), options.calls, r.bytes,
                        r.mean, r.p50, r.p90, r.p99, r.allocations);
            results.push_back(r);
        }
    }
    std::printf("%zu cases\n", results.size());
    if (options.only.empty() && results.size() != all_cases) {
        throw std::runtime_error("the benchmark has " + std::to_string(all_cases) + " cases");
    }
    if (!options.json.empty()) write_json(options.json, results, options.calls, clock);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(read_options(argc, argv));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "serde: %s\n", error.what());
        return 1;
    }
}
