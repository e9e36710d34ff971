// Secrets in memory that is given back: each block is searched before it goes.
#include "http/proxy.hpp"
#include "http_server.hpp"

#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>
#include <botocraft/testing/environment.hpp>
#include <config/profile_file.hpp>
#include <config/wipe.hpp>

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>

#include "catch.hpp"

using namespace botocraft;

namespace {

// Of this thread: the server's is another program's affair.
thread_local const char* wanted = nullptr;
thread_local std::size_t found = 0;

void give_back(void* memory) noexcept {
    if (memory != nullptr && wanted != nullptr &&
        memmem(memory, malloc_usable_size(memory), wanted, std::strlen(wanted)) != nullptr) {
        ++found;
    }
    std::free(memory);
}

// How many blocks are given back with the text in them.
class Search {
  public:
    explicit Search(const char* text) {
        found = 0;
        wanted = text;
    }
    Search(const Search&) = delete;
    Search& operator=(const Search&) = delete;
    ~Search() { wanted = nullptr; }
    [[nodiscard]] std::size_t count() const noexcept { return found; }
};

constexpr const char* secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

}  // namespace

// Cleared, so that what one test leaves behind is not found in the blocks of the next.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (void* const memory = std::calloc(1, size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::calloc(1, size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { give_back(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }

TEST_CASE("the search finds what is left behind") {
    const Search search(secret);
    { const std::string left(secret); }
    CHECK(search.count() == 1);
    {
        std::string wiped(secret);
        config::wipe(wiped);
    }
    CHECK(search.count() == 1);
}

TEST_CASE("profile files leave no keys behind, also where they are no good") {
    testing::FakeEnvironment environment;
    environment.set("HOME", "/h");
    const std::string key = "aws_secret_access_key = " + std::string(secret) + "\n";
    SECTION("good") { environment.add_file("/h/.aws/credentials", "[default]\n" + key); }
    SECTION("overwritten by a later file") {
        environment.add_file("/h/.aws/config", "[default]\n" + key);
        environment.add_file("/h/.aws/credentials", "[default]\naws_secret_access_key = another-secret-key-of-some-length\n");
    }
    SECTION("overwritten by a later line") {
        environment.add_file("/h/.aws/credentials",
                             "[default]\n" + key + "aws_secret_access_key = another-secret-key-of-some-length\n");
    }
    SECTION("broken") { environment.add_file("/h/.aws/credentials", "[default]\n" + key + "no equals sign\n"); }
    SECTION("the later one broken") {
        environment.add_file("/h/.aws/config", "[default]\n" + key);
        environment.add_file("/h/.aws/credentials", "no section\n");
    }
    const Search search(secret);
    try {
        config::ProfileFiles files = config::load_profile_files(environment);
        config::wipe_secrets(files);
    } catch (const ConfigurationError&) {
    }
    CHECK(search.count() == 0);
}

TEST_CASE("a file that is read leaves no pieces behind") {
    const auto path = std::filesystem::temp_directory_path() / ("botocraft-wiping-" + std::to_string(getpid()));
    {
        std::ofstream file(path);
        file << secret << std::string(100'000, 'x');
    }
    {
        const Search search(secret);
        auto text = system_environment()->read_file(path.string());
        REQUIRE(text);
        CHECK(text->size() == 100'000 + std::strlen(secret));
        config::wipe(*text);
        text.reset();
        CHECK(search.count() == 0);
    }
    std::filesystem::remove(path);
}

TEST_CASE("what a connection carried in secret is gone from its memory") {
    const bool marked = GENERATE(true, false);
    const bool chunked = GENERATE(true, false);
    const std::string long_reply = std::string(secret) + std::string(20'000, 'x');
    http_test::Server server([&](http_test::Peer& peer) {
        for (int i = 0; peer.request(); ++i) {
            const std::string body = i == 0 ? long_reply : "short";
            if (!chunked) {
                peer.answer(body);
                continue;
            }
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (std::size_t at = 0; at < body.size(); at += 5000) {
                const std::string piece = body.substr(at, 5000);
                char size[32];
                std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
                peer.send(size + piece + "\r\n");
            }
            peer.send("0\r\n\r\n");
        }
    });
    const Search search(secret);
    {
        boost::asio::io_context context;
        const auto transport = http::make_transport();
        const http::Limits limits;
        const http::Origin origin = server.origin();
        bool seen = false;
        const auto exchange = [](http::Transport& from, const http::Origin& where, const http::Limits& bounds, bool hide,
                                 bool& found_in_reply) -> boost::asio::awaitable<void> {
            {
                http::Lease lease = co_await from.acquire(where, bounds);
                if (hide) lease.mark_secret();
                lease.output().append("GET / HTTP/1.1\r\nHost: x\r\n");
                if (hide) lease.output().append("authorization: ").append(secret).append("\r\n");
                lease.output().append("\r\n");
                co_await lease.exchange();
                found_in_reply = lease.reply().body().find(secret) != std::string_view::npos;
            }
            // The next lease of the same connection is nobody's secret.
            http::Lease lease = co_await from.acquire(where, bounds);
            CHECK_FALSE(lease.secret());
            lease.output().append("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            co_await lease.exchange();
            CHECK(lease.reply().body() == "short");
        };
        boost::asio::co_spawn(context, exchange(*transport, origin, limits, marked, seen), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        context.run();
        CHECK(seen);
    }
    CHECK((search.count() == 0) == marked);
}

TEST_CASE("what a proxy is told in secret, and a long request, are gone from a connection's memory") {
    const bool tunnel = GENERATE(false, true);
    http_test::Server proxy([&](http_test::Peer& peer) {
        while (peer.request()) {
            if (!tunnel) {
                peer.answer("ok");
                continue;
            }
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
            ::shutdown(peer.socket(), SHUT_WR);  // there is nobody at its other end
        }
    });
    auto way = std::make_shared<http::Proxy>();
    way->host = "127.0.0.1";
    way->port = proxy.origin().port;
    way->authorization = std::string("Basic ") + secret;  // the user's, and not looked for
    http::Origin origin;
    origin.tls = tunnel;
    origin.host = "service.example";
    origin.proxy = way;
    std::string long_request = "PUT / HTTP/1.1\r\nx-amz-security-token: ";
    long_request.append(secret).append("\r\nContent-Length: 100000\r\n\r\n").append(100'000, 'x');
    const Search search(secret);
    {
        boost::asio::io_context context;
        const auto transport = http::make_transport();
        const http::Limits limits;
        const auto exchange = [](http::Transport& from, const http::Origin& where, const http::Limits& bounds,
                                 const std::string& text) -> boost::asio::awaitable<void> {
            try {
                http::Lease lease = co_await from.acquire(where, bounds);
                lease.output().reserve(text.size());
                lease.output().append(text);
                co_await lease.exchange();
            } catch (const http::Failure&) {
            }
        };
        boost::asio::co_spawn(context, exchange(*transport, origin, limits, long_request), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        context.run();
    }
    CHECK(search.count() == 0);
}
