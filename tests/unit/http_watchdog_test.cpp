// The timer behind all limits on time: how often the kernel hears of it.

#include "http_server.hpp"

#include <sys/syscall.h>
#include <sys/timerfd.h>

#include <atomic>

using namespace http_test;

namespace {

std::atomic<int> settings{0};  // of timers

}  // namespace

// In the place of the C library's.
extern "C" int timerfd_settime(int timer, int flags, const itimerspec* to, itimerspec* before) noexcept {
    ++settings;
    return static_cast<int>(::syscall(SYS_timerfd_settime, timer, flags, to, before));
}

TEST_CASE("the timer is set once for many calls, also where one follows the other, and lets the context come to its end") {
    const Server server([](Peer& peer) {
        while (const auto got = peer.request()) peer.answer(*got);
    });
    const http::Origin origin = server.origin();
    const auto transport = http::make_transport();
    const http::Limits limits;
    asio::io_context context{1};
    const auto calls = [&](int count) -> asio::awaitable<bool> {
        for (int i = 0; i < count; ++i) {
            const Answer answer = co_await call(*transport, origin, limits);
            if (answer.status != 200) co_return false;
        }
        co_return true;
    };
    CHECK(run(context, calls(1)));
    settings = 0;
    CHECK(run(context, calls(200)));  // returns, although no limit has passed
    CHECK(settings > 0);
    CHECK(settings <= 10);
}
