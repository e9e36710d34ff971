#pragma once
// The events of one call: the body of its reply, cut into messages and decoded when their reader asks.

#include "http/transport.hpp"
#include "protocol/eventstream.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/error.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::detail {

struct Target;
class IncomingEvents;

// Who reads the events of a call: in src/orm.
class EventReader {
  public:
    EventReader() = default;
    EventReader(const EventReader&) = delete;
    EventReader& operator=(const EventReader&) = delete;

    // Before each attempt. False where something was handed over that cannot be taken back.
    [[nodiscard]] virtual bool restart() = 0;
    // Members of the output have come that are no events.
    virtual void responded() = 0;
    // Events have come: completes when `events.next` has no more of them. What that threw comes out of this.
    [[nodiscard]] virtual awaitable<void> drain(IncomingEvents& events) = 0;

  protected:
    ~EventReader() = default;
};

class IncomingEvents final : public http::BodySink {
  public:
    // `input` and `output` are those of the call.
    IncomingEvents(EventReader& reader, const void* input, void* output) noexcept
        : reader_(reader), input_(input), output_(output) {}

    // Before each attempt. False where there can be no other.
    [[nodiscard]] bool restart();
    // Whose reply comes next.
    void expect(const Target& target);

    // False where the reply is no success, or says that it is no stream of events: its body is kept then.
    [[nodiscard]] bool begin(const http::Reply& head) override;
    [[nodiscard]] awaitable<void> take(std::string_view piece) override;
    // The reply is whole. Throws ProtocolError where it ends in the midst of an event.
    void finish();

    // Fills `event`, a structure with all members absent. False until more has come. Throws what the call shall end with.
    [[nodiscard]] bool next(void* event);

    [[nodiscard]] bool begun() const noexcept { return begun_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }

  private:
    void read_head(const http::Reply& head);
    [[nodiscard]] bool decode_next(void* event);
    [[nodiscard]] bool take_initial();
    [[noreturn]] void fail(const ErrorDetails& found) const;

    EventReader& reader_;
    const void* input_;
    void* output_;
    const Target* target_ = nullptr;
    std::optional<protocol::eventstream::Decoder> decoder_;
    protocol::eventstream::Message message_;
    std::uint64_t size_ = 0;
    bool begun_ = false;      // the reply is a stream of events
    bool first_ = true;       // no message was read
    int status_ = 0;          // of the head, which is not kept
    std::string request_id_;
    std::exception_ptr error_;
};

}  // namespace botocraft::detail
