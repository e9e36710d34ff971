#pragma once
// What queries have under way belongs to the execution context that they run in, and ends with it: a query that outlives
// its context holds nothing of it.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

namespace botocraft::detail {

class ContextStreams : public boost::asio::execution_context::service {
  public:
    using key_type = ContextStreams;

    explicit ContextStreams(boost::asio::execution_context& context) : boost::asio::execution_context::service(context) {}

    [[nodiscard]] static ContextStreams& of(const boost::asio::any_io_executor& executor) {
        return boost::asio::use_service<ContextStreams>(boost::asio::query(executor, boost::asio::execution::context));
    }

    void add(std::shared_ptr<void> stream) {
        const std::lock_guard lock(mutex_);
        streams_.insert(std::move(stream));
    }
    void remove(const std::shared_ptr<void>& stream) {
        const std::lock_guard lock(mutex_);
        streams_.erase(stream);
    }

  private:
    void shutdown() override {
        std::set<std::shared_ptr<void>> ended;
        const std::lock_guard lock(mutex_);
        ended.swap(streams_);
    }

    std::mutex mutex_;
    std::set<std::shared_ptr<void>> streams_;
};

// What became of a stream's first part is unknown: to begin again without a word would give the first part for ever.
[[noreturn]] void throw_ended_context(std::string_view explanation);
inline constexpr std::string_view pages_ended =
    "the execution context that the pages of this query began in is gone: await them all in one, or copy the query to begin anew";

}  // namespace botocraft::detail
