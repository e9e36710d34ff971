#include "orm/source.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

namespace botocraft::detail {

namespace asio = boost::asio;

namespace {
enum class Progress : unsigned char { idle, running, ready, failed, finished };
}

// Shared with the coroutines that fetch, which may outlive the MergedSources by a moment when they are cancelled.
struct MergedSources::Work : std::enable_shared_from_this<MergedSources::Work> {
    struct Slot {
        std::unique_ptr<PageSource> source;
        Progress progress = Progress::idle;
        bool reported = false;
        bool cancelling = false;
        std::optional<OwnedList> page;
        bool more = false;
        std::exception_ptr error;
        asio::cancellation_signal cancel;
    };

    Work(const asio::any_io_executor& on, std::size_t at_once) : strand(on), concurrency(at_once), changed(on) {}

    static awaitable<void> fetch(std::shared_ptr<Work> self, std::size_t i) {
        Slot& slot = *self->slots[i];
        const bool more = co_await slot.source->next(*slot.page);
        slot.more = more;
    }

    void spawn(std::size_t i, const schema::TypeRef& element) {
        Slot& slot = *slots[i];
        slot.progress = Progress::running;
        slot.cancelling = false;
        slot.page.emplace(element);
        ++running;
        asio::co_spawn(strand, fetch(shared_from_this(), i),
                       asio::bind_cancellation_slot(slot.cancel.slot(), [self = shared_from_this(), i](std::exception_ptr error) {
                           self->finish(i, std::move(error));
                       }));
    }

    void finish(std::size_t i, std::exception_ptr error) {
        Slot& slot = *slots[i];
        --running;
        // What was cancelled is asked again, as if nothing had been.
        if (error && slot.cancelling) {
            slot.progress = Progress::idle;
        } else {
            slot.error = std::move(error);
            slot.progress = slot.error ? Progress::failed : Progress::ready;
        }
        changed.notify();
    }

    void start(const schema::TypeRef& element) {
        for (std::size_t i = 0; i < slots.size() && running < concurrency; ++i) {
            if (slots[i]->progress == Progress::idle) spawn(i, element);
        }
    }

    asio::any_io_executor strand;
    std::size_t concurrency;
    std::size_t running = 0;
    std::size_t unfinished = 0;
    std::size_t look_first = 0;  // so that one quick source does not hold up the others
    std::deque<std::unique_ptr<Slot>> slots;
    Event changed;
};

MergedSources::MergedSources(const asio::any_io_executor& strand, std::size_t concurrency)
    : work_(std::make_shared<Work>(strand, concurrency)) {}

MergedSources::~MergedSources() { cancel(); }

void MergedSources::add(std::unique_ptr<PageSource> source) {
    auto slot = std::make_unique<Work::Slot>();
    slot->source = std::move(source);
    work_->slots.push_back(std::move(slot));
    ++work_->unfinished;
}

std::size_t MergedSources::unfinished() const noexcept { return work_->unfinished; }

void MergedSources::retry(std::size_t source) {
    Work::Slot& slot = *work_->slots[source];
    slot.progress = Progress::idle;
    slot.reported = false;
    slot.error = nullptr;
    ++work_->unfinished;
}

void MergedSources::cancel() {
    for (const auto& slot : work_->slots) {
        if (slot->progress != Progress::running) continue;
        slot->cancelling = true;
        slot->cancel.emit(asio::cancellation_type::terminal);
    }
}

awaitable<MergedSources::Result> MergedSources::next(OwnedList& page) {
    const std::shared_ptr<Work> work = work_;
    const schema::TypeRef element = page.element();
    while (true) {
        work->start(element);
        const std::size_t count = work->slots.size();
        const std::size_t first = work->look_first;
        for (std::size_t n = 0; n < count; ++n) {
            const std::size_t i = (first + n) % count;
            Work::Slot& slot = *work->slots[i];
            const bool failed = slot.progress == Progress::failed && !slot.reported;
            if (slot.progress != Progress::ready && !failed) continue;
            work->look_first = i + 1;
            Result result;
            result.source = i;
            if (failed) {
                slot.reported = true;
                result.error = slot.error;
                --work->unfinished;
            } else if (slot.more) {
                page = std::move(*slot.page);
                slot.progress = Progress::idle;
                work->start(element);
            } else {
                slot.progress = Progress::finished;
                slot.source.reset();
                --work->unfinished;
                result.last = true;
            }
            co_return result;
        }
        co_await work->changed.wait();
    }
}

}  // namespace botocraft::detail
