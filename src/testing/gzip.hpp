#pragma once
// Bodies that come compressed.

#include <cstddef>
#include <string>
#include <string_view>

namespace botocraft::testing {

// Throws ProtocolError where that is not gzip, or more than `limit` bytes come out.
[[nodiscard]] std::string unzipped(std::string_view packed, std::size_t limit);

}  // namespace botocraft::testing
