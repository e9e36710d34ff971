#pragma once
// Filters and orderings of queries: checked when they are added, applied to each model.

#include "schema/path.hpp"

#include <botocraft/service.hpp>
#include <botocraft/value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::detail {

// What a path of a query reads: a member, or a property of the model.
class Reader {
  public:
    // Throws UsageError that names the nearest member where there is none. `shape` without a schema: the elements are
    // strings, and the only path is `value`.
    Reader(const orm::ServiceTables& service, schema::TypeRef element, std::string_view path);

    // All values that the path has in one element, without those that are nothing.
    void read(const void* element, std::vector<Value>& values) const;
    // Whether the path leads to anything in one element: an empty list is something, null is not.
    [[nodiscard]] bool finds(const void* element) const;
    // What the path's values are, those in lists included, where that is known.
    [[nodiscard]] std::optional<schema::Kind> kind() const noexcept;
    // Throws UsageError, with `use` for who wants values, where the path leads to what has parts: there are none then.
    void check_values(std::string_view use) const;

  private:
    const orm::ServiceTables* service_;
    schema::TypeRef element_;
    std::optional<schema::Path> path_;  // nothing: a property, or the element itself
    std::uint16_t property_ = api::none;
};

class Lookup;

class Filter {
  public:
    // `spec` is a path, with or without a lookup: `runningCount__gt`.
    Filter(const orm::ServiceTables& service, schema::TypeRef element, std::string_view spec, Value value, bool exclude);

    [[nodiscard]] bool accepts(const void* element) const;

    struct Spec;  // the path, the lookup and its value

  private:
    Filter(const orm::ServiceTables& service, schema::TypeRef element, std::string_view spec, const Spec& parts,
           bool exclude);

    Reader reader_;
    std::shared_ptr<const Lookup> lookup_;
    bool exclude_;
};

struct Ordering {
    Reader reader;
    bool descending = false;
};

// Negative, zero or positive. Nothing comes last, in either direction.
[[nodiscard]] int compare(const Ordering& ordering, const void* a, const void* b);

}  // namespace botocraft::detail
