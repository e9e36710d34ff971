#include <botocraft/streams.hpp>

#include <botocraft/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace botocraft {

namespace {

[[noreturn]] void file_error(const std::filesystem::path& file, std::string_view what) {
    const int why = errno;
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "FileFailure";
    details.explanation.append(what).append(" ").append(file.string()).append(" failed: ").append(
        std::generic_category().message(why));
    throw_error(std::move(details));
}

[[noreturn]] void no_regular_file(const std::filesystem::path& file, std::string_view what) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "NoRegularFile";
    details.explanation.append(file.string()).append(" is no regular file: ").append(what);
    throw_error(std::move(details));
}

std::uint64_t source_size(const std::filesystem::path& file, const struct stat& about) {
    if (!S_ISREG(about.st_mode)) {
        no_regular_file(file, "give a BodyReader that reads it, and say how long it is");
    }
    return static_cast<std::uint64_t>(about.st_size);
}

class Descriptor {
  public:
    Descriptor() = default;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    // False where that failed: errno says why.
    [[nodiscard]] bool open(const std::filesystem::path& file, int flags) noexcept {
        static_cast<void>(close());
        number_ = ::open(file.c_str(), flags | O_CLOEXEC, 0666);
        return number_ >= 0;
    }
    // False where what was written may not have arrived: errno says why. The descriptor is gone in any case.
    bool close() noexcept { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }
    [[nodiscard]] int get() const noexcept { return number_; }
    [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

  private:
    int number_ = -1;
};

class MemoryReader final : public BodyReader {
  public:
    explicit MemoryReader(std::string bytes) : own_(std::move(bytes)), all_(std::as_bytes(std::span(own_))) {}
    explicit MemoryReader(blob bytes) : own_blob_(std::move(bytes)), all_(own_blob_) {}
    explicit MemoryReader(std::span<const std::byte> bytes) : all_(bytes) {}

    [[nodiscard]] awaitable<std::size_t> read(std::span<std::byte> room) override {
        const std::size_t count = std::min(room.size(), all_.size() - at_);
        std::ranges::copy(all_.subspan(at_, count), room.begin());
        at_ += count;
        co_return count;
    }
    [[nodiscard]] bool rewind() override {
        at_ = 0;
        return true;
    }
    [[nodiscard]] std::uint64_t size() const noexcept { return all_.size(); }

  private:
    std::string own_;
    blob own_blob_;
    std::span<const std::byte> all_;
    std::size_t at_ = 0;
};

class FileReader final : public BodyReader {
  public:
    explicit FileReader(std::filesystem::path file) : file_(std::move(file)) {}

    [[nodiscard]] awaitable<std::size_t> read(std::span<std::byte> room) override {
        if (!open_) static_cast<void>(open());
        ssize_t count = 0;
        do {
            count = ::read(open_.get(), room.data(), room.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) file_error(file_, "reading the file");
        co_return static_cast<std::size_t>(count);
    }
    // The file that was opened for the call, whatever has its name by now.
    [[nodiscard]] bool rewind() override { return !open_ || ::lseek(open_.get(), 0, SEEK_SET) == 0; }
    [[nodiscard]] std::uint64_t open() {
        if (!open_.open(file_, O_RDONLY | O_NONBLOCK)) file_error(file_, "opening the file");  // of a pipe it would wait
        struct stat about {};
        if (::fstat(open_.get(), &about) != 0) file_error(file_, "reading the file");
        return source_size(file_, about);
    }
    [[nodiscard]] std::uint64_t size() const {
        struct stat about {};
        if (::stat(file_.c_str(), &about) != 0) file_error(file_, "reading the file");
        return source_size(file_, about);
    }

  private:
    std::filesystem::path file_;
    Descriptor open_;
};

template <class Bytes>
class MemoryWriter final : public BodyWriter {
  public:
    explicit MemoryWriter(Bytes& bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] awaitable<void> write(std::span<const std::byte> piece) override {
        if (!std::exchange(begun_, true)) bytes_.clear();
        const auto* const first = reinterpret_cast<const typename Bytes::value_type*>(piece.data());
        bytes_.insert(bytes_.end(), first, first + piece.size());
        co_return;
    }
    [[nodiscard]] bool restart() override {
        begun_ = false;
        return true;
    }
    void finish() override {
        if (!begun_) bytes_.clear();
    }

  private:
    Bytes& bytes_;
    bool begun_ = false;
};

class FileWriter final : public BodyWriter {
  public:
    explicit FileWriter(std::filesystem::path file) : file_(std::move(file)) {}
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    ~FileWriter() override { discard(); }

    [[nodiscard]] awaitable<void> write(std::span<const std::byte> piece) override {
        begin();
        while (!piece.empty()) {
            const ssize_t count = ::write(open_.get(), piece.data(), piece.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) file_error(part_, "writing the file");
            piece = piece.subspan(static_cast<std::size_t>(count));
        }
        co_return;
    }
    [[nodiscard]] bool restart() override {
        discard();
        return true;
    }
    void finish() override {
        begin();
        if (!open_.close()) file_error(part_, "writing the file");
        if (std::rename(part_.c_str(), file_.c_str()) != 0) file_error(file_, "naming the file");
        part_.clear();
    }

  private:
    void begin() {
        if (open_) return;
        struct stat before {};
        const bool replaces = ::stat(file_.c_str(), &before) == 0;
        if (replaces && !S_ISREG(before.st_mode)) no_regular_file(file_, "give a BodyWriter that writes to it");
        make_part();
        if (replaces) take_over(before.st_mode & 0777);
    }
    // Some file systems refuse any change of permissions, so that it is asked only for one that there is.
    void take_over(mode_t permissions) {
        struct stat now {};
        const bool same = ::fstat(open_.get(), &now) == 0 && (now.st_mode & 0777) == permissions;
        if (!same && ::fchmod(open_.get(), permissions) != 0) file_error(part_, "giving its permissions to the file");
    }
    // Another writer may have a file of that name, or have left one behind.
    void make_part() {
        const std::string beginning = ".part" + std::to_string(::getpid()) + "-";
        std::filesystem::path part;
        unsigned number = 0;
        do {
            part = file_;
            part += beginning + std::to_string(number++);
        } while (!open_.open(part, O_WRONLY | O_CREAT | O_EXCL) && errno == EEXIST);
        if (!open_) file_error(part, "opening the file");
        part_ = std::move(part);
    }
    void discard() noexcept {
        static_cast<void>(open_.close());
        if (!part_.empty()) ::unlink(part_.c_str());
        part_.clear();
    }

    std::filesystem::path file_;
    std::filesystem::path part_;
    Descriptor open_;
};

}  // namespace

Source Source::of_file(const std::filesystem::path& file) {
    return Source(std::shared_ptr<BodyReader>(std::make_shared<FileReader>(file)));
}

Source Source::of(std::string bytes) {
    auto reader = std::make_shared<MemoryReader>(std::move(bytes));
    const std::uint64_t size = reader->size();
    return {std::move(reader), size};
}

Source Source::of(blob bytes) {
    auto reader = std::make_shared<MemoryReader>(std::move(bytes));
    const std::uint64_t size = reader->size();
    return {std::move(reader), size};
}

Source Source::view(std::span<const std::byte> bytes) {
    return {std::make_shared<MemoryReader>(bytes), bytes.size()};
}

Source Source::view(std::string_view bytes) { return view(std::as_bytes(std::span(bytes))); }

std::uint64_t Source::open() const { return is_file_ ? static_cast<FileReader&>(*reader_).open() : size_; }

std::uint64_t Source::size() const { return is_file_ ? static_cast<const FileReader&>(*reader_).size() : size_; }

Sink Sink::to_file(const std::filesystem::path& file) { return Sink(std::make_shared<FileWriter>(file)); }

Sink Sink::into(std::string& bytes) { return Sink(std::make_shared<MemoryWriter<std::string>>(bytes)); }

Sink Sink::into(blob& bytes) { return Sink(std::make_shared<MemoryWriter<blob>>(bytes)); }

}  // namespace botocraft
