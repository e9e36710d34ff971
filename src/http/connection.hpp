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

    // Which of the counters its end belongs to.
    using Reason = std::uint64_t Statistics::Closed::*;
    void end_because(Reason reason) noexcept { end_reason_ = reason; }

    // Looks the name up, connects, through a proxy if there is one, and makes the TLS handshake. Throws Failure.
    [[nodiscard]] asio::awaitable<void> open(const Limits& limits);

    // A lease begins.
    void lend(const Limits& limits) noexcept;

    // Whether it may be used again: it is not too old, and the server seems not to have closed it, or to have said
    // anything, while it was idle. `looks_alive` looks in any case, `alive` where it was idle for long enough.
    [[nodiscard]] bool alive(const Limits& limits, Clock::time_point now) noexcept;
    [[nodiscard]] bool looks_alive() noexcept;
    [[nodiscard]] bool idle_for_too_long(Clock::time_point now) const noexcept { return after(idle_since_, limits_.idle) < now; }
    [[nodiscard]] Clock::time_point idle_since() const noexcept { return idle_since_; }
    void set_idle_since(Clock::time_point now) noexcept { idle_since_ = now; }

    [[nodiscard]] Pool& pool() const noexcept { return slot_.pool(); }
    // The right to have it open, for another connection: this one is to be destroyed.
    [[nodiscard]] Slot take_slot() noexcept { return std::move(slot_); }
    // Bytes of memory held for requests and replies.
    [[nodiscard]] std::size_t capacity() const noexcept {
        return output_.capacity() + rewritten_.capacity() + reader_.capacity() + (tls_ ? tls_->capacity() : 0);
    }
    [[nodiscard]] Sessions take_sessions() noexcept;

    [[nodiscard]] asio::awaitable<void> exchange(ReplyBody body) override;
    [[nodiscard]] asio::awaitable<void> stream(ReplyBody body, const Streams& streams) override;
    void give_back() noexcept override;
    void mark_secret() override;

  private:
    using tcp = asio::ip::tcp;

    // Where an attempt is, for the Failure that may end it.
    struct Progress {
        Phase phase;
        Bound bound = Bound::none;  // the limit that is in force
        bool sent = false;
    };

    void expired() noexcept override;

    [[nodiscard]] asio::awaitable<void> connect();
    [[nodiscard]] asio::awaitable<void> handshake();
    [[nodiscard]] asio::awaitable<void> handshake_with_proxy();
    [[nodiscard]] asio::awaitable<void> shake_hands(Phase phase);
    [[nodiscard]] asio::awaitable<void> ask_proxy();
    [[noreturn]] void refused_by_proxy(int status);
    [[nodiscard]] std::string_view through_proxy();
    void begin_tls(Phase phase, const std::shared_ptr<TlsContext>& context, const std::string& host, SSL_SESSION* session);
    [[nodiscard]] bool write_now(std::string_view& rest, Progress& progress);
    [[nodiscard]] asio::awaitable<void> write(std::string_view rest, Watch& watch, Progress& progress,
                                              Clock::duration limit);
    [[nodiscard]] asio::awaitable<void> send_pieces(BodySource& source, Watch& watch, Progress& progress, bool& early);
    [[nodiscard]] asio::awaitable<void> pass_on(BodySink& sink, Watch& watch);
    [[nodiscard]] asio::awaitable<void> wait_for_leave(Clock::duration most, Watch& watch, Progress& progress);
    [[nodiscard]] bool readable() noexcept;
    void read_now(Progress& progress);
    [[nodiscard]] std::string_view on_the_wire(std::string_view& rest);
    void written(std::string_view& rest, std::size_t count) noexcept;

    [[nodiscard]] std::span<char> room() { return tls_ ? tls_->room() : reader_.room(); }
    void received(std::size_t count, const boost::system::error_code& ec, Progress& progress);
    void parsed(const boost::system::error_code& ec, Progress& progress);
    [[nodiscard]] bool answered_early(const boost::system::error_code& ec) noexcept;

    [[nodiscard]] Clock::time_point until(Clock::duration limit) const noexcept;
    [[nodiscard]] bool seems_open() noexcept;
    [[nodiscard]] bool only_housekeeping();
    void time_out(Failure::Facts& facts, Bound bound) const noexcept;
    void tell_size(Failure::Facts& facts) const noexcept;
    void begin_rewritten(std::size_t size);
    void wipe() noexcept;
    void close() noexcept;
    void close(Reason reason) noexcept {
        end_reason_ = reason;
        close();
    }
    [[noreturn]] void fail(Watch& watch, const Progress& progress, const boost::system::error_code& ec);
    [[noreturn]] void fail(const Failure::Facts& facts, std::string_view why) const;

    Pools& pools_;
    Slot slot_;
    const Origin& origin_;  // the pool's key
    tcp::socket socket_;
    int watched_socket_ = -1;  // guarded by the watchdog's lock
    std::unique_ptr<TlsStream> tls_;
    ReplyReader reader_;
    std::string rewritten_;  // the request, as a proxy wants to read it
    Limits limits_;
    Clock::time_point idle_since_{};
    Clock::time_point use_until_{};
    Reason end_reason_ = &Statistics::Closed::unfit;
    bool established_ = false;
    bool clean_ = false;  // nothing is under way, and another exchange may follow
    bool used_ = false;
};

}  // namespace botocraft::http
