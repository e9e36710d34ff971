#include "tls_relay.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <netinet/tcp.h>
#include <sys/syscall.h>

#include <array>

namespace faults {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

}  // namespace

int connect_past(std::uint16_t port) {
    const int descriptor = static_cast<int>(::syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    // What waits for the peer's kernel to acknowledge takes real time, and the others' clock does not stand still.
    const int at_once = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    if (::syscall(SYS_connect, descriptor, &address, sizeof address) == 0) return descriptor;
    ::close(descriptor);
    return -1;
}

Identity::Identity(int tls_version) {
    SSL_CTX* const context = context_.native_handle();
    const http_test::Certificate shown =
        http_test::make_certificate(key_.get(), "IP:127.0.0.1", authority_.get(), authority_key_.get());
    REQUIRE(SSL_CTX_use_certificate(context, shown.get()) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey(context, key_.get()) == 1);
    REQUIRE(SSL_CTX_set_max_proto_version(context, tls_version) == 1);
}

struct TlsRelay::Connection {
    Connection(tcp::socket socket, Identity& identity)
        : client(std::move(socket), identity.context()), server(client.get_executor()) {}

    void close() {
        error_code ignored;
        client.next_layer().close(ignored);
        server.close(ignored);
    }

    asio::ssl::stream<tcp::socket> client;
    tcp::socket server;
    std::size_t asked_in_round = 0;
};

TlsRelay::TlsRelay(asio::io_context& context, Identity& identity, std::uint16_t server_port)
    : context_(context),
      identity_(identity),
      server_port_(server_port),
      acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(context_, accept(), asio::detached);
}

TlsRelay::~TlsRelay() {
    *ended_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& known : connections_) {
        if (const auto connection = known.lock()) connection->close();
    }
}

asio::awaitable<void> TlsRelay::accept() {
    const std::shared_ptr<bool> ended = ended_;
    for (;;) {
        error_code error;
        tcp::socket socket = co_await acceptor_.async_accept(into(error));
        if (*ended || error) co_return;
        socket.set_option(tcp::no_delay(true));
        const auto connection = std::make_shared<Connection>(std::move(socket), identity_);
        std::erase_if(connections_, [](const std::weak_ptr<Connection>& known) { return known.expired(); });
        connections_.push_back(connection);
        asio::co_spawn(context_, serve(connection), asio::detached);
    }
}

asio::awaitable<void> TlsRelay::serve(std::shared_ptr<Connection> connection) {
    const std::shared_ptr<bool> ended = ended_;
    error_code error;
    co_await connection->client.async_handshake(asio::ssl::stream_base::server, into(error));
    std::array<char, 4096> block{};
    while (!error && !*ended) {
        const std::size_t count = co_await connection->client.async_read_some(asio::buffer(block), into(error));
        if (error || *ended) break;
        if (std::exchange(connection->asked_in_round, round_) != round_) ++connections_asked_;
        if (!connection->server.is_open()) {
            const int descriptor = connect_past(server_port_);
            if (descriptor == -1) break;
            connection->server.assign(tcp::v4(), descriptor);
            asio::co_spawn(context_, pass_replies(connection), asio::detached);
        }
        co_await asio::async_write(connection->server, asio::buffer(block.data(), count), into(error));
    }
    connection->close();
}

asio::awaitable<void> TlsRelay::pass_replies(std::shared_ptr<Connection> connection) {
    error_code error;
    std::array<char, 4096> block{};
    while (!error) {
        const std::size_t count = co_await connection->server.async_read_some(asio::buffer(block), into(error));
        if (error) break;
        co_await asio::async_write(connection->client, asio::buffer(block.data(), count), into(error));
    }
    connection->close();
}

}  // namespace faults
