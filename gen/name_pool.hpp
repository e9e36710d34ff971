#pragma once
// All texts of a service's tables in one string: entries as `"name":`, ready to be copied into JSON, and texts that are
// found inside of what is there already.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "botocraft/service.hpp"

namespace botocraft::gen {

class NamePool {
  public:
    // Offset of the opening quote of `"name":`.
    std::uint32_t entry(std::string_view name);

    // Offset and length of the bare text.
    api::Text text(std::string_view text);

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

    // The string as C++: one literal in lines.
    [[nodiscard]] std::string emit() const;

  private:
    std::string bytes_;
    std::unordered_map<std::string, std::uint32_t> entries_;
    std::unordered_map<std::string, std::uint32_t> texts_;
};

}  // namespace botocraft::gen
