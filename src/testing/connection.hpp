#pragma once
// One connection to the double.

#include "testing/double_state.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>

namespace botocraft::testing {

// Its members are touched on its socket's executor only.
class Connection {
  public:
    Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<AwsDouble::State> state);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // Serves requests until one side closes.
    [[nodiscard]] static boost::asio::awaitable<void> serve(std::shared_ptr<Connection> self);
    // From any thread: closes it soon.
    static void close(const std::shared_ptr<Connection>& connection);
    [[nodiscard]] boost::asio::any_io_executor executor() { return socket_.get_executor(); }

  private:
    using Result = RequestParser::Result;

    [[nodiscard]] boost::asio::awaitable<Result> receive();  // the next request; `more` where there is none
    [[nodiscard]] boost::asio::awaitable<bool> send(std::string_view bytes);
    [[nodiscard]] boost::asio::awaitable<bool> carry_out(Answer answer);  // whether another request may follow
    [[nodiscard]] boost::asio::awaitable<void> drain();                   // until the other side closes

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<AwsDouble::State> state_;
    RequestParser parser_;
    auth::Signer signer_;
    std::string buffer_;    // received
    std::size_t used_ = 0;  // of it, by the parser
};

}  // namespace botocraft::testing
