#pragma once
// `gen generate`: the C++ of a service from its API facts and its overlay.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan.hpp"

namespace botocraft::gen {

struct Generated {
    std::vector<std::pair<std::string, std::string>> files;  // path below the output folder, text
    std::vector<plan::LeftOut> left_out;                     // relations to services without an overlay
    std::size_t models = 0, methods = 0, relations = 0;      // with those that are left out
};

// Reads `specs`/aws/<service>.json and `specs`/models/<service>.yaml. Throws a SpecError with everything that is wrong.
[[nodiscard]] Generated generate(const std::string& service, const std::filesystem::path& specs);

int generate_command(const std::vector<std::string_view>& arguments, std::ostream& out);

}  // namespace botocraft::gen
