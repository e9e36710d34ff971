#include "runtime/defaults.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/rand.h>

#include <new>

namespace botocraft::detail {

namespace {

class SystemRandom final : public RandomSource {
  public:
    std::uint64_t next() override {
        std::uint64_t bits = 0;
        if (RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof bits) != 1) throw std::bad_alloc();
        return bits;
    }
};

class TimerSleeper final : public Sleeper {
  public:
    awaitable<void> sleep(std::chrono::steady_clock::duration time) override { return wait(time); }

  private:
    static awaitable<void> wait(std::chrono::steady_clock::duration time) {
        const auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, time);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
};

}  // namespace

std::shared_ptr<RandomSource> system_random() { return std::make_shared<SystemRandom>(); }

std::shared_ptr<Sleeper> timer_sleeper() { return std::make_shared<TimerSleeper>(); }

}  // namespace botocraft::detail
