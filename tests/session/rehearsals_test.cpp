// Calls that are stopped before they are sent: every operation can be, and an explanation shows no secret.

#include "orm/structure.hpp"
#include "runtime/invoke.hpp"
#include "schema/walk.hpp"
#include "support/world.hpp"

#include <botocraft/ecs/types.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/s3/client.hpp>
#include <botocraft/sts/types.hpp>

#include "catch.hpp"

#include <cstdint>
#include <string>

using namespace botocraft;
using Catch::Matchers::Contains;

namespace {

// The least that an operation takes: its required members, and in them likewise.
void fill(schema::ShapeRef shape, void* structure) {
    for (const schema::Member& member : shape) {
        if ((member.flags & schema::member_flag::required) == 0) continue;
        const schema::Place place = schema::member_place(shape, member, structure);
        switch (member.kind) {
            case schema::Kind::string: schema::set_string(place, "web-logs"); break;
            case schema::Kind::integer: schema::make_scalar<std::int32_t>(place) = 7; break;
            case schema::Kind::long_: schema::make_scalar<std::int64_t>(place) = 7; break;
            case schema::Kind::boolean: schema::make_scalar<bool>(place) = true; break;
            case schema::Kind::structure: fill(place.target(), schema::make_structure(place)); break;
            default: break;
        }
    }
}

struct Rehearsals : fake::World {
    awaitable<void> call(const orm::ServiceTables& service, std::uint16_t row) const {
        detail::Structure input(schema::ShapeRef{service.schema, service.operations[row].input});
        detail::Structure output(schema::ShapeRef{service.schema, service.operations[row].output});
        fill(input.shape(), input.get());
        co_await detail::invoke(session.state(), service, row, input.get(), output.get());
    }
};

}  // namespace

TEST_CASE_METHOD(Rehearsals, "every operation can be stopped before it is sent, and explained") {
    for (const orm::ServiceTables* const service : {&ecs::tables::service, &s3::tables::service, &sts::tables::service}) {
        for (std::uint16_t row = 0; row < service->operation_count; ++row) {
            INFO(service->name << '.' << service->text(service->operations[row].name));
            if (service->operations[row].input == api::none || service->operations[row].output == api::none) continue;
            const PreparedRequest request = run(dry_run(call(*service, row)));
            CHECK_FALSE(request.method.empty());
            CHECK_THAT(request.url, Catch::Matchers::StartsWith("https://") && Contains("amazonaws.com/"));
            const Explanation why = run(explain(call(*service, row)));
            CHECK(why.operation == service->text(service->operations[row].name));
            CHECK(why.endpoint_source == "the endpoint rules of the service");
            CHECK_FALSE(why.auth_scheme.empty());
        }
    }
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Rehearsals, "an explanation leaves out what the model calls sensitive, wherever the protocol puts it") {
    const s3::Client objects{session};
    const Explanation why = run(explain(objects.head_object({.Bucket = "web-logs", .Key = "a", .SSECustomerAlgorithm = "AES256",
                                                             .SSECustomerKey = "hunter2", .SSECustomerKeyMD5 = "bWQ1"})));
    const std::string all = to_string(why) + why.canonical_request + why.request.body;
    CHECK_THAT(all, !Contains("hunter2"));
    CHECK_THAT(to_string(why), Contains("x-amz-server-side-encryption-customer-key: (not shown)") && Contains("HEAD https://web-logs.s3"));

    const Explanation plain = run(explain(objects.list_buckets({.Prefix = "web"})));
    CHECK_THAT(plain.request.url, Contains("prefix=web"));
    CHECK_THAT(plain.canonical_request, Contains("prefix=web"));
}

TEST_CASE_METHOD(Rehearsals, "an explanation says why the endpoint is what it is") {
    environment->set("AWS_USE_FIPS_ENDPOINT", "true");
    options.endpoints.s3.addressing_style = AddressingStyle::path;
    options.endpoints.s3.use_arn_region = false;
    const s3::Client objects{Session(options)};
    const Explanation why = run(explain(objects.head_object({.Bucket = "web-logs", .Key = "a"})));
    CHECK_THAT(why.endpoint, Contains("s3-fips"));
    CHECK_THAT(why.endpoint_source, Contains("UseFIPS (AWS_USE_FIPS_ENDPOINT)") &&
                                        Contains("ForcePathStyle (s3.addressing_style in code)") && !Contains("ArnRegion"));
}
