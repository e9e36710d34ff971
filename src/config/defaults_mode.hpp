#pragma once
// The defaults modes that AWS's SDKs share: sets of defaults for where a program runs.

#include <botocraft/environment.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::config {

enum class DefaultsMode : unsigned char { legacy, standard, in_region, cross_region, mobile, automatic };

// By its name in settings, in any case.
[[nodiscard]] std::optional<DefaultsMode> parse_defaults_mode(std::string_view name) noexcept;

struct ModeDefaults {
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds tls_timeout;
};

// `legacy` is this library's own choice, the others are AWS's. Not for `automatic`: choose one first.
[[nodiscard]] ModeDefaults defaults_of(DefaultsMode mode) noexcept;

// The region that a program runs in, as far as the environment of AWS's compute services tells; empty where it does not.
[[nodiscard]] std::string region_of_execution(const Environment& environment);

// What `automatic` comes to: `own` is the region that the program runs in (empty: not on AWS), `called` the one it calls.
[[nodiscard]] DefaultsMode choose_defaults_mode(std::string_view own, std::string_view called) noexcept;

}  // namespace botocraft::config
