#include "resource_tags.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "names.hpp"
#include "resource_words.hpp"

namespace botocraft::gen {

namespace {

// What operations for any resource call it; the first of these counts most.
constexpr std::array<std::string_view, 3> any_resource{"Resource", "Resources", ""};

bool is_list_of_texts(const Api& facts, const Shape& shape) {
    return shape.type == ShapeType::list && facts.target(*shape.element).type == ShapeType::string;
}

// The one text that has to be given.
const Member* only_text(const Api& facts, const Shape& input) {
    const Member* found = nullptr;
    for (const Member& member : input.members) {
        if (!member.required || facts.target(member).type != ShapeType::string) continue;
        if (found) return nullptr;
        found = &member;
    }
    return found;
}

const Member* find_tag_keys(const Api& facts, const Shape& input) {
    const auto found = std::ranges::find_if(input.members, [&](const Member& member) {
        return is_list_of_texts(facts, facts.target(member)) && snake_case(member.name).find("key") != std::string::npos;
    });
    return found == input.members.end() ? nullptr : &*found;
}

enum class Kind : unsigned char { tag, untag, read };

std::optional<TagCall> call_of(const Api& facts, const Operation& operation, Kind kind) {
    if (!operation.input) return std::nullopt;
    const Shape& input = facts.target(*operation.input);
    const Member* tags = nullptr;
    switch (kind) {
        case Kind::tag: tags = find_tags(facts, input); break;
        case Kind::untag: tags = find_tag_keys(facts, input); break;
        case Kind::read: tags = operation.output ? find_tags(facts, facts.target(*operation.output)) : nullptr; break;
    }
    const Member* const resource = only_text(facts, input);
    if (!tags || !resource) return std::nullopt;
    return TagCall{&operation, resource->name, tags->name};
}

// What remains of an operation's name: `TagRole` -> `Role`, `ListTagsForResource` -> `Resource`.
std::optional<std::string> subject_of(std::string_view name, Kind kind) {
    const auto within = [name](std::string_view begin, std::string_view end) -> std::optional<std::string> {
        if (name.size() < begin.size() + end.size() || !name.starts_with(begin) || !name.ends_with(end)) return std::nullopt;
        return std::string(name.substr(begin.size(), name.size() - begin.size() - end.size()));
    };
    using Frame = std::pair<std::string_view, std::string_view>;
    constexpr std::array<Frame, 3> tagging{Frame{"AddTagsTo", ""}, Frame{"Tag", ""}, Frame{"Create", "Tags"}};
    constexpr std::array<Frame, 3> untagging{Frame{"RemoveTagsFrom", ""}, Frame{"Untag", ""}, Frame{"Delete", "Tags"}};
    constexpr std::array<Frame, 4> reading{Frame{"ListTagsFor", ""}, Frame{"List", "Tags"}, Frame{"Describe", "Tags"}, Frame{"Get", "Tags"}};
    const auto first = [&](const auto& frames) -> std::optional<std::string> {
        for (const auto& [begin, end] : frames) {
            if (auto subject = within(begin, end)) return subject;
        }
        return std::nullopt;
    };
    switch (kind) {
        case Kind::tag: return first(tagging);
        case Kind::untag: return first(untagging);
        case Kind::read: break;
    }
    return first(reading);
}

std::optional<TagCall> find_call(const Api& facts, const std::vector<std::string>& nouns, Kind kind) {
    std::optional<TagCall> general;
    std::size_t rank = any_resource.size();
    for (const Operation& operation : facts.operations) {
        const auto subject = subject_of(operation.name, kind);
        if (!subject || operation.deprecated) continue;
        const bool own = std::ranges::any_of(nouns, [&](const std::string& noun) {
            return equal_ignoring_case(*subject, noun) || equal_ignoring_case(singular(*subject), noun);
        });
        const auto place = static_cast<std::size_t>(std::ranges::find(any_resource, *subject) - any_resource.begin());
        if (!own && place >= rank) continue;
        std::optional<TagCall> call = call_of(facts, operation, kind);
        if (own && call) return call;
        if (!call) continue;
        general = std::move(call);
        rank = place;
    }
    return general;
}

}  // namespace

TagCalls find_tag_calls(const Api& facts, const std::vector<std::string>& nouns) {
    return {find_call(facts, nouns, Kind::tag), find_call(facts, nouns, Kind::untag), find_call(facts, nouns, Kind::read)};
}

bool is_tag(const Api& facts, const Shape& shape) {
    if (shape.type != ShapeType::structure || shape.members.size() != 2) return false;
    bool key = false, value = false;
    for (const Member& member : shape.members) {
        if (facts.target(member).type != ShapeType::string) return false;
        const std::string last = snake_case(last_word(member.name));
        key = key || last == "key";
        value = value || last == "value";
    }
    return key && value;
}

const Member* find_tags(const Api& facts, const Shape& shape) {
    const auto found = std::ranges::find_if(shape.members, [&](const Member& member) {
        const Shape& type = facts.target(member);
        const bool called_so = snake_case(member.name).find("tag") != std::string::npos;
        return called_so && type.type == ShapeType::list && is_tag(facts, facts.target(*type.element));
    });
    return found == shape.members.end() ? nullptr : &*found;
}

}  // namespace botocraft::gen
