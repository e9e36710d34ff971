// Programs that print credentials: how they end, and what they print.
#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>
#include <botocraft/process.hpp>
#include <botocraft/testing/clock.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "catch.hpp"

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using End = ProcessResult::End;

namespace {

ProcessResult run(std::string command, ProcessLimits limits = {}) {
    boost::asio::io_context io;
    std::optional<ProcessResult> result;
    const auto runner = system_processes();
    boost::asio::co_spawn(io, runner->run(std::move(command), limits),
                          [&](const std::exception_ptr& error, ProcessResult value) {
                              if (error) std::rethrow_exception(error);
                              result = std::move(value);
                          });
    io.run();
    return *std::move(result);
}

// Nobody is left behind, dead or alive.
bool no_children() { return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

class Printing final : public ProcessRunner {
  public:
    explicit Printing(std::string output) : output_(std::move(output)) {}
    [[nodiscard]] awaitable<ProcessResult> run(std::string, ProcessLimits) override {
        ProcessResult result;
        result.output = Secret(output_);
        co_return result;
    }

  private:
    std::string output_;
};

// The access key, or what the error says.
std::string outcome(std::shared_ptr<ProcessRunner> runner, std::string command = "print", std::string* account = nullptr) {
    CredentialsContext context;
    context.environment = std::make_shared<testing::FakeEnvironment>();
    context.clock = std::make_shared<testing::ManualClock>();
    context.session.processes = std::move(runner);
    boost::asio::io_context io;
    std::string result;
    const auto provider = process_credentials(std::move(command), "210987654321");
    boost::asio::co_spawn(io, provider->resolve(context), [&](const std::exception_ptr& error, const Credentials& found) {
        result = found.access_key_id;
        if (account != nullptr) *account = found.account_id;
        if (!error) return;
        try {
            std::rethrow_exception(error);
        } catch (const CredentialsError& e) {
            result = e.what();
        }
    });
    io.run();
    return result;
}

std::string printed(std::string text) { return outcome(std::make_shared<Printing>(std::move(text))); }

}  // namespace

TEST_CASE("how a process ends") {
    const ProcessResult good = run("printf hello; printf world");
    CHECK(good.end == End::exited);
    CHECK(good.status == 0);
    CHECK(good.output.reveal() == "helloworld");
    const ProcessResult bad = run("printf x; exit 7");
    CHECK(bad.end == End::exited);
    CHECK(bad.status == 7);
    const ProcessResult killed = run("kill -9 $$");
    CHECK(killed.end == End::killed);
    CHECK(killed.status == 9);
    CHECK(run("no-such-program-at-all 2>/dev/null").status == 127);
    CHECK(run("cat").output.empty());  // it has nothing to read
    CHECK(no_children());
}

TEST_CASE("a process that prints without end, or does not end, is killed with all that it started") {
    ProcessLimits limits;
    limits.output = 1000;
    CHECK(run("yes | cat", limits).end == End::too_much_output);
    limits.time = 50ms;
    CHECK(run("sleep 1000 | cat", limits).end == End::timed_out);
    CHECK(run("exec >/dev/null; sleep 1000", limits).end == End::timed_out);
    CHECK(no_children());
}

TEST_CASE("a process that prints faster than it is read is killed when its time is over") {
    ProcessLimits limits;
    limits.time = 20ms;
    limits.output = 256 * 1024 * 1024;  // more than can be read in that time
    CHECK(run("yes", limits).end == End::timed_out);
    CHECK(no_children());
}

TEST_CASE("what is no regular file is not waited for") {
    const auto folder = std::filesystem::temp_directory_path();
    const std::string pipe = (folder / ("botocraft-pipe-" + std::to_string(getpid()))).string();
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    for (const std::string& path : {pipe, folder.string()}) {
        INFO(path);
        try {
            static_cast<void>(system_environment()->read_file(path));
            FAIL("it was read");
        } catch (const ConfigurationError& error) {
            CHECK(error.code() == "FileUnreadable");
            CHECK_THAT(error.what(), Contains(path) && Contains("no regular file"));
        }
    }
    std::filesystem::remove(pipe);
    CHECK(system_environment()->read_file("/dev/null") == "");  // how programs are told to read none
    CHECK_FALSE(system_environment()->read_file(pipe));
}

TEST_CASE("a cancelled caller's process is killed") {
    const auto type = GENERATE(boost::asio::cancellation_type::terminal, boost::asio::cancellation_type::partial,
                               boost::asio::cancellation_type::total);
    boost::asio::io_context io;
    boost::asio::cancellation_signal signal;
    bool aborted = false;
    const auto runner = system_processes();
    const auto run_it = [&]() -> awaitable<ProcessResult> {
        co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::enable_total_cancellation());
        const ProcessLimits limits;
        ProcessResult result = co_await runner->run("sleep 1000", limits);
        co_return result;
    };
    boost::asio::co_spawn(io, run_it(),
                          boost::asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& error, const ProcessResult&) {
                              try {
                                  if (error) std::rethrow_exception(error);
                              } catch (const boost::system::system_error& e) {
                                  aborted = e.code() == boost::asio::error::operation_aborted;
                              }
                          }));
    io.poll();
    signal.emit(type);
    io.run_for(std::chrono::seconds(30));
    REQUIRE(aborted);
    CHECK(no_children());
    {
        boost::asio::io_context dying;
        boost::asio::co_spawn(dying, runner->run("sleep 1000", {}), [](const std::exception_ptr&, const ProcessResult&) {});
        dying.poll();
    }
    CHECK(no_children());
}

TEST_CASE("what a process prints") {
    std::string account;
    CHECK(outcome(std::make_shared<Printing>(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"S"})"), "x", &account) == "A");
    CHECK(account == "210987654321");
    CHECK(outcome(std::make_shared<Printing>(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","AccountId":"1"})"), "x", &account) == "A");
    CHECK(account == "1");
    CHECK_THAT(printed(R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"hidden"})"), Contains("Version") && !Contains("hidden"));
    CHECK_THAT(printed(R"({"AccessKeyId":"A","SecretAccessKey":"hidden"})"), Contains("Version") && !Contains("hidden"));
    CHECK_THAT(printed(R"({"Version":1,"SecretAccessKey":"hidden"})"), Contains("AccessKeyId") && !Contains("hidden"));
    CHECK_THAT(printed(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"hidden","Expiration":"x"})"), Contains("Expiration") && !Contains("hidden"));
    CHECK_THAT(printed("hidden"), Contains("invalid JSON") && !Contains("hidden"));
    CHECK_THAT(printed(""), Contains("invalid JSON"));
}

TEST_CASE("a process that fails is named by what it did, not by what it printed") {
    CHECK_THAT(outcome(system_processes(), "echo hidden; exit 3"), Contains("exit status: 3") && !Contains("hidden"));
    CHECK_THAT(outcome(system_processes(), "kill -9 $$"), Contains("signal 9"));
    CHECK_THAT(outcome(system_processes(), "yes hidden"), Contains("prints far more") && !Contains("hidden"));
}

TEST_CASE("a written file is its owner's alone, and whole") {
    const auto environment = system_environment();
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("botocraft-" + std::to_string(getpid()));
    const std::string path = (folder / "a" / "b.json").string();
    CHECK(environment->write_private_file(path, "first"));
    CHECK(environment->write_private_file(path, "second"));
    CHECK(environment->read_file(path) == "second");
    struct stat facts{};
    REQUIRE(stat(path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(std::distance(std::filesystem::directory_iterator(folder / "a"), {}) == 1);
    CHECK_FALSE(environment->write_private_file("/proc/no/such/folder", "x"));
    std::filesystem::remove_all(folder);
}

TEST_CASE("a timer that fires when its process has ended finds nothing to end") {
    boost::asio::io_context io;
    ProcessLimits limits;
    limits.time = 20ms;
    std::optional<ProcessResult> result;
    const auto runner = system_processes();
    boost::asio::co_spawn(io, runner->run("exit 0", limits), [&](const std::exception_ptr& error, ProcessResult value) {
        if (!error) result = std::move(value);
    });
    const auto begin = std::chrono::steady_clock::now();
    io.poll();  // it is started, and the timer is set
    siginfo_t ended{};
    waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT);
    while (std::chrono::steady_clock::now() < begin + 2 * limits.time) {}
    io.run();  // both are ready now: the end of the output, and behind it the timer
    REQUIRE(result);
    CHECK(result->end == End::exited);
    CHECK(no_children());
}

TEST_CASE("a file that is being read is not inherited by a process that is started meanwhile") {
    const std::string path = (std::filesystem::temp_directory_path() / ("botocraft-read-" + std::to_string(getpid()))).string();
    REQUIRE(truncate((std::ofstream(path), path.c_str()), 4 * 1024 * 1024) == 0);  // reading it takes its time
    std::atomic<bool> seen = false;
    std::thread reader([&] {
        while (!seen) static_cast<void>(system_environment()->read_file(path));
    });
    bool inherited = false;
    for (int other = 0; !seen; other = (other + 1) % 64) {
        char target[4096];
        const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(other)).c_str(), target, sizeof target);
        if (size <= 0 || std::string_view(target, static_cast<std::size_t>(size)) != path) continue;
        const int flags = fcntl(other, F_GETFD);
        if (flags == -1) continue;  // closed meanwhile
        inherited = (flags & FD_CLOEXEC) == 0;
        seen = true;
    }
    reader.join();
    std::filesystem::remove(path);
    CHECK_FALSE(inherited);
}
