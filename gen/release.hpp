#pragma once
// A botocore release, as a wheel or unpacked: which data files it has, and their text.

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace botocraft::gen {

// Names are paths below botocore's `data` folder, with `/`, as the release has them: `ecs/2014-11-13/waiters-2.json`,
// `ecs/2014-11-13/service-2.json.gz`.
class Release {
  public:
    virtual ~Release() = default;

    [[nodiscard]] const std::string& version() const noexcept { return version_; }
    [[nodiscard]] const std::set<std::string>& names() const noexcept { return names_; }

    // Where messages say that a file is: `botocore-1.43.67-py3-none-any.whl/botocore/data/partitions.json`.
    [[nodiscard]] std::string describe(const std::string& name) const { return where_ + name; }

    // The texts of these files, unpacked. One pass over the release, so ask for everything at once.
    [[nodiscard]] std::map<std::string, std::string> read(const std::set<std::string>& names) const;

  protected:
    [[nodiscard]] virtual std::map<std::string, std::string> read_packed(const std::set<std::string>& names) const = 0;

    std::string version_;
    std::set<std::string> names_;
    std::string where_;
};

// Opens a wheel (`.whl`), or a folder that holds `botocore/data` or `data`. Throws SpecError when it is neither.
[[nodiscard]] std::unique_ptr<Release> open_release(const std::filesystem::path& path);

}  // namespace botocraft::gen
