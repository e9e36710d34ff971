#pragma once
// The frames of application/vnd.amazon.eventstream: messages with typed headers, in a stream of bytes. No I/O.

#include "protocol/limits.hpp"

#include <botocraft/containers.hpp>
#include <botocraft/schema.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace botocraft::protocol::eventstream {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    friend bool operator==(const Uuid&, const Uuid&) = default;
};
// Milliseconds since 1970, as they are sent.
struct Time {
    std::int64_t milliseconds = 0;
    friend bool operator==(Time, Time) = default;
};

using Value = std::variant<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, blob, std::string, Time, Uuid>;

struct Header {
    std::string name;
    Value value;
    friend bool operator==(const Header&, const Header&) = default;
};

struct Message {
    std::vector<Header> headers;
    std::string payload;

    // The text in the header of that name; empty if there is none, or no text in it.
    [[nodiscard]] std::string_view text(std::string_view name) const noexcept;
    friend bool operator==(const Message&, const Message&) = default;
};

inline constexpr std::string_view media_type = "application/vnd.amazon.eventstream";

// What AWS allows: what is sent is no larger.
inline constexpr std::size_t max_headers = Limits{}.event_head;
inline constexpr std::size_t max_message = Limits{}.event;

// Appends the frame. Throws UsageError where a name or a value is longer than the format can say.
void encode(const Message& message, std::string& out);

// Takes bytes as they come and gives messages. Memory grows with what was received, whatever length a frame claims.
class Decoder {
  public:
    explicit Decoder(const Limits& limits = {}) noexcept : most_(limits.event), most_headers_(limits.event_head) {}

    void feed(std::string_view bytes) { buffer_.append(bytes); }
    // False where the next message is not whole yet. Throws ProtocolError where the stream is damaged, which is final.
    [[nodiscard]] bool next(Message& message);
    // Whether `next` has to be asked: the next message is whole, or what came of it is damaged already.
    [[nodiscard]] bool ready() const;
    // Whether the stream may end here: no part of a message is left.
    [[nodiscard]] bool at_boundary() const noexcept { return used_ == buffer_.size(); }

  private:
    struct Prelude {
        std::size_t total;
        std::size_t headers;
    };
    [[nodiscard]] static Prelude read_prelude(std::string_view came) noexcept;
    [[nodiscard]] std::string_view rest() const noexcept { return std::string_view(buffer_).substr(used_); }
    [[nodiscard]] std::string complaint(Prelude prelude, std::string_view came) const;

    std::string buffer_;
    std::size_t used_ = 0;  // of the buffer: messages that were given out
    std::size_t most_;
    std::size_t most_headers_;
};

}  // namespace botocraft::protocol::eventstream
