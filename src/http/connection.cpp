#include "http/connection.hpp"

#include "http/dial.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

namespace botocraft::http {

namespace {

using boost::system::error_code;
using boost::system::system_error;

// A request or reply that was longer than this leaves no memory behind.
constexpr std::size_t largest_kept = 64 * 1024;

void trim(std::string& text) noexcept {
    text.clear();
    if (text.capacity() > largest_kept) std::string().swap(text);
}

bool closed_by_peer(const error_code& ec) {
    return ec == asio::error::eof || ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
           ec == asio::error::connection_aborted;
}

}  // namespace

SocketConnection::SocketConnection(Pools& pools, Slot slot)
    : pools_(pools), slot_(std::move(slot)), origin_(*slot_.pool().origin), socket_(pools.executor()) {
    pools_.watchdog().add(*this);
}

SocketConnection::~SocketConnection() {
    close();
    pools_.watchdog().remove(*this);
}

// Perhaps on another thread than the one that uses the socket: the descriptor is all that may be touched. Whatever
// waits for the socket then sees its end.
void SocketConnection::expired() noexcept {
    if (watched_socket_ != -1) ::shutdown(watched_socket_, SHUT_RDWR);
}

void SocketConnection::close() noexcept {
    {
        const auto paused = pools_.watchdog().pause();
        watched_socket_ = -1;
    }
    error_code ignored;
    socket_.close(ignored);
    if (established_) pools_.closed(pool(), take_session());
    established_ = clean_ = false;
}

Clock::time_point SocketConnection::until(Clock::duration limit) const noexcept {
    return std::min(after(Clock::now(), limit), limits_.deadline);
}

// --- opening -----------------------------------------------------------------------------------------------------------

asio::awaitable<void> SocketConnection::open(const Limits& limits) {
    limits_ = limits;
    co_await connect();
    if (origin_.tls) co_await handshake();
    established_ = clean_ = true;
    pools_.count_opened(tls_ && tls_->resumed());
}

asio::awaitable<void> SocketConnection::connect() {
    const Race::Times times{limits_.resolve, limits_.family_wait, limits_.attempt_delay, limits_.connect, limits_.deadline};
    Dialled dialled = co_await dial(pools_.names(), pools_.executor(), origin_.host, origin_.port, times);
    if (!dialled.socket) {
        pools_.names().forget(origin_.host);
        Failure::Facts facts;
        facts.phase = dialled.phase;
        facts.code = dialled.error;
        facts.timed_out = dialled.error == asio::error::timed_out;
        fail(facts, dialled.story.empty() ? dialled.error.message() : dialled.story);
    }
    socket_ = std::move(*dialled.socket);
    const auto paused = pools_.watchdog().pause();
    watched_socket_ = socket_.native_handle();
}

asio::awaitable<void> SocketConnection::handshake() {
    Watch watch(pools_.watchdog(), *this, until(limits_.tls));
    Progress progress{Phase::tls};
    error_code ec;
    try {
        tls_ = std::make_unique<TlsStream>(pools_.tls_context(origin_), origin_.host, pools_.session(pool()).get());
        for (bool done = false; !done;) {
            done = tls_->handshake(ec);
            std::string& outgoing = tls_->outgoing();
            error_code write_error;
            if (ec) {
                socket_.write_some(asio::buffer(outgoing), write_error);  // tell the peer why, if that is possible
                break;
            }
            if (!outgoing.empty()) co_await asio::async_write(socket_, asio::buffer(outgoing), asio::use_awaitable);
            outgoing.clear();
            if (!done) {
                const auto space = tls_->room();
                const std::size_t count =
                    co_await socket_.async_read_some(asio::buffer(space.data(), space.size()), asio::use_awaitable);
                tls_->received(count);
            }
        }
    } catch (const system_error& error) {
        fail(watch, progress, error.code());
    } catch (const std::runtime_error& error) {  // settings that cannot be used
        Failure::Facts facts;
        facts.phase = Phase::tls;
        facts.code = asio::error::invalid_argument;
        close();
        fail(facts, error.what());
    }
    if (ec) {
        Failure::Facts facts;
        facts.phase = Phase::tls;
        facts.code = ec;
        watch.end();
        close();
        fail(facts, tls_->problem());
    }
    if (!watch.end()) fail(watch, progress, asio::error::timed_out);
}

// --- a lease -----------------------------------------------------------------------------------------------------------

void SocketConnection::lend(const Limits& limits) noexcept {
    limits_ = limits;
    reused_ = used_;
    if (reused_) pools_.count_reused();
}

bool SocketConnection::alive(const Limits& limits, Clock::time_point now) noexcept {
    if (now - idle_since_ <= limits.trusted_idle) return true;
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void SocketConnection::give_back() noexcept {
    std::unique_ptr<SocketConnection> owned(this);
    if (!clean_) return;
    trim(output_);
    reply_.clear();
    reader_.trim();
    pools_.put(*owned.release(), Clock::now());
}

// --- an exchange -------------------------------------------------------------------------------------------------------

asio::awaitable<void> SocketConnection::exchange(ReplyBody body) {
    Progress progress{Phase::send};
    std::string_view rest = output_;
    error_code ec;
    reply_.clear();
    reader_.start(body, limits_.reply_head, limits_.reply_body);
    const bool usable = std::exchange(clean_, false);
    used_ = true;

    // Nearly always the kernel takes the whole request at once, and there is nothing to wait for.
    Watch watch(pools_.watchdog(), *this, until(limits_.first_byte));
    try {
        if (!usable) throw system_error(asio::error::not_connected);
        const bool sent = write_now(rest, progress);
        if (!sent) {
            watch.move(until(limits_.stall));
            co_await write(rest, watch, progress);
            watch.move(until(limits_.first_byte));
        }
        progress.phase = Phase::receive;
        for (;;) {
            const auto space = room();
            const std::size_t count = co_await socket_.async_read_some(
                asio::buffer(space.data(), space.size()), asio::redirect_error(asio::use_awaitable, ec));
            received(count, ec, progress);
            if (reader_.complete()) break;
            watch.move(until(limits_.stall));
            if (tls_ && !tls_->outgoing().empty()) co_await write({}, watch, progress);
        }
    } catch (const system_error& error) {
        fail(watch, progress, error.code());
    }
    const bool in_time = watch.end();  // if not, the reply is whole but the socket was shut down
    reader_.fill(reply_);
    clean_ = in_time && reader_.reusable() && !(tls_ && tls_->ended());
}

// The next bytes for the socket; for TLS they are made of `rest`, and stay in `outgoing` until they are written.
std::string_view SocketConnection::on_the_wire(std::string_view& rest) {
    if (!tls_) return rest;
    if (tls_->outgoing().empty() && !rest.empty()) {
        error_code ec;
        tls_->seal(rest, ec);
        if (ec) throw system_error(ec);
    }
    return tls_->outgoing();
}

void SocketConnection::written(std::string_view& rest, std::size_t count) noexcept {
    if (tls_) {
        tls_->outgoing().erase(0, count);
    } else {
        rest.remove_prefix(count);
    }
}

bool SocketConnection::write_now(std::string_view& rest, Progress& progress) {
    const std::string_view wire = on_the_wire(rest);
    error_code ec;
    const std::size_t count = socket_.write_some(asio::buffer(wire), ec);
    if (ec && ec != asio::error::would_block) throw system_error(ec);
    progress.sent = count != 0;
    written(rest, count);
    return rest.empty() && count == wire.size();
}

asio::awaitable<void> SocketConnection::write(std::string_view rest, Watch& watch, Progress& progress) {
    for (;;) {
        const std::string_view wire = on_the_wire(rest);
        if (wire.empty()) co_return;
        const std::size_t count = co_await socket_.async_write_some(asio::buffer(wire), asio::use_awaitable);
        progress.sent = progress.sent || count != 0;
        written(rest, count);
        watch.move(until(limits_.stall));
    }
}

void SocketConnection::parsed(const error_code& ec, Progress& progress) {
    if (!ec) return;
    progress.phase = Phase::parse;
    throw system_error(ec);
}

void SocketConnection::received(std::size_t count, const error_code& ec, Progress& progress) {
    if (ec && ec != asio::error::eof) throw system_error(ec);
    bool ended = ec == asio::error::eof;
    if (!tls_) {
        if (!ended) parsed(reader_.commit(count), progress);
    } else {
        tls_->received(count);
        for (;;) {
            error_code broken;
            const std::size_t plain = tls_->open(reader_.room(), broken);
            if (broken) throw system_error(broken);
            if (plain == 0) break;
            parsed(reader_.commit(plain), progress);
            if (tls_->all_opened()) break;
        }
        // An end that is not part of TLS may be somebody's who cuts the reply short.
        if (ended && !tls_->ended() && !reader_.complete()) throw system_error(asio::error::eof);
        ended = tls_->ended();
    }
    if (ended && reader_.commit_end()) throw system_error(asio::error::eof);
}

void SocketConnection::fail(Watch& watch, const Progress& progress, const error_code& ec) {
    Failure::Facts facts;
    facts.phase = progress.phase;
    facts.timed_out = !watch.end() && ec != asio::error::operation_aborted;
    facts.code = facts.timed_out ? error_code(asio::error::timed_out) : ec;
    facts.may_have_been_sent = progress.sent;
    facts.stale = reused_ && !facts.timed_out && !reader_.begun() && closed_by_peer(ec);
    close();
    fail(facts, facts.stale ? "the server had closed the connection" : facts.code.message());
}

void SocketConnection::fail(const Failure::Facts& facts, std::string_view why) const {
    std::string text = origin_.host;
    text += ':';
    text += std::to_string(origin_.port);
    text += ": ";
    text += to_string(facts.phase);
    text += facts.timed_out ? " took too long" : facts.code == asio::error::operation_aborted ? " was cancelled"
                                                                                                : " failed: ";
    if (!facts.timed_out && facts.code != asio::error::operation_aborted) text += why;
    throw Failure(facts, text);
}

}  // namespace botocraft::http
