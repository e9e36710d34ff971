#pragma once
// A server on loopback whose connections each follow a script, blocking, on a thread of their own; and how to call it.

#include "http/transport.hpp"

#include "catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace http_test {

namespace asio = boost::asio;
namespace http = botocraft::http;

// The server's end of one connection.
class Peer {
  public:
    Peer(int socket, int number) : socket_(socket), number_(number) {}
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() { ::close(socket_); }

    [[nodiscard]] int socket() const { return socket_; }
    [[nodiscard]] int number() const { return number_; }  // how many connections came before

    // The next request, or nothing if the client has closed the connection.
    std::optional<std::string> request() {
        for (;;) {
            const auto end = received_.find("\r\n\r\n");
            if (end != std::string::npos) {
                const std::size_t size = end + 4 + length(received_.substr(0, end));
                if (received_.size() >= size) {
                    std::string result = received_.substr(0, size);
                    received_.erase(0, size);
                    return result;
                }
            }
            char block[16 * 1024];
            const long count = read(block, sizeof block);
            if (count <= 0) return std::nullopt;
            received_.append(block, static_cast<std::size_t>(count));
        }
    }

    void send(std::string_view text) {
        while (!text.empty()) {
            const long count = write(text.data(), text.size());
            if (count <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    void answer(std::string_view body, std::string_view more_headers = {}) {
        send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more_headers) +
             "\r\n" + std::string(body));
    }

    // Waits until the client closes.
    void until_closed() {
        while (request()) {
        }
    }

    // Closes with a reset instead of an orderly end.
    void reset() {
        const linger abort{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    }

    [[nodiscard]] virtual bool has_more() { return false; }  // that was received, but not read
    virtual long read(char* to, std::size_t size) { return ::recv(socket_, to, size, 0); }
    virtual long write(const char* from, std::size_t size) { return ::send(socket_, from, size, MSG_NOSIGNAL); }

  private:
    static std::size_t length(std::string_view head) {
        constexpr std::string_view name = "Content-Length: ";
        const auto at = head.find(name);
        std::size_t result = 0;
        if (at != std::string_view::npos) {
            std::from_chars(head.data() + at + name.size(), head.data() + head.size(), result);
        }
        return result;
    }

    const int socket_;
    const int number_;
    std::string received_;
};

class Server {
  public:
    using Script = std::function<void(Peer&)>;
    using MakePeer = std::function<std::unique_ptr<Peer>(int socket, int number)>;

    explicit Server(Script script, MakePeer make_peer = plain)
        : script_(std::move(script)), make_peer_(std::move(make_peer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(listener_, 64) == 0);
        REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept(); });
    }
    ~Server() {
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        ::close(listener_);
        {
            const std::lock_guard lock(mutex_);
            for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
        }
        for (std::thread& thread : threads_) thread.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] int connections() const { return connections_; }
    [[nodiscard]] http::Origin origin() const {
        http::Origin result;
        result.tls = false;
        result.host = "127.0.0.1";
        result.port = port_;
        return result;
    }

  private:
    static std::unique_ptr<Peer> plain(int socket, int number) { return std::make_unique<Peer>(socket, number); }

    void accept() {
        for (;;) {
            const int socket = ::accept(listener_, nullptr, nullptr);
            if (socket < 0) return;
            const int number = connections_++;
            {
                const std::lock_guard lock(mutex_);
                open_.push_back(socket);
            }
            threads_.emplace_back([this, socket, number] {
                const auto peer = make_peer_(socket, number);
                script_(*peer);
                const std::lock_guard lock(mutex_);  // so that the destructor shuts no other's descriptor down
                open_.remove(socket);
            });
        }
    }

    Script script_;
    MakePeer make_peer_;
    int listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::mutex mutex_;
    std::list<int> open_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

// Takes bytes both ways between the peer and a server, until one of them ends. A server that takes no more may have answered.
inline void relay(Peer& peer, std::uint16_t port) {
    const int server = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    bool open = ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    bool takes = open;
    char block[16 * 1024];
    while (open) {
        pollfd both[] = {{takes ? peer.socket() : -1, POLLIN, 0}, {server, POLLIN, 0}};
        const bool has_more = takes && peer.has_more();
        if (!has_more) ::poll(both, 2, -1);
        if (has_more || both[0].revents != 0) {
            const long count = peer.read(block, sizeof block);
            open = count > 0;
            takes = open && ::send(server, block, static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
        }
        if (open && both[1].revents != 0) {
            const long count = ::recv(server, block, sizeof block, 0);
            open = count > 0;
            if (open) peer.send({block, static_cast<std::size_t>(count)});
        }
    }
    ::close(server);
    ::shutdown(peer.socket(), SHUT_RDWR);
}

// What remains of a reply when its lease is over.
struct Answer {
    int status = 0;
    std::string body;
    std::string request_id;
    bool reused = false;
};

inline asio::awaitable<Answer> call(http::Transport& transport, const http::Origin& origin, const http::Limits& limits,
                                    std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                    http::ReplyBody expected = http::ReplyBody::expected) {
    http::Lease lease = co_await transport.acquire(origin, limits);
    lease.output() = request;
    co_await lease.exchange(expected);
    Answer answer;
    answer.status = lease.reply().status();
    answer.body = lease.reply().body();
    answer.request_id = lease.reply().header("x-amzn-requestid");
    answer.reused = lease.reused();
    co_return answer;
}

// Runs the context until the coroutine ends; throws what it throws.
template <class T>
T run(asio::io_context& context, asio::awaitable<T> coroutine) {
    std::exception_ptr error;
    std::optional<T> result;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown, T value) {
        error = thrown;
        result = std::move(value);
    });
    context.restart();
    context.run();
    if (error) std::rethrow_exception(error);
    REQUIRE(result);
    return std::move(*result);
}

template <class T>
http::Failure failure(asio::io_context& context, asio::awaitable<T> coroutine) {
    try {
        (void)run(context, std::move(coroutine));
    } catch (const http::Failure& thrown) {
        return thrown;
    }
    FAIL("it did not fail");
    throw 0;
}

}  // namespace http_test
