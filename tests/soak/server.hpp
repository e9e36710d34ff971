#pragma once
// A server in a process of its own, so that memory and threads of the one that is watched are the client's alone.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace botocraft::testing {
class AwsDouble;
}

namespace soak {

// Every service that is asked for is there.
void answer_services(botocraft::testing::AwsDouble& aws);

enum class Manner {
    answers,          // at once
    answers_roughly,  // and one request in twenty meets a fault
    is_silent,        // never
};

class Server {
  public:
    // Returns when it listens. Before the program has threads.
    explicit Server(Manner manner);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    // What it did, once nobody needs it any more.
    struct Seen {
        std::uint64_t requests = 0;
        std::uint64_t faults = 0;
        std::uint64_t most_resident_kib = 0;
    };
    Seen stop();

    [[nodiscard]] std::string endpoint_url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    pid_t process_ = -1;
    int alive_ = -1;  // open for as long as the server shall live
    int told_ = -1;   // what it tells is read from here
    std::uint16_t port_ = 0;
};

}  // namespace soak
