#pragma once
// How a call knows that it shall stop before it sends: the executor that it runs on says so. Everything that the call
// awaits inherits it, whatever manager, query or relation it goes through, and no other call does.

#include <botocraft/explain.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace botocraft::detail {

// What a call does instead of sending. Safe to use from several threads: a call may send several requests at once.
class StopPoint {
  public:
    enum class Purpose : unsigned char {
        request,      // as it would be sent
        url,          // presigned
        explanation,  // for people, without secrets
    };
    // `valid_for`: of a URL.
    explicit StopPoint(Purpose purpose, std::chrono::seconds valid_for = {}) : purpose_(purpose), valid_for_(valid_for) {}

    [[nodiscard]] Purpose purpose() const noexcept { return purpose_; }
    [[nodiscard]] std::chrono::seconds valid_for() const noexcept { return valid_for_; }

    // The first that comes counts.
    void put(Explanation explanation) {
        const std::lock_guard lock(mutex_);
        if (!found_) found_.emplace(std::move(explanation));
    }
    [[nodiscard]] std::optional<Explanation> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(found_, std::nullopt);
    }

  private:
    Purpose purpose_;
    std::chrono::seconds valid_for_;
    std::mutex mutex_;
    std::optional<Explanation> found_;
};

// Ends a call at its stop point. No std::exception: it is no error, and nobody shall handle it as one.
struct Stopped {};

// The executor of a call that shall stop; otherwise like the one inside.
class StoppingExecutor {
  public:
    StoppingExecutor(boost::asio::any_io_executor inner, std::shared_ptr<StopPoint> stop) noexcept
        : inner_(std::move(inner)), stop_(std::move(stop)) {}

    [[nodiscard]] const boost::asio::any_io_executor& inner() const noexcept { return inner_; }
    [[nodiscard]] StopPoint& stop() const noexcept { return *stop_; }

    template <class F>
    void execute(F&& f) const {
        inner_.execute(std::forward<F>(f));
    }
    template <class Property>
        requires boost::asio::can_query_v<const boost::asio::any_io_executor&, Property>
    [[nodiscard]] auto query(const Property& property) const -> decltype(boost::asio::query(
        std::declval<const boost::asio::any_io_executor&>(), property)) {
        return boost::asio::query(inner_, property);
    }
    template <class Property>
        requires boost::asio::can_require_v<const boost::asio::any_io_executor&, Property>
    [[nodiscard]] StoppingExecutor require(const Property& property) const {
        return {boost::asio::require(inner_, property), stop_};
    }
    template <class Property>
        requires boost::asio::can_prefer_v<const boost::asio::any_io_executor&, Property>
    [[nodiscard]] StoppingExecutor prefer(const Property& property) const {
        return {boost::asio::prefer(inner_, property), stop_};
    }

    friend bool operator==(const StoppingExecutor& a, const StoppingExecutor& b) noexcept {
        return a.inner_ == b.inner_ && a.stop_ == b.stop_;
    }
    friend bool operator!=(const StoppingExecutor& a, const StoppingExecutor& b) noexcept { return !(a == b); }

  private:
    boost::asio::any_io_executor inner_;
    std::shared_ptr<StopPoint> stop_;
};

// Queries run on a strand, which may be around it. `kept` holds what the result points into.
[[nodiscard]] inline const StoppingExecutor* stopping_executor(const boost::asio::any_io_executor& executor,
                                                               boost::asio::any_io_executor& kept) noexcept {
    const boost::asio::any_io_executor* at = &executor;
    while (true) {
        if (const auto* const stopping = at->target<StoppingExecutor>()) return stopping;
        const auto* const strand = at->target<boost::asio::strand<boost::asio::any_io_executor>>();
        if (strand == nullptr) return nullptr;
        kept = strand->get_inner_executor();
        at = &kept;
    }
}

// Null for nearly every call. Lives as long as the executor.
[[nodiscard]] inline StopPoint* stop_point_of(const boost::asio::any_io_executor& executor) noexcept {
    boost::asio::any_io_executor kept;
    const auto* const stopping = stopping_executor(executor, kept);
    return stopping == nullptr ? nullptr : &stopping->stop();
}

// For what a call needs before it can be made, and which must not stop.
[[nodiscard]] inline boost::asio::any_io_executor without_stop_point(const boost::asio::any_io_executor& executor) {
    boost::asio::any_io_executor kept;
    const auto* const stopping = stopping_executor(executor, kept);
    return stopping == nullptr ? executor : stopping->inner();
}

}  // namespace botocraft::detail
