#include "resource_words.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "names.hpp"
#include "resource_tags.hpp"

namespace botocraft::gen {

namespace {

constexpr std::array<std::string_view, 11> makes = {"Create", "Register", "Put",      "Import", "Upload",    "Run",
                                                    "Request", "Allocate", "Schedule", "Add",   "Set"};
constexpr std::array<std::string_view, 4> changes = {"Update", "Modify", "Put", "Set"};
constexpr std::array<std::string_view, 7> ends = {"Delete", "Deregister", "Remove", "Terminate", "Release", "Cancel", "Unregister"};
constexpr std::array<std::string_view, 2> reads = {"Describe", "Get"};
constexpr std::array<std::string_view, 3> lists = {"List", "Describe", "Get"};

// What AWS puts behind the name of a resource where a structure only describes it.
constexpr std::array<std::string_view, 14> suffixes = {"Description", "Summary", "Details", "Detail",   "Info",   "ListEntry", "ListItem",
                                                       "Entry",       "Item",    "Type",    "Metadata", "Member", "Output",    "Data"};

std::string without_suffix(std::string_view name) {
    for (const std::string_view suffix : suffixes) {
        if (name.size() > suffix.size() && name.ends_with(suffix)) return std::string(name.substr(0, name.size() - suffix.size()));
    }
    return std::string(name);
}

// What stands behind the verb; empty where the operation has another verb.
std::string_view noun_of(std::string_view operation, std::string_view verb) {
    if (!operation.starts_with(verb) || operation.size() == verb.size()) return {};
    const char next = operation[verb.size()];
    return next >= 'A' && next <= 'Z' ? operation.substr(verb.size()) : std::string_view();
}

bool is_word_end(std::string_view whole, std::string_view part) {
    if (!whole.ends_with(part) || whole.size() <= part.size()) return false;
    return part.front() >= 'A' && part.front() <= 'Z';
}

class Finder {
  public:
    explicit Finder(const Api& facts) : facts_(facts) {}

    std::vector<Resource> find() {
        for (const Operation& operation : facts_.operations) {
            for (const std::string_view verb : {"List", "Describe", "BatchGet", "Get"}) {
                const std::string_view noun = noun_of(operation.name, verb);
                if (!noun.empty()) returned_by(operation, noun);
            }
        }
        std::vector<Resource> all;
        for (auto& [shape, nouns] : nouns_) {
            Resource resource = complete(*shape, nouns);
            if (is_resource(resource)) all.push_back(std::move(resource));
        }
        std::ranges::stable_sort(all, std::greater(), weight);
        names(all);
        return all;
    }

  private:
    // The structures that an operation returns which reads: one in a member, a list of them, or the response.
    void returned_by(const Operation& operation, std::string_view noun) {
        if (!operation.output) return;
        const Shape& output = facts_.target(*operation.output);
        bool any = false;
        for (const Member& member : output.members) {
            const Shape& type = facts_.target(member);
            const Shape& element = type.type == ShapeType::list ? facts_.target(*type.element) : type;
            if (element.type != ShapeType::structure || element.members.size() < 2 || is_tag(facts_, element)) continue;
            if (!related(singular(noun), element.name) && !related(singular(noun), singular(member.name))) continue;
            add(element, singular(noun));
            any = true;
        }
        if (!any && output.members.size() > 2 && singular(noun) == noun) add(output, std::string(noun));
    }

    [[nodiscard]] static bool related(const std::string& noun, const std::string& shape) {
        const std::string bare = without_suffix(shape);
        return equal_ignoring_case(noun, shape) || equal_ignoring_case(noun, bare) || is_word_end(noun, bare) ||
               is_word_end(bare, noun);
    }

    void add(const Shape& shape, const std::string& noun) {
        std::vector<std::string>& nouns = nouns_[&shape];
        for (const std::string& one : {noun, without_suffix(shape.name)}) {
            if (std::ranges::find(nouns, one) == nouns.end()) nouns.push_back(one);
        }
    }

    // By the verbs' order; one noun after the other. `exact`: of one; else of several as well.
    template <std::size_t N>
    [[nodiscard]] const Operation* by_noun(const std::array<std::string_view, N>& verbs, const std::vector<std::string>& nouns,
                                           bool one, bool many) const {
        for (const std::string& noun : nouns) {
            for (const std::string_view verb : verbs) {
                for (const Operation& operation : facts_.operations) {
                    const std::string_view own = noun_of(operation.name, verb);
                    if (own.empty()) continue;
                    const std::string single = singular(own);
                    const bool is_one = equal_ignoring_case(own, noun);
                    if ((one && is_one) || (many && !is_one && equal_ignoring_case(single, noun))) return &operation;
                }
            }
        }
        return nullptr;
    }

    [[nodiscard]] bool is_list(const Operation* operation) const {
        if (!operation || !operation->output) return false;
        return std::ranges::any_of(facts_.target(*operation->output).members, [&](const Member& member) {
            return facts_.target(member).type == ShapeType::list;
        });
    }

    [[nodiscard]] Resource complete(const Shape& shape, const std::vector<std::string>& nouns) const {
        Resource out;
        out.shape = &shape;
        out.nouns = nouns;
        out.list = by_noun(std::array<std::string_view, 1>{"List"}, nouns, true, true);
        if (!out.list) out.list = by_noun(lists, nouns, false, true);
        if (!is_list(out.list)) out.list = nullptr;
        out.get = by_noun(reads, nouns, true, false);
        if (!out.get) out.get = by_noun(std::array<std::string_view, 2>{"Describe", "BatchGet"}, nouns, false, true);
        out.create = by_noun(makes, nouns, true, true);
        out.update = by_noun(changes, nouns, true, true);
        out.remove = by_noun(ends, nouns, true, true);
        if (!out.update && out.create && out.create->name.starts_with("Put")) out.update = out.create;
        return out;
    }

    static int weight(const Resource& resource) noexcept {
        return (resource.get ? 2 : 0) + (resource.list ? 2 : 0) + (resource.create ? 2 : 0) + (resource.remove ? 2 : 0) +
               (resource.update ? 1 : 0) + (without_suffix(resource.shape->name) == resource.shape->name ? 1 : 0);
    }
    static bool is_resource(const Resource& resource) noexcept {
        const bool read = resource.get || resource.list;
        const bool changed = resource.create || resource.update || resource.remove;
        return read && (changed || (resource.get && resource.list));
    }

    // A resource is called as operations call it. Of two structures for one, the fuller one stays.
    void names(std::vector<Resource>& all) const {
        std::map<std::string, const Shape*> taken;
        std::vector<Resource> kept;
        for (Resource& resource : all) {
            std::string name = identifier(resource.nouns.front());
            const Shape* const other = facts_.find_shape(name);
            if (other && other != resource.shape) name = resource.shape->name;
            const std::string key = snake_case(resource.nouns.front());
            if (!taken.emplace(key, resource.shape).second) continue;
            resource.name = name;
            kept.push_back(std::move(resource));
        }
        all = std::move(kept);
    }

    const Api& facts_;
    std::map<const Shape*, std::vector<std::string>> nouns_;
};

}  // namespace

std::vector<Resource> find_resources(const Api& facts) { return Finder(facts).find(); }

std::string singular(std::string_view word) {
    const auto ends_with = [&](std::string_view end) { return word.size() > end.size() && word.ends_with(end); };
    if (ends_with("ies")) return std::string(word.substr(0, word.size() - 3)) + 'y';
    if (ends_with("sses") || ends_with("xes") || ends_with("ches") || ends_with("tches")) {
        return std::string(word.substr(0, word.size() - 2));
    }
    if (ends_with("ss") || ends_with("us") || ends_with("is") || ends_with("DNS")) return std::string(word);
    if (ends_with("s")) return std::string(word.substr(0, word.size() - 1));
    return std::string(word);
}

std::string last_word(std::string_view name) {
    std::size_t at = name.size();
    while (at > 0 && !(name[at - 1] >= 'A' && name[at - 1] <= 'Z')) --at;
    return std::string(name.substr(at == 0 ? 0 : at - 1));
}

bool sounds_like_key(std::string_view name) {
    for (const std::string_view end : {"Id", "Name", "Arn", "ARN", "Identifier", "id", "name", "arn", "Key", "Url"}) {
        if (name.ends_with(end)) return true;
    }
    return false;
}

}  // namespace botocraft::gen
