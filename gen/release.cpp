#include "release.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <boost/crc.hpp>
#include <cstdint>
#include <functional>
#include <string_view>

#include "files.hpp"
#include "spec_error.hpp"

namespace botocraft::gen {

namespace fs = std::filesystem;

namespace {

struct CloseArchive {
    void operator()(archive* handle) const noexcept { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, CloseArchive>;

[[noreturn]] void fail(archive* handle, const std::string& file) {
    const char* reason = archive_error_string(handle);
    throw SpecError({file}, std::string("the archive is damaged or not one: ") + (reason ? reason : "unknown reason"));
}

std::string read_entry(archive* handle, const std::string& file) {
    std::string text;
    char block[65536];
    while (true) {
        const la_ssize_t size = archive_read_data(handle, block, sizeof block);
        if (size < 0) fail(handle, file);
        if (size == 0) return text;
        text.append(block, static_cast<std::size_t>(size));
    }
}

std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

// libarchive does not compare the checksum at the end of a gzip file; a flipped bit must not become a fact.
void check_gzip_trailer(std::string_view packed, std::string_view text, const std::string& file) {
    boost::crc_32_type checksum;
    checksum.process_bytes(text.data(), text.size());
    const std::string_view trailer = packed.substr(packed.size() - 8);
    if (little_endian(trailer) != checksum.checksum() ||
        little_endian(trailer.substr(4)) != static_cast<std::uint32_t>(text.size())) {
        throw SpecError({file}, "the archive is damaged: its checksum does not match its content");
    }
}

std::string unpack_gzip(const std::string& packed, const std::string& file) {
    const Archive reader(archive_read_new());
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_format_raw(reader.get());
    archive_entry* entry = nullptr;
    if (archive_read_open_memory(reader.get(), packed.data(), packed.size()) != ARCHIVE_OK ||
        archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK) {
        fail(reader.get(), file);
    }
    if (archive_filter_code(reader.get(), 0) != ARCHIVE_FILTER_GZIP || packed.size() < 18) {
        throw SpecError({file}, "the archive is damaged or not one: no gzip header");
    }
    std::string text = read_entry(reader.get(), file);
    check_gzip_trailer(packed, text, file);
    return text;
}

// `1.43.67` out of the line `__version__ = '1.43.67'`.
std::string version_in(std::string_view source, const std::string& file) {
    constexpr std::string_view name = "__version__ = ";
    const std::size_t at = source.find(name);
    if (at != std::string_view::npos && at + name.size() < source.size()) {
        const char quote = source[at + name.size()];
        const std::size_t begin = at + name.size() + 1;
        const std::size_t end = source.find(quote, begin);
        const bool quoted = quote == '\'' || quote == '"';
        if (quoted && end != std::string_view::npos && end > begin) {
            return std::string(source.substr(begin, end - begin));
        }
    }
    throw SpecError({file}, "does not say which version of botocore this is (`__version__ = '...'`)");
}

class Wheel : public Release {
  public:
    explicit Wheel(fs::path path) : path_(std::move(path)) {
        where_ = path_.string() + "/" + std::string(data);
        std::string init;
        for_each_entry([&](archive* handle, const std::string& name) {
            if (name == init_file) init = read_entry(handle, path_.string() + "/" + name);
            if (name.starts_with(data) && !name.ends_with('/')) names_.insert(name.substr(data.size()));
        });
        if (names_.empty()) throw SpecError({path_.string()}, "is not a wheel of botocore: it has no botocore/data");
        version_ = version_in(init, path_.string() + "/" + std::string(init_file));
    }

  private:
    static constexpr std::string_view data = "botocore/data/";
    static constexpr std::string_view init_file = "botocore/__init__.py";

    [[nodiscard]] std::map<std::string, std::string> read_packed(const std::set<std::string>& names) const override {
        std::map<std::string, std::string> texts;
        for_each_entry([&](archive* handle, const std::string& entry) {
            if (!entry.starts_with(data)) return;
            std::string name = entry.substr(data.size());
            if (!names.contains(name)) return;
            std::string text = read_entry(handle, describe(name));
            texts.insert_or_assign(std::move(name), std::move(text));
        });
        return texts;
    }

    void for_each_entry(const std::function<void(archive*, const std::string&)>& visit) const {
        const Archive reader(archive_read_new());
        archive_read_support_format_zip(reader.get());
        if (archive_read_open_filename(reader.get(), path_.c_str(), 1U << 16U) != ARCHIVE_OK) {
            fail(reader.get(), path_.string());
        }
        while (true) {
            archive_entry* entry = nullptr;
            const int state = archive_read_next_header(reader.get(), &entry);
            if (state == ARCHIVE_EOF) return;
            if (state != ARCHIVE_OK) fail(reader.get(), path_.string());
            if (const char* name = archive_entry_pathname(entry)) visit(reader.get(), name);
        }
    }

    fs::path path_;
};

class Folder : public Release {
  public:
    explicit Folder(const fs::path& package) : data_(package / "data") {
        where_ = data_.string() + "/";
        for (const auto& entry : fs::recursive_directory_iterator(data_)) {
            if (entry.is_regular_file()) names_.insert(entry.path().lexically_relative(data_).generic_string());
        }
        const fs::path init = package / "__init__.py";
        version_ = version_in(read_file(init), init.string());
    }

  private:
    [[nodiscard]] std::map<std::string, std::string> read_packed(const std::set<std::string>& names) const override {
        std::map<std::string, std::string> texts;
        for (const std::string& name : names) texts.emplace(name, read_file(data_ / name));
        return texts;
    }

    fs::path data_;
};

}  // namespace

std::map<std::string, std::string> Release::read(const std::set<std::string>& names) const {
    auto texts = read_packed(names);
    for (const std::string& name : names) {
        const auto found = texts.find(name);
        if (found == texts.end()) throw SpecError({describe(name)}, "is missing");
        if (name.ends_with(".gz")) found->second = unpack_gzip(found->second, describe(name));
    }
    return texts;
}

std::unique_ptr<Release> open_release(const fs::path& path) {
    if (fs::is_directory(path / "botocore" / "data")) return std::make_unique<Folder>(path / "botocore");
    if (fs::is_directory(path / "data")) return std::make_unique<Folder>(path);
    if (fs::is_directory(path)) {
        throw SpecError({path.string()}, "is not an unpacked botocore: it has neither botocore/data nor data");
    }
    if (!fs::exists(path)) throw SpecError({path.string()}, "does not exist");
    return std::make_unique<Wheel>(path);
}

}  // namespace botocraft::gen
