#include "testing/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace botocraft::testing {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t read_size = 16U << 10;

auto into(error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

// Counts a request as in flight until it is answered, or its connection is gone.
class InFlight {
  public:
    explicit InFlight(AwsDouble::State& state) : state_(state) {}
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    ~InFlight() { state_.request_finished(); }

  private:
    AwsDouble::State& state_;
};

}  // namespace

Connection::Connection(tcp::socket socket, std::shared_ptr<AwsDouble::State> state)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      state_(std::move(state)),
      parser_(state_->options.max_body) {
    state_->connection_opened();
}

Connection::~Connection() {
    state_->connection_closed();
}

void Connection::close(const std::shared_ptr<Connection>& connection) {
    asio::post(connection->executor(), [connection] {
        error_code ignored;
        connection->socket_.close(ignored);
        connection->timer_.cancel();
    });
}

asio::awaitable<void> Connection::serve(std::shared_ptr<Connection> self) {
    for (bool more = true; more;) {
        self->parser_.next();
        const Result result = co_await self->receive();
        if (result == Result::more) co_return;
        if (result != Result::done) {
            Answer refusal = self->state_->respond_to_garbage(result == Result::too_large);
            co_await self->carry_out(std::move(refusal));
            co_return;
        }
        Answer answer = self->state_->respond(self->parser_.request(), self->signer_);
        const InFlight in_flight(*self->state_);
        more = co_await self->carry_out(std::move(answer));
    }
}

asio::awaitable<Connection::Result> Connection::receive() {
    Result result = Result::more;
    for (bool first = true;; first = false) {
        std::size_t consumed = 0;
        // What came behind the last request may be the next one.
        if (!first || used_ < buffer_.size()) {
            result = parser_.put(std::string_view(buffer_).substr(used_), consumed);
            used_ += consumed;
        }
        if (result != Result::more) co_return result;
        if (parser_.wants_continue()) {
            const bool sent = co_await send("HTTP/1.1 100 Continue\r\n\r\n");
            if (!sent) co_return Result::more;
        }
        buffer_.erase(0, used_);
        used_ = 0;
        const std::size_t held = buffer_.size();
        buffer_.resize(held + read_size);
        error_code error;
        const std::size_t received =
            co_await socket_.async_read_some(asio::buffer(buffer_.data() + held, read_size), into(error));
        buffer_.resize(held + received);
        if (error) co_return Result::more;
    }
}

asio::awaitable<bool> Connection::send(std::string_view bytes) {
    error_code error;
    co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), into(error));
    co_return !error;
}

asio::awaitable<bool> Connection::carry_out(Answer answer) {
    error_code error;
    if (answer.delay.count() > 0) {
        timer_.expires_after(answer.delay);
        co_await timer_.async_wait(into(error));
        if (error) co_return false;
    }
    if (!answer.bytes.empty()) {
        const bool sent = co_await send(answer.bytes);
        if (!sent) co_return false;
    }
    switch (answer.after) {
        case Answer::After::keep: co_return true;
        case Answer::After::close: socket_.shutdown(tcp::socket::shutdown_send, error); break;
        case Answer::After::stall: break;
        case Answer::After::reset:
            socket_.set_option(asio::socket_base::linger(true, 0), error);
            socket_.close(error);
            co_return false;
    }
    co_await drain();
    co_return false;
}

asio::awaitable<void> Connection::drain() {
    std::array<char, 1024> ignored{};
    for (error_code error; !error;) {
        co_await socket_.async_read_some(asio::buffer(ignored), into(error));
    }
}

}  // namespace botocraft::testing
