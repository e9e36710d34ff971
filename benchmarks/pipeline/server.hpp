#pragma once
// A server that is never the bottleneck: a process of its own, one thread over epoll, one fixed reply, plain and TLS 1.3.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace bench {

// What it does when every request is answered. A server that sleeps is woken by whoever sends the next request, and the
// sender pays: 3 to 10 us on a virtual machine whose idle processors halt at once, little where they poll for a while.
// Raw Asio sends so fast that it hardly ever finds the server asleep; who does more work between two requests wakes it more
// often. So a server that sleeps says what calls cost beside their server, where the wake-ups of this very machine can
// count as much as the work, and be cheap a minute later; one that spins says what the calls themselves cost, as to a
// server that is elsewhere. The latter is what to compare by.
enum class Idle { sleeps, spins };

class Server {
  public:
    // Returns when it listens. Runs on processor 0 where there are several.
    explicit Server(Idle idle);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    [[nodiscard]] std::uint16_t plain_port() const noexcept { return plain_port_; }
    [[nodiscard]] std::uint16_t tls_port() const noexcept { return tls_port_; }
    // A file with its certificate, for 127.0.0.1.
    [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }

  private:
    pid_t process_ = -1;
    std::uint16_t plain_port_ = 0;
    std::uint16_t tls_port_ = 0;
    std::string certificate_;
};

// The calling thread runs on this processor from now on, where there are several.
void stay_on_processor(int processor);

}  // namespace bench
