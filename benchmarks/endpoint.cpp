// How long it takes to find out where a request goes: a walk of the rules (`rules_*`), and what a call pays for it, where
// its question is new (`call_*_new`) and where it was asked before (`call_*_again`); `new` counts allocations. Rules are compiled here instead of at
// build time, which makes no difference to the engine: it sees the same tables.

#include <benchmark/benchmark.h>

#include <boost/json.hpp>
#include <botocraft/field.hpp>
#include <botocraft/testing/environment.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "endpoint/rules.hpp"
#include "endpoint_rules.hpp"
#include "runtime/service_endpoints.hpp"
#include "support/allocations.hpp"

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

// Times `work`, and counts what it asks of memory once it has run.
template <class Work>
void measure(benchmark::State& state, Work work) {
    work();
    const std::size_t before = fake::allocations();
    for (auto _ : state) work();
    const auto asked = static_cast<double>(fake::allocations() - before);
    state.counters["new"] = benchmark::Counter(asked / static_cast<double>(state.iterations()), benchmark::Counter::kAvgThreads);
}

// `fill` sets what a call would set; the parameters are built anew every time, as a call does.
template <class Fill>
void resolve(benchmark::State& state, const std::string& name, Fill fill) {
    const Service service(name);
    const auto rules = service.rules.view();
    const auto partitions = service.partitions.view();
    endpoint::Endpoint found;
    measure(state, [&] {
        endpoint::Parameters parameters(rules);
        fill(parameters, service.rules);
        endpoint::resolve(partitions, parameters, found);
        benchmark::DoNotOptimize(found.authority.data());
    });
    state.SetLabel(found.url());
}

void rules_ecs(benchmark::State& state) {
    resolve(state, "ecs", [](endpoint::Parameters& parameters, const gen::CompiledRules&) {
        parameters.set(BuiltIn::region, "eu-west-1");
    });
}
BENCHMARK(rules_ecs);

void rules_s3_virtual_host(benchmark::State& state) {
    std::size_t bucket = 0;
    const gen::CompiledRules* seen = nullptr;
    resolve(state, "s3", [&](endpoint::Parameters& parameters, const gen::CompiledRules& rules) {
        if (seen != &rules) bucket = rules.parameter_index("Bucket").value();
        seen = &rules;
        parameters.set(BuiltIn::region, "eu-west-1");
        parameters.set(bucket, "a-bucket-of-the-usual-length");
    });
}
BENCHMARK(rules_s3_virtual_host);

void rules_s3_access_point(benchmark::State& state) {
    std::size_t bucket = 0;
    const gen::CompiledRules* seen = nullptr;
    resolve(state, "s3", [&](endpoint::Parameters& parameters, const gen::CompiledRules& rules) {
        if (seen != &rules) bucket = rules.parameter_index("Bucket").value();
        seen = &rules;
        parameters.set(BuiltIn::region, "eu-west-1");
        parameters.set(bucket, "arn:aws:s3:eu-west-1:123456789012:accesspoint:reports");
    });
}
BENCHMARK(rules_s3_access_point);

// A service of one operation, which has a bucket to say.
class OneCall {
  public:
    OneCall(const std::string& name, bool bucket) : service_(name), rules_(service_.rules.view()) {
        if (const auto index = service_.rules.parameter_index("Bucket"); bucket && index) {
            parameter_.index = static_cast<std::uint8_t>(*index);
            parameter_.member = 0;
            operation_.endpoint_parameter_count = 1;
        }
        operation_.input = 0;
        tables_.schema = &schema_;
        tables_.endpoint_rules = &rules_;
        tables_.name = name;
        tables_.service_id = name;
        tables_.operations = &operation_;
        tables_.operation_count = 1;
        tables_.endpoint_parameters = &parameter_;
        config::Settings settings;
        settings.environment = std::make_shared<testing::FakeEnvironment>();
        endpoints_ = std::make_unique<detail::ServiceEndpoints>(
            tables_, settings, config::Found{"eu-west-1", "code"}, false, [](auto&) {});
    }
    [[nodiscard]] auto find() const { return endpoints_->find(operation_, &input.bucket); }

    struct Input {
        field<std::string> bucket{};
    } input;

  private:
    static constexpr char names[] = "\"Bucket\":";
    static constexpr schema::Member members_[] = {
        {0, 0, 0, 0, 0, 6, 6, schema::Kind::string, schema::Location::path}};
    static constexpr schema::Shape shapes_[] = {{0, sizeof(Input), 0, 1, 6, schema::Kind::structure, 0}};
    static constexpr schema::Schema schema_{shapes_, members_, names, 1, nullptr};

    Service service_;
    endpoint::RuleSet rules_;
    api::EndpointParameter parameter_;
    api::Operation operation_;
    orm::ServiceTables tables_{};
    std::unique_ptr<const detail::ServiceEndpoints> endpoints_;
};

void call_ecs_again(benchmark::State& state) {
    const OneCall call("ecs", false);
    measure(state, [&] { benchmark::DoNotOptimize(call.find()); });
}
BENCHMARK(call_ecs_again);

void call_s3_again(benchmark::State& state) {
    OneCall call("s3", true);
    call.input.bucket = "a-bucket-of-the-usual-length";
    measure(state, [&] { benchmark::DoNotOptimize(call.find()); });
}
BENCHMARK(call_s3_again);

void call_s3_again_on_two_threads(benchmark::State& state) {
    static const std::unique_ptr<OneCall> call = [] {
        auto made = std::make_unique<OneCall>("s3", true);
        made->input.bucket = "a-bucket-of-the-usual-length";
        return made;
    }();
    measure(state, [&] { benchmark::DoNotOptimize(call->find()); });
}
BENCHMARK(call_s3_again_on_two_threads)->Threads(2);

// More buckets than are remembered, in turn.
void call_s3_new(benchmark::State& state) {
    OneCall call("s3", true);
    std::vector<std::string> buckets;
    for (int i = 0; i < 4096; ++i) buckets.push_back("a-bucket-of-the-usual-length" + std::to_string(i));
    std::size_t i = 0;
    measure(state, [&] {
        call.input.bucket = buckets[i++ % buckets.size()];
        benchmark::DoNotOptimize(call.find());
    });
}
BENCHMARK(call_s3_new);

}  // namespace

BENCHMARK_MAIN();
