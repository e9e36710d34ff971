#pragma once
// One query over many sessions (regions, accounts) at once.

#include <botocraft/model_state.hpp>
#include <botocraft/query.hpp>
#include <botocraft/session.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace botocraft {

namespace detail {

class MergedStream;

// What a merged stream hands over, besides a page.
struct Origin {
    std::size_t session = 0;  // which one, as they were given
    bool more = false;        // false: nothing follows from anywhere
    bool last = false;        // this session has no more results; the page is empty
    std::exception_ptr error{};
};

[[nodiscard]] std::shared_ptr<MergedStream> merge_streams(std::shared_ptr<const Plan> plan,
                                                          std::span<const Session> sessions, std::size_t concurrency);
[[nodiscard]] std::string region_of(const ModelState& state);
[[nodiscard]] std::string known_region(const Session& session);  // empty where it has none
[[nodiscard]] awaitable<Origin> next_merged(std::shared_ptr<MergedStream> stream, RawList& page);

}  // namespace detail

// Some results of one of the sessions, or its error, or the news that it has no more.
template <class T>
class RegionPage : public list<T> {
  public:
    RegionPage() noexcept = default;
    RegionPage(list<T> items, detail::Origin origin, std::optional<Session> session)
        : list<T>(std::move(items)), origin_(std::move(origin)), session_(std::move(session)) {}

    // False after the last page of the last session.
    [[nodiscard]] explicit operator bool() const noexcept { return origin_.more; }
    // Empty for a session that has none: its error says so.
    [[nodiscard]] std::string region() const { return detail::known_region(*session_); }
    [[nodiscard]] const Session& session() const noexcept { return *session_; }
    // Which of the sessions, counted as they were given.
    [[nodiscard]] std::size_t index() const noexcept { return origin_.session; }
    // Why this session's results end here; the others go on. Null where nothing is wrong.
    [[nodiscard]] const std::exception_ptr& error() const noexcept { return origin_.error; }
    // This session has no more results.
    [[nodiscard]] bool finished() const noexcept { return origin_.last || origin_.error; }

  private:
    detail::Origin origin_;
    std::optional<Session> session_;
};

// What one session came to, for those who want everything at once.
template <class T>
class RegionResult {
  public:
    RegionResult(Session session) : session_(std::move(session)) {}

    [[nodiscard]] std::string region() const { return detail::known_region(session_); }
    [[nodiscard]] const Session& session() const noexcept { return session_; }
    list<T> items;             // those that came before an error, too
    std::exception_ptr error;  // null where nothing is wrong

  private:
    Session session_;
};

// A query on its way in many regions. Not to be used by several coroutines at once; its end cancels what is under way.
template <class T>
class AcrossRegions {
  public:
    AcrossRegions(const Query<T>& query, std::vector<Session> sessions, std::size_t concurrency)
        : sessions_(std::move(sessions)),
          plan_(query.plan()),
          concurrency_(concurrency),
          stream_(detail::merge_streams(plan_, sessions_, concurrency)) {}

    // The next page, from whichever session has one. `while (auto page = co_await everywhere.next_page())`
    // A session's error is in its page: this throws only where the caller cancels, or where the execution context that the
    // pages began in is gone (UsageError `EndedContext`).
    [[nodiscard]] awaitable<RegionPage<T>> next_page() { return typed_page(stream_, sessions_); }

    // Everything, a result for each session, in the order of the sessions; from the beginning, whatever was read by pages.
    [[nodiscard]] awaitable<std::vector<RegionResult<T>>> all() const {
        return typed_all(detail::merge_streams(plan_, sessions_, concurrency_), sessions_);
    }

  private:
    static awaitable<RegionPage<T>> typed_page(std::shared_ptr<detail::MergedStream> stream,
                                               std::vector<Session> sessions) {
        list<T> items;
        detail::Origin origin = co_await detail::next_merged(std::move(stream), items.raw());
        std::optional<Session> session;
        if (origin.more) session.emplace(sessions[origin.session]);
        co_return RegionPage<T>(std::move(items), std::move(origin), std::move(session));
    }
    static awaitable<std::vector<RegionResult<T>>> typed_all(std::shared_ptr<detail::MergedStream> stream,
                                                             std::vector<Session> sessions) {
        std::vector<RegionResult<T>> results(sessions.begin(), sessions.end());
        while (true) {
            list<T> items;
            detail::Origin origin = co_await detail::next_merged(stream, items.raw());
            if (!origin.more) break;
            RegionResult<T>& result = results[origin.session];
            if (origin.error) result.error = origin.error;
            for (T& item : items) result.items.push_back(std::move(item));
        }
        co_return results;
    }

    std::vector<Session> sessions_;
    std::shared_ptr<const detail::Plan> plan_;
    std::size_t concurrency_;
    std::shared_ptr<detail::MergedStream> stream_;
};

// The results of `query` in the name of each session, at most `concurrency` of them under way at once. Each session
// filters for itself; an order or a limit holds for each session's results.
//   auto everywhere = across(sessions, Service::objects().all());
template <class T>
[[nodiscard]] AcrossRegions<T> across(std::vector<Session> sessions, const Query<T>& query, std::size_t concurrency = 16) {
    return AcrossRegions<T>(query, std::move(sessions), concurrency);
}

// The region that a model came from; empty for one that the program made.
template <class T>
[[nodiscard]] std::string region_of(const T& model) {
    return detail::region_of(model.state_);
}

// The same account and settings in several regions.
[[nodiscard]] std::vector<Session> in_regions(const Session& session, std::span<const std::string> regions);

}  // namespace botocraft
