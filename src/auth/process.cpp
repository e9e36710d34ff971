#include "runtime/run_on.hpp"

#include <botocraft/process.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <utility>

extern char** environ;

namespace botocraft {

namespace {

namespace asio = boost::asio;

// A started child. Whatever happens, it does not outlive this, and leaves no zombie.
class Child {
  public:
    Child() = default;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { end(); }

    // 0, or the system's error number. `output` becomes the end of the pipe to read from.
    int start(const std::string& command, int& output) {
        int pipe_ends[2];
        if (pipe2(pipe_ends, O_CLOEXEC) != 0) return errno;
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
        posix_spawnattr_setpgroup(&attributes, 0);  // so that it can be killed with all that it starts
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&attributes, &signals);  // ours may block some
        sigaddset(&signals, SIGPIPE);
        posix_spawnattr_setsigdefault(&attributes, &signals);  // ours may ignore it
        posix_spawnattr_setflags(&attributes,
                                 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        std::string shell = "/bin/sh", option = "-c", line = command;
        std::array<char*, 4> arguments = {shell.data(), option.data(), line.data(), nullptr};
        const int problem = posix_spawn(&id_, shell.c_str(), &actions, &attributes, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
        ::close(pipe_ends[1]);
        if (problem != 0) {
            id_ = 0;
            ::close(pipe_ends[0]);
            return problem;
        }
        output = pipe_ends[0];
        return 0;
    }

    // Whether it has ended; then `status` is that of waitpid.
    bool ended(int& status) {
        pid_t done = 0;
        while ((done = waitpid(id_, &status, WNOHANG)) < 0 && errno == EINTR) {}
        if (done == 0) return false;
        id_ = 0;
        if (done < 0) status = 0;  // the program reaps its children elsewhere: then only the output tells
        return true;
    }

    void end() noexcept {
        if (id_ == 0) return;
        kill(-id_, SIGKILL);
        int status = 0;
        while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {}
        id_ = 0;
    }

  private:
    pid_t id_ = 0;
};

// Grows without leaving copies of what it held behind.
class SecretBuffer {
  public:
    ~SecretBuffer() { OPENSSL_cleanse(text_.data(), text_.size()); }

    void append(const char* from, std::size_t size) {
        if (text_.size() + size > text_.capacity()) {
            std::string larger;
            larger.reserve(std::max(2 * text_.capacity(), text_.size() + size));
            larger.append(text_);
            OPENSSL_cleanse(text_.data(), text_.size());
            text_.swap(larger);
        }
        text_.append(from, size);
    }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
    [[nodiscard]] Secret take() const { return Secret(text_); }

  private:
    std::string text_;
};

void set_end(ProcessResult& result, int status) {
    result.end = WIFSIGNALED(status) ? ProcessResult::End::killed : ProcessResult::End::exited;
    result.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

class SystemProcesses final : public ProcessRunner {
  public:
    [[nodiscard]] awaitable<ProcessResult> run(std::string command, ProcessLimits limits) override {
        return run_child(std::move(command), limits);
    }

  private:
    static awaitable<ProcessResult> run_child(std::string command, ProcessLimits limits) {
        const asio::any_io_executor executor = co_await asio::this_coro::executor;
        // The reading and the timer that ends it must not meet, however many threads there are.
        const auto strand = asio::make_strand(executor);
        awaitable<ProcessResult> ran = on_strand(std::move(command), limits);
        ProcessResult result = co_await detail::run_on(strand, std::move(ran));
        co_return result;
    }

    static awaitable<ProcessResult> on_strand(std::string command, ProcessLimits limits) {
        // What is spawned lets only terminal cancellation through by itself, whatever its caller asked for.
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        const asio::any_io_executor executor = co_await asio::this_coro::executor;
        ProcessResult result;
        Child child;
        int output = -1;
        result.status = child.start(command, output);
        if (result.status != 0) {
            result.end = ProcessResult::End::not_started;
            co_return result;
        }
        // Shared with the timer's handler, which may be on its way already when all this has ended.
        const auto pipe = std::make_shared<asio::posix::stream_descriptor>(executor, output);
        // At the end of its time, the reading is cancelled.
        const auto deadline = std::chrono::steady_clock::now() + limits.time;
        asio::steady_timer timer(executor, deadline);
        timer.async_wait([read = std::weak_ptr(pipe)](const boost::system::error_code& error) {
            const auto still_read = read.lock();
            if (!error && still_read) still_read->cancel();
        });

        SecretBuffer text;
        std::array<char, 4096> piece;
        boost::system::error_code problem;
        const auto late = [deadline] { return std::chrono::steady_clock::now() >= deadline; };
        // The timer cannot cancel what has been read already, and waits for its turn: so the time is looked at as well.
        while (!problem && text.size() <= limits.output && !late()) {
            const std::size_t size = co_await pipe->async_read_some(asio::buffer(piece),
                                                                    asio::redirect_error(asio::use_awaitable, problem));
            text.append(piece.data(), size);
        }
        OPENSSL_cleanse(piece.data(), piece.size());
        if (text.size() > limits.output) {
            result.end = ProcessResult::End::too_much_output;
            co_return result;
        }
        if (problem != asio::error::eof) {
            if (!late()) throw boost::system::system_error(asio::error::operation_aborted);
            result.end = ProcessResult::End::timed_out;
            co_return result;
        }

        // It has closed its output, so it is about to end. There is no portable way to be told.
        std::chrono::milliseconds pause(1);
        int status = 0;
        for (;;) {
            if (child.ended(status)) break;
            if (late()) {
                result.end = ProcessResult::End::timed_out;
                co_return result;
            }
            timer.expires_after(pause);
            co_await timer.async_wait(asio::use_awaitable);
            pause = std::min(pause * 2, std::chrono::milliseconds(50));
        }
        set_end(result, status);
        result.output = text.take();
        co_return result;
    }
};

}  // namespace

std::shared_ptr<ProcessRunner> system_processes() { return std::make_shared<SystemProcesses>(); }

}  // namespace botocraft
