#include "http/dns.hpp"

#include "catch.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace asio = boost::asio;
namespace http = botocraft::http;
using http::Addresses;
using http::Family;
using std::chrono::seconds;

namespace {

struct Query {
    std::string name;
    bool v6 = false;
    std::string text;  // as it came
    sockaddr_in from{};
};

// A name server on loopback. The script, on its thread, gets each query and answers when it likes.
class NameServer {
  public:
    using Script = std::function<void(NameServer&, const Query&)>;

    explicit NameServer(Script script) : script_(std::move(script)), socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;
    ~NameServer() {
        ::shutdown(socket_, SHUT_RDWR);
        const char end = 0;  // where the above does not wake a datagram socket
        sockaddr_in self{};
        self.sin_family = AF_INET;
        self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        self.sin_port = htons(port_);
        const int waker = ::socket(AF_INET, SOCK_DGRAM, 0);
        (void)::sendto(waker, &end, 1, 0, reinterpret_cast<sockaddr*>(&self), sizeof self);
        ::close(waker);
        thread_.join();
        ::close(socket_);
    }

    // `error` is the response code; addresses of IPv4 are four numbers, of IPv6 sixteen.
    void answer(const Query& query, const std::vector<std::string>& addresses, std::uint32_t ttl = 60, int error = 0) {
        std::string reply = query.text;
        reply[2] = static_cast<char>(0x81);
        reply[3] = static_cast<char>(0x80 | error);
        reply[6] = 0;
        reply[7] = static_cast<char>(addresses.size());
        for (const std::string& address : addresses) {
            reply += std::string("\xc0\x0c\0", 3) + (query.v6 ? '\x1c' : '\x01') + std::string("\0\x01", 2);
            for (int shift = 24; shift >= 0; shift -= 8) reply += static_cast<char>(ttl >> shift);
            reply += std::string(1, '\0') + static_cast<char>(address.size()) + address;
        }
        (void)::sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&query.from),
                       sizeof query.from);
    }

    [[nodiscard]] http::DnsSettings settings() const {
        http::DnsSettings result;
        result.servers = "127.0.0.1:" + std::to_string(port_);
        return result;
    }
    [[nodiscard]] int queries() const { return queries_; }

  private:
    void serve() {
        char block[1024];
        for (;;) {
            Query query;
            socklen_t size = sizeof query.from;
            const long count = ::recvfrom(socket_, block, sizeof block, 0, reinterpret_cast<sockaddr*>(&query.from), &size);
            if (count < 12) return;
            std::size_t at = 12;
            while (at < static_cast<std::size_t>(count) && block[at] != 0) {
                const auto length = static_cast<std::size_t>(block[at]);
                query.name += (query.name.empty() ? "" : ".") + std::string(block + at + 1, length);
                at += length + 1;
            }
            query.v6 = block[at + 2] == 0x1c;
            query.text.assign(block, at + 5);
            query.text[11] = 0;  // no additional records
            ++queries_;
            script_(*this, query);
        }
    }

    Script script_;
    int socket_;
    std::uint16_t port_ = 0;
    std::atomic<int> queries_{0};
    std::thread thread_;
};

const std::string ten_one("\x0a\0\0\x01", 4);
const std::string db8_one = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01";

struct Fixture {
    asio::io_context context;
    std::array<std::optional<Addresses>, 2> got;

    std::unique_ptr<http::NameSource::Question> ask(http::DnsSource source, const std::string& name) {
        return source.ask(context.get_executor(), name, [this](Family family, const Addresses& found) {
            auto& place = got[static_cast<std::size_t>(family)];
            CHECK(!place);
            place = found;
        });
    }
    [[nodiscard]] const Addresses& v6() const { return got[0].value(); }
    [[nodiscard]] const Addresses& v4() const { return got[1].value(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "dns: addresses of both families, and how long they are valid") {
    NameServer server([](NameServer& self, const Query& query) {
        if (query.v6) return self.answer(query, {db8_one}, 30);
        self.answer(query, {ten_one, ten_one, std::string("\x0a\0\0\x02", 4)}, 7);
    });
    const auto question = ask(http::DnsSource(server.settings()), "service.example");
    context.run();  // ends when both are answered: no socket, no timer remains
    CHECK(v6().list == std::vector{asio::ip::make_address("2001:db8::1")});
    CHECK(v6().valid == seconds(30));
    CHECK(v4().list == std::vector{asio::ip::make_address("10.0.0.1"), asio::ip::make_address("10.0.0.2")});
    CHECK(v4().valid == seconds(7));
    CHECK(server.queries() == 2);
}

TEST_CASE_METHOD(Fixture, "dns: names that do not exist, and those of one family only") {
    NameServer server([](NameServer& self, const Query& query) {
        if (query.name == "service.example" && !query.v6) return self.answer(query, {ten_one});
        self.answer(query, {}, 0, query.name == "service.example" ? 0 : 3);
    });
    const bool exists = GENERATE(true, false);
    const auto question = ask(http::DnsSource(server.settings()), exists ? "service.example." : "unknown.example.");
    context.run();
    CHECK((v4().error == asio::error::host_not_found) == !exists);
    CHECK(v6().error == (exists ? asio::error::make_error_code(asio::error::no_data)
                                : asio::error::make_error_code(asio::error::host_not_found)));
}

TEST_CASE_METHOD(Fixture, "dns: servers that fail, or do not answer") {
    const bool silent = GENERATE(false, true);
    NameServer server([&](NameServer& self, const Query& query) {
        if (!silent) self.answer(query, {}, 0, 2);
    });
    http::DnsSettings settings = server.settings();
    settings.patience = std::chrono::milliseconds(5);
    const auto question = ask(http::DnsSource(settings), "service.example.");
    context.run();
    CHECK(v4().error == asio::error::host_not_found_try_again);
    CHECK(v6().error == asio::error::host_not_found_try_again);
}

TEST_CASE_METHOD(Fixture, "dns: this machine needs no server") {
    NameServer server([](NameServer&, const Query&) {});
    const std::string name = GENERATE(as<std::string>(), "localhost", "LocalHost.", "bucket.localhost");
    const auto question = ask(http::DnsSource(server.settings()), name);
    context.run();
    CHECK(v6().list == std::vector{asio::ip::make_address("::1")});
    CHECK(v4().list == std::vector{asio::ip::make_address("127.0.0.1")});
    CHECK(server.queries() == 0);
}

TEST_CASE_METHOD(Fixture, "dns: many names at once") {
    constexpr int names = 100;
    std::vector<Query> waiting;
    NameServer server([&](NameServer& self, const Query& query) {
        waiting.push_back(query);  // nobody is answered until all have asked
        if (waiting.size() < 2 * names) return;
        for (const Query& each : waiting) self.answer(each, {each.v6 ? db8_one : ten_one});
    });
    http::DnsSettings settings = server.settings();
    settings.patience = seconds(30);
    http::DnsSource source(settings);
    int answered = 0;
    std::vector<std::unique_ptr<http::NameSource::Question>> questions;
    for (int i = 0; i < names; ++i) {
        questions.push_back(source.ask(context.get_executor(), "n" + std::to_string(i) + ".example.",
                                       [&](Family, const Addresses& found) { answered += found.error ? 0 : 1; }));
    }
    context.run();
    CHECK(answered == 2 * names);
}

TEST_CASE_METHOD(Fixture, "dns: a question that is withdrawn leaves nothing behind") {
    std::atomic<bool> asked{false};
    NameServer server([&](NameServer&, const Query&) { asked = true; });
    auto question = ask(http::DnsSource(server.settings()), "service.example.");
    const bool on_its_way = GENERATE(false, true);
    while (on_its_way && !asked) context.poll_one();
    question.reset();
    context.run();  // returns: there is nothing to wait for
    CHECK(!got[0]);
    CHECK(!got[1]);
}

TEST_CASE("dns: a context may end with questions open") {
    std::atomic<bool> asked{false};
    NameServer server([&](NameServer&, const Query&) { asked = true; });
    int answers = 0;
    {
        asio::io_context context;
        http::Names names(context.get_executor(), std::make_shared<http::DnsSource>(server.settings()));
        const auto interest = names.look_up("service.example.", [&](Family, const Addresses&) { ++answers; });
        while (!asked) context.poll_one();
        names.shutdown();
    }
    CHECK(answers == 0);
}
