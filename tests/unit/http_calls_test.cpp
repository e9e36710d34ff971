// Calls over real connections: what becomes of them where the server closes, falls silent in the handshake, is not there or
// not what it should be, or is not to be asked by way of a proxy.

#include "http/names.hpp"
#include "tls_server.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs/cluster.hpp>
#include <botocraft/error.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>

#include <poll.h>

#include <filesystem>
#include <future>

using namespace botocraft;
using namespace http_test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using ecs::Cluster;

namespace {

constexpr std::string_view answer_text = R"({"clusters":[{"clusterName":"prod"}],"cluster":{"clusterName":"prod"}})";

struct Calls : TlsFixture {
    std::shared_ptr<testing::FakeEnvironment> environment = std::make_shared<testing::FakeEnvironment>();
    SessionOptions options;

    Calls() {
        options.region = "us-east-1";
        options.credentials = static_credentials(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
        options.environment = environment;
        options.ca_bundle = trusted.path();
    }

    Session session_for(const http::Origin& origin) {
        options.endpoint_url = (origin.tls ? "https://" : "http://") + origin.host + ":" + std::to_string(origin.port);
        return Session(options);
    }
    static awaitable<Cluster> read(const Session& session) { return Cluster::objects(session).get("prod"); }
    static awaitable<Cluster> change(const Session& session) { return Cluster::objects(session).partial_update("prod"); }

    Error error_of(awaitable<Cluster> call) {
        try {
            static_cast<void>(run(context, std::move(call)));
        } catch (const Error& error) {
            return error;
        }
        throw std::logic_error("no error");
    }
};

// Sends the beginning of a handshake byte by byte, for as long as anybody listens.
void trickle(const Peer& peer) {
    const std::string record("\x16\x03\x03\x40\x00", 5);
    for (std::size_t sent = 0;; ++sent) {
        const char byte = sent < record.size() ? record[sent] : '\x02';
        pollfd end{peer.socket(), POLLRDHUP, 0};
        if (::send(peer.socket(), &byte, 1, MSG_NOSIGNAL) != 1 || ::poll(&end, 1, 1) > 0) return;
    }
}

void serve(Peer& peer) {
    while (peer.request()) peer.answer(answer_text);
}

// Knows no name.
class Nobody final : public http::NameSource {
  public:
    std::unique_ptr<Question> ask(const asio::any_io_executor& executor, const std::string&, Answered answered) override {
        asio::post(executor, [answered] {
            for (const http::Family family : http::families) answered(family, http::Addresses{asio::error::host_not_found});
        });
        return std::make_unique<Question>();
    }
};

// Never answers.
class Silent final : public http::NameSource {
  public:
    std::unique_ptr<Question> ask(const asio::any_io_executor&, const std::string&, Answered) override {
        return std::make_unique<Question>();
    }
};

}  // namespace

TEST_CASE_METHOD(Calls, "what may be sent only once goes over no connection that the server has closed") {
    std::promise<void> closed;
    const Server server([&](Peer& peer) {
        if (peer.number() != 0) {
            while (peer.request()) peer.answer(answer_text);
        } else if (peer.request()) {
            peer.answer(answer_text);
            ::shutdown(peer.socket(), SHUT_RDWR);
            closed.set_value();
        }
    });
    options.max_attempts = 1;
    const Session session = session_for(server.origin());
    CHECK(run(context, change(session)).clusterName == "prod");
    closed.get_future().wait();
    SECTION("a change: it is looked at") {
        CHECK(run(context, change(session)).clusterName == "prod");
        CHECK(session.statistics().resent == 0);
    }
    SECTION("a read: it is looked at, or sent again") {
        CHECK(run(context, read(session)).clusterName == "prod");
    }
    CHECK(statistics().closed.by_server == 1);
    CHECK(statistics().opened == 2);
}

TEST_CASE_METHOD(Calls, "a kept connection that breaks under a change is an error, and one that says why") {
    std::atomic<int> requests{0};
    const Server server([&](Peer& peer) {
        for (; peer.request(); peer.answer(answer_text)) {
            if (++requests == 2) return peer.reset();
        }
    });
    const Session session = session_for(server.origin());
    CHECK(run(context, change(session)).clusterName == "prod");
    const Error error = error_of(change(session));
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(error.details().attempts.size() == 1);
    CHECK_THAT(error.what(), Contains("it may have been carried out") && Contains("[after 1 attempt]") &&
                                 Contains("127.0.0.1:" + std::to_string(server.origin().port)));
    CHECK(requests == 2);
    CHECK(run(context, change(session)).clusterName == "prod");
}

TEST_CASE_METHOD(Calls, "a reply over a limit is asked for once, and the error names the limit") {
    std::string said;
    const bool chunked = GENERATE(false, true);
    SECTION("body") {
        options.protocol.limits.body = 20;
        said = "protocol.limits.body, 20 bytes";
    }
    SECTION("head") {
        options.protocol.limits.head = 30;
        said = "protocol.limits.head, 30 bytes";
    }
    const Server server([&](Peer& peer) {
        while (peer.request()) {
            if (!chunked) peer.answer(answer_text);
            if (chunked) peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + std::string(0x1000, ' '));
        }
    });
    const Session session = session_for(server.origin());
    const Error error = error_of(read(session));
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK(error.code() == "ReplyTooLarge");
    CHECK(error.details().attempts.size() == 1);
    CHECK(error.status() == (said.find("body") != said.npos ? 200 : 0));
    CHECK_THAT(error.what(), Contains(said) && Contains("[after 1 attempt]") && !Contains("does not speak HTTP"));
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Calls, "a reply that breaks off, or stops, says what came of it") {
    const bool stops = GENERATE(false, true);
    const bool chunked = GENERATE(false, true);
    const std::string head = "HTTP/1.1 200 OK\r\nx-amzn-requestid: an-id\r\n";
    const Server server([&](Peer& peer) {
        if (!peer.request()) return;
        peer.send(head + (chunked ? "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"cluster\r\n" : "Content-Length: 1000\r\n\r\n{\"cluster"));
        if (stops) peer.until_closed();
    });
    options.max_attempts = 1;
    if (stops) options.stall_timeout = std::chrono::milliseconds(50);
    const Session session = session_for(server.origin());
    const Error error = error_of(read(session));
    CHECK(error.code() == (stops ? "ReadTimeout" : "ReceiveFailure"));
    CHECK(error.status() == 200);
    CHECK(error.request_id() == "an-id");
    CHECK(error.details().body == "{\"cluster");
}

TEST_CASE_METHOD(Calls, "whoever keeps a call waiting for too long is named, and the limit that passed") {
    enum class Slow { names, proxy, server, end_of_reply };
    const Slow slow = GENERATE(Slow::names, Slow::proxy, Slow::server, Slow::end_of_reply);
    const std::string part = slow == Slow::end_of_reply ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{" : "";
    const Server server([&](Peer& peer) {
        if (peer.request()) peer.send(part);
        peer.until_closed();
    });
    http::Origin to = server.origin();
    const std::string port = std::to_string(to.port);
    std::string code;
    std::string said;
    switch (slow) {
        case Slow::names:
            http::use_names(context.get_executor(), std::make_shared<Silent>());
            to.host = "service.example";
            options.lookup_timeout = 30ms;
            code = "NameLookupTimeout";
            said = "service.example:" + port +
                   ": looking up the name took too long (lookup_timeout, 30 ms); check the region's name and the endpoint URL";
            break;
        case Slow::proxy:
            to.tls = true;
            to.host = "service.example";
            options.proxy.https = "http://127.0.0.1:" + port;
            options.connect_timeout = 300ms;  // also for the connection to it
            code = "ProxyTimeout";
            said = "service.example:" + port + " (by the proxy http://127.0.0.1:" + port +
                   "): asking the proxy for a connection took too long (connect_timeout, 300 ms); check the proxy's URL and what "
                   "it allows (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)";
            break;
        case Slow::server:
            options.first_byte_timeout = 30ms;
            code = "ReadTimeout";
            said = "127.0.0.1:" + port + ": receiving the reply took too long (first_byte_timeout, 30 ms)";
            break;
        case Slow::end_of_reply:
            options.stall_timeout = 30ms;
            code = "ReadTimeout";
            said = "127.0.0.1:" + port + ": receiving the reply took too long (stall_timeout, 30 ms)";
            break;
    }
    options.max_attempts = 1;
    const Session session = session_for(to);
    const Error error = error_of(read(session));
    CHECK(error.kind() == ErrorKind::timeout);
    CHECK(error.code() == code);
    CHECK(error.details().explanation == said);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Calls, "a server that falls silent in the TLS handshake, or trickles") {
    const bool trickles = GENERATE(false, true);
    const Server server([&](Peer& peer) {
        if (trickles) trickle(peer);
        peer.until_closed();
    });
    options.tls_timeout = 30ms;
    options.max_attempts = 2;
    const Session session = session_for(origin(server));
    const Error error = error_of(change(session));
    CHECK(error.kind() == ErrorKind::timeout);
    CHECK(error.code() == "TlsTimeout");
    CHECK(error.details().attempts.size() == 2);  // nothing was sent: it may be tried again
    CHECK_THAT(error.what(), Contains("localhost:" + std::to_string(server.origin().port)) &&
                                 Contains("the TLS handshake took too long (tls_timeout, 30 ms)") && Contains("[after 2 attempts]") &&
                                 !Contains("certificate"));
    CHECK(server.connections() == 2);
    CHECK(statistics().opened == 0);
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().waiting == 0);
    CHECK(session.statistics().in_flight == 0);
}

TEST_CASE_METHOD(Calls, "the limits of an attempt and of a call bound the TLS handshake as well") {
    const Server server([](Peer& peer) { peer.until_closed(); });
    std::size_t attempts = 0;
    std::string said;
    SECTION("the attempt") {
        said = "attempt_timeout, 300 ms";
        options.attempt_timeout = 300ms;
        options.max_attempts = 2;
        attempts = 2;
    }
    SECTION("the call") {
        said = "call_timeout, 300 ms";
        options.call_timeout = 300ms;
        attempts = 1;
    }
    const Session session = session_for(origin(server));
    const Error error = error_of(change(session));
    CHECK(error.code() == "TlsTimeout");
    CHECK(error.details().attempts.size() == attempts);
    CHECK_THAT(error.what(), Contains(said));
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Calls, "a call is cancelled in the TLS handshake") {
    const bool trickles = GENERATE(false, true);
    std::atomic<bool> greeted{false};
    const Server server([&](Peer& peer) {
        char byte = 0;
        greeted = ::recv(peer.socket(), &byte, 1, 0) == 1;
        if (trickles) trickle(peer);
        peer.until_closed();
    });
    const Session session = session_for(origin(server));
    asio::cancellation_signal cancel;
    std::exception_ptr error;
    asio::co_spawn(context, change(session),
                   asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr& thrown, const Cluster&) { error = thrown; }));
    while (!greeted) context.poll_one();
    REQUIRE(!error);
    CHECK(statistics().in_flight == 1);
    cancel.emit(asio::cancellation_type::terminal);
    context.run();  // returns: nothing is left to wait for
    REQUIRE(error);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
    CHECK(session.statistics().cancelled == 1);
    CHECK(session.statistics().in_flight == 0);
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().opened == 0);
    CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(Calls, "who is not there, or not what it should be, is one error with endpoint, phase and attempts") {
    std::string reply;
    std::optional<Server> server;
    server.emplace([&reply](Peer& peer) {
        if (!reply.empty() && peer.request()) peer.send(reply);
        if (reply.empty()) peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");  // no TLS
    });
    http::Origin where = server->origin();
    std::string code, phase, attempts = "[after 2 attempts]";
    SECTION("a name that nobody has") {
        http::use_names(context.get_executor(), std::make_shared<Nobody>());
        where.host = "service.example";
        code = "NameLookupFailure";
        phase = "looking up the name";
    }
    SECTION("nobody listens") {
        server.reset();
        code = "ConnectFailure";
        phase = "connecting failed";
    }
    SECTION("something else than HTTP") {
        reply = "SSH-2.0-OpenSSH_9.2\r\n";
        code = "MalformedReply";
        phase = "reading the reply";
    }
    SECTION("something else than TLS") {
        where.tls = true;
        code = "TlsFailure";
        phase = "the TLS handshake";
        attempts = "[after 1 attempt]";
    }
    SECTION("a proxy that refuses") {
        reply = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
        options.proxy.https = "http://127.0.0.1:" + std::to_string(where.port);
        where = http::Origin();
        where.host = "service.example";
        code = "ProxyFailure";
        phase = "asking the proxy";
        attempts = "[after 1 attempt]";
    }
    options.max_attempts = 2;
    const Session session = session_for(where);
    const Error error = error_of(read(session));
    CHECK(error.code() == code);
    CHECK(error.details().attempts.size() == static_cast<std::size_t>(attempts.find('1') == attempts.npos ? 2 : 1));
    CHECK_THAT(error.what(), Contains(phase) && Contains(attempts) && Contains(where.host + ":" + std::to_string(where.port)));
    const std::string port = where.port == 443 ? ":443" : "";  // TLS's own is left out
    CHECK(error.details().endpoint + port == *options.endpoint_url);
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Calls, "the instance and the container are asked past a proxy") {
    std::atomic<int> refused{0};
    const Server proxy([&](Peer& peer) {
        while (peer.request()) {
            ++refused;
            peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
    });
    std::atomic<int> asked{0};
    const std::string keys = R"({"Code":"Success","AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"wJalrXUtnFEMI","Token":"t",)"
                             R"("Expiration":"2099-08-30T18:00:00Z"})";
    const Server agent([&](Peer& peer) {
        while (const auto request = peer.request()) {
            ++asked;
            if (request->starts_with("PUT ")) {
                peer.answer("token", "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n");
            } else {
                peer.answer(request->starts_with("GET /latest/meta-data/iam/security-credentials/ ") ? "role" : keys);
            }
        }
    });
    const std::string agent_url = "http://127.0.0.1:" + std::to_string(agent.origin().port);
    const std::string proxy_url = "http://127.0.0.1:" + std::to_string(proxy.origin().port);
    environment->set("HTTP_PROXY", proxy_url).set("HTTPS_PROXY", proxy_url);
    int requests = 0;
    SECTION("instance") {
        environment->set("AWS_EC2_METADATA_SERVICE_ENDPOINT", agent_url);
        options.credentials = instance_credentials();
        requests = 3;  // for a token, the name of the role, its keys
    }
    SECTION("container") {
        environment->set("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent_url + "/keys");
        options.credentials = container_credentials();
        requests = 1;
    }
    http::Origin service;
    service.host = "service.example";
    const Error error = error_of(read(session_for(service)));
    CHECK(error.code() == "ProxyFailure");  // the call itself does go there
    CHECK(asked == requests);
    CHECK(refused == 1);
}

TEST_CASE_METHOD(Calls, "sessions that are set to the same share connections, and others do not") {
    present("DNS:localhost");
    const Server server(serve, peers());
    const http::Origin where = origin(server);
    for (int i = 0; i < 3; ++i) CHECK(run(context, read(session_for(where))).clusterName == "prod");  // a session each
    CHECK(statistics().opened == 1);
    CHECK(statistics().reused == 2);

    const PemFile other(authority.get());
    SECTION("another file") { options.ca_bundle = other.path(); }
    SECTION("another file of that name") { std::filesystem::rename(other.path(), trusted.path()); }
    SECTION("a context of one's own") {
        options.tls.context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
        options.tls.context->load_verify_file(trusted.path());
    }
    for (int i = 0; i < 2; ++i) CHECK(run(context, read(session_for(where))).clusterName == "prod");
    CHECK(statistics().opened == 2);
    CHECK(server.connections() == 2);
}

TEST_CASE_METHOD(Calls, "sessions that are set to the same take up each other's TLS sessions") {
    SSL_CTX_set_session_id_context(server_context.get(), reinterpret_cast<const unsigned char*>("test"), 4);
    present("DNS:localhost");
    const Server server(
        [](Peer& peer) {
            if (peer.request()) peer.answer(answer_text, "Connection: close\r\n");
        },
        peers());
    for (int i = 0; i < 3; ++i) run(context, read(session_for(origin(server))));
    CHECK(statistics().opened == 3);
    CHECK(statistics().handshakes_resumed == 2);
}

TEST_CASE_METHOD(Calls, "a call goes through a tunnel of the proxy, but to hosts that are to be reached without") {
    present("DNS:localhost");
    const Server server(serve, peers());
    const Server proxy([&](Peer& peer) {
        if (!peer.request()) return;
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        relay(peer, server.origin().port);
    });
    options.proxy.https = "http://user:word@127.0.0.1:" + std::to_string(proxy.origin().port);
    int tunnels = 1;
    SECTION("through it") {}
    SECTION("past it") {
        environment->set("NO_PROXY", "example.com, localhost");
        tunnels = 0;
    }
    for (int i = 0; i < 2; ++i) CHECK(run(context, read(session_for(origin(server)))).clusterName == "prod");
    CHECK(proxy.connections() == tunnels);
    CHECK(server.connections() == 1);  // sessions with the same proxy share connections as well
}

TEST_CASE_METHOD(Calls, "what a session is told of TLS reaches the handshake") {
    present("DNS:localhost");
    options.ca_bundle.reset();
    options.max_attempts = 1;
    bool trusts = true;
    const Certificate client = make_certificate(key.get(), "DNS:client", authority.get(), authority_key.get());
    const PemFile shown(client.get(), key.get());
    SECTION("nothing") { trusts = false; }
    SECTION("AWS_CA_BUNDLE") { environment->set("AWS_CA_BUNDLE", trusted.path()); }
    SECTION("a context") {
        options.tls.context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
        options.tls.context->load_verify_file(trusted.path());
    }
    SECTION("a certificate of the client, where the server asks for one") {
        SSL_CTX_set_verify(server_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        REQUIRE(SSL_CTX_load_verify_file(server_context.get(), trusted.path().c_str()) == 1);
        environment->set("AWS_CA_BUNDLE", trusted.path());
        options.tls.client_certificate = shown.path();
    }
    const Server server(serve, peers());
    const Session session = session_for(origin(server));
    if (trusts) {
        CHECK(run(context, read(session)).clusterName == "prod");
    } else {
        const Error error = error_of(read(session));
        CHECK(error.code() == "TlsFailure");
        CHECK_THAT(error.what(), Contains("the certificate is refused"));
    }
}

TEST_CASE_METHOD(Calls, "calls without limits are made over real connections too") {
    constexpr auto unlimited = std::chrono::milliseconds::max();
    options.call_timeout = options.attempt_timeout = options.lookup_timeout = options.first_byte_timeout = unlimited;
    options.stall_timeout = options.max_idle = options.max_age = unlimited;
    options.connect_timeout = options.tls_timeout = unlimited;
    present("DNS:localhost");
    const Server server(serve, peers());
    const Session session = session_for(origin(server));
    for (int i = 0; i < 2; ++i) CHECK(run(context, change(session)).clusterName == "prod");
    CHECK(statistics().opened == 1);
    CHECK(statistics().reused == 1);
}

TEST_CASE_METHOD(Calls, "a handshake that the server ends under load is tried again, also before a change") {
    present("DNS:localhost");
    const Server server(serve, [this](int socket, int number) -> std::unique_ptr<Peer> {
        if (number != 0) return std::make_unique<TlsPeer>(server_context.get(), socket, number);
        auto peer = std::make_unique<Peer>(socket, number);
        char hello[4096];
        (void)peer->read(hello, sizeof hello);
        peer->send(std::string_view("\x15\x03\x03\x00\x02\x02\x50", 7));  // fatal: internal_error
        ::shutdown(socket, SHUT_WR);
        return peer;
    });
    const Session session = session_for(origin(server));
    CHECK(run(context, change(session)).clusterName == "prod");
    CHECK(server.connections() == 2);
    CHECK(session.statistics().retries == 1);
}
