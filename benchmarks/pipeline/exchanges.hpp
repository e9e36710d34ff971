#pragma once
// The ways of getting one reply that are compared: plain Asio, Beast as its examples use it, and this library.

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace bench {

struct Peer {
    std::uint16_t port = 0;
    bool tls = false;
    std::string certificate;  // file
};

// What the exchanges that run at once have in common.
struct Progress {
    bool stop = false;
    std::uint64_t calls = 0;
};

// Exchanges, one after the other, over one connection until it is told to stop.
boost::asio::awaitable<void> raw_asio(const Peer& peer, Progress& progress);
boost::asio::awaitable<void> bare_beast(const Peer& peer, Progress& progress);

// The bytes that the library sends for the same call, so that all send equally many.
inline constexpr std::string_view request_body = R"({"cluster":"prod","include":["TAGS"],"services":["web"]})";
inline constexpr std::string_view authorization =
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20251122/us-east-1/ecs/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
    "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
inline constexpr std::string_view target = "AmazonEC2ContainerServiceV20141113.DescribeServices";

}  // namespace bench
