// Calls of clients, as users write them: each compiler, each optimisation, under AddressSanitizer.
// lint: file of call forms

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs/client.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace botocraft;

namespace {

struct Operations : fake::World {
    Operations() { fake::script_ecs(*transport); }
};

awaitable<std::string> call_in_braces(Session session) {
    const auto reply = co_await ecs::Client(session).describe_services({.cluster = "prod", .services = "web1"});
    co_return *reply.services[0].serviceName;
}
awaitable<std::string> call_with_temporaries(Session session) {
    const ecs::Client client(session);
    const std::string start = "a-service-whose-name-does-not-fit";
    const auto reply = co_await client.describe_services(
        {.cluster = std::string("pr") + "od", .services = std::vector<std::string>(1, start + "-into-a-small-string-1")});
    co_return *reply.services[0].serviceName;
}
awaitable<std::string> call_without_arguments(Session session) {
    const auto reply = co_await ecs::Client(session).list_clusters();
    co_return reply.clusterArns[0];
}
awaitable<std::size_t> follow_pages(Session session) {
    std::size_t services = 0;
    auto pages = ecs::Client(session).list_services_pages({.cluster = std::string("pr") + "od"});
    while (auto page = co_await pages.next_page()) {
        for (const auto& reply : page) services += reply.serviceArns.size();
    }
    const auto all = co_await ecs::Client(session).list_services_pages({.cluster = "prod"}).all();
    co_return services + all.size();
}

}  // namespace

TEST_CASE_METHOD(Operations, "operations are called in braces, with temporaries, and with nothing", "[client]") {
    CHECK(run(call_in_braces(session)) == "web1");
    CHECK(run(call_with_temporaries(session)) == "a-service-whose-name-does-not-fit-into-a-small-string-1");
    CHECK(run(call_without_arguments(session)).ends_with("cluster/cluster0"));
    CHECK(run(follow_pages(session)) == 28);
}
