#pragma once
// The name of awaitable<T>, for declarations that shall not bring Asio with them.

namespace boost::asio {
class any_io_executor;
template <typename T, typename Executor>
class awaitable;
}  // namespace boost::asio

namespace botocraft {

// Awaited with co_await in a coroutine of Boost.Asio. It starts when it is awaited; what it was made from may be gone by
// then. Every one of them honours Asio's per-operation cancellation.
template <class T>
using awaitable = boost::asio::awaitable<T, boost::asio::any_io_executor>;

}  // namespace botocraft
