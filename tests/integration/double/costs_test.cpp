// What a call costs, and what it does not: limits on time are one watchdog for each connection, and none of them a timer of
// its own; observers that are not there are not told anything.

#include "catch.hpp"
#include "support/allocations.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/observer.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace ecs = botocraft::ecs;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::testing::AwsDouble;

namespace {

constexpr std::size_t counted_calls = 10;

// Of so many calls over a connection that is there, by this thread: the double has its own. The frames of
// coroutines are Asio's to allocate, and not among them.
botocraft::awaitable<std::size_t> allocations_of_calls(Session session) {
    const auto clusters = ecs::Cluster::objects(session);
    const ecs::Cluster wanted{.clusterName = "prod"};
    const ecs::Cluster made = co_await clusters.create(wanted);
    CHECK(made.clusterName == "prod");
    std::size_t before = 0;
    std::size_t right = 0;  // counted, since the test framework's checks ask for memory themselves
    for (std::size_t i = 0; i < 5 + counted_calls; ++i) {
        if (i == 5) before = fake::allocations();  // what is kept is there by now
        const ecs::Cluster cluster = co_await clusters.get("prod");
        right += cluster.clusterName == "prod";
    }
    const std::size_t asked = fake::allocations() - before;
    CHECK(right == 5 + counted_calls);
    co_return asked;
}

std::size_t allocations_with(SessionOptions options) {
    AwsDouble aws;
    options.region = "us-east-1";
    options.endpoint_url = aws.endpoint_url();
    options.credentials = botocraft::static_credentials(aws.credentials());
    boost::asio::io_context context(1);
    auto result = boost::asio::co_spawn(context, allocations_of_calls(Session(options)), boost::asio::use_future);
    context.run();
    return result.get();
}

}  // namespace

TEST_CASE("limits on the time of a call cost no allocation") {
    constexpr auto never = std::chrono::milliseconds::max();
    SessionOptions unlimited;
    unlimited.call_timeout = unlimited.attempt_timeout = unlimited.lookup_timeout = never;
    unlimited.connect_timeout = unlimited.tls_timeout = never;
    unlimited.first_byte_timeout = unlimited.stall_timeout = unlimited.max_idle = unlimited.max_age = never;
    const std::size_t without = allocations_with(unlimited);
    CHECK(without > 0);
    CHECK(allocations_with({}) == without);
}

// The number of now, for whoever makes it larger to notice.
TEST_CASE("a call asks for memory so often, more often where it is observed, and no more where it is not") {
    constexpr std::size_t most_of_a_call = 20;
    const std::size_t plain = allocations_with({});
    SessionOptions options;
    options.observers = {std::make_shared<botocraft::Observer>()};
    const std::size_t observed = allocations_with(options);
    options.observers.clear();
    const std::size_t again = allocations_with(options);
    CHECK(plain > 0);
    CHECK(plain <= counted_calls * most_of_a_call);
    CHECK(observed >= plain + counted_calls);  // at the least the endpoint that each is told
    CHECK(again == plain);
}
