#pragma once
// The canonical forms of path, query and header values that a signature is taken over.

#include <auth/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::auth {

// Appends `text` with all but unreserved characters (and `/`, when kept) as %XX.
void append_encoded(std::string& out, std::string_view text, bool keep_slash = false);

// The same to room for that many characters, of which some behind the end are written to as well; returns the end.
[[nodiscard]] constexpr std::size_t encoded_room(std::size_t size) noexcept { return 3 * size + 8; }
[[nodiscard]] char* write_encoded(char* to, std::string_view text, bool keep_slash = false) noexcept;

// Appends `text` with its %XX resolved; a % that begins none stays.
void append_decoded(std::string& out, std::string_view text);

// Appends the value without blanks around it and with every run of spaces inside it as one.
void append_trimmed(Writer& out, std::string_view value);

// Appends the path as it is signed. `encode`: what stands on the request line, encoded once more. `normalize`: without
// empty, `.` and `..` segments.
void append_canonical_path(std::string& out, std::string_view path, bool encode, bool normalize);

// Sorts and encodes the parameters of a query. Keeps its memory.
class CanonicalQuery {
  public:
    // Leaves out the parameter called `except`.
    void append(std::string& out, std::string_view query, std::string_view except = {});

  private:
    struct Parameter {
        std::uint32_t begin, equals, end;
    };
    std::string decoded_;
    std::string encoded_;
    std::vector<Parameter> parameters_;
};

}  // namespace botocraft::auth
