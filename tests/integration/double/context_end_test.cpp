// An execution context that ends while calls are under way, each at another place: they are gone, without a word. A context's
// services end one after another, and what a coroutine holds must not ask of one that has ended already.

#include "catch.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/query.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

namespace ecs = botocraft::ecs;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::testing::AwsDouble;

namespace {

botocraft::awaitable<void> get(Session session) {
    const auto clusters = ecs::Cluster::objects(session);
    static_cast<void>(co_await clusters.get("prod"));
}
botocraft::awaitable<void> list(Session session) {
    const auto all = ecs::Cluster::objects(session).list();
    static_cast<void>(co_await all.all());
}

// Two calls wait for the one connection, or for that to be made.
template <class Context>
void begin_calls(Context& context, const Session& session) {
    for (int i = 0; i < 2; ++i) {
        boost::asio::co_spawn(context, get(session), boost::asio::detached);
        boost::asio::co_spawn(context, list(session), boost::asio::detached);
    }
}

SessionOptions options_of(const AwsDouble& aws) {
    SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = aws.endpoint_url();
    options.credentials = botocraft::static_credentials(aws.credentials());
    options.connections = 1;
    return options;
}

}  // namespace

TEST_CASE("a context may end at any time") {
    const AwsDouble aws;
    SessionOptions options = options_of(aws);
    std::size_t ended_early = 0;
    for (const bool by_name : {false, true}) {
        if (by_name) options.endpoint_url = "http://nobody.invalid";
        const Session session(options);
        for (std::size_t handlers = 0; handlers < 60; ++handlers) {
            boost::asio::io_context context(1);
            begin_calls(context, session);
            std::size_t ran = 0;
            while (ran < handlers && context.poll_one() != 0) ++ran;
            ended_early += !context.stopped();
        }
    }
    CHECK(ended_early > 20);
}

TEST_CASE("a context of threads may end at any time") {
    const AwsDouble aws;
    const Session session(options_of(aws));
    for (int i = 0; i < 50; ++i) {
        boost::asio::thread_pool context(2);
        begin_calls(context, session);
        context.stop();
    }
    SUCCEED();
}
