// Objects of S3 that are larger than the memory that they pass through: up from a file, down into one, and between, in
// bytes a second and in the most memory that the process ever had. The server is a thread of this process, in the plainest
// sockets, and keeps nothing. 256 MiB by default, for a test; `transfer 2048` moves 2 GiB.

#include <botocraft/credentials.hpp>
#include <botocraft/error.hpp>
#include <botocraft/s3/object.hpp>
#include <botocraft/session.hpp>
#include <botocraft/streams.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace botocraft;
using s3::Object;

constexpr std::uint64_t mebi = 1024 * 1024;
constexpr long most_kib = 64 * 1024;  // of resident memory, whatever the size of the object

long resident_kib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

// Takes whatever is put, and gives `size` zeros to whoever gets.
class Server {
  public:
    explicit Server(std::uint64_t size) : size_(size), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
            std::perror("the server");
            std::exit(2);
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Server() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    void serve() {
        for (;;) {
            const int socket = ::accept(listener_, nullptr, nullptr);
            if (socket < 0) return;
            while (answer(socket)) {
            }
            ::close(socket);
        }
    }

    bool answer(int socket) {
        std::string head;
        const std::size_t body = read_head(socket, head);
        if (head.empty()) return false;
        if (head.starts_with("GET")) return give(socket);
        if (head.find("100-continue") != std::string::npos) send(socket, "HTTP/1.1 100 Continue\r\n\r\n");
        const auto at = head.find("content-length: ");
        std::uint64_t left = std::strtoull(head.c_str() + at + 16, nullptr, 10) - (head.size() - body);
        while (left > 0) {
            const long count = ::recv(socket, block_.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left, block_.size())), 0);
            if (count <= 0) return false;
            left -= static_cast<std::uint64_t>(count);
        }
        return send(socket, "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 0\r\n\r\n");
    }

    // Reads until the head is there; where in `head` the body begins.
    std::size_t read_head(int socket, std::string& head) {
        for (;;) {
            const long count = ::recv(socket, block_.data(), block_.size(), 0);
            if (count <= 0) {
                head.clear();
                return 0;
            }
            head.append(block_.data(), static_cast<std::size_t>(count));
            if (const auto end = head.find("\r\n\r\n"); end != std::string::npos) return end + 4;
        }
    }

    bool give(int socket) {
        std::ranges::fill(block_, '\0');
        if (!send(socket, "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: " + std::to_string(size_) + "\r\n\r\n")) return false;
        for (std::uint64_t left = size_; left > 0;) {
            const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(left, block_.size()));
            if (!send(socket, {block_.data(), part})) return false;
            left -= part;
        }
        return true;
    }

    static bool send(int socket, std::string_view text) {
        while (!text.empty()) {
            const long count = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    const std::uint64_t size_;
    const int listener_;
    std::uint16_t port_ = 0;
    std::array<char, 256 * 1024> block_{};
    std::thread thread_;
};

class Zeros final : public BodyReader {
  public:
    explicit Zeros(std::uint64_t size) : size_(size), left_(size) {}
    awaitable<std::size_t> read(std::span<std::byte> room) override {
        const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), left_));
        left_ -= count;
        co_return count;
    }
    bool rewind() override {
        left_ = size_;
        return true;
    }

  private:
    std::uint64_t size_;
    std::uint64_t left_;
};

class Counter final : public BodyWriter {
  public:
    awaitable<void> write(std::span<const std::byte> piece) override {
        count += piece.size();
        co_return;
    }
    bool restart() override {
        count = 0;
        return true;
    }
    std::uint64_t count = 0;
};

bool failed = false;

template <class T>
T timed(const char* what, std::uint64_t size, awaitable<T> work) {
    const auto begin = std::chrono::steady_clock::now();
    boost::asio::io_context context(1);
    auto done = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
    context.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const long kib = resident_kib();
    std::printf("%-38s %7.0f MiB/s   %5.1f MiB resident at most\n", what,
                static_cast<double>(size) / static_cast<double>(mebi) / took.count(), static_cast<double>(kib) / 1024);
    if (kib > most_kib) {
        std::printf("  FAILED: more than %ld MiB\n", most_kib / 1024);
        failed = true;
    }
    return done.get();
}

Session session_with(const std::string& url, std::optional<RequestChecksums> checksums) {
    SessionOptions options;
    options.region = "us-east-1";
    options.credentials = static_credentials(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    options.endpoint_url = url;
    options.endpoints.s3.addressing_style = AddressingStyle::path;
    options.protocol.request_checksums = checksums;
    return Session(options);
}

void transfer(std::uint64_t size, const std::filesystem::path& folder) {
    const Server server(size);
    const Session session = session_with(server.url(), std::nullopt);
    const auto objects = Object::objects(session);
    const std::filesystem::path file = folder / "object";
    timed("into a file", size, objects.download("bucket", "key", file));
    timed("from a file, signed, with CRC32", size, objects.put("bucket", "key", file));
    timed("from a reader, signed, with CRC64NVME", size,
          objects.put("bucket", "key", Source(std::make_shared<Zeros>(size), size), {.ChecksumAlgorithm = "CRC64NVME"}));
    const auto counter = std::make_shared<Counter>();
    timed("into a writer", size, objects.download("bucket", "key", Sink(counter)));
    if (counter->count != size || std::filesystem::file_size(file) != size) {
        std::printf("  FAILED: bytes are missing\n");
        failed = true;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t size = (argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 256) * mebi;
    std::string name = (std::filesystem::temp_directory_path() / "transfer-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(name.data());
    try {
        std::printf("%llu MiB:\n", static_cast<unsigned long long>(size / mebi));
        transfer(size, folder);
    } catch (const std::exception& error) {
        std::printf("FAILED: %s\n", error.what());
        failed = true;
    }
    std::filesystem::remove_all(folder);
    return failed ? 1 : 0;
}
