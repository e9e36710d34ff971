// What a session and a manager cost before the first call: time, and allocations.

#include <benchmark/benchmark.h>
#include <botocraft/ecs/service.hpp>
#include <botocraft/session.hpp>

#include "support/allocations.hpp"

#include <cstddef>

namespace {

using botocraft::Session;
using botocraft::ecs::Service;

template <class Work>
void measure(benchmark::State& state, Work work) {
    const std::size_t before = fake::allocations();
    for (auto _ : state) work();
    state.counters["allocations"] =
        benchmark::Counter(static_cast<double>(fake::allocations() - before), benchmark::Counter::kAvgIterations);
}

void session_and_manager(benchmark::State& state) {
    measure(state, [] {
        const Session session;
        benchmark::DoNotOptimize(Service::objects(session));
    });
}
BENCHMARK(session_and_manager);

void session_of_another_region_and_manager(benchmark::State& state) {
    const Session session;
    measure(state, [&] { benchmark::DoNotOptimize(Service::objects(session.with_region("eu-west-1"))); });
}
BENCHMARK(session_of_another_region_and_manager);

void manager(benchmark::State& state) {
    const Session session;
    measure(state, [&] { benchmark::DoNotOptimize(Service::objects(session)); });
}
BENCHMARK(manager);

}  // namespace

BENCHMARK_MAIN();
