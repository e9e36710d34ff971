// What a session and a manager cost before the first call: time, and allocations.

#include <benchmark/benchmark.h>
#include <botocraft/ecs/service.hpp>
#include <botocraft/session.hpp>

#include <cstdlib>
#include <new>

namespace {

unsigned long allocations = 0;  // of the one thread

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using botocraft::Session;
using botocraft::ecs::Service;

template <class Work>
void measure(benchmark::State& state, Work work) {
    const unsigned long before = allocations;
    for (auto _ : state) work();
    state.counters["allocations"] =
        benchmark::Counter(static_cast<double>(allocations - before), benchmark::Counter::kAvgIterations);
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
