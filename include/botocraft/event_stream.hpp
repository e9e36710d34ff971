#pragma once
// EventStream: what an operation answers with that sends events, one after the other, for as long as it likes.

#include <botocraft/awaitable.hpp>
#include <botocraft/containers.hpp>
#include <botocraft/query.hpp>

#include <memory>
#include <utility>

namespace botocraft {

namespace detail {

class EventFlow;  // a stream on its way; in src/orm

// The untyped part of a stream.
class EventStreamBase {
  public:
    EventStreamBase(const EventStreamBase&) = delete;
    EventStreamBase& operator=(const EventStreamBase&) = delete;

  protected:
    explicit EventStreamBase(Call call);
    EventStreamBase(EventStreamBase&&) noexcept;
    EventStreamBase& operator=(EventStreamBase&&) noexcept;
    ~EventStreamBase();

    [[nodiscard]] const std::shared_ptr<EventFlow>& flow() const noexcept { return flow_; }
    // Fill a structure with all members absent, which must live until these complete. False: there is no other event.
    [[nodiscard]] static awaitable<bool> next(std::shared_ptr<EventFlow> flow, void* event);
    [[nodiscard]] static awaitable<void> response(std::shared_ptr<EventFlow> flow, void* response);

  private:
    std::shared_ptr<EventFlow> flow_;
};

}  // namespace detail

// The events of one call, to be. Nothing is sent before the first `next` or `response`. An Event has one member: the one that
// says what it is.
//
//   auto events = client.select_object_content({...});
//   while (auto event = co_await events.next()) {
//       if (event->Records) use(*event->Records->Payload);
//   }
//
// Whoever reads sets the pace: nothing is received while nobody asks, beyond one block of 256 KiB, or one event where that is
// larger (ReplyLimits::event). Time limits count as for other bodies that pass by: that of the attempt until the connection is
// there, that of the first byte until the reply begins, and then only that of a stall: bytes must move while somebody waits for
// them. A stream may last for as long as it likes.
//
// It ends once, and says by every further call what it ended with: nothing, when AWS has sent the last event; or an error. That
// is an error of the service by its own class, also where it comes among the events; a ProtocolError where an event is
// damaged, cut off or beyond a limit; or what a connection failed by. No half of an event is ever handed over. What fails before
// the first event was handed over is tried again as other calls are, unless it is an error among the events; after that,
// nothing is. Events that this version of the service's model does not know are passed over.
//
// Cancelling `next` or `response` ends the stream, and so does its destruction: its connection is closed, unless the stream was
// at its end; then it is kept for other calls. One coroutine at a time awaits the two, in one execution context (UsageError
// `EndedContext` when that is gone); a stream that was begun and has not ended keeps that context's run() from returning.
template <class Event, class Response>
class EventStream : public detail::EventStreamBase {
  public:
    using value_type = Event;

    explicit EventStream(detail::Call call) : EventStreamBase(std::move(call)) {}

    // The next event; nothing after the last.
    [[nodiscard]] awaitable<box<Event>> next() { return typed_next(flow()); }
    // What the operation answers besides the events, whose member is absent; no event is lost by asking for it.
    [[nodiscard]] awaitable<Response> response() { return typed_response(flow()); }

  private:
    static awaitable<box<Event>> typed_next(std::shared_ptr<detail::EventFlow> flow) {
        box<Event> event;
        event.emplace();
        const bool more = co_await EventStreamBase::next(std::move(flow), &*event);
        if (!more) event.reset();
        co_return event;
    }
    static awaitable<Response> typed_response(std::shared_ptr<detail::EventFlow> flow) {
        Response result{};
        co_await EventStreamBase::response(std::move(flow), &result);
        co_return result;
    }
};

}  // namespace botocraft
