// Calls of managers, as users write them: each compiler, each optimisation, under AddressSanitizer.
// lint: file of call forms

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace botocraft;
using ecs::Cluster;
using ecs::Service;
using ecs::ServiceManager;
using ecs::TaskDefinition;

namespace {

// Longer than any small string, so that a dead one is seen.
const std::string long_name = "a-service-whose-name-does-not-fit-into-a-small-string-1";

struct Ecs : fake::World {
    Ecs() { fake::script_ecs(*transport); }
    [[nodiscard]] std::string asked(std::string_view member) const {
        return fake::text_of(transport->last().json(), member);
    }
};

awaitable<std::string> find_cluster() { co_return "a-cluster-whose-name-does-not-fit-into-a-small-string"; }
awaitable<std::string> find_name(std::string_view start) {
    std::string name(start);
    co_return name + "-and-a-tail-that-makes-it-long-1";
}

}  // namespace

// --- get ----------------------------------------------------------------------------------------------------------------

namespace {
awaitable<std::string> get_in_braces(Session session) {
    auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
    co_return *service.serviceName;
}
awaitable<std::string> get_with_temporaries(Session session) {
    const std::string x = "a-service-whose-name-does-not-fit";
    const std::string y = "-into-a-small-string-1";
    auto service = co_await Service::objects(session).get(std::string(x) + y, {.cluster = std::string("pr") + "od"});
    co_return *service.serviceName;
}
awaitable<std::string> get_with_lists(Session session) {
    const std::vector<std::string> include = {"TAGS"};
    auto a = co_await Service::objects(session).get("web", {.cluster = "prod", .include = include});
    auto b = co_await Service::objects(session).get("web", {.cluster = "prod", .include = "TAGS"});
    auto c = co_await Service::objects(session).get("web", {.cluster = "prod", .include = std::array{"TAGS", "OTHERS"}});
    auto d = co_await Service::objects(session).get(
        "web", {.cluster = "prod", .include = std::vector<std::string>(2, "a-text-that-does-not-fit-into-a-small-string")});
    CHECK(a == b);
    CHECK(c == d);
    co_return *d.serviceName;
}
awaitable<std::string> get_with_nothing_else(Session session) {
    auto a = co_await Service::objects(session).get("web");
    auto b = co_await Service::objects(session).get("web", {});
    CHECK(a == b);
    co_return *b.serviceName;
}
awaitable<std::string> get_of_a_temporary_session(const SessionOptions& options) {
    auto service = co_await Service::objects().using_session(Session(options)).get("web", {.cluster = "prod"});
    co_return *service.serviceName;
}
awaitable<std::string> get_another_region(Session session) {
    auto service = co_await Service::objects(session.with_region("eu-" + std::string("west-1"))).get("web", {.cluster = "prod"});
    co_return *service.serviceArn;
}
awaitable<std::string> get_awaits_inside(Session session) {
    auto service = co_await Service::objects(session).get(co_await find_name("web"), {.cluster = co_await find_cluster()});
    co_return *service.clusterArn;
}
awaitable<std::string> get_gets_inside(Session session) {
    auto service = co_await Service::objects(session).get(
        "web", {.cluster = *(co_await Cluster::objects(session).get(co_await find_name("prod"))).clusterName});
    co_return *service.clusterArn;
}
awaitable<Service> get_returned(Session session) { co_return co_await Service::objects(session).get("web", {.cluster = "prod"}); }
awaitable<Service> get_passed_on(Session session) { return Service::objects(session).get("web", {.cluster = "prod"}); }
awaitable<int> get_in_expressions(Session session, bool which) {
    const int sum = *(co_await Service::objects(session).get("web1", {.cluster = "prod"})).desiredCount +
                    *(co_await Service::objects(session).get("web2", {.cluster = "prod"})).desiredCount;
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    // This compiler destroys what either side of `which ? co_await ... : co_await ...` returns twice.
    Service chosen;
    if (which) {
        chosen = co_await Service::objects(session).get("web3", {.cluster = "prod"});
    } else {
        chosen = co_await Service::objects(session).get("web4", {.cluster = "prod"});
    }
#else
    auto chosen = which ? co_await Service::objects(session).get("web3", {.cluster = "prod"})
                        : co_await Service::objects(session).get("web4", {.cluster = "prod"});
#endif
    std::vector<Service> kept;
    kept.push_back(co_await Service::objects(session).get("web5", {.cluster = "prod"}));
    co_return sum + *chosen.desiredCount + *kept.front().desiredCount;
}
}  // namespace

TEST_CASE_METHOD(Ecs, "get takes its arguments in braces") {
    CHECK(run(get_in_braces(session)) == "web");
    CHECK(asked("cluster") == "prod");
    CHECK(run(get_with_temporaries(session)) == long_name);
    CHECK(run(get_with_lists(session)) == "web");
    CHECK(transport->last().json().at("include").as_array().size() == 2);
    CHECK(run(get_of_a_temporary_session(options)) == "web");
    CHECK(run(get_with_nothing_else(session)) == "web");
    CHECK_FALSE(transport->last().json().contains("cluster"));
    CHECK(run(get_another_region(session)) == "arn:aws:ecs:eu-west-1:123456789012:service/prod/web");
}

TEST_CASE_METHOD(Ecs, "get awaits inside its own arguments") {
    CHECK(run(get_awaits_inside(session)).ends_with("cluster/a-cluster-whose-name-does-not-fit-into-a-small-string"));
    CHECK(asked("cluster") == "a-cluster-whose-name-does-not-fit-into-a-small-string");
    CHECK(run(get_gets_inside(session)).ends_with("cluster/prod-and-a-tail-that-makes-it-long-1"));
}

TEST_CASE_METHOD(Ecs, "what get returns is returned, added up and chosen from") {
    CHECK(run(get_returned(session)).serviceName == "web");
    CHECK(run(get_passed_on(session)).serviceName == "web");
    CHECK(run(get_in_expressions(session, true)) == 1 + 2 + 3 + 5);
    CHECK(run(get_in_expressions(session, false)) == 1 + 2 + 4 + 5);
}

// --- stored awaitables --------------------------------------------------------------------------------------------------

namespace {
// Everything that the call was made from is dead when it is awaited.
awaitable<Service> stored(const Session& session) {
    const Session own = session.with_region("eu-west-1");
    const ServiceManager manager = Service::objects(own);
    const std::string name = long_name;
    const std::vector<std::string> include = {"TAGS"};
    return manager.get(name, {.cluster = std::string("prod") + "uction", .include = include});
}
awaitable<std::string> await_stored(Session session) {
    auto call = stored(session);
    auto service = co_await std::move(call);
    co_return *service.serviceArn;
}
awaitable<std::string> store_then_await(Session session) {
    auto call = Service::objects(session).get(std::string(long_name), {.cluster = std::string("prod") + "uction"});
    std::vector<std::string> scribble(64, std::string(64, 'x'));
    auto service = co_await std::move(call);
    co_return *service.serviceName;
}
awaitable<int> store_many(Session session) {
    std::vector<awaitable<Service>> calls;
    for (int i = 1; i <= 3; ++i) calls.push_back(Service::objects(session).get("web" + std::to_string(i), {.cluster = "prod"}));
    int sum = 0;
    for (auto& call : calls) {
        auto service = co_await std::move(call);
        sum += *service.desiredCount;
    }
    co_return sum;
}
}  // namespace

TEST_CASE_METHOD(Ecs, "a stored awaitable owns what it needs") {
    CHECK(run(await_stored(session)) == "arn:aws:ecs:eu-west-1:123456789012:service/production/" + long_name);
    CHECK(run(store_then_await(session)) == long_name);
    CHECK(run(store_many(session)) == 6);
    {
        auto never = stored(session);  // one that nobody awaits sends nothing
        transport->forget();
    }
    CHECK(transport->requests().empty());
}

// --- get_or_none, get_many ------------------------------------------------------------------------------------------------

namespace {
awaitable<int> get_or_none(Session session) {
    int found = 0;
    if (auto service = co_await Service::objects(session).get_or_none("web", {.cluster = "prod"})) ++found;
    if (auto service = co_await Service::objects(session).get_or_none("missing", {.cluster = "prod"})) ++found;
    auto box = co_await Service::objects(session).get_or_none(std::string(long_name), {.cluster = "prod"});
    co_return found + *box->desiredCount;
}
awaitable<std::size_t> get_many(Session session) {
    const auto objects = Service::objects(session);
    const std::vector<std::string> strings = {"web1", "web2"};
    const std::array<std::string_view, 3> views = {"web1", "web2", "web3"};
    const list<std::string> own = {"web1"};
    auto a = co_await objects.get_many(strings, {.cluster = "prod"});
    auto b = co_await objects.get_many(views, {.cluster = "prod"});
    auto c = co_await objects.get_many(own, {.cluster = "prod"});
    auto d = co_await objects.get_many(std::span(strings), {.cluster = "prod"});
    auto e = co_await objects.get_many("web1", {.cluster = "prod"});
    auto f = co_await objects.get_many(std::string(long_name), {.cluster = "prod"});
    auto g = co_await objects.get_many(std::array{"web1", "web2"}, {.cluster = "prod"});
    auto h = co_await objects.get_many(std::vector<std::string>(4, long_name), {.cluster = "prod"});
    co_return a.size() + b.size() + c.size() + d.size() + e.size() + f.size() + g.size() + h.size();
}
awaitable<int> iterate_over_many(Session session) {
    int sum = 0;
    for (auto& service : co_await Service::objects(session).get_many(std::array{"web1", "web2"}, {.cluster = "prod"})) {
        sum += *service.desiredCount;
    }
    co_return sum;
}
}  // namespace

TEST_CASE_METHOD(Ecs, "get_or_none and get_many take their forms") {
    CHECK(run(get_or_none(session)) == 2);
    CHECK(run(get_many(session)) == 2 + 3 + 1 + 2 + 1 + 1 + 2 + 4);
    CHECK(run(iterate_over_many(session)) == 3);
}

// --- create, update, partial_update, remove ---------------------------------------------------------------------------------

namespace {
template <class Manager, class Model>
concept creates = requires(const Manager manager, Model&& model) { manager.create(std::forward<Model>(model)); };
template <class Manager, class Model>
concept updates = requires(const Manager manager, Model&& model) { manager.update(std::forward<Model>(model)); };

static_assert(creates<ServiceManager, Service&> && creates<ServiceManager, const Service&>);
static_assert(updates<ServiceManager, Service&> && updates<ServiceManager, const Service&>);
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
// Those that this compiler would destroy twice do not compile.
static_assert(!creates<ServiceManager, Service> && !updates<ServiceManager, Service>);
static_assert(!creates<ecs::ClusterManager, Cluster> && !creates<ecs::TaskDefinitionManager, TaskDefinition>);
#else
static_assert(creates<ServiceManager, Service> && updates<ServiceManager, Service>);
#endif
static_assert(std::is_trivially_destructible_v<ecs::arguments::ServiceGet>);
static_assert(std::is_trivially_destructible_v<ecs::arguments::ServiceCreate>);
static_assert(std::is_trivially_destructible_v<ecs::arguments::ServicePartialUpdate>);
static_assert(std::is_trivially_destructible_v<ecs::arguments::TaskCreate>);

awaitable<std::string> create(Session session) {
    Service service{.serviceName = long_name, .desiredCount = 3};
    service.clusterArn = "prod";
    service.taskDefinition = "web:7";
    service.tags["Team"] = "a-team-whose-name-does-not-fit-into-a-small-string";
    auto made = co_await Service::objects(session).create(service);
    ecs::MonitoringConfiguration monitoring;
    auto again = co_await Service::objects(session).create(
        service, {.clientToken = std::string("token-") + "that-does-not-fit-into-a-small-string", .monitoring = monitoring});
    CHECK(made.serviceName == again.serviceName);
    co_return *again.serviceName;
}
awaitable<int> update(Session session) {
    auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
    service.desiredCount = 7;
    auto updated = co_await Service::objects(session).update(service, {.forceNewDeployment = true});
    co_return *updated.desiredCount;
}
awaitable<int> partial_update(Session session) {
    const auto objects = Service::objects(session);
    ecs::NetworkConfiguration configuration{
        .awsvpcConfiguration = ecs::AwsVpcConfiguration{.subnets = {"subnet-1", "subnet-2"}, .assignPublicIp = "ENABLED"}};
    const std::vector<ecs::PlacementStrategy> strategies(2);
    const list<ecs::LoadBalancer> balancers = {ecs::LoadBalancer{.containerName = "c"}};
    std::optional<std::int32_t> nothing;
    auto a = co_await objects.partial_update("web", {.cluster = "prod", .desiredCount = 5});
    auto b = co_await objects.partial_update(
        "web", {.cluster = std::string("pr") + "od", .desiredCount = nothing, .networkConfiguration = configuration});
    auto c = co_await objects.partial_update(std::string(long_name), {.cluster = "prod",
                                                                      .desiredCount = *a.desiredCount + 1,
                                                                      .taskDefinition = "web:" + std::to_string(8),
                                                                      .placementStrategy = strategies,
                                                                      .loadBalancers = balancers});
    CHECK(b.networkConfiguration->awsvpcConfiguration->subnets.size() == 2);
    co_return *c.desiredCount;
}
awaitable<void> remove_by_key(Session session) {
    auto gone = co_await Service::objects(session).remove("web", {.cluster = "prod", .force = true});
    CHECK(gone.serviceName == "web");
    co_await Service::objects(session).remove(co_await find_name("web"), {.cluster = co_await find_cluster()});
}
}  // namespace

TEST_CASE_METHOD(Ecs, "models are created and updated by name") {
    CHECK(run(create(session)) == long_name);
    CHECK(asked("clientToken") == "token-that-does-not-fit-into-a-small-string");
    CHECK(run(update(session)) == 7);
    CHECK(transport->last().json().at("forceNewDeployment") == true);
}

TEST_CASE_METHOD(Ecs, "partial_update takes numbers, texts and structures") {
    CHECK(run(partial_update(session)) == 6);
    CHECK(asked("service") == long_name);
    CHECK(asked("taskDefinition") == "web:8");
    const auto& second = transport->requests()[1];
    CHECK_FALSE(second.json().contains("desiredCount"));
    CHECK(second.json().at("networkConfiguration").at("awsvpcConfiguration").at("subnets").as_array().size() == 2);
}

TEST_CASE_METHOD(Ecs, "remove by key") {
    run(remove_by_key(session));
    CHECK(asked("cluster") == "a-cluster-whose-name-does-not-fit-into-a-small-string");
}
