#pragma once
// Wakes a coroutine that waits for one thing.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/query.hpp>

#include <atomic>
#include <utility>

namespace botocraft::http {

namespace asio = boost::asio;

// Knows when its execution context ends. A service that is made before it is shut down after it.
class ContextEnd final : public asio::execution_context::service {
  public:
    using key_type = ContextEnd;

    explicit ContextEnd(asio::execution_context& context) : service(context) {}

    [[nodiscard]] bool begun() const noexcept { return begun_.load(std::memory_order_relaxed); }

  private:
    void shutdown() noexcept override { begun_.store(true, std::memory_order_relaxed); }

    std::atomic<bool> begun_ = false;
};

// Any thread may send. What was sent before somebody waits is kept, once.
//
// A context that ends destroys coroutines one after another, and what one of them holds may wake the next. Asio 1.81's
// channels have forgotten by then who waits, though not that somebody does, and follow a null pointer: nothing is sent.
class Signal {
  public:
    explicit Signal(const asio::any_io_executor& executor)
        : channel_(executor, 1), end_(asio::use_service<ContextEnd>(asio::query(executor, asio::execution::context))) {}

    void send() noexcept {
        if (!end_.begun()) channel_.try_send(boost::system::error_code());
    }

    template <class Token>
    auto async_wait(Token&& token) {
        return channel_.async_receive(std::forward<Token>(token));
    }

  private:
    asio::experimental::concurrent_channel<void(boost::system::error_code)> channel_;
    ContextEnd& end_;  // made after the channel's service
};

}  // namespace botocraft::http
