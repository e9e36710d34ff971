// What must be asked for again and again: when its source is asked, and what serves meanwhile.
#include "support/fake_transport.hpp"

#include <auth/problem.hpp>
#include <auth/renewed.hpp>
#include <botocraft/testing/clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <string>
#include <vector>

#include "catch.hpp"

namespace asio = boost::asio;
using namespace botocraft;
using namespace std::chrono_literals;

namespace {

// Finds the number of times that it was asked.
class Source final : public auth::RenewalSource {
  public:
    explicit Source(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}

    [[nodiscard]] asio::awaitable<auth::Found<void>> ask() override {
        const int which = ++asked;
        co_await asio::post(asio::use_awaitable);
        const bool passed = co_await answers.pass();
        if (failing || !passed || which == fails_at) auth::fail("Down", "the source is down");
        co_return auth::Found<void>(std::make_shared<const int>(which), clock_->now() + lifetime);
    }
    [[nodiscard]] ErrorDetails late() const override { return {}; }
    [[nodiscard]] bool waits_for_person() const noexcept override { return person; }

    int asked = 0;
    bool failing = false;
    int fails_at = 0;  // or this once
    bool person = false;
    fake::Gate answers;
    std::chrono::seconds lifetime = 1h;

  private:
    std::shared_ptr<const Clock> clock_;
};

struct Asking {
    explicit Asking(auth::RenewalTimes times = auth::usual_times) : renewed(source, clock, times) {}

    void start(asio::io_context& context) {
        asio::co_spawn(context, renewed.get(), [this](const std::exception_ptr& error, const std::shared_ptr<const int>& found) {
            results.push_back(error ? -1 : *found);
        });
    }
    // What a caller gets; -1: an error.
    int get() {
        asio::io_context context;
        start(context);
        context.run();
        return results.back();
    }

    std::shared_ptr<testing::ManualClock> clock = std::make_shared<testing::ManualClock>();
    std::shared_ptr<Source> source = std::make_shared<Source>(clock);
    auth::Renewed<int> renewed;
    std::vector<int> results;
};

}  // namespace

TEST_CASE("a source whose values soon end is not asked by every call") {
    Asking asking;
    asking.source->lifetime = 2min;  // it is already due when it comes
    CHECK(asking.get() == 1);
    for (int i = 0; i < 3; ++i) {
        REQUIRE(asking.renewed.fresh());
        CHECK(asking.get() == 1);
    }
    CHECK(asking.source->asked == 1);
    asking.clock->advance(31s);
    CHECK_FALSE(asking.renewed.fresh());
    CHECK(asking.get() == 1);  // while it is asked in the background
    CHECK(asking.source->asked == 2);
    CHECK(*asking.renewed.fresh() == 2);
}

TEST_CASE("values that live for less than the margin serve to their end") {
    Asking asking;
    asking.source->lifetime = 8s;
    CHECK(asking.get() == 1);
    asking.clock->advance(7s);
    CHECK(asking.get() == 1);
    CHECK(asking.source->asked == 1);
    asking.clock->advance(1s);
    CHECK(asking.get() == 2);
}

TEST_CASE("what still lives serves where renewing fails, within the margin as well") {
    Asking asking;
    CHECK(asking.get() == 1);
    asking.clock->advance(1h - 8s);
    asking.source->failing = true;
    CHECK_FALSE(asking.renewed.fresh());
    CHECK(asking.get() == 1);  // it waited for a better one
    CHECK(asking.source->asked == 2);
    REQUIRE(asking.renewed.fresh());
    CHECK(asking.get() == 1);  // and now the source is left alone
    CHECK(asking.source->asked == 2);
    asking.clock->advance(8s);
    CHECK_FALSE(asking.renewed.fresh());
    CHECK(asking.get() == -1);
}

TEST_CASE("what is refused again and again makes nobody ask each time") {
    Asking asking;
    asking.get();
    asking.renewed.reject(asking.renewed.fresh());
    CHECK_FALSE(asking.renewed.fresh());
    CHECK(asking.get() == 2);
    for (int i = 0; i < 3; ++i) {
        asking.renewed.reject(asking.renewed.fresh());
        CHECK(asking.get() == 2);
    }
    asking.clock->advance(31s);
    asking.renewed.reject(asking.renewed.fresh());
    CHECK(asking.get() == 3);
}

TEST_CASE("a context that stops while it asks holds nobody up for ever") {
    auth::RenewalTimes times = auth::usual_times;
    times.patience = 1ms;
    Asking asking(times);
    asio::io_context stopped, running;
    asking.start(stopped);
    while (asking.source->asked == 0) stopped.poll_one();
    REQUIRE(asking.results.empty());
    stopped.stop();
    asking.start(running);
    running.run();
    REQUIRE(asking.results.size() == 1);
    CHECK(asking.results[0] >= 2);
    // When it goes on after all, it gets what there is.
    stopped.restart();
    stopped.run();
    CHECK(asking.results == std::vector<int>(2, asking.results[0]));
}

TEST_CASE("an answer that comes late serves all the same, and ends the waiting") {
    auth::RenewalTimes times = auth::usual_times;
    times.patience = 1ms;
    Asking asking(times);
    asking.source->answers.close();
    asio::io_context context;
    asking.start(context);
    while (asking.source->asked < 2) context.run_one();  // the caller has lost patience, and asks again
    const int asked = asking.source->asked;
    asking.source->answers.release();  // the first one, whose place was taken
    while (asking.results.empty()) context.run_one();
    CHECK(asking.results == std::vector<int>{1});
    REQUIRE(asking.renewed.fresh());
    CHECK(*asking.renewed.fresh() == 1);
    CHECK(asked >= 2);
    asking.source->answers.open();
    context.run();
}

TEST_CASE("an error that comes late is nobody's") {
    auth::RenewalTimes times = auth::usual_times;
    times.patience = 1ms;
    Asking asking(times);
    asking.source->answers.close();
    asio::io_context context;
    asking.start(context);
    while (asking.source->asked < 2) context.run_one();
    asking.source->fails_at = 1;
    asking.source->answers.open();
    context.run();
    REQUIRE(asking.results.size() == 1);
    CHECK(asking.results[0] >= 2);
}

TEST_CASE("while a person has yet to answer, nobody asks a second time") {
    auth::RenewalTimes times = auth::usual_times;
    times.patience = 1ms;
    Asking asking(times);
    asking.source->person = true;
    asking.source->answers.close();
    asio::io_context context;
    asking.start(context);
    asio::steady_timer many_times_that(context, 50ms);
    bool over = false;
    many_times_that.async_wait([&over](const boost::system::error_code&) { over = true; });
    while (!over) context.run_one();
    CHECK(asking.source->asked == 1);
    CHECK(asking.results.empty());
    asking.source->answers.open();
    context.run();
    CHECK(asking.results == std::vector<int>{1});
    CHECK(asking.source->asked == 1);
}
