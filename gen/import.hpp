#pragma once
// `gen import`: distils a botocore release into the API facts of specs/aws.

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::gen {

struct ImportOptions {
    std::filesystem::path botocore;         // a wheel or an unpacked folder
    std::filesystem::path specs = "specs";  // holds botocore.version and services.txt
    std::filesystem::path output;           // empty: `aws` below `specs`
    std::vector<std::string> services;      // empty: those of services.txt, and the files that all services share
    bool version_change = false;            // may the release differ from the pinned one?
};

struct ImportResult {
    std::string version;
    std::size_t files = 0;
    std::size_t changed = 0;
    std::size_t bytes = 0;
    std::vector<std::string> warnings;  // traits that the model of the API does not know, files of another version
};

// Everything is read and checked before the first file is written. Throws SpecError.
ImportResult import_botocore(const ImportOptions& options);

// The command: `gen import ...` with the arguments after `import`. Returns the exit status.
int import_command(const std::vector<std::string_view>& arguments, std::ostream& out);

}  // namespace botocraft::gen
