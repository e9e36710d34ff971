#include "files.hpp"

#include <fstream>
#include <iterator>
#include <system_error>

#include "spec_error.hpp"

namespace botocraft::gen {

namespace fs = std::filesystem;

namespace {

bool holds(const fs::path& path, std::string_view text) {
    std::error_code failed;
    if (fs::file_size(path, failed) != text.size() || failed) return false;
    return read_file(path) == text;
}

// A finished file that waits to take its name; removed if it never does.
class Staged {
  public:
    Staged(fs::path path, std::string_view text) : path_(std::move(path)), waiting_(path_) {
        waiting_ += ".new";
        std::error_code failed;
        if (path_.has_parent_path()) fs::create_directories(path_.parent_path(), failed);
        std::ofstream file(waiting_, std::ios::binary | std::ios::trunc);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.close();
        if (!file) {
            fs::remove(waiting_, failed);
            throw SpecError({path_.string()}, "cannot be written: check the folder, permissions and free space");
        }
    }
    Staged(Staged&& other) noexcept : path_(std::move(other.path_)), waiting_(std::exchange(other.waiting_, {})) {}
    Staged& operator=(Staged&&) = delete;
    ~Staged() {
        std::error_code ignored;
        if (!waiting_.empty()) fs::remove(waiting_, ignored);
    }

    void take_its_place() {
        std::error_code failed;
        fs::rename(waiting_, path_, failed);
        if (failed) throw SpecError({path_.string()}, "cannot be replaced: " + failed.message());
        waiting_.clear();
    }

  private:
    fs::path path_;
    fs::path waiting_;
};

}  // namespace

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file || fs::is_directory(path)) throw SpecError({path.string()}, "cannot be read");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) throw SpecError({path.string()}, "cannot be read to its end");
    return text;
}

bool write_if_changed(const fs::path& path, std::string_view text) {
    if (holds(path, text)) return false;
    Staged(path, text).take_its_place();
    return true;
}

void FileSet::add(fs::path path, std::string text) { files_.emplace_back(std::move(path), std::move(text)); }

std::size_t FileSet::commit() {
    std::vector<Staged> staged;
    for (const auto& [path, text] : files_) {
        if (!holds(path, text)) staged.emplace_back(path, text);
    }
    for (Staged& file : staged) file.take_its_place();
    return staged.size();
}

}  // namespace botocraft::gen
