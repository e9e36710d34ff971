#pragma once
// Servers that others wrote, started on loopback for one test.

#include "catch.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace foreign {

inline std::optional<std::string> find_program(const std::string& name) {
    for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
        if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
    }
    std::fprintf(stderr, "SKIPPED: %s is not installed\n", name.c_str());
    return std::nullopt;
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

inline std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

class Folder {
  public:
    Folder() {
        std::string path = (std::filesystem::temp_directory_path() / "botocraft-test-XXXXXX").string();
        REQUIRE(::mkdtemp(path.data()) != nullptr);
        path_ = path;
        ::chmod(path.c_str(), 0755);  // a server may give up being root
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ + "/" + name) << text;
        return path_ + "/" + name;
    }

  private:
    std::string path_;
};

// Runs until this ends. It is there when somebody listens at its port.
class Process {
  public:
    Process(const std::vector<std::string>& command, std::uint16_t port) {
        std::vector<char*> arguments;
        for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        child_ = ::fork();
        REQUIRE(child_ >= 0);
        if (child_ == 0) {
            ::setpgid(0, 0);
            (void)!std::freopen("/dev/null", "r", stdin);
            (void)!std::freopen("/dev/null", "w", stdout);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::setpgid(child_, child_);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!listens(port)) {
            const bool ended = ::waitpid(child_, nullptr, WNOHANG) == child_;
            if (ended || std::chrono::steady_clock::now() > deadline) {
                if (!ended) stop();
                FAIL(command[0] << " does not listen");
            }
            ::poll(nullptr, 0, 5);
        }
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() { stop(); }

  private:
    void stop() const {
        ::kill(-child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }

    static bool listens(std::uint16_t port) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        const sockaddr_in address = loopback(port);
        const bool result = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(socket);
        return result;
    }

    pid_t child_ = -1;
};

}  // namespace foreign
