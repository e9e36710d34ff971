// How long it takes to find out where a request goes, uncached. The rules are compiled here instead of at build time,
// which makes no difference to the engine: it sees the same tables.

#include <benchmark/benchmark.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "endpoint/rules.hpp"
#include "endpoint_rules.hpp"

namespace {

using namespace botocraft;
using endpoint::BuiltIn;

boost::json::value read(const std::string& name) {
    std::ifstream file(std::filesystem::path(BOTOCRAFT_SOURCE_DIR) / "specs" / "aws" / (name + ".json"),
                       std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    boost::json::parse_options options;
    options.max_depth = 256;
    return boost::json::parse(text, {}, options);
}

struct Service {
    explicit Service(const std::string& name)
        : partitions(gen::compile_partitions(read("partitions").as_object())),
          rules(gen::compile_endpoint_rules(read(name).as_object().at("endpoints").as_object())) {}
    gen::CompiledPartitions partitions;
    gen::CompiledRules rules;
};

// `fill` sets what a call would set; the parameters are built anew every time, as a call does.
template <class Fill>
void resolve(benchmark::State& state, const std::string& name, Fill fill) {
    const Service service(name);
    const auto rules = service.rules.view();
    const auto partitions = service.partitions.view();
    endpoint::Endpoint found;
    for (auto _ : state) {
        endpoint::Parameters parameters(rules);
        fill(parameters, service.rules);
        endpoint::resolve(partitions, parameters, found);
        benchmark::DoNotOptimize(found.authority.data());
    }
    state.SetLabel(found.url());
}

void ecs(benchmark::State& state) {
    resolve(state, "ecs", [](endpoint::Parameters& parameters, const gen::CompiledRules&) {
        parameters.set(BuiltIn::region, "eu-west-1");
    });
}
BENCHMARK(ecs);

void s3_virtual_host(benchmark::State& state) {
    std::size_t bucket = 0;
    const gen::CompiledRules* seen = nullptr;
    resolve(state, "s3", [&](endpoint::Parameters& parameters, const gen::CompiledRules& rules) {
        if (seen != &rules) bucket = rules.parameter_index("Bucket").value();
        seen = &rules;
        parameters.set(BuiltIn::region, "eu-west-1");
        parameters.set(bucket, "a-bucket-of-the-usual-length");
    });
}
BENCHMARK(s3_virtual_host);

void s3_access_point(benchmark::State& state) {
    std::size_t bucket = 0;
    const gen::CompiledRules* seen = nullptr;
    resolve(state, "s3", [&](endpoint::Parameters& parameters, const gen::CompiledRules& rules) {
        if (seen != &rules) bucket = rules.parameter_index("Bucket").value();
        seen = &rules;
        parameters.set(BuiltIn::region, "eu-west-1");
        parameters.set(bucket, "arn:aws:s3:eu-west-1:123456789012:accesspoint:reports");
    });
}
BENCHMARK(s3_access_point);

}  // namespace

BENCHMARK_MAIN();
