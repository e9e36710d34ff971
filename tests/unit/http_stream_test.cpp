// Exchanges whose bodies pass by: pieces in order, nothing kept, leave asked for, and answers that come too early.

#include "http_server.hpp"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace http_test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t large = 4 * 1024 * 1024;

struct Pieces final : http::BodySource {
    asio::awaitable<bool> next(std::string& out) override {
        if (fails) throw std::runtime_error("the disk is broken");
        out.append(100'000, 'x');
        co_return ++given < count;
    }
    int count = 3;
    int given = 0;
    bool fails = false;
};

struct Collected final : http::BodySink {
    bool begin(const http::Reply& head) override {
        status = head.status();
        length = std::string(head.header("content-length"));
        return wanted;
    }
    asio::awaitable<void> take(std::string_view piece) override {
        body.append(piece);
        largest = std::max(largest, piece.size());
        co_return;
    }
    bool wanted = true;
    int status = 0;
    std::string length;
    std::string body;
    std::size_t largest = 0;
};

struct Fixture {
    std::shared_ptr<http::Transport> transport = http::make_transport();
    asio::io_context context{1};
    http::Limits limits;
    Pieces pieces;
    Collected collected;
    std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    asio::awaitable<Answer> call(http::Origin origin, http::Streams streams) {
        http::Lease lease = co_await transport->acquire(origin, limits);
        lease.output() = head;
        co_await lease.exchange(http::ReplyBody::expected, streams);
        Answer answer;
        answer.status = lease.reply().status();
        answer.body = lease.reply().body();
        answer.reused = lease.reused();
        co_return answer;
    }
    Answer get(const Server& server) {
        http::Streams streams;
        streams.sink = &collected;
        return run(context, call(server.origin(), streams));
    }
    Answer put(const Server& server, http::Clock::duration leave = {}) { return run(context, sent(server, leave)); }
    asio::awaitable<Answer> sent(const Server& server, http::Clock::duration leave = {}) {
        head = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(pieces.count * 100'000LL) + "\r\n\r\n";
        http::Streams streams;
        streams.source = &pieces;
        streams.leave = leave;
        streams.deadline = deadline;
        return call(server.origin(), streams);
    }
    http::Clock::time_point deadline = http::Clock::time_point::max();
};

// Answers that are distinguishable at every place.
std::string numbers() {
    std::string text;
    for (int i = 0; text.size() < large; ++i) text += std::to_string(i) + ' ';
    return text;
}

// The head alone, of what a client sends.
std::string read_head(Peer& peer) {
    std::string text;
    char c = 0;
    while (text.find("\r\n\r\n") == std::string::npos && peer.read(&c, 1) == 1) text += c;
    return text;
}

std::size_t read_bytes(Peer& peer, std::size_t count) {
    std::vector<char> block(64 * 1024);
    std::size_t got = 0;
    while (got < count) {
        const long part = peer.read(block.data(), std::min(block.size(), count - got));
        if (part <= 0) break;
        got += static_cast<std::size_t>(part);
    }
    return got;
}

constexpr std::string_view created = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

TEST_CASE_METHOD(Fixture, "a body that is as long as it says passes by in pieces, and the connection is used again") {
    const std::string body = numbers();
    const Server server([&](Peer& peer) {
        while (peer.request()) peer.answer(body);
    });
    for (int round = 0; round < 2; ++round) {
        collected.body.clear();
        const Answer answer = get(server);
        CHECK(answer.status == 200);
        CHECK(answer.body.empty());
        CHECK(answer.reused == (round == 1));
        CHECK(collected.length == std::to_string(body.size()));
        CHECK((collected.body == body));
        CHECK(collected.largest <= 300'000);
    }
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "a chunked body passes by") {
    const std::string body = numbers();
    const Server server([&](Peer& peer) {
        while (peer.request()) {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (std::size_t at = 0; at < body.size(); at += 70'000) {
                const std::string_view part = std::string_view(body).substr(at, 70'000);
                char size[16];
                std::snprintf(size, sizeof size, "%zx\r\n", part.size());
                peer.send(size);
                peer.send(part);
                peer.send("\r\n");
            }
            peer.send("0\r\n\r\n");
        }
    });
    static_cast<void>(get(server));
    CHECK((collected.body == body));
    CHECK(collected.largest < 1'000'000);
    CHECK(get(server).reused);
}

TEST_CASE_METHOD(Fixture, "a body that ends with its connection passes by") {
    const std::string body = numbers();
    const Server server([&](Peer& peer) {
        if (!peer.request()) return;
        peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        peer.send(body);
    });
    static_cast<void>(get(server));
    CHECK((collected.body == body));
}

TEST_CASE_METHOD(Fixture, "a body that breaks off is an error") {
    const Server server([&](Peer& peer) {
        if (!peer.request()) return;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    });
    http::Streams streams;
    streams.sink = &collected;
    CHECK(failure(context, call(server.origin(), streams)).phase() == http::Phase::receive);
    CHECK(collected.body == "hello");
}

TEST_CASE_METHOD(Fixture, "a body that the sink does not want is in the reply, within its limit") {
    collected.wanted = false;
    limits.reply_body = 100;
    const Server server([&](Peer& peer) {
        for (int i = 0; peer.request(); ++i) peer.answer(std::string(i == 0 ? 5 : 101, 'e'));
    });
    CHECK(get(server).body == "eeeee");
    CHECK(collected.body.empty());
    http::Streams streams;
    streams.sink = &collected;
    CHECK(failure(context, call(server.origin(), streams)).phase() == http::Phase::parse);
}

TEST_CASE_METHOD(Fixture, "a body is sent piece by piece") {
    std::atomic<std::size_t> got = 0;
    const Server server([&](Peer& peer) {
        while (!read_head(peer).empty()) {
            got = read_bytes(peer, 300'000);
            peer.send(created);
        }
    });
    CHECK(put(server).body == "ok");
    CHECK(got == 300'000);
    pieces.given = 0;
    CHECK(put(server).reused);
}

TEST_CASE_METHOD(Fixture, "the body waits for leave") {
    std::atomic<bool> early = false;
    const Server server([&](Peer& peer) {
        while (!read_head(peer).empty()) {
            char c = 0;
            early = early || ::recv(peer.socket(), &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            read_bytes(peer, 300'000);
            peer.send(created);
        }
    });
    CHECK(put(server, 1h).status == 200);
    CHECK_FALSE(early);
    pieces.given = 0;
    CHECK(put(server, 1h).reused);
}

TEST_CASE_METHOD(Fixture, "who never gives leave gets the body after a while") {
    const Server server([&](Peer& peer) {
        if (read_head(peer).empty()) return;
        read_bytes(peer, 300'000);
        peer.send(created);
        peer.until_closed();
    });
    CHECK(put(server, 1ms).status == 200);
}

TEST_CASE_METHOD(Fixture, "leave that comes late, and in two pieces, stops nothing") {
    pieces.count = 100;
    std::atomic<std::size_t> got = 0;
    const Server server([&](Peer& peer) {
        if (read_head(peer).empty()) return;
        got = read_bytes(peer, 1);
        peer.send("HTTP/1.1 100 ");
        got += read_bytes(peer, 9'999'999);
        peer.send("Continue\r\n\r\n");
        peer.send(created);
        peer.until_closed();
    });
    CHECK(put(server, 1ms).status == 200);
    CHECK(got == 10'000'000);
}

TEST_CASE_METHOD(Fixture, "who refuses the body before it is sent gets none of it") {
    const Server server([&](Peer& peer) {
        if (read_head(peer).empty()) return;
        peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        peer.until_closed();
    });
    const Answer answer = put(server, 1h);
    CHECK(answer.status == 403);
    CHECK(answer.body == "no");
    CHECK(pieces.given == 0);
}

TEST_CASE_METHOD(Fixture, "who answers while the body is sent is heard") {
    pieces.count = 1000;
    const Server server([&](Peer& peer) {
        if (read_head(peer).empty()) return;
        read_bytes(peer, 100'000);
        peer.send("HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nwait");
        read_bytes(peer, 100'000'000);
    });
    const Answer answer = put(server);
    CHECK(answer.status == 503);
    CHECK(answer.body == "wait");
    CHECK(pieces.given < 1000);
}

namespace {

// Between its two pieces, the server answers and closes the connection.
struct Interrupted final : http::BodySource {
    asio::awaitable<bool> next(std::string& out) override {
        out.append(100'000, 'x');
        if (!std::exchange(begun, true)) co_return true;
        asked.set_value();
        closed.get_future().wait();
        co_return false;
    }
    bool begun = false;
    std::promise<void> asked;
    std::promise<void> closed;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "who refuses the body, and ends the reply by closing, is heard") {
    Interrupted source;
    const Server server([&](Peer& peer) {
        if (read_head(peer).empty()) return;
        source.asked.get_future().wait();
        peer.send("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nno");
        const int other = ::open("/dev/null", O_RDONLY);
        ::dup2(other, peer.socket());  // closes the connection, with bytes unread
        ::close(other);
        source.closed.set_value();
    });
    head = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n";
    http::Streams streams;
    streams.source = &source;
    const Answer answer = run(context, call(server.origin(), streams));
    CHECK(answer.status == 403);
    CHECK(answer.body == "no");
}

TEST_CASE_METHOD(Fixture, "a deadline of its own bounds a body, whichever way it passes, although bytes move") {
    deadline = http::Clock::now() + 50ms;
    const auto drip = [](Peer& peer) {
        for (pollfd end{peer.socket(), POLLRDHUP, 0}; ::poll(&end, 1, 1) <= 0;) peer.send("x");
    };
    SECTION("to the server") {
        pieces.count = 100'000'000;  // none comes to its end
        const Server server([](Peer& peer) { read_bytes(peer, 100'000'000'000); });
        const http::Failure late = failure(context, sent(server));
        CHECK(late.bound() == http::Bound::attempt);
        CHECK(late.phase() == http::Phase::send);
    }
    SECTION("from it") {
        const Server server([&](Peer& peer) {
            if (!peer.request()) return;
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            drip(peer);
        });
        http::Streams streams;
        streams.sink = &collected;
        streams.deadline = deadline;
        const http::Failure late = failure(context, call(server.origin(), streams));
        CHECK(late.bound() == http::Bound::attempt);
        CHECK(late.phase() == http::Phase::receive);
        CHECK_FALSE(collected.body.empty());
    }
    CHECK(http::statistics(context).closed.timed_out == 1);
}

TEST_CASE_METHOD(Fixture, "what a source throws comes out, and the connection is closed") {
    pieces.fails = true;
    const Server server([&](Peer& peer) { peer.until_closed(); });
    CHECK_THROWS_AS(put(server), std::runtime_error);
    CHECK(http::statistics(context).idle == 0);
    CHECK(http::statistics(context).in_flight == 0);
}
