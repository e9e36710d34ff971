#pragma once
// Bodies that are not held in memory: where the one of a request comes from, and where the one of a reply goes. Calls with
// them last for as long as bytes move, unless the session sets `call_timeout` or `attempt_timeout`, which bound them as well.

#include <botocraft/awaitable.hpp>
#include <botocraft/containers.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft {

namespace detail {
class OutgoingBody;
}

// Derive from it to send what is neither in memory nor in a file. It is used by one call at a time, in the execution
// context that awaits this.
class BodyReader {
  public:
    BodyReader() = default;
    BodyReader(const BodyReader&) = delete;
    BodyReader& operator=(const BodyReader&) = delete;
    virtual ~BodyReader() = default;

    // Fills the beginning of `room`, which is not empty, and returns how many bytes that are; 0: there are no more.
    // An exception ends the call, and comes out of it.
    [[nodiscard]] virtual awaitable<std::size_t> read(std::span<std::byte> room) = 0;

    // Goes back to the first byte. False where that cannot be done: then a request of which something was sent is not
    // tried again.
    [[nodiscard]] virtual bool rewind() { return false; }
};

// Derive from it to receive what shall neither be in memory nor in a file. Used as a BodyReader is.
class BodyWriter {
  public:
    BodyWriter() = default;
    BodyWriter(const BodyWriter&) = delete;
    BodyWriter& operator=(const BodyWriter&) = delete;
    virtual ~BodyWriter() = default;

    // The next piece, which is valid until this completes. No more is received meanwhile.
    [[nodiscard]] virtual awaitable<void> write(std::span<const std::byte> piece) = 0;

    // Forgets all that was written: the connection broke, the checksum is wrong, or what else the reply says cannot be
    // read. The body may come anew, or the call may fail. False where that cannot be done: then the call fails.
    [[nodiscard]] virtual bool restart() { return false; }

    // The whole body was written, its checksum, where it came with one, was right, and the rest of the reply was read.
    virtual void finish() {}
};

// Where a body comes from: a cheap handle, which may be a temporary of the call. How long it is must be known before it is
// sent, and one request takes at most what AWS takes: 5 GiB, for S3's PutObject. Larger objects, and those whose length is
// not known, are uploads in parts: the client has their operations, and takes each part in memory. Who cuts one source
// into parts needs nothing but BodyReader::read and the size of a part.
class Source {
  public:
    // A file, which is opened when it is sent and read as it is sent, in blocks, by the thread that sends: disks are waited
    // for. It is sent as long as it is then, also if that must be done again; it stays open until this handle is gone. What
    // is no regular file, such as a pipe, does not say how long it is, and is refused. (A template, so that no text is taken
    // for the name of a file.)
    template <std::same_as<std::filesystem::path> Path>
    Source(const Path& file) : Source(of_file(file)) {}

    // A reader of yours, which is asked for `size` bytes and no more: it may have others, for another call.
    Source(std::shared_ptr<BodyReader> reader, std::uint64_t size) noexcept : reader_(std::move(reader)), size_(size) {}

    // These bytes.
    [[nodiscard]] static Source of(std::string bytes);
    [[nodiscard]] static Source of(blob bytes);
    // Bytes that stay where they are until the call has completed.
    [[nodiscard]] static Source view(std::string_view bytes);
    [[nodiscard]] static Source view(std::span<const std::byte> bytes);

    [[nodiscard]] const std::shared_ptr<BodyReader>& reader() const noexcept { return reader_; }
    // Of a file, as it is now. Throws UsageError where the file cannot be read.
    [[nodiscard]] std::uint64_t size() const;

  private:
    friend class detail::OutgoingBody;
    // For a call that begins: opens a file, and says how long it is.
    [[nodiscard]] std::uint64_t open() const;

    explicit Source(std::shared_ptr<BodyReader> file) noexcept : reader_(std::move(file)), is_file_(true) {}
    [[nodiscard]] static Source of_file(const std::filesystem::path& file);

    std::shared_ptr<BodyReader> reader_;
    std::uint64_t size_ = 0;
    bool is_file_ = false;
};

// Where a body goes: a cheap handle likewise. Only the body of a reply that is a success goes there.
class Sink {
  public:
    // A file. It has its name, and what was there before is gone, when the whole body has come: until then it is another
    // one beside it, `name.part` and some digits, which goes away if the call fails. It takes over the permissions of what
    // was there, which must be a regular file, if anything.
    template <std::same_as<std::filesystem::path> Path>
    Sink(const Path& file) : Sink(to_file(file)) {}

    explicit Sink(std::shared_ptr<BodyWriter> writer) noexcept : writer_(std::move(writer)) {}

    // Replaces what is there, which must live until the call has completed.
    [[nodiscard]] static Sink into(std::string& bytes);
    [[nodiscard]] static Sink into(blob& bytes);

    [[nodiscard]] const std::shared_ptr<BodyWriter>& writer() const noexcept { return writer_; }

  private:
    [[nodiscard]] static Sink to_file(const std::filesystem::path& file);

    std::shared_ptr<BodyWriter> writer_;
};

}  // namespace botocraft
