#include "http/connection.hpp"
#include "http/pool.hpp"
#include "http_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <future>
#include <vector>

using namespace http_test;
using http::Failure;
using http::Lease;
using http::Limits;
using http::Phase;
using std::chrono::milliseconds;

namespace {

void echo(Peer& peer) {
    while (const auto got = peer.request()) peer.answer(*got);
}

struct Fixture {
    asio::io_context context;
    std::shared_ptr<http::Transport> transport = http::make_transport();
    Limits limits;

    http::Statistics statistics() { return http::statistics(context); }

    // Runs what can be run now, until `done`.
    void run_until(const std::function<bool()>& done) {
        context.restart();
        while (!done()) context.poll_one();
    }
};

asio::awaitable<Lease> acquire(http::Transport& transport, const http::Origin& origin, const Limits& limits) {
    Lease lease = co_await transport.acquire(origin, limits);
    co_return lease;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "no more connections than allowed, and who waits longest is served first") {
    const Server server(echo);
    http::Origin origin = server.origin();
    origin.connections = 2;
    std::vector<int> order;
    const auto caller = [&](int number) -> asio::awaitable<void> {
        Lease lease = co_await transport->acquire(origin, limits);
        order.push_back(number);
        lease.output() = "GET / HTTP/1.1\r\n\r\n";
        co_await lease.exchange();
    };
    for (int i = 0; i < 50; ++i) asio::co_spawn(context, caller(i), asio::detached);
    run_until([&] { return statistics().waiting == 48; });
    CHECK(statistics().in_flight == 2);
    context.run();
    CHECK(order.size() == 50);
    CHECK(std::is_sorted(order.begin() + 2, order.end()));
    CHECK(server.connections() == 2);
    CHECK(statistics().opened == 2);
    CHECK(statistics().reused == 48);
    CHECK(statistics().waiting == 0);
    CHECK(statistics().idle == 2);
}

TEST_CASE_METHOD(Fixture, "a connection that breaks lets the next in line open another") {
    const Server server([](Peer& peer) {
        if (peer.request() && peer.number() >= 3) echo(peer);
    });
    http::Origin origin = server.origin();
    origin.connections = 1;
    int failed = 0;
    const auto caller = [&]() -> asio::awaitable<void> {
        try {
            Lease lease = co_await transport->acquire(origin, limits);
            lease.output() = "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n";
            co_await lease.exchange();
        } catch (const Failure&) {
            ++failed;
        }
    };
    for (int i = 0; i < 5; ++i) asio::co_spawn(context, caller(), asio::detached);
    context.run();
    CHECK(failed == 3);
    CHECK(statistics().waiting == 0);
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().closed.total() == 3);
    CHECK(server.connections() == 4);
}

TEST_CASE_METHOD(Fixture, "the connection used last is used first") {
    const Server server([](Peer& peer) {
        while (peer.request()) peer.answer(std::to_string(peer.number()));
    });
    const http::Origin origin = server.origin();
    const auto use = [](Lease& lease) -> asio::awaitable<std::string> {
        lease.output() = "GET / HTTP/1.1\r\n\r\n";
        co_await lease.exchange();
        co_return std::string(lease.reply().body());
    };
    Lease first = run(context, acquire(*transport, origin, limits));
    Lease second = run(context, acquire(*transport, origin, limits));
    const std::string name_of_first = run(context, use(first));
    const std::string name_of_second = run(context, use(second));
    CHECK(name_of_first != name_of_second);
    first = Lease();
    second = Lease();
    CHECK(run(context, call(*transport, origin, limits)).body == name_of_second);
    CHECK(run(context, call(*transport, origin, limits)).body == name_of_second);
}

TEST_CASE_METHOD(Fixture, "a lease that is given back unused leaves the connection usable") {
    const Server server(echo);
    run(context, acquire(*transport, server.origin(), limits));
    CHECK(statistics().idle == 1);
    CHECK(run(context, call(*transport, server.origin(), limits)).status == 200);
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "a connection that was idle for too long is closed") {
    const Server server(echo);
    (void)run(context, call(*transport, server.origin(), limits));
    limits.idle = http::Clock::duration(-1);
    CHECK(!run(context, call(*transport, server.origin(), limits)).reused);
    CHECK(statistics().closed.total() == 1);
    CHECK(statistics().opened == 2);
    CHECK(statistics().idle == 1);
}

TEST_CASE_METHOD(Fixture, "origins do not share connections") {
    const Server one(echo);
    const Server other(echo);
    (void)run(context, call(*transport, one.origin(), limits));
    (void)run(context, call(*transport, other.origin(), limits));
    http::Origin renamed = one.origin();
    renamed.host = "127.0.0.2";
    CHECK(one.connections() == 1);
    CHECK(other.connections() == 1);
    CHECK(statistics().idle == 2);
    CHECK(!(renamed == one.origin()));
}

TEST_CASE_METHOD(Fixture, "waiting for the pool ends with the deadline") {
    const Server server(echo);
    http::Origin origin = server.origin();
    origin.connections = 1;
    const Lease held = run(context, acquire(*transport, origin, limits));
    limits.deadline = http::Clock::now() + milliseconds(10);
    const Failure thrown = failure(context, call(*transport, origin, limits));
    CHECK(std::string(thrown.what()) == "127.0.0.1:" + std::to_string(origin.port) +
                                            ": no connection became free in time: 1 are in use");
    CHECK(thrown.timed_out());
    CHECK(thrown.phase() == Phase::pool);
    CHECK(!thrown.may_have_been_sent());
    CHECK(statistics().waiting == 0);
}

TEST_CASE_METHOD(Fixture, "who allows more connections does not wait behind who allows few") {
    const Server server(echo);
    http::Origin few = server.origin();
    few.connections = 1;
    const Lease held = run(context, acquire(*transport, few, limits));
    Limits short_ones = limits;
    short_ones.deadline = http::Clock::now() + milliseconds(500);
    bool waited = false;
    asio::co_spawn(context, acquire(*transport, few, short_ones),
                   [&](const std::exception_ptr& error, const Lease&) { waited = error != nullptr; });
    run_until([&] { return statistics().waiting == 1; });
    bool served = false;
    const http::Origin more = server.origin();
    asio::co_spawn(context, call(*transport, more, limits),
                   [&](const std::exception_ptr& error, const Answer&) { served = !error && statistics().waiting == 1; });
    context.run();
    CHECK(served);
    CHECK(waited);
}

TEST_CASE_METHOD(Fixture, "cancelling who waits loses neither the connection nor the others in line") {
    const auto type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                               asio::cancellation_type::total);
    enum class Order { cancelled_first, granted_first, granted_after };
    const Order order = GENERATE(Order::cancelled_first, Order::granted_first, Order::granted_after);
    const Server server(echo);
    http::Origin origin = server.origin();
    origin.connections = 1;
    Lease held = run(context, acquire(*transport, origin, limits));

    asio::cancellation_signal signal;
    int cancelled = 0;
    int served = 0;
    const auto caller = [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        try {
            (void)co_await call(*transport, origin, limits);
            ++served;
        } catch (const Failure& thrown) {
            cancelled += thrown.cancelled() ? 1 : 0;
        } catch (const boost::system::system_error& thrown) {
            cancelled += thrown.code() == asio::error::operation_aborted ? 1 : 0;
        }
    };
    asio::co_spawn(context, caller(), asio::bind_cancellation_slot(signal.slot(), asio::detached));
    for (int i = 0; i < 3; ++i) asio::co_spawn(context, caller(), asio::detached);
    run_until([&] { return statistics().waiting == 4; });
    // In the context's thread: from any other, Asio only queues the cancellation, and the call may be over before it.
    bool emitted = false;
    asio::post(context, [&] {
        if (order == Order::granted_first) held = Lease();  // is on its way to the first in line, who is cancelled then
        signal.emit(type);
        if (order == Order::granted_after) held = Lease();  // to one who is cancelled, but has not come to know it
        emitted = true;
    });
    run_until([&] { return emitted; });
    CHECK(statistics().waiting == (order == Order::cancelled_first ? 4 : 3));
    if (order == Order::cancelled_first) {
        run_until([&] { return cancelled == 1; });
        CHECK(statistics().waiting == 3);
        held = Lease();
    }
    context.restart();
    context.run();
    CHECK(cancelled == 1);
    CHECK(served == 3);
    CHECK(statistics().waiting == 0);
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().idle == 1);
    CHECK(statistics().opened == 1);  // it was passed on, not closed
}

TEST_CASE_METHOD(Fixture, "a finished call leaves no timer behind that keeps the context running") {
    const Server server(echo);
    limits.first_byte = std::chrono::hours(1);
    (void)run(context, call(*transport, server.origin(), limits));  // would not return
    CHECK(statistics().idle == 1);
}

TEST_CASE("a context may end with connections idle, leased, in exchange and waited for") {
    const Server server([](Peer& peer) { peer.until_closed(); });
    http::Origin origin = server.origin();
    origin.connections = 3;
    const auto transport = http::make_transport();
    Limits limits;
    asio::io_context context;
    const auto hang = [&]() -> asio::awaitable<void> { (void)co_await call(*transport, origin, limits); };
    { const Lease idle = run(context, acquire(*transport, origin, limits)); }
    for (int i = 0; i < 5; ++i) asio::co_spawn(context, hang(), asio::detached);
    context.restart();
    while (http::statistics(context).waiting != 2 || http::statistics(context).opened != 3) context.poll_one();
    CHECK(http::statistics(context).in_flight == 3);
}

TEST_CASE("one context run by several threads", "[threads]") {
    const Server server(echo);
    http::Origin origin = server.origin();
    origin.connections = 3;
    const auto transport = http::make_transport();
    Limits limits;
    limits.first_byte = limits.stall = std::chrono::seconds(60);
    asio::thread_pool context(4);
    std::atomic<int> served{0};
    std::atomic<int> cancelled{0};
    const auto caller = [&](bool impatient) -> asio::awaitable<void> {
        for (int i = 0; i < 50; ++i) {
            Limits mine = limits;
            // Some deadlines pass while the call waits or while it is in exchange.
            if (impatient) mine.deadline = http::Clock::now() + std::chrono::microseconds(300);
            try {
                const Answer answer = co_await call(*transport, origin, mine);
                served += answer.status == 200 ? 1 : 0;
            } catch (const Failure& thrown) {
                cancelled += thrown.timed_out() ? 1 : 0;
            }
        }
    };
    for (int i = 0; i < 8; ++i) asio::co_spawn(asio::make_strand(context), caller(i % 2 == 1), asio::detached);
    context.join();
    CHECK(served + cancelled == 8 * 50);
    CHECK(served >= 4 * 50);
    CHECK(http::statistics(context).in_flight == 0);
    CHECK(http::statistics(context).waiting == 0);
}

TEST_CASE_METHOD(Fixture, "a connection that is too old is not used again") {
    const Server server(echo);
    limits.age = milliseconds(0);
    CHECK(run(context, call(*transport, server.origin(), limits)).status == 200);
    CHECK(!run(context, call(*transport, server.origin(), limits)).reused);
    CHECK(statistics().closed.age == 1);
    CHECK(statistics().closed.total() == 1);
    CHECK(statistics().opened == 2);
}

TEST_CASE_METHOD(Fixture, "why connections were closed is counted") {
    const Server server([](Peer& peer) {
        const auto got = peer.request();
        if (!got) return;
        const std::string path = got->substr(5, got->find(' ', 5) - 5);
        if (path == "unfit") peer.answer("ok", "Connection: close\r\n");
        if (path == "failed") peer.send("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n");
        if (path == "server" || path == "idle") peer.answer("ok");
        if (path == "server") return;
        peer.until_closed();
    });
    const http::Origin origin = server.origin();
    const auto get = [&](std::string path) -> asio::awaitable<Answer> {
        const std::string text = "GET /" + path + " HTTP/1.1\r\n\r\n";
        const Answer answer = co_await call(*transport, origin, limits, text);
        co_return answer;
    };
    SECTION("unfit") {
        (void)run(context, get("unfit"));
        CHECK(statistics().closed.unfit == 1);
    }
    SECTION("failed") {
        (void)failure(context, get("failed"));
        CHECK(statistics().closed.failed == 1);
    }
    SECTION("timed out") {
        limits.first_byte = milliseconds(5);
        (void)failure(context, get("silence"));
        CHECK(statistics().closed.timed_out == 1);
    }
    SECTION("cancelled") {
        asio::cancellation_signal signal;
        const auto ignore = [](const std::exception_ptr&, const Answer&) {};
        asio::co_spawn(context, get("silence"), asio::bind_cancellation_slot(signal.slot(), ignore));
        run_until([&] { return statistics().opened == 1; });
        asio::post(context, [&] { signal.emit(asio::cancellation_type::terminal); });
        context.run();
        CHECK(statistics().closed.cancelled == 1);
    }
    SECTION("idle") {
        (void)run(context, get("idle"));
        limits.idle = http::Clock::duration(-1);
        (void)run(context, get("idle"));
        CHECK(statistics().closed.idle == 1);
    }
    SECTION("by the server") {
        limits.trusted_idle = std::chrono::hours(1);
        (void)run(context, get("server"));
        const Failure stale = failure(context, get("server"));
        CHECK(stale.stale());
        CHECK(statistics().closed.by_server == 1);
    }
    CHECK(statistics().closed.total() == 1);
}

TEST_CASE_METHOD(Fixture, "one connection that the server closed makes the others suspect") {
    std::atomic<int> closed{0};
    const Server server([&](Peer& peer) {
        if (peer.number() >= 3) return echo(peer);
        (void)peer.request();
        peer.answer("ok");
        ::shutdown(peer.socket(), SHUT_RDWR);
        ++closed;
    });
    const http::Origin origin = server.origin();
    limits.trusted_idle = std::chrono::hours(1);
    {
        std::vector<Lease> leases;
        for (int i = 0; i < 3; ++i) leases.push_back(run(context, acquire(*transport, origin, limits)));
        const auto use = [](Lease& lease) -> asio::awaitable<bool> {
            lease.output() = "GET / HTTP/1.1\r\n\r\n";
            co_await lease.exchange();
            co_return true;
        };
        for (Lease& lease : leases) (void)run(context, use(lease));
    }
    CHECK(statistics().idle == 3);
    while (closed != 3) std::this_thread::yield();
    CHECK(failure(context, call(*transport, origin, limits)).stale());
    CHECK(statistics().idle == 0);
    CHECK(statistics().closed.by_server == 3);
    CHECK(run(context, call(*transport, origin, limits)).status == 200);  // the next is not stale as well
}

// They look open until then.
TEST_CASE_METHOD(Fixture, "connections that the server closes when the next request comes cost one failure, however many") {
    const Server server([&](Peer& peer) {
        if (peer.number() >= 6) return echo(peer);
        if (peer.request()) peer.answer("ok");
        (void)peer.request();
    });
    const http::Origin origin = server.origin();
    limits.trusted_idle = std::chrono::hours(1);
    {
        std::vector<Lease> leases;
        for (int i = 0; i < 6; ++i) leases.push_back(run(context, acquire(*transport, origin, limits)));
        const auto use = [](Lease& lease) -> asio::awaitable<bool> {
            lease.output() = "GET / HTTP/1.1\r\n\r\n";
            co_await lease.exchange();
            co_return true;
        };
        for (Lease& lease : leases) (void)run(context, use(lease));
    }
    REQUIRE(statistics().idle == 6);
    CHECK(failure(context, call(*transport, origin, limits)).stale());
    CHECK_FALSE(run(context, call(*transport, origin, limits)).reused);
    CHECK(statistics().closed.by_server == 6);
}

TEST_CASE_METHOD(Fixture, "after an error reply the connection is used again") {
    const Server server([](Peer& peer) {
        while (peer.request()) peer.send("HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nslow");
    });
    for (int i = 0; i < 3; ++i) {
        const Answer answer = run(context, call(*transport, server.origin(), limits));
        CHECK(answer.status == 503);
        CHECK(answer.reused == (i != 0));
    }
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "idle connections are not forgotten where nobody calls their origin again") {
    std::atomic<bool> closed{false};
    const Server one([&](Peer& peer) {
        if (peer.request()) peer.answer("ok");
        ::shutdown(peer.socket(), SHUT_RDWR);
        closed = true;
    });
    const Server other(echo);
    (void)run(context, call(*transport, one.origin(), limits));
    (void)run(context, call(*transport, other.origin(), limits));
    while (!closed) std::this_thread::yield();
    CHECK(statistics().idle == 2);
    http::Origin third = other.origin();
    third.host = "127.0.0.9";
    auto& pools = http::Pools::of(context.get_executor());
    const auto later = http::Clock::now() + std::chrono::seconds(20);
    (void)pools.take(third, limits, later, nullptr);
    CHECK(statistics().idle == 1);
    CHECK(statistics().closed.by_server == 1);
    (void)pools.take(third, limits, later + std::chrono::minutes(1), nullptr);
    CHECK(statistics().idle == 0);
    CHECK(statistics().closed.idle == 1);
}

TEST_CASE_METHOD(Fixture, "who waited and gets a connection that is of no use opens another, and does not wait again") {
    const bool dead = GENERATE(false, true);
    const Server server([&](Peer& peer) {
        if (!peer.request()) return;
        peer.answer("ok");
        if (!dead) peer.until_closed();
    });
    http::Origin origin = server.origin();
    origin.connections = 1;
    if (dead) {
        limits.trusted_idle = Limits::idle_always_checked;
    } else {
        limits.age = milliseconds(0);
    }
    std::vector<int> order;
    const auto caller = [&](int number) -> asio::awaitable<void> {
        Lease lease = co_await transport->acquire(origin, limits);
        order.push_back(number);
        lease.output() = "GET / HTTP/1.1\r\n\r\n";
        co_await lease.exchange();
        if (dead) {  // until the end of the connection is there to be seen
            asio::steady_timer timer(context, milliseconds(20));
            co_await timer.async_wait(asio::use_awaitable);
        }
    };
    for (int i = 0; i < 10; ++i) asio::co_spawn(context, caller(i), asio::detached);
    context.run();
    CHECK(order == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(statistics().opened == 10);
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().waiting == 0);
}

TEST_CASE_METHOD(Fixture, "who always looks also looks where a connection came back a moment later") {
    std::promise<void> closed;
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.answer("ok");
        ::shutdown(peer.socket(), SHUT_RDWR);
        closed.set_value();
    });
    (void)run(context, call(*transport, server.origin(), limits));
    closed.get_future().wait();
    auto& pools = http::Pools::of(context.get_executor());
    const auto now = http::Clock::now();
    http::Grant grant = pools.take(server.origin(), limits, now, nullptr);
    REQUIRE(grant.connection);
    grant.connection->set_idle_since(now + milliseconds(1));  // by another thread, which read the clock later
    limits.trusted_idle = Limits::idle_always_checked;
    CHECK_FALSE(grant.connection->alive(limits, now));
    grant.connection.reset();
}
