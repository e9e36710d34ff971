#include "http_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <future>

using namespace http_test;
using http::Failure;
using http::Limits;
using http::Phase;
using std::chrono::milliseconds;

namespace {

constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct Fixture {
    asio::io_context context;
    std::shared_ptr<http::Transport> transport = http::make_transport();
    Limits limits;

    Answer get(const Server& server) { return run(context, call(*transport, server.origin(), limits)); }
    Failure fail(const Server& server) { return failure(context, call(*transport, server.origin(), limits)); }
    http::Statistics statistics() { return http::statistics(context); }
};

// Cancels `coroutine` once `when` says that it has got so far, and returns what it threw.
template <class T>
Failure cancelled(asio::io_context& context, asio::awaitable<T> coroutine, asio::cancellation_type type,
                  std::function<bool()> when) {
    asio::cancellation_signal signal;
    std::exception_ptr error;
    bool ended = false;
    asio::co_spawn(context,
                   [](asio::awaitable<T> inner) -> asio::awaitable<void> {
                       co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
                       (void)co_await std::move(inner);
                   }(std::move(coroutine)),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown) {
                       error = thrown;
                       ended = true;
                   }));
    context.restart();
    while (!ended && !when()) context.poll_one();
    REQUIRE(!ended);
    signal.emit(type);
    context.run();
    REQUIRE(error);
    try {
        std::rethrow_exception(error);
    } catch (const Failure& thrown) {
        return thrown;
    }
}

constexpr asio::cancellation_type all_types[] = {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                                 asio::cancellation_type::total};

}  // namespace

TEST_CASE_METHOD(Fixture, "a connection is used for request after request") {
    std::atomic<int> served{0};
    const Server server([&](Peer& peer) {
        while (const auto got = peer.request()) {
            if (*got != request) return;
            peer.answer("reply " + std::to_string(served++), "x-amzn-RequestId: r-1\r\n");
        }
    });
    for (int i = 0; i < 5; ++i) {
        const Answer answer = get(server);
        CHECK(answer.status == 200);
        CHECK(answer.body == "reply " + std::to_string(i));
        CHECK(answer.request_id == "r-1");
        CHECK(answer.reused == (i != 0));
    }
    CHECK(server.connections() == 1);
    CHECK(statistics().opened == 1);
    CHECK(statistics().reused == 4);
    CHECK(statistics().idle == 1);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "several exchanges in one lease, and an attachment that lives as long as the connection") {
    struct Count : http::Attachment {
        int value = 0;
    };
    const Server server([](Peer& peer) {
        while (const auto got = peer.request()) peer.answer(*got);
    });
    const auto twice = [](http::Transport& from, http::Origin origin, Limits bounds) -> asio::awaitable<int> {
        http::Lease lease = co_await from.acquire(origin, bounds);
        for (int i = 0; i < 2; ++i) {
            lease.output() = "GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n";
            co_await lease.exchange();
            CHECK(lease.reply().body() == lease.output());
            ++lease.attachment<Count>().value;
        }
        co_return lease.attachment<Count>().value;
    };
    CHECK(run(context, twice(*transport, server.origin(), limits)) == 2);
    CHECK(run(context, twice(*transport, server.origin(), limits)) == 4);
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "a reply that trickles in byte by byte") {
    const std::string reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\nT: x\r\n\r\n";
    const Server server([&](Peer& peer) {
        while (peer.request()) {
            for (const char& byte : reply) peer.send({&byte, 1});
        }
    });
    CHECK(get(server).body == "hello!");
    CHECK(get(server).body == "hello!");
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "long requests and replies go through whole") {
    std::string body(5'000'000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i / 1000 % 26);
    const Server server([&](Peer& peer) {
        while (const auto got = peer.request()) peer.answer(std::string_view(*got).substr(got->find("\r\n\r\n") + 4));
    });
    const std::string text = "PUT / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (int i = 0; i < 2; ++i) {
        CHECK(run(context, call(*transport, server.origin(), limits, text)).body == body);
    }
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "what forbids another request on a connection") {
    const std::string reply = GENERATE(as<std::string>(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                                       "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
                                       "HTTP/1.1 200 OK\r\n\r\nok");
    CAPTURE(reply);
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.send(reply);
        if (reply.find("Length") != std::string::npos) peer.until_closed();
    });
    CHECK(get(server).body == "ok");
    CHECK(get(server).body == "ok");
    CHECK(server.connections() == 2);
    CHECK(statistics().closed.total() == 2);
    CHECK(statistics().idle == 0);
}

TEST_CASE_METHOD(Fixture, "a reply to HEAD has no body, whatever length it claims") {
    const Server server([](Peer& peer) {
        while (peer.request()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    });
    for (int i = 0; i < 2; ++i) {
        const Answer answer = run(context, call(*transport, server.origin(), limits, "HEAD / HTTP/1.1\r\n\r\n",
                                                http::ReplyBody::none));
        CHECK(answer.status == 200);
        CHECK(answer.body.empty());
    }
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "replies that break the protocol are refused and the connection closed") {
    const std::string reply = GENERATE(as<std::string>(), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                       "220 smtp.example.com ESMTP\r\n");
    CAPTURE(reply);
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.send(reply);
        peer.until_closed();
    });
    const Failure thrown = fail(server);
    CHECK(thrown.phase() == Phase::parse);
    CHECK(thrown.may_have_been_sent());
    CHECK(!thrown.stale());
    CHECK(!thrown.timed_out());
    CHECK(std::string(thrown.what()).find("127.0.0.1") != std::string::npos);
    CHECK(statistics().closed.total() == 1);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "heads and bodies over the limits are refused") {
    limits.reply_head = 1000;
    limits.reply_body = 1000;
    const std::string reply = GENERATE(as<std::string>(), "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
                                       "HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x'));
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.send(reply);
        peer.until_closed();
    });
    CHECK(fail(server).phase() == Phase::parse);
}

TEST_CASE_METHOD(Fixture, "a connection that breaks before or within the reply") {
    const std::string part = GENERATE(as<std::string>(), "", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    const bool reset = GENERATE(false, true);
    CAPTURE(part, reset);
    const Server server([&](Peer& peer) {
        if (!peer.request()) return;
        peer.send(part);
        if (reset) peer.reset();
    });
    const Failure thrown = fail(server);
    CHECK(thrown.phase() == Phase::receive);
    CHECK((thrown.code() == asio::error::eof || thrown.code() == asio::error::connection_reset));
    CHECK(thrown.may_have_been_sent());
    CHECK(!thrown.stale());  // it was a new connection
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "a connection that the server closed while it was idle") {
    std::promise<void> closed;
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.answer("ok");
        if (peer.number() != 0) return peer.until_closed();
        ::shutdown(peer.socket(), SHUT_RDWR);
        closed.set_value();
    });
    CHECK(get(server).body == "ok");
    closed.get_future().wait();
    SECTION("is noticed if one looks") {
        limits.trusted_idle = Limits::idle_always_checked;
        const Answer answer = get(server);
        CHECK(answer.body == "ok");
        CHECK(!answer.reused);
        CHECK(statistics().closed.total() == 1);
    }
    SECTION("is reported as stale if one does not") {
        limits.trusted_idle = std::chrono::hours(1);
        const Failure thrown = fail(server);
        CHECK(thrown.stale());
        CHECK(!thrown.timed_out());
        CHECK(get(server).body == "ok");
    }
}

TEST_CASE_METHOD(Fixture, "a whole reply that nobody asked for is not taken for the next one") {
    std::promise<void> answered;
    std::promise<void> sent;
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.answer(peer.number() == 0 ? "first" : "second");
        if (peer.number() == 0) {
            answered.get_future().wait();
            peer.answer("stray");
            sent.set_value();
        }
        peer.until_closed();
    });
    CHECK(get(server).body == "first");
    answered.set_value();
    sent.get_future().wait();
    for (const auto end = http::Clock::now() + limits.trusted_idle; http::Clock::now() <= end;) {
    }
    CHECK(get(server).body == "second");
    CHECK(statistics().closed.by_server == 1);
}

TEST_CASE_METHOD(Fixture, "a server that never answers, and one that stops within the reply") {
    const std::string part = GENERATE(as<std::string>(), "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell");
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.send(part);
        peer.until_closed();
    });
    http::Bound bound = part.empty() ? http::Bound::first_byte : http::Bound::stall;
    SECTION("limit of the phase") { (part.empty() ? limits.first_byte : limits.stall) = milliseconds(20); }
    SECTION("deadline of the attempt") {
        limits.deadline = http::Clock::now() + milliseconds(20);
        bound = http::Bound::attempt;
    }
    const Failure thrown = fail(server);
    CHECK(thrown.timed_out());
    CHECK(thrown.bound() == bound);
    CHECK(thrown.phase() == Phase::receive);
    CHECK(thrown.code() == asio::error::timed_out);
    CHECK(thrown.may_have_been_sent());
    CHECK(!thrown.stale());
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "a body that lasts to the end of its connection is not whole where a limit ended that") {
    const Server server([](Peer& peer) {
        if (peer.request()) peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf of it");
        peer.until_closed();
    });
    limits.stall = milliseconds(20);
    const Failure thrown = fail(server);
    CHECK(thrown.timed_out());
    CHECK(thrown.bound() == http::Bound::stall);
}

TEST_CASE_METHOD(Fixture, "a server that refuses a long request before it has read all of it is heard") {
    const bool whole = GENERATE(true, false);
    const Server server([&](Peer& peer) {
        char block[1000];
        (void)peer.read(block, sizeof block);
        peer.send(whole ? "HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nslow"
                        : "HTTP/1.1 503 Slow Down\r\nContent-Length: 40\r\n\r\nslow");
        // It closes with bytes unread, which is a reset.
    });
    const std::string body(64'000'000, 'b');
    const std::string text = "PUT / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    if (whole) {
        const Answer answer = run(context, call(*transport, server.origin(), limits, text));
        CHECK(answer.status == 503);
        CHECK(answer.body == "slow");
        CHECK(statistics().closed.unfit == 1);
    } else {
        const Failure thrown = failure(context, call(*transport, server.origin(), limits, text));
        CHECK(thrown.phase() == Phase::send);
        CHECK(thrown.may_have_been_sent());
        CHECK(statistics().closed.failed == 1);
    }
    CHECK(statistics().idle == 0);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "a server that does not read stalls the sender") {
    std::promise<void> over;
    const Server server([&, done = over.get_future().share()](Peer&) { done.wait(); });
    limits.stall = milliseconds(20);
    const std::string text(64 * 1024 * 1024, 'x');
    const Failure thrown = failure(context, call(*transport, server.origin(), limits, text));
    over.set_value();
    CHECK(thrown.timed_out());
    CHECK(thrown.phase() == Phase::send);
    CHECK(thrown.bound() == http::Bound::stall);
    CHECK(thrown.allowed() == milliseconds(20));
    CHECK(thrown.may_have_been_sent());
}

TEST_CASE_METHOD(Fixture, "progress keeps an exchange alive longer than the stall limit") {
    // Sixty bytes, each within the limit but together beyond it.
    limits.stall = milliseconds(500);
    const Server server([](Peer& peer) {
        if (!peer.request()) return;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n");
        for (int i = 0; i < 60; ++i) {
            std::this_thread::sleep_for(milliseconds(10));
            peer.send("x");
        }
        peer.until_closed();
    });
    CHECK(get(server).body.size() == 60);
}

TEST_CASE_METHOD(Fixture, "nobody listens, or nobody has that name") {
    http::Origin origin;
    {
        const Server gone([](Peer&) {});
        origin = gone.origin();
    }
    const Failure refused = failure(context, call(*transport, origin, limits));
    CHECK(refused.phase() == Phase::connect);
    CHECK(refused.code() == asio::error::connection_refused);
    CHECK(!refused.may_have_been_sent());
    origin.host = "no-such-host.invalid";
    const Failure unknown = failure(context, call(*transport, origin, limits));
    CHECK(unknown.phase() == Phase::resolve);
    CHECK(!unknown.may_have_been_sent());
    CHECK(std::string(unknown.what()).find("no-such-host.invalid") != std::string::npos);
    CHECK(statistics().opened == 0);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "a name is looked up, and its addresses are tried in turn") {
    const Server server([](Peer& peer) {
        while (peer.request()) peer.answer("ok");
    });
    http::Origin origin = server.origin();
    origin.host = "localhost";  // on many machines ::1 comes first, where nobody listens
    CHECK(run(context, call(*transport, origin, limits)).body == "ok");
}

TEST_CASE_METHOD(Fixture, "cancelling an exchange that waits for its reply") {
    const auto type = GENERATE(from_range(std::begin(all_types), std::end(all_types)));
    std::atomic<bool> received{false};
    const Server server([&](Peer& peer) {
        if (peer.number() == 0) {
            received = peer.request().has_value();
            peer.until_closed();
        }
        while (peer.request()) peer.answer("ok");
    });
    const Failure thrown = cancelled(context, call(*transport, server.origin(), limits), type, [&] { return received.load(); });
    CHECK(thrown.cancelled());
    CHECK(thrown.phase() == Phase::receive);
    CHECK(thrown.may_have_been_sent());
    CHECK(statistics().closed.total() == 1);
    CHECK(statistics().in_flight == 0);
    CHECK(get(server).body == "ok");
}

TEST_CASE_METHOD(Fixture, "cancelling an exchange that is sending") {
    std::promise<void> over;
    const Server server([&, done = over.get_future().share()](Peer& peer) {
        if (peer.number() == 0) return done.wait();
        while (peer.request()) peer.answer("ok");
    });
    const std::string text(64 * 1024 * 1024, 'x');
    const Failure thrown = cancelled(context, call(*transport, server.origin(), limits, text),
                                     asio::cancellation_type::terminal, [&] { return statistics().opened == 1; });
    CHECK(thrown.cancelled());
    CHECK(thrown.phase() == Phase::send);
    over.set_value();
    CHECK(get(server).body == "ok");
}
