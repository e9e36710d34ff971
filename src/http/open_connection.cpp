// How a connection comes to be open, and how a proxy is spoken to.

#include "http/connection.hpp"
#include "http/dial.hpp"
#include "http/proxy.hpp"
#include "text/case.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace botocraft::http {

namespace {

using boost::system::error_code;
using boost::system::system_error;

std::string authority(const Origin& origin) {
    const bool literal = origin.host.find(':') != origin.host.npos;
    return (literal ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
}

// What the header Host says, which may be signed: the proxy sends on what the URL says.
std::string_view host_header(std::string_view headers) {
    constexpr std::string_view name = "host:";
    while (!headers.empty() && !headers.starts_with("\r\n")) {
        const std::string_view line = headers.substr(0, headers.find("\r\n"));
        if (equal_ignoring_case(line.substr(0, name.size()), name)) {
            const std::size_t value = line.find_first_not_of(' ', name.size());
            return value == line.npos ? std::string_view() : line.substr(value);
        }
        headers.remove_prefix(std::min(line.size() + 2, headers.size()));
    }
    return {};
}

// More than the words that are added to what comes from elsewhere.
constexpr std::size_t room_for_words = 128;

void add_authorization(std::string& headers, const Proxy& proxy) {
    if (!proxy.authorization.empty()) {
        headers.append("Proxy-Authorization: ").append(proxy.authorization).append("\r\n");
    }
}

}  // namespace

asio::awaitable<void> SocketConnection::open(const Limits& limits) {
    limits_ = limits;
    co_await connect();
    if (origin_.proxy && origin_.proxy->tls) co_await handshake_with_proxy();
    if (origin_.proxy && origin_.tls) co_await ask_proxy();
    if (origin_.tls) co_await handshake();
    established_ = clean_ = true;
    use_until_ = after(Clock::now(), limits.age);
    pools_.count_opened(tls_ && tls_->resumed());
}

asio::awaitable<void> SocketConnection::connect() {
    const Race::Times times{limits_.resolve, limits_.family_wait, limits_.attempt_delay, limits_.connect,
                            limits_.deadline};
    const std::string& host = origin_.proxy ? origin_.proxy->host : origin_.host;
    const std::uint16_t port = origin_.proxy ? origin_.proxy->port : origin_.port;
    Dialled dialled = co_await dial(pools_.names(), pools_.executor(), host, port, times);
    if (!dialled.socket) {
        if (dialled.all_failed) pools_.names().forget(host);
        Failure::Facts facts;
        facts.phase = dialled.phase;
        facts.code = dialled.error;
        if (dialled.error == asio::error::timed_out) {
            time_out(facts, dialled.phase == Phase::resolve ? Bound::resolve : Bound::connect);
        }
        fail(facts, dialled.story.empty() ? dialled.error.message() : dialled.story);
    }
    socket_ = std::move(*dialled.socket);
    const auto paused = pools_.watchdog().pause();
    watched_socket_ = socket_.native_handle();
}

void SocketConnection::begin_tls(Phase phase, const std::shared_ptr<TlsContext>& context, const std::string& host,
                                 SSL_SESSION* session) {
    try {
        tls_ = std::make_unique<TlsStream>(context, host, session, std::move(tls_));
    } catch (const std::runtime_error& error) {  // settings that cannot be used
        Failure::Facts facts;
        facts.phase = phase;
        facts.code = asio::error::invalid_argument;
        facts.permanent = true;
        close();
        fail(facts, error.what());
    }
}

asio::awaitable<void> SocketConnection::handshake_with_proxy() {
    const SessionPtr session = pools_.session(pool(), &Sessions::proxy);
    begin_tls(Phase::proxy, pools_.tls_context(origin_.proxy->context), origin_.proxy->host, session.get());
    co_await shake_hands(Phase::proxy);
}

asio::awaitable<void> SocketConnection::handshake() {
    const SessionPtr session = pools_.session(pool(), &Sessions::server);
    begin_tls(Phase::tls, pools_.tls_context(origin_.context), origin_.host, session.get());
    co_await shake_hands(Phase::tls);
}

asio::awaitable<void> SocketConnection::shake_hands(Phase phase) {
    Watch watch(pools_.watchdog(), *this, until(limits_.tls));
    Progress progress{phase, Bound::tls};
    error_code ec;
    try {
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
    }
    if (ec) {
        Failure::Facts facts;
        facts.phase = phase;
        facts.code = ec;
        facts.permanent = tls_->problem_is_permanent();
        const std::string problem = tls_->problem();
        watch.end();
        close();
        fail(facts, phase == Phase::proxy ? "in the TLS handshake with it, " + problem : problem);
    }
    if (!watch.end()) fail(watch, progress, asio::error::timed_out);
}

// --- through a proxy ---------------------------------------------------------------------------------------------------

void SocketConnection::refused_by_proxy(int status) {
    std::string why = "it refused, with HTTP status " + std::to_string(status);
    if (status == 407) why += ": it wants a user name and a password, or others than those in its URL";
    Failure::Facts facts;
    facts.phase = Phase::proxy;
    facts.code = asio::error::access_denied;
    facts.permanent = status < 500;
    close();
    fail(facts, why);
}

asio::awaitable<void> SocketConnection::ask_proxy() {
    const std::string target = authority(origin_);
    begin_rewritten(2 * target.size() + origin_.proxy->authorization.size());
    rewritten_.append("CONNECT ").append(target).append(" HTTP/1.1\r\nHost: ").append(target).append("\r\n");
    add_authorization(rewritten_, *origin_.proxy);
    rewritten_.append("\r\n");
    // Whatever it says of a body: a success has none, and what an error says besides its status is not needed.
    reader_.start(ReplyBody::none, limits_.reply_head, 0);
    Watch watch(pools_.watchdog(), *this, until(limits_.connect));
    Progress progress{Phase::proxy, Bound::connect};
    error_code ec;
    try {
        co_await write(rewritten_, watch, progress, limits_.connect);
        while (!reader_.complete()) {
            const auto space = room();
            const std::size_t count = co_await socket_.async_read_some(
                asio::buffer(space.data(), space.size()), asio::redirect_error(asio::use_awaitable, ec));
            received(count, ec, progress);
        }
    } catch (const system_error& error) {
        progress.phase = Phase::proxy;
        progress.sent = false;  // of the request itself
        fail(watch, progress, error.code());
    }
    if (!watch.end()) fail(watch, progress, asio::error::timed_out);
    reader_.fill(reply_);
    const int status = reply_.status();
    if (status < 200 || status >= 300) refused_by_proxy(status);
    // No server that waits for a TLS handshake says something first: it would be the proxy's.
    if (reader_.stray()) fail(watch, Progress{Phase::proxy}, make_error_code(boost::system::errc::protocol_error));
    reply_.clear();
    http::wipe(rewritten_);  // it held a secret
    rewritten_ = std::string();
}

// Growing would leave copies of a secret behind.
void SocketConnection::begin_rewritten(std::size_t size) {
    if (rewritten_.capacity() < size + room_for_words) http::wipe(rewritten_);
    rewritten_.clear();
    rewritten_.reserve(size + room_for_words);
}

// A request that is not for a tunnel carries the whole URL, and what the proxy wants to know of us.
std::string_view SocketConnection::through_proxy() {
    const std::string_view request = output_;
    const std::size_t target = std::min(request.find(' '), request.size() - 1) + 1;
    const std::size_t headers = std::min(request.find("\r\n"), request.size() - 2) + 2;
    const std::string_view named = host_header(request.substr(headers));
    const std::string host = named.empty() ? authority(origin_) : std::string(named);
    begin_rewritten(request.size() + host.size() + origin_.proxy->authorization.size());
    rewritten_.append(request.substr(0, target)).append("http://").append(host);
    rewritten_.append(request.substr(target, headers - target));
    add_authorization(rewritten_, *origin_.proxy);
    rewritten_.append(request.substr(headers));
    return rewritten_;
}

}  // namespace botocraft::http
