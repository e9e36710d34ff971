#pragma once
// A connection over a socket, plain or TLS: opening it, and one exchange after the other.

#include "http/pool.hpp"
#include "http/reply_reader.hpp"
#include "http/tls.hpp"
#include "http/transport.hpp"
#include "http/watchdog.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace botocraft::http {

class SocketConnection final : public Connection, private Watched {
  public:
    SocketConnection(Pools& pools, Slot slot);
    ~SocketConnection() override;

    // Looks the name up, connects and makes the TLS handshake. Throws Failure.
    [[nodiscard]] asio::awaitable<void> open(const Limits& limits);

    // A lease begins.
    void lend(const Limits& limits) noexcept;

    // Whether the server seems not to have closed it, or sent anything, while it was idle.
    [[nodiscard]] bool alive(const Limits& limits, Clock::time_point now) noexcept;
    [[nodiscard]] Clock::time_point idle_since() const noexcept { return idle_since_; }
    void set_idle_since(Clock::time_point now) noexcept { idle_since_ = now; }

    [[nodiscard]] Pool& pool() const noexcept { return slot_.pool(); }
    [[nodiscard]] SessionPtr take_session() noexcept { return tls_ ? tls_->take_session() : SessionPtr(); }

    [[nodiscard]] asio::awaitable<void> exchange(ReplyBody body) override;
    void give_back() noexcept override;

  private:
    using tcp = asio::ip::tcp;

    // Where an attempt is, for the Failure that may end it.
    struct Progress {
        Phase phase;
        bool sent = false;
    };

    void expired() noexcept override;

    [[nodiscard]] asio::awaitable<void> connect();
    [[nodiscard]] asio::awaitable<void> handshake();
    [[nodiscard]] bool write_now(std::string_view& rest, Progress& progress);
    [[nodiscard]] asio::awaitable<void> write(std::string_view rest, Watch& watch, Progress& progress);
    [[nodiscard]] std::string_view on_the_wire(std::string_view& rest);
    void written(std::string_view& rest, std::size_t count) noexcept;

    [[nodiscard]] std::span<char> room() { return tls_ ? tls_->room() : reader_.room(); }
    void received(std::size_t count, const boost::system::error_code& ec, Progress& progress);
    void parsed(const boost::system::error_code& ec, Progress& progress);

    [[nodiscard]] Clock::time_point until(Clock::duration limit) const noexcept;
    void close() noexcept;
    [[noreturn]] void fail(Watch& watch, const Progress& progress, const boost::system::error_code& ec);
    [[noreturn]] void fail(const Failure::Facts& facts, std::string_view why) const;

    Pools& pools_;
    Slot slot_;
    const Origin& origin_;  // the pool's key
    tcp::socket socket_;
    int watched_socket_ = -1;  // guarded by the watchdog's lock
    std::unique_ptr<TlsStream> tls_;
    ReplyReader reader_;
    Limits limits_;
    Clock::time_point idle_since_{};
    bool established_ = false;
    bool clean_ = false;  // nothing is under way, and another exchange may follow
    bool used_ = false;
};

}  // namespace botocraft::http
