#pragma once
// What every operation that may touch the network returns: awaitable_fwd.hpp says what it is.

#include <botocraft/awaitable_fwd.hpp>

#include <boost/asio/awaitable.hpp>
