#pragma once
// A server that is never the bottleneck: a process of its own, one thread over epoll, one fixed reply, plain and TLS 1.3.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace bench {

// What it does when every request is answered. A server that sleeps has to be woken by whoever sends the next request, which
// costs the sender 3 to 5 us on a virtual machine; but only a sender that is slow enough finds it asleep. So a comparison
// over a server that sleeps says what calls cost to a program beside its server, wake-ups included, and one over a server
// that spins says what the calls themselves cost, as to a server that is elsewhere.
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
