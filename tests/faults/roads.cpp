#include "roads.hpp"

#include "auth/sign_in_cache.hpp"
#include "http/dns.hpp"
#include "tls_relay.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cctype>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faults {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;
using botocraft::Credentials;
using botocraft::SessionOptions;
using botocraft::testing::FakeEnvironment;

namespace {

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

// One connection of a client's, and the one to which a proxy passes what comes.
struct Line {
    explicit Line(tcp::socket accepted) : client(std::move(accepted)), server(client.get_executor()) {}

    void close() {
        error_code ignored;
        client.close(ignored);
        server.close(ignored);
    }

    tcp::socket client;
    tcp::socket server;
    std::string received;
};

// The next request, whole; empty: there is none.
asio::awaitable<std::string> next_request(std::shared_ptr<Line> line) {
    constexpr std::string_view length = "content-length: ";
    std::array<char, 4096> block{};
    for (;;) {
        const std::size_t end = line->received.find("\r\n\r\n");
        if (end != std::string::npos) {
            std::string head = line->received.substr(0, end);
            for (char& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            const std::size_t at = head.find(length);
            const std::size_t body = at == std::string::npos ? 0 : std::stoul(head.substr(at + length.size()));
            if (line->received.size() >= end + 4 + body) {
                std::string request = line->received.substr(0, end + 4 + body);
                line->received.erase(0, request.size());
                co_return request;
            }
        }
        error_code error;
        const std::size_t count = co_await line->client.async_read_some(asio::buffer(block), into(error));
        if (error) co_return std::string();
        line->received.append(block.data(), count);
    }
}

// Connections are served until the server is gone.
class Server {
  public:
    using Serve = std::function<asio::awaitable<void>(std::shared_ptr<Line>)>;

    Server(asio::io_context& context, Serve serve) : state_(std::make_shared<State>(context, std::move(serve))) {
        asio::co_spawn(context, accept(state_), asio::detached);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        state_->ended = true;
        error_code ignored;
        state_->acceptor.close(ignored);
        for (const auto& known : state_->lines) {
            if (const auto line = known.lock()) line->close();
        }
    }

    [[nodiscard]] std::string authority() const {
        return "127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
    }

  private:
    struct State {
        State(asio::io_context& context, Serve served)
            : acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), serve(std::move(served)) {}
        tcp::acceptor acceptor;
        Serve serve;
        std::vector<std::weak_ptr<Line>> lines;
        bool ended = false;
    };

    static asio::awaitable<void> accept(std::shared_ptr<State> state) {
        for (;;) {
            error_code error;
            tcp::socket socket = co_await state->acceptor.async_accept(into(error));
            if (state->ended || error) co_return;
            socket.set_option(tcp::no_delay(true));
            const auto line = std::make_shared<Line>(std::move(socket));
            std::erase_if(state->lines, [](const std::weak_ptr<Line>& known) { return known.expired(); });
            state->lines.push_back(line);
            asio::co_spawn(state->acceptor.get_executor(), state->serve(line), asio::detached);
        }
    }

    std::shared_ptr<State> state_;
};

asio::awaitable<void> pass(std::shared_ptr<Line> line, bool back) {
    tcp::socket& from = back ? line->server : line->client;
    tcp::socket& to = back ? line->client : line->server;
    error_code error;
    std::array<char, 4096> block{};
    while (!error) {
        const std::size_t count = co_await from.async_read_some(asio::buffer(block), into(error));
        if (error) break;
        co_await asio::async_write(to, asio::buffer(block.data(), count), into(error));
    }
    line->close();
}

// Whoever is named, it is the one server that requests and tunnels lead to.
asio::awaitable<void> serve_proxy(std::shared_ptr<Line> line, std::uint16_t port) {
    error_code error;
    while (!error) {
        std::string request = co_await next_request(line);
        if (request.empty()) break;
        if (!line->server.is_open()) {
            const int descriptor = connect_past(port);
            if (descriptor == -1) break;
            line->server.assign(tcp::v4(), descriptor);
            asio::co_spawn(line->client.get_executor(), pass(line, true), asio::detached);
        }
        if (request.starts_with("CONNECT ")) {
            constexpr std::string_view granted = "HTTP/1.1 200 OK\r\n\r\n";
            co_await asio::async_write(line->client, asio::buffer(granted), into(error));
            if (!error) co_await pass(line, false);
            break;
        }
        const std::size_t begin = request.find(" http://") + 1;
        request.erase(begin, request.find('/', begin + 7) - begin);
        co_await asio::async_write(line->server, asio::buffer(request), into(error));
    }
    line->close();
}

// What a server says to a request; empty: that there is no such thing.
using Answers = std::function<std::string(std::string_view request)>;

asio::awaitable<void> serve_answers(std::shared_ptr<Line> line, Answers answers) {
    error_code error;
    while (!error) {
        const std::string request = co_await next_request(line);
        if (request.empty()) break;
        const std::string body = answers(request);
        const std::string reply = std::string("HTTP/1.1 ") + (body.empty() ? "404 Not Found" : "200 OK") +
                                  "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        co_await asio::async_write(line->client, asio::buffer(reply), into(error));
    }
    line->close();
}

// Every name is that of this machine, over IPv4.
class NameRoad final : public Road {
  public:
    static constexpr std::string_view host = "double.example";

    explicit NameRoad(asio::io_context& context)
        : socket_(std::make_shared<udp::socket>(context, udp::endpoint(asio::ip::address_v4::loopback(), 0))) {
        asio::co_spawn(context, serve(socket_), asio::detached);
        botocraft::http::DnsSettings settings;
        settings.servers = "127.0.0.1:" + std::to_string(socket_->local_endpoint().port());
        botocraft::http::use_names(context.get_executor(), std::make_shared<botocraft::http::DnsSource>(settings));
    }
    ~NameRoad() override {
        error_code ignored;
        socket_->close(ignored);
    }
    [[nodiscard]] std::string_view address() const override { return host; }

  private:
    static asio::awaitable<void> serve(std::shared_ptr<udp::socket> socket) {
        for (;;) {
            std::array<char, 1024> block{};
            udp::endpoint from;
            error_code error;
            const std::size_t count = co_await socket->async_receive_from(asio::buffer(block), from, into(error));
            if (error) co_return;
            const std::string reply = answer(std::string(block.data(), count));
            co_await socket->async_send_to(asio::buffer(reply), from, into(error));
        }
    }
    // To a question of which half may be missing; RFC 1035, 4.1.
    static std::string answer(std::string query) {
        std::size_t at = 12;
        while (at < query.size() && query[at] != 0) at += static_cast<unsigned char>(query[at]) + 1U;
        if (at + 5 > query.size()) return query.substr(0, 2);
        const bool v4 = query[at + 2] == 1;
        query.resize(at + 5);
        query[2] = static_cast<char>(0x81);
        query[3] = static_cast<char>(0x80);
        query[7] = v4 ? 1 : 0;
        query[11] = 0;
        if (v4) query += std::string("\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01", 16);
        return query;
    }

    std::shared_ptr<udp::socket> socket_;
};

class ServerRoad final : public Road {
  public:
    ServerRoad(asio::io_context& context, Server::Serve serve) : server_(context, std::move(serve)), address_(server_.authority()) {}

    [[nodiscard]] std::string_view address() const override { return address_; }
    [[nodiscard]] std::string url() const { return "http://" + address_; }

  private:
    Server server_;
    std::string address_;
};

constexpr std::string_view role = "arn:aws:iam::123456789012:role/reader";
constexpr std::string_view long_from_now = "2099-01-01T00:00:00Z";

std::string document(const Credentials& credentials) {
    return R"({"Code":"Success","AccessKeyId":")" + credentials.access_key_id + R"(","SecretAccessKey":")" +
           std::string(credentials.secret_access_key.reveal()) + R"(","Expiration":")" + std::string(long_from_now) + "\"}";
}

std::string role_document(const Credentials& credentials) {
    const std::string name = "AssumeRoleWithWebIdentity";
    return "<" + name + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + name +
           "Result><Credentials><AccessKeyId>" + credentials.access_key_id + "</AccessKeyId><SecretAccessKey>" +
           std::string(credentials.secret_access_key.reveal()) + "</SecretAccessKey><SessionToken></SessionToken><Expiration>" +
           std::string(long_from_now) + "</Expiration></Credentials></" + name + "Result></" + name + "Response>";
}

std::string sso_document(const Credentials& credentials) {
    return R"({"roleCredentials":{"accessKeyId":")" + credentials.access_key_id + R"(","secretAccessKey":")" +
           std::string(credentials.secret_access_key.reveal()) + R"(","sessionToken":"","expiration":4070908800000}})";
}

std::unique_ptr<ServerRoad> make_answers(asio::io_context& context, Answers answers) {
    return std::make_unique<ServerRoad>(context, [answers = std::move(answers)](std::shared_ptr<Line> line) {
        return serve_answers(std::move(line), answers);
    });
}

// The option that says where the service is.
std::optional<std::string>& url_of(SessionOptions& options, const std::string& service) {
    return options.endpoints.services[service].url;
}

std::unique_ptr<Road> lead_to_container(asio::io_context& context, SessionOptions& options, const Credentials& credentials) {
    auto road = make_answers(context, [text = document(credentials)](std::string_view) { return text; });
    botocraft::ContainerAgent agent;
    agent.uri = road->url() + "/credentials";
    options.credentials = botocraft::container_credentials(agent);
    return road;
}

std::unique_ptr<Road> lead_to_instance(asio::io_context& context, SessionOptions& options, const Credentials& credentials) {
    auto road = make_answers(context, [text = document(credentials)](std::string_view request) -> std::string {
        if (request.starts_with("PUT /latest/api/token ")) return "token";
        return request.find("/security-credentials/reader ") == request.npos ? "reader" : text;
    });
    options.metadata.endpoint = road->url();
    options.credentials = botocraft::instance_credentials();
    return road;
}

std::unique_ptr<Road> lead_to_sts(asio::io_context& context, SessionOptions& options, const Credentials& credentials) {
    auto road = make_answers(context, [text = role_document(credentials)](std::string_view) { return text; });
    const auto environment = std::make_shared<FakeEnvironment>();
    environment->add_file("/token", "a-token");
    options.environment = environment;
    url_of(options, "sts") = road->url();
    botocraft::WebIdentity identity;
    identity.role_arn = role;
    identity.token_file = "/token";
    options.credentials = botocraft::web_identity_credentials(identity);
    return road;
}

std::unique_ptr<Road> lead_to_sso(asio::io_context& context, SessionOptions& options, const Credentials& credentials) {
    auto road = make_answers(context, [text = sso_document(credentials)](std::string_view) { return text; });
    const auto environment = std::make_shared<FakeEnvironment>();
    environment->set("HOME", "/h");
    constexpr std::string_view start = "https://x.awsapps.com/start";
    environment->add_file(botocraft::auth::sso_cache_path(*environment, start),
                          R"({"accessToken":"access","expiresAt":")" + std::string(long_from_now) + "\"}");
    options.environment = environment;
    url_of(options, "sso") = road->url();
    botocraft::SsoRole asked;
    asked.start_url = start;
    asked.region = "us-east-1";
    asked.account_id = "123456789012";
    asked.role_name = "reader";
    options.credentials = botocraft::sso_credentials(asked);
    return road;
}

}  // namespace

std::string_view name_of(Way way) {
    constexpr std::array<std::string_view, 7> names{"name", "proxy", "tunnel", "container", "instance", "web identity", "sso"};
    return names[static_cast<std::size_t>(way)];
}

std::unique_ptr<Road> make_road(Way way, asio::io_context& context, std::uint16_t port, SessionOptions& options,
                                const Credentials& credentials) {
    switch (way) {
        case Way::name: {
            options.endpoint_url = "http://" + std::string(NameRoad::host) + ":" + std::to_string(port);
            return std::make_unique<NameRoad>(context);
        }
        case Way::proxy:
        case Way::tunnel: {
            auto road = std::make_unique<ServerRoad>(
                context, [port](std::shared_ptr<Line> line) { return serve_proxy(std::move(line), port); });
            (way == Way::proxy ? options.proxy.http : options.proxy.https) = road->url();
            return road;
        }
        case Way::container: return lead_to_container(context, options, credentials);
        case Way::instance: return lead_to_instance(context, options, credentials);
        case Way::web_identity: return lead_to_sts(context, options, credentials);
        case Way::sso: return lead_to_sso(context, options, credentials);
    }
    return nullptr;
}

}  // namespace faults
