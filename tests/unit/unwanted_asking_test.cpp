// Asking for what calls share, where no call waits for it any more: it ends, and who comes later asks anew.
#include "http_server.hpp"
#include "support/fake_transport.hpp"

#include <auth/credentials_cache.hpp>
#include <auth/problem.hpp>
#include <auth/renewed.hpp>
#include <runtime/session_state.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/clock.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <list>
#include <string>
#include <vector>

#include "catch.hpp"

namespace asio = boost::asio;
using namespace botocraft;
using namespace std::chrono_literals;
using Instant = std::chrono::steady_clock::time_point;

namespace {

// Finds the number of times that it was asked, when its gate lets it.
class Source final : public auth::RenewalSource {
  public:
    explicit Source(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) { answers.close(); }

    [[nodiscard]] asio::awaitable<auth::Found<void>> ask() override {
        const int which = ++asked;
        const Running counted(*this);
        const bool passed = co_await answers.pass();
        if (!passed && which == deaf) co_await asio::this_coro::reset_cancellation_state();
        if (!passed && which == deaf) static_cast<void>(co_await hears_late.pass());
        if (!passed && which != deaf) auth::fail("Cancelled", "who asked is gone");
        co_return auth::Found<void>(std::make_shared<const int>(which), clock_->now() + 1h);
    }
    [[nodiscard]] ErrorDetails late() const override {
        ErrorDetails details;
        details.kind = ErrorKind::timeout;
        return details;
    }
    [[nodiscard]] bool waits_for_person() const noexcept override { return person && running > 0; }

    int asked = 0;
    int running = 0;
    int deaf = 0;  // this one does not end when it is cancelled, but when that gate opens
    bool person = false;
    fake::Gate answers;
    fake::Gate hears_late;

  private:
    struct Running {
        explicit Running(Source& which) : source(which) { ++source.running; }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;
        ~Running() { --source.running; }
        Source& source;
    };
    std::shared_ptr<const Clock> clock_;
};

// A call that needs a value.
struct Caller {
    asio::cancellation_signal signal;
    int result = 0;  // -1: an error, -2: cancelled
};

template <class T>
void start(asio::io_context& context, const auth::Renewed<T>& renewed, Caller& caller, Instant deadline = Instant::max()) {
    asio::co_spawn(context, renewed.get(deadline),
                   asio::bind_cancellation_slot(caller.signal.slot(), [&caller](const std::exception_ptr& error, const auto& found) {
                       caller.result = 1;
                       if constexpr (std::is_same_v<T, int>) caller.result = found ? *found : 0;
                       try {
                           if (error) std::rethrow_exception(error);
                       } catch (const Error&) {
                           caller.result = -1;
                       } catch (const boost::system::system_error&) {
                           caller.result = -2;
                       }
                   }));
}

struct Askings {
    void start(Caller& caller, Instant deadline = Instant::max()) {
        ::start(context, renewed, caller, deadline);
        poll();
    }
    void cancel(Caller& caller) {
        caller.signal.emit(asio::cancellation_type::terminal);
        poll();
    }
    void poll() {
        context.restart();
        context.poll();
    }

    asio::io_context context;
    std::shared_ptr<testing::ManualClock> clock = std::make_shared<testing::ManualClock>();
    std::shared_ptr<Source> source = std::make_shared<Source>(clock);
    auth::Renewed<int> renewed{source, clock};
};

}  // namespace

TEST_CASE_METHOD(Askings, "an asking ends with the last caller who waits for it") {
    Caller first, second, third;
    start(first);
    start(second);
    SECTION("when they are cancelled") {
        cancel(first);
        CHECK(first.result == -2);
        CHECK(source->running == 1);  // for the other one
        cancel(second);
        CHECK(second.result == -2);
    }
    SECTION("when their time is over") {
        start(third, Instant::min());
        CHECK(third.result == -1);
        CHECK(source->running == 1);
        cancel(first);
        cancel(second);
    }
    REQUIRE(source->running == 0);
    CHECK(source->answers.waiting() == 0);
    context.restart();
    context.run();  // nothing is left that it waits for
    source->answers.open();
    Caller next;
    start(next);
    CHECK(next.result == 2);
    CHECK(source->asked == 2);
}

TEST_CASE_METHOD(Askings, "an asking whose only caller has no time ends at once") {
    Caller late;
    start(late, Instant::min());
    CHECK(late.result == -1);
    CHECK(source->asked == 1);
    CHECK(source->running == 0);
}

TEST_CASE_METHOD(Askings, "an asking of one caller serves another one when the first leaves") {
    Caller first, second;
    start(first);
    start(second);
    cancel(first);
    source->answers.open();
    poll();
    CHECK(second.result == 1);
    CHECK(source->asked == 1);
}

TEST_CASE_METHOD(Askings, "who comes right after the last caller left asks anew, and gets nothing of the asking before") {
    source->deaf = 1;
    source->hears_late.close();
    Caller gone, next;
    start(gone);
    gone.signal.emit(asio::cancellation_type::terminal);
    context.restart();
    while (gone.result == 0) context.poll_one();
    CHECK(source->answers.waiting() == 1);  // it has yet to learn that it is not wanted
    start(next);
    CHECK(gone.result == -2);
    CHECK(source->asked == 2);
    REQUIRE(source->running == 2);
    source->hears_late.open();  // it answers after all
    poll();
    CHECK(source->running == 1);
    CHECK(next.result == 0);
    CHECK_FALSE(renewed.fresh());
    source->answers.open();
    poll();
    CHECK(next.result == 2);
    CHECK(*renewed.fresh() == 2);
    CHECK(source->asked == 2);
}

TEST_CASE_METHOD(Askings, "an answer that came although nobody waited serves where nobody asked meanwhile") {
    source->deaf = 1;
    source->hears_late.close();
    Caller gone;
    start(gone);
    cancel(gone);
    source->hears_late.open();
    poll();
    REQUIRE(renewed.fresh());
    CHECK(*renewed.fresh() == 1);
}

TEST_CASE_METHOD(Askings, "what renews a value that is held goes on without callers") {
    source->answers.open();
    Caller first, second;
    start(first);
    source->answers.close();
    clock->advance(1h - 5s);  // it lives, but for too short a time
    start(second);
    REQUIRE(second.result == 0);
    cancel(second);
    CHECK(second.result == -2);
    CHECK(source->running == 1);
    source->answers.open();
    poll();
    CHECK(*renewed.fresh() == 2);
}

TEST_CASE_METHOD(Askings, "a person who was asked may answer late, but not where all callers were cancelled") {
    source->person = true;
    Caller first, second;
    start(first, Instant::min());
    CHECK(first.result == -1);
    CHECK(source->running == 1);
    SECTION("late") {
        source->answers.open();
        poll();
        CHECK(*renewed.fresh() == 1);
    }
    SECTION("cancelled") {
        source->deaf = 1;
        source->hears_late.close();
        start(second);
        CHECK(source->asked == 1);
        cancel(second);
        Caller third;
        start(third);
        CHECK(source->asked == 1);  // nobody is asked while the first asking has not ended
        source->deaf = 0;
        source->answers.open();
        source->hears_late.open();
        poll();
        CHECK(third.result == 2);
    }
    SECTION("cancelled, and asked anew") {
        start(second);
        cancel(second);
        CHECK(source->running == 0);
        source->answers.open();
        start(second);
        CHECK(second.result == 2);
    }
}

TEST_CASE("a context that goes away with the last caller takes the asking with it") {
    Askings all;
    Caller lost, next;
    {
        asio::io_context dying;
        start(dying, all.renewed, lost);
        dying.poll();
        REQUIRE(all.source->running == 1);
    }
    CHECK(all.source->running == 0);
    all.source->answers.open();
    all.start(next);
    CHECK(next.result == 2);
}

namespace {

// Answers some time later, or ends when it is cancelled.
class Slow final : public auth::RenewalSource {
  public:
    [[nodiscard]] asio::awaitable<auth::Found<void>> ask() override {
        const int which = ++asked;
        ++running;
        asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::microseconds(50 * (which % 5)));
        boost::system::error_code error;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        --running;
        if (error) auth::fail("Cancelled", "who asked is gone");
        co_return auth::Found<void>(std::make_shared<const int>(which));
    }
    [[nodiscard]] ErrorDetails late() const override {
        ErrorDetails details;
        details.kind = ErrorKind::timeout;
        return details;
    }
    std::atomic<int> asked = 0;
    std::atomic<int> running = 0;
};

asio::awaitable<void> ask_often(auth::Renewed<int> renewed, std::atomic<int>& served, std::atomic<int>& late, int seed) {
    for (int i = 0; i < 200; ++i) {
        const auto deadline = (i + seed) % 3 == 0 ? Instant::max()
                                                  : std::chrono::steady_clock::now() + std::chrono::microseconds(40 * ((i + seed) % 4));
        try {
            const auto found = co_await renewed.get(deadline);
            ++served;
            renewed.reject(found);
        } catch (const TimeoutError&) {
            ++late;
        }
    }
}

}  // namespace

TEST_CASE("callers of several threads come and go while others ask", "[threads]") {
    const auto clock = std::make_shared<testing::ManualClock>();
    const auto source = std::make_shared<Slow>();
    auth::RenewalTimes times = auth::usual_times;
    times.pause = 0s;  // what is refused is asked for anew each time
    const auth::Renewed<int> renewed(source, clock, times);
    std::atomic<int> served = 0, late = 0, ends = 0;
    {
        asio::thread_pool pool(4);
        for (int i = 0; i < 8; ++i) {
            asio::co_spawn(asio::make_strand(pool), ask_often(renewed, served, late, i), [&ends](const std::exception_ptr& error) {
                if (!error) ++ends;
            });
        }
        pool.join();
    }
    CHECK(ends == 8);
    CHECK(served + late == 8 * 200);
    CHECK(served > 0);
    CHECK(source->running == 0);
}

// --- real servers and processes ---------------------------------------------------------------------------------------

TEST_CASE("credentials that no call waits for any more: the server is left") {
    std::atomic<int> asked = 0;
    const http_test::Server silent([&](http_test::Peer& peer) {
        if (peer.request()) ++asked;
        peer.until_closed();
    });
    asio::io_context io;
    SessionOptions options;
    options.region = "us-east-1";
    options.environment = std::make_shared<testing::FakeEnvironment>();
    ContainerAgent agent;
    agent.uri = "http://127.0.0.1:" + std::to_string(silent.origin().port) + "/";
    options.credentials = container_credentials(agent);
    const Session session(options);
    const auth::CredentialsCache cache(options.credentials, session.state()->core()->context());
    Caller first, second;
    start<auth::SigningIdentity>(io, cache, first);
    start<auth::SigningIdentity>(io, cache, second);
    while (asked == 0) io.run_one_for(1ms);
    first.signal.emit(asio::cancellation_type::terminal);
    io.poll();
    CHECK(first.result == -2);
    CHECK(http::statistics(io).in_flight == 1);
    second.signal.emit(asio::cancellation_type::terminal);
    const auto begin = std::chrono::steady_clock::now();
    io.restart();
    io.run();  // returns, though nobody answers
    CHECK(second.result == -2);
    CHECK(std::chrono::steady_clock::now() - begin < 2s);  // not by the agent's time limit, which is that long
    CHECK(http::statistics(io).in_flight == 0);
    CHECK(http::statistics(io).opened == http::statistics(io).closed.total());
    CHECK(asked == 1);
}

TEST_CASE("credentials that no call waits for any more: the process is killed") {
    asio::io_context io;
    CredentialsContext context;
    context.environment = std::make_shared<testing::FakeEnvironment>();
    context.clock = system_clock();
    const auth::CredentialsCache cache(process_credentials("sleep 1000"), context);
    Caller caller;
    start<auth::SigningIdentity>(io, cache, caller);
    io.poll();
    caller.signal.emit(asio::cancellation_type::terminal);
    io.restart();
    io.run();
    CHECK(caller.result == -2);
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
}
