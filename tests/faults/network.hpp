#pragma once
// The network as a test wants it: this program's own socket, connect, send, receive and clock stand in for those of the system,
// for sockets that were made here and not accepted, those of name look-ups among them. Time passes only where everybody waits
// for it. For one thread.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faults {

enum class Step : unsigned char { connect, send, receive, open };
inline constexpr std::size_t steps = 4;

enum class Kind : unsigned char {
    none,
    reset,        // ECONNRESET
    eof,          // an orderly end; EPIPE where something is sent
    refused,      // ECONNREFUSED
    timed_out,    // ETIMEDOUT
    unreachable,  // EHOSTUNREACH
    torn,         // half of the bytes pass, then ECONNRESET
    stall,        // nothing comes and nothing goes any more
    stop,         // reset, and nobody listens any more
    trickle,      // one byte at a time, from the first step on
    split,        // of what is sent or received, `bytes` pass; the rest a moment later
    cut,          // of the reply, `bytes` pass; then an orderly end
    exhausted,    // EMFILE: no descriptor is left for a socket. Its steps are the sockets that are made, and those alone
};

struct Plan {
    Kind kind = Kind::none;
    std::size_t step = 0;   // the number of the network operation that fails, from 1 on
    Step at = Step::receive;  // split: of what
    std::size_t bytes = 0;    // split and cut
};

// What the client did since `arm`.
struct Report {
    std::vector<Step> done;         // operations that moved something
    std::size_t opened = 0;         // sockets, those that failed among them
    bool happened = false;          // the plan's step was reached
    Step failed = Step::connect;    // and was this
    bool datagram = false;          // of a look-up of a name
    std::size_t bytes_sent = 0;
    std::size_t bytes_received = 0;
    int connections_written = 0;    // connections, of TCP, on which bytes of requests went out
    int misused = 0;                // writes to connections after they failed
};

void arm(const Plan& plan);
[[nodiscard]] Report disarm();

[[nodiscard]] std::size_t open_client_sockets();
[[nodiscard]] std::uint64_t virtual_nanoseconds();  // that passed so far

[[nodiscard]] std::string_view name_of(Kind kind);
[[nodiscard]] std::string_view name_of(Step step);

}  // namespace faults
