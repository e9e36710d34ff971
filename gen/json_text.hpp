#pragma once
// JSON as text: parsing with errors that name file and line, and writing in a form that makes readable diffs.

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace botocraft::gen {

// The parsed text. Throws SpecError naming `file` and the line of the mistake.
[[nodiscard]] boost::json::value parse_json(std::string_view text, const std::string& file);

// Appends the value without spaces. Entries of the outer `levels` levels, and those of every array called `rules`,
// stand on lines of their own. Keys keep their order; numbers take the shortest form that reads back equal.
void write_json(std::string& out, const boost::json::value& value, int levels);

}  // namespace botocraft::gen
