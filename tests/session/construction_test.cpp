// Sessions, managers and queries are made without a look at the world: here, a look ends the program.

#include "http/transport.hpp"
#include "support/allocations.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/process.hpp>
#include <botocraft/session.hpp>

#include "catch.hpp"

#include <cstdlib>
#include <memory>
#include <optional>

using namespace botocraft;
using ecs::Service;

namespace {

struct NoEnvironment final : Environment {
    std::optional<std::string> variable(std::string_view) const override { std::abort(); }
    std::optional<std::string> read_file(const std::string&) const override { std::abort(); }
    std::optional<std::string> home_directory() const override { std::abort(); }
};

struct NoTransport final : http::Transport {
    boost::asio::awaitable<http::Lease> acquire(const http::Origin&, const http::Limits&) override { std::abort(); }
};

struct NoClock final : Clock {
    std::chrono::system_clock::time_point now() const override { std::abort(); }
    std::chrono::steady_clock::time_point steady_now() const override { std::abort(); }
};

struct NoRandom final : RandomSource {
    std::uint64_t next() override { std::abort(); }
};

struct NoSleeper final : Sleeper {
    awaitable<void> sleep(std::chrono::steady_clock::duration) override { std::abort(); }
};

struct NoCredentials final : CredentialsProvider {
    boost::asio::awaitable<Credentials> resolve(const CredentialsContext&) override { std::abort(); }
    std::string_view name() const noexcept override { std::abort(); }
};

struct NoProcesses final : ProcessRunner {
    awaitable<ProcessResult> run(std::string, ProcessLimits) override { std::abort(); }
};

SessionOptions blind() {
    SessionOptions options;
    options.environment = std::make_shared<NoEnvironment>();
    options.transport = std::make_shared<NoTransport>();
    options.clock = std::make_shared<NoClock>();
    options.random = std::make_shared<NoRandom>();
    options.sleeper = std::make_shared<NoSleeper>();
    options.credentials = std::make_shared<NoCredentials>();
    options.processes = std::make_shared<NoProcesses>();
    return options;
}

}  // namespace

TEST_CASE("making a session, a manager and a query touches nothing") {
    SessionOptions options = blind();
    options.profile = "nobody";
    options.endpoint_url = "no URL";  // what is wrong is said by the first call
    const Session session(options);
    const Session elsewhere = session.with_region("eu-west-1");
    const auto manager = Service::objects(session);
    const auto other = manager.using_session(elsewhere);
    const auto query = other.all().filter("runningCount__gt", 0).order_by("-createdAt");
    CHECK(session.statistics().calls == 0);
}

TEST_CASE("a session is a cheap handle, and so is a manager") {
    const SessionOptions options = blind();
    std::optional<Session> session;
    CHECK(fake::allocations_of([&] { session.emplace(options); }) <= 3);
    const Session all_its_own;
    CHECK(fake::allocations_of([&] { const Session copy = *session; }) == 0);
    CHECK(fake::allocations_of([&] { static_cast<void>(Service::objects(*session)); }) == 0);
}
