// The library against the embedded double, over a real socket: every kind of fault has one clear outcome, and leaves
// nothing behind.

#include "support/await.hpp"
#include "catch.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/ecs/requests.hpp>
#include <botocraft/error.hpp>
#include <botocraft/regions.hpp>
#include <botocraft/testing/aws_double.hpp>
#include <botocraft/testing/ecs.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ecs = botocraft::ecs;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::testing::AwsDouble;
using botocraft::testing::Fault;
using botocraft::testing::ModelledError;
using namespace std::chrono_literals;

namespace {

// Retries without waiting.
class NoSleep final : public botocraft::Sleeper {
  public:
    botocraft::awaitable<void> sleep(std::chrono::steady_clock::duration) override { return nothing(); }

  private:
    static botocraft::awaitable<void> nothing() { co_return; }
};

SessionOptions options_for(const AwsDouble& aws) {
    SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = aws.endpoint_url();
    options.credentials = botocraft::static_credentials(aws.credentials());
    options.sleeper = std::make_shared<NoSleep>();
    return options;
}

using botocraft::test::await;

void make_cluster(const Session& session, const std::string& name) {
    const ecs::Cluster cluster{.clusterName = name};
    await(ecs::Cluster::objects(session).create(cluster));
}

// The code of the error that a `get` of a cluster ends in; empty where it succeeds.
std::string outcome_of_get(const Session& session) {
    try {
        await(ecs::Cluster::objects(session).get("prod"));
    } catch (const botocraft::Error& error) {
        return error.code();
    }
    return {};
}

}  // namespace

TEST_CASE("an error that the service declares arrives with its members") {
    AwsDouble aws;
    const Session session(options_for(aws));
    const ecs::ConflictExceptionDetails details{.resourceIds = {"one", "two"}};
    SECTION("as a fault") { aws.fail("ListClusters", Fault::error("ConflictException", "busy").with_members(details)); }
    SECTION("of an operation") {
        aws.on<ecs::ListClustersRequest, ecs::ListClustersResponse>(
            "ecs", "ListClusters", [&](const auto&, const auto&, auto&) { throw ModelledError("ConflictException", "busy", details); });
    }
    auto clusters = ecs::Cluster::objects(session).list();
    try {
        await(clusters.all());
        FAIL("no error");
    } catch (const ecs::ConflictException& error) {
        CHECK(error.message() == "busy");
        REQUIRE(error.members() != nullptr);
        CHECK(error.members()->resourceIds == botocraft::list<std::string>{"one", "two"});
    }
}

TEST_CASE("what passes is repeated, and the caller does not notice") {
    AwsDouble aws;
    const Session session(options_for(aws));
    make_cluster(session, "prod");
    aws.fail("DescribeClusters", Fault::throttle().times(2));
    CHECK(outcome_of_get(session).empty());
    CHECK(aws.requests("DescribeClusters") == 3);
    aws.fail("DescribeClusters", Fault::server_error(503));
    CHECK(outcome_of_get(session).empty());
    aws.fail("DescribeClusters", Fault::html_page(502));
    CHECK(outcome_of_get(session).empty());
    aws.fail("DescribeClusters", Fault::reset_before_reply());
    CHECK(outcome_of_get(session).empty());
    aws.fail("DescribeClusters", Fault::reset_in_body());
    CHECK(outcome_of_get(session).empty());
    aws.fail("DescribeClusters", Fault::truncated_body());
    CHECK(outcome_of_get(session).empty());
    aws.fail("DescribeClusters", Fault::delay(20ms));
    CHECK(outcome_of_get(session).empty());
}

TEST_CASE("what lasts ends in one error that tells its history") {
    AwsDouble aws;
    const Session session(options_for(aws));
    make_cluster(session, "prod");
    aws.fail("DescribeClusters", Fault::throttle().always());
    try {
        await(ecs::Cluster::objects(session).get("prod"));
        FAIL("the double throttles everything");
    } catch (const botocraft::ServiceError& error) {
        CHECK(error.code() == "ThrottlingException");
        CHECK(error.details().attempts.size() == 3);
        CHECK(error.details().region == "us-east-1");
        CHECK(error.details().endpoint == aws.endpoint_url());
        CHECK(error.details().operation == "DescribeClusters");
    }
    aws.clear_faults();
    CHECK(outcome_of_get(session).empty());
}

TEST_CASE("a damaged reply is a protocol error, never half a model") {
    AwsDouble aws;
    SessionOptions options = options_for(aws);
    options.max_attempts = 1;
    options.first_byte_timeout = options.stall_timeout = 300ms;
    const Session session(options);
    make_cluster(session, "prod");
    for (const Fault& fault : {Fault::truncated_json(), Fault::malformed_json(), Fault::short_content_length()}) {
        aws.fail("DescribeClusters", fault);
        CHECK_THROWS_AS(await(ecs::Cluster::objects(session).get("prod")), botocraft::ProtocolError);
        CHECK(outcome_of_get(session).empty());  // no connection in an unknown state is used again
    }
    aws.fail("DescribeClusters", Fault::long_content_length());
    CHECK(outcome_of_get(session) == "ReadTimeout");
    CHECK(outcome_of_get(session).empty());
    aws.fail("DescribeClusters", Fault::html_page(200));
    CHECK_THROWS_AS(await(ecs::Cluster::objects(session).get("prod")), botocraft::ProtocolError);
}

TEST_CASE("a server that never answers ends at the limit, as a timeout") {
    AwsDouble aws;
    SessionOptions options = options_for(aws);
    options.max_attempts = 1;
    options.first_byte_timeout = options.stall_timeout = 100ms;
    const Session session(options);
    make_cluster(session, "prod");
    aws.fail("DescribeClusters", Fault::stall());
    CHECK_THROWS_AS(await(ecs::Cluster::objects(session).get("prod")), botocraft::TimeoutError);
    options.first_byte_timeout = options.stall_timeout = 60s;
    options.call_timeout = 100ms;
    aws.fail("DescribeClusters", Fault::stall());
    CHECK_THROWS_AS(await(ecs::Cluster::objects(Session(options)).get("prod")), botocraft::TimeoutError);
}

TEST_CASE("a request that changes something is not sent twice once it may have arrived") {
    AwsDouble aws;
    const Session session(options_for(aws));
    make_cluster(session, "prod");
    // UpdateCluster is neither read-only nor has it an idempotency token.
    aws.fail("UpdateCluster", Fault::reset_before_reply(true));
    auto cluster = await(ecs::Cluster::objects(session).get("prod"));
    CHECK_THROWS_AS(await(cluster.save()), botocraft::ConnectionError);
    CHECK(aws.requests("UpdateCluster") == 1);
}

TEST_CASE("credentials that AWS does not know are one clear error") {
    AwsDouble aws;
    SessionOptions options = options_for(aws);
    const auto refused = [&](const botocraft::Credentials& credentials, const std::string& code) {
        options.credentials = botocraft::static_credentials(credentials);
        try {
            await(ecs::Cluster::objects(Session(options)).get("prod"));
            FAIL("the double let a stranger in");
        } catch (const botocraft::ServiceError& error) {
            CHECK(error.code() == code);
            CHECK(std::string(error.what()).find("credentials that came from code") != std::string::npos);
            CHECK(std::string(error.what()).find("guessed") == std::string::npos);
        }
    };
    refused(botocraft::Credentials("AKIDSTRANGER", "guessed"), "UnrecognizedClientException");
    refused(botocraft::Credentials(aws.credentials().access_key_id, "guessed"), "InvalidSignatureException");
    CHECK(aws.counters().signatures_refused == 2);
}

TEST_CASE("an endpoint that nobody listens at is one clear error") {
    AwsDouble aws;
    SessionOptions options = options_for(aws);
    aws.stop();
    options.max_attempts = 2;
    try {
        await(ecs::Cluster::objects(Session(options)).get("prod"));
        FAIL("nobody listens there");
    } catch (const botocraft::ConnectionError& error) {
        CHECK(error.code() == "ConnectFailure");
        CHECK(error.details().attempts.size() == 2);
        CHECK(std::string(error.what()).find("check that the endpoint can be reached") != std::string::npos);
    }
}

TEST_CASE("a list of many pages comes whole, in order, and empty pages do not end it") {
    AwsDouble aws;
    botocraft::testing::EcsSeed seed;
    seed.clusters = 1;
    seed.services = 237;
    botocraft::testing::seed_ecs(aws, "us-east-1", seed);
    const Session session(options_for(aws));
    const auto clusters = await(ecs::Cluster::objects(session).list().all());
    REQUIRE(clusters.size() == 1);
    const std::string cluster = *clusters[0].clusterArn;
    const auto query = ecs::Service::objects(session).list({.cluster = cluster}).page_size(20);
    const auto services = await(query.all());
    CHECK(services.size() == 237);
    CHECK(aws.requests("ListServices") == 12);
    CHECK(aws.requests("DescribeServices") == 24);
    std::set<std::string> names;
    for (const auto& service : services) names.insert(*service.serviceName);
    CHECK(names.size() == 237);
    CHECK(await(query.filter("serviceName", "no such name").all()).empty());
    CHECK(await(query.limit(30).all()).size() == 30);
}

// The ARNs of each page.
static botocraft::awaitable<std::vector<std::vector<std::string>>> pages_of(botocraft::Query<ecs::Cluster> query) {
    std::vector<std::vector<std::string>> pages;
    while (auto page = co_await query.next_page()) {
        std::vector<std::string>& arns = pages.emplace_back();
        for (const ecs::Cluster& cluster : page) arns.push_back(*cluster.clusterArn);
    }
    co_return pages;
}

TEST_CASE("clusters and tasks come in as many pages as it takes") {
    AwsDouble aws;
    botocraft::testing::EcsSeed seed;
    seed.clusters = 7;
    seed.services = 7;
    seed.tasks_per_service = 9;
    botocraft::testing::seed_ecs(aws, "us-east-1", seed);
    const Session session(options_for(aws));
    std::set<std::string> clusters;
    const auto pages = await(pages_of(ecs::Cluster::objects(session).list().page_size(2)));
    for (const auto& page : pages) clusters.insert(page.begin(), page.end());
    CHECK(pages.size() == 4);
    CHECK(aws.requests("ListClusters") == 4);
    REQUIRE(clusters.size() == 7);
    std::set<std::string> tasks;
    for (const std::string& cluster : clusters) {
        const auto found = await(ecs::Task::objects(session).list({.cluster = cluster}).page_size(2).all());
        for (const ecs::Task& task : found) tasks.insert(*task.taskArn);
    }
    CHECK(tasks.size() == 63);
    CHECK(aws.requests("ListTasks") == 7 * 5);
    CHECK(aws.requests("DescribeTasks") == 7 * 5);
}

TEST_CASE("one region that fails is reported beside the others") {
    AwsDouble aws;
    const std::vector<std::string> regions{"eu-west-1", "us-west-2", "ap-northeast-1"};
    for (const std::string& region : regions) botocraft::testing::seed_ecs(aws, region);
    aws.fail("ListClusters", Fault::error("AccessDeniedException", "no").in_region("us-west-2").always());
    const auto sessions = botocraft::in_regions(Session(options_for(aws)), regions);
    auto everywhere = botocraft::across(sessions, ecs::Service::objects().all());
    const auto results = await(everywhere.all());
    CHECK(results[0].items.size() == 100);
    CHECK(results[2].items.size() == 100);
    CHECK(results[1].items.empty());
    REQUIRE(results[1].error);
    CHECK_THROWS_AS(std::rethrow_exception(results[1].error), botocraft::ServiceError);
}

TEST_CASE("a cancelled call ends at once, and leaves the pool fit for the next") {
    AwsDouble aws;
    const Session session(options_for(aws));
    make_cluster(session, "prod");
    aws.fail("DescribeClusters", Fault::stall());
    boost::asio::io_context context(1);
    boost::asio::cancellation_signal cancel;
    std::exception_ptr error;
    boost::asio::co_spawn(context, ecs::Cluster::objects(session).get("prod"),
                          boost::asio::bind_cancellation_slot(
                              cancel.slot(), [&](std::exception_ptr result, ecs::Cluster) { error = std::move(result); }));
    std::thread canceller([&] {
        if (!aws.wait_for_requests("DescribeClusters", 1)) std::terminate();
        boost::asio::post(context, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
    });
    context.run();
    canceller.join();
    REQUIRE(error);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
    context.restart();
    auto again = boost::asio::co_spawn(context, ecs::Cluster::objects(session).get("prod"), boost::asio::use_future);
    context.run();
    CHECK(again.get().clusterName == "prod");
}

namespace {

botocraft::awaitable<std::size_t> get_again_and_again(Session session, std::size_t times) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < times; ++i) {
        const auto cluster = co_await ecs::Cluster::objects(session).get("prod");
        found += cluster.clusterName == "prod" ? 1 : 0;
    }
    co_return found;
}

}  // namespace

TEST_CASE("one session serves many threads, each with a context of its own or all with one", "[threads]") {
    AwsDouble aws;
    const Session session(options_for(aws));
    make_cluster(session, "prod");
    constexpr std::size_t threads = 4;
    constexpr std::size_t calls = 50;

    std::atomic<std::size_t> found = 0;
    std::vector<std::thread> alone;
    for (std::size_t i = 0; i < threads; ++i) {
        alone.emplace_back([&] { found += await(get_again_and_again(session, calls)); });
    }
    for (std::thread& thread : alone) thread.join();
    CHECK(found == threads * calls);

    boost::asio::io_context shared(threads);
    std::vector<std::future<std::size_t>> results;
    for (std::size_t i = 0; i < 2 * threads; ++i) {
        results.push_back(
            boost::asio::co_spawn(shared, get_again_and_again(session, calls), boost::asio::use_future));
    }
    std::vector<std::thread> together;
    for (std::size_t i = 0; i < threads; ++i) together.emplace_back([&] { shared.run(); });
    for (std::thread& thread : together) thread.join();
    for (auto& result : results) CHECK(result.get() == calls);
}

TEST_CASE("lists of several regions on a context of several threads", "[threads]") {
    AwsDouble aws;
    const std::vector<std::string> regions{"eu-west-1", "us-west-2", "ap-northeast-1", "sa-east-1"};
    for (const std::string& region : regions) botocraft::testing::seed_ecs(aws, region);
    const auto sessions = botocraft::in_regions(Session(options_for(aws)), regions);
    boost::asio::io_context context(4);
    auto everywhere = botocraft::across(sessions, ecs::Service::objects().all());
    auto results = boost::asio::co_spawn(context, everywhere.all(), boost::asio::use_future);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { context.run(); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& result : results.get()) CHECK(result.items.size() == 100);
}
