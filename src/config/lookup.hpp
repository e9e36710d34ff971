#pragma once
// Where settings may stand, in the order in which they count; and the errors of those that cannot be used.

#include <botocraft/environment.hpp>

#include <config/names.hpp>
#include <config/profile_file.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace botocraft::config {

// A value and the words that tell a person where it stands.
struct Found {
    std::string value;
    std::string source;  // `code`, `AWS_REGION`, `region in ~/.aws/config, line 3`
};

[[noreturn]] void fail(std::string code, std::string explanation);
[[noreturn]] void fail_value(const Found& found, std::string_view expected);

[[nodiscard]] std::string source_of(std::string_view name, const Property& property);
[[nodiscard]] bool to_bool(const Found& found);

// Looks in the environment and one profile.
class Lookup {
  public:
    Lookup(const Environment& environment, const Section* profile) : environment_(environment), profile_(profile) {}

    // What is empty or blank counts as not set.
    [[nodiscard]] std::optional<Found> variable(std::string_view name) const;
    [[nodiscard]] std::optional<Found> property(std::string_view name) const;
    [[nodiscard]] std::optional<Found> nested(std::string_view name, std::string_view inner) const;  // `s3 =`, indented
    [[nodiscard]] std::optional<Found> any(const Setting& setting) const;

  private:
    const Environment& environment_;
    const Section* profile_;
};

}  // namespace botocraft::config
