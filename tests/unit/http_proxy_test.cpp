#include "http/proxy.hpp"
#include "tls_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

using namespace http_test;
using http::Phase;

namespace {

constexpr std::string_view secret = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";

void echo(Peer& peer) {
    while (const auto got = peer.request()) peer.answer(*got);
}

struct Fixture : TlsFixture {
    std::mutex mutex;
    std::string asked;  // what the proxy was asked last

    Fixture() { present("DNS:localhost,IP:127.0.0.1"); }

    // Grants whatever it is asked for.
    Server::Script tunnel(const Server& server) {
        return [this, port = server.origin().port](Peer& peer) {
            const auto got = peer.request();
            if (!got) return;
            note(*got);
            peer.send("HTTP/1.0 200 Connection established\r\nContent-Length: 7\r\nVia: test\r\n\r\n");
            relay(peer, port);
        };
    }
    void note(const std::string& text) {
        const std::lock_guard lock(mutex);
        asked = text;
    }
    std::string last_asked() {
        const std::lock_guard lock(mutex);
        return asked;
    }

    http::Origin through(const Server& proxy, http::Origin to, bool tls_with_proxy = false) {
        auto made = std::make_shared<http::Proxy>();
        made->tls = tls_with_proxy;
        made->host = "127.0.0.1";
        made->port = proxy.origin().port;
        made->authorization = secret;
        made->context = tls;
        to.proxy = made;
        return to;
    }
};

bool says(const Failure& failure, std::string_view words) {
    return std::string_view(failure.what()).find(words) != std::string_view::npos;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "proxy: TLS goes through a tunnel") {
    const bool nested = GENERATE(false, true);
    const Server server(echo, peers());
    const Server proxy = nested ? Server(tunnel(server), peers()) : Server(tunnel(server));
    const http::Origin to = through(proxy, origin(server), nested);
    for (int i = 0; i < 3; ++i) {
        const Answer answer = run(context, call(*transport, to, limits));
        CHECK(answer.body == "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(answer.reused == (i != 0));
    }
    const std::string target = "localhost:" + std::to_string(server.origin().port);
    CHECK(last_asked() == "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nProxy-Authorization: " +
                              std::string(secret) + "\r\n\r\n");
    CHECK(proxy.connections() == 1);
    CHECK(server.connections() == 1);
    CHECK(statistics().idle == 1);

    const std::string body(1'000'000, 'b');  // many records, in both directions
    const std::string text = "PUT / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    CHECK(run(context, call(*transport, to, limits, text)).body == text);
}

TEST_CASE_METHOD(Fixture, "proxy: sessions are taken up again through tunnels, with and without TLS to the proxy") {
    const bool nested = GENERATE(false, true);
    SSL_CTX_set_session_id_context(server_context.get(), reinterpret_cast<const unsigned char*>("test"), 4);
    const Server server(
        [](Peer& peer) {
            if (peer.request()) peer.answer("ok", "Connection: close\r\n");
        },
        peers());
    const Server proxy = nested ? Server(tunnel(server), peers()) : Server(tunnel(server));
    const http::Origin to = through(proxy, origin(server), nested);
    for (int i = 0; i < 3; ++i) CHECK(run(context, call(*transport, to, limits)).body == "ok");
    CHECK(statistics().handshakes_resumed == 2);
    // The proxy and the server have one context here.
    CHECK(SSL_CTX_sess_hits(server_context.get()) == (nested ? 4 : 2));
}

TEST_CASE_METHOD(Fixture, "proxy: a plain request carries the whole URL") {
    const bool tls_with_proxy = GENERATE(false, true);
    const Server proxy = tls_with_proxy ? Server(echo, peers()) : Server(echo);
    http::Origin to;
    to.tls = false;
    to.host = "service.example";  // which the proxy looks up
    to.port = 8080;
    to = through(proxy, to, tls_with_proxy);
    const std::string more = "Proxy-Authorization: " + std::string(secret) + "\r\n";
    const std::string request = "POST /a?b HTTP/1.1\r\nAccept: x\r\nhost: service.example:8080\r\nContent-Length: 2\r\n\r\nok";
    for (int i = 0; i < 2; ++i) {
        CHECK(run(context, call(*transport, to, limits, request)).body ==
              "POST http://service.example:8080/a?b HTTP/1.1\r\n" + more +
                  "Accept: x\r\nhost: service.example:8080\r\nContent-Length: 2\r\n\r\nok");
    }
    CHECK(run(context, call(*transport, to, limits, "GET / HTTP/1.1\r\n\r\n")).body ==
          "GET http://service.example:8080/ HTTP/1.1\r\n" + more + "\r\n");
    CHECK(proxy.connections() == 1);
}

TEST_CASE_METHOD(Fixture, "proxy: one that refuses") {
    const int status = GENERATE(403, 407, 502, 302, 101);
    const Server server(echo, peers());
    const Server proxy([&](Peer& peer) {
        if (peer.request()) peer.send("HTTP/1.1 " + std::to_string(status) + " No\r\nContent-Length: 3\r\n\r\nno\n");
        peer.until_closed();
    });
    const http::Origin to = through(proxy, origin(server));
    const Failure thrown = failure(context, call(*transport, to, limits));
    CAPTURE(thrown.what());
    CHECK(thrown.phase() == Phase::proxy);
    CHECK(!thrown.may_have_been_sent());
    CHECK(!thrown.timed_out());
    CHECK(says(thrown, "(by the proxy " + to.proxy->url() + ")"));
    CHECK(!says(thrown, secret.substr(6)));
    if (status != 101) {
        CHECK(says(thrown, "HTTP status " + std::to_string(status)));
        CHECK(thrown.permanent() == (status < 500));
    }
    CHECK(says(thrown, "password") == (status == 407));
    CHECK(server.connections() == 0);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "proxy: one that refuses a plain request") {
    const Server proxy([](Peer& peer) {
        while (peer.request()) peer.send("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
    });
    http::Origin to = proxy.origin();
    to.host = "service.example";
    const Failure thrown = failure(context, call(*transport, through(proxy, to), limits));
    CHECK(thrown.phase() == Phase::proxy);
    CHECK(thrown.permanent());
    CHECK(says(thrown, "password"));
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "proxy: one that is not what it should be") {
    const Server server(echo, peers());
    bool timed_out = false;
    std::function<void(Peer&)> script;
    SECTION("silent") {
        script = [](Peer& peer) { peer.until_closed(); };
        limits.connect = std::chrono::milliseconds(20);
        timed_out = true;
    }
    SECTION("closes") {
        script = [](Peer& peer) { (void)peer.request(); };
    }
    SECTION("speaks something else") {
        script = [](Peer& peer) {
            peer.send("220 smtp.example ESMTP\r\n");
            peer.until_closed();
        };
    }
    SECTION("speaks for the server") {
        script = [](Peer& peer) {
            if (peer.request()) peer.send("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            peer.until_closed();
        };
    }
    SECTION("sends a head without end") {
        limits.reply_head = 1000;
        script = [](Peer& peer) {
            if (peer.request()) peer.send("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x'));
            peer.until_closed();
        };
    }
    const Server proxy(script);
    const Failure thrown = failure(context, call(*transport, through(proxy, origin(server)), limits));
    CAPTURE(thrown.what());
    CHECK(thrown.phase() == Phase::proxy);
    CHECK(thrown.timed_out() == timed_out);
    CHECK(!thrown.may_have_been_sent());
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().opened == 0);
}

TEST_CASE_METHOD(Fixture, "proxy: one that is not there, or proves to be another") {
    const Server server(echo, peers());
    SECTION("not there") {
        http::Origin to;
        {
            const Server gone(echo);
            to = through(gone, origin(server));
        }
        const Failure thrown = failure(context, call(*transport, to, limits));
        CHECK(thrown.phase() == Phase::connect);
        CHECK(says(thrown, "(by the proxy " + to.proxy->url() + "): connecting failed: 127.0.0.1: Connection refused"));
    }
    SECTION("another") {
        present("DNS:example.com");
        const Server proxy(tunnel(server), peers());
        const Failure thrown = failure(context, call(*transport, through(proxy, origin(server), true), limits));
        CHECK(thrown.phase() == Phase::proxy);
        CHECK(thrown.permanent());
        CHECK(says(thrown, "IP address mismatch"));
    }
    SECTION("the server is another") {
        const Server proxy(tunnel(server));
        present("DNS:example.com");
        const Failure thrown = failure(context, call(*transport, through(proxy, origin(server)), limits));
        CHECK(thrown.phase() == Phase::tls);
        CHECK(says(thrown, "hostname mismatch"));
    }
}

TEST_CASE_METHOD(Fixture, "proxy: cancelling who waits for it") {
    const Server server(echo, peers());
    std::atomic<bool> came{false};
    const Server proxy([&](Peer& peer) {
        came = peer.request().has_value();
        peer.until_closed();
    });
    const http::Origin to = through(proxy, origin(server));
    asio::cancellation_signal signal;
    std::optional<Failure> thrown;
    const auto caller = [&]() -> asio::awaitable<void> {
        try {
            (void)co_await call(*transport, to, limits);
        } catch (const Failure& failure) {
            thrown = failure;
        }
    };
    asio::co_spawn(context, caller(), asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
    while (!came) context.poll_one();
    signal.emit(asio::cancellation_type::terminal);
    context.run();
    REQUIRE(thrown);
    CHECK(thrown->cancelled());
    CHECK(thrown->phase() == Phase::proxy);
    CHECK(statistics().in_flight == 0);
}
