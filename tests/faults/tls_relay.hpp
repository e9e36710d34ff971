#pragma once
// TLS in front of a server that speaks none: on the same thread, and reached by a network that does not fail.

#include "tls_server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace faults {

// A certificate for 127.0.0.1, and the authority to be trusted. Sessions can be taken up again.
class Identity {
  public:
    explicit Identity(int tls_version);

    [[nodiscard]] boost::asio::ssl::context& context() { return context_; }
    [[nodiscard]] const std::string& authority_file() const { return trusted_.path(); }

  private:
    http_test::Key authority_key_ = http_test::make_key();
    http_test::Certificate authority_ = http_test::make_certificate(authority_key_.get(), "", nullptr, authority_key_.get());
    http_test::PemFile trusted_{authority_.get()};
    http_test::Key key_ = http_test::make_key();
    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
};

// Past the network that fails, which takes what is connected by its own `connect` for the client's. -1: nobody is there.
[[nodiscard]] int connect_past(std::uint16_t port);

class TlsRelay {
  public:
    TlsRelay(boost::asio::io_context& context, Identity& identity, std::uint16_t server_port);
    TlsRelay(const TlsRelay&) = delete;
    TlsRelay& operator=(const TlsRelay&) = delete;
    ~TlsRelay();

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    [[nodiscard]] std::string endpoint_url() const { return "https://127.0.0.1:" + std::to_string(port()); }
    // Connections on which something came that TLS protected: requests.
    [[nodiscard]] int connections_asked() const { return connections_asked_; }
    void count_anew() {
        connections_asked_ = 0;
        ++round_;
    }

  private:
    using tcp = boost::asio::ip::tcp;
    struct Connection;

    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
    boost::asio::awaitable<void> pass_replies(std::shared_ptr<Connection> connection);

    boost::asio::io_context& context_;
    Identity& identity_;
    const std::uint16_t server_port_;
    tcp::acceptor acceptor_;
    std::vector<std::weak_ptr<Connection>> connections_;
    int connections_asked_ = 0;
    std::size_t round_ = 1;
    std::shared_ptr<bool> ended_ = std::make_shared<bool>(false);
};

}  // namespace faults
