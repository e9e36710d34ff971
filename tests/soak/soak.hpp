#pragma once
// What the long runs have in common, and the runs.

#include "server.hpp"

#include <botocraft/session.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace soak {

using Clock = std::chrono::steady_clock;

struct Options {
    std::chrono::seconds flight{4};
    std::size_t in_flight = 2000;
    std::size_t calls = 20'000;
    std::size_t storm_calls = 20'000;
    std::chrono::seconds storm{2};
    std::size_t cpu_calls = 4'000;
    std::vector<std::size_t> memory{1, 1000, 5000};
};

// Says what does not hold; the program then fails in the end.
void check(bool holds, const char* what);

[[nodiscard]] botocraft::SessionOptions options_for(const std::string& endpoint_url);
[[nodiscard]] boost::asio::awaitable<void> call_once(botocraft::Session session);

[[nodiscard]] std::size_t memory_in_use();  // of what malloc gave out
[[nodiscard]] std::size_t resident_kib();   // of the process
[[nodiscard]] std::size_t threads();

// Many calls in flight among faults and cancellations.
void flight(const Options& options);
// Very many calls, one after the other.
void sequence(const Options& options);
// A server that fails everything: as fast as callers can call, and for a time during which each calls once a second.
void storm(const Options& options);
// What a call in flight costs in memory, and what a call costs in CPU time.
void memory(const Options& options);
void cpu(const Options& options);

}  // namespace soak
