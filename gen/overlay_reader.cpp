#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "nearest.hpp"
#include "overlay.hpp"
#include "vocabulary.hpp"

namespace botocraft::gen::overlay {

namespace {

std::size_t line_of(const YAML::Node& node) { return static_cast<std::size_t>(node.Mark().line) + 1; }

// Walks the YAML. Every function reads one section of the vocabulary.
class Reader {
  public:
    explicit Reader(Problems& problems) : problems_(problems) {}

    void read(const YAML::Node& root, Overlay& overlay) {
        if (!check(root, "overlay")) return;
        each(root, "pagination", [&](const std::string& name, const YAML::Node& at, std::size_t line) {
            overlay.paging.push_back(paging(name, at, line));
        });
        if (const YAML::Node other = root["other_regions"]; other && check(other, "other_regions")) {
            overlay.region_header = text(other, "header");
            overlay.region_element = text(other, "element");
            overlay.region_member = text(other, "member");
            overlay.starts_at_home = codes(other["except"]);
            overlay.regions_line = line_of(other);
        }
        if (const YAML::Node retries = root["retries"]; retries && check(retries, "retries")) {
            overlay.first_wait = number(retries, "first_wait");
            overlay.max_attempts = number(retries, "attempts");
            overlay.transient = codes(retries["transient"]);
            overlay.polls = codes(retries["polls"]);
            overlay.retries_line = line_of(retries);
        }
        overlay.crc32_header = text(root, "crc32_header");
        overlay.repeatable = codes(root["repeatable"]);
        if (root["repeatable"]) overlay.repeatable_line = line_of(root["repeatable"]);
        overlay.errors = codes(root["errors"]);
        each(root, "checks", [&](const std::string& name, const YAML::Node& at, std::size_t line) {
            if (!at.IsScalar()) problems_.add(line, "the name of a function is expected here");
            overlay.checks.push_back({name, at.IsScalar() ? at.Scalar() : std::string(), line});
        });
        if (const YAML::Node shapes = root["percent_encoded"]) {
            for (const std::string& shape : codes(shapes)) overlay.percent_encoded.push_back({shape, {}, line_of(shapes)});
        }
        each(root, "structures", [&](const std::string& name, const YAML::Node& at, std::size_t line) {
            overlay.structures.push_back(model(name, at, line, false));
        });
        each(root, "models", [&](const std::string& name, const YAML::Node& at, std::size_t line) {
            overlay.models.push_back(model(name, at, line, true));
        });
    }

  private:
    // --- forms ------------------------------------------------------------------------------------------------------
    // A mapping with nothing but the section's words in it.
    bool check(const YAML::Node& node, std::string_view section) {
        if (node.IsNull()) return false;
        if (!node.IsMap()) {
            problems_.add(line_of(node), "a mapping is expected here (" + std::string(section) + ')');
            return false;
        }
        const std::vector<std::string_view> words = words_of(section);
        std::vector<std::string> seen;
        for (const auto& entry : node) {
            const std::string word = entry.first.as<std::string>();
            if (std::ranges::find(words, word) == words.end()) {
                problems_.add(line_of(entry.first), "no key `" + word + "` in a " + std::string(section) +
                                                        did_you_mean(word, words));
            }
            note_twice(word, line_of(entry.first), seen);
        }
        return true;
    }

    void note_twice(const std::string& word, std::size_t line, std::vector<std::string>& seen) {
        if (std::ranges::find(seen, word) != seen.end()) problems_.add(line, "`" + word + "` is there twice");
        seen.push_back(word);
    }

    template <class Function>
    void each(const YAML::Node& parent, const char* key, Function function) {
        const YAML::Node node = parent[key];
        if (!node || node.IsNull()) return;
        if (!node.IsMap()) {
            problems_.add(line_of(node), '`' + std::string(key) + "` is a mapping of names");
            return;
        }
        std::vector<std::string> seen;
        for (const auto& entry : node) {
            const std::string name = entry.first.as<std::string>();
            note_twice(name, line_of(entry.first), seen);
            function(name, entry.second, line_of(entry.first));
        }
    }

    std::string text(const YAML::Node& parent, const char* key) {
        const YAML::Node node = parent[key];
        if (!node) return {};
        if (node.IsScalar()) return node.Scalar();
        problems_.add(line_of(node), '`' + std::string(key) + "` is a text");
        return {};
    }

    std::optional<bool> truth(const YAML::Node& parent, const char* key) {
        const YAML::Node node = parent[key];
        if (!node) return std::nullopt;
        if (node.IsScalar() && node.Scalar() == "true") return true;
        if (node.IsScalar() && node.Scalar() == "false") return false;
        problems_.add(line_of(node), '`' + std::string(key) + "` is true or false");
        return std::nullopt;
    }

    std::size_t number(const YAML::Node& parent, const char* key, std::size_t most = 60'000) {
        const YAML::Node node = parent[key];
        if (!node) return 0;
        std::size_t value = 0;
        const std::string digits = node.IsScalar() ? node.Scalar() : std::string();
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (failed != std::errc() || end != digits.data() + digits.size() || value == 0 || value > most) {
            problems_.add(line_of(node), '`' + std::string(key) + "` is a number from 1 to " + std::to_string(most));
        }
        return value;
    }

    static boost::json::value scalar(const YAML::Node& node) {
        const std::string& word = node.Scalar();
        if (node.Tag() == "!") return boost::json::value(word);  // it is in quotes
        if (word == "true") return true;
        if (word == "false") return false;
        std::int64_t whole = 0;
        const char* const end = word.data() + word.size();
        if (const auto [at, failed] = std::from_chars(word.data(), end, whole); failed == std::errc() && at == end) {
            return whole;
        }
        double number = 0;
        if (const auto [at, failed] = std::from_chars(word.data(), end, number); failed == std::errc() && at == end) {
            return number;
        }
        return boost::json::value(word);
    }

    static boost::json::value json(const YAML::Node& node) {
        if (node.IsSequence()) {
            boost::json::array out;
            for (const YAML::Node& element : node) out.push_back(json(element));
            return out;
        }
        if (node.IsMap()) {
            boost::json::object out;
            for (const auto& entry : node) out[entry.first.as<std::string>()] = json(entry.second);
            return out;
        }
        return node.IsNull() ? boost::json::value() : scalar(node);
    }

    static std::optional<boost::json::value> json(const YAML::Node& parent, const char* key) {
        const YAML::Node node = parent[key];
        return node ? std::optional(json(node)) : std::nullopt;
    }

    // --- expressions ------------------------------------------------------------------------------------------------
    Expression expression(const YAML::Node& node) {
        Expression out;
        out.line = line_of(node);
        if (node.IsScalar()) {
            out.text = node.Scalar();
            return out;
        }
        if (!check(node, "expression")) {
            if (node.IsNull()) problems_.add(out.line, "a value is missing here");
            return out;
        }
        out.wrap = truth(node, "wrap").value_or(false);
        using Kind = Expression::Kind;
        int kinds = 0;
        const auto is = [&](const char* word, Kind kind) {
            if (!node[word]) return false;
            ++kinds;
            out.kind = kind;
            return true;
        };
        if (is("value", Kind::literal)) out.value = json(node["value"]);
        if (is("format", Kind::format)) out.text = text(node, "format");
        if (is("argument", Kind::argument)) out.text = text(node, "argument");
        if (is("match", Kind::match)) out.text = text(node, "match"), out.extra = text(node, "pattern");
        if (is("relation", Kind::relation)) {
            out.text = text(node, "relation"), out.extra = text(node, "path");
        } else if (is("filter", Kind::filter)) {
            out.text = text(node, "path"), out.extra = text(node, "filter");
        } else if (is("tag_specification", Kind::tag_specification)) {
            out.text = text(node, "path"), out.extra = text(node, "tag_specification");
        } else if (is("query_string", Kind::query_string)) {
            out.text = text(node, "query_string");
        } else if (is("unless", Kind::unless)) {
            out.text = text(node, "path"), out.extra = condition(node["unless"]);
        } else if (is("path", Kind::path)) {
            out.text = text(node, "path");
        }
        if (is("omit", Kind::omit) && !truth(node, "omit").value_or(true)) {
            problems_.add(out.line, "`omit` can only be true");
        }
        if (kinds != 1) {
            problems_.add(out.line, "one of path, value, format, match, argument, relation, filter, tag_specification, "
                                    "query_string, unless, omit is needed");
        }
        if ((out.kind == Kind::match) != static_cast<bool>(node["pattern"])) {
            problems_.add(out.line, "`match` and `pattern` belong together");
        }
        return out;
    }

    // `empty`, or `{path: text}` or `{path: [text, text]}`: the path and the texts behind it.
    std::string condition(const YAML::Node& node) {
        if (node.IsScalar() && node.Scalar() == "empty") return {};
        std::string out;
        if (node.IsMap() && node.size() == 1) {
            out = node.begin()->first.as<std::string>();
            for (const std::string& one : codes(node.begin()->second)) out += ' ' + one;
        }
        if (out.find(' ') == std::string::npos) problems_.add(line_of(node), "`unless` is `empty`, or {member: text}");
        return out;
    }

    std::vector<Binding> bindings(const YAML::Node& parent, const char* key) {
        std::vector<Binding> out;
        each(parent, key, [&](const std::string& name, const YAML::Node& at, std::size_t line) {
            out.push_back({name, expression(at), line});
        });
        return out;
    }

    // --- sections ---------------------------------------------------------------------------------------------------
    Paging paging(const std::string& name, const YAML::Node& node, std::size_t line) {
        Paging out;
        out.operation = name;
        out.line = line;
        if (!check(node, "pagination")) return out;
        out.token = text(node, "token");
        out.output_token = text(node, "output_token");
        out.limit = text(node, "limit");
        out.more = text(node, "more");
        if (out.token.empty()) problems_.add(line, "`token` is needed");
        return out;
    }

    Field field(const std::string& name, const YAML::Node& node, std::size_t line, bool extra) {
        Field out;
        out.name = name;
        out.line = line;
        if (extra && node.IsScalar()) {
            out.type = node.Scalar();
            return out;
        }
        if (!check(node, extra ? "extra field" : "field")) return out;
        out.type = text(node, "type");
        out.rename = text(node, "rename");
        out.required = truth(node, "required");
        out.read_only = truth(node, "read_only");
        out.default_value = json(node, "default");
        if (extra && out.type.empty()) problems_.add(line, "`type` is needed");
        return out;
    }

    Relation relation(const std::string& name, const YAML::Node& node, std::size_t line) {
        Relation out;
        out.name = name;
        out.line = line;
        if (!check(node, "relation")) return out;
        out.model = text(node, "model");
        out.service = text(node, "service");
        out.method = text(node, "method");
        out.arguments = bindings(node, "arguments");
        out.many = truth(node, "many").value_or(false);
        out.cached = truth(node, "cached").value_or(true);
        if (out.many && node["cached"]) problems_.add(line, "`cached`: one to many is a query, which keeps nothing");
        if (out.model.empty()) problems_.add(line, "`model` is needed");
        return out;
    }

    Proxy proxy(const std::string& name, const YAML::Node& node, std::size_t line) {
        Proxy out;
        out.name = name;
        out.line = line;
        if (!check(node, "proxy")) return out;
        out.method = text(node, "method");
        out.arguments = bindings(node, "arguments");
        return out;
    }

    // `X`, or `[X]` for a list.
    std::string type(const YAML::Node& node) {
        if (node && node.IsSequence() && node.size() == 1 && node[0].IsScalar()) return '[' + node[0].Scalar() + ']';
        if (node && node.IsScalar()) return node.Scalar();
        if (node) problems_.add(line_of(node), "a type is expected here");
        return {};
    }

    ByHand by_hand(const std::string& name, const YAML::Node& node, std::size_t line) {
        ByHand out;
        out.name = name;
        out.line = line;
        if (!check(node, "by_hand")) return out;
        out.says = text(node, "says");
        out.arguments = text(node, "arguments");
        out.header = text(node, "header");
        out.manager = truth(node, "manager").value_or(false);
        int said = 0;
        for (const auto& [key, gives] : {std::pair("returns", ByHand::Gives::value), std::pair("awaits", ByHand::Gives::awaitable),
                                         std::pair("queries", ByHand::Gives::query)}) {
            if (!node[key]) continue;
            out.gives = gives;
            out.type = type(node[key]);
            ++said;
        }
        if (said > 1) problems_.add(line, "only one of `returns`, `awaits` and `queries` can be said");
        each(node, "takes", [&](const std::string& parameter, const YAML::Node& at, std::size_t) {
            out.takes.emplace_back(parameter, type(at));
        });
        if (out.replaces() && node.size() > 0) problems_.add(line, '`' + name + "` is as for every model: say nothing more of it");
        return out;
    }

    Argument argument(const std::string& name, const YAML::Node& node, std::size_t line) {
        Argument out;
        out.name = name;
        out.line = line;
        if (!check(node, "argument")) return out;
        out.to = text(node, "to");
        out.wrap = truth(node, "wrap").value_or(false);
        out.required = truth(node, "required");
        out.default_value = json(node, "default");
        out.value = json(node, "value");
        out.hidden = truth(node, "hidden").value_or(false);
        return out;
    }

    std::optional<Hydrate> hydrate(const YAML::Node& node) {
        if (!node || !check(node, "hydrate")) return std::nullopt;
        Hydrate out;
        out.line = line_of(node);
        out.model = text(node, "model");
        if (node["method"]) out.method = text(node, "method");
        out.argument = text(node, "argument");
        out.batch = number(node, "batch");
        out.key = text(node, "key");
        return out;
    }

    std::optional<ForEach> for_each(const YAML::Node& node) {
        if (!node || !check(node, "for_each")) return std::nullopt;
        ForEach out;
        out.line = line_of(node);
        out.model = text(node, "model");
        if (node["method"]) out.method = text(node, "method");
        out.arguments = bindings(node, "arguments");
        return out;
    }

    std::optional<Each> one_by_one(const YAML::Node& node) {
        if (!node || !check(node, "each")) return std::nullopt;
        Each out;
        out.line = line_of(node);
        out.argument = text(node, "argument");
        if (node["method"]) out.method = text(node, "method");
        out.to = text(node, "to");
        if (out.argument.empty() || out.to.empty()) problems_.add(out.line, "`argument` and `to` are needed");
        return out;
    }

    std::optional<Then> then(const YAML::Node& node) {
        if (!node || !check(node, "then")) return std::nullopt;
        Then out;
        out.line = line_of(node);
        if (node["method"]) out.method = text(node, "method");
        out.arguments = bindings(node, "arguments");
        out.before = truth(node, "before").value_or(false);
        return out;
    }

    std::optional<Chunk> chunk(const YAML::Node& node) {
        if (!node || !check(node, "chunk")) return std::nullopt;
        Chunk out{text(node, "argument"), number(node, "size", 60'000), 0, line_of(node)};
        out.bytes = number(node, "bytes", 1'000'000'000);
        return out;
    }

    std::optional<Scan> scan(const YAML::Node& node) {
        if (!node || !check(node, "scan")) return std::nullopt;
        Scan out;
        out.line = line_of(node);
        if (node["method"]) out.method = text(node, "method");
        out.argument = text(node, "argument");
        out.path = text(node, "path");
        if (out.argument.empty()) problems_.add(out.line, "`argument` is needed");
        if (out.path.empty()) out.path = out.argument;
        return out;
    }

    std::optional<UrlEncoded> url_encoded(const YAML::Node& node) {
        if (!node || !check(node, "url_encoded")) return std::nullopt;
        UrlEncoded out;
        out.line = line_of(node);
        out.paths = codes(node["paths"]);
        const YAML::Node where = node["where"];
        if (where && where.IsMap() && where.size() == 1 && where.begin()->second.IsScalar()) {
            out.member = where.begin()->first.Scalar();
            out.value = where.begin()->second.Scalar();
        } else {
            problems_.add(out.line, "`where` is a member of the response and its value");
        }
        return out;
    }

    TagCall tag_call(const YAML::Node& parent, const char* key) {
        TagCall out;
        const YAML::Node node = parent[key];
        out.line = line_of(node ? node : parent);
        if (!node) problems_.add(out.line, '`' + std::string(key) + "` is needed");
        if (!node || !check(node, "tag call")) return out;
        out.operation = text(node, "operation");
        out.arguments = bindings(node, "arguments");
        out.tags = text(node, "tags");
        return out;
    }

    std::optional<Tagging> tagging(const YAML::Node& node) {
        if (!node || !check(node, "tagging")) return std::nullopt;
        return Tagging{tag_call(node, "tag"), tag_call(node, "untag")};
    }

    std::vector<std::string> codes(const YAML::Node& node) {
        std::vector<std::string> out;
        if (node && node.IsScalar()) {
            out.push_back(node.Scalar());
        } else if (node) {
            for (const YAML::Node& code : node) out.push_back(code.as<std::string>());
        }
        return out;
    }

    Also also(const std::string& name, const YAML::Node& node, std::size_t line) {
        Also out;
        out.operation = name;
        out.line = line;
        if (!check(node, "also")) return out;
        out.arguments = bindings(node, "arguments");
        out.merge = bindings(node, "merge");
        out.missing = codes(node["missing"]);
        if (out.merge.empty()) problems_.add(line, "`merge` is needed: what of the answer of " + name + " the model gets");
        return out;
    }

    Also and_then(const std::string& name, const YAML::Node& node, std::size_t line) {
        Also out;
        out.operation = name;
        out.line = line;
        if (!check(node, "and_then")) return out;
        out.arguments = bindings(node, "arguments");
        out.emptied = text(node, "emptied");
        return out;
    }

    Method method(const std::string& name, const YAML::Node& node, std::size_t line) {
        Method out;
        out.name = name;
        out.line = line;
        if (!check(node, "method")) return out;
        out.operation = text(node, "operation");
        each(node, "arguments", [&](const std::string& argument_name, const YAML::Node& at, std::size_t at_line) {
            out.arguments.push_back(argument(argument_name, at, at_line));
        });
        const std::string result = text(node, "result");
        out.result_given = !result.empty();
        if (result != "none") out.result = result == "all" ? std::string() : result;
        if (const YAML::Node failures = node["failures"]; failures && failures.IsMap()) {
            check(failures, "failures");
            out.failures = text(failures, "path");
            out.failure_paths = {text(failures, "code"), text(failures, "message"), text(failures, "about")};
            if (out.failures.empty()) problems_.add(line_of(failures), "`path` is needed");
        } else {
            out.failures = text(node, "failures");
        }
        out.model = text(node, "model");
        out.join = truth(node, "join").value_or(false);
        out.missing = codes(node["missing"]);
        out.from = bindings(node, "from");
        out.merge = bindings(node, "merge");
        each(node, "also", [&](const std::string& operation, const YAML::Node& at, std::size_t at_line) {
            out.also.push_back(also(operation, at, at_line));
        });
        each(node, "and_then", [&](const std::string& operation, const YAML::Node& at, std::size_t at_line) {
            out.and_then.push_back(and_then(operation, at, at_line));
        });
        if (const YAML::Node says = node["says_region"]; says && check(says, "says_region")) {
            out.says_region = SaysRegion{text(says, "path"), text(says, "silent"), line_of(says)};
        }
        out.url_encoded = url_encoded(node["url_encoded"]);
        out.nothing = codes(node["nothing"]);
        out.stream = truth(node, "stream").value_or(false);
        out.hydrate = hydrate(node["hydrate"]);
        out.for_each = for_each(node["for_each"]);
        out.each = one_by_one(node["each"]);
        out.then = then(node["then"]);
        out.chunk = chunk(node["chunk"]);
        out.scan = scan(node["scan"]);
        const int called = static_cast<int>(!out.operation.empty()) + static_cast<int>(out.for_each.has_value()) +
                           static_cast<int>(out.each.has_value()) + static_cast<int>(out.scan.has_value());
        if (called != 1) problems_.add(line, "one of operation, for_each, each, scan is needed");
        return out;
    }

    Model model(const std::string& name, const YAML::Node& node, std::size_t line, bool primary) {
        Model out;
        out.name = name;
        out.line = line;
        out.primary = primary;
        if (!check(node, primary ? "model" : "structure")) return out;
        out.shape = primary ? text(node, "shape") : name;
        out.rename = text(node, "rename");
        out.read_only = truth(node, "read_only").value_or(false);
        out.tags = text(node, "tags");
        if (const YAML::Node key = node["key"]; key && key.IsMap()) {
            out.key = bindings(node, "key");
        } else if (key) {
            out.key.push_back({"", expression(key), line_of(key)});
        } else if (primary) {
            problems_.add(line, "the model `" + name + "` needs a `key`");
        }
        out.delete_arguments = bindings(node, "delete");
        if (node["arn"]) out.arn = expression(node["arn"]);
        if (node["name"]) out.display_name = expression(node["name"]);
        const auto fields = [&](const char* key, std::vector<Field>& into, bool extra) {
            each(node, key, [&](const std::string& field_name, const YAML::Node& at, std::size_t at_line) {
                into.push_back(field(field_name, at, at_line, extra));
            });
        };
        fields("fields", out.fields, false);
        fields("extra_fields", out.extra_fields, true);
        each(node, "properties", [&](const std::string& property, const YAML::Node& at, std::size_t at_line) {
            out.properties.push_back({property, expression(at), at_line});
        });
        each(node, "relations", [&](const std::string& target, const YAML::Node& at, std::size_t at_line) {
            out.relations.push_back(relation(target, at, at_line));
        });
        each(node, "proxies", [&](const std::string& called, const YAML::Node& at, std::size_t at_line) {
            out.proxies.push_back(proxy(called, at, at_line));
        });
        each(node, "waits", [&](const std::string& called, const YAML::Node& at, std::size_t at_line) {
            if (!at.IsScalar()) problems_.add(at_line, "the name of one of AWS's waiters is expected here");
            if (at.IsScalar()) out.waits.push_back({called, at.Scalar(), at_line});
        });
        each(node, "by_hand", [&](const std::string& called, const YAML::Node& at, std::size_t at_line) {
            out.by_hand.push_back(by_hand(called, at, at_line));
        });
        out.tagging = tagging(node["tagging"]);
        each(node, "methods", [&](const std::string& called, const YAML::Node& at, std::size_t at_line) {
            out.methods.push_back(method(called, at, at_line));
        });
        return out;
    }

    Problems& problems_;
};

}  // namespace

Overlay read(std::string_view text, const std::string& file, Problems& problems) {
    Overlay overlay;
    overlay.file = file;
    try {
        Reader(problems).read(YAML::Load(std::string(text)), overlay);
    } catch (const YAML::Exception& error) {
        throw SpecError({file, static_cast<std::size_t>(error.mark.line) + 1}, "not valid YAML: " + error.msg);
    }
    return overlay;
}

}  // namespace botocraft::gen::overlay
