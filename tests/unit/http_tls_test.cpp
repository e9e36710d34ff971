#include "http_server.hpp"

#include <boost/asio/error.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

using namespace http_test;
using http::Failure;
using http::Limits;
using http::Phase;

namespace {

template <class T>
using Ptr = std::unique_ptr<T, void (*)(T*)>;

using Key = Ptr<EVP_PKEY>;
using Certificate = Ptr<X509>;

Key make_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Ptr<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()),
                                        &X509_EXTENSION_free);
    REQUIRE(extension);
    X509_add_ext(certificate, extension.get(), -1);
}

// A certificate for `names` ("DNS:x,IP:1.2.3.4"; empty: an authority), signed by `issuer`, or by itself.
Certificate make_certificate(EVP_PKEY* key, const std::string& names, X509* issuer, EVP_PKEY* issuer_key,
                             long valid_seconds = 3600) {
    static long serial = 0;
    Certificate result(X509_new(), &X509_free);
    X509* raw = result.get();
    X509_set_version(raw, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), -7200);
    X509_gmtime_adj(X509_getm_notAfter(raw), valid_seconds);
    const std::string subject = "test " + std::to_string(serial);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
    X509* by = issuer == nullptr ? raw : issuer;
    X509_set_issuer_name(raw, X509_get_subject_name(by));
    X509_set_pubkey(raw, key);
    extend(raw, by, NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) extend(raw, by, NID_subject_alt_name, names);
    REQUIRE(X509_sign(raw, issuer_key, EVP_sha256()) > 0);
    return result;
}

// A file that holds an authority's certificate, for as long as this lives.
class PemFile {
  public:
    explicit PemFile(X509* certificate) {
        std::string path = (std::filesystem::temp_directory_path() / "botocraft-test-XXXXXX").string();
        const int descriptor = ::mkstemp(path.data());
        REQUIRE(descriptor >= 0);
        const Ptr<FILE> file(::fdopen(descriptor, "w"), [](FILE* open) { std::fclose(open); });
        REQUIRE(PEM_write_X509(file.get(), certificate) == 1);
        path_ = path;
    }
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    ~PemFile() { std::filesystem::remove(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

class TlsPeer final : public Peer {
  public:
    TlsPeer(SSL_CTX* context, int socket, int number) : Peer(socket, number), ssl_(SSL_new(context), &SSL_free) {
        // OpenSSL writes in a way that a closed connection would end the process.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        SSL_set_fd(ssl_.get(), socket);
        open_ = SSL_accept(ssl_.get()) == 1;
    }
    long read(char* to, std::size_t size) override {
        return open_ ? SSL_read(ssl_.get(), to, static_cast<int>(size)) : -1;
    }
    long write(const char* from, std::size_t size) override {
        return open_ ? SSL_write(ssl_.get(), from, static_cast<int>(size)) : -1;
    }
    void end() { SSL_shutdown(ssl_.get()); }

  private:
    Ptr<SSL> ssl_;
    bool open_ = false;
};

struct Fixture {
    Key authority_key = make_key();
    Certificate authority = make_certificate(authority_key.get(), "", nullptr, authority_key.get());
    PemFile trusted{authority.get()};
    Key key = make_key();
    Ptr<SSL_CTX> server_context{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};

    asio::io_context context;
    std::shared_ptr<http::Transport> transport = http::make_transport();
    Limits limits;
    std::shared_ptr<http::TlsContext> tls = http::make_tls_context({trusted.path(), ""});

    void present(const Certificate& certificate) {
        REQUIRE(SSL_CTX_use_certificate(server_context.get(), certificate.get()) == 1);
        REQUIRE(SSL_CTX_use_PrivateKey(server_context.get(), key.get()) == 1);
    }
    void present(const std::string& names, long valid_seconds = 3600) {
        present(make_certificate(key.get(), names, authority.get(), authority_key.get(), valid_seconds));
    }

    Server::MakePeer peers() {
        return [this](int socket, int number) {
            return std::make_unique<TlsPeer>(server_context.get(), socket, number);
        };
    }

    http::Origin origin(const Server& server, const std::string& host = "localhost") {
        http::Origin result = server.origin();
        result.tls = true;
        result.host = host;
        result.context = tls;
        return result;
    }
    http::Statistics statistics() { return http::statistics(context); }
};

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
        CHECK(failure(context, call(*transport, origin(server), limits)).phase() == Phase::tls);
    }
    SECTION("plain HTTP") {
        const Server server([](Peer& peer) {
            peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            peer.until_closed();
        });
        CHECK(failure(context, call(*transport, origin(server), limits)).phase() == Phase::tls);
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
        CHECK(failure(context, call(*transport, origin(server), limits)).phase() == Phase::tls);
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
    CHECK(statistics().closed == 1);
}
