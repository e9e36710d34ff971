#pragma once
// A folder for one test, and what it takes to fill it with a botocore release.

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

namespace test {

namespace fs = std::filesystem;

class TempDir {
  public:
    TempDir() {
        std::string name = (fs::temp_directory_path() / "botocraft-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }

  private:
    fs::path path_;
};

inline void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Every file below a folder, by its name relative to it.
inline std::map<std::string, std::string> read_all(const fs::path& folder) {
    std::map<std::string, std::string> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = read(entry.path());
    }
    return files;
}

// Writes the files into an archive: a zip, or for a single file a gzip.
inline void pack(const fs::path& path, const std::map<std::string, std::string>& files, bool gzip = false) {
    archive* writer = archive_write_new();
    if (gzip) {
        archive_write_add_filter_gzip(writer);
        archive_write_set_format_raw(writer);
    } else {
        archive_write_set_format_zip(writer);
    }
    fs::create_directories(path.parent_path());
    if (archive_write_open_filename(writer, path.c_str()) != ARCHIVE_OK) throw std::runtime_error("cannot pack");
    for (const auto& [name, text] : files) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(writer, entry);
        archive_write_data(writer, text.data(), text.size());
        archive_entry_free(entry);
    }
    archive_write_free(writer);
}

}  // namespace test
