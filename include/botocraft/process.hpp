#pragma once
// How a session runs the program that a profile names as the source of its credentials (credential_process).

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace botocraft {

struct ProcessLimits {
    std::chrono::milliseconds time = std::chrono::minutes(1);
    std::size_t output = 64 * 1024;
};

struct ProcessResult {
    enum class End : unsigned char {
        exited,
        killed,           // by a signal, whose number is in `status`
        timed_out,        // it ran for longer than the limit, and was killed
        too_much_output,  // likewise
        not_started,      // `status` is the system's error number
    };
    End end = End::exited;
    int status = 0;  // exit code
    Secret output;   // what it wrote to its standard output
};

// Implementations must allow calls from several threads at once.
class ProcessRunner {
  public:
    ProcessRunner() = default;
    ProcessRunner(const ProcessRunner&) = delete;
    ProcessRunner& operator=(const ProcessRunner&) = delete;
    virtual ~ProcessRunner() = default;

    // Runs a command line of the system's shell to its end. It reads nothing, and shares this process's standard error:
    // what it has to say to a person appears there, and not in errors, which may end up in logs.
    // Cancellation kills it.
    [[nodiscard]] virtual awaitable<ProcessResult> run(std::string command, ProcessLimits limits) = 0;
};

// Children of this process, each in a process group of its own.
[[nodiscard]] std::shared_ptr<ProcessRunner> system_processes();

}  // namespace botocraft
