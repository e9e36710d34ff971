#pragma once
// The shared `config` and `credentials` files: where they are, how they are read and how their profiles merge.

#include <botocraft/environment.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::config {

// One property: a text, or the sub-properties that follow a property without a value (`s3 =`).
struct Property {
    std::string value;
    std::map<std::string, std::string, std::less<>> nested;
    bool has_nested = false;  // also where none of the sub-properties has a usable name
    std::string file;  // where it was read, for messages
    int line = 0;
};

using Section = std::map<std::string, Property, std::less<>>;
using Sections = std::map<std::string, Section, std::less<>>;

// Everything in both files. Property names are lower-case.
struct ProfileFiles {
    Sections profiles;
    Sections sso_sessions;
    Sections services;
    std::string config_path;
    std::string credentials_path;

    [[nodiscard]] const Section* profile(std::string_view name) const;
};

enum class FileKind : unsigned char { config, credentials };

// Adds the contents of one file. What is read later wins: add `config` first. `path` is for messages.
// Throws ConfigurationError naming file and line.
void parse_profile_file(FileKind kind, std::string_view text, const std::string& path, ProfileFiles& into);

struct FileLocations {
    std::string config;
    std::string credentials;
};
enum class Platform : unsigned char { posix, windows };
#ifdef _WIN32
inline constexpr Platform this_platform = Platform::windows;
#else
inline constexpr Platform this_platform = Platform::posix;
#endif

// HOME, or what the system says; empty where neither knows.
[[nodiscard]] std::string home_directory(const Environment& environment, Platform platform = this_platform);

// The path with its leading `~` made the home directory.
[[nodiscard]] std::string expand_home(std::string path, const Environment& environment,
                                      Platform platform = this_platform);

// The paths that code names.
struct NamedFiles {
    std::optional<std::string> config;
    std::optional<std::string> credentials;
};

// What code names, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or the usual places below the home directory. A leading
// `~` is the home directory. A path is empty where no home directory is known.
[[nodiscard]] FileLocations locate_profile_files(const Environment& environment, Platform platform = this_platform,
                                                 const NamedFiles& named = {});

// Reads and merges both files. A file that does not exist is an empty one, even if a variable names it: that is how one
// switches a file off. Throws ConfigurationError naming file, line and what to do.
[[nodiscard]] ProfileFiles load_profile_files(const Environment& environment, const NamedFiles& named = {});

}  // namespace botocraft::config
