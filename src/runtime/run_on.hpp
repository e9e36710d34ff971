#pragma once
// Waiting for what runs on another executor: a strand, say.

#include <botocraft/awaitable.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace botocraft::detail {

// Takes cancellation to an executor. What is under way there keeps the signal: the work may have ended before it arrives.
template <class Executor>
class CancellationRelay {
  public:
    CancellationRelay(std::shared_ptr<boost::asio::cancellation_signal> signal, const Executor& executor)
        : signal_(std::move(signal)), executor_(executor) {}
    void operator()(boost::asio::cancellation_type type) const {
        boost::asio::dispatch(executor_, [signal = signal_, type] { signal->emit(type); });
    }

  private:
    std::shared_ptr<boost::asio::cancellation_signal> signal_;
    Executor executor_;
};

template <class T>
struct Completion {
    using Signature = void(std::exception_ptr, T);
};
template <>
struct Completion<void> {
    using Signature = void(std::exception_ptr);
};

// As `co_spawn(executor, work, use_awaitable)`, and safe to cancel: Asio 1.81 posts a bare pointer to a signal that is gone once
// the one who waits has gone on.
template <class Executor, class T>
[[nodiscard]] awaitable<T> run_on(const Executor& executor, awaitable<T> work) {
    const auto start = [](auto handler, Executor on, awaitable<T> what) {
        boost::asio::cancellation_slot slot = boost::asio::get_associated_cancellation_slot(handler);
        if (!slot.is_connected()) {
            boost::asio::co_spawn(on, std::move(what), std::move(handler));
            return;
        }
        auto signal = std::make_shared<boost::asio::cancellation_signal>();
        boost::asio::cancellation_slot inner = signal->slot();
        slot.template emplace<CancellationRelay<Executor>>(std::move(signal), on);
        boost::asio::co_spawn(on, std::move(what), boost::asio::bind_cancellation_slot(inner, std::move(handler)));
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, typename Completion<T>::Signature>(
        start, boost::asio::use_awaitable, executor, std::move(work));
}

}  // namespace botocraft::detail
