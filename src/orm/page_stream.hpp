#pragma once
// PageStream: a query on its way. One page is fetched ahead of the one that is used.

#include "orm/filter.hpp"
#include "orm/source.hpp"

#include <botocraft/awaitable.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace botocraft::detail {

// What a query shall do. Immutable once a stream runs it.
struct Plan {
    CallState call;
    // A relation is a query whose call may be missing, or wait for another relation.
    std::shared_ptr<RelatedState> related;
    schema::TypeRef element;
    std::vector<Filter> filters;
    std::vector<Ordering> order;
    std::optional<std::size_t> limit;
};

// A source that does all that a plan says, in the name of one session.
[[nodiscard]] std::unique_ptr<PageSource> make_source(std::shared_ptr<const Plan> plan,
                                                      std::shared_ptr<const SessionState> session,
                                                      const boost::asio::any_io_executor& strand);

// All elements of all pages, to the end of `all`, which must live until this completes.
[[nodiscard]] awaitable<void> collect_all(std::shared_ptr<const Plan> plan, RawList& all);

// All elements of `from`, in the order that the plan says, to the end of `to`.
void sort_models(const Plan& plan, OwnedList& from, OwnedList& to);

// The handle of a query: its end cancels what is under way. It may outlive the execution context.
class PageStream {
  public:
    explicit PageStream(std::shared_ptr<const Plan> plan);
    ~PageStream();
    PageStream(const PageStream&) = delete;
    PageStream& operator=(const PageStream&) = delete;

    // `stream` is kept alive; `page` must live until this completes.
    [[nodiscard]] static awaitable<bool> next(std::shared_ptr<PageStream> stream, RawList& page);

  private:
    class Core;
    std::weak_ptr<Core> core_;  // the execution context has it
    bool begun_ = false;
    std::shared_ptr<const Plan> plan_;
};

}  // namespace botocraft::detail
