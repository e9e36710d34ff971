#include "config/defaults_mode.hpp"

#include "config/names.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace botocraft::config {

std::optional<DefaultsMode> parse_defaults_mode(std::string_view name) noexcept {
    constexpr std::array<std::pair<std::string_view, DefaultsMode>, 6> modes = {{
        {"legacy", DefaultsMode::legacy},
        {"standard", DefaultsMode::standard},
        {"in-region", DefaultsMode::in_region},
        {"cross-region", DefaultsMode::cross_region},
        {"mobile", DefaultsMode::mobile},
        {"auto", DefaultsMode::automatic},
    }};
    for (const auto& [known, mode] : modes) {
        if (equal_ignoring_case(name, known)) return mode;
    }
    return std::nullopt;
}

ModeDefaults defaults_of(DefaultsMode mode) noexcept {
    using std::chrono::milliseconds;
    switch (mode) {
        case DefaultsMode::in_region: return {milliseconds(1100), milliseconds(1100)};
        case DefaultsMode::standard:
        case DefaultsMode::cross_region: return {milliseconds(3100), milliseconds(3100)};
        case DefaultsMode::mobile: return {milliseconds(30000), milliseconds(30000)};
        case DefaultsMode::legacy:
        case DefaultsMode::automatic: break;
    }
    return {std::chrono::seconds(5), std::chrono::seconds(10)};
}

std::string region_of_execution(const Environment& environment) {
    const auto variable = [&environment](const Setting& setting) {
        return environment.variable(setting.variable).value_or(std::string());
    };
    if (variable(names::execution_environment).empty()) return {};
    std::string region = variable(names::region);
    return region.empty() ? variable(names::default_region) : region;
}

DefaultsMode choose_defaults_mode(std::string_view own, std::string_view called) noexcept {
    if (own.empty()) return DefaultsMode::standard;
    return own == called ? DefaultsMode::in_region : DefaultsMode::cross_region;
}

}  // namespace botocraft::config
