// A DescribeServices reply through the JSON codec, beside what Boost.JSON's own value takes for the same work.

#include "conformance/runtime_schema.hpp"

#include "protocol/json.hpp"
#include "schema/lifetime.hpp"
#include "support/allocations.hpp"

#include <botocraft/ecs/requests.hpp>

#include <benchmark/benchmark.h>
#include <boost/json.hpp>

namespace {

namespace json = botocraft::protocol::json;
namespace schema = botocraft::schema;
using conformance::RuntimeValue;
using schema::Kind;

std::string service_json(std::size_t i) {
    const std::string n = std::to_string(i);
    const std::string arn = "arn:aws:ecs:eu-west-1:123456789012:";
    return R"({"serviceArn":")" + arn + "service/production/web-" + n + R"(","serviceName":"web-)" + n +
           R"(","clusterArn":")" + arn + R"(cluster/production","loadBalancers":[{"targetGroupArn":)"
           R"("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef","containerName":)"
           R"("web","containerPort":8080}],"serviceRegistries":[],"status":"ACTIVE","desiredCount":4,"runningCount":4,)"
           R"("pendingCount":0,"launchType":"FARGATE","platformVersion":"1.4.0","platformFamily":"Linux",)"
           R"("taskDefinition":")" + arn + R"(task-definition/web:42","deploymentConfiguration":)"
           R"({"deploymentCircuitBreaker":{"enable":true,"rollback":true},"maximumPercent":200,)"
           R"("minimumHealthyPercent":100},"deployments":[{"id":"ecs-svc/1234567890123456789","status":"PRIMARY",)"
           R"("taskDefinition":")" + arn + R"(task-definition/web:42","desiredCount":4,"pendingCount":0,)"
           R"("runningCount":4,"failedTasks":0,"createdAt":1702651234.123,"updatedAt":1702655678.456,)"
           R"("launchType":"FARGATE","platformVersion":"1.4.0","platformFamily":"Linux","networkConfiguration":)"
           R"({"awsvpcConfiguration":{"subnets":["subnet-0123456789abcdef0","subnet-0123456789abcdef1"],)"
           R"("securityGroups":["sg-0123456789abcdef0"],"assignPublicIp":"DISABLED"}},"rolloutState":"COMPLETED",)"
           R"("rolloutStateReason":"ECS deployment ecs-svc/1234567890123456789 completed."}],"roleArn":)"
           R"("arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS","events":[{"id":)"
           R"("0a1b2c3d-0000-1111-2222-333344445555","createdAt":1702659999.001,"message":"(service web-)" + n +
           R"() has reached a steady state."}],"createdAt":1690000000.5,"networkConfiguration":{"awsvpcConfiguration":)"
           R"({"subnets":["subnet-0123456789abcdef0","subnet-0123456789abcdef1"],"securityGroups":)"
           R"(["sg-0123456789abcdef0"],"assignPublicIp":"DISABLED"}},"healthCheckGracePeriodSeconds":60,)"
           R"("schedulingStrategy":"REPLICA","deploymentController":{"type":"ECS"},"tags":[{"key":"Team","value":"pay"},)"
           R"({"key":"Environment","value":"production"}],"createdBy":"arn:aws:iam::123456789012:role/deployer",)"
           R"("enableECSManagedTags":true,"propagateTags":"SERVICE","enableExecuteCommand":false})";
}

std::string reply(std::size_t services) {
    std::string text = R"({"failures":[],"services":[)";
    for (std::size_t i = 0; i < services; ++i) {
        if (i != 0) text += ',';
        text += service_json(i);
    }
    return text.append("]}");
}

// The yardstick: the same structures filled from a boost::json::value.
void convert(schema::ShapeRef shape, void* structure, const boost::json::object& values);

void convert(schema::Place place, const boost::json::value& value) {
    switch (place.kind()) {
        case Kind::boolean: schema::make_scalar<bool>(place) = value.get_bool(); break;
        case Kind::integer: schema::make_scalar<std::int32_t>(place) = value.to_number<std::int32_t>(); break;
        case Kind::string: {
            const auto& text = value.get_string();
            schema::make_scalar<std::string>(place).assign(text.data(), text.size());
            break;
        }
        case Kind::timestamp:
            schema::make_scalar<botocraft::timestamp>(place) =
                botocraft::timestamp(std::chrono::microseconds(static_cast<std::int64_t>(
                    value.to_number<double>() * 1e6)));
            break;
        case Kind::structure: convert(place.target(), schema::make_structure(place), value.get_object()); break;
        case Kind::list: {
            schema::make_container(place);
            const schema::Appender appender(place);
            for (const auto& element : value.get_array()) convert(appender.append(), element);
            break;
        }
        default: std::abort();
    }
}
void convert(schema::ShapeRef shape, void* structure, const boost::json::object& values) {
    for (const schema::Member& member : shape) {
        const std::string_view name = shape.schema->wire_name(member);
        const auto* const value = values.if_contains({name.data(), name.size()});
        if (value && !value->is_null()) convert(schema::member_place(shape, member, structure), *value);
    }
}

struct Fixture {
    explicit Fixture(std::size_t services)
        : shape(botocraft::ecs::DescribeServicesResponse::shape_), body(reply(services)), value(shape) {
        json::decode(shape, body, value.get());
        std::string again;
        json::encode(shape, value.get(), again);
        RuntimeValue read(shape);
        json::decode(shape, again, read.get());
        if (!schema::equal(shape, value.get(), read.get())) std::abort();
    }

    schema::ShapeRef shape;
    std::string body;
    RuntimeValue value;
};

template <class Work>
void measure(benchmark::State& state, Work&& work) {
    const Fixture fixture(static_cast<std::size_t>(state.range(0)));
    work(fixture);
    const std::size_t before = fake::allocations();
    for (auto _ : state) work(fixture);
    state.counters["allocations"] = static_cast<double>(fake::allocations() - before) / static_cast<double>(state.iterations());
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                            static_cast<std::int64_t>(fixture.body.size()));
}

void decode_by_tables(benchmark::State& state) {
    measure(state, [](const Fixture& fixture) {
        RuntimeValue value(fixture.shape);
        json::decode(fixture.shape, fixture.body, value.get());
        benchmark::DoNotOptimize(value.get());
    });
}
void decode_by_value(benchmark::State& state) {
    measure(state, [](const Fixture& fixture) {
        RuntimeValue value(fixture.shape);
        convert(fixture.shape, value.get(), boost::json::parse(fixture.body).as_object());
        benchmark::DoNotOptimize(value.get());
    });
}
void copy_structures(benchmark::State& state) {
    measure(state, [](const Fixture& fixture) {
        void* const copied = botocraft::detail::structure_copy(fixture.value.get(), fixture.shape);
        benchmark::DoNotOptimize(copied);
        botocraft::detail::structure_delete(copied, fixture.shape);
    });
}
void encode_by_tables(benchmark::State& state) {
    measure(state, [out = std::string()](const Fixture& fixture) mutable {
        out.clear();
        json::encode(fixture.shape, fixture.value.get(), out);
        benchmark::DoNotOptimize(out.data());
    });
}
void encode_by_value(benchmark::State& state) {
    measure(state, [](const Fixture& fixture) {
        const boost::json::value value = conformance::to_json(fixture.shape, fixture.value.get());
        const std::string out = boost::json::serialize(value);
        benchmark::DoNotOptimize(out.data());
    });
}

// One service is a reply of 2 KB, ninety are 200 KB.
BENCHMARK(decode_by_tables)->Arg(1)->Arg(90);
BENCHMARK(decode_by_value)->Arg(1)->Arg(90);
BENCHMARK(copy_structures)->Arg(1)->Arg(90);
BENCHMARK(encode_by_tables)->Arg(1)->Arg(90);
BENCHMARK(encode_by_value)->Arg(1)->Arg(90);

}  // namespace

BENCHMARK_MAIN();
