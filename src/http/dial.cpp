#include "http/dial.hpp"

#include "http/signal.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace botocraft::http {

namespace {

using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;

// One race. News comes from the threads of the context, and each takes the lock.
class Dialling : public std::enable_shared_from_this<Dialling> {
  public:
    Dialling(const asio::any_io_executor& executor, std::uint16_t port, const Race::Times& times)
        : executor_(executor), port_(port), race_(times, Clock::now()), timer_(executor), over_(executor) {}

    void begin(Names& names, const std::string& host) {
        error_code not_an_address;
        const auto address = asio::ip::make_address(host, not_an_address);
        if (not_an_address) {
            Names::Interest interest = names.look_up(host, [weak = weak_from_this()](Family family, const Addresses& found) {
                if (const auto self = weak.lock()) self->answered(family, found);
            });
            const std::lock_guard lock(mutex_);
            if (!ended_) interest_ = std::move(interest);
            return go_on();
        }
        answered(Family::v6, Addresses{asio::error::no_data});
        answered(Family::v4, Addresses{{}, {address}});
    }

    [[nodiscard]] Signal& over() noexcept { return over_; }

    [[nodiscard]] Dialled end(const error_code& ec) {
        const std::lock_guard lock(mutex_);
        if (ec) {
            result_.socket.reset();
            result_.error = asio::error::operation_aborted;
            result_.all_failed = false;
        }
        result_.phase = race_.phase();
        finish();
        if (!result_.socket) result_.story = race_.story();
        return std::move(result_);
    }

    void stop() noexcept {
        const std::lock_guard lock(mutex_);
        finish();
    }

  private:
    void answered(Family family, const Addresses& found) {
        const std::lock_guard lock(mutex_);
        race_.answered(family, found, Clock::now());
        go_on();
    }

    // With the lock, as all that follows.
    void go_on() {
        while (!ended_) {
            Race::Step step = race_.next(Clock::now());
            switch (step.kind) {
                case Race::Step::Kind::start: start(step); break;
                case Race::Step::Kind::abandon: sockets_[step.attempt].reset(); break;
                case Race::Step::Kind::wait: return wait(step.time);
                case Race::Step::Kind::lost:
                    result_.error = step.error;
                    result_.all_failed = race_.all_failed();
                    finish();
                    break;
            }
        }
    }

    void start(const Race::Step& step) {
        const tcp::endpoint endpoint(step.address, port_);
        auto& socket = *sockets_.emplace_back(std::make_unique<tcp::socket>(executor_));
        error_code ec;
        socket.open(endpoint.protocol(), ec);
        if (!ec) socket.set_option(tcp::no_delay(true), ec);
        if (!ec) socket.non_blocking(true, ec);
        if (ec) return race_.failed(step.attempt, ec);
        socket.async_connect(endpoint, [self = shared_from_this(), attempt = step.attempt](const error_code& result) {
            self->connected(attempt, result);
        });
    }

    void wait(Clock::time_point time) {
        timer_.expires_at(time);
        if (time == Clock::time_point::max()) return;
        timer_.async_wait([self = shared_from_this()](const error_code& ec) {
            if (ec) return;
            const std::lock_guard lock(self->mutex_);
            self->go_on();
        });
    }

    void connected(std::size_t attempt, const error_code& ec) {
        const std::lock_guard lock(mutex_);
        if (ended_ || !sockets_[attempt]) return;
        if (!ec) {
            result_.socket = std::move(*sockets_[attempt]);
            return finish();
        }
        sockets_[attempt].reset();
        race_.failed(attempt, ec);
        go_on();
    }

    void finish() {
        if (ended_) return;
        ended_ = true;
        sockets_.clear();
        timer_.cancel();
        interest_ = {};
        over_.send();
    }

    const asio::any_io_executor executor_;
    const std::uint16_t port_;
    std::mutex mutex_;
    Race race_;
    asio::steady_timer timer_;
    Signal over_;
    Names::Interest interest_;
    std::vector<std::unique_ptr<tcp::socket>> sockets_;  // by attempt; null where it failed
    Dialled result_;
    bool ended_ = false;
};

// Whatever becomes of the coroutine, nothing goes on.
struct Ending {
    Dialling& dialling;
    ~Ending() { dialling.stop(); }
};

}  // namespace

asio::awaitable<Dialled> dial(Names& names, asio::any_io_executor executor, std::string host, std::uint16_t port,
                              Race::Times times) {
    const auto dialling = std::make_shared<Dialling>(executor, port, times);
    const Ending ending{*dialling};
    error_code ec;
    try {
        dialling->begin(names, host);
        co_await dialling->over().async_wait(asio::redirect_error(asio::use_awaitable, ec));
    } catch (const system_error& error) {
        ec = error.code();
    }
    co_return dialling->end(ec);
}

}  // namespace botocraft::http
