#pragma once
// Opens a TCP connection to a host, over whichever of its addresses answers first.

#include "http/names.hpp"
#include "http/race.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>

namespace botocraft::http {

struct Dialled {
    std::optional<asio::ip::tcp::socket> socket;
    // Where there is none:
    Phase phase = Phase::connect;
    boost::system::error_code error{};  // operation_aborted: the caller was cancelled
    std::string story{};                // what was tried
    bool all_failed = false;            // there were addresses, and each was tried and failed
};

// Its end, for whatever reason, leaves no socket, timer or look-up behind.
[[nodiscard]] asio::awaitable<Dialled> dial(Names& names, asio::any_io_executor executor, std::string host,
                                            std::uint16_t port, Race::Times times);

}  // namespace botocraft::http
