#include "http/pool.hpp"

#include "http/connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <string>

namespace botocraft::http {

namespace {

using boost::system::error_code;
using boost::system::system_error;

constexpr auto sweep_every = std::chrono::seconds(10);
constexpr auto origins_kept = std::chrono::minutes(10);

// A socket that is used by one coroutine after the other must not depend on the strand of the first.
asio::any_io_executor without_strand(const asio::any_io_executor& executor) {
    if (const auto* strand = executor.target<asio::strand<asio::io_context::executor_type>>()) {
        return strand->get_inner_executor();
    }
    if (const auto* strand = executor.target<asio::strand<asio::thread_pool::executor_type>>()) {
        return strand->get_inner_executor();
    }
    if (const auto* strand = executor.target<asio::strand<asio::any_io_executor>>()) {
        return without_strand(strand->get_inner_executor());
    }
    return executor;
}

}  // namespace

Slot::~Slot() {
    if (pools_ != nullptr) pools_->free_slot(*pool_);
}

Grant::Grant() = default;
Grant::Grant(Grant&&) noexcept = default;
Grant& Grant::operator=(Grant&&) noexcept = default;
Grant::~Grant() {
    if (connection) connection.release()->give_back();  // nobody took it
}

Waiter::Waiter(Pools& pools) : pools_(pools), signal_(pools.executor()) { pools_.watchdog().add(*this); }

Waiter::~Waiter() {
    leave();
    pools_.watchdog().remove(*this);
}

void Waiter::place_in(Line& line) {
    place_ = line.insert(line.end(), this);
    line_ = &line;
}

void Waiter::wake() noexcept {
    if (line_ != nullptr) line_->erase(place_);
    line_ = nullptr;
    signal_.send();
}

void Waiter::expired() noexcept { signal_.send(); }

void Waiter::leave() noexcept {
    const std::lock_guard lock(pools_.mutex_);
    if (line_ != nullptr) line_->erase(place_);
    line_ = nullptr;
}

Grant Waiter::claim() noexcept {
    leave();
    return std::move(grant);
}

asio::awaitable<bool> Waiter::wait(Clock::time_point deadline, Phase phase) {
    Watch watch(pools_.watchdog(), *this, deadline);
    error_code ec;
    try {
        co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    } catch (const system_error& error) {
        ec = error.code();
    }
    const bool in_time = watch.end();
    if (ec) {
        Failure::Facts facts;
        facts.phase = phase;
        facts.code = asio::error::operation_aborted;
        throw Failure(facts, std::string(to_string(phase)) + " was cancelled");
    }
    co_return in_time;
}

Pools::Pools(asio::execution_context& context) : service(context) {}
Pools::~Pools() = default;

Pools& Pools::of(const asio::any_io_executor& executor) {
    auto& pools = asio::use_service<Pools>(asio::query(executor, asio::execution::context));
    std::call_once(pools.started_, [&] { pools.start(executor); });
    return pools;
}

void Pools::start(const asio::any_io_executor& executor) {
    executor_ = asio::prefer(without_strand(executor), asio::execution::outstanding_work.untracked);
    watchdog_.emplace(executor_);
    names_.emplace(executor_);
}

Grant Pools::take(const Origin& origin, const Limits& limits, Clock::time_point now, Waiter* waiter) {
    Unwanted unwanted;  // closed when the lock is no longer held
    Grant grant;
    const std::lock_guard lock(mutex_);
    if (now >= sweep_at_) [[unlikely]] sweep(now, unwanted);
    auto found = pools_.find(origin);
    if (found == pools_.end()) {
        found = pools_.try_emplace(origin).first;
        found->second.origin = &found->first;
    }
    Pool& pool = found->second;
    auto fresh = pool.idle.begin();
    while (fresh != pool.idle.end() && after((*fresh)->idle_since(), limits.idle) < now) {
        (*fresh)->end_because(&Statistics::Closed::idle);
        unwanted.emplace_back(*fresh++);
    }
    if (fresh != pool.idle.begin()) pool.idle.erase(pool.idle.begin(), fresh);

    if (!pool.idle.empty()) {
        grant.connection.reset(pool.idle.back());
        pool.idle.pop_back();
    } else if (pool.waiting.empty() && pool.slots < origin.connections) {
        pool.idle.reserve(pool.slots + 1);  // so that giving a connection back cannot fail
        ++pool.slots;
        grant.slot = Slot(*this, pool);
    } else if (waiter != nullptr) {
        waiter->place_in(pool.waiting);
    }
    return grant;
}

// Nobody may call the origin of an idle connection any more. There is no timer for that, which would keep the context's
// run() from returning: whoever takes a connection looks at all, once in a while.
void Pools::sweep(Clock::time_point now, Unwanted& unwanted) {
    sweep_at_ = now + sweep_every;
    for (auto entry = pools_.begin(); entry != pools_.end();) {
        Pool& pool = entry->second;
        std::erase_if(pool.idle, [&](SocketConnection* connection) {
            const bool too_long = connection->idle_for_too_long(now);
            if (too_long) connection->end_because(&Statistics::Closed::idle);
            if (!too_long && connection->looks_alive()) return false;
            unwanted.emplace_back(connection);
            return true;
        });
        const bool used = pool.slots != 0 || !pool.waiting.empty();
        pool.unused_since = used ? Clock::time_point::max() : std::min(pool.unused_since, now);
        // Until then its TLS session may be of use.
        entry = !used && now - pool.unused_since > origins_kept ? pools_.erase(entry) : std::next(entry);
    }
}

void Pools::weed(Pool& pool, Clock::time_point idle_since) noexcept {
    Unwanted unwanted;
    const std::lock_guard lock(mutex_);
    unwanted.reserve(pool.idle.size());
    std::erase_if(pool.idle, [&](SocketConnection* connection) {
        const bool as_long = connection->idle_since() <= idle_since;
        if (as_long) connection->end_because(&Statistics::Closed::by_server);
        if (!as_long && connection->looks_alive()) return false;
        unwanted.emplace_back(connection);
        return true;
    });
}

void Pools::put(SocketConnection& connection, Clock::time_point now) noexcept {
    std::unique_ptr<SocketConnection> owned(&connection);
    Sessions sessions = connection.take_sessions();
    const std::lock_guard lock(mutex_);
    Pool& pool = connection.pool();
    pool.sessions.renew(sessions);
    if (shut_down_) return;
    connection.set_idle_since(now);
    if (pool.waiting.empty()) {
        pool.idle.push_back(owned.release());
    } else {
        Waiter& longest = *pool.waiting.front();
        longest.grant.connection = std::move(owned);
        longest.wake();
    }
}

void Pools::free_slot(Pool& pool) noexcept {
    const std::lock_guard lock(mutex_);
    if (pool.waiting.empty() || shut_down_) {
        --pool.slots;
    } else {
        Waiter& longest = *pool.waiting.front();
        longest.grant.slot = Slot(*this, pool);
        longest.wake();
    }
}

std::shared_ptr<TlsContext> Pools::tls_context(const std::shared_ptr<TlsContext>& own) {
    const std::lock_guard lock(mutex_);
    if (!own) {
        if (!system_tls_) system_tls_ = make_tls_context({});
        return system_tls_;
    }
    std::erase_if(tls_contexts_, [](const std::weak_ptr<TlsContext>& known) { return known.expired(); });
    for (const std::weak_ptr<TlsContext>& known : tls_contexts_) {
        if (auto shared = known.lock(); shared && *shared == *own) return shared;
    }
    tls_contexts_.push_back(own);
    return own;
}

SessionPtr Pools::session(const Pool& pool, SessionPtr Sessions::*which) noexcept {
    const std::lock_guard lock(mutex_);
    SSL_SESSION* const session = (pool.sessions.*which).get();
    if (session != nullptr) SSL_SESSION_up_ref(session);
    return SessionPtr(session);
}

void Pools::count_opened(bool resumed) noexcept {
    const std::lock_guard lock(mutex_);
    ++counters_.opened;
    if (resumed) ++counters_.handshakes_resumed;
}

void Pools::closed(Pool& pool, Sessions sessions, std::uint64_t Statistics::Closed::*reason) noexcept {
    const std::lock_guard lock(mutex_);
    pool.sessions.renew(sessions);
    ++(counters_.closed.*reason);
}

Statistics Pools::statistics() const noexcept {
    const std::lock_guard lock(mutex_);
    Statistics result = counters_;
    result.reused = reused_.load(std::memory_order_relaxed);
    for (const auto& [origin, pool] : pools_) {
        result.waiting += pool.waiting.size();
        result.idle += pool.idle.size();
        result.in_flight += pool.slots - pool.idle.size();
    }
    return result;
}

void Pools::shutdown() noexcept {
    std::vector<SocketConnection*> idle;
    {
        const std::lock_guard lock(mutex_);
        shut_down_ = true;
        for (auto& [origin, pool] : pools_) {
            for (SocketConnection* connection : pool.idle) idle.push_back(connection);
            pool.idle.clear();
        }
    }
    for (SocketConnection* connection : idle) delete connection;
    if (watchdog_) watchdog_->shutdown();
    if (names_) names_->shutdown();
}

namespace {

asio::awaitable<Grant> wait_in_line(Pools& pools, const Origin& origin, const Limits& limits) {
    Waiter waiter(pools);
    Grant grant = pools.take(origin, limits, Clock::now(), &waiter);
    if (grant) co_return grant;
    const bool in_time = co_await waiter.wait(limits.deadline, Phase::pool);
    grant = waiter.claim();
    if (!grant && !in_time) {
        Failure::Facts facts;
        facts.phase = Phase::pool;
        facts.code = asio::error::timed_out;
        facts.timed_out = true;
        facts.bound = Bound::attempt;
        throw Failure(facts, origin.host + ":" + std::to_string(origin.port) + ": no connection became free in time: " +
                                 std::to_string(origin.connections) + " are in use");
    }
    co_return grant;
}

asio::awaitable<Lease> open_one(Pools& pools, Slot slot, const Limits& limits) {
    auto connection = std::make_unique<SocketConnection>(pools, std::move(slot));
    co_await connection->open(limits);
    connection->lend(limits);
    co_return Lease(*connection.release());
}

// A free connection that is alive; none where `grant` remains one to open, or to wait for.
Lease lease_free(Pools& pools, const Origin& origin, const Limits& limits, Grant& grant) {
    for (;;) {
        const Clock::time_point now = Clock::now();
        grant = pools.take(origin, limits, now, nullptr);
        if (!grant.connection) return {};
        if (grant.connection->alive(limits, now)) {
            grant.connection->lend(limits);
            return Lease(*grant.connection.release());
        }
        grant.connection.reset();
    }
}

asio::awaitable<Lease> lease(const Origin& origin, const Limits& limits) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    Pools& pools = Pools::of(executor);
    for (;;) {
        Grant grant;
        Lease free = lease_free(pools, origin, limits, grant);
        if (free) co_return free;
        if (!grant) {
            Grant waited = co_await wait_in_line(pools, origin, limits);
            grant = std::move(waited);
        }
        if (grant.connection && grant.connection->alive(limits, Clock::now())) {
            grant.connection->lend(limits);
            co_return Lease(*grant.connection.release());
        }
        if (grant.connection) {  // in the place of one that is of no use another may be opened: nobody waits twice
            grant.slot = grant.connection->take_slot();
            grant.connection.reset();
        }
        if (!grant.slot) continue;
        Lease opened = co_await open_one(pools, std::move(grant.slot), limits);
        co_return opened;
    }
}

class PooledTransport final : public Transport {
  public:
    asio::awaitable<Lease> acquire(const Origin& origin, const Limits& limits) override {
        return lease(origin, limits);
    }
    // Lets go of a right to open a connection: the next in line, or `acquire`, takes it.
    Lease acquire_now(const asio::any_io_executor& executor, const Origin& origin, const Limits& limits) override {
        Grant unused;
        return lease_free(Pools::of(executor), origin, limits, unused);
    }
};

}  // namespace

void use_names(const asio::any_io_executor& executor, std::shared_ptr<NameSource> source) {
    Pools::of(executor).names().use(std::move(source));
}

std::shared_ptr<Transport> make_transport() { return std::make_shared<PooledTransport>(); }

Statistics statistics(asio::execution_context& context) {
    return asio::has_service<Pools>(context) ? asio::use_service<Pools>(context).statistics() : Statistics();
}

}  // namespace botocraft::http
