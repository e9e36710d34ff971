#pragma once
// Event: a coroutine waits until another one, on the same strand, says that something has changed.

#include <botocraft/awaitable.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace botocraft::detail {

// All members are called on one strand. Any number may wait.
class Event {
  public:
    explicit Event(const boost::asio::any_io_executor& strand)
        : timer_(strand, boost::asio::steady_timer::time_point::max()) {}

    void notify() { timer_.cancel(); }

    // Returns after the next `notify`. Throws system_error(operation_aborted) where the waiter is cancelled.
    [[nodiscard]] awaitable<void> wait() {
        boost::system::error_code ignored;
        co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none) {
            throw boost::system::system_error(boost::asio::error::operation_aborted);
        }
    }

  private:
    boost::asio::steady_timer timer_;
};

}  // namespace botocraft::detail
