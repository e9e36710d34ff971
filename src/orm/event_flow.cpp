#include "orm/event_flow.hpp"

#include "orm/cancellation.hpp"
#include "orm/context_streams.hpp"
#include "orm/event.hpp"
#include "orm/operation.hpp"
#include "orm/structure.hpp"
#include "orm/taking.hpp"
#include "runtime/incoming_events.hpp"
#include "runtime/invoke.hpp"
#include "runtime/run_on.hpp"
#include "runtime/stop_point.hpp"
#include "schema/lifetime.hpp"
#include "schema/transfer.hpp"

#include <botocraft/event_stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <exception>
#include <utility>

namespace botocraft::detail {

namespace asio = boost::asio;

namespace {

schema::ShapeRef output_of(const CallState& call) noexcept { return {call.service->schema, call.operation().output}; }

schema::ShapeRef stream_of(const CallState& call) noexcept {
    const schema::ShapeRef output = output_of(call);
    return output.target(output.begin()[call.operation().event_member]);
}

}  // namespace

// Two coroutines meet here, both on the strand: the call, which receives, and whoever reads. The call waits in `drain` while the
// reader takes events out of what came, and the reader waits for `changed_` while the call receives.
class EventFlow::Core final : public EventReader, public std::enable_shared_from_this<EventFlow::Core> {
  public:
    Core(CallState call, const asio::any_io_executor& executor)
        : strand_(asio::make_strand(executor)),
          changed_(strand_),
          wanted_(strand_),
          call_(std::move(call)),
          response_(output_of(call_)) {
        call_.bodies = std::make_shared<CallBodies>(CallBodies{{}, {}, this});
    }

    [[nodiscard]] const asio::any_io_executor& strand() const noexcept { return strand_; }

    static awaitable<bool> take(std::shared_ptr<Core> self, void* event) {
        co_await heed_cancellation();
        self->begin();
        while (true) {
            if (self->hand_over(event)) co_return true;
            if (self->ended_) break;
            co_await wait(self);
        }
        if (self->error_) std::rethrow_exception(self->error_);
        co_return false;
    }

    static awaitable<void> respond(std::shared_ptr<Core> self, void* response) {
        co_await heed_cancellation();
        self->begin();
        while (!self->responded_) {
            self->look_ahead();
            if (self->responded_ || self->ended_) break;
            co_await wait(self);
        }
        if (!self->responded_ && self->error_) std::rethrow_exception(self->error_);
        self->handed_over_ = true;
        schema::assign_structure(self->response_.shape(), response, self->response_.get());
    }

    void cancel() { cancel_.emit(asio::cancellation_type::terminal); }

    // --- what the call does

    bool restart() override {
        if (handed_over_) return false;
        ahead_ = {};
        responded_ = false;
        return true;
    }

    void responded() override {
        responded_ = true;
        changed_.notify();
    }

    awaitable<void> drain(IncomingEvents& events) override {
        const Offer offer(*this, events);
        while (events_ != nullptr) co_await wanted_.wait();
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }

  private:
    // What came is there to be read.
    class Offer {
      public:
        Offer(Core& core, IncomingEvents& events) : core_(core) {
            core_.events_ = &events;
            core_.changed_.notify();
        }
        Offer(const Offer&) = delete;
        Offer& operator=(const Offer&) = delete;
        ~Offer() { core_.events_ = nullptr; }

      private:
        Core& core_;
    };

    static awaitable<void> call(std::shared_ptr<Core> self) {
        CallState& call = self->call_;
        std::shared_ptr<const SessionState> session = co_await session_of(call.session);
        try {
            co_await invoke(std::move(session), *call.service, call.method().operation, call.request.get(),
                            self->response_.get(), call.bodies.get());
        } catch (const ServiceError& error) {
            throw_unless_nothing(call, error);
        }
    }

    void begin() {
        if (std::exchange(begun_, true)) return;
        asio::co_spawn(strand_, call(shared_from_this()),
                       asio::bind_cancellation_slot(cancel_.slot(), [self = shared_from_this()](std::exception_ptr error) {
                           self->ended_ = true;
                           self->error_ = std::move(error);
                           self->changed_.notify();
                       }));
    }

    static awaitable<void> wait(std::shared_ptr<Core> self) {
        bool cancelled = false;
        try {
            co_await self->changed_.wait();
        } catch (const boost::system::system_error&) {
            cancelled = true;
        }
        if (!cancelled) co_return;
        self->cancel();
        throw boost::system::system_error(asio::error::operation_aborted);
    }

    // The next event of what came. Where there is none, the call receives more.
    bool read(void* event) {
        if (events_ == nullptr) return false;
        try {
            if (events_->next(event)) return true;
        } catch (...) {
            failure_ = std::current_exception();
        }
        events_ = nullptr;
        wanted_.notify();
        return false;
    }

    bool hand_over(void* event) {
        if (ahead_) {
            schema::take_structure(ahead_.shape(), event, ahead_.get());
            ahead_ = {};
        } else if (!read(event)) {
            return false;
        }
        handed_over_ = true;
        return true;
    }

    // What is no event may come with the first one.
    void look_ahead() {
        if (ahead_) return;
        Structure event(stream_of(call_));
        if (read(event.get())) ahead_ = std::move(event);
    }

    asio::any_io_executor strand_;
    Event changed_;  // for who reads
    Event wanted_;   // for the call
    CallState call_;
    Structure response_;
    Structure ahead_;                   // an event that was read and not handed over
    IncomingEvents* events_ = nullptr;  // while the call waits in `drain`
    std::exception_ptr failure_;        // what reading from it threw
    std::exception_ptr error_;          // what the call ended with
    asio::cancellation_signal cancel_;
    bool begun_ = false;
    bool ended_ = false;
    bool responded_ = false;
    bool handed_over_ = false;
};

EventFlow::~EventFlow() {
    const std::shared_ptr<Core> core = core_.lock();
    if (!core) return;
    ContextStreams::of(core->strand()).remove(core);
    asio::post(core->strand(), [core] { core->cancel(); });
}

std::shared_ptr<EventFlow::Core> EventFlow::core(const asio::any_io_executor& executor) {
    // What a rehearsal begins, and what it runs on, is for nobody else.
    if (stop_point_of(executor) != nullptr) return std::make_shared<Core>(call_, executor);
    std::shared_ptr<Core> core = core_.lock();
    if (core) return core;
    if (std::exchange(begun_, true)) {
        throw_ended_context("the execution context that this stream began in is gone: await all of it in one");
    }
    core = std::make_shared<Core>(call_, executor);
    ContextStreams::of(executor).add(core);
    core_ = core;
    return core;
}

awaitable<bool> EventFlow::next(std::shared_ptr<EventFlow> flow, void* event) {
    const auto executor = co_await asio::this_coro::executor;
    const std::shared_ptr<Core> core = flow->core(executor);
    awaitable<bool> taken = Core::take(core, event);
    const bool more = co_await run_on(core->strand(), std::move(taken));
    co_return more;
}

awaitable<void> EventFlow::response(std::shared_ptr<EventFlow> flow, void* response) {
    const auto executor = co_await asio::this_coro::executor;
    const std::shared_ptr<Core> core = flow->core(executor);
    awaitable<void> responded = Core::respond(core, response);
    co_await run_on(core->strand(), std::move(responded));
}

// --- what the typed shell calls ---------------------------------------------------------------------------------------

EventStreamBase::EventStreamBase(Call call) : flow_(std::make_shared<EventFlow>(std::move(call.state()))) {}
EventStreamBase::EventStreamBase(EventStreamBase&&) noexcept = default;
EventStreamBase& EventStreamBase::operator=(EventStreamBase&&) noexcept = default;
EventStreamBase::~EventStreamBase() = default;

awaitable<bool> EventStreamBase::next(std::shared_ptr<EventFlow> flow, void* event) {
    return EventFlow::next(std::move(flow), event);
}
awaitable<void> EventStreamBase::response(std::shared_ptr<EventFlow> flow, void* response) {
    return EventFlow::response(std::move(flow), response);
}

}  // namespace botocraft::detail
