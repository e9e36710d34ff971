#pragma once
// `gen partitions`: the partitions that the library knows, as a constant.

#include <iosfwd>
#include <string_view>
#include <vector>

namespace botocraft::gen {

int partitions_command(const std::vector<std::string_view>& arguments, std::ostream& out);

}  // namespace botocraft::gen
