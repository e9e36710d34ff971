#pragma once
// The socket side of the double.

#include "testing/double_state.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace botocraft::testing {

class Connection;

// Accepts connections until it is stopped. What belongs to the execution context is owned by what runs there, and only
// watched from here: a user's context may end before the double does.
class Server {
  public:
    // Listens. With a context and a thread of its own where `executor` is empty.
    static std::shared_ptr<Server> start(std::optional<boost::asio::any_io_executor> executor,
                                         const std::shared_ptr<AwsDouble::State>& state);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    // From any thread, again and again.
    void stop();
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  private:
    using Acceptor = boost::asio::ip::tcp::acceptor;

    Server() = default;
    static boost::asio::awaitable<void> accept(std::shared_ptr<Server> self, std::shared_ptr<AwsDouble::State> state,
                                               std::shared_ptr<Acceptor> acceptor,
                                               boost::asio::any_io_executor connections_run_on);
    // False where the server is stopped already.
    [[nodiscard]] bool watch(const std::shared_ptr<Connection>& connection);

    std::uint16_t port_ = 0;
    std::mutex mutex_;  // of the three that follow
    bool stopped_ = false;
    std::weak_ptr<Acceptor> acceptor_;
    std::vector<std::weak_ptr<Connection>> connections_;
    std::unique_ptr<boost::asio::io_context> own_context_;
    std::thread thread_;
};

}  // namespace botocraft::testing
