#include "witness.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <system_error>
#include <utility>

namespace botocraft::test {
namespace {

constexpr int answer_timeout_ms = 120'000;  // the first call of a service loads its whole description

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

[[noreturn]] void fail(int error, const char* what) { throw std::system_error(error, std::generic_category(), what); }

// A process whose standard input and output are the given socket.
pid_t spawn(const std::string& python, const std::string& endpoint, int socket) {
    posix_spawn_file_actions_t actions;
    if (const int error = posix_spawn_file_actions_init(&actions)) fail(error, "witness");
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
    std::array<std::string, 4> arguments = {python, "-B", BOTOCRAFT_SOURCE_DIR "/tests/integration/witness.py", endpoint};
    std::array<char*, 5> pointers{};
    for (std::size_t i = 0; i < arguments.size(); ++i) pointers[i] = arguments[i].data();
    pid_t process = -1;
    const int error = posix_spawn(&process, python.c_str(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error) fail(error, "cannot start the witness");
    return process;
}

boost::json::object command(std::string_view service, std::string_view operation, boost::json::object arguments,
                            std::string_view region) {
    boost::json::object result;
    result["service"] = service;
    result["operation"] = operation;
    result["arguments"] = std::move(arguments);
    result["region"] = region;
    return result;
}

}  // namespace

std::unique_ptr<Witness> Witness::call_in() {
    const std::string endpoint = variable("BOTOCRAFT_MOTO_ENDPOINT");
    if (endpoint.empty()) {
        const std::string reason = variable("BOTOCRAFT_INTEGRATION_SKIPPED");
        std::cout << "SKIPPED: no second party: "
                  << (reason.empty() ? "not started by tests/integration/with_moto.py" : reason) << std::endl;
        return nullptr;
    }
    auto witness = std::make_unique<Witness>(variable("BOTOCRAFT_WITNESS_PYTHON"), endpoint);
    witness->reset();
    return witness;
}

Witness::Witness(const std::string& python, std::string endpoint) : endpoint_(std::move(endpoint)) {
    // A socket and no pipes: writing to a process that died is then an error, and no signal.
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) fail(errno, "socketpair");
    socket_ = pair[0];
    try {
        process_ = spawn(python, endpoint_, pair[1]);
    } catch (...) {
        ::close(pair[0]);
        ::close(pair[1]);
        throw;
    }
    ::close(pair[1]);
}

Witness::~Witness() {
    ::close(socket_);  // the end of its input ends it
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

boost::json::value Witness::call(std::string_view service, std::string_view operation, boost::json::object arguments,
                                 std::string_view region) {
    return ask(command(service, operation, std::move(arguments), region));
}

boost::json::value Witness::call_all(std::string_view service, std::string_view operation,
                                     boost::json::object arguments, std::string_view region) {
    auto all = command(service, operation, std::move(arguments), region);
    all["paginate"] = true;
    return ask(all);
}

void Witness::reset() {
    boost::json::object forget;
    forget["reset"] = true;
    ask(forget);
}

boost::json::value Witness::ask(const boost::json::object& command) {
    send(boost::json::serialize(command) + "\n");
    auto answer = boost::json::parse(read_line()).as_object();
    if (const auto* refused = answer.if_contains("error")) {
        const auto& error = refused->as_object();
        const auto text = [&](const char* name) {
            const auto* string = error.at(name).if_string();
            return string ? std::string(string->begin(), string->end()) : std::string();
        };
        throw WitnessError(text("code"), text("message"), error.at("status").to_number<int>());
    }
    return std::move(answer.at("response"));
}

void Witness::send(std::string_view text) const {
    while (!text.empty()) {
        const auto count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(errno, "the witness does not listen");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string Witness::read_line() {
    for (;;) {
        if (const auto end = received_.find('\n'); end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        pollfd waiting{socket_, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, answer_timeout_ms);
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) fail(ETIMEDOUT, "the witness does not answer");
        std::array<char, 65536> buffer;
        const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(errno, "the witness is gone");
        if (count == 0) fail(EPIPE, "the witness ended; what it said is above");
        received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace botocraft::test
