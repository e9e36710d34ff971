// An exchange whose bodies are not in memory.

#include "http/connection.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>

#include <limits>

namespace botocraft::http {

namespace {

using boost::system::error_code;
using boost::system::system_error;

}  // namespace

// Whether the server said something, or closed the connection, without waiting for it.
bool SocketConnection::readable() noexcept {
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

// What there is to read now.
void SocketConnection::read_now(Progress& progress) {
    error_code ec;
    const auto space = room();
    const std::size_t count = socket_.read_some(asio::buffer(space.data(), space.size()), ec);
    if (ec == asio::error::would_block) return;
    received(count, ec, progress);
}

// Until the server tells to go on, answers otherwise, or said nothing for a while: some never say anything. On a strand,
// because two operations are under way at once.
asio::awaitable<void> SocketConnection::wait_for_leave(Clock::duration most, Watch& watch, Progress& progress) {
    const auto executor = co_await asio::this_coro::executor;
    const auto strand = asio::make_strand(executor);
    const Clock::time_point end = Clock::now() + most;
    while (!reader_.told_to_go_on() && !reader_.head_done()) {
        asio::steady_timer timer(strand, end);
        const auto [order, waited, expired] =
            co_await asio::experimental::make_parallel_group(
                socket_.async_wait(asio::ip::tcp::socket::wait_read, asio::bind_executor(strand, asio::deferred)),
                timer.async_wait(asio::bind_executor(strand, asio::deferred)))
                .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
        static_cast<void>(expired);
        if (order[0] != 0 && waited) co_return;  // the time is over
        if (waited) throw system_error(waited);
        read_now(progress);
        if (tls_ && !tls_->outgoing().empty()) co_await write({}, watch, progress, limits_.stall);
    }
}

// Sends the body until its end, or until the server answers before that: `early`.
asio::awaitable<void> SocketConnection::send_pieces(BodySource& source, Watch& watch, Progress& progress, bool& early) {
    std::string piece;
    for (bool more = true; more && !early;) {
        piece.clear();
        watch.move(limits_.deadline);
        more = co_await source.next(piece);
        watch.move(until(limits_.stall));
        co_await write(piece, watch, progress, limits_.stall);
        if (more) progress.sent = false;  // nothing can be made of a part
        if (!more || !readable()) continue;
        read_now(progress);  // of TLS it may be nothing that concerns us, and else a part of an interim reply
        early = reader_.head_done();
    }
}

asio::awaitable<void> SocketConnection::pass_on(BodySink& sink, Watch& watch) {
    const std::string_view piece = reader_.piece();
    if (piece.empty()) co_return;
    watch.move(limits_.deadline);
    co_await sink.take(piece);
    watch.move(until(limits_.stall));
    reader_.drop_piece();
}

asio::awaitable<void> SocketConnection::stream(ReplyBody body, const Streams& streams) {
    Progress progress{Phase::send, Bound::stall};
    std::string_view rest = output_;
    if (origin_.proxy && !origin_.tls) [[unlikely]] rest = through_proxy();
    reply_.clear();
    reader_.start(body, limits_.reply_head, streams.sink ? std::numeric_limits<std::size_t>::max() : limits_.reply_body);
    const bool usable = std::exchange(clean_, false);
    used_ = true;
    limits_.deadline = streams.deadline;

    Watch watch(pools_.watchdog(), *this, until(limits_.stall));
    bool early = false;
    bool passes = false;
    bool decided = streams.sink == nullptr;
    error_code unsent;
    try {
        if (!usable) throw system_error(asio::error::not_connected);
        co_await write(rest, watch, progress, limits_.stall);
        if (streams.leave > Clock::duration::zero()) {
            progress.sent = false;  // without its body nothing can be made of a request
            co_await wait_for_leave(streams.leave, watch, progress);
        }
        early = reader_.head_done();
        try {
            if (streams.source && !early) co_await send_pieces(*streams.source, watch, progress, early);
        } catch (const system_error& error) {
            // Who refuses a body answers and closes the connection: the answer says more than this.
            if (error.code() != asio::error::broken_pipe && error.code() != asio::error::connection_reset) throw;
            unsent = error.code();
        }
        watch.move(until(limits_.first_byte));
        progress.bound = Bound::first_byte;
        if (!unsent) progress.phase = Phase::receive;
        for (;;) {
            if (!decided && reader_.head_done()) {
                decided = true;
                reader_.fill(reply_);
                passes = streams.sink->begin(reply_);
                if (passes) {
                    reader_.pass_by();
                } else {
                    parsed(reader_.limit_body(limits_.reply_body), progress);
                }
            }
            if (passes) co_await pass_on(*streams.sink, watch);
            if (reader_.complete()) break;
            error_code ec;
            const auto space = room();
            const std::size_t count = co_await socket_.async_read_some(
                asio::buffer(space.data(), space.size()), asio::redirect_error(asio::use_awaitable, ec));
            if (ec && unsent && !(ec == asio::error::eof && reader_.head_done())) throw system_error(unsent);
            received(count, ec, progress);
            watch.move(until(limits_.stall));
            progress.bound = Bound::stall;
            if (tls_ && !tls_->outgoing().empty()) co_await write({}, watch, progress, limits_.stall);
        }
    } catch (const system_error& error) {
        fail(watch, progress, error.code());
    }
    const bool in_time = watch.end();
    if (!in_time && reader_.complete_by_end()) fail(watch, progress, asio::error::eof);
    reader_.fill(reply_);
    if (reply_.status() == 407 && origin_.proxy && !origin_.tls) refused_by_proxy(407);
    clean_ = in_time && !early && !unsent && reader_.reusable() && !(tls_ && tls_->ended());
}

}  // namespace botocraft::http
