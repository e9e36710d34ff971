#pragma once
// EventFlow: a stream of events on its way.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace botocraft::detail {

// The handle of a stream: its end closes the connection, unless that is done with. It may outlive the execution context.
class EventFlow {
  public:
    explicit EventFlow(CallState call) : call_(std::move(call)) {}
    ~EventFlow();
    EventFlow(const EventFlow&) = delete;
    EventFlow& operator=(const EventFlow&) = delete;

    // `flow` is kept alive; `event` and `response`, structures with all members absent, must live until these complete.
    [[nodiscard]] static awaitable<bool> next(std::shared_ptr<EventFlow> flow, void* event);
    [[nodiscard]] static awaitable<void> response(std::shared_ptr<EventFlow> flow, void* response);

  private:
    class Core;
    [[nodiscard]] std::shared_ptr<Core> core(const boost::asio::any_io_executor& executor);

    CallState call_;
    std::weak_ptr<Core> core_;  // the execution context has it
    bool begun_ = false;
};

}  // namespace botocraft::detail
