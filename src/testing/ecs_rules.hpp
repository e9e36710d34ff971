#pragma once
// What many operations of ECS have in common: how they refuse, page and name things.

#include "testing/pages.hpp"
#include "testing/service_double.hpp"

#include <botocraft/ecs/types.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace botocraft::testing::ecs_rules {

[[noreturn]] inline void invalid(std::string message) {
    throw ModelledError("InvalidParameterException", std::move(message));
}
[[noreturn]] inline void client_error(std::string message) {
    throw ModelledError("ClientException", std::move(message));
}

// The text of a member, or empty.
[[nodiscard]] inline std::string_view text(const field<std::string>& member) noexcept {
    return member ? std::string_view(*member) : std::string_view();
}

[[nodiscard]] inline bool includes(const list<std::string>& include, std::string_view what) noexcept {
    return std::ranges::find(include, what) != include.end();
}

// Of 1 to 255 letters, digits, hyphens and underscores.
void check_name(std::string_view name, std::string_view what);
void check_tags(const list<ecs::Tag>& tags);
// Throws where a request names more than AWS takes at once, or nothing at all.
void check_batch(std::size_t size, std::size_t most, std::string_view what);

// What follows the last `/` or, in `family:1`, the whole: `web` of
// `arn:aws:ecs:us-east-1:123456789012:service/prod/web`.
[[nodiscard]] std::string_view last_part(std::string_view name_or_arn) noexcept;

ecs::Failure failure(std::string arn, std::string reason);

// The page that `in` asks for of the sorted map `all`: `arn_of(key, value)` says what to list, empty to leave it out.
// `list` names the operation and its filters, so that a token of another list is refused.
template <class In, class Map, class ArnOf>
void list_page(const In& in, std::string list_name, const Map& all, int default_size, list<std::string>& arns,
               field<std::string>& next_token, ArnOf arn_of) {
    const int size = in.maxResults.value_or(default_size);
    if (size < 1 || size > 100) invalid("maxResults must be between 1 and 100.");
    auto at = all.begin();
    if (in.nextToken && !in.nextToken->empty()) {
        const auto last = read_token(list_name, *in.nextToken);
        if (!last) invalid("Invalid token.");
        at = all.upper_bound(*last);
    }
    arns.clear();
    std::string last;
    for (; at != all.end(); ++at) {
        std::string arn = arn_of(at->first, at->second);
        if (arn.empty()) continue;
        if (arns.size() == static_cast<std::size_t>(size)) {
            next_token = make_token(list_name, last);
            return;
        }
        last = at->first;
        arns.push_back(std::move(arn));
    }
}

}  // namespace botocraft::testing::ecs_rules
