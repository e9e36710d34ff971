#pragma once
// How connections are secured, by which way they go, and what became of them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace botocraft {

// Verification of the server's certificate and name is always on, and TLS 1.2 the least version, whatever is set here.
struct TlsOptions {
    // A configuration of your own, in place of `ca_bundle` and of what follows. It is only read from, and may be shared.
    std::shared_ptr<boost::asio::ssl::context> context{};

    // A certificate for servers that ask who the client is.
    std::string client_certificate{};  // PEM file with the chain
    std::string client_key{};          // PEM file, without a password; empty: in the same file
};

// Proxies, as `http://user:password@proxy.example:3128`; `https://` where the proxy itself speaks TLS. What is left out
// comes from the environment, in capitals or not; an empty text is no proxy. What the environment says does not hold for
// this machine itself (localhost, 127.0.0.0/8, ::1). The instance metadata service and the container's agent are never asked
// by way of a proxy.
struct ProxyOptions {
    std::optional<std::string> https{};     // for endpoints with TLS; else HTTPS_PROXY, ALL_PROXY
    std::optional<std::string> http{};      // for those without; else HTTP_PROXY, ALL_PROXY
    std::optional<std::string> no_proxy{};  // hosts that are reached without: `example.com, 10.0.0.0/8`; else NO_PROXY
};

// What the connections of one execution context did so far, and do now.
struct ConnectionStatistics {
    std::uint64_t opened = 0;
    std::uint64_t reused = 0;              // exchanges over a connection that was used before
    std::uint64_t handshakes_resumed = 0;  // TLS handshakes that took up an earlier session

    // Connections that were closed, and why.
    struct Closed {
        std::uint64_t idle = 0;       // unused for too long
        std::uint64_t age = 0;        // open for too long
        std::uint64_t by_server = 0;  // while it was idle
        std::uint64_t unfit = 0;      // the reply forbids another exchange, or left the connection in an unclear state
        std::uint64_t failed = 0;     // broke, or broke the protocol
        std::uint64_t timed_out = 0;
        std::uint64_t cancelled = 0;  // the caller was cancelled during an exchange
        [[nodiscard]] std::uint64_t total() const noexcept {
            return idle + age + by_server + unfit + failed + timed_out + cancelled;
        }
    } closed{};

    std::size_t waiting = 0;    // calls that wait for a connection
    std::size_t in_flight = 0;  // connections in use or being opened
    std::size_t idle = 0;
};

}  // namespace botocraft
