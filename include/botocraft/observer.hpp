#pragma once
// Observer: is told of every call of a session, of each attempt, and of what went over the wire.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace botocraft {

// All texts are valid during the notification only. None holds a secret.
struct CallInfo {
    std::uint64_t id = 0;        // counted from 1, over all calls of a session that are observed
    std::string_view service;    // `ecs`
    std::string_view operation;  // `DescribeServices`
    std::string_view region;     // empty where the call ended before it was known
};

struct AttemptInfo {
    int number = 1;
    std::string_view endpoint;  // `https://ecs.us-east-1.amazonaws.com`
    bool connection_reused = false;
    bool sent = false;               // a request was handed to a connection
    std::size_t request_bytes = 0;   // with its head; a body that passes by counts whole, and as long as it is before it is
                                     // cut into chunks
    std::size_t reply_bytes = 0;     // without its head
    int status = 0;                  // 0 where no reply came
    std::string_view error;          // the code of the service, or what went wrong on the way; empty: success
    std::string_view request_id;     // of an error
    std::chrono::nanoseconds to_connect{};  // until there was a connection: credentials, pool, name, TCP and TLS
    std::chrono::nanoseconds took{};        // in all
};

struct RetryInfo {
    int attempt = 2;               // that is to come
    std::chrono::nanoseconds wait{};
    bool throttled = false;        // AWS said that there are too many requests
    bool stale_connection = false; // the server had closed a kept connection: sent again at once, at no cost
    std::string_view error;        // of the attempt before
};

enum class CallOutcome : unsigned char { success, error, cancelled };

struct CallEnd {
    CallOutcome outcome = CallOutcome::success;
    int attempts = 0;
    int status = 0;          // of the last reply
    std::string_view error;  // its code
    std::string_view text;   // what() of the error
    std::chrono::nanoseconds took{};
};

// Notified in the execution context of the call, between its steps: it should return soon. Calls on several threads
// notify at once. For one call the order is: started, (sent, received, attempted, retrying)*, ended. Each call that is
// started is ended once, whatever becomes of it. Calls that stop before they are sent (explain.hpp) are not observed.
class Observer {
  public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    virtual ~Observer() = default;

    virtual void started(const CallInfo&) noexcept {}
    virtual void attempted(const CallInfo&, const AttemptInfo&) noexcept {}
    virtual void retrying(const CallInfo&, const RetryInfo&) noexcept {}
    virtual void ended(const CallInfo&, const CallEnd&) noexcept {}

    // The wire: head and body as text, with `***` for signatures, tokens and whatever the service's model calls sensitive,
    // or is named as secrets are, and control characters escaped. Bodies that pass by (streams.hpp) are left out. Made only for observers that want it when the session is made.
    [[nodiscard]] virtual bool wants_wire() const noexcept { return false; }
    virtual void sent(const CallInfo&, int attempt, std::string_view text) noexcept {
        static_cast<void>(attempt), static_cast<void>(text);
    }
    virtual void received(const CallInfo&, int attempt, std::string_view text) noexcept {
        static_cast<void>(attempt), static_cast<void>(text);
    }
};

}  // namespace botocraft
