#pragma once
// What others sent, as one line for people: a log, a terminal.

#include <cstddef>
#include <string>
#include <string_view>

namespace botocraft::detail {

// Appends the first `longest` bytes of the text, with `\x0a` in place of every byte by which it could forge lines, obey a
// terminal or turn the direction of writing, or that is no UTF-8. A character of `marked` gets a backslash before it.
// Whether something was cut off is shown.
void append_escaped(std::string& out, std::string_view text, std::size_t longest, std::string_view marked = {});

}  // namespace botocraft::detail
