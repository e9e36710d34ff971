#pragma once
// The faults that a test has scripted, and which of them befalls a request.

#include <botocraft/testing/fault.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::testing {

// Of `DescribeServices`, `ecs.DescribeServices` and `*`, whether it means this operation.
[[nodiscard]] bool names_operation(std::string_view name, std::string_view service,
                                   std::string_view operation) noexcept;

class FaultBook {
  public:
    void add(std::string_view operation, Fault fault);
    void clear() noexcept { entries_.clear(); }
    // The fault of this request, if any; it is used up by that.
    [[nodiscard]] std::optional<Fault::Script> take(std::string_view service, std::string_view operation,
                                                    std::string_view region);

  private:
    struct Entry {
        std::string operation;
        Fault::Script script;
    };
    std::vector<Entry> entries_;
};

}  // namespace botocraft::testing
