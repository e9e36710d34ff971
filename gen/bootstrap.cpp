#include "bootstrap.hpp"

#include <algorithm>
#include <iostream>
#include <optional>
#include <set>
#include <utility>

#include "names.hpp"
#include "resolver.hpp"
#include "resource_tags.hpp"
#include "resource_words.hpp"

namespace botocraft::gen {

namespace {

// One of the texts that a part of the overlay may have: the next one where the one before does not fit, and none at last.
struct Part {
    std::vector<std::string> texts;
    std::size_t chosen = 0;
    std::size_t first_line = 0, last_line = 0;

    [[nodiscard]] bool left_out() const noexcept { return chosen >= texts.size(); }
};

struct Guess {
    std::string name;
    std::string shape;
    Part head;  // key, arn, name
    Part tags;  // where they are, and what changes them
    std::vector<Part> methods;
};

// The list, or the one structure, that a response holds the resource in.
struct Found {
    std::string member;  // empty: the response itself
    const Shape* shape = nullptr;
    bool list = false;
    bool keys = false;  // a list of texts
};

class Guesser {
  public:
    explicit Guesser(const Api& facts) : facts_(facts) {}

    std::vector<Guess> guesses() {
        std::vector<Guess> all;
        std::set<const Shape*> taken;
        std::vector<Resource> resources = find_resources(facts_);
        for (const Resource& resource : resources) {
            if (!taken.insert(resource.shape).second) continue;
            Guess guess = describe(resource);
            if (guess.methods.empty()) continue;
            all.push_back(std::move(guess));
        }
        return all;
    }

  private:
    [[nodiscard]] const Shape* input_of(const Operation& operation) const {
        return operation.input ? &facts_.target(*operation.input) : nullptr;
    }
    [[nodiscard]] const Shape* output_of(const Operation& operation) const {
        return operation.output ? &facts_.target(*operation.output) : nullptr;
    }

    Guess describe(const Resource& resource) {
        Guess guess;
        guess.name = resource.name;
        guess.shape = resource.shape->name;
        key_ = key_of(resource);
        tag_calls_ = find_tag_calls(facts_, resource.nouns);
        head(resource, guess);
        tags(resource, guess);
        if (resource.get) guess.methods.push_back(get(resource));
        if (resource.list) guess.methods.push_back(list(resource));
        if (resource.create) guess.methods.push_back(change("create", *resource.create, resource));
        if (resource.update) guess.methods.push_back(change("update", *resource.update, resource));
        if (resource.remove) guess.methods.push_back(remove(resource));
        return guess;
    }

    // --- what tells one from another ---------------------------------------------------------------------------------
    // A member of the request that says which one is meant, and the member of the resource with the same meaning.
    struct Key {
        std::string argument;  // as a single one
        std::string member;    // of the resource
    };

    [[nodiscard]] std::optional<std::string> same_meaning(const std::string& argument, const Resource& resource) const {
        const auto member = [&](const std::string& name) -> std::optional<std::string> {
            for (const Member& one : resource.shape->members) {
                if (equal_ignoring_case(one.name, name) && facts_.target(one).type == ShapeType::string) return one.name;
            }
            return std::nullopt;
        };
        std::vector<std::string> names{argument};
        for (const std::string& noun : resource.nouns) {
            const std::string last = last_word(argument);
            names.insert(names.end(), {last, noun + last, noun + "Id", noun + "Name", noun + "Arn", noun + "Identifier"});
        }
        names.insert(names.end(), {"Id", "Name", "Arn", "Identifier"});
        for (const std::string& name : names) {
            if (const auto found = member(name)) return found;
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Key> key_of(const Resource& resource) const {
        for (const Operation* operation : {resource.get, resource.remove, resource.update}) {
            if (!operation) continue;
            for (const Member* member : keys_of(*operation)) {
                const std::string argument = singular(member->name);
                if (const auto same = same_meaning(argument, resource)) return Key{argument, *same};
            }
        }
        for (const std::string& noun : resource.nouns) {
            if (const auto same = same_meaning(noun + "Name", resource)) return Key{*same, *same};
        }
        return std::nullopt;
    }

    // Members of a request that may say which one: those that are required, else texts and lists of texts that sound so.
    [[nodiscard]] std::vector<const Member*> keys_of(const Operation& operation) const {
        std::vector<const Member*> required, others;
        const Shape* const input = input_of(operation);
        if (!input) return required;
        for (const Member& member : input->members) {
            const Shape& type = facts_.target(member);
            const bool texts = type.type == ShapeType::list && facts_.target(*type.element).type == ShapeType::string;
            if (type.type != ShapeType::string && !texts) continue;
            if (member.required) {
                required.push_back(&member);
            } else if (sounds_like_key(singular(member.name))) {
                others.push_back(&member);
            }
        }
        required.insert(required.end(), others.begin(), others.end());
        return required;
    }

    // `Arn` or `ClusterArn` of the resource itself; empty where it has none.
    [[nodiscard]] std::string own_text(const Resource& resource, std::string_view suffix) const {
        for (const Member& member : resource.shape->members) {
            if (facts_.target(member).type != ShapeType::string) continue;
            for (const std::string& noun : resource.nouns) {
                if (equal_ignoring_case(member.name, noun + std::string(suffix))) return member.name;
            }
            if (equal_ignoring_case(member.name, suffix)) return member.name;
        }
        return {};
    }

    void head(const Resource& resource, Guess& guess) const {
        const auto text = [&](std::string_view suffix) { return own_text(resource, suffix); };
        std::string more;
        if (const std::string arn = text("Arn"); !arn.empty()) more += "    arn: " + arn + '\n';
        if (const std::string name = text("Name"); !name.empty()) more += "    name: " + name + '\n';
        std::vector<std::string> keys;
        for (const Operation* operation : {resource.get, resource.remove}) {
            if (const std::string several = several_keys(operation, resource); !several.empty()) keys.push_back(several);
        }
        if (key_) keys.push_back(key_->member);
        for (const std::string& name : {text("Arn"), text("Id"), text("Name")}) {
            if (!name.empty()) keys.push_back(name);
        }
        keys.emplace_back("{}");
        for (const std::string& key : keys) guess.head.texts.push_back("    key: " + key + '\n' + more);
    }

    // {ApplicationId: applicationId, Name: name} where a request needs several.
    [[nodiscard]] std::string several_keys(const Operation* operation, const Resource& resource) const {
        const Shape* const input = operation ? input_of(*operation) : nullptr;
        if (!input) return {};
        std::string out;
        std::size_t count = 0;
        for (const Member& member : input->members) {
            if (!member.required) continue;
            const auto same = same_meaning(singular(member.name), resource);
            if (!same) return {};
            const std::string argument = facts_.target(member).type == ShapeType::list ? singular(member.name) : member.name;
            out += (count++ == 0 ? "{" : ", ") + argument + ": " + *same;
        }
        return count > 1 ? out + '}' : std::string();
    }

    // --- tags ---------------------------------------------------------------------------------------------------------
    // The member of the resource that says which one is tagged.
    [[nodiscard]] std::string tagged_by(const TagCall& call, const Resource& resource) const {
        const bool is_arn = snake_case(call.resource).ends_with("arn");
        const std::string_view owner =
            std::string_view(call.resource).substr(0, call.resource.size() - (is_arn ? 3 : last_word(call.resource).size()));
        const auto is = [owner](std::string_view noun) { return equal_ignoring_case(owner, noun); };
        const bool for_any = is("") || is("Resource");
        if (!for_any && std::ranges::none_of(resource.nouns, is)) return {};  // it is of another resource
        if (is_arn) return own_text(resource, "Arn");
        const auto same = for_any ? std::nullopt : same_meaning(call.resource, resource);
        return same ? *same : key_ ? key_->member : std::string();
    }

    [[nodiscard]] std::string tag_line(std::string_view word, const std::optional<TagCall>& call, const Resource& resource) const {
        const std::string by = call ? tagged_by(*call, resource) : std::string();
        if (by.empty()) return {};
        return std::string("      ").append(word).append(": {operation: ") + call->operation->name + ", arguments: {" +
               call->resource + ": " + by + "}, tags: " + call->tags + "}\n";
    }

    void tags(const Resource& resource, Guess& guess) const {
        std::string fields;
        const Member* const own = find_tags(facts_, *resource.shape);
        if (own && snake_case(own->name) != "tags" && snake_case(own->name) != "tag_list") fields = "    tags: " + own->name + '\n';
        const std::string tag = tag_line("tag", tag_calls_.tag, resource);
        const std::string untag = tag_line("untag", tag_calls_.untag, resource);
        if (!own && !tag.empty()) {
            const Shape& request = facts_.target(*tag_calls_.tag->operation->input);
            fields = "    extra_fields: {Tags: " + facts_.target(*request.find_member(tag_calls_.tag->tags)).name + "}\n";
        }
        if (!tag.empty() && !untag.empty() && resource.update) guess.tags.texts.push_back(fields + "    tagging:\n" + tag + untag);
        if (!fields.empty()) guess.tags.texts.push_back(fields);
    }

    // Tags that another operation tells.
    [[nodiscard]] std::string read_tags(const Resource& resource) const {
        if (!tag_calls_.tag || !tag_calls_.read || find_tags(facts_, *resource.shape)) return {};
        const std::string by = tagged_by(*tag_calls_.read, resource);
        if (by.empty() || tagged_by(*tag_calls_.tag, resource).empty()) return {};
        return "        also: {" + tag_calls_.read->operation->name + ": {arguments: {" + tag_calls_.read->resource + ": " + by +
               "}, merge: {Tags: " + tag_calls_.read->tags + "}}}\n";
    }

    // --- methods ------------------------------------------------------------------------------------------------------
    static std::string start(const std::string& name, const Operation& operation) {
        return "      " + name + ":\n        operation: " + operation.name + '\n';
    }

    // The resource in a response: the member that has its structure, or keys of it.
    [[nodiscard]] Found find_in(const Operation& operation, const Resource& resource) const {
        const Shape* const output = output_of(operation);
        if (!output) return {};
        if (output == resource.shape) return {{}, output, false, false};
        Found best;
        for (const Member& member : output->members) {
            const Shape& type = facts_.target(member);
            const bool is_list = type.type == ShapeType::list;
            const Shape& element = is_list ? facts_.target(*type.element) : type;
            if (&element == resource.shape) return {member.name, &element, is_list, false};
            if (element.type == ShapeType::structure && !best.shape) best = {member.name, &element, is_list, false};
            if (is_list && element.type == ShapeType::string && best.member.empty()) best = {member.name, nullptr, true, true};
        }
        return best;
    }

    // `Cluster: {to: Clusters, wrap: true, required: true}`; the other members that could say more are left away.
    [[nodiscard]] std::string one_key(const Operation& operation, bool hide) const {
        const Shape* const input = input_of(operation);
        if (!input || !key_) return {};
        std::string out;
        const Member* chosen = nullptr;
        for (const Member* member : keys_of(operation)) {
            if (!chosen && equal_ignoring_case(singular(member->name), key_->argument)) chosen = member;
        }
        if (!chosen) return {};
        if (facts_.target(*chosen).type == ShapeType::list) {
            out += "          " + key_->argument + ": {to: " + chosen->name + ", wrap: true, required: true}\n";
        } else if (!chosen->required) {
            out += "          " + chosen->name + ": {required: true}\n";
        }
        if (hide) {
            for (const Member* member : keys_of(operation)) {
                if (member != chosen && !member->required) out += "          " + member->name + ": {hidden: true}\n";
            }
            if (const Member* filters = input->find_member("Filters")) out += "          " + filters->name + ": {hidden: true}\n";
        }
        return out.empty() ? out : "        arguments:\n" + out;
    }

    [[nodiscard]] Part get(const Resource& resource) const {
        const Found found = find_in(*resource.get, resource);
        const std::string result = found.member.empty() ? "        result: all\n" : "        result: " + found.member + '\n';
        const std::string model = found.shape == resource.shape ? std::string() : "        model: " + resource.name + '\n';
        const std::string also = read_tags(resource);
        Part part;
        for (const std::string& arguments : {one_key(*resource.get, true), one_key(*resource.get, false), std::string()}) {
            const std::string text = start("get", *resource.get) + arguments + result + model;
            if (!also.empty()) part.texts.push_back(text + also);
            part.texts.push_back(text);
        }
        part.texts.push_back(start("get", *resource.get) + "        result: all\n        model: " + resource.name + '\n');
        return part;
    }

    [[nodiscard]] Part list(const Resource& resource) const {
        const Found found = find_in(*resource.list, resource);
        Part part;
        if (found.list && found.shape) {
            const std::string model = found.shape == resource.shape ? std::string() : "        model: " + resource.name + '\n';
            part.texts.push_back(start("list", *resource.list) + "        result: " + found.member + '\n' + model);
        }
        if (found.list && found.keys && key_) {
            part.texts.push_back(start("list", *resource.list) + "        result: " + found.member +
                                 "\n        hydrate: {method: get, argument: " + key_->argument + "}\n");
        }
        part.texts.push_back(start("list", *resource.list));
        return part;
    }

    // Members that model and request both have and that are not the same: the caller gives those of the request.
    [[nodiscard]] std::string different_members(const Operation& operation, const Resource& resource) const {
        const Shape* const input = input_of(operation);
        std::string out;
        if (!input) return out;
        for (const Member& member : input->members) {
            const Member* const same = resource.shape->find_member(member.name);
            if (!same || facts_.target(*same).type == facts_.target(member).type) continue;
            out += "          " + member.name + ": {}\n";
        }
        return out.empty() ? out : "        arguments:\n" + out;
    }

    // What the key is called in the request, where that is not its name in the resource.
    [[nodiscard]] std::string key_members(const Operation& operation, const Resource& resource) const {
        const Shape* const input = input_of(operation);
        if (!input || !key_) return {};
        for (const Member& member : input->members) {
            const bool is_key = member.required && equal_ignoring_case(member.name, key_->argument);
            if (is_key && !resource.shape->find_member(member.name)) {
                return "        from: {" + member.name + ": " + key_->member + "}\n";
            }
        }
        return {};
    }

    [[nodiscard]] Part change(const std::string& name, const Operation& operation, const Resource& resource) const {
        Part part;
        const Found found = find_in(operation, resource);
        const std::string begin = start(name, operation);
        const std::string own = different_members(operation, resource);
        const std::string from = key_members(operation, resource);
        std::vector<std::string> ends;
        if (found.shape == resource.shape && found.shape) {
            ends.push_back(found.member.empty() ? "        result: all\n" : "        result: " + found.member + '\n');
        } else {
            if (found.shape) ends.push_back("        result: " + found.member + "\n        model: " + resource.name + '\n');
            if (key_) ends.push_back("        then: {method: get, arguments: {" + key_->argument + ": " + key_->member + "}}\n");
            ends.push_back("        result: all\n        model: " + resource.name + '\n');
        }
        ends.emplace_back("        result: none\n");
        for (const std::string& end : ends) {
            part.texts.push_back(begin + own + from + end);
            if (!from.empty()) part.texts.push_back(begin + own + end);
        }
        // Where the two do not fit at all, the caller gives everything.
        part.texts.push_back(begin + all_members(operation, resource) + "        result: none\n");
        return part;
    }

    [[nodiscard]] std::string all_members(const Operation& operation, const Resource& resource) const {
        const Shape* const input = input_of(operation);
        std::string out;
        if (!input) return out;
        for (const Member& member : input->members) {
            if (resource.shape->find_member(member.name)) out += "          " + member.name + ": {}\n";
        }
        return out.empty() ? out : "        arguments:\n" + out;
    }

    [[nodiscard]] Part remove(const Resource& resource) const {
        Part part;
        const std::string begin = start("delete", *resource.remove);
        for (const std::string& arguments : {one_key(*resource.remove, true), one_key(*resource.remove, false), std::string()}) {
            part.texts.push_back(begin + arguments + "        result: none\n");
        }
        return part;
    }

    const Api& facts_;
    std::optional<Key> key_;
    TagCalls tag_calls_;
};

// --- writing, and leaving out what does not fit ----------------------------------------------------------------------------

std::string write(std::vector<Guess>& guesses, const std::string& service) {
    std::string out = "# " + service + ": a first overlay, guessed from the API facts. `gen vocabulary` explains the words.\n";
    std::size_t line = 2;
    const auto put_line = [&](const std::string& text) {
        out += text;
        ++line;
    };
    const auto put = [&](Part& part) {
        if (part.left_out()) return;
        const std::string& text = part.texts[part.chosen];
        out += text;
        part.first_line = line;
        line += static_cast<std::size_t>(std::ranges::count(text, '\n'));
        part.last_line = line - 1;
    };
    put_line("models:\n");
    bool any = false;
    for (Guess& guess : guesses) {
        if (guess.head.left_out()) continue;
        any = true;
        const std::string name = "  " + guess.name + ":\n" + (guess.name == guess.shape ? "" : "    shape: " + guess.shape + '\n');
        out += name;
        line += static_cast<std::size_t>(std::ranges::count(name, '\n'));
        put(guess.head);
        guess.head.first_line -= static_cast<std::size_t>(std::ranges::count(name, '\n'));
        put(guess.tags);
        put_line("    methods:\n");
        for (Part& part : guess.methods) put(part);
    }
    return any ? out : "# " + service + ": nothing looks like a resource.\nmodels: {}\n";
}

// Takes the next text of what is wrong. False where nothing is.
bool mend(std::vector<Guess>& guesses, const std::set<std::size_t>& lines) {
    bool changed = false;
    const auto wrong = [&](const Part& part) {
        if (part.left_out() || part.first_line == 0) return false;
        const auto at = lines.lower_bound(part.first_line);
        return at != lines.end() && *at <= part.last_line;
    };
    for (Guess& guess : guesses) {
        if (guess.head.left_out()) continue;
        bool within = false;
        const auto next = [&](Part& part) {
            if (!wrong(part)) return;
            ++part.chosen;
            within = changed = true;
        };
        std::ranges::for_each(guess.methods, next);
        next(guess.tags);
        if (!within && wrong(guess.head)) {
            ++guess.head.chosen;
            changed = true;
        }
        const bool empty = std::ranges::all_of(guess.methods, &Part::left_out);
        if (empty) guess.head.chosen = guess.head.texts.size();
    }
    return changed;
}

std::set<std::size_t> wrong_lines(const Api& facts, const std::string& text) {
    Problems problems("overlay");
    const overlay::Overlay overlay = overlay::read(text, "overlay", problems);
    Resolver resolver(facts, overlay, problems);
    resolver.resolve_methods();
    resolver.resolve_relations([](const std::string&) -> const plan::Service* { return nullptr; });
    std::set<std::size_t> lines;
    for (const std::size_t line : problems.lines()) lines.insert(line);
    return lines;
}

}  // namespace

std::string bootstrap(const Api& facts) {
    std::vector<Guess> guesses = Guesser(facts).guesses();
    while (true) {
        std::string text = write(guesses, facts.service);
        const std::set<std::size_t> lines = wrong_lines(facts, text);
        if (lines.empty()) return text;
        if (mend(guesses, lines)) continue;
        for (Guess& guess : guesses) guess.head.chosen = guess.head.texts.size();  // nothing that we know how to mend
    }
}

int bootstrap_command(const std::vector<std::string_view>& arguments, std::ostream& out) {
    constexpr std::string_view usage = "usage: gen bootstrap SERVICE --specs DIR\n";
    if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h")) {
        out << usage << "Prints an overlay for specs/models: to be read, mended and gone on with.\n";
        return 0;
    }
    if (arguments.size() != 3 || arguments[1] != "--specs") {
        std::cerr << usage;
        return 2;
    }
    const std::filesystem::path specs(arguments[2]);
    out << bootstrap(Api::load(specs / "aws" / (std::string(arguments[0]) + ".json")));
    return 0;
}

}  // namespace botocraft::gen
