#pragma once
// A server that is never the bottleneck: a process of its own, one thread over epoll, one fixed reply, plain and TLS 1.3.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace bench {

class Server {
  public:
    // Returns when it listens. Runs on processor 0 where there are several.
    Server();
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
