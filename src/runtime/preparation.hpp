#pragma once
// What a session's first call finds out beyond environment and files: the region of the instance it runs on.

#include "auth/renewed.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>

#include <chrono>
#include <string>

namespace botocraft::detail {

// Asked once for all who wait, and once again after a while where it was not found.
class InstanceRegion {
  public:
    explicit InstanceRegion(const CredentialsContext& context);

    // Empty where there is none. Nothing is asked.
    [[nodiscard]] std::string known() const;
    // Throws TimeoutError after `deadline`.
    [[nodiscard]] awaitable<std::string> find(std::chrono::steady_clock::time_point deadline) const;

  private:
    auth::Renewed<std::string> region_;
};

}  // namespace botocraft::detail
