#pragma once
// What the rest of the library sees of HTTP: acquire a connection, write a request into it, exchange it for a reply.

#include "http/time.hpp"

#include <botocraft/connections.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

namespace botocraft::http {

namespace asio = boost::asio;

// Which certificates a TLS connection trusts, and which it shows. Verification, the host name check and TLS 1.2 as the
// least version cannot be turned off.
struct TlsSettings {
    std::string ca_bundle{};           // PEM file with the only trusted authorities; empty: those of the system
    std::string extra_ca{};            // PEM file of authorities trusted besides those
    std::string client_certificate{};  // PEM file with the chain that is shown to servers that ask; empty: none
    std::string client_key{};          // PEM file; empty: in the same file
    std::shared_ptr<asio::ssl::context> own{};  // in place of all of the above; only read from

    bool operator==(const TlsSettings&) const = default;
};

// A TLS configuration that is read when the first connection needs it, and then shared. Safe to use from many threads.
class TlsContext;
[[nodiscard]] std::shared_ptr<TlsContext> make_tls_context(TlsSettings settings);

struct Proxy;  // http/proxy.hpp

// What connections lead to, by which way, and how many there may be: they are reused for the same origin only. Which one
// that is, is said by what TLS and the proxy are set to, not by who holds the settings.
struct Origin {
    bool tls = true;
    std::string host;  // name or IP literal (IPv6 without brackets)
    std::uint16_t port = 443;
    std::shared_ptr<TlsContext> context{};  // empty: the authorities of the system
    std::shared_ptr<const Proxy> proxy{};   // empty: there is none on the way
    // Open at once; more callers wait in turn. Those who want another number wait in another line, so that none holds up
    // the other.
    std::size_t connections = 256;

    bool operator==(const Origin& other) const;
};

// Bounds on one attempt. A duration of `Clock::duration::max()` means no bound.
struct Limits {
    Clock::duration resolve = std::chrono::seconds(10);
    Clock::duration connect = std::chrono::seconds(5);      // TCP, for each address that is tried; a proxy's CONNECT
    Clock::duration family_wait = std::chrono::milliseconds(50);     // for IPv6 addresses, where those of IPv4 are there
    Clock::duration attempt_delay = std::chrono::milliseconds(250);  // before the next address is tried beside the last
    Clock::duration tls = std::chrono::seconds(10);         // handshake
    Clock::duration first_byte = std::chrono::seconds(60);  // from the whole request sent to the first byte of the reply
    Clock::duration stall = std::chrono::seconds(30);       // no byte moved while sending or while receiving the reply
    Clock::time_point deadline = Clock::time_point::max();  // the attempt as a whole, waiting for the pool included

    std::size_t reply_head = 64 * 1024;           // status line and headers, or one line of a chunked body's framing
    std::size_t reply_body = 256 * 1024 * 1024;   // a longer body is refused; memory grows as bytes come
    Clock::duration idle = std::chrono::seconds(50);         // an older idle connection is closed, not reused
    Clock::duration age = std::chrono::minutes(10);          // an older connection is not used again
    // Idle for longer: look whether the server closed it, or said something that nobody had asked for, which would else be
    // taken for the next reply. A look costs a system call, which calls that follow each other at once are spared: what
    // comes as late as the next request can be told from its reply by nobody, and the less time, the less comes.
    Clock::duration trusted_idle = std::chrono::milliseconds(1);

    // For a request that must not be sent twice.
    static constexpr Clock::duration idle_always_checked = Clock::duration::min();
};

// One of the limits; `attempt` is the deadline. The last two are of sizes.
enum class Bound : unsigned char { none, resolve, connect, tls, first_byte, stall, attempt, reply_head, reply_body };

// The part of an attempt that failed.
enum class Phase : unsigned char { pool, resolve, connect, proxy, tls, send, receive, parse };

[[nodiscard]] std::string_view to_string(Phase phase) noexcept;

// Why an attempt brought no reply, and what is known about the server's side of it. The connection is closed.
class Failure : public std::runtime_error {
  public:
    struct Facts {
        Phase phase = Phase::pool;
        boost::system::error_code code{};
        bool timed_out = false;           // one of the limits on time passed
        Bound bound = Bound::none;        // the limit that passed,
        Clock::duration allowed{};        // of so much time, unless it is the deadline,
        std::size_t largest = 0;          // or of so many bytes
        bool may_have_been_sent = false;  // a byte of the request may have reached the server
        bool stale = false;               // a reused connection that the server had closed: no byte of a reply came
        // It would fail in the same way again: a refused certificate, unusable settings, a reply over its limit.
        bool permanent = false;
    };

    Failure(const Facts& facts, const std::string& what) : std::runtime_error(what), facts_(facts) {}

    [[nodiscard]] Phase phase() const noexcept { return facts_.phase; }
    [[nodiscard]] const boost::system::error_code& code() const noexcept { return facts_.code; }
    [[nodiscard]] bool timed_out() const noexcept { return facts_.timed_out; }
    [[nodiscard]] Bound bound() const noexcept { return facts_.bound; }
    [[nodiscard]] Clock::duration allowed() const noexcept { return facts_.allowed; }
    [[nodiscard]] std::size_t largest() const noexcept { return facts_.largest; }
    [[nodiscard]] bool too_large() const noexcept {
        return facts_.bound == Bound::reply_head || facts_.bound == Bound::reply_body;
    }
    [[nodiscard]] bool may_have_been_sent() const noexcept { return facts_.may_have_been_sent; }
    [[nodiscard]] bool stale() const noexcept { return facts_.stale; }
    [[nodiscard]] bool permanent() const noexcept { return facts_.permanent; }
    [[nodiscard]] bool cancelled() const noexcept;  // the caller cancelled: `code()` is operation_aborted

  private:
    Facts facts_;
};

struct Header {
    std::string_view name;  // as it was sent
    std::string_view value;
};

// A reply, as views into the buffers of its connection.
class Reply {
  public:
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] std::span<const Header> headers() const noexcept { return headers_; }
    [[nodiscard]] std::string_view body() const noexcept { return body_; }

    // The first header of that name, in whatever case it was sent; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view lower_case_name) const noexcept;
    [[nodiscard]] bool has_header(std::string_view lower_case_name) const noexcept;

    // For those who make replies: connections, real and fake.
    void clear() noexcept;
    void set_status(int status) noexcept { status_ = status; }
    void add_header(std::string_view name, std::string_view value) { headers_.push_back(Header{name, value}); }
    void set_body(std::string_view body) noexcept { body_ = body; }

  private:
    [[nodiscard]] const Header* find(std::string_view lower_case_name) const noexcept;

    int status_ = 0;
    std::vector<Header> headers_;
    std::string_view body_;
};

// Something that the user of a connection keeps with it for as long as it is open, such as a signer's contexts.
class Attachment {
  public:
    Attachment() = default;
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;
    virtual ~Attachment() = default;
};

// Whether the reply may have a body: one to HEAD has none, whatever its headers say.
enum class ReplyBody : bool { none, expected };

// The body of a request that is not in memory. What it throws ends the exchange, and comes out of it.
class BodySource {
  public:
    BodySource() = default;
    BodySource(const BodySource&) = delete;
    BodySource& operator=(const BodySource&) = delete;
    virtual ~BodySource() = default;
    // Appends the next piece, as it goes over the wire. False with the last one.
    [[nodiscard]] virtual asio::awaitable<bool> next(std::string& out) = 0;
};

// Where the body of a reply goes that shall not be in memory. What it throws ends the exchange, and comes out of it.
class BodySink {
  public:
    BodySink() = default;
    BodySink(const BodySink&) = delete;
    BodySink& operator=(const BodySink&) = delete;
    virtual ~BodySink() = default;
    // Asked once, when the head is there: whether the body shall come here, and not into the reply.
    [[nodiscard]] virtual bool begin(const Reply& head) = 0;
    // The next piece, valid until this completes. Nothing is received meanwhile.
    [[nodiscard]] virtual asio::awaitable<void> take(std::string_view piece) = 0;
};

// Bodies that pass by. The deadline of the limits then counts until the connection is there; after that what counts is that
// bytes move, and a deadline of its own. The time that a source or a sink takes for itself has no other limit.
struct Streams {
    BodySource* source = nullptr;  // behind what was written into the connection's buffer: the head
    BodySink* sink = nullptr;
    // The head asks the server to say whether it wants the body (`Expect: 100-continue`): so long it is waited for that.
    Clock::duration leave = Clock::duration::zero();
    Clock::time_point deadline = Clock::time_point::max();
};

// A connection that is held by one user at a time. Base of the real one and of fakes.
class Connection {
  public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    [[nodiscard]] std::string& output() noexcept { return output_; }
    [[nodiscard]] const Reply& reply() const noexcept { return reply_; }

    // This lease's request and reply hold secrets. What a connection itself keeps of them is overwritten when the lease
    // ends, and no copies are left behind on the way; what the kernel keeps is its own affair.
    virtual void mark_secret() { secret_ = true; }
    [[nodiscard]] bool secret() const noexcept { return secret_; }

    // Whether it carried an exchange before this lease.
    [[nodiscard]] bool reused() const noexcept { return reused_; }

    virtual asio::awaitable<void> exchange(ReplyBody body) = 0;
    // For fakes, the bodies are gathered in memory.
    virtual asio::awaitable<void> stream(ReplyBody body, const Streams& streams);

    // The lease ends: keep the connection for the next one, or destroy it.
    virtual void give_back() noexcept = 0;

    template <std::derived_from<Attachment> T>
    [[nodiscard]] T& attachment() {
        const Attachment* kept = attachment_.get();
        if (kept == nullptr || typeid(*kept) != typeid(T)) attachment_ = std::make_unique<T>();
        return static_cast<T&>(*attachment_);
    }

  protected:
    std::string output_;
    Reply reply_;
    bool reused_ = false;
    bool secret_ = false;

  private:
    std::unique_ptr<Attachment> attachment_;
};

// The exclusive use of a connection. Its end gives the connection back, to be reused if the last exchange left it in a
// known clean state, otherwise closed. Must not outlive the execution context.
class Lease {
  public:
    Lease() = default;
    explicit Lease(Connection& connection) noexcept : connection_(&connection) {}
    Lease(Lease&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
    Lease& operator=(Lease&& other) noexcept {
        Lease(std::move(other)).swap(*this);
        return *this;
    }
    ~Lease() {
        if (connection_ != nullptr) connection_->give_back();
    }

    void swap(Lease& other) noexcept { std::swap(connection_, other.connection_); }
    [[nodiscard]] explicit operator bool() const noexcept { return connection_ != nullptr; }

    // The buffer that the request is written into, head and body, or the head alone where the body has a source. Empty at the
    // start of a lease, and kept by `exchange`, so that a caller may look at what was sent.
    [[nodiscard]] std::string& output() noexcept { return connection_->output(); }

    // To be called before anything secret is written into `output()`.
    void mark_secret() { connection_->mark_secret(); }
    [[nodiscard]] bool secret() const noexcept { return connection_->secret(); }

    // Sends `output()` and receives the reply. Throws Failure; then the lease is of no further use, but that
    // `reply` has what came of one that broke off behind its head.
    // Cancellation, of any type, ends it at once with a Failure whose code is operation_aborted.
    // The lease must stay where it is until this completes.
    [[nodiscard]] asio::awaitable<void> exchange(ReplyBody body = ReplyBody::expected) {
        return connection_->exchange(body);
    }
    // The same with bodies that are not in memory. A reply that came before the whole body was sent is the reply.
    [[nodiscard]] asio::awaitable<void> exchange(ReplyBody body, const Streams& streams) {
        return connection_->stream(body, streams);
    }

    // The reply of the last exchange: valid until the next one, or the end of the lease.
    [[nodiscard]] const Reply& reply() const noexcept { return connection_->reply(); }

    [[nodiscard]] bool reused() const noexcept { return connection_->reused(); }

    // The T kept with this connection; made when first asked for. A connection keeps one attachment.
    template <std::derived_from<Attachment> T>
    [[nodiscard]] T& attachment() {
        return connection_->attachment<T>();
    }

  private:
    Connection* connection_ = nullptr;
};

// Where connections come from.
class Transport {
  public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    // Waits for a free connection, or opens one. Both arguments must live until this completes; `limits` govern the
    // exchanges of the lease as well. Throws Failure. Safe to call from many threads.
    [[nodiscard]] virtual asio::awaitable<Lease> acquire(const Origin& origin, const Limits& limits) = 0;

    // A connection that is free now; none where there is none, or where this transport does not do it: then `acquire`
    // must be awaited. Saves a coroutine in nearly every call. `executor` is that of the coroutine.
    [[nodiscard]] virtual Lease acquire_now(const asio::any_io_executor& executor, const Origin& origin,
                                            const Limits& limits) {
        static_cast<void>(executor), static_cast<void>(origin), static_cast<void>(limits);
        return {};
    }
};

// The real transport. It holds no connection itself: the pools belong to the execution context of the coroutine that
// acquires, and end with it.
[[nodiscard]] std::shared_ptr<Transport> make_transport();

// What the pools of one execution context did and hold.
using Statistics = ConnectionStatistics;

[[nodiscard]] Statistics statistics(asio::execution_context& context);

}  // namespace botocraft::http
