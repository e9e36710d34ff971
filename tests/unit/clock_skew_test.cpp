// What is learned of this machine's clock from servers' answers.

#include "auth/clock_skew.hpp"
#include "runtime/session_state.hpp"
#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>

#include "catch.hpp"

#include <chrono>
#include <optional>

using namespace botocraft;
using namespace std::chrono_literals;
using auth::learn_offset;
using ecs::Service;

namespace {

constexpr auto here = std::chrono::sys_seconds(std::chrono::seconds(1440938160));  // Sun, 30 Aug 2015 12:36:00 GMT
constexpr const char* ten_minutes_later = "Sun, 30 Aug 2015 12:46:00 GMT";
constexpr const char* two_minutes_earlier = "Sun, 30 Aug 2015 12:34:00 GMT";

struct Calls : fake::World {
    Calls() { fake::script_ecs(*transport); }
    awaitable<Service> get() const { return Service::objects(session).get("web", {.cluster = "prod"}); }

    static fake::Answer refusal(std::string_view code, std::string_view date) {
        fake::Answer answer = fake::error(403, code);
        answer.headers.emplace_back("Date", date);
        return answer;
    }
};

}  // namespace

TEST_CASE("a clock is found wrong by what the server says of the time") {
    CHECK(learn_offset(403, "RequestTimeTooSkewed", ten_minutes_later, false, here, 0s) == 600s);
    CHECK(learn_offset(400, "RequestExpired", two_minutes_earlier, false, here, 0s) == -120s);
    CHECK(learn_offset(400, "InvalidSignatureException", ten_minutes_later, false, here, 0s) == 600s);
    CHECK(learn_offset(403, "", ten_minutes_later, true, here, 0s) == 600s);  // a reply to HEAD has no code
}

TEST_CASE("a clock is not blamed for what it did not do") {
    CHECK_FALSE(learn_offset(403, "SignatureDoesNotMatch", two_minutes_earlier, false, here, 0s));  // another key
    CHECK_FALSE(learn_offset(403, "AccessDenied", ten_minutes_later, false, here, 0s));
    CHECK_FALSE(learn_offset(403, "RequestTimeTooSkewed", "", false, here, 0s));
    CHECK_FALSE(learn_offset(403, "RequestTimeTooSkewed", "yesterday", false, here, 0s));
    CHECK_FALSE(learn_offset(403, "RequestTimeTooSkewed", ten_minutes_later, false, here, 600s));  // used already
    CHECK_FALSE(learn_offset(403, "", ten_minutes_later, false, here, 0s));
}

TEST_CASE_METHOD(Calls, "a call is repeated with the server's time, and the next ones begin with it") {
    transport->once("DescribeServices", refusal("InvalidSignatureException", ten_minutes_later));
    CHECK(run(get()).serviceName == "web");
    REQUIRE(transport->requests().size() == 2);
    CHECK(transport->requests()[0].header("x-amz-date") == "20150830T123600Z");
    const std::string corrected = transport->requests()[1].header("x-amz-date");
    CHECK(corrected.substr(0, 13) == "20150830T1246");
    run(get());
    REQUIRE(transport->requests().size() == 3);
    CHECK(transport->requests()[2].header("x-amz-date") == corrected);
}

TEST_CASE_METHOD(Calls, "a server whose time keeps jumping is not asked for ever") {
    for (const char* date : {"Sun, 30 Aug 2015 12:46:00 GMT", "Sun, 30 Aug 2015 13:46:00 GMT",
                             "Sun, 30 Aug 2015 14:46:00 GMT", "Sun, 30 Aug 2015 15:46:00 GMT"}) {
        transport->once("DescribeServices", refusal("RequestTimeTooSkewed", date));
    }
    try {
        run(get());
        FAIL("no error");
    } catch (const ServiceError& error) {
        CHECK(error.code() == "RequestTimeTooSkewed");
        CHECK_THAT(error.details().explanation, Catch::Matchers::Contains("clock"));
    }
    CHECK(transport->requests().size() == 3);
}

TEST_CASE_METHOD(Calls, "what one service said of the time counts for others, in every region, until they say otherwise") {
    transport->once("DescribeServices", refusal("InvalidSignatureException", ten_minutes_later));
    static_cast<void>(run(get()));
    const auto date_of = [this](const Session& in) {
        return run(explain(Service::objects(in).get("web", {.cluster = "prod"}))).clock_correction;
    };
    CHECK(date_of(session.with_region("eu-west-1")) == 600s);
    orm::ServiceTables other = ecs::tables::service;
    const auto& known = session.state()->service(other);
    CHECK(known.correction(*session.state()->core()) == 600s);
    known.clock_offset = 60;
    CHECK(known.correction(*session.state()->core()) == 60s);
}

TEST_CASE_METHOD(Calls, "an expired session token is no wrong clock: the next call looks for another") {
    struct Asked final : CredentialsProvider {
        int times = 0;
        awaitable<Credentials> resolve(const CredentialsContext&) override {
            Credentials made("AKIDEXAMPLE", "secret", with_token ? "token" + std::to_string(++times) : "");
            made.source = "the test";
            co_return made;
        }
        std::string_view name() const noexcept override { return "asked"; }
        bool with_token = true;
    };
    const auto provider = std::make_shared<Asked>();
    options.credentials = provider;
    const auto call = [this](const Session& in) { return run(Service::objects(in).get("web", {.cluster = "prod"})); };
    const Session with_token(options);
    transport->once("DescribeServices", refusal("RequestExpired", "Sun, 30 Aug 2015 12:36:00 GMT"));
    try {
        static_cast<void>(call(with_token));
        FAIL("no error");
    } catch (const ServiceError& error) {
        CHECK(error.code() == "RequestExpired");
        CHECK_THAT(error.details().explanation, Catch::Matchers::Contains("refused the credentials"));
    }
    static_cast<void>(call(with_token));
    CHECK(transport->last().header("x-amz-security-token") == "token2");

    provider->with_token = false;
    const Session without(options);
    transport->once("DescribeServices", refusal("RequestExpired", "Sun, 30 Aug 2015 12:36:00 GMT"));
    try {
        static_cast<void>(call(without));
        FAIL("no error");
    } catch (const ServiceError& error) {
        CHECK_THAT(error.details().explanation, !Catch::Matchers::Contains("refused the credentials"));
    }
}

TEST_CASE_METHOD(Calls, "a wrong key is no wrong clock") {
    transport->once("DescribeServices", refusal("InvalidSignatureException", two_minutes_earlier));
    CHECK_THROWS_AS(run(get()), ServiceError);
    CHECK(transport->requests().size() == 1);
}
