// What is more than one call is cancelled between any two things that happen, in each way that Asio has for that: a query that
// fetches ahead, one in several regions, and a wait.
#include "place.hpp"

#include <botocraft/ecs/requests.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/regions.hpp>
#include <botocraft/testing/ecs.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace faults;
namespace ecs = botocraft::ecs;

namespace {

const std::vector<std::string> regions{"us-east-1", "eu-west-1"};
constexpr std::size_t services = 25;  // in each region: three pages
constexpr int looks_needed = 3;

void fill(Place& place) {
    botocraft::testing::EcsSeed seed;
    seed.clusters = 1;
    seed.services = services;
    for (const std::string& region : regions) botocraft::testing::seed_ecs(place.aws(), region, seed);
}

// The service is stable for one look in three.
void settle_slowly(Place& place) {
    const auto looks = std::make_shared<int>(0);
    place.aws().on<ecs::DescribeServicesRequest, ecs::DescribeServicesResponse>(
        "ecs", "DescribeServices", [looks](const Caller&, const auto&, auto& response) {
            ecs::Service& service = response.services.emplace_back();
            service.serviceName = "web";
            service.serviceArn = "arn:aws:ecs:us-east-1:123456789012:service/prod-1/web";
            service.clusterArn = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-1";
            service.status = "ACTIVE";
            service.desiredCount = 2;
            service.runningCount = ++*looks % looks_needed == 0 ? 2 : 0;
            service.deployments.emplace_back().status = "PRIMARY";
        });
}

asio::awaitable<bool> read_all(Session session) {
    const auto query = ecs::Service::objects(session).list({.cluster = "prod-1"}).page_size(10);
    const auto found = co_await query.all();
    co_return found.size() == services;
}

asio::awaitable<bool> read_everywhere(Session session) {
    const auto query = ecs::Service::objects(session).list({.cluster = "prod-1"}).page_size(10);
    auto everywhere = botocraft::across(botocraft::in_regions(session, regions), query);
    std::size_t found = 0;
    while (auto page = co_await everywhere.next_page()) {
        if (page.error()) std::rethrow_exception(page.error());
        found += page.size();
    }
    co_return found == regions.size() * services;
}

asio::awaitable<bool> wait_for_it(Session session) {
    auto service = co_await ecs::Service::objects(session).get("web", {.cluster = "prod-1"});
    co_await service.wait_until_stable();
    co_return service.serviceName == "web";
}

// As a caller that heeds all types of cancellation does.
asio::awaitable<bool> heeding(asio::awaitable<bool> work) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    const bool right = co_await std::move(work);
    co_return right;
}

struct Task {
    std::string_view name;
    void (*prepare)(Place&);
    asio::awaitable<bool> (*work)(Session);
};
constexpr std::array tasks{Task{"query", &fill, &read_all}, Task{"regions", &fill, &read_everywhere},
                           Task{"wait", &settle_slowly, &wait_for_it}};

struct Type {
    std::string_view name;
    asio::cancellation_type value;
};
constexpr std::array types{Type{"terminal", asio::cancellation_type::terminal}, Type{"partial", asio::cancellation_type::partial},
                           Type{"total", asio::cancellation_type::total}};

constexpr std::size_t places = 40;  // at most, where one is cancelled
constexpr std::size_t least_places = 12;
constexpr std::uint64_t at_once = 1'000'000;

std::unique_ptr<Place> make_place(const Task& task) {
    auto place = std::make_unique<Place>(put_object, false);
    task.prepare(*place);
    return place;
}

Place::Work heeding_work(const Task& task) {
    return [work = task.work](Session session) { return heeding(work(std::move(session))); };
}

// How many handlers run in all.
std::size_t length_of(const Task& task) {
    const std::unique_ptr<Place> place = make_place(task);
    const Result result = place->run(heeding_work(task));
    INFO(result.error);
    REQUIRE(result.right);
    place->check_at_rest();
    return place->handlers_run();
}

void cancel_after(const Task& task, const Type& type, std::size_t after, std::size_t length, Matrix& matrix) {
    INFO("cancelled after " << after << " handlers of " << length);
    const std::unique_ptr<Place> place = make_place(task);
    asio::cancellation_signal cancel;
    arm({});
    const Result result = place->run(heeding_work(task), &cancel, after, type.value);
    const Report report = disarm();
    INFO(result.error);
    CHECK(result.ends == 1);
    CHECK(report.misused == 0);
    CHECK(result.outcome != Outcome::error);
    if (result.outcome == Outcome::success) CHECK(result.right);
    // At the beginning nobody may hear of it yet, and at the end nobody may any more. How many handlers there are differs a bit.
    if (after >= length / 3 && after < length / 2) CHECK(result.outcome == Outcome::cancelled);
    if (result.outcome == Outcome::cancelled) CHECK(place->nanoseconds_to_end() < at_once);
    place->check_at_rest();
    const Result next = place->run(heeding_work(task));
    INFO("once more: " << next.error);
    CHECK(next.right);
    place->check_at_rest();
    matrix.add("any", type.name, task.name, result);
}

}  // namespace

TEST_CASE("a query, a query in several regions and a wait are cancelled between any two things that happen") {
    Matrix matrix;
    for (const Task& task : tasks) {
        INFO(task.name);
        const std::size_t length = length_of(task);
        REQUIRE(length > least_places);
        const std::size_t stride = length / places + 1;
        for (std::size_t i = 0; i < types.size(); ++i) {
            INFO(types[i].name);
            // Each type elsewhere.
            for (std::size_t after = i * stride / types.size(); after < length + stride; after += stride) {
                cancel_after(task, types[i], after, length, matrix);
            }
        }
    }
    matrix.print("More than one call: cancelled");
    CHECK(matrix.total() >= tasks.size() * types.size() * least_places);
}
