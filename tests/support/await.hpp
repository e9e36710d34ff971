#pragma once
// Runs coroutines in tests that talk to real sockets.

#include <botocraft/awaitable.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <utility>

namespace botocraft::test {

// Runs one coroutine to its end, and gives its result or its exception.
template <class T>
T await(awaitable<T> operation) {
    boost::asio::io_context context(1);
    auto result = boost::asio::co_spawn(context, std::move(operation), boost::asio::use_future);
    context.run();
    return result.get();
}

}  // namespace botocraft::test
