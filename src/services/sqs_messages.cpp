// The stream of a queue's messages: long polling, handlers at once, and messages that stay invisible while one works.

#include "orm/event.hpp"
#include "orm/model_state.hpp"
#include "orm/operation.hpp"
#include "runtime/run_on.hpp"
#include "services/sqs_damaged.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/error.hpp>
#include <botocraft/sqs/message.hpp>
#include <botocraft/sqs/queue.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::sqs {

namespace asio = boost::asio;
using std::chrono::seconds;

namespace {

using Strand = asio::strand<asio::any_io_executor>;

constexpr std::int32_t longest_wait = 20;
constexpr std::int32_t most_messages = 10;
constexpr seconds usual_visibility(30);  // of a queue that nobody told otherwise
constexpr seconds pause_when_empty(1);
constexpr std::size_t most_waiting = 10;  // messages for each handler, that wait for another one of their group

std::vector<std::string> copied(const Texts& texts) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < texts.size(); ++i) out.emplace_back(texts[i]);
    return out;
}

Texts view_of(const std::vector<std::string>& texts) { return texts.empty() ? Texts() : Texts(texts); }

[[noreturn]] void refuse(std::string_view code, std::string_view why) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = code;
    details.service = "sqs";
    details.explanation = why;
    throw_error(std::move(details));
}

std::int32_t visibility_of(const Queue& queue) {
    const auto found = queue.Attributes.find("VisibilityTimeout");
    std::int32_t value = static_cast<std::int32_t>(usual_visibility.count());
    if (found == queue.Attributes.end()) return value;
    const std::string& text = found->value;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string group_of(const Message& message) {
    const auto found = message.Attributes.find("MessageGroupId");
    return found == message.Attributes.end() ? std::string() : found->value;
}

}  // namespace

struct MessageStream::State {
    // What was received at once. (No aggregate: GCC 12 destroys owning aggregates twice in an expression with co_await.)
    struct Batch {
        Batch() {}
        list<Message> good;
        std::vector<Checked> damaged;
    };

    std::shared_ptr<const detail::SessionState> session;
    std::string url;
    std::vector<std::string> system_attributes;
    std::vector<std::string> attributes;
    std::optional<std::int32_t> visibility;
    std::int32_t wait = longest_wait;
    std::int32_t most = most_messages;
    seconds held_for{};  // how long a message that was received stays invisible

    std::deque<Message> received;  // and not handed over yet
    std::deque<Checked> damaged;   // and nobody told yet
    std::atomic<bool> stopped = false;
    std::mutex mutex;
    std::function<void()> interrupt;  // what waits for messages now

    [[nodiscard]] bool keeps_order() const noexcept { return url.ends_with(".fifo"); }

    void set_interrupt(std::function<void()> function) {
        const std::lock_guard lock(mutex);
        interrupt = std::move(function);
    }

    static awaitable<Session> session_of(std::shared_ptr<State> state) {
        auto found = co_await detail::session_of(state->session);
        co_return Session(std::move(found));
    }
    [[nodiscard]] Batch sorted(const DamagedMessages& error, const Session& from) const;
    static awaitable<Batch> ask(std::shared_ptr<State> state);
    static awaitable<Batch> receive(std::shared_ptr<State> state);
};

// Of a queue that keeps order, what follows a damaged message of its group comes again behind it.
MessageStream::State::Batch MessageStream::State::sorted(const DamagedMessages& error, const Session& from) const {
    Batch batch;
    for (Checked one : error.messages()) {
        one.message.QueueUrl = url;
        detail::attach(tables::service, Message::shape_, &one.message, from.state());
        const auto same_group = [&](const Checked& other) { return group_of(other.message) == group_of(one.message); };
        if (one.error) {
            batch.damaged.push_back(std::move(one));
        } else if (!keeps_order() || std::ranges::none_of(batch.damaged, same_group)) {
            batch.good.push_back(std::move(one.message));
        }
    }
    return batch;
}

// One request.
awaitable<MessageStream::State::Batch> MessageStream::State::ask(std::shared_ptr<State> state) {
    const Session session = co_await session_of(state);
    arguments::QueueReceiveMessages arguments;
    arguments.MessageSystemAttributeNames = view_of(state->system_attributes);
    arguments.MessageAttributeNames = view_of(state->attributes);
    arguments.MaxNumberOfMessages = state->most;
    arguments.VisibilityTimeout = state->visibility;
    arguments.WaitTimeSeconds = state->wait;
    const QueueManager queues = Queue::objects(session);
    Batch batch;
    try {
        list<Message> messages = co_await queues.receive_messages(state->url, arguments);
        batch.good = std::move(messages);
    } catch (const DamagedMessages& error) {
        batch = state->sorted(error, session);
    }
    co_return batch;
}

// Requests until there is something. A queue that does not wait is not asked again and again without a pause.
awaitable<MessageStream::State::Batch> MessageStream::State::receive(std::shared_ptr<State> state) {
    const Session session = co_await session_of(state);
    const detail::SessionCore& core = *session.state()->core();
    while (true) {
        const auto began = core.clock().steady_now();
        Batch batch = co_await ask(state);
        if (!batch.good.empty() || !batch.damaged.empty() || state->stopped) co_return batch;
        if (core.clock().steady_now() - began < pause_when_empty) co_await core.sleeper().sleep(pause_when_empty);
    }
}

namespace {

using State = MessageStream::State;

// What `stop` does, for as long as this lives: the stream may outlive the execution context.
class Interruptible {
  public:
    Interruptible(State& state, std::function<void()> function) : state_(state) { state_.set_interrupt(std::move(function)); }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
    ~Interruptible() { state_.set_interrupt({}); }

  private:
    State& state_;
};

// Messages that are being waited for, until there are some or nobody wants any.
struct Waiting : std::enable_shared_from_this<Waiting> {
    explicit Waiting(const Strand& on) : strand(on), changed(on) {}

    void start(const std::shared_ptr<State>& state) {
        asio::co_spawn(strand, State::receive(state),
                       asio::bind_cancellation_slot(cancel.slot(), [self = shared_from_this()](std::exception_ptr failure,
                                                                                            State::Batch found) {
                           self->error = std::move(failure);
                           self->batch = std::move(found);
                           self->done = true;
                           self->changed.notify();
                       }));
    }
    void interrupt() {
        asio::post(strand, [self = shared_from_this()] {
            self->interrupted = true;
            self->cancel.emit(asio::cancellation_type::terminal);
        });
    }

    Strand strand;
    detail::Event changed;
    asio::cancellation_signal cancel;
    std::exception_ptr error;
    State::Batch batch;
    bool done = false;
    bool interrupted = false;
};

// On the strand of `waiting`, as what interrupts it is: a coroutine must not be cancelled before it has begun. Whether it was
// interrupted.
awaitable<bool> wait_for(std::shared_ptr<Waiting> waiting, std::shared_ptr<State> state) {
    // What is spawned lets only terminal cancellation through by itself, whatever its caller asked for.
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    // Whoever waits may go; then the request has to go as well.
    struct Guard {
        explicit Guard(Waiting& of) : waiting(of) {}
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        ~Guard() {
            if (!waiting.done) waiting.cancel.emit(asio::cancellation_type::terminal);
        }
        Waiting& waiting;
    };
    if (waiting->interrupted) co_return true;
    waiting->start(state);
    const Guard guard(*waiting);
    while (!waiting->done) co_await waiting->changed.wait();
    co_return waiting->interrupted;
}

awaitable<box<Message>> take_next(std::shared_ptr<State> state) {
    if (state->received.empty() && state->damaged.empty() && !state->stopped) {
        const auto executor = co_await asio::this_coro::executor;
        const Strand strand = asio::make_strand(executor);
        const auto waiting = std::make_shared<Waiting>(strand);
        const Interruptible interruptible(*state, [waiting] { waiting->interrupt(); });
        if (state->stopped) waiting->interrupt();
        awaitable<bool> waited = wait_for(waiting, state);
        const bool interrupted = co_await detail::run_on(strand, std::move(waited));
        if (waiting->error && !interrupted) std::rethrow_exception(waiting->error);
        for (Message& message : waiting->batch.good) state->received.push_back(std::move(message));
        for (Checked& one : waiting->batch.damaged) state->damaged.push_back(std::move(one));
    }
    if (state->received.empty() && !state->damaged.empty()) {
        const std::exception_ptr error = state->damaged.front().error;
        state->damaged.pop_front();
        std::rethrow_exception(error);
    }
    box<Message> message;
    if (!state->received.empty()) {
        message = std::move(state->received.front());
        state->received.pop_front();
    }
    co_return message;
}

// --- for_each -------------------------------------------------------------------------------------------------------------

// Everything but the handlers happens on one strand.
class Consumer : public std::enable_shared_from_this<Consumer> {
  public:
    Consumer(std::shared_ptr<State> state, MessageHandler handler, const Handling& handling, MessageFailure failed,
             const asio::any_io_executor& executor)
        : state_(std::move(state)), handler_(std::move(handler)), handling_(handling), failed_(std::move(failed)),
          executor_(executor), strand_(asio::make_strand(executor)), changed_(strand_), beaten_(strand_) {}

    [[nodiscard]] const Strand& strand() const noexcept { return strand_; }

    static awaitable<void> run(std::shared_ptr<Consumer> self) {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        self->begin();
        bool aborted = false;
        while (true) {
            self->advance();
            if (self->finished()) break;
            try {
                co_await self->changed_.wait();
            } catch (const boost::system::system_error&) {
                aborted = true;
            }
            if (!aborted || self->aborting_) continue;
            self->abort();
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            aborted = false;
        }
        self->state_->set_interrupt({});
        std::exception_ptr cancelled;
        if (self->aborting_) {
            cancelled = std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted));
        } else {
            try {
                co_await give_back(self);
            } catch (...) {
                cancelled = std::current_exception();
            }
        }
        self->heart_.emit(asio::cancellation_type::terminal);
        if (cancelled) std::rethrow_exception(cancelled);
        if (self->error_) std::rethrow_exception(self->error_);
    }

  private:
    struct Held {
        explicit Held(Message received)
            : message(std::move(received)), receipt(message.ReceiptHandle.value_or("")), group(group_of(message)) {}
        Message message;            // its handler's, once it has begun: it may do with it what it likes
        const std::string receipt;  // of it
        const std::string group;
        bool begun = false;
        bool ended = false;
        bool settled = false;  // when it is visible again has been said
        asio::cancellation_signal cancel;
    };
    using Place = std::list<Held>::iterator;
    using Entries = std::vector<ChangeMessageVisibilityBatchRequestEntry>;

    [[nodiscard]] bool ending() const noexcept { return state_->stopped || error_ || aborting_; }
    [[nodiscard]] bool finished() const noexcept { return ending() && running_ == 0 && !receiving_; }

    void begin() {
        for (Message& message : state_->received) held_.emplace_back(std::move(message));
        state_->received.clear();
        for (const Checked& one : state_->damaged) report(one.message, one.error);
        state_->damaged.clear();
        state_->set_interrupt([weak = weak_from_this()] {
            if (const auto self = weak.lock()) asio::post(self->strand_, [self] { self->stop_receiving(); });
        });
        if (state_->held_for.count() == 0) return;
        state_->visibility = static_cast<std::int32_t>(state_->held_for.count());  // what the heart beats by holds
        asio::co_spawn(strand_, heartbeat(shared_from_this()),
                       asio::bind_cancellation_slot(heart_.slot(), [](const std::exception_ptr&) {}));
    }

    void stop_receiving() {
        if (receiving_) receiving_signal_.emit(asio::cancellation_type::terminal);
        changed_.notify();
    }

    void abort() {
        aborting_ = true;
        stop_receiving();
        for (Held& held : held_) {
            if (held.begun && !held.ended) held.cancel.emit(asio::cancellation_type::terminal);
        }
    }

    // All that can be begun now.
    void advance() {
        std::erase_if(held_, [](const Held& held) { return held.ended; });
        while (!ending() && running_ < handling_.concurrency) {
            const Place next = std::ranges::find_if(held_, [this](const Held& held) { return !held.begun && !waits(held); });
            if (next == held_.end()) break;
            begin_handler(next);
        }
        if (!ending() && !receiving_ && running_ < handling_.concurrency && wants_more()) begin_receiving();
    }

    // There is nothing that could be begun. What waits for its group does not keep others waiting, unless it is too much.
    [[nodiscard]] bool wants_more() const {
        const auto waiting = static_cast<std::size_t>(std::ranges::count_if(held_, [](const Held& held) { return !held.begun; }));
        return waiting < most_waiting * handling_.concurrency;
    }

    // For another of its group.
    [[nodiscard]] bool waits(const Held& held) const {
        if (!state_->keeps_order()) return false;
        return std::ranges::any_of(held_, [&](const Held& other) { return other.begun && !other.ended && other.group == held.group; });
    }

    void begin_receiving() {
        receiving_ = true;
        asio::co_spawn(strand_, State::receive(state_),
                       asio::bind_cancellation_slot(receiving_signal_.slot(), [self = shared_from_this()](
                                                                                  const std::exception_ptr& error,
                                                                                  State::Batch batch) {
                           self->receiving_ = false;
                           if (error && !self->ending()) self->error_ = error;
                           for (Message& message : batch.good) self->held_.emplace_back(std::move(message));
                           for (const Checked& one : batch.damaged) self->report(one.message, one.error);
                           self->changed_.notify();
                       }));
    }

    void begin_handler(Place at) {
        at->begun = true;
        ++running_;
        const Strand own = asio::make_strand(executor_);
        auto done = [self = shared_from_this(), at](const std::exception_ptr& error) { self->end_handler(at, error); };
        asio::co_spawn(own, work(shared_from_this(), *at),
                       asio::bind_cancellation_slot(at->cancel.slot(), asio::bind_executor(strand_, std::move(done))));
    }

    void end_handler(Place at, const std::exception_ptr& error) {
        --running_;
        if (error && !aborting_) {
            report(at->message, error);
            drop_group(*at);
        }
        at->ended = true;  // forgotten later: its signal is still in use
        changed_.notify();
    }

    void report(const Message& message, const std::exception_ptr& error) {
        try {
            if (!failed_) std::rethrow_exception(error);
            failed_(message, error);
        } catch (...) {
            if (!error_) error_ = std::current_exception();
        }
        if (error_) stop_receiving();
    }

    // What follows one that failed comes again after it.
    void drop_group(const Held& failed) {
        std::erase_if(held_, [&](const Held& held) { return is_behind(held, failed); });
    }

    [[nodiscard]] bool is_behind(const Held& held, const Held& failed) const {
        return state_->keeps_order() && !held.begun && held.group == failed.group;
    }

    static awaitable<void> work(std::shared_ptr<Consumer> self, Held& held) {
        std::exception_ptr error;
        try {
            co_await self->handler_(held.message);
        } catch (...) {
            error = std::current_exception();
        }
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        const bool cancelled = cancellation.cancelled() != asio::cancellation_type::none;
        // What was done is not undone by who stops waiting.
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        if (error && self->handling_.retry_after && !cancelled) {
            awaitable<void> postponed = postpone(self, held);
            co_await detail::run_on(self->strand_, std::move(postponed));
        }
        if (error) std::rethrow_exception(error);
        if (!self->handling_.remove) co_return;
        const Session session = co_await State::session_of(self->state_);
        const QueueManager queues = Queue::objects(session);
        co_await queues.delete_message(self->state_->url, held.receipt);
    }

    // Where that fails, the message comes again when its timeout has passed. The heart beats for it no more, or it would have
    // the last word. SQS hands out nothing of a group while it believes one of its messages held: those behind this one go
    // back with it, after it.
    static awaitable<void> postpone(std::shared_ptr<Consumer> self, Held& held) {
        held.settled = true;
        Entries behind = self->take_behind(held);
        while (self->beating_) co_await self->beaten_.wait();
        const Session session = co_await State::session_of(self->state_);
        const QueueManager queues = Queue::objects(session);
        try {
            co_await queues.change_message_visibility(self->state_->url, held.receipt, self->again_after());
        } catch (const Error&) {
        }
        const bool said = co_await change(self, std::move(behind));
        static_cast<void>(said);
    }

    [[nodiscard]] std::int32_t again_after() const { return static_cast<std::int32_t>(handling_.retry_after->count()); }

    // Nobody handles them now.
    [[nodiscard]] Entries take_behind(const Held& failed) {
        Entries all;
        for (const Held& held : held_) {
            if (is_behind(held, failed)) add_entry(all, held, again_after());
        }
        drop_group(failed);
        return all;
    }

    [[nodiscard]] Entries entries(seconds visible_after, bool begun) const {
        Entries all;
        for (const Held& held : held_) {
            if (held.ended || held.settled || (held.begun && !begun)) continue;
            add_entry(all, held, static_cast<std::int32_t>(visible_after.count()));
        }
        return all;
    }

    static void add_entry(Entries& all, const Held& held, std::int32_t visible_after) {
        ChangeMessageVisibilityBatchRequestEntry& entry = all.emplace_back();
        entry.Id = std::to_string(all.size());
        entry.ReceiptHandle = held.receipt;
        entry.VisibilityTimeout = visible_after;
    }

    // What SQS refuses, or does not get to know, is only that: the message may be received a second time, as any may. Whether
    // it makes no sense to say it again. Each request is a call of its own: one that fails does not keep the others back.
    static awaitable<bool> change(std::shared_ptr<Consumer> self, Entries all) {
        if (all.empty()) co_return true;
        const Session session = co_await State::session_of(self->state_);
        const QueueManager queues = Queue::objects(session);
        bool said = true;
        for (auto first = all.begin(); first != all.end();) {
            const auto last = first + std::min<std::ptrdiff_t>(most_messages, all.end() - first);
            const Entries some(first, last);
            first = last;
            try {
                const auto answer = co_await queues.change_message_visibility_batch(self->state_->url, some);
                for (const BatchResultErrorEntry& refused : answer.Failed) {
                    if (!refused.SenderFault.value_or(false)) said = false;
                }
            } catch (const Error&) {
                said = false;
            }
        }
        co_return said;
    }

    static awaitable<void> heartbeat(std::shared_ptr<Consumer> self) {
        const Session session = co_await State::session_of(self->state_);
        const seconds time = self->state_->held_for;
        const auto beat = std::chrono::milliseconds(time) / 2;
        bool at_once = !self->held_.empty();  // what `next` left was received who knows when
        auto pause = beat;
        while (true) {
            if (!at_once) co_await session.state()->core()->sleeper().sleep(pause);
            at_once = false;
            const Beating beating(*self);
            Entries all = self->entries(time, true);
            const bool said = co_await change(self, std::move(all));
            pause = said ? beat : beat / 4;  // several times before the messages are visible to others
        }
    }

    // For as long as the heart's request is on its way.
    class Beating {
      public:
        explicit Beating(Consumer& consumer) : consumer_(consumer) { consumer_.beating_ = true; }
        Beating(const Beating&) = delete;
        Beating& operator=(const Beating&) = delete;
        ~Beating() {
            consumer_.beating_ = false;
            consumer_.beaten_.notify();
        }

      private:
        Consumer& consumer_;
    };

    static awaitable<void> give_back(std::shared_ptr<Consumer> self) {
        while (self->beating_) co_await self->beaten_.wait();  // or the heart would have the last word
        Entries all = self->entries(seconds(0), false);
        self->held_.clear();
        const bool said = co_await change(self, std::move(all));
        static_cast<void>(said);
    }

    std::shared_ptr<State> state_;
    MessageHandler handler_;
    Handling handling_;
    MessageFailure failed_;
    asio::any_io_executor executor_;
    Strand strand_;
    detail::Event changed_;
    std::list<Held> held_;
    std::size_t running_ = 0;
    detail::Event beaten_;
    bool beating_ = false;
    bool receiving_ = false;
    bool aborting_ = false;
    std::exception_ptr error_;
    asio::cancellation_signal receiving_signal_;
    asio::cancellation_signal heart_;
};

awaitable<void> consume(std::shared_ptr<State> state, MessageHandler handler, Handling handling, MessageFailure failed) {
    const auto executor = co_await asio::this_coro::executor;
    const auto consumer = std::make_shared<Consumer>(std::move(state), std::move(handler), handling, std::move(failed), executor);
    awaitable<void> consumed = Consumer::run(consumer);
    co_await detail::run_on(consumer->strand(), std::move(consumed));
}

}  // namespace

awaitable<box<Message>> MessageStream::next() { return take_next(state_); }

awaitable<void> MessageStream::for_each(const MessageHandler& handler, const Handling& handling,
                                        const MessageFailure& failed) {
    if (handling.concurrency == 0) refuse("NoHandlers", "no handler may work at once: nothing would ever be done");
    return consume(state_, handler, handling, failed);
}

void MessageStream::stop() {
    state_->stopped = true;
    std::function<void()> interrupt;
    {
        const std::lock_guard lock(state_->mutex);
        interrupt = state_->interrupt;
    }
    if (interrupt) interrupt();
}

MessageStream Queue::poll(const arguments::QueueReceiveMessages& arguments) const {
    if (!QueueUrl.has_value()) refuse("MissingKey", "this Queue lacks its QueueUrl: get it from AWS first");
    if (arguments.ReceiveRequestAttemptId) {
        refuse("OneRequestOnly", "a ReceiveRequestAttemptId is for one request, and a stream makes many: use receive");
    }
    auto state = std::make_shared<MessageStream::State>();
    state->session = detail::ModelAccess::session(state_);
    state->url = *QueueUrl;
    state->system_attributes = copied(arguments.MessageSystemAttributeNames);
    state->attributes = copied(arguments.MessageAttributeNames);
    state->visibility = arguments.VisibilityTimeout;
    state->wait = arguments.WaitTimeSeconds.value_or(longest_wait);
    state->most = arguments.MaxNumberOfMessages.value_or(most_messages);
    state->held_for = seconds(arguments.VisibilityTimeout.value_or(visibility_of(*this)));
    // The order of groups is kept by their names.
    if (state->keeps_order()) state->system_attributes.emplace_back("MessageGroupId");
    return MessageStream(std::move(state));
}

}  // namespace botocraft::sqs
