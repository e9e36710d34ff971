// Queries and relations, as users write them.
// lint: file of call forms

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/regions.hpp>

#include "catch.hpp"

#include <array>
#include <string>
#include <vector>

using namespace botocraft;
using ecs::Cluster;
using ecs::Service;
using ecs::Task;
using ecs::TaskDefinition;

namespace {

struct Ecs : fake::World {
    Ecs() { fake::script_ecs(*transport); }
};

awaitable<std::string> find_cluster() { co_return "prod"; }

// --- lists --------------------------------------------------------------------------------------------------------------

awaitable<std::string> chain_of_temporaries(Session session) {
    auto all = co_await Service::objects(session)
                   .list({.cluster = "prod"})
                   .filter("tags__Team", "pay")
                   .order_by("-createdAt")
                   .limit(3)
                   .all();
    std::string names;
    for (const auto& service : all) names += *service.serviceName + " ";
    co_return names;
}
awaitable<std::string> chain_that_awaits(Session session) {
    auto all = co_await Service::objects(session)
                   .list({.cluster = co_await find_cluster(), .launchType = std::string("FAR") + "GATE"})
                   .exclude("serviceName__in", std::vector<std::string>(1, "web1"))
                   .filter("desiredCount__lt", 3)
                   .filter("serviceName__startswith", co_await find_cluster() == "prod" ? "web" : "none")
                   .all();
    std::string names;
    for (const auto& service : all) names += *service.serviceName + " ";
    co_return names;
}
awaitable<int> page_by_page(Session session) {
    int sum = 0;
    int pages = 0;
    auto query = Service::objects(session).list({.cluster = "prod"});
    while (auto page = co_await query.next_page()) {
        ++pages;
        for (auto& service : page) sum += *service.desiredCount;
    }
    co_return sum * 100 + pages;
}
awaitable<std::size_t> sized_in_another_session(Session session) {
    auto query = Service::objects().list({.cluster = "prod"}).page_size(100).using_session(session.with_region("eu-west-1"));
    auto all = co_await query.all();
    CHECK(region_of(all.front()) == "eu-west-1");
    query.order_by("-desiredCount").limit(3).arrange(all);
    CHECK(all.front().serviceName == "web24");
    co_return all.size();
}
awaitable<std::size_t> first_and_the_rest(Session session) {
    const auto query = Service::objects(session).list({.cluster = "prod"}).filter("desiredCount__gte", 20);
    auto first = co_await query.first();
    auto count = co_await query.count();
    auto exists = co_await query.exists();
    auto none = co_await query.filter("serviceName", "nobody").exists();
    auto values = co_await query.order_by("desiredCount").values("serviceName", std::string("desiredCount"));
    CHECK(first.size() == 1);
    CHECK(first.front().serviceName == "web20");
    CHECK(exists);
    CHECK_FALSE(none);
    CHECK(*values.front()["serviceName"].as_string() == "web20");
    CHECK(*values.back()["desiredCount"].as_integer() == 24);
    if (co_await query.exists()) co_return count;
    co_return 0;
}
awaitable<int> loop_over_all(Session session) {
    int sum = 0;
    for (auto& service : co_await Service::objects(session).list({.cluster = "prod"}).all()) sum += *service.desiredCount;
    co_return sum;
}
awaitable<int> nested_lists(Session session) {
    int sum = 0;
    auto clusters = Cluster::objects(session).list();
    while (auto page = co_await clusters.next_page()) {
        for (auto& cluster : page) {
            auto services = cluster.services();
            while (auto inner = co_await services.next_page()) sum += static_cast<int>(inner.size());
        }
    }
    co_return sum;
}
// The query, the manager and the arguments are dead when its awaitables are awaited.
awaitable<int> stored(Session session) {
    auto all = Service::objects(session).list({.cluster = std::string("pr") + "od"}).limit(4).all();
    auto count = Service::objects(session).list({.cluster = std::string("pr") + "od"}).count();
    auto page = Service::objects(session).list({.cluster = std::string("pr") + "od"}).next_page();
    auto services = co_await std::move(all);
    auto number = co_await std::move(count);
    auto first = co_await std::move(page);
    co_return static_cast<int>(services.size() * 10000 + number * 100 + first.size());
}
// A copy starts anew; a moved query goes on.
awaitable<int> copied_and_moved(Session session) {
    auto query = Service::objects(session).list({.cluster = "prod"});
    auto first = co_await query.next_page();
    auto copy = query;
    auto moved = std::move(query);
    auto again = co_await copy.next_page();
    auto second = co_await moved.next_page();
    CHECK(first.front().serviceName == "web0");
    CHECK(again.front().serviceName == "web0");
    CHECK(second.front().serviceName == "web10");
    query = copy;
    auto anew = co_await query.next_page();
    CHECK(anew.front().serviceName == "web0");
    co_return 1;
}
awaitable<std::size_t> count_of(Query<Service> query) {
    auto count = co_await query.count();
    co_return count;
}
awaitable<Query<Service>> query_of(Session session) { co_return Service::objects(session).list({.cluster = "prod"}); }
awaitable<std::size_t> handed_around(Session session) {
    auto query = co_await query_of(session);
    auto count = co_await count_of(query.limit(7));
    auto direct = co_await count_of(co_await query_of(session));
    co_return count * 100 + direct;
}
awaitable<std::size_t> all_of_all(Session session) {
    auto everything = co_await Service::objects(session).all().all();
    auto busy = co_await Service::objects(session).all({.launchType = "FARGATE"}).filter("runningCount__gt", 20).count();
    co_return everything.size() * 100 + busy;
}
awaitable<std::size_t> lists_of_texts(Session session) {
    auto families = co_await TaskDefinition::objects(session).families({.familyPrefix = "w"}).all();
    auto query = TaskDefinition::objects(session).families();
    std::size_t count = 0;
    while (auto page = co_await query.next_page()) count += page.size();
    co_return families.size() * 10 + count;
}

}  // namespace

TEST_CASE_METHOD(Ecs, "a list is filtered, ordered and limited in one expression") {
    CHECK(run(chain_of_temporaries(session)) == "web24 web22 web20 ");
    CHECK(run(chain_that_awaits(session)) == "web0 web2 ");
}

TEST_CASE_METHOD(Ecs, "a list is read page by page, as a whole, or only counted") {
    CHECK(run(page_by_page(session)) == 24 * 25 / 2 * 100 + 3);
    CHECK(run(first_and_the_rest(session)) == 5);
    CHECK(run(sized_in_another_session(session)) == 3);
    CHECK(run(loop_over_all(session)) == 24 * 25 / 2);
    CHECK(run(nested_lists(session)) == 75);
}

TEST_CASE_METHOD(Ecs, "queries are stored, copied, moved and handed around") {
    CHECK(run(stored(session)) == 42510);
    CHECK(run(copied_and_moved(session)) == 1);
    CHECK(run(handed_around(session)) == 725);
}

TEST_CASE_METHOD(Ecs, "lists of lists, and lists of texts") {
    CHECK(run(all_of_all(session)) == 75 * 100 + 12);
    transport->on("ListTaskDefinitionFamilies", fake::reply(R"({"families": ["web", "worker"]})"));
    CHECK(run(lists_of_texts(session)) == 22);
}

// --- relations and proxies ------------------------------------------------------------------------------------------------

namespace {
awaitable<std::string> relations(Session session) {
    auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
    auto cluster = co_await service.cluster();
    auto definition = co_await service.task_definition();
    if (auto again = co_await service.cluster()) CHECK(again->clusterName == cluster->clusterName);
    auto tasks = co_await service.tasks().all();
    auto stored_call = service.cluster();
    auto stored_query = service.tasks();
    service = Service{};
    auto late = co_await std::move(stored_call);
    std::size_t count = 0;
    while (auto page = co_await stored_query.next_page()) count += page.size();
    CHECK(count == tasks.size());
    co_return *late->clusterName + " " + *definition->family + " " + std::to_string(tasks.size());
}
awaitable<std::string> relations_of_temporaries(Session session) {
    auto cluster = co_await (co_await Service::objects(session).get("web", {.cluster = "prod"})).cluster();
    auto tasks = co_await (co_await Service::objects(session).get("web", {.cluster = "prod"})).tasks().all();
    auto definition = co_await (co_await (co_await Task::objects(session).get("t1", {.cluster = "prod"})).service())->task_definition();
    co_return *cluster->clusterName + " " + std::to_string(tasks.size()) + " " + *definition->family;
}
awaitable<std::string> proxies(Session session) {
    auto definition = co_await TaskDefinition::objects(session).get("web");
    auto deregistered = co_await definition.deregister();
    auto again = co_await (co_await TaskDefinition::objects(session).get("web")).deregister();
    auto stored_call = definition.deregister();
    definition = TaskDefinition{};
    auto late = co_await std::move(stored_call);
    co_return *deregistered.family + " " + *again.family + " " + *late.family;
}
}  // namespace

TEST_CASE_METHOD(Ecs, "relations are awaited from models that are stored, dead or temporaries") {
    CHECK(run(relations(session)) == "prod web 3");
    CHECK(run(relations_of_temporaries(session)) == "prod 3 web");
}

TEST_CASE_METHOD(Ecs, "proxies call with the model's own key") {
    CHECK(run(proxies(session)) == "web web web");
    CHECK(fake::text_of(transport->last().json(), "taskDefinition") == fake::arn_of("task-definition", "web:7"));
}

// --- regions ----------------------------------------------------------------------------------------------------------------

namespace {
awaitable<std::size_t> everywhere(Session session) {
    const std::vector<std::string> regions = {"us-east-1", "eu-west-1", "ap-south-1"};
    std::size_t count = 0;
    auto pages = across(in_regions(session, regions), Service::objects().list({.cluster = "prod"}), 2);
    while (auto page = co_await pages.next_page()) {
        CHECK(page.error() == nullptr);
        for (auto& service : page) {
            CHECK(service.serviceArn.value().find(page.region()) != std::string::npos);
            ++count;
        }
    }
    co_return count;
}
awaitable<std::size_t> everywhere_at_once(Session session) {
    const std::vector<std::string> regions = {"us-east-1", "eu-west-1"};
    auto results = co_await across(in_regions(session, regions),
                                   Service::objects().list({.cluster = "prod"}).filter("desiredCount__gt", 20).order_by("-desiredCount"))
                       .all();
    std::size_t count = 0;
    for (auto& result : results) {
        CHECK(result.error == nullptr);
        CHECK(result.items.front().serviceName == "web24");
        count += result.items.size();
    }
    co_return count;
}
awaitable<std::size_t> everywhere_stored(Session session) {
    auto call = across(in_regions(session, std::array<std::string, 2>{"us-east-1", "eu-west-1"}), Service::objects().all()).all();
    auto results = co_await std::move(call);
    co_return results[0].items.size() + results[1].items.size();
}
}  // namespace

TEST_CASE_METHOD(Ecs, "one query in many regions") {
    CHECK(run(everywhere(session)) == 75);
    CHECK(run(everywhere_at_once(session)) == 8);
    CHECK(run(everywhere_stored(session)) == 150);
}
