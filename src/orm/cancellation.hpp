#pragma once
// Cancelling what runs on another strand than the coroutine that waits for it.

#include <botocraft/awaitable.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace botocraft::detail {

// The first thing in a coroutine that is spawned for another one, which waits for it: what is spawned heeds only the terminal
// type of cancellation, whatever the one that waits does. Which types come this far is for that one to say.
[[nodiscard]] inline awaitable<void> heed_cancellation() {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) {
        throw boost::system::system_error(boost::asio::error::operation_aborted);
    }
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::enable_total_cancellation());
}

}  // namespace botocraft::detail
