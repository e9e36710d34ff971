#pragma once
// Reading a value out of a structure by a path: `deployments[0].status`, `tags__Team`, `containers.name`.

#include "schema/walk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace botocraft::schema {

// What is at the end of a path: nothing, a null, a scalar, or the place of a blob, document, structure, list or map.
// Strings and places point into the structure that was read.
struct Absent {
    friend bool operator==(Absent, Absent) = default;
};
struct Null {
    friend bool operator==(Null, Null) = default;
};
using Value = std::variant<Absent, Null, bool, std::int64_t, double, std::string_view, timestamp, ConstPlace>;

[[nodiscard]] Value value_of(ConstPlace place) noexcept;

// A path that was checked against a shape. Steps are separated by `.` or `__`.
//  - A name is a member; on a map, or on a list of tags, it is a key. `labels["a.b"]` is a key with any characters.
//  - `[2]` (or `.2`) is an element of a list, `[-1]` the last one.
//  - On any other list a name is read from every element, so that the path has several values; `[]` says so explicitly.
class Path {
  public:
    // None where the shape has no such path; `error`, where given, then says what it has instead.
    [[nodiscard]] static std::optional<Path> parse(ShapeRef shape, std::string_view text, std::string* error = nullptr);

    // The value; the first of several. Absent where there is none.
    [[nodiscard]] Value read(const void* structure) const;
    // All values, appended: one of a plain path, any number where it goes through lists.
    void read_all(const void* structure, std::vector<Value>& values) const;
    // Whether any of its values is there: an empty list or structure is, a null is not.
    [[nodiscard]] bool finds(const void* structure) const;

    [[nodiscard]] bool has_several() const noexcept { return several_; }
    // The row of the last step: what the path's values are.
    [[nodiscard]] const Schema& schema() const noexcept { return *shape_.schema; }
    [[nodiscard]] const Member& row() const noexcept { return *row_; }

  private:
    struct Step {
        enum class Form : std::uint8_t { member, index, each, map_key, tag_key } form;
        const Member* member = nullptr;
        std::int64_t index = 0;
        std::string key{};
    };
    class Parser;

    template <class Visit>
    bool visit(ConstPlace place, std::size_t step, Visit&& found) const;
    template <class Visit>
    void visit_from(const void* structure, Visit&& found) const;

    ShapeRef shape_;
    std::vector<Step> steps_;
    const Member* row_ = nullptr;
    bool several_ = false;
};

// Empty for a good path; otherwise what is wrong with it, and the nearest name that exists.
[[nodiscard]] std::string check_path(ShapeRef shape, std::string_view path);

// The member whose name is most like the wanted one; empty if none is.
[[nodiscard]] std::string_view nearest_member(ShapeRef shape, std::string_view wanted);

}  // namespace botocraft::schema
