#pragma once
// Something that must be asked for and does not last (credentials, a token, a region): asked for once for all who wait,
// and again before it expires.

#include <botocraft/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace botocraft {

class Clock;

namespace auth {

struct RenewalTimes {
    // With less to live, it is still handed out while its successor is fetched in the background.
    std::chrono::seconds ahead;
    // With less to live, it is as good as expired: a request could arrive too late.
    std::chrono::seconds margin;
    // After an asking that failed, or that brought what must soon be renewed, what is held serves until it expires before
    // the source is asked again in the background. Also between two refusals that make the source be asked anew.
    std::chrono::seconds pause;
    // An asking that has not ended by then, and waits for no person, may be one whose execution context is not run any
    // more: the next caller asks.
    std::chrono::milliseconds patience = std::chrono::minutes(2);
};

// For what lasts for an hour and more.
inline constexpr RenewalTimes usual_times{std::chrono::minutes(5), std::chrono::seconds(10), std::chrono::seconds(30)};

// What was found. No expiration: it does not expire.
template <class T>
struct Found {
    Found() = default;
    explicit Found(std::shared_ptr<const T> what, std::optional<std::chrono::system_clock::time_point> until = std::nullopt)
        : value(std::move(what)), expiration(until) {}

    std::shared_ptr<const T> value;
    std::optional<std::chrono::system_clock::time_point> expiration;
};

// Where it comes from. Each asking is on a strand of its own; one that was cancelled, or whose patience is over, may still be
// ending while the next begins.
class RenewalSource {
  public:
    RenewalSource() = default;
    RenewalSource(const RenewalSource&) = delete;
    RenewalSource& operator=(const RenewalSource&) = delete;
    virtual ~RenewalSource() = default;

    // Throws where there is nothing; never null. Cancelled (terminal) when nobody waits for it any more.
    [[nodiscard]] virtual boost::asio::awaitable<Found<void>> ask() = 0;
    // The error of a caller whose time was over first.
    [[nodiscard]] virtual ErrorDetails late() const = 0;
    // Whether an asking under way has come to a person, who is not asked a second time. Safe to ask from any thread.
    [[nodiscard]] virtual bool waits_for_person() const noexcept { return false; }
};

// What `Renewed` of every type has in common: a handle.
class RenewedState {
  public:
    using Value = std::shared_ptr<const void>;

    RenewedState(std::shared_ptr<RenewalSource> source, std::shared_ptr<const Clock> clock, RenewalTimes times);

    [[nodiscard]] Value fresh() const noexcept;
    [[nodiscard]] boost::asio::awaitable<Value> get(std::chrono::steady_clock::time_point deadline) const;
    void reject(const Value& refused) const noexcept;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// A handle; safe to use from several threads and execution contexts at once. Asking belongs to no caller: a caller who is
// cancelled or whose execution context goes away does not take the answer from the others. With the last who waits it
// ends, unless a value is held that it renews, or only time was over and a person may yet answer; who comes later asks
// anew. One whose context stops without going away holds the others up until their patience is over.
template <class T>
class Renewed {
  public:
    using Value = std::shared_ptr<const T>;

    // `source` finds values of that type.
    Renewed(std::shared_ptr<RenewalSource> source, std::shared_ptr<const Clock> clock, RenewalTimes times = usual_times)
        : state_(std::move(source), std::move(clock), times) {}

    // The hot path: the current value where it needs no renewing, else null. No allocation.
    [[nodiscard]] Value fresh() const noexcept { return std::static_pointer_cast<const T>(state_.fresh()); }

    // `fresh()` or, failing that, what the source says. Throws what the source throws, and its error for a caller who has
    // waited until `deadline`; but while a value lives, an asking that fails is nobody's error. Honours total cancellation:
    // the caller gets `operation_aborted`, the others their value.
    [[nodiscard]] boost::asio::awaitable<Value> get(
        std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max()) const {
        return cast(state_.get(deadline));
    }

    // It was refused where it was shown: forget it unless it has been replaced meanwhile, or replaced something refused
    // less than a pause ago.
    void reject(const Value& refused) const noexcept { state_.reject(refused); }

  private:
    static boost::asio::awaitable<Value> cast(boost::asio::awaitable<RenewedState::Value> work) {
        RenewedState::Value found = co_await std::move(work);
        co_return std::static_pointer_cast<const T>(std::move(found));
    }

    RenewedState state_;
};

}  // namespace auth
}  // namespace botocraft
