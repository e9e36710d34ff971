#include "http/connection.hpp"

#include "http/buffer.hpp"
#include "http/proxy.hpp"

#include <boost/beast/http/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>

namespace botocraft::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using boost::system::system_error;

// A request or reply that was longer than this leaves no memory behind.
constexpr std::size_t largest_kept = 64 * 1024;

// Requests that are longer are rare, and leave copies of their beginnings.
constexpr std::size_t secret_room = 16 * 1024;

void trim(std::string& text) noexcept {
    if (text.capacity() <= largest_kept) return text.clear();
    wipe(text);  // it may hold a session token
    std::string().swap(text);
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
    wipe();
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
    if (established_) pools_.closed(pool(), take_sessions(), end_reason_);
    established_ = clean_ = false;
}

Sessions SocketConnection::take_sessions() noexcept {
    Sessions sessions;
    if (!tls_) return sessions;
    (origin_.tls ? sessions.server : sessions.proxy) = tls_->take_session();
    if (TlsStream* const carrier = tls_->carrier()) sessions.proxy = carrier->take_session();
    return sessions;
}

Clock::time_point SocketConnection::until(Clock::duration limit) const noexcept {
    return std::min(after(Clock::now(), limit), limits_.deadline);
}

// --- a lease -----------------------------------------------------------------------------------------------------------

void SocketConnection::lend(const Limits& limits) noexcept {
    limits_ = limits;
    reused_ = used_;
    if (reused_) pools_.count_reused();
}

bool SocketConnection::alive(const Limits& limits, Clock::time_point now) noexcept {
    if (now >= use_until_) {
        end_because(&Statistics::Closed::age);
        return false;
    }
    return now - idle_since_ <= limits.trusted_idle || looks_alive();
}

bool SocketConnection::looks_alive() noexcept {
    if (seems_open()) return true;
    end_because(&Statistics::Closed::by_server);
    return false;
}

bool SocketConnection::seems_open() noexcept {
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    if (got <= 0 || !tls_) return false;
    try {
        return only_housekeeping();
    } catch (...) {
        return false;
    }
}

// With TLS, bytes that come between replies need not be a reply: a server may send session tickets when it likes.
bool SocketConnection::only_housekeeping() {
    error_code ec;
    do {
        const auto space = tls_->room();
        tls_->received(socket_.read_some(asio::buffer(space.data(), space.size()), ec));
        char plain = 0;
        error_code broken;
        if (tls_->open({&plain, 1}, broken) != 0 || broken || tls_->ended()) return false;
    } while (!ec);
    return ec == asio::error::would_block;
}

void SocketConnection::mark_secret() {
    // The request is written piece by piece, and growing would leave copies of what is written by then.
    if (output_.capacity() < secret_room) {
        std::string room;
        room.reserve(secret_room);
        room.append(output_);
        http::wipe(output_);
        output_.swap(room);
    }
    secret_ = true;
    reader_.set_secret();
    if (tls_) tls_->keep_no_plaintext();
}

void SocketConnection::wipe() noexcept {
    http::wipe(output_);  // of other leases as well: requests may hold session tokens
    http::wipe(rewritten_);
    if (!secret_) return;
    reader_.wipe();
    secret_ = false;
}

void SocketConnection::give_back() noexcept {
    std::unique_ptr<SocketConnection> owned(this);
    if (!clean_) return;
    if (secret_) wipe();
    trim(output_);
    if (!rewritten_.empty()) trim(rewritten_);
    reply_.clear();
    reader_.trim();
    if (tls_) tls_->trim(largest_kept);
    pools_.put(*owned.release(), Clock::now());
}

// --- an exchange -------------------------------------------------------------------------------------------------------

asio::awaitable<void> SocketConnection::exchange(ReplyBody body) {
    Progress progress{Phase::send, Bound::first_byte};
    std::string_view rest = output_;
    if (origin_.proxy && !origin_.tls) [[unlikely]] rest = through_proxy();
    error_code ec;
    reply_.clear();
    reader_.start(body, limits_.reply_head, limits_.reply_body);
    const bool usable = std::exchange(clean_, false);
    used_ = true;
    bool cut_short = false;

    // Nearly always the kernel takes the whole request at once, and there is nothing to wait for.
    Watch watch(pools_.watchdog(), *this, until(limits_.first_byte));
    try {
        if (!usable) throw system_error(asio::error::not_connected);
        const bool sent = write_now(rest, progress);
        if (!sent) {
            progress.bound = Bound::stall;
            watch.move(until(limits_.stall));
            co_await write(rest, watch, progress, limits_.stall);
            progress.bound = Bound::first_byte;
            watch.move(until(limits_.first_byte));
        }
        progress.phase = Phase::receive;
        for (;;) {
            const auto space = room();
            const std::size_t count = co_await socket_.async_read_some(
                asio::buffer(space.data(), space.size()), asio::redirect_error(asio::use_awaitable, ec));
            received(count, ec, progress);
            if (reader_.complete()) break;
            progress.bound = Bound::stall;
            watch.move(until(limits_.stall));
            if (tls_ && !tls_->outgoing().empty()) co_await write({}, watch, progress, limits_.stall);
        }
    } catch (const system_error& error) {
        cut_short = progress.phase == Phase::send && answered_early(error.code());
        if (!cut_short) fail(watch, progress, error.code());
    }
    const bool in_time = watch.end();  // if not, the reply is whole but the socket was shut down
    if (!in_time && reader_.complete_by_end()) fail(watch, progress, asio::error::eof);  // or is not whole, but for that
    reader_.fill(reply_);
    if (reply_.status() == 407 && origin_.proxy && !origin_.tls) refused_by_proxy(407);
    clean_ = in_time && !cut_short && reader_.reusable() && !(tls_ && tls_->ended());
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

asio::awaitable<void> SocketConnection::write(std::string_view rest, Watch& watch, Progress& progress,
                                              Clock::duration limit) {
    for (;;) {
        const std::string_view wire = on_the_wire(rest);
        if (wire.empty()) co_return;
        const std::size_t count = co_await socket_.async_write_some(asio::buffer(wire), asio::use_awaitable);
        progress.sent = progress.sent || count != 0;
        written(rest, count);
        watch.move(until(limit));
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

// A server that refuses a long request may answer and close before it has read all of it. Writing fails then, and the
// answer is there to be read.
bool SocketConnection::answered_early(const error_code& ec) noexcept {
    if (ec != asio::error::broken_pipe && ec != asio::error::connection_reset) return false;
    try {
        Progress progress{Phase::receive};
        while (!reader_.complete()) {
            error_code end;
            const auto space = room();
            const std::size_t count = socket_.read_some(asio::buffer(space.data(), space.size()), end);
            received(count, end, progress);
        }
        return true;
    } catch (...) {
        return false;
    }
}

// Which limit passed: the one that was in force, or the deadline before it.
void SocketConnection::time_out(Failure::Facts& facts, Bound bound) const noexcept {
    facts.timed_out = true;
    facts.bound = Clock::now() >= limits_.deadline ? Bound::attempt : bound;
    switch (facts.bound) {
        case Bound::resolve: facts.allowed = limits_.resolve; break;
        case Bound::connect: facts.allowed = limits_.connect; break;
        case Bound::tls: facts.allowed = limits_.tls; break;
        case Bound::first_byte: facts.allowed = limits_.first_byte; break;
        case Bound::stall: facts.allowed = limits_.stall; break;
        case Bound::none:
        case Bound::attempt:
        case Bound::reply_head:
        case Bound::reply_body: break;
    }
}

// It would be too large again.
void SocketConnection::tell_size(Failure::Facts& facts) const noexcept {
    using beast::http::error;
    if (facts.code == error::header_limit) {
        facts.bound = Bound::reply_head;
        facts.largest = limits_.reply_head;
    } else if (facts.code == error::body_limit) {
        facts.bound = Bound::reply_body;
        facts.largest = limits_.reply_body;
    }
    facts.permanent = facts.bound == Bound::reply_head || facts.bound == Bound::reply_body;
}

void SocketConnection::fail(Watch& watch, const Progress& progress, const error_code& ec) {
    Failure::Facts facts;
    facts.phase = progress.phase;
    if (!watch.end() && ec != asio::error::operation_aborted) time_out(facts, progress.bound);
    facts.code = facts.timed_out ? error_code(asio::error::timed_out) : ec;
    if (facts.phase == Phase::parse) tell_size(facts);
    facts.may_have_been_sent = progress.sent;
    reader_.fill_begun(reply_);
    facts.stale = reused_ && !facts.timed_out && !reader_.begun() && closed_by_peer(ec);
    close(facts.stale                                        ? &Statistics::Closed::by_server
          : facts.timed_out                                  ? &Statistics::Closed::timed_out
          : facts.code == asio::error::operation_aborted     ? &Statistics::Closed::cancelled
                                                             : &Statistics::Closed::failed);
    if (facts.stale) pools_.weed(pool(), idle_since_);
    fail(facts, facts.stale ? "the server had closed the connection" : facts.code.message());
}

void SocketConnection::fail(const Failure::Facts& facts, std::string_view why) const {
    std::string text = origin_.host;
    text += ':';
    text += std::to_string(origin_.port);
    if (origin_.proxy) text += " (by the proxy " + origin_.proxy->url() + ")";
    text += ": ";
    text += to_string(facts.phase);
    text += facts.timed_out ? " took too long" : facts.code == asio::error::operation_aborted ? " was cancelled"
                                                                                                : " failed: ";
    if (!facts.timed_out && facts.code != asio::error::operation_aborted) text += why;
    throw Failure(facts, text);
}

}  // namespace botocraft::http
