// Models that save themselves, and calls that run beside each other: spawned, joined, cancelled.
// lint: file of call forms

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <string>
#include <utility>
#include <vector>

using namespace botocraft;
using ecs::Cluster;
using ecs::Service;

namespace {

namespace asio = boost::asio;

struct Ecs : fake::World {
    Ecs() { fake::script_ecs(*transport); }
};

// --- models ---------------------------------------------------------------------------------------------------------------

awaitable<std::string> save_and_remove(Session session) {
    Service service{.serviceName = "a-service-whose-name-does-not-fit-into-a-small-string", .desiredCount = 1};
    service.clusterArn = "prod";
    service = co_await Service::objects(session).create(service);
    service.desiredCount = 4;
    service.tags["Stage"] = "test";
    co_await service.save();
    auto save = service.save();
    co_await std::move(save);
    CHECK(service.state_.from_aws());
    co_await service.remove();
    CHECK_FALSE(service.state_.from_aws());
    co_return *service.serviceName;
}
awaitable<Service> change(Service service) {
    service.desiredCount = *service.desiredCount + 1;
    co_await service.save();
    co_return service;
}
awaitable<int> handed_around(Session session) {
    auto service = co_await Service::objects(session).get("web1", {.cluster = "prod"});
    auto copied = co_await change(service);
    auto moved = co_await change(std::move(service));
    auto nested = co_await change(co_await change(co_await Service::objects(session).get("web5", {.cluster = "prod"})));
    std::vector<Service> kept;
    kept.push_back(copied);
    kept.push_back(std::move(moved));
    kept.push_back(co_await change(copied));
    auto one = kept.front();
    co_await one.save();
    auto cluster = co_await kept.back().cluster();
    CHECK(cluster->clusterName == "prod");
    co_return *copied.desiredCount * 1000 + *kept[1].desiredCount * 100 + *kept[2].desiredCount * 10 + *nested.desiredCount;
}
awaitable<std::string> caught(Session session) {
    try {
        auto service = co_await Service::objects(session).get("missing", {.cluster = std::string("prod") + "uction"});
        co_return *service.serviceName;
    } catch (const DoesNotExist& error) {
        co_return error.code();
    }
}

}  // namespace

TEST_CASE_METHOD(Ecs, "models save and remove themselves") {
    CHECK(run(save_and_remove(session)) == "a-service-whose-name-does-not-fit-into-a-small-string");
    CHECK(transport->count("CreateService") == 1);
    CHECK(transport->count("UpdateService") == 2);
    CHECK(transport->count("DeleteService") == 1);
}

TEST_CASE_METHOD(Ecs, "models are copied and moved between coroutines") { CHECK(run(handed_around(session)) == 2237); }

TEST_CASE_METHOD(Ecs, "errors are caught around a co_await") { CHECK(run(caught(session)) == "DoesNotExist"); }

// --- spawning -----------------------------------------------------------------------------------------------------------------

namespace {
awaitable<void> count_into(Session session, int& count) {
    auto all = co_await Service::objects(session).list({.cluster = "prod"}).all();
    count += static_cast<int>(all.size());
}
}  // namespace

TEST_CASE_METHOD(Ecs, "calls are spawned as they are") {
    std::future<Service> get =
        asio::co_spawn(context, Service::objects(session).get("web", {.cluster = std::string("pr") + "od"}), asio::use_future);
    std::future<list<Service>> all =
        asio::co_spawn(context, Service::objects(session).list({.cluster = "prod"}).all(), asio::use_future);
    std::future<std::size_t> count =
        asio::co_spawn(context, Service::objects(session).list({.cluster = "prod"}).limit(3).count(), asio::use_future);
    Service service;
    fake::Running<Service> one;
    start(one, Service::objects(session).get("web", {.cluster = "prod"}));
    service = *one.value;
    std::future<void> save = asio::co_spawn(context, service.save(), asio::use_future);
    asio::co_spawn(context, Service::objects(session).get("web", {.cluster = "prod"}), asio::detached);
    context.restart();
    context.run();
    CHECK(get.get().serviceName == "web");
    CHECK(all.get().size() == 25);
    CHECK(count.get() == 3);
    save.get();
    CHECK(transport->count("UpdateService") == 1);
}

TEST_CASE_METHOD(Ecs, "coroutines are spawned, also from lambdas") {
    int count = 0;
    asio::co_spawn(context, count_into(session, count), asio::detached);
    asio::co_spawn(
        context,
        [own = session, &count]() -> awaitable<void> {
            auto service = co_await Service::objects(own).get("web3", {.cluster = "prod"});
            count += *service.desiredCount;
        },
        asio::detached);
    auto future = asio::co_spawn(
        context,
        [&]() -> awaitable<std::string> {
            auto service = co_await Service::objects(session).get("web3", {.cluster = "prod"});
            co_return *service.serviceName;
        },
        asio::use_future);
    context.run();
    CHECK(future.get() == "web3");
    CHECK(count == 28);
}

TEST_CASE_METHOD(Ecs, "what is spawned outlives the session it was made from") {
    std::future<Service> get;
    {
        const Session other = session.with_region("eu-west-1");
        get = asio::co_spawn(context, Service::objects(other).get("web", {.cluster = "prod"}), asio::use_future);
        session = Session();
    }
    context.run();
    CHECK(get.get().serviceArn == fake::arn_of("service", "prod/web", "eu-west-1"));
}

// --- beside each other ----------------------------------------------------------------------------------------------------------

namespace {
using namespace asio::experimental::awaitable_operators;

awaitable<int> both(Session session) {
    auto [service, cluster] = co_await (Service::objects(session).get("web3", {.cluster = "prod"}) &&
                                        Cluster::objects(session).get(std::string("pro") + "d"));
    auto [all, count] = co_await (Service::objects(session).list({.cluster = "prod"}).limit(5).all() &&
                                  Service::objects(session).all().count());
    CHECK(cluster.clusterName == "prod");
    co_return *service.desiredCount * 1000 + static_cast<int>(all.size() * 100 + count);
}
awaitable<std::size_t> either(Session session) {
    auto first = co_await (Service::objects(session).get("web3", {.cluster = "prod"}) ||
                           Service::objects(session).list({.cluster = "prod"}).all());
    co_return first.index();
}
awaitable<int> relations_of_one_model(Session session) {
    auto service = co_await Service::objects(session).get("web3", {.cluster = "prod"});
    auto [cluster, definition] = co_await (service.cluster() && service.task_definition());
    auto [one, two] = co_await (service.cluster() && service.cluster());
    CHECK(one == two);
    co_return cluster->clusterName == "prod" && definition->family == "web" ? 1 : 0;
}
awaitable<std::size_t> copies_of_one_query(Session session) {
    const auto query = Service::objects(session).list({.cluster = "prod"});
    auto [a, b] = co_await (query.filter("desiredCount__lt", 5).all() && query.filter("desiredCount__gte", 5).all());
    co_return a.size() * 100 + b.size();
}
}  // namespace

TEST_CASE_METHOD(Ecs, "calls run beside each other") {
    CHECK(run(both(session)) == 3575);
    CHECK(transport->most_in_flight > 1);
    CHECK(run(either(session)) == 0);
    CHECK(run(relations_of_one_model(session)) == 1);
    CHECK(run(copies_of_one_query(session)) == 520);
}

// --- cancelling -------------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Ecs, "calls are cancelled through a slot") {
    transport->exchanging.close();
    asio::cancellation_signal signal;
    std::exception_ptr error;
    asio::co_spawn(context, Service::objects(session).get("web", {.cluster = "prod"}),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e, const Service&) { error = std::move(e); }));
    poll();
    REQUIRE(transport->exchanging.waiting() == 1);
    signal.emit(asio::cancellation_type::all);
    poll();
    CHECK(transport->cancelled == 1);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
}

TEST_CASE_METHOD(Ecs, "queries and saves are cancelled through a slot") {
    transport->exchanging.close();
    fake::Running<list<Service>> all;
    start(all, Service::objects(session).list({.cluster = "prod"}).all());
    fake::Running<std::size_t> count;
    start(count, Service::objects(session).all().count());
    Service service{.serviceName = "web"};
    service.clusterArn = "prod";
    fake::Running<Service> create;
    start(create, Service::objects(session).create(service));
    CHECK(transport->exchanging.waiting() == 3);
    cancel(all);
    cancel(count);
    cancel(create);
    CHECK(all.aborted());
    CHECK(count.aborted());
    CHECK(create.aborted());
    CHECK(transport->in_flight == 0);
}

TEST_CASE_METHOD(Ecs, "a context ends with calls and queries under way") {
    transport->exchanging.close();
    int count = 0;
    asio::io_context short_lived;
    asio::co_spawn(short_lived, count_into(session, count), asio::detached);
    asio::co_spawn(short_lived, relations_of_one_model(session), asio::detached);
    asio::co_spawn(short_lived, Service::objects(session).all().count(), asio::detached);
    short_lived.poll();
    CHECK(transport->exchanging.waiting() == 3);
    CHECK(count == 0);
}
