#include <botocraft/clock.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>
#include <botocraft/testing/environment.hpp>

#include <config/wipe.hpp>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace botocraft {

namespace {

constexpr off_t largest_at_once = 16 * 1024 * 1024;  // a longer file is read piece by piece

[[noreturn]] void throw_unreadable(const std::string& path, const std::string& why) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = "FileUnreadable";
    details.explanation = "the file " + path + " is there and cannot be read (" + why +
                          "): make it readable for the user who runs this program, or name another one";
    throw_error(std::move(details));
}

bool is_null_device(const struct stat& facts) {
    struct stat null{};
    return S_ISCHR(facts.st_mode) && ::stat("/dev/null", &null) == 0 && null.st_rdev == facts.st_rdev;
}

class SystemEnvironment final : public Environment {
  public:
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const override {
        const char* value = std::getenv(std::string(name).c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    }

    [[nodiscard]] std::optional<std::string> read_file(const std::string& path) const override {
        struct Close {
            void operator()(std::FILE* file) const noexcept { std::fclose(file); }
        };
        // What is no file (a pipe, a terminal) is not waited for, neither when it is opened nor when it is read: the thread
        // that asks is the caller's. A child process that is started meanwhile does not inherit it.
        const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (opened < 0) {
            if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
            throw_unreadable(path, std::generic_category().message(errno));
        }
        const std::unique_ptr<std::FILE, Close> file(fdopen(opened, "rb"));
        if (!file) {
            ::close(opened);
            throw_unreadable(path, std::generic_category().message(ENOMEM));
        }
        std::setvbuf(file.get(), nullptr, _IONBF, 0);  // what is read may be secret: no copy in a buffer of the library
        struct stat facts{};
        const bool seen = fstat(opened, &facts) == 0;
        if (seen && is_null_device(facts)) return std::string();  // how programs are told to read no settings
        if (!seen || !S_ISREG(facts.st_mode)) throw_unreadable(path, "it is no regular file");
        // As long as the file is, and one more to see its end: then nothing is left behind by growing.
        const bool known = facts.st_size > 0 && facts.st_size < largest_at_once;
        std::string text(known ? static_cast<std::size_t>(facts.st_size) + 1 : 4096, '\0');
        std::size_t size = 0;
        while (const std::size_t read = std::fread(text.data() + size, 1, text.size() - size, file.get())) {
            size += read;
            if (size < text.size()) continue;
            std::string larger;
            larger.reserve(2 * size);
            larger.append(text).resize(2 * size);
            config::wipe(text);
            text = std::move(larger);
        }
        if (std::ferror(file.get()) != 0) {
            const int problem = errno;
            config::wipe(text);
            throw_unreadable(path, std::generic_category().message(problem));
        }
        text.resize(size);
        return text;
    }

    // Through a file beside it that is then renamed: who reads meanwhile sees the old text or the new one.
    [[nodiscard]] bool write_private_file(const std::string& path, std::string_view text) const override {
        std::error_code problem;
        const std::filesystem::path folder = std::filesystem::path(path).parent_path();
        if (!folder.empty()) std::filesystem::create_directories(folder, problem);
        std::string beside = path + ".XXXXXX";
        const int file = mkstemp(beside.data());  // readable and writable for its owner only
        if (file < 0) return false;
        bool good = true;
        while (good && !text.empty()) {
            const ssize_t written = ::write(file, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            good = written > 0;
            if (good) text.remove_prefix(static_cast<std::size_t>(written));
        }
        good = ::close(file) == 0 && good;
        good = good && std::rename(beside.c_str(), path.c_str()) == 0;
        if (!good) ::unlink(beside.c_str());
        return good;
    }

    [[nodiscard]] std::optional<std::string> home_directory() const override {
        std::vector<char> buffer(16 * 1024);
        passwd entry{};
        passwd* found = nullptr;
        if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr ||
            found->pw_dir == nullptr) {
            return std::nullopt;
        }
        return std::string(found->pw_dir);
    }
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        return std::chrono::system_clock::now();
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::now();
    }
};

}  // namespace

std::shared_ptr<const Environment> system_environment() { return std::make_shared<const SystemEnvironment>(); }

std::shared_ptr<const Clock> system_clock() { return std::make_shared<const SystemClock>(); }

std::optional<std::string> testing::FakeEnvironment::read_file(const std::string& path) const {
    if (unreadable_.contains(path)) throw_unreadable(path, "Permission denied");
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(path);
    return found == files_.end() ? std::nullopt : std::optional(found->second);
}

bool testing::FakeEnvironment::write_private_file(const std::string& path, std::string_view text) const {
    const std::lock_guard lock(mutex_);
    files_.insert_or_assign(path, std::string(text));
    return true;
}

bool Environment::write_private_file(const std::string&, std::string_view) const { return false; }

}  // namespace botocraft
