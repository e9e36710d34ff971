// What signing costs in memory, how often keys are derived, and that none outlives its credentials.

#include "auth/credentials_cache.hpp"
#include "auth/signature_chain.hpp"
#include "auth/signing_keys.hpp"
#include "auth/sigv4.hpp"
#include "support/allocations.hpp"

#include <botocraft/testing/clock.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "catch.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <string>

using namespace botocraft;
using namespace std::chrono_literals;

namespace {

constexpr auto noon = std::chrono::sys_seconds(std::chrono::seconds(1440938160));

struct Example {
    std::string body = std::string(1024, 'x');
    std::array<auth::HeaderView, 3> headers = {{{"content-type", "application/x-amz-json-1.1"},
                                                {"host", "ecs.us-east-1.amazonaws.com"},
                                                {"x-amz-target", "AmazonEC2ContainerServiceV20141113.DescribeServices"}}};

    [[nodiscard]] auth::RequestToSign request(std::chrono::sys_seconds time = noon) const {
        auth::RequestToSign made;
        made.method = "POST";
        made.headers = headers;
        made.body = body;
        made.region = "us-east-1";
        made.service = "ecs";
        made.time = time;
        return made;
    }
};

std::shared_ptr<const auth::SigningIdentity> identity() {
    return std::make_shared<const auth::SigningIdentity>(
        Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-token"));
}

}  // namespace

TEST_CASE("a signature allocates nothing once the signer is warm") {
    const Example example;
    const auto owner = identity();
    auth::Signer signer;
    std::string head;
    const auto sign = [&](std::chrono::sys_seconds time) {
        head.clear();
        signer.sign(example.request(time), *owner, head, &owner->keys);
    };
    sign(noon);
    CHECK(fake::allocations_of([&] { sign(noon); }) == 0);
    CHECK(fake::allocations_of([&] { sign(noon + 1s); }) == 0);  // another second
    CHECK(fake::allocations_of([&] { sign(noon + std::chrono::days(1)); }) > 0);  // another key: the count does count
}

TEST_CASE("a key is derived once for a day, region and service, whoever signs") {
    const Example example;
    const auto owner = identity();
    auth::Signer first, second;
    std::string head;
    for (auth::Signer* signer : {&first, &second}) {
        for (const auto time : {noon, noon + 1h}) signer->sign(example.request(time), *owner, head, &owner->keys);
    }
    CHECK(owner->keys.derived() == 1);
    auth::RequestToSign other = example.request();
    SECTION("region") { other.region = "eu-west-1"; }
    SECTION("service") { other.service = "ec2"; }
    SECTION("day") { other.time += std::chrono::days(1); }
    first.sign(other, *owner, head, &owner->keys);
    const std::string signature(first.signature());
    second.sign(other, *owner, head, &owner->keys);
    CHECK(second.signature() == signature);
    CHECK(owner->keys.derived() == 2);
    first.sign(example.request(), *owner, head, &owner->keys);  // the other key is still there
    CHECK(owner->keys.derived() == 2);
}

TEST_CASE("around midnight both days have their keys, and later days end earlier ones") {
    const Credentials credentials("AKIDEXAMPLE", "secret");
    auth::SigningKeys keys;
    const auto key = [&](std::string_view day) { return std::weak_ptr(keys.hmac(credentials, {day, "us-east-1", "ecs"})); };
    const auto first = key("20150830");
    const auto second = key("20150831");
    CHECK_FALSE(first.expired());
    CHECK(key("20150830").lock() == first.lock());
    key("20150901");
    CHECK(first.expired());
    CHECK_FALSE(second.expired());
}

TEST_CASE("keys end with their credentials, also those that a signer or a connection has used") {
    const Example example;
    auth::Signer signer;
    std::string head;
    auto owner = identity();
    signer.sign(example.request(), *owner, head, &owner->keys);
    const std::weak_ptr<const auth::HmacKey> key = owner->keys.hmac(*owner, {"20150830", "us-east-1", "ecs"});
    const std::weak_ptr<const auth::EcdsaKey> pair = owner->keys.ecdsa(*owner);
    REQUIRE_FALSE(key.expired());
    owner.reset();
    CHECK(key.expired());
    CHECK(pair.expired());

    // Another identity may come to lie where the first one was.
    owner = std::make_shared<const auth::SigningIdentity>(Credentials("AKIDEXAMPLE", "another"));
    signer.sign(example.request(), *owner, head, &owner->keys);
    const std::string signature(signer.signature());
    auth::Signer fresh;
    fresh.sign(example.request(), *owner, head, &owner->keys);
    CHECK(fresh.signature() == signature);
}

TEST_CASE("credentials that are replaced take their keys with them") {
    struct Changing final : CredentialsProvider {
        int count = 0;
        std::shared_ptr<const Clock> clock;
        boost::asio::awaitable<Credentials> resolve(const CredentialsContext&) override {
            Credentials made("AKIDEXAMPLE", "secret" + std::to_string(++count));
            made.expiration = clock->now() + 1h;
            co_return made;
        }
        std::string_view name() const noexcept override { return "changing"; }
    };
    const auto clock = std::make_shared<testing::ManualClock>();
    const auto provider = std::make_shared<Changing>();
    provider->clock = clock;
    CredentialsContext context;
    context.clock = clock;
    auth::CredentialsCache cache(provider, context);
    boost::asio::io_context io;
    const auto get = [&] {
        auto found = boost::asio::co_spawn(io, cache.get(), boost::asio::use_future);
        io.restart();
        io.run();
        return found.get();
    };
    std::weak_ptr<const auth::HmacKey> key;
    {
        const auto owner = get();
        key = owner->keys.hmac(*owner, {"20150830", "us-east-1", "ecs"});
    }
    CHECK_FALSE(key.expired());
    clock->advance(2h);
    CHECK(get()->secret_access_key == Secret("secret2"));
    CHECK(key.expired());
}

TEST_CASE("keys that something on its way holds on to are not taken for those of other credentials") {
    const Example example;
    auth::Signer signer;
    std::string head;
    int same_place = 0;
    for (int i = 0; i < 100 && same_place < 3; ++i) {
        auto owner = identity();
        signer.sign(example.request(), *owner, head, &owner->keys);
        const auth::SignatureChain body = signer.chain(*owner, &owner->keys);  // it holds the key
        const void* const place = &owner->keys;
        owner.reset();
        owner = std::make_shared<const auth::SigningIdentity>(Credentials("AKIDEXAMPLE", "another"));
        if (&owner->keys == place) ++same_place;
        signer.sign(example.request(), *owner, head, &owner->keys);
        const std::string signature(signer.signature());
        auth::Signer fresh;
        fresh.sign(example.request(), *owner, head, &owner->keys);
        CHECK(fresh.signature() == signature);
    }
    if (same_place == 0) WARN("no two credentials came to lie at the same address");
}
