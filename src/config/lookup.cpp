#include <config/lookup.hpp>
#include <text/case.hpp>

#include <botocraft/error.hpp>

#include <utility>

namespace botocraft::config {

void fail(std::string code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = std::move(code);
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

void fail_value(const Found& found, std::string_view expected) {
    fail("InvalidSetting", "\"" + found.value + "\" (" + found.source + ") cannot be used: it must be " +
                               std::string(expected));
}

std::string source_of(std::string_view name, const Property& property) {
    return std::string(name) + " in " + property.file + ", line " + std::to_string(property.line);
}

bool to_bool(const Found& found) {
    const std::string text = lower_case(found.value);
    if (text == "true") return true;
    if (text == "false") return false;
    fail_value(found, "true or false");
}

std::optional<Found> Lookup::variable(std::string_view name) const {
    auto value = environment_.variable(name);
    if (!value || value->find_first_not_of(" \t") == value->npos) return std::nullopt;
    return Found{*std::move(value), std::string(name)};
}

std::optional<Found> Lookup::property(std::string_view name) const {
    if (profile_ == nullptr) return std::nullopt;
    const auto at = profile_->find(name);
    if (at == profile_->end() || at->second.value.empty()) return std::nullopt;
    return Found{at->second.value, source_of(name, at->second)};
}

std::optional<Found> Lookup::nested(std::string_view name, std::string_view inner) const {
    if (profile_ == nullptr) return std::nullopt;
    const auto outer = profile_->find(name);
    if (outer == profile_->end()) return std::nullopt;
    const auto at = outer->second.nested.find(inner);
    if (at == outer->second.nested.end() || at->second.empty()) return std::nullopt;
    return Found{at->second, std::string(inner) + " of " + source_of(name, outer->second)};
}

std::optional<Found> Lookup::any(const Setting& setting) const {
    if (auto found = variable(setting.variable)) return found;
    return property(setting.key);
}

}  // namespace botocraft::config
