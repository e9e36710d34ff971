#pragma once
// The connections of one execution context, by origin: who holds them, who waits for them, which are free.

#include "http/names.hpp"
#include "http/signal.hpp"
#include "http/tls.hpp"
#include "http/transport.hpp"
#include "http/watchdog.hpp"

#include <boost/asio/execution_context.hpp>

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace botocraft::http {

class Pools;
class SocketConnection;
struct Pool;

// The right to have one of the bounded number of connections open. Its end passes the right on to who waits longest.
class Slot {
  public:
    Slot() = default;
    Slot(Pools& pools, Pool& pool) noexcept : pools_(&pools), pool_(&pool) {}
    Slot(Slot&& other) noexcept : pools_(std::exchange(other.pools_, nullptr)), pool_(other.pool_) {}
    Slot& operator=(Slot&& other) noexcept {
        std::swap(pools_, other.pools_);
        std::swap(pool_, other.pool_);
        return *this;
    }
    ~Slot();

    [[nodiscard]] explicit operator bool() const noexcept { return pools_ != nullptr; }
    [[nodiscard]] Pool& pool() const noexcept { return *pool_; }

  private:
    Pools* pools_ = nullptr;
    Pool* pool_ = nullptr;
};

// What a caller gets from the pool: a connection that was free, or the right to open one; neither if it has to wait.
struct Grant {
    Grant();
    Grant(Grant&&) noexcept;
    Grant& operator=(Grant&&) noexcept;
    ~Grant();

    [[nodiscard]] explicit operator bool() const noexcept { return connection != nullptr || static_cast<bool>(slot); }

    std::unique_ptr<SocketConnection> connection;
    Slot slot;
};

class Waiter;
using Line = std::list<Waiter*>;  // who waits longest is first

// What a coroutine waits with until another one hands it something. `place_in` and `wake` need the lock of the pools.
class Waiter final : public Watched {
  public:
    explicit Waiter(Pools& pools);
    ~Waiter() override;

    void place_in(Line& line);
    void wake() noexcept;
    Grant grant;

    // Returns when it was woken, its deadline passed (false), or throws a Failure if it was cancelled.
    [[nodiscard]] asio::awaitable<bool> wait(Clock::time_point deadline, Phase phase);

    // Leaves the line and takes what it was given.
    [[nodiscard]] Grant claim() noexcept;

  private:
    void expired() noexcept override;
    void leave() noexcept;

    Pools& pools_;
    Signal signal_;
    Line* line_ = nullptr;
    Line::iterator place_;
};

// The newest sessions of TLS that can be taken up again: that with the server, and that with a proxy on the way to it.
struct Sessions {
    SessionPtr server;
    SessionPtr proxy;

    // Takes over those that there are; the older ones go with `newer`, after the lock.
    void renew(Sessions& newer) noexcept {
        if (newer.server) server.swap(newer.server);
        if (newer.proxy) proxy.swap(newer.proxy);
    }
};

// One origin's connections. Guarded by the lock of the pools.
struct Pool {
    const Origin* origin = nullptr;
    std::vector<SocketConnection*> idle;  // the one used last is at the end, and used first
    Line waiting;
    std::size_t slots = 0;                // idle, leased or being opened
    Sessions sessions;
    Clock::time_point unused_since = Clock::time_point::max();
};

struct OriginHash {
    [[nodiscard]] std::size_t operator()(const Origin& origin) const noexcept {
        const std::size_t context = origin.context ? origin.context->hash() : 0;
        const std::size_t rest = std::size_t{origin.port} * 2 + (origin.tls ? 1 : 0) + context + (origin.connections << 17);
        return std::hash<std::string_view>()(origin.host) ^ (rest * 0x9e3779b97f4a7c15u);
    }
};

// Belongs to the execution context, and ends with it.
class Pools final : public asio::execution_context::service {
  public:
    using key_type = Pools;

    explicit Pools(asio::execution_context& context);
    ~Pools() override;

    // The pools of the context that `executor` belongs to.
    [[nodiscard]] static Pools& of(const asio::any_io_executor& executor);

    // The executor that sockets and timers are made with: the context's own, not somebody's strand.
    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] Watchdog& watchdog() noexcept { return *watchdog_; }

    // A connection or slot at once, or neither: then `waiter`, if given, is put last in the line.
    [[nodiscard]] Grant take(const Origin& origin, const Limits& limits, Clock::time_point now, Waiter* waiter);

    // A connection that is fit for another exchange comes back.
    void put(SocketConnection& connection, Clock::time_point now) noexcept;

    [[nodiscard]] Names& names() noexcept { return *names_; }

    // One that is as good as `own`, and perhaps has read its files already.
    [[nodiscard]] std::shared_ptr<TlsContext> tls_context(const std::shared_ptr<TlsContext>& own);
    [[nodiscard]] SessionPtr session(const Pool& pool, SessionPtr Sessions::*which) noexcept;

    void count_opened(bool resumed) noexcept;
    void count_reused() noexcept { reused_.fetch_add(1, std::memory_order_relaxed); }
    void closed(Pool& pool, Sessions sessions, std::uint64_t Statistics::Closed::*reason) noexcept;

    // The server had closed a connection that was idle since then. Closes those that were idle for as long, because they
    // may look open as that one did, and others that it closed.
    void weed(Pool& pool, Clock::time_point idle_since) noexcept;
    [[nodiscard]] Statistics statistics() const noexcept;

  private:
    friend class Slot;
    friend class Waiter;

    void shutdown() noexcept override;
    void free_slot(Pool& pool) noexcept;
    using Unwanted = std::vector<std::unique_ptr<SocketConnection>>;
    void sweep(Clock::time_point now, Unwanted& unwanted);
    void start(const asio::any_io_executor& executor);

    std::once_flag started_;
    asio::any_io_executor executor_;
    std::optional<Watchdog> watchdog_;
    std::optional<Names> names_;
    mutable std::mutex mutex_;
    std::unordered_map<Origin, Pool, OriginHash> pools_;
    std::shared_ptr<TlsContext> system_tls_;
    std::vector<std::weak_ptr<TlsContext>> tls_contexts_;  // no two that are as good as each other
    Statistics counters_;
    std::atomic<std::uint64_t> reused_{0};
    Clock::time_point sweep_at_{};
    bool shut_down_ = false;
};

}  // namespace botocraft::http
