#include "http/connection.hpp"
#include "tls_server.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <fstream>

using namespace http_test;
using http::Phase;

namespace {

using Fixture = TlsFixture;

void echo(Peer& peer) {
    while (const auto got = peer.request()) peer.answer(*got);
}

bool says(const Failure& failure, std::string_view words) {
    return std::string_view(failure.what()).find(words) != std::string_view::npos;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a trusted certificate for the name is accepted, by name and by address") {
    const std::string host = GENERATE(as<std::string>(), "localhost", "127.0.0.1");
    const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
    CAPTURE(host, version);
    SSL_CTX_set_max_proto_version(server_context.get(), version);
    present("DNS:localhost,IP:127.0.0.1");
    const Server server(echo, peers());
    for (int i = 0; i < 3; ++i) {
        const Answer answer = run(context, call(*transport, origin(server, host), limits));
        CHECK(answer.body == "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(answer.reused == (i != 0));
    }
    CHECK(server.connections() == 1);
    CHECK(statistics().idle == 1);
}

TEST_CASE_METHOD(Fixture, "an authority besides those of the system is trusted") {
    present("DNS:localhost");
    tls = http::make_tls_context({"", trusted.path()});
    const Server server(echo, peers());
    CHECK(run(context, call(*transport, origin(server), limits)).status == 200);
}

TEST_CASE_METHOD(Fixture, "certificates that do not prove who the server is are refused") {
    std::string host = "localhost";
    std::string words;
    SECTION("signed by itself") {
        present(make_certificate(key.get(), "DNS:localhost", nullptr, key.get()));
        words = "self-signed certificate";
    }
    SECTION("signed by an authority that only others trust") {
        const Certificate other = make_certificate(key.get(), "", nullptr, key.get());
        present(make_certificate(key.get(), "DNS:localhost", other.get(), key.get()));
        words = "unable to get local issuer certificate";
    }
    SECTION("for another name") {
        present("DNS:example.com");
        words = "hostname mismatch";
    }
    SECTION("for a part of the name") {
        present("DNS:*host,DNS:local*");
        words = "hostname mismatch";
    }
    SECTION("for the name, where the address was asked for") {
        present("DNS:localhost,DNS:127.0.0.1");
        host = "127.0.0.1";
        words = "IP address mismatch";
    }
    SECTION("expired") {
        present("DNS:localhost", -3600);
        words = "certificate has expired";
    }
    SECTION("not trusted by the system") {
        present("DNS:localhost");
        tls = nullptr;
        words = "certificate";
    }
    const Server server(echo, peers());
    const Failure thrown = failure(context, call(*transport, origin(server, host), limits));
    CAPTURE(thrown.what());
    CHECK(thrown.phase() == Phase::tls);
    CHECK(!thrown.may_have_been_sent());
    CHECK(!thrown.timed_out());
    CHECK(says(thrown, words));
    CHECK(thrown.permanent());
    CHECK(statistics().opened == 0);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "a server that is too old, or does not speak TLS") {
    present("DNS:localhost");
    SECTION("TLS 1.1") {
        SSL_CTX_set_security_level(server_context.get(), 0);
        SSL_CTX_set_min_proto_version(server_context.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(server_context.get(), TLS1_1_VERSION);
        const Server server(echo, peers());
        const Failure thrown = failure(context, call(*transport, origin(server), limits));
        CHECK(thrown.phase() == Phase::tls);
        CHECK(thrown.permanent());
    }
    SECTION("plain HTTP") {
        const Server server([](Peer& peer) {
            peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            peer.until_closed();
        });
        const Failure thrown = failure(context, call(*transport, origin(server), limits));
        CHECK(thrown.phase() == Phase::tls);
        CHECK(thrown.permanent());
    }
    SECTION("nothing") {
        const Server server([](Peer& peer) { peer.until_closed(); });
        limits.tls = std::chrono::milliseconds(20);
        const Failure thrown = failure(context, call(*transport, origin(server), limits));
        CHECK(thrown.phase() == Phase::tls);
        CHECK(thrown.timed_out());
    }
    SECTION("only the end") {
        const Server server([](Peer&) {});
        const Failure thrown = failure(context, call(*transport, origin(server), limits));
        CHECK(thrown.phase() == Phase::tls);
        CHECK(!thrown.permanent());
    }
    SECTION("an alert") {
        const auto [alert, permanent] = GENERATE(table<char, bool>({{'\x28', false}, {'\x50', false}, {'\x2a', true}, {'\x46', true}}));
        const Server server([alert](Peer& peer) {
            char hello[4096];
            (void)peer.read(hello, sizeof hello);
            peer.send(std::string("\x15\x03\x03\x00\x02\x02", 6) + alert);
            peer.until_closed();
        });
        const Failure thrown = failure(context, call(*transport, origin(server), limits));
        CAPTURE(thrown.what());
        CHECK(thrown.phase() == Phase::tls);
        CHECK(thrown.permanent() == permanent);
    }
}

TEST_CASE_METHOD(Fixture, "a file of authorities that cannot be read") {
    present("DNS:localhost");
    const Server server(echo, peers());
    tls = http::make_tls_context({"/no/such/bundle.pem", ""});
    const Failure thrown = failure(context, call(*transport, origin(server), limits));
    CHECK(thrown.phase() == Phase::tls);
    CHECK(says(thrown, "/no/such/bundle.pem"));
}

TEST_CASE_METHOD(Fixture, "a file of authorities is read once, for the first connection that needs it") {
    present("DNS:localhost");
    // So that every handshake looks at the certificate.
    SSL_CTX_set_session_cache_mode(server_context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(server_context.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(server_context.get(), 0);
    const bool removed = GENERATE(true, false);
    CAPTURE(removed);
    const Server server(
        [](Peer& peer) {
            if (peer.request()) peer.answer("ok", "Connection: close\r\n");
        },
        peers());
    CHECK(run(context, call(*transport, origin(server), limits)).body == "ok");
    if (removed) {
        std::filesystem::remove(trusted.path());
    } else {
        std::ofstream(trusted.path()) << "no certificate\n";
    }
    CHECK(run(context, call(*transport, origin(server), limits)).body == "ok");
    CHECK(statistics().opened == 2);
    CHECK(statistics().handshakes_resumed == 0);
    // Who comes only now has to read what is there.
    tls = http::make_tls_context({trusted.path()});
    const Failure thrown = failure(context, call(*transport, origin(server), limits));
    CHECK(thrown.phase() == Phase::tls);
    CHECK(says(thrown, trusted.path()));
}

TEST_CASE_METHOD(Fixture, "a second connection takes the session of the first up again") {
    const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
    CAPTURE(version);
    SSL_CTX_set_max_proto_version(server_context.get(), version);
    SSL_CTX_set_session_id_context(server_context.get(), reinterpret_cast<const unsigned char*>("test"), 4);
    present("DNS:localhost");
    const Server server(
        [](Peer& peer) {
            if (peer.request()) peer.answer("ok", "Connection: close\r\n");
        },
        peers());
    for (int i = 0; i < 5; ++i) CHECK(run(context, call(*transport, origin(server), limits)).body == "ok");
    CHECK(statistics().opened == 5);
    CHECK(statistics().handshakes_resumed == 4);
}

TEST_CASE_METHOD(Fixture, "long requests and replies over TLS") {
    present("DNS:localhost");
    const std::string body(3'000'000, 'b');
    const Server server(
        [](Peer& peer) {
            while (const auto got = peer.request()) peer.answer(std::string_view(*got).substr(got->find("\r\n\r\n") + 4));
        },
        peers());
    const std::string text = "PUT / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (int i = 0; i < 2; ++i) CHECK(run(context, call(*transport, origin(server), limits, text)).body == body);
    CHECK(server.connections() == 1);
    const http::Grant kept =
        http::Pools::of(context.get_executor()).take(origin(server), limits, http::Clock::now(), nullptr);
    REQUIRE(kept.connection);
    CHECK(kept.connection->capacity() < 64 * 1024);  // long messages leave no memory behind
}

TEST_CASE_METHOD(Fixture, "a body that lasts to the end needs TLS to say that this is the end") {
    present("DNS:localhost");
    const bool orderly = GENERATE(false, true);
    const Server server(
        [&](Peer& peer) {
            if (peer.request()) peer.send("HTTP/1.1 200 OK\r\n\r\nall");
            if (orderly) dynamic_cast<TlsPeer&>(peer).end();
            ::shutdown(peer.socket(), SHUT_WR);
            char byte = 0;
            while (::recv(peer.socket(), &byte, 1, 0) > 0) {
            }
        },
        peers());
    if (orderly) {
        CHECK(run(context, call(*transport, origin(server), limits)).body == "all");
    } else {
        CHECK(failure(context, call(*transport, origin(server), limits)).phase() == Phase::receive);
    }
    CHECK(statistics().idle == 0);
}

TEST_CASE_METHOD(Fixture, "stray bytes behind a reply are seen through TLS") {
    present("DNS:localhost");
    const Server server(
        [](Peer& peer) {
            while (peer.request()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
        },
        peers());
    CHECK(run(context, call(*transport, origin(server), limits)).body == "ok");
    CHECK(statistics().idle == 0);
    CHECK(statistics().closed.total() == 1);
}

TEST_CASE_METHOD(Fixture, "a context of the user's own") {
    auto own = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    tls = http::make_tls_context({.own = own});
    const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(server_context.get(), version);
    SSL_CTX_set_session_id_context(server_context.get(), reinterpret_cast<const unsigned char*>("test"), 4);
    present("DNS:localhost");
    SECTION("decides whom to trust, and its sessions are taken up again") {
        own->load_verify_file(trusted.path());
        const Server server(
            [](Peer& peer) {
                if (peer.request()) peer.answer("ok", "Connection: close\r\n");
            },
            peers());
        for (int i = 0; i < 5; ++i) CHECK(run(context, call(*transport, origin(server), limits)).body == "ok");
        CHECK(statistics().handshakes_resumed == 4);
    }
    SECTION("cannot turn verification off") {
        own->set_verify_mode(asio::ssl::verify_none);
        const Server server(echo, peers());
        const Failure thrown = failure(context, call(*transport, origin(server), limits));
        CHECK(thrown.phase() == Phase::tls);
        CHECK(says(thrown, "the certificate is refused: unable to get local issuer certificate"));
    }
    SECTION("cannot accept by a callback what is not to be trusted") {
        own->set_verify_callback([](bool, asio::ssl::verify_context&) { return true; });
        const Server server(echo, peers());
        CHECK(says(failure(context, call(*transport, origin(server), limits)), "the certificate is refused"));
    }
    SECTION("nor another name") {
        own->load_verify_file(trusted.path());
        own->set_verify_callback([](bool, asio::ssl::verify_context&) { return true; });
        present("DNS:example.com");
        const Server server(echo, peers());
        CHECK(says(failure(context, call(*transport, origin(server), limits)), "hostname mismatch"));
    }
    SECTION("can refuse more") {
        own->load_verify_file(trusted.path());
        own->set_verify_callback([](bool, asio::ssl::verify_context&) { return false; });
        const Server server(echo, peers());
        CHECK(failure(context, call(*transport, origin(server), limits)).phase() == Phase::tls);
    }
}

TEST_CASE_METHOD(Fixture, "a context of the user's own that allows TLS 1.1 does not get it") {
    auto own = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    own->load_verify_file(trusted.path());
    SSL_CTX_set_security_level(own->native_handle(), 0);
    SSL_CTX_set_min_proto_version(own->native_handle(), TLS1_VERSION);
    tls = http::make_tls_context({.own = own});
    present("DNS:localhost");
    SSL_CTX_set_security_level(server_context.get(), 0);
    SSL_CTX_set_min_proto_version(server_context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(server_context.get(), TLS1_1_VERSION);
    const Server server(echo, peers());
    CHECK(failure(context, call(*transport, origin(server), limits)).phase() == Phase::tls);
}

TEST_CASE_METHOD(Fixture, "the client shows a certificate to a server that asks for one") {
    present("DNS:localhost");
    SSL_CTX_set_verify(server_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    REQUIRE(SSL_CTX_load_verify_file(server_context.get(), trusted.path().c_str()) == 1);
    const Key client_key = make_key();
    const Certificate client = make_certificate(client_key.get(), "DNS:client", authority.get(), authority_key.get());
    const PemFile both(client.get(), client_key.get());
    const PemFile certificate(client.get());
    const Server server(echo, peers());
    SECTION("with the key in the same file") {
        tls = http::make_tls_context({.ca_bundle = trusted.path(), .client_certificate = both.path()});
        CHECK(run(context, call(*transport, origin(server), limits)).status == 200);
    }
    SECTION("with the key in another") {
        tls = http::make_tls_context(
            {.ca_bundle = trusted.path(), .client_certificate = certificate.path(), .client_key = both.path()});
        CHECK(run(context, call(*transport, origin(server), limits)).status == 200);
    }
    SECTION("without one it is refused") {
        CHECK(failure(context, call(*transport, origin(server), limits)).phase() >= Phase::tls);
    }
    SECTION("whose key is missing") {
        tls = http::make_tls_context({.ca_bundle = trusted.path(), .client_certificate = certificate.path()});
        CHECK(says(failure(context, call(*transport, origin(server), limits)), certificate.path()));
    }
    SECTION("whose file is missing") {
        tls = http::make_tls_context({.ca_bundle = trusted.path(), .client_certificate = "/no/such/client.pem"});
        CHECK(says(failure(context, call(*transport, origin(server), limits)), "/no/such/client.pem"));
    }
}

TEST_CASE_METHOD(Fixture, "what TLS itself has to say while a connection is idle does not end it, anything else does") {
    present("DNS:localhost");
    enum class Sent { new_keys, reply, end };
    const Sent sent = GENERATE(Sent::new_keys, Sent::reply, Sent::end);
    std::atomic<bool> idle{false};
    std::atomic<bool> done{false};
    const Server server(
        [&](Peer& peer) {
            if (peer.request()) peer.answer("ok");
            while (!idle) std::this_thread::yield();  // else it could be read together with the reply
            auto& tls_peer = dynamic_cast<TlsPeer&>(peer);
            if (sent == Sent::new_keys) tls_peer.send_housekeeping();
            if (sent == Sent::reply) peer.answer("not asked for");
            if (sent == Sent::end) tls_peer.end();
            done = true;
            while (peer.request()) peer.answer("ok");
        },
        peers());
    limits.trusted_idle = Limits::idle_always_checked;
    CHECK(run(context, call(*transport, origin(server), limits)).body == "ok");
    idle = true;
    while (!done) std::this_thread::yield();
    const Answer answer = run(context, call(*transport, origin(server), limits));
    CHECK(answer.body == "ok");
    CHECK(answer.reused == (sent == Sent::new_keys));
}

TEST_CASE_METHOD(Fixture, "a look at a connection that was fine is not why it is closed later") {
    present("DNS:localhost");
    std::atomic<bool> idle{false};
    std::atomic<bool> done{false};
    const Server server(
        [&](Peer& peer) {
            if (peer.request()) peer.answer("ok");
            while (!idle) std::this_thread::yield();
            dynamic_cast<TlsPeer&>(peer).send_housekeeping();
            done = true;
            if (peer.request()) peer.answer("ok", "Connection: close\r\n");
        },
        peers());
    limits.trusted_idle = Limits::idle_always_checked;
    (void)run(context, call(*transport, origin(server), limits));
    idle = true;
    while (!done) std::this_thread::yield();
    CHECK(run(context, call(*transport, origin(server), limits)).reused);
    CHECK(statistics().closed.unfit == 1);
    CHECK(statistics().closed.by_server == 0);
}
