// What a call does not cost: limits on time are one watchdog for each connection, and none of them a timer of its own.

#include "catch.hpp"
#include "support/allocations.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstddef>

namespace ecs = botocraft::ecs;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::testing::AwsDouble;

namespace {

// Of ten calls over a connection that is there, by this thread: the double has its own.
botocraft::awaitable<std::size_t> allocations_of_calls(Session session) {
    const auto clusters = ecs::Cluster::objects(session);
    const ecs::Cluster wanted{.clusterName = "prod"};
    const ecs::Cluster made = co_await clusters.create(wanted);
    CHECK(made.clusterName == "prod");
    std::size_t before = 0;
    for (int i = 0; i < 15; ++i) {
        if (i == 5) before = fake::allocations();  // what is kept is there by now
        const ecs::Cluster cluster = co_await clusters.get("prod");
        CHECK(cluster.clusterName == "prod");
    }
    co_return fake::allocations() - before;
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
