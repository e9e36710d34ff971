#pragma once
// Sources: where the pages of a query come from. One kind a form of list that AWS has.

#include "orm/call.hpp"
#include "orm/event.hpp"
#include "orm/owned_list.hpp"

#include <botocraft/awaitable.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace botocraft::detail {

// How many requests one query has under way at once, for each of its sessions.
inline constexpr std::size_t most_concurrent = 10;

class PageSource {
  public:
    PageSource() = default;
    PageSource(const PageSource&) = delete;
    PageSource& operator=(const PageSource&) = delete;
    virtual ~PageSource() = default;

    // Fills an empty page; false after the last, with nothing filled. After an exception, the next call tries the same
    // page again. The source must live until this completes; calls do not overlap, and come from one strand.
    [[nodiscard]] virtual awaitable<bool> next(OwnedList& page) = 0;
};

// Several sources at once, on one strand. A page is handed over when it is there, whichever source it comes from.
class MergedSources {
  public:
    MergedSources(const boost::asio::any_io_executor& strand, std::size_t concurrency);
    ~MergedSources();
    MergedSources(const MergedSources&) = delete;
    MergedSources& operator=(const MergedSources&) = delete;

    void add(std::unique_ptr<PageSource> source);
    [[nodiscard]] std::size_t unfinished() const noexcept;

    struct Result {
        std::size_t source = 0;  // counted in the order of `add`
        bool last = false;       // the source has no more pages, and this is none
        std::exception_ptr error{};
    };
    // Waits for the next page, end or failure of any source. A source that failed is not asked again, unless `retry`
    // is called for it. Must not be called when all sources are finished.
    [[nodiscard]] awaitable<Result> next(OwnedList& page);
    void retry(std::size_t source);

    // Ends what is under way. Those sources are started again by the next `start` or `next`.
    void cancel();

  private:
    struct Work;
    std::shared_ptr<Work> work_;
};

// The pages of a call's list, in whatever form its method says. `session` is that of the call.
[[nodiscard]] std::unique_ptr<PageSource> make_source(CallState call, const boost::asio::any_io_executor& strand);

}  // namespace botocraft::detail
