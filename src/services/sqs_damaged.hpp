#pragma once
// DamagedMessages: of the messages of one answer, some changed on their way. The others are good.

#include <botocraft/error.hpp>
#include <botocraft/sqs/message.hpp>

#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace botocraft::sqs {

// A message that was received, and what is wrong with it; null: nothing.
struct Checked {
    explicit Checked(Message received) : message(std::move(received)) {}
    Message message;
    std::exception_ptr error;
};

// The error of the first of them, to whoever knows no more.
class DamagedMessages : public ProtocolError {
  public:
    DamagedMessages(ErrorDetails details, std::vector<Checked> messages)
        : ProtocolError(std::move(details)), messages_(std::make_shared<const std::vector<Checked>>(std::move(messages))) {}

    // All of the answer, as they came.
    [[nodiscard]] const std::vector<Checked>& messages() const noexcept { return *messages_; }

  private:
    std::shared_ptr<const std::vector<Checked>> messages_;
};

}  // namespace botocraft::sqs
