#include <auth/credentials_cache.hpp>
#include <botocraft/error.hpp>
#include <botocraft/testing/clock.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <string>

#include "catch.hpp"

namespace asio = boost::asio;
using namespace botocraft;
using testing::FakeEnvironment;
using testing::ManualClock;

namespace {

using Shared = std::shared_ptr<const Credentials>;

struct World {
    std::shared_ptr<FakeEnvironment> environment = std::make_shared<FakeEnvironment>();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    asio::io_context io;

    [[nodiscard]] CredentialsContext context() const { return {environment, clock, {}}; }

    // The error code, or the access key id.
    std::string outcome(CredentialsProvider& provider, const CredentialsContext& with, std::string* explanation = nullptr) {
        std::string result = "nothing";
        asio::co_spawn(io, provider.resolve(with), [&](const std::exception_ptr& error, const Credentials& found) {
            result = found.access_key_id;
            if (!error) return;
            try {
                std::rethrow_exception(error);
            } catch (const Error& e) {
                result = e.code();
                if (explanation != nullptr) *explanation = e.details().explanation;
            }
        });
        io.restart();
        io.run();
        return result;
    }

    void get(auth::CredentialsCache& cache, std::vector<std::string>& results) {
        asio::co_spawn(io, cache.get(), [&](const std::exception_ptr& error, const Shared& found) {
            results.push_back(error ? "error" : found->access_key_id);
        });
    }
};

// Counts; lets others run before it answers; fails when told.
class CountingProvider final : public CredentialsProvider {
  public:
    [[nodiscard]] asio::awaitable<Credentials> resolve(const CredentialsContext& context) override {
        ++calls;
        const int call = calls;
        for (int i = 0; i < 5; ++i) co_await asio::post(asio::use_awaitable);
        if (failing) static_cast<void>(co_await environment_credentials()->resolve(context));
        Credentials found("KEY" + std::to_string(call), "secret");
        if (lifetime) found.expiration = context.clock->now() + *lifetime;
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "counting"; }

    int calls = 0;
    bool failing = false;
    std::optional<std::chrono::seconds> lifetime;
};

}  // namespace

TEST_CASE("a secret is never printed") {
    const Credentials credentials("AKIDEXAMPLE", "wJalrXUtnFEMI", "token-text");
    CHECK(to_string(credentials) == "access key AKIDEXAMPLE with session token");
}

TEST_CASE("environment before profile, and every skipped provider is named") {
    World world;
    const auto provider = default_credentials();
    std::string text;
    CHECK(world.outcome(*provider, world.context(), &text) == credentials_not_found);
    CHECK_THAT(text, has_text("AWS_ACCESS_KEY_ID") && has_text("\"default\"") &&
                         has_text("no home directory"));
    world.environment->set("HOME", "/h").add_file(
        "/h/.aws/credentials", "[default]\nAWS_Access_Key_Id = FILE\naws_secret_access_key = s\n[half]\n"
                               "aws_access_key_id = X\n");
    CHECK(world.outcome(*provider, world.context()) == "FILE");
    world.environment->set("AWS_ACCESS_KEY_ID", " ");
    CHECK(world.outcome(*provider, world.context()) == "FILE");
    world.environment->set("AWS_ACCESS_KEY_ID", "ENV");
    CHECK(world.outcome(*provider, world.context()) == "PartialCredentials");
    world.environment->set("AWS_SECRET_ACCESS_KEY", "s");
    CHECK(world.outcome(*provider, world.context()) == "ENV");
    auto named = world.context();
    named.profile = "half";
    CHECK(world.outcome(*provider, named) == "PartialCredentials");
    named.profile = "absent";
    CHECK(world.outcome(*provider, named) == "ProfileNotFound");
}

TEST_CASE("a profile of a form that is not supported says so") {
    World world;
    world.environment->set("HOME", "/h").add_file("/h/.aws/config", "[default]\nsso_session = me\n");
    std::string text;
    CHECK(world.outcome(*default_credentials(), world.context(), &text) == "UnsupportedCredentialsForm");
    CHECK_THAT(text, has_text("sso_session (/h/.aws/config, line 2)"));
}

TEST_CASE("a cache resolves once for all, refreshes ahead and serves while a refresh fails") {
    World world;
    const auto provider = std::make_shared<CountingProvider>();
    provider->lifetime = std::chrono::hours(1);
    auth::CredentialsCache cache(provider, world.context());
    std::vector<std::string> results;
    for (int i = 0; i < 3; ++i) world.get(cache, results);
    world.io.run();
    CHECK(results == std::vector<std::string>(3, "KEY1"));
    CHECK(provider->calls == 1);
    REQUIRE(cache.fresh());

    world.clock->advance(std::chrono::minutes(56));
    CHECK_FALSE(cache.fresh());
    provider->failing = true;
    results.clear();
    for (int i = 0; i < 3; ++i) world.get(cache, results);
    world.io.restart();
    world.io.run();
    CHECK(results == std::vector<std::string>(3, "KEY1"));
    CHECK(provider->calls == 2);
    CHECK(cache.fresh());  // the source is left alone for a while

    world.clock->advance(std::chrono::minutes(5));
    CHECK_FALSE(cache.fresh());
    results.clear();
    for (int i = 0; i < 2; ++i) world.get(cache, results);
    world.io.restart();
    world.io.run();
    CHECK(results == std::vector<std::string>(2, "error"));
    provider->failing = false;
    results.clear();
    world.get(cache, results);
    world.io.restart();
    world.io.run();
    CHECK(results == std::vector<std::string>{"KEY4"});
}

TEST_CASE("a cancelled caller does not take the credentials from the others") {
    World world;
    const auto provider = std::make_shared<CountingProvider>();
    auth::CredentialsCache cache(provider, world.context());
    asio::cancellation_signal signal;
    std::vector<std::string> results;
    bool cancelled = false;
    asio::co_spawn(world.io, cache.get(),
                   asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& error, const Shared&) {
                       cancelled = error != nullptr;
                   }));
    world.get(cache, results);
    world.io.poll_one();
    world.io.poll_one();
    signal.emit(asio::cancellation_type::all);
    world.io.run();
    CHECK(cancelled);
    CHECK(results == std::vector<std::string>{"KEY1"});
    CHECK(provider->calls == 1);
}

TEST_CASE("a context that goes away hands the resolving over to another") {
    World world;
    const auto provider = std::make_shared<CountingProvider>();
    auth::CredentialsCache cache(provider, world.context());
    std::vector<std::string> results, lost;
    {
        World first;
        first.get(cache, lost);
        first.io.poll_one();
        first.io.poll_one();
        world.get(cache, results);
        world.io.poll_one();
    }
    world.io.run();
    CHECK(lost.empty());
    CHECK(results.size() == 1);
}

TEST_CASE("unusable credentials are refused before anything is signed with them") {
    World world;
    Credentials given("AKIDEXAMPLE", "secret");
    SECTION("expired") { given.expiration = world.clock->now() - std::chrono::seconds(1); }
    SECTION("line break") { given.session_token = Secret("a\r\nx-evil: 1"); }
    SECTION("empty") { given.access_key_id.clear(); }
    auth::CredentialsCache cache(static_credentials(given), world.context());
    std::vector<std::string> results;
    world.get(cache, results);
    world.io.run();
    CHECK(results == std::vector<std::string>{"error"});
}
