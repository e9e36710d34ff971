#include "testing/ecs_rules.hpp"

namespace botocraft::testing::ecs_rules {

void check_name(std::string_view name, std::string_view what) {
    const bool valid = !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!valid) {
        invalid(std::string(what) + " must have 1 to 255 letters, digits, hyphens and underscores.");
    }
}

void check_tags(const list<ecs::Tag>& tags) {
    if (tags.size() > 50) invalid("A resource has at most 50 tags.");
    for (const ecs::Tag& tag : tags) {
        const std::string_view key = text(tag.key);
        if (key.empty() || key.size() > 128) invalid("The key of a tag has 1 to 128 characters.");
        if (text(tag.value).size() > 256) invalid("The value of a tag has at most 256 characters.");
        if (key.starts_with("aws:")) invalid("Keys of tags that begin with aws: are reserved.");
        const auto same = [&](const ecs::Tag& other) { return text(other.key) == key; };
        if (std::ranges::count_if(tags, same) > 1) invalid("Duplicate tag key.");
    }
}

void check_batch(std::size_t size, std::size_t most, std::string_view what) {
    if (size == 0) invalid(std::string(what) + " cannot be empty.");
    if (size > most) {
        invalid(std::string(what) + " cannot have more than " + std::to_string(most) + " elements.");
    }
}

std::string_view last_part(std::string_view name_or_arn) noexcept {
    const auto slash = name_or_arn.rfind('/');
    return slash == std::string_view::npos ? name_or_arn : name_or_arn.substr(slash + 1);
}

ecs::Failure failure(std::string arn, std::string reason) {
    ecs::Failure made;
    made.arn = std::move(arn);
    made.reason = std::move(reason);
    return made;
}

}  // namespace botocraft::testing::ecs_rules
