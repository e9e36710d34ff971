#pragma once
// The arrays of generated tables: rows, and the enumerators in them.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "plan.hpp"

namespace botocraft::gen {

template <class Enum, std::size_t N>
std::string enumerator(std::string_view type, Enum value, const std::array<std::string_view, N>& names) {
    return std::string(type) + "::" + std::string(names.at(static_cast<std::size_t>(value)));
}

inline constexpr std::array<std::string_view, 15> argument_types = {
    "text", "texts", "boolean", "integer", "long_", "float_", "double_", "timestamp", "structure", "structures",
    "map",  "blob",  "lists",   "source",  "sink"};

// An array that grows row by row. Rows are written one a line.
class Rows {
  public:
    Rows(std::string_view type, std::string_view name) : head_("constexpr " + std::string(type) + ' ' + std::string(name)) {}

    void add(const std::string& row) {
        text_ += "    {" + row + "},\n";
        ++count_;
    }
    void comment(const std::string& text) { text_ += "    // " + text + '\n'; }
    [[nodiscard]] plan::Row count() const noexcept { return static_cast<plan::Row>(count_); }
    // An array cannot be empty: one row of zeros stands in.
    [[nodiscard]] std::string str() const { return head_ + "[] = {\n" + (count_ ? text_ : "    {},\n") + "};\n\n"; }

  private:
    std::string head_;
    std::string text_;
    std::size_t count_ = 0;
};

}  // namespace botocraft::gen
