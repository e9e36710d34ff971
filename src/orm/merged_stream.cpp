// One query in the name of many sessions.

#include "orm/cancellation.hpp"
#include "orm/context_streams.hpp"
#include "orm/model_state.hpp"
#include "orm/page_stream.hpp"
#include "runtime/run_on.hpp"
#include "runtime/stop_point.hpp"

#include <botocraft/error.hpp>
#include <botocraft/regions.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <utility>

namespace botocraft::detail {

namespace asio = boost::asio;

class MergedStream {
  public:
    MergedStream(std::shared_ptr<const Plan> plan, std::vector<Session> sessions, std::size_t concurrency)
        : plan_(std::move(plan)), sessions_(std::move(sessions)), concurrency_(std::max<std::size_t>(concurrency, 1)) {}
    ~MergedStream() {
        const std::shared_ptr<Core> core = core_.lock();
        if (!core) return;
        ContextStreams::of(core->strand).remove(core);
        asio::post(core->strand, [core] { core->sources.cancel(); });
    }
    MergedStream(const MergedStream&) = delete;
    MergedStream& operator=(const MergedStream&) = delete;

    static awaitable<Origin> next(std::shared_ptr<MergedStream> stream, RawList& page) {
        const auto executor = co_await asio::this_coro::executor;
        // What a rehearsal begins, and what it runs on, is for nobody else.
        const bool rehearsal = stop_point_of(executor) != nullptr;
        std::shared_ptr<Core> core = rehearsal ? stream->make_core(executor) : stream->core_.lock();
        if (!core) core = stream->begin(executor);
        awaitable<Origin> taken = take(core, page);
        Origin origin = co_await run_on(core->strand, std::move(taken));
        co_return origin;
    }

  private:
    struct Core {
        Core(const asio::any_io_executor& on, std::size_t concurrency, schema::TypeRef type)
            : strand(on), element(type), sources(on, concurrency) {}
        asio::any_io_executor strand;
        schema::TypeRef element;
        MergedSources sources;
    };

    std::shared_ptr<Core> make_core(const asio::any_io_executor& executor) const {
        auto core = std::make_shared<Core>(asio::make_strand(executor), concurrency_, plan_->element);
        for (const Session& session : sessions_) {
            core->sources.add(make_source(plan_, session.state(), core->strand));
        }
        return core;
    }
    std::shared_ptr<Core> begin(const asio::any_io_executor& executor) {
        if (std::exchange(begun_, true)) throw_ended_context(pages_ended);
        std::shared_ptr<Core> core = make_core(executor);
        ContextStreams::of(executor).add(core);
        core_ = core;
        return core;
    }

    static awaitable<Origin> take(std::shared_ptr<Core> core, RawList& page) {
        co_await heed_cancellation();
        Origin origin;
        if (core->sources.unfinished() == 0) co_return origin;
        OwnedList items(core->element);
        MergedSources::Result result;
        bool cancelled = false;
        try {
            result = co_await core->sources.next(items);
        } catch (const boost::system::system_error&) {
            cancelled = true;
        }
        if (cancelled) {
            core->sources.cancel();
            throw boost::system::system_error(asio::error::operation_aborted);
        }
        std::swap(page, items.raw());
        origin.session = result.source;
        origin.more = true;
        origin.last = result.last;
        origin.error = std::move(result.error);
        co_return origin;
    }

    std::shared_ptr<const Plan> plan_;
    std::vector<Session> sessions_;
    std::size_t concurrency_;
    std::weak_ptr<Core> core_;  // the execution context has it
    bool begun_ = false;
};

std::string region_of(const ModelState& state) {
    const auto& session = ModelAccess::session(state);
    return session ? session->region() : std::string();
}

std::string known_region(const Session& session) {
    try {
        return session.region();
    } catch (const Error&) {
        return {};
    }
}

std::shared_ptr<MergedStream> merge_streams(std::shared_ptr<const Plan> plan, std::span<const Session> sessions,
                                            std::size_t concurrency) {
    return std::make_shared<MergedStream>(std::move(plan), std::vector<Session>(sessions.begin(), sessions.end()),
                                          concurrency);
}

awaitable<Origin> next_merged(std::shared_ptr<MergedStream> stream, RawList& page) {
    return MergedStream::next(std::move(stream), page);
}

}  // namespace botocraft::detail

namespace botocraft {

std::vector<Session> in_regions(const Session& session, std::span<const std::string> regions) {
    std::vector<Session> sessions;
    sessions.reserve(regions.size());
    for (const std::string& region : regions) sessions.push_back(session.with_region(region));
    return sessions;
}

}  // namespace botocraft
