#pragma once
// A session that touches nothing real: fake transport, random numbers and environment, and time that passes only in sleeps.

#include "support/fake_transport.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/clock.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace fake {

// The same number again and again. By default, a wait is half of the longest.
class Random final : public botocraft::RandomSource {
  public:
    std::uint64_t value = std::uint64_t{1} << 63;
    std::uint64_t next() override { return value; }
};

// Sleeping moves the clock.
class Sleeper final : public botocraft::Sleeper {
  public:
    explicit Sleeper(std::shared_ptr<botocraft::testing::ManualClock> clock) : clock_(std::move(clock)) {}

    Gate sleeping;
    std::vector<std::chrono::steady_clock::duration> slept;

    botocraft::awaitable<void> sleep(std::chrono::steady_clock::duration time) override {
        slept.push_back(time);
        const bool passed = co_await sleeping.pass();
        if (!passed) throw boost::system::system_error(asio::error::operation_aborted);
        clock_->advance(time);
    }

  private:
    std::shared_ptr<botocraft::testing::ManualClock> clock_;
};

// What became of a coroutine that was started.
template <class T>
struct Running {
    bool done = false;
    std::exception_ptr error;
    std::optional<T> value;
    asio::cancellation_signal cancel;

    [[nodiscard]] bool aborted() const {
        if (!error) return false;
        try {
            std::rethrow_exception(error);
        } catch (const boost::system::system_error& e) {
            return e.code() == asio::error::operation_aborted;
        } catch (...) {
            return false;
        }
    }
};

// As a caller that heeds all types of cancellation does.
template <class T>
botocraft::awaitable<T> heeding(botocraft::awaitable<T> work) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    T value = co_await std::move(work);
    co_return value;
}

struct World {
    std::shared_ptr<Transport> transport = std::make_shared<Transport>();
    std::shared_ptr<botocraft::testing::ManualClock> clock = std::make_shared<botocraft::testing::ManualClock>();
    std::shared_ptr<Random> random = std::make_shared<Random>();
    std::shared_ptr<Sleeper> sleeper = std::make_shared<Sleeper>(clock);
    std::shared_ptr<botocraft::testing::FakeEnvironment> environment =
        std::make_shared<botocraft::testing::FakeEnvironment>();
    botocraft::SessionOptions options = make_options();
    botocraft::Session session{options};
    asio::io_context context{1};

    // All that can be done now.
    void poll() {
        context.restart();
        context.poll();
    }

    // To the end.
    template <class T>
    T run(botocraft::awaitable<T> work) {
        Running<T> running;
        start(running, std::move(work));
        finish(running);
        return *std::move(running.value);
    }
    void run(botocraft::awaitable<void> work) { static_cast<void>(run(with_value(std::move(work)))); }

    // To where it waits for something.
    template <class T>
    void start(Running<T>& running, botocraft::awaitable<T> work) {
        asio::co_spawn(context, std::move(work),
                       asio::bind_cancellation_slot(running.cancel.slot(), [&running](std::exception_ptr error, T value) {
                           running.done = true;
                           running.error = std::move(error);
                           if (!running.error) running.value.emplace(std::move(value));
                       }));
        poll();
    }
    template <class T>
    void cancel(Running<T>& running) {
        running.cancel.emit(asio::cancellation_type::terminal);
        poll();
    }
    template <class T>
    void finish(Running<T>& running) {
        poll();
        if (!running.done) throw std::logic_error("the coroutine waits for something that nobody does");
        if (running.error) std::rethrow_exception(running.error);
    }

    static botocraft::awaitable<bool> with_value(botocraft::awaitable<void> work) {
        co_await std::move(work);
        co_return true;
    }

  private:
    botocraft::SessionOptions make_options() const {
        botocraft::SessionOptions made;
        made.region = "us-east-1";
        made.credentials = botocraft::static_credentials(
            botocraft::Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
        made.environment = environment;
        made.clock = clock;
        made.random = random;
        made.sleeper = sleeper;
        made.transport = transport;
        return made;
    }
};

}  // namespace fake
