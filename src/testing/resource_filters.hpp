#pragma once
// Filters as EC2 has them: structures of a name and values, of which a resource must have one.

#include "schema/walk.hpp"

#include <botocraft/service.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace botocraft::testing {

class ResourceFilters {
  public:
    // Those of a request; none where it has no such member. Throws ModelledError where the model has nothing of that name.
    ResourceFilters(schema::ShapeRef request, const void* in, const orm::ServiceTables& tables, const orm::Model& model);

    [[nodiscard]] bool keeps(const void* structure) const;

  private:
    struct Filter {
        std::string path;
        std::string tag{};
        bool of_tags = false;
        std::vector<std::string> values{};
    };
    [[nodiscard]] std::vector<std::string> found(const Filter& filter, const void* structure) const;

    const orm::ServiceTables& tables_;
    const orm::Model& model_;
    schema::ShapeRef shape_;
    std::vector<Filter> filters_;
};

}  // namespace botocraft::testing
