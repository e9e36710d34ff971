#pragma once
// MessageStream: the messages of a queue of SQS, as they come.

#include <botocraft/awaitable.hpp>
#include <botocraft/containers.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace botocraft::sqs {

struct Message;
struct Queue;

namespace arguments {
struct QueueReceiveMessages;
}

// What is done with a message. Where it returns, the message is deleted; where it throws, it stays in the queue.
using MessageHandler = std::function<awaitable<void>(Message& message)>;
// Told of a message whose handler threw, that could not be deleted, or that changed on its way: no handler gets that one.
using MessageFailure = std::function<void(const Message& message, std::exception_ptr error)>;

struct Handling {
    std::size_t concurrency = 1;  // handlers at once: one at least
    bool remove = true;           // false: the handler deletes the message itself
    // When a message whose handler threw is to be received again, and those of its group behind it; else when the visibility
    // timeout has passed.
    std::optional<std::chrono::seconds> retry_after{};
};

// The messages of a queue, to be: `queue.poll({.MessageAttributeNames = "All"})`. It waits at AWS for messages (20 seconds a
// request, unless `WaitTimeSeconds` says otherwise), takes ten a request unless `MaxNumberOfMessages` says otherwise, and
// pauses for a second where a queue answers at once that it is empty. It ends when whoever awaits it is cancelled, or after
// `stop`. A handle; one coroutine at a time awaits `next` or `for_each`, but any thread may call `stop`.
//
//   auto messages = queue.poll();
//   while (auto message = co_await messages.next()) {
//       use(message->Body);
//       co_await message->remove();
//   }
class MessageStream {
  public:
    // The next message; nothing after `stop`, when those that were received have been handed over. After an error, the
    // next call asks again. One that changed on its way is an error, thrown behind the good ones that came with it.
    [[nodiscard]] awaitable<box<Message>> next();

    // Hands every message to `handler`, and deletes it afterwards, whatever the handler made of it. Messages that are held
    // stay invisible to other consumers for as long as their handlers take: their visibility timeout is set anew whenever
    // half of it has passed, and soon again where that failed. It is that of `poll`'s arguments, else the one that the Queue
    // has among its Attributes, else 30 seconds, and SQS is told so. Of a queue that keeps order (.fifo), messages of one
    // group are handled one after another, and none behind one that failed; other groups do not wait for them. Returns after
    // `stop`, when all handlers have finished; those that were held and not begun go back to the queue. An error of a handler
    // is told to `failed`; without it, it ends the stream like an error of the queue, and is thrown when the other handlers
    // have finished. Cancelling cancels the handlers, and waits for them.
    // A lambda that captures by value must have a name: GCC 12 destroys temporaries of that kind twice.
    [[nodiscard]] awaitable<void> for_each(const MessageHandler& handler, const Handling& handling = {},
                                           const MessageFailure& failed = {});

    // No more messages are asked for.
    void stop();

    struct State;

  private:
    friend struct Queue;
    explicit MessageStream(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

    std::shared_ptr<State> state_;
};

}  // namespace botocraft::sqs
