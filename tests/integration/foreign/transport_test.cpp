#include "foreign_server.hpp"
#include "http/proxy.hpp"
#include "tls_server.hpp"

using namespace http_test;
using foreign::Folder;
using foreign::Process;
using http::Phase;

namespace {

bool says(const Failure& failure, std::string_view words) {
    return std::string_view(failure.what()).find(words) != std::string_view::npos;
}

// Certificates, and a server that shows them.
struct Fixture : TlsFixture {
    Folder folder;
    std::uint16_t port = foreign::free_port();

    http::Origin to(bool with_tls, const std::string& host = "localhost") {
        http::Origin result;
        result.tls = with_tls;
        result.host = host;
        result.port = port;
        result.context = with_tls ? tls : nullptr;
        return result;
    }
    Answer get(const http::Origin& origin) {
        const std::string text = "GET /x HTTP/1.1\r\nHost: localhost:" + std::to_string(origin.port) + "\r\n\r\n";
        return run(context, call(*transport, origin, limits, text));
    }
};

struct Nginx : Fixture {
    std::optional<std::string> program = foreign::find_program("nginx");
    std::optional<PemFile> shown;
    std::optional<Process> process;

    void start(bool with_tls, const std::string& settings, const std::string& names = "DNS:localhost") {
        const Certificate made = make_certificate(key.get(), names, authority.get(), authority_key.get());
        shown.emplace(made.get(), key.get());
        std::string paths;
        for (const char* name : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            paths += std::string(name) + "_temp_path " + folder.path() + "/" + name + ";\n";
        }
        const std::string certificate =
            with_tls ? "ssl_certificate " + shown->path() + ";\nssl_certificate_key " + shown->path() + ";\n" : "";
        const std::string file = folder.write(
            "nginx.conf", "daemon off;\nmaster_process off;\npid " + folder.path() + "/pid;\nerror_log " + folder.path() +
                              "/log;\nevents {}\nhttp {\naccess_log off;\n" + paths + "server {\nlisten 127.0.0.1:" +
                              std::to_string(port) + (with_tls ? " ssl" : "") + ";\n" + certificate + settings +
                              "location / { return 200 \"$request_method $request_uri $http_host $http_via\"; }\n}\n}\n");
        process.emplace(std::vector<std::string>{*program, "-e", folder.path() + "/log", "-c", file}, port);
    }
};

struct Tinyproxy {
    std::optional<std::string> program = foreign::find_program("tinyproxy");
    Folder folder;
    std::uint16_t port = foreign::free_port();
    std::optional<Process> process;

    void start(const std::string& settings) {
        const std::string file =
            folder.write("tinyproxy.conf", "Port " + std::to_string(port) + "\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\n" +
                                               "LogLevel Critical\nLogFile \"" + folder.path() + "/log\"\n" + settings);
        process.emplace(std::vector<std::string>{*program, "-d", "-c", file}, port);
    }
    [[nodiscard]] http::Origin lead(http::Origin origin, const std::string& user) const {
        origin.proxy = http::parse_proxy("http://" + user + "127.0.0.1:" + std::to_string(port));
        return origin;
    }
};

}  // namespace

TEST_CASE_METHOD(Nginx, "nginx: TLS, keep-alive up to its limit, sessions taken up again") {
    if (!program) return;
    start(true, "keepalive_requests 5;\n");
    for (int i = 0; i < 20; ++i) {
        const Answer answer = get(to(true));
        CHECK(answer.status == 200);
        CHECK(answer.reused == (i % 5 != 0));
    }
    CHECK(statistics().opened == 4);
    CHECK(statistics().handshakes_resumed == 3);
    CHECK(statistics().closed.unfit == 4);
    CHECK(statistics().closed.total() == 4);
}

TEST_CASE_METHOD(Nginx, "nginx: many callers at once over few connections, and keep-alive limits among them") {
    if (!program) return;
    start(true, "keepalive_requests 7;\n");
    http::Origin origin = to(true);
    origin.connections = 4;
    int good = 0;
    for (int i = 0; i < 200; ++i) {
        asio::co_spawn(context, call(*transport, origin, limits), [&](const std::exception_ptr& thrown, const Answer& answer) {
            good += !thrown && answer.status == 200 ? 1 : 0;
        });
    }
    context.run();
    CHECK(good == 200);
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().waiting == 0);
    CHECK(statistics().opened >= 200 / 7);
    CHECK(statistics().handshakes_resumed >= statistics().opened - 4);
}

TEST_CASE_METHOD(Nginx, "nginx: a server that closes kept connections is noticed") {
    if (!program) return;
    start(false, "");
    CHECK(get(to(false)).status == 200);
    process.reset();
    process.emplace(std::vector<std::string>{*program, "-e", folder.path() + "/log", "-c", folder.path() + "/nginx.conf"}, port);
    limits.trusted_idle = Limits::idle_always_checked;
    const Answer answer = get(to(false));
    CHECK(answer.status == 200);
    CHECK(!answer.reused);
    CHECK(statistics().closed.by_server == 1);
}

TEST_CASE_METHOD(Nginx, "nginx: plain HTTP at a port for TLS, and TLS at one without") {
    if (!program) return;
    const bool with_tls = GENERATE(false, true);
    start(with_tls, "");
    if (with_tls) {
        CHECK(get(to(false)).status == 400);
    } else {
        CHECK(failure(context, call(*transport, to(true), limits)).phase() == Phase::tls);
    }
}

TEST_CASE_METHOD(Nginx, "tinyproxy: a tunnel to nginx, and a plain request to it") {
    Tinyproxy proxy;
    if (!program || !proxy.program) return;
    const bool with_tls = GENERATE(false, true);
    start(with_tls, "");
    proxy.start("BasicAuth user pass-word\n");
    const http::Origin origin = proxy.lead(to(with_tls), "user:pass%2Dword@");
    // Without TLS, this proxy closes after each reply, and does not say so: what is found stale is asked again.
    const auto ask = [&] {
        try {
            return get(origin);
        } catch (const Failure& failure) {
            if (with_tls || !failure.stale()) throw;
        }
        return get(origin);
    };
    for (int i = 0; i < 5; ++i) {
        const Answer answer = ask();
        CHECK(answer.status == 200);
        CHECK(answer.body.starts_with("GET /x localhost:" + std::to_string(port)));
        CHECK((answer.body.find("tinyproxy") != std::string::npos) == !with_tls);
        if (with_tls) CHECK(answer.reused == (i != 0));
    }
}

TEST_CASE_METHOD(Nginx, "tinyproxy: it refuses") {
    Tinyproxy proxy;
    if (!program || !proxy.program) return;
    start(true, "");
    std::string user;
    std::string words;
    SECTION("who gives no password") {
        proxy.start("BasicAuth user password\n");
        words = "a user name and a password";
    }
    SECTION("who gives another") {
        proxy.start("BasicAuth user password\n");
        user = "user:other@";
    }
    SECTION("the port") {
        proxy.start("ConnectPort 1\n");
        words = "status 403";
    }
    const http::Origin origin = proxy.lead(to(true), user);
    const Failure thrown = failure(context, call(*transport, origin, limits));
    CAPTURE(thrown.what());
    CHECK(thrown.phase() == Phase::proxy);
    CHECK(thrown.permanent());
    CHECK(says(thrown, origin.proxy->url()));
    CHECK(says(thrown, words));
}

TEST_CASE_METHOD(Nginx, "tinyproxy: a server that it cannot reach") {
    Tinyproxy proxy;
    if (!proxy.program) return;
    proxy.start("");
    const Failure thrown = failure(context, call(*transport, proxy.lead(to(true), ""), limits));
    CHECK(thrown.phase() == Phase::proxy);
    CHECK(!thrown.permanent());
}

TEST_CASE_METHOD(Fixture, "openssl s_server: certificates that do not prove who it is are refused, and the error says which") {
    const auto program = foreign::find_program("openssl");
    if (!program) return;
    Certificate shown = make_certificate(key.get(), "DNS:localhost", authority.get(), authority_key.get());
    std::string words;
    std::vector<std::string> more;
    SECTION("trusted") {}
    SECTION("TLS 1.2") { more = {"-tls1_2"}; }
    SECTION("signed by itself") {
        shown = make_certificate(key.get(), "DNS:localhost", nullptr, key.get());
        words = "self-signed certificate";
    }
    SECTION("of an authority that nobody trusts") {
        const Certificate other = make_certificate(key.get(), "", nullptr, key.get());
        shown = make_certificate(key.get(), "DNS:localhost", other.get(), key.get());
        words = "unable to get local issuer certificate";
    }
    SECTION("expired") {
        shown = make_certificate(key.get(), "DNS:localhost", authority.get(), authority_key.get(), -60);
        words = "certificate has expired";
    }
    SECTION("of another host") {
        shown = make_certificate(key.get(), "DNS:example.com", authority.get(), authority_key.get());
        words = "hostname mismatch";
    }
    SECTION("TLS 1.1 at most") {
        more = {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"};
        words = "protocol version";
    }
    const PemFile file(shown.get(), key.get());
    std::vector<std::string> command{*program, "s_server", "-quiet", "-www", "-accept", "127.0.0.1:" + std::to_string(port),
                                     "-cert",  file.path(), "-key", file.path()};
    command.insert(command.end(), more.begin(), more.end());
    const Process process(command, port);
    if (words.empty()) {
        CHECK(get(to(true)).status == 200);
        return;
    }
    const Failure thrown = failure(context, call(*transport, to(true), limits));
    CAPTURE(thrown.what());
    CHECK(thrown.phase() == Phase::tls);
    CHECK(thrown.permanent());
    CHECK(says(thrown, "localhost:" + std::to_string(port)));
    CHECK(says(thrown, words));
    CHECK(statistics().opened == 0);
}
