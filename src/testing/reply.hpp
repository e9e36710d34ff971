#pragma once
// What the double does about a request: bytes to send, when, and what becomes of the connection.

#include <botocraft/testing/fault.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::testing {

struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;  // without Content-Length
    std::string body;
    bool chunked = false;  // the body is sent as one whose length nobody knows beforehand
};

// All that can happen, faults included, is one of these.
struct Answer {
    enum class After : unsigned char {
        keep,  // waits for the next request
        close,
        reset,
        stall,  // sends nothing more, and closes when the other side does
    };
    std::chrono::milliseconds delay{0};
    std::string bytes{};
    After after = After::keep;
    int status = 0;  // what `bytes` say; 0 where there are none
};

// The reply as it should be.
[[nodiscard]] Answer answer(const Reply& reply, bool keep_alive);
// The reply as the fault makes it. For faults of the kinds error and reply, `reply` is what they say already.
[[nodiscard]] Answer answer(Reply reply, bool keep_alive, const Fault::Script& fault);

}  // namespace botocraft::testing
