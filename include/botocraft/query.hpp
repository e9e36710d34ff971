#pragma once
// Query<T>: what `list` returns. Lazy, paged, filtered, ordered; nothing is sent before it is awaited.

#include <botocraft/awaitable.hpp>
#include <botocraft/containers.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>
#include <botocraft/value.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace botocraft {

namespace detail {

struct CallState;     // a request with its method and session; in src/orm
struct RelatedState;
struct Plan;          // what a query shall do
class PageStream;     // a query on its way

// A request that owns all it needs, to be run once.
class Call {
  public:
    explicit Call(std::unique_ptr<CallState> state) noexcept;
    Call(Call&&) noexcept;
    Call& operator=(Call&&) noexcept;
    ~Call();
    [[nodiscard]] CallState& state() noexcept { return *state_; }
    [[nodiscard]] std::unique_ptr<CallState> release() noexcept;

  private:
    std::unique_ptr<CallState> state_;
};

// A relation of a model: a request, or the result of an earlier one.
class RelatedCall {
  public:
    explicit RelatedCall(std::unique_ptr<RelatedState> state) noexcept;
    RelatedCall(RelatedCall&&) noexcept;
    RelatedCall& operator=(RelatedCall&&) noexcept;
    ~RelatedCall();
    [[nodiscard]] RelatedState& state() noexcept { return *state_; }
    [[nodiscard]] std::unique_ptr<RelatedState> release() noexcept;

  private:
    std::unique_ptr<RelatedState> state_;
};

// `call` must live until these complete; a shell keeps it in its frame.
[[nodiscard]] awaitable<void> run(Call& call, void* result);
[[nodiscard]] awaitable<void> run_one(Call& call, void*& model);  // makes the model, in a box that is empty
[[nodiscard]] awaitable<bool> run_or_none(Call& call, void* result);
[[nodiscard]] awaitable<void> run_for_nothing(Call call);
[[nodiscard]] awaitable<bool> run_related(RelatedCall& call, void* result);

// The untyped part of a query.
class QueryBase {
  public:
    QueryBase(Call call, schema::TypeRef element);
    QueryBase(RelatedCall call, schema::TypeRef element);

    [[nodiscard]] const std::shared_ptr<const Plan>& plan() const noexcept { return plan_; }

  protected:
    QueryBase(const QueryBase& other) noexcept;  // a copy starts anew
    QueryBase(QueryBase&&) noexcept;
    QueryBase& operator=(const QueryBase& other) noexcept;
    QueryBase& operator=(QueryBase&&) noexcept;
    ~QueryBase();

    void add_filter(std::string_view path, Value value, bool exclude);
    void set_order(std::span<const std::string_view> paths);
    void set_limit(std::size_t limit);
    void set_page_size(std::size_t size);
    void set_session(const Session& session);
    void arrange(RawList& items) const;

    [[nodiscard]] std::shared_ptr<PageStream> stream();  // this query's own, made when first asked for
    [[nodiscard]] static awaitable<bool> next(std::shared_ptr<PageStream> stream, RawList& page);
    [[nodiscard]] static awaitable<void> collect(std::shared_ptr<const Plan> plan, RawList& all);
    [[nodiscard]] static awaitable<bool> take_first(std::shared_ptr<const Plan> plan, RawList& one);
    [[nodiscard]] static awaitable<std::size_t> count(std::shared_ptr<const Plan> plan);
    [[nodiscard]] static awaitable<std::vector<Record>> records(std::shared_ptr<const Plan> plan,
                                                                std::vector<std::string> paths);

  private:
    Plan& change();  // the plan, unshared

    std::shared_ptr<const Plan> plan_;
    std::shared_ptr<PageStream> stream_;
};

}  // namespace detail

// Some results of a query. False after the last: `while (auto page = co_await query.next_page())`. A page may be empty.
template <class T>
class Page : public list<T> {
  public:
    Page() noexcept = default;
    explicit Page(list<T> items) noexcept : list<T>(std::move(items)), more_(true) {}
    [[nodiscard]] explicit operator bool() const noexcept { return more_; }

  private:
    bool more_ = false;
};

// The results of a list operation, to be. `filter`, `order_by`, `limit` return a new query and leave this one alone.
// A query is not to be used by several coroutines at once; its copies may be.
template <class T>
class Query : public detail::QueryBase {
  public:
    using value_type = T;

    explicit Query(detail::Call call) : QueryBase(std::move(call), detail::type_of<T>) {}
    explicit Query(detail::RelatedCall call) : QueryBase(std::move(call), detail::type_of<T>) {}

    // Keeps what satisfies `path__lookup`: members, properties and tags, through structures, lists and maps:
    //   filter("runningCount__gt", 0)   filter("tags__Team__icontains", "pay")   filter("deployments__status", "PRIMARY")
    // Lookups: exact iexact contains icontains startswith istartswith endswith iendswith regex iregex in gt gte lt lte
    // isnull has_key, and of times date year month day week week_day quarter hour minute second.
    // A key with dots or underscores in it is written in brackets: filter("tags[\"cost.center\"]", "7"). Of what has parts, a
    // structure or a list of them, only isnull can be asked: whether it is there, be it empty.
    // Throws UsageError at once where there is no such member or the value does not fit the lookup.
    [[nodiscard]] Query filter(std::string_view path, Value value) const {
        Query copy(*this);
        copy.add_filter(path, std::move(value), false);
        return copy;
    }
    // Drops what `filter` would keep.
    [[nodiscard]] Query exclude(std::string_view path, Value value) const {
        Query copy(*this);
        copy.add_filter(path, std::move(value), true);
        return copy;
    }
    // Ascending, or with a leading `-` descending; what lacks the member comes last. All results are fetched first.
    template <std::convertible_to<std::string_view>... Paths>
    [[nodiscard]] Query order_by(const Paths&... paths) const {
        const std::string_view all[] = {paths...};
        Query copy(*this);
        copy.set_order(all);
        return copy;
    }
    // At most so many results; no page is fetched beyond them. (A list of lists, such as the services of all clusters, asks for
    // the first pages of several at once.)
    [[nodiscard]] Query limit(std::size_t n) const {
        Query copy(*this);
        copy.set_limit(n);
        return copy;
    }
    // How many results AWS shall return in one page, where the operation lets the caller say so.
    [[nodiscard]] Query page_size(std::size_t n) const {
        Query copy(*this);
        copy.set_page_size(n);
        return copy;
    }
    [[nodiscard]] Query using_session(const Session& session) const {
        Query copy(*this);
        copy.set_session(session);
        return copy;
    }

    // Orders and limits what was gathered from several sessions (regions.hpp) as this query says.
    void arrange(list<T>& items) const { QueryBase::arrange(items.raw()); }

    // The next page, while the one after it is already being fetched. After an error or a cancellation, the next call
    // tries the same page again. The query must live until it completes, and all its pages are awaited in one execution
    // context (UsageError `EndedContext` when that is gone).
    [[nodiscard]] awaitable<Page<T>> next_page() { return typed_page(stream()); }

    // All results, from the beginning, whatever was read by pages.
    [[nodiscard]] awaitable<list<T>> all() const { return typed_all(plan()); }
    // The first result; a list of at most one.
    [[nodiscard]] awaitable<list<T>> first() const { return typed_first(plan()); }
    [[nodiscard]] awaitable<std::size_t> count() const { return QueryBase::count(plan()); }
    [[nodiscard]] awaitable<bool> exists() const { return typed_exists(plan()); }
    // Only these paths of each result; they lead to values, as those of `order_by` do.
    template <std::convertible_to<std::string_view>... Paths>
    [[nodiscard]] awaitable<std::vector<Record>> values(const Paths&... paths) const {
        std::vector<std::string> all;
        (all.emplace_back(std::string_view(paths)), ...);
        return QueryBase::records(plan(), std::move(all));
    }

  private:
    static awaitable<Page<T>> typed_page(std::shared_ptr<detail::PageStream> stream) {
        list<T> items;
        const bool more = co_await next(std::move(stream), items.raw());
        Page<T> page;
        if (more) page = Page<T>(std::move(items));
        co_return page;
    }
    static awaitable<list<T>> typed_all(std::shared_ptr<const detail::Plan> plan) {
        list<T> items;
        co_await collect(std::move(plan), items.raw());
        co_return items;
    }
    static awaitable<list<T>> typed_first(std::shared_ptr<const detail::Plan> plan) {
        list<T> items;
        const bool found = co_await take_first(std::move(plan), items.raw());
        static_cast<void>(found);
        co_return items;
    }
    static awaitable<bool> typed_exists(std::shared_ptr<const detail::Plan> plan) {
        list<T> items;
        const bool found = co_await take_first(std::move(plan), items.raw());
        co_return found;
    }
};

}  // namespace botocraft
