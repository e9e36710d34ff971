#include "http/race.hpp"

#include "catch.hpp"

#include <boost/asio/error.hpp>

namespace asio = boost::asio;
namespace http = botocraft::http;
using http::Addresses;
using http::Clock;
using http::Family;
using http::Phase;
using http::Race;
using Kind = http::Race::Step::Kind;
using std::chrono::milliseconds;

namespace {

Addresses found(std::initializer_list<const char*> list) {
    Addresses result;
    for (const char* text : list) result.list.push_back(asio::ip::make_address(text));
    return result;
}

Addresses none(const boost::system::error_code& error = asio::error::no_data) { return Addresses{error}; }

struct Fixture {
    Clock::time_point begun{};
    Clock::time_point now = begun;
    Race::Times times{std::chrono::seconds(10), milliseconds(50), milliseconds(250), std::chrono::seconds(5),
                      Clock::time_point::max()};
    std::optional<Race> race_;

    Race& race() {
        if (!race_) race_.emplace(times, begun);
        return *race_;
    }
    void answer(Family family, const Addresses& addresses) { race().answered(family, addresses, now); }

    // The addresses that are started now, until there is nothing to do but wait.
    std::vector<std::string> started() {
        std::vector<std::string> result;
        for (;;) {
            const Race::Step step = race().next(now);
            if (step.kind != Kind::start) return result;
            CHECK(step.attempt == attempts++);
            result.push_back(step.address.to_string());
        }
    }
    // Goes on to when something is to be done next.
    void wait(milliseconds expected) {
        const Race::Step step = race().next(now);
        REQUIRE(step.kind == Kind::wait);
        CHECK(step.time - now == expected);
        now = step.time;
    }
    std::size_t attempts = 0;
};

using Started = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "race: addresses of both families alternate, IPv6 first, each a delay after the last") {
    answer(Family::v6, found({"2001:db8::1", "2001:db8::2", "2001:db8::3"}));
    answer(Family::v4, found({"10.0.0.1"}));
    CHECK(started() == Started{"2001:db8::1"});
    wait(milliseconds(250));
    CHECK(started() == Started{"10.0.0.1"});
    wait(milliseconds(250));
    CHECK(started() == Started{"2001:db8::2"});
    wait(milliseconds(250));
    CHECK(started() == Started{"2001:db8::3"});
    wait(milliseconds(5000 - 750));  // the first of them has its time
}

TEST_CASE_METHOD(Fixture, "race: an attempt that fails lets the next begin at once") {
    answer(Family::v6, found({"2001:db8::1"}));
    answer(Family::v4, found({"10.0.0.1", "10.0.0.2"}));
    CHECK(started() == Started{"2001:db8::1"});
    race().failed(0, asio::error::network_unreachable);
    CHECK(started() == Started{"10.0.0.1"});
    wait(milliseconds(250));
    CHECK(started() == Started{"10.0.0.2"});
    race().failed(2, asio::error::connection_refused);
    CHECK(race().next(now).kind == Kind::wait);  // for the other, which is still under way
    race().failed(1, asio::error::connection_refused);
    const Race::Step lost = race().next(now);
    CHECK(lost.kind == Kind::lost);
    CHECK(race().phase() == Phase::connect);
    CHECK(lost.error == asio::error::connection_refused);
    CHECK(race().story() ==
          "2001:db8::1: Network is unreachable; 10.0.0.1: Connection refused; 10.0.0.2: Connection refused");
}

TEST_CASE_METHOD(Fixture, "race: IPv6 addresses are used as soon as they come") {
    answer(Family::v6, found({"2001:db8::1"}));
    CHECK(started() == Started{"2001:db8::1"});
    now += milliseconds(100);
    answer(Family::v4, found({"10.0.0.1"}));
    CHECK(started().empty());
    wait(milliseconds(150));
    CHECK(started() == Started{"10.0.0.1"});
}

TEST_CASE_METHOD(Fixture, "race: IPv4 addresses wait a moment for those of IPv6") {
    now += milliseconds(20);
    answer(Family::v4, found({"10.0.0.1", "10.0.0.2"}));
    CHECK(started().empty());
    SECTION("in vain") {
        wait(milliseconds(50));
        CHECK(started() == Started{"10.0.0.1"});
    }
    SECTION("which come") {
        now += milliseconds(10);
        answer(Family::v6, found({"2001:db8::1"}));
        CHECK(started() == Started{"2001:db8::1"});
    }
    SECTION("of which there are none") {
        now += milliseconds(10);
        answer(Family::v6, none());
        CHECK(started() == Started{"10.0.0.1"});
    }
    SECTION("which come late") {
        wait(milliseconds(50));
        CHECK(started() == Started{"10.0.0.1"});
        now += milliseconds(10);
        answer(Family::v6, found({"2001:db8::1"}));
        wait(milliseconds(240));
        CHECK(started() == Started{"2001:db8::1"});
        wait(milliseconds(250));
        CHECK(started() == Started{"10.0.0.2"});
    }
}

TEST_CASE_METHOD(Fixture, "race: an address has its own limit") {
    answer(Family::v6, none());
    answer(Family::v4, found({"10.0.0.1", "10.0.0.2"}));
    CHECK(started() == Started{"10.0.0.1"});
    now = begun + std::chrono::seconds(5);
    const Race::Step step = race().next(now);
    CHECK(step.kind == Kind::abandon);
    CHECK(step.attempt == 0);
    CHECK(started() == Started{"10.0.0.2"});
    now += std::chrono::seconds(5);
    CHECK(race().next(now).kind == Kind::abandon);
    const Race::Step lost = race().next(now);
    CHECK(lost.kind == Kind::lost);
    CHECK(lost.error == asio::error::timed_out);
    CHECK(race().phase() == Phase::connect);
}

TEST_CASE_METHOD(Fixture, "race: nothing is found, or nobody answers") {
    boost::system::error_code expected;
    SECTION("no such name") {
        answer(Family::v6, none());
        answer(Family::v4, none(asio::error::host_not_found));
        expected = asio::error::host_not_found;
    }
    SECTION("nobody could say") {
        answer(Family::v6, none(asio::error::host_not_found_try_again));
        answer(Family::v4, none());
        expected = asio::error::host_not_found_try_again;
    }
    SECTION("no answer in time") {
        answer(Family::v4, none(asio::error::host_not_found));
        wait(std::chrono::seconds(10));
        expected = asio::error::timed_out;
    }
    const Race::Step lost = race().next(now);
    CHECK(lost.kind == Kind::lost);
    CHECK(lost.error == expected);
    CHECK(race().phase() == Phase::resolve);
    CHECK(race().story().empty());
}

TEST_CASE_METHOD(Fixture, "race: who does not answer for one family does not hold up the other") {
    answer(Family::v4, found({"10.0.0.1"}));
    wait(milliseconds(50));
    CHECK(started() == Started{"10.0.0.1"});
    race().failed(0, asio::error::connection_refused);
    wait(std::chrono::seconds(10) - milliseconds(50));  // there may be an IPv6 address yet
    const Race::Step lost = race().next(now);
    CHECK(lost.kind == Kind::lost);
    CHECK(lost.error == asio::error::connection_refused);
    CHECK(race().phase() == Phase::connect);
}

TEST_CASE_METHOD(Fixture, "race: the deadline ends it") {
    times.deadline = begun + milliseconds(100);
    const bool looked_up = GENERATE(false, true);
    if (looked_up) {
        answer(Family::v6, found({"2001:db8::1"}));
        CHECK(started() == Started{"2001:db8::1"});
    }
    wait(milliseconds(100));
    const Race::Step lost = race().next(now);
    CHECK(lost.kind == Kind::lost);
    CHECK(lost.error == asio::error::timed_out);
    CHECK(race().phase() == (looked_up ? Phase::connect : Phase::resolve));
}
