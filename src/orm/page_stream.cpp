#include "orm/page_stream.hpp"

#include "orm/cancellation.hpp"
#include "orm/context_streams.hpp"
#include "orm/operation.hpp"
#include "orm/relation.hpp"
#include "orm/run.hpp"
#include "runtime/run_on.hpp"
#include "runtime/stop_point.hpp"

#include <botocraft/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <utility>

namespace botocraft::detail {

namespace asio = boost::asio;

namespace {

// Drops what the filters of a plan refuse.
class FilteredSource final : public PageSource {
  public:
    FilteredSource(std::unique_ptr<PageSource> source, std::shared_ptr<const Plan> plan)
        : source_(std::move(source)), plan_(std::move(plan)) {}

    awaitable<bool> next(OwnedList& page) override {
        const bool more = co_await source_->next(page);
        if (!more) co_return false;
        OwnedList kept(page.element());
        for (std::uint32_t i = 0; i < page.size(); ++i) {
            if (!accepted(page.at(i))) continue;
            schema::take_element(page.element(), list_append(kept.raw(), kept.element()), page.at(i));
        }
        page = std::move(kept);
        co_return true;
    }

  private:
    [[nodiscard]] bool accepted(const void* element) const {
        return std::ranges::all_of(plan_->filters, [element](const Filter& filter) { return filter.accepts(element); });
    }

    std::unique_ptr<PageSource> source_;
    std::shared_ptr<const Plan> plan_;
};

// Everything, sorted: one page.
class OrderedSource final : public PageSource {
  public:
    OrderedSource(std::unique_ptr<PageSource> source, std::shared_ptr<const Plan> plan)
        : source_(std::move(source)), plan_(std::move(plan)), all_(plan_->element) {}

    awaitable<bool> next(OwnedList& page) override {
        if (done_) co_return false;
        while (true) {
            OwnedList part(plan_->element);
            const bool more = co_await source_->next(part);
            if (!more) break;
            all_.take_all(part);
        }
        sort_models(*plan_, all_, page);
        done_ = true;
        co_return true;
    }

  private:
    std::unique_ptr<PageSource> source_;
    std::shared_ptr<const Plan> plan_;
    OwnedList all_;
    bool done_ = false;
};

// The first so many.
class LimitedSource final : public PageSource {
  public:
    LimitedSource(std::unique_ptr<PageSource> source, std::size_t limit) : source_(std::move(source)), left_(limit) {}

    awaitable<bool> next(OwnedList& page) override {
        if (left_ == 0) co_return false;
        const bool more = co_await source_->next(page);
        if (!more) co_return false;
        page.truncate(static_cast<std::uint32_t>(std::min<std::size_t>(left_, page.size())));
        left_ -= page.size();
        co_return true;
    }

  private:
    std::unique_ptr<PageSource> source_;
    std::size_t left_;
};

// A relation: its call is known when the relation that it depends on has been awaited.
class RelatedSource final : public PageSource {
  public:
    RelatedSource(std::shared_ptr<const Plan> plan, std::shared_ptr<const SessionState> session,
                  const asio::any_io_executor& strand)
        : plan_(std::move(plan)), session_(std::move(session)), strand_(strand) {}

    awaitable<bool> next(OwnedList& page) override {
        if (!source_) {
            std::optional<CallState> call = co_await resolve_related(*plan_->related);
            if (!call) co_return false;
            if (session_) call->session = session_;
            call->session = co_await session_of(call->session);
            source_ = make_source(std::move(*call), strand_);
        }
        const bool more = co_await source_->next(page);
        co_return more;
    }

  private:
    std::shared_ptr<const Plan> plan_;
    std::shared_ptr<const SessionState> session_;
    asio::any_io_executor strand_;
    std::unique_ptr<PageSource> source_;
};

// The call of a plan, in the name of its session, which the execution context may have to provide.
class CallSource final : public PageSource {
  public:
    CallSource(std::shared_ptr<const Plan> plan, std::shared_ptr<const SessionState> session,
               const asio::any_io_executor& strand)
        : plan_(std::move(plan)), session_(std::move(session)), strand_(strand) {}

    awaitable<bool> next(OwnedList& page) override {
        if (!source_) {
            CallState call = plan_->call;
            call.session = co_await session_of(session_ ? session_ : call.session);
            source_ = make_source(std::move(call), strand_);
        }
        const bool more = co_await source_->next(page);
        co_return more;
    }

  private:
    std::shared_ptr<const Plan> plan_;
    std::shared_ptr<const SessionState> session_;
    asio::any_io_executor strand_;
    std::unique_ptr<PageSource> source_;
};

}  // namespace

void sort_models(const Plan& plan, OwnedList& from, OwnedList& to) {
    std::vector<void*> elements(from.size());
    for (std::uint32_t i = 0; i < from.size(); ++i) elements[i] = from.at(i);
    std::ranges::stable_sort(elements, [&plan](const void* a, const void* b) {
        for (const Ordering& ordering : plan.order) {
            const int result = compare(ordering, a, b);
            if (result != 0) return result < 0;
        }
        return false;
    });
    list_reserve(to.raw(), elements.size(), to.element());
    for (void* element : elements) {
        schema::take_element(to.element(), list_append(to.raw(), to.element()), element);
    }
}

std::unique_ptr<PageSource> make_source(std::shared_ptr<const Plan> plan, std::shared_ptr<const SessionState> session,
                                    const asio::any_io_executor& strand) {
    std::unique_ptr<PageSource> source;
    if (plan->related) {
        source = std::make_unique<RelatedSource>(plan, std::move(session), strand);
    } else {
        source = std::make_unique<CallSource>(plan, std::move(session), strand);
    }
    if (!plan->filters.empty()) source = std::make_unique<FilteredSource>(std::move(source), plan);
    if (!plan->order.empty()) source = std::make_unique<OrderedSource>(std::move(source), plan);
    if (plan->limit) source = std::make_unique<LimitedSource>(std::move(source), *plan->limit);
    return source;
}

// All that is shared with the coroutine that fetches ahead. Its members are touched on the strand only.
class PageStream::Core : public std::enable_shared_from_this<PageStream::Core> {
  public:
    Core(std::shared_ptr<const Plan> plan, const asio::any_io_executor& executor)
        : strand_(asio::make_strand(executor)),
          changed_(strand_),
          ready_(plan->element),
          limited_(plan->limit.has_value()),
          source_(make_source(plan, nullptr, strand_)) {}

    [[nodiscard]] const asio::any_io_executor& strand() const noexcept { return strand_; }

    static awaitable<bool> take(std::shared_ptr<Core> self, RawList& page) {
        co_await heed_cancellation();
        while (true) {
            if (self->progress_ == Progress::idle) self->fetch();
            if (self->progress_ != Progress::fetching) break;
            bool cancelled = false;
            try {
                co_await self->changed_.wait();
            } catch (const boost::system::system_error&) {
                cancelled = true;
            }
            if (cancelled) {
                self->cancel();
                throw boost::system::system_error(asio::error::operation_aborted);
            }
        }
        co_return self->hand_over(page);
    }

    void cancel() {
        if (progress_ != Progress::fetching) return;
        cancelling_ = true;
        cancel_.emit(asio::cancellation_type::terminal);
    }

  private:
    enum class Progress : unsigned char { idle, fetching, ready, failed, ended };

    static awaitable<bool> fetch_page(std::shared_ptr<Core> self) {
        OwnedList page(self->ready_.element());
        const bool more = co_await self->source_->next(page);
        self->ready_ = std::move(page);
        co_return more;
    }

    void fetch() {
        progress_ = Progress::fetching;
        cancelling_ = false;
        asio::co_spawn(strand_, fetch_page(shared_from_this()),
                       asio::bind_cancellation_slot(cancel_.slot(), [self = shared_from_this()](std::exception_ptr error, bool more) {
                           self->finish(std::move(error), more);
                       }));
    }

    void finish(std::exception_ptr error, bool more) {
        // That a fetch ended because an earlier caller went away is no news for the next one, who starts it again.
        if (error && cancelling_) {
            progress_ = Progress::idle;
        } else {
            error_ = std::move(error);
            progress_ = error_ ? Progress::failed : more ? Progress::ready : Progress::ended;
        }
        changed_.notify();
    }

    bool hand_over(RawList& page) {
        if (progress_ == Progress::failed) {
            progress_ = Progress::idle;
            std::rethrow_exception(std::exchange(error_, nullptr));
        }
        if (progress_ == Progress::ended) return false;
        std::swap(page, ready_.raw());
        progress_ = Progress::idle;
        // Whoever wants only the first few may not want the next page at all.
        if (!limited_) fetch();
        return true;
    }

    asio::any_io_executor strand_;
    Event changed_;
    OwnedList ready_;
    Progress progress_ = Progress::idle;
    bool limited_;
    bool cancelling_ = false;
    std::exception_ptr error_;
    asio::cancellation_signal cancel_;
    std::unique_ptr<PageSource> source_;
};

void throw_ended_context(std::string_view explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "EndedContext";
    details.explanation = explanation;
    throw_error(std::move(details));
}

PageStream::PageStream(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

PageStream::~PageStream() {
    const std::shared_ptr<Core> core = core_.lock();
    if (!core) return;
    ContextStreams::of(core->strand()).remove(core);
    asio::post(core->strand(), [core] { core->cancel(); });
}

namespace {

awaitable<bool> next_page(std::shared_ptr<PageStream> stream, awaitable<bool> page, asio::any_io_executor strand) {
    const bool more = co_await run_on(strand, std::move(page));
    static_cast<void>(stream);
    co_return more;
}

}  // namespace

awaitable<bool> PageStream::next(std::shared_ptr<PageStream> stream, RawList& page) {
    const auto executor = co_await asio::this_coro::executor;
    std::shared_ptr<Core> core;
    if (stop_point_of(executor) != nullptr) {
        // What a rehearsal begins, and what it runs on, is for nobody else: nor may it take what is being fetched.
        core = std::make_shared<Core>(stream->plan_, executor);
    } else {
        core = stream->core_.lock();
    }
    if (!core) {
        if (std::exchange(stream->begun_, true)) throw_ended_context(pages_ended);
        core = std::make_shared<Core>(stream->plan_, executor);
        ContextStreams::of(executor).add(core);
        stream->core_ = core;
    }
    awaitable<bool> taken = Core::take(core, page);
    asio::any_io_executor strand = core->strand();
    core.reset();
    const bool more = co_await next_page(std::move(stream), std::move(taken), std::move(strand));
    co_return more;
}

}  // namespace botocraft::detail
