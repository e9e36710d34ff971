#pragma once
// Reading files whole, and writing them so that nobody ever sees a half-written one.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::gen {

// The bytes of a file. Throws SpecError naming the file.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

// Writes beside the file and renames; leaves a file alone that has this text already, so that what depends on it is not
// rebuilt. Makes the folder. Returns whether the file changed.
bool write_if_changed(const std::filesystem::path& path, std::string_view text);

// Files that belong together: all of them are on the disk before the first one replaces its predecessor.
class FileSet {
  public:
    void add(std::filesystem::path path, std::string text);

    // Puts every file whose text is new in its place and returns how many that were. On an error before the first
    // replacement nothing has changed.
    std::size_t commit();

  private:
    std::vector<std::pair<std::filesystem::path, std::string>> files_;
};

}  // namespace botocraft::gen
