#pragma once
// What every operation that may touch the network returns.

#include <boost/asio/awaitable.hpp>

namespace botocraft {

// Awaited with co_await in a coroutine of Boost.Asio. It starts when it is awaited; what it was made from may be gone by
// then. Every one of them honours Asio's per-operation cancellation.
template <class T>
using awaitable = boost::asio::awaitable<T>;

}  // namespace botocraft
