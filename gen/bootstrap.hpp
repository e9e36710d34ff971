#pragma once
// A first overlay: which structures of a service look like resources, and which operations read, make, change and end them.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "api_model.hpp"

namespace botocraft::gen {

// An overlay that `gen generate` takes. What was guessed and does not fit is left out.
[[nodiscard]] std::string bootstrap(const Api& facts);

// gen bootstrap SERVICE --specs DIR
int bootstrap_command(const std::vector<std::string_view>& arguments, std::ostream& out);

}  // namespace botocraft::gen
