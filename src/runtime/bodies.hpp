#pragma once
// The bodies of one call that are not in memory: read, encoded and summed up on their way, begun anew for another attempt.

#include "auth/chunked_body.hpp"
#include "http/transport.hpp"
#include "protocol/checksum.hpp"
#include "runtime/incoming_events.hpp"
#include "runtime/upload.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/streams.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::detail {

// Where bodies come from and go to that are in no request and no response.
struct CallBodies {
    std::optional<botocraft::Source> source{};
    std::optional<botocraft::Sink> sink{};
    EventReader* events = nullptr;  // of a reply that is a stream of them
};

// A reader or a writer of the caller's threw: what, is in the body that says so.
struct BodyInterrupted {};

// The body of a request.
class OutgoingBody final : public http::BodySource {
  public:
    explicit OutgoingBody(const botocraft::Source& source) : reader_(source.reader()), size_(source.open()) {}

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    // Before each attempt. False where something was read that cannot be read again.
    [[nodiscard]] bool rewind();

    // The head is written, and says how the body travels.
    void begin(const Upload& upload, std::optional<auth::SignatureChain> chain);

    // After each attempt: what its chunks were signed with may not outlive the credentials.
    void end() noexcept { chunks_.reset(); }

    [[nodiscard]] awaitable<bool> next(std::string& out) override;

    // The SHA-256 of the whole, for services that want it in the signature; read for that alone.
    [[nodiscard]] awaitable<std::string> digest();

    [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }

  private:
    [[nodiscard]] awaitable<std::string_view> read();

    std::shared_ptr<BodyReader> reader_;
    std::uint64_t size_;
    std::uint64_t left_ = 0;
    bool fresh_ = true;  // nobody knows what an earlier call left of the reader
    bool touched_ = false;
    std::vector<std::byte> block_;
    std::optional<auth::ChunkedBody> chunks_;
    std::optional<protocol::RunningChecksum> sum_;
    std::string_view sum_name_;
    std::exception_ptr error_;
};

// The body of a reply.
class IncomingBody final : public http::BodySink {
  public:
    IncomingBody(const botocraft::Sink& sink, bool validates) : writer_(sink.writer()), validates_(validates) {}

    // Before each attempt. False where something was written that cannot be forgotten.
    [[nodiscard]] bool restart();

    [[nodiscard]] bool begin(const http::Reply& head) override;
    [[nodiscard]] awaitable<void> take(std::string_view piece) override;

    // The reply is whole. What is wrong with its checksum; empty where nothing is.
    [[nodiscard]] std::string mismatch();
    // The reply is right as well: the writer is told so.
    void finish();
    // The call fails: nobody shall take what came for the whole.
    void abandon() noexcept;

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }

  private:
    std::shared_ptr<BodyWriter> writer_;
    bool validates_;
    bool fresh_ = true;  // as above
    bool touched_ = false;
    std::uint64_t size_ = 0;
    std::optional<protocol::RunningChecksum> sum_;
    std::string expected_;
    std::exception_ptr error_;
};

// Those of one call, and what its attempts made of them.
struct Bodies {
    Bodies(const CallBodies& given, bool validates, const void* input, void* output) {
        if (given.source) out.emplace(*given.source);
        if (given.sink) in.emplace(*given.sink, validates);
        if (given.events) events.emplace(*given.events, input, output);
    }
    // Before each attempt: false where there can be no other.
    bool begin() { return (!out || out->rewind()) && (!in || in->restart()) && (!events || events->restart()); }
    void abandon() noexcept {
        if (in) in->abandon();
    }
    // Reads the source for its digest alone.
    [[nodiscard]] awaitable<void> find_digest();
    // What the caller's reader or writer threw, or ended the stream of events.
    [[noreturn]] void rethrow() const {
        if (out && out->error()) std::rethrow_exception(out->error());
        std::rethrow_exception(in ? in->error() : events->error());
    }
    std::optional<OutgoingBody> out;
    std::optional<IncomingBody> in;
    std::optional<IncomingEvents> events;
    // Of an attempt; here, because calls without such bodies have no room for them.
    std::string digest;  // of the source, where that is signed
    http::Streams streams;
    http::Clock::time_point deadline = http::Clock::time_point::max();  // once it has a connection
    // Bytes of bodies that are not in the texts of the request and the reply.
    [[nodiscard]] std::uint64_t passing_out() const noexcept { return out ? out->size() : 0; }
    [[nodiscard]] std::uint64_t passed_in() const noexcept { return in ? in->size() : events ? events->size() : 0; }
};

}  // namespace botocraft::detail
