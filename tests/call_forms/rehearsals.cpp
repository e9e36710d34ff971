// Calls that are stopped before they are sent, in the forms in which users write calls.
// lint: file of call forms

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/s3/presigned_post.hpp>

#include "catch.hpp"

#include <chrono>
#include <string>
#include <utility>

using namespace botocraft;
using ecs::Cluster;
using ecs::Service;

namespace {

struct Ecs : fake::World {
    Ecs() { fake::script_ecs(*transport); }
};

awaitable<std::string> all_forms(Session session) {
    std::string seen;
    auto prepared = co_await dry_run(Service::objects(session).get("web", {.cluster = "prod"}));
    seen += prepared.method + std::to_string(prepared.body.size());
    auto presigned = co_await presign(Service::objects(session).get(std::string("we") + "b"), std::chrono::minutes(15));
    seen += presigned.method;
    auto why = co_await explain(Service::objects(session).list({.cluster = "prod"}).limit(3).all());
    seen += why.operation;
    seen += (co_await explain(Cluster::objects(session).remove("prod"))).operation;

    auto stored = Service::objects(session).get("web", {.cluster = "prod"});
    auto rehearsal = dry_run(std::move(stored));
    auto later = co_await std::move(rehearsal);
    seen += later.method;

    auto query = Service::objects(session).list({.cluster = "prod"});
    seen += (co_await explain(query.next_page())).operation;
    Service service{.serviceName = "a-service-whose-name-does-not-fit-into-a-small-string"};
    service.clusterArn = "prod";
    service = co_await Service::objects(session).create(service);
    service.desiredCount = 4;
    seen += (co_await explain(service.save())).operation;
    seen += (co_await explain(service.cluster())).operation;
    auto nested = co_await dry_run(
        Service::objects(session).get((co_await explain(Cluster::objects(session).get("prod"))).operation));
    seen += nested.body.find("DescribeClusters") == std::string::npos ? "-" : "+";

    s3::PostPolicy policy;
    policy.bucket = "bucket";
    policy.key = "key";
    auto post = co_await presign_post(session, policy);
    co_return seen + std::to_string(post.fields.size());
}

}  // namespace

TEST_CASE_METHOD(Ecs, "calls are rehearsed in all forms") {
    CHECK(run(all_forms(session)) ==
          "POST56POSTListServicesDeleteClusterPOSTListServicesUpdateServiceDescribeClusters+6");
    CHECK(transport->requests().size() == 1);
}
