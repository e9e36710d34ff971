// Reads the JSON of specs/aws into the model. Every key is either known here or reported in Api::unknown_traits.

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>
#include <variant>

#include "api_model.hpp"
#include "api_traits.hpp"
#include "nearest.hpp"
#include "spec_error.hpp"

namespace botocraft::gen {

namespace json = boost::json;

namespace {

// The line of every entry of every section, in the layout that `gen import` writes: `"shapes":{` opens a section, and
// each of its entries begins a line.
class Lines {
  public:
    explicit Lines(std::string_view text) {
        std::string section;
        std::size_t number = 0;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            const std::string_view line = text.substr(begin, end - begin);
            begin = end + 1;
            ++number;
            if (line.empty() || line.front() != '"') continue;
            const std::string_view name = line.substr(1, line.find('"', 1) - 1);
            if (line.back() == '{') {
                section = name;
            } else {
                lines_.emplace(section + '/' + std::string(name), number);
            }
        }
    }

    [[nodiscard]] std::size_t of(std::string_view section, std::string_view entry) const {
        const auto found = lines_.find(std::string(section) + '/' + std::string(entry));
        return found == lines_.end() ? 0 : found->second;
    }

  private:
    std::unordered_map<std::string, std::size_t> lines_;
};

}  // namespace

class ApiReader {
  public:
    ApiReader(Api& api, std::string_view text) : api_(api), lines_(text) {}

    void read(const json::value& facts) {
        for (const auto& [key, value] : object(facts, "the API")) {
            if (key == "botocore") {
                api_.botocore = text(value, key);
            } else if (key == "service") {
                api_.service = text(value, key);
            } else if (key == "metadata") {
                read_metadata(value);
            } else if (key == "shapes") {
                read_shapes(value);
            } else if (key == "operations") {
                read_operations(value);
            } else if (key == "paginators") {
                read_paginators(value);
            } else if (key == "waiters") {
                read_waiters(value);
            } else if (key == "endpoints") {
                api_.endpoint_rules = json::value(value, json::storage_ptr());
            } else if (key == "deprecated") {
                api_.deprecated = flag(value, key);
            } else if (key == "clientContextParams") {
                for (const auto& [name, param] : object(value, key)) {
                    api_.client_context_params.push_back({std::string(name), text(member(param, "type"), "type")});
                }
            } else if (key != "version") {
                unknown("api", key);
            }
        }
        Metadata& metadata = api_.metadata;
        if (metadata.signing_name.empty()) metadata.signing_name = metadata.endpoint_prefix;
        if (metadata.protocols.empty() && !metadata.protocol.empty()) metadata.protocols.push_back(metadata.protocol);
        leave_out_unknown_protocols();
        resolve();
    }

  private:
    // A service that speaks others besides can be used by those that are known.
    void leave_out_unknown_protocols() {
        std::vector<std::string>& all = api_.metadata.protocols;
        if (all.empty()) return;
        const std::string first = all.front();
        std::erase_if(all, [](const std::string& name) { return std::ranges::find(known_protocols, name) == known_protocols.end(); });
        if (!all.empty()) return;
        section_ = "metadata";
        entry_.clear();
        fail("`" + first + "` is no protocol that is known, and it speaks no other");
    }

    // --- plain values ------------------------------------------------------------------------------------------------

    [[noreturn]] void fail(const std::string& problem) const {
        const std::string where = entry_.empty() ? section_ : section_ + " `" + entry_ + "`";
        throw SpecError({api_.file, lines_.of(section_, entry_)}, where.empty() ? problem : where + ": " + problem);
    }

    [[noreturn]] void wrong_type(std::string_view what, std::string_view expected) const {
        fail("`" + std::string(what) + "` is not " + std::string(expected));
    }

    const json::object& object(const json::value& value, std::string_view what) const {
        if (const json::object* found = value.if_object()) return *found;
        wrong_type(what, "an object");
    }

    const json::array& array(const json::value& value, std::string_view what) const {
        if (const json::array* found = value.if_array()) return *found;
        wrong_type(what, "an array");
    }

    std::string text(const json::value& value, std::string_view what) const {
        if (const json::string* found = value.if_string()) return std::string(found->data(), found->size());
        wrong_type(what, "a string");
    }

    bool flag(const json::value& value, std::string_view what) const {
        if (const bool* found = value.if_bool()) return *found;
        wrong_type(what, "true or false");
    }

    const json::value& member(const json::value& value, std::string_view key) const {
        if (const json::value* found = object(value, "the value around `" + std::string(key) + "`").if_contains(key)) {
            return *found;
        }
        fail("`" + std::string(key) + "` is missing");
    }

    template <class Enum>
    Enum one_of(std::span<const std::pair<std::string_view, Enum>> known, const json::value& value,
                std::string_view what) const {
        const std::string word = text(value, what);
        std::vector<std::string_view> words;
        for (const auto& [name, meaning] : known) {
            if (name == word) return meaning;
            words.push_back(name);
        }
        fail("`" + word + "` is not a " + std::string(what) + " that is known" + did_you_mean(word, words));
    }

    void unknown(std::string_view thing, std::string_view key) {
        std::string trait = std::string(thing) + '.' + std::string(key);
        auto& all = api_.unknown_traits;
        if (std::find(all.begin(), all.end(), trait) == all.end()) all.push_back(std::move(trait));
    }

    // --- traits: one overload for each type that a table can name ----------------------------------------------------

    void assign(bool& to, const json::value& value, std::string_view key) const { to = flag(value, key); }

    void assign(int& to, const json::value& value, std::string_view key) const {
        boost::system::error_code wrong;
        to = value.is_number() ? value.to_number<int>(wrong) : 0;
        if (wrong || !value.is_number()) wrong_type(key, "a whole number");
    }

    void assign(std::optional<double>& to, const json::value& value, std::string_view key) const {
        if (!value.is_number()) wrong_type(key, "a number");
        to = value.to_number<double>();
    }

    void assign(std::string& to, const json::value& value, std::string_view key) const { to = text(value, key); }

    // Where there may be several, AWS writes a single one without the brackets.
    void assign(std::vector<std::string>& to, const json::value& value, std::string_view key) const {
        to.clear();
        if (value.is_string()) {
            to.push_back(text(value, key));
            return;
        }
        for (const json::value& element : array(value, key)) to.push_back(text(element, key));
    }

    void assign(std::optional<XmlNamespace>& to, const json::value& value, std::string_view key) const {
        to.emplace();
        if (value.is_string()) {
            to->uri = text(value, key);
            return;
        }
        const json::object& parts = object(value, key);
        to->uri = text(member(value, "uri"), "uri");
        if (const json::value* prefix = parts.if_contains("prefix")) to->prefix = text(*prefix, "prefix");
    }

    void assign(TimestampFormat& to, const json::value& value, std::string_view key) const {
        to = one_of<TimestampFormat>(timestamp_formats, value, key);
    }

    // Reads the key if the table has it.
    template <class T, std::size_t N>
    bool assign_trait(const Trait<T> (&table)[N], T& to, std::string_view key, const json::value& value) const {
        const auto found = std::find_if(table, table + N, [&](const Trait<T>& trait) { return trait.key == key; });
        if (found == table + N) return false;
        std::visit([&](auto place) { assign(to.*place, value, key); }, found->member);
        return true;
    }

    template <class T, std::size_t N>
    void read_traits(const Trait<T> (&table)[N], T& to, std::string_view thing, const json::value& value) {
        for (const auto& [key, trait] : object(value, thing)) {
            if (!assign_trait(table, to, key, trait) && !is_prose(key)) unknown(thing, key);
        }
    }

    // Suites of tests come with documentation; the files of specs/aws have none.
    static bool is_prose(std::string_view key) { return key == "documentation" || key == "deprecatedMessage"; }

    // --- sections ----------------------------------------------------------------------------------------------------

    void enter(std::string_view section, std::string_view entry = {}) {
        section_ = section;
        entry_ = entry;
    }

    void read_metadata(const json::value& value) {
        enter("metadata");
        for (const auto& [key, trait] : object(value, "metadata")) {
            if (assign_trait(metadata_traits, api_.metadata, key, trait)) continue;
            if (key == "awsQueryCompatible") {
                api_.metadata.aws_query_compatible = true;
            } else if (key == "protocolSettings") {
                for (const auto& [setting, chosen] : object(trait, key)) {
                    if (setting == "h2") {
                        api_.metadata.http2 = text(chosen, setting);
                    } else {
                        unknown("protocolSettings", setting);
                    }
                }
            } else {
                unknown("metadata", key);
            }
        }
    }

    void read_shapes(const json::value& value) {
        enter("shapes");
        const json::object& all = object(value, "shapes");
        api_.shapes.reserve(all.size());
        for (const auto& [name, facts] : all) {
            enter("shapes", name);
            api_.shape_index_.emplace(name, static_cast<std::uint32_t>(api_.shapes.size()));
            Shape& shape = api_.shapes.emplace_back();
            shape.name = name;
            shape.line = lines_.of(section_, entry_);
            read_shape(shape, facts);
        }
    }

    void read_shape(Shape& shape, const json::value& facts) {
        shape.type = one_of<ShapeType>(shape_types, member(facts, "type"), "type");
        const json::value* required = nullptr;
        for (const auto& [key, value] : object(facts, "shape")) {
            if (key == "type" || is_prose(key) || assign_trait(shape_traits, shape, key, value)) continue;
            if (key == "members") {
                for (const auto& [name, traits] : object(value, key)) {
                    shape.members.push_back(read_member(name, traits));
                }
            } else if (key == "required") {
                required = &value;
            } else if (key == "member") {
                read_reference(shape.element.emplace(), value);
            } else if (key == "key") {
                read_reference(shape.key.emplace(), value);
            } else if (key == "value") {
                read_reference(shape.value.emplace(), value);
            } else if (key == "error") {
                read_traits(error_traits, shape.error.emplace(), "error", value);
            } else if (key == "retryable") {
                const json::value* throttling = object(value, key).if_contains("throttling");
                shape.retryable = throttling && flag(*throttling, "throttling");
            } else {
                unknown("shape", key);
            }
        }
        if (required) mark_required(shape, *required);
        check_parts(shape);
    }

    void mark_required(Shape& shape, const json::value& names) const {
        for (const json::value& name : array(names, "required")) {
            const std::string wanted = text(name, "required");
            const auto at = std::find_if(shape.members.begin(), shape.members.end(),
                                         [&](const Member& m) { return m.name == wanted; });
            if (at == shape.members.end()) fail("requires `" + wanted + "`, which is not a member");
            at->required = true;
        }
    }

    void check_parts(const Shape& shape) const {
        if (shape.type == ShapeType::list && !shape.element) fail("is a list without a `member`");
        if (shape.type == ShapeType::map && !(shape.key && shape.value)) fail("is a map without a `key` and a `value`");
        if (!shape.payload.empty() && !shape.find_member(shape.payload)) {
            fail("has the payload `" + shape.payload + "`, which is not a member");
        }
    }

    Member read_member(std::string_view name, const json::value& facts) {
        Member to;
        to.name = name;
        for (const auto& [key, value] : object(facts, name)) {
            if (is_prose(key) || assign_trait(reference_traits, static_cast<Reference&>(to), key, value) ||
                assign_trait(member_traits, to, key, value)) {
                continue;
            }
            if (key == "location") {
                to.location = one_of<Location>(locations, value, key);
            } else if (key == "contextParam") {
                to.context_param = text(member(value, "name"), "name");
            } else {
                unknown("member", key);
            }
        }
        if (to.target.empty()) fail("the member `" + to.name + "` has no shape");
        return to;
    }

    void read_reference(Reference& to, const json::value& facts) {
        read_traits(reference_traits, to, "reference", facts);
        if (to.target.empty()) fail("refers to something that has no `shape`");
    }

    void read_operations(const json::value& value) {
        enter("operations");
        if (const json::array* list = value.if_array()) {
            for (const json::value& facts : *list) read_operation(text(member(facts, "name"), "name"), facts);
            return;
        }
        for (const auto& [name, facts] : object(value, "operations")) read_operation(name, facts);
    }

    void read_operation(std::string_view name, const json::value& facts) {
        enter("operations", name);
        api_.operation_index_.emplace(name, static_cast<std::uint32_t>(api_.operations.size()));
        Operation& to = api_.operations.emplace_back();
        to.name = name;
        to.line = lines_.of(section_, entry_);
        std::vector<std::string>& errors = errors_.emplace_back();
        for (const auto& [key, value] : object(facts, name)) {
            if (is_prose(key) || assign_trait(operation_traits, to, key, value)) continue;
            if (key == "http") {
                read_traits(http_traits, to, "http", value);
            } else if (key == "input") {
                read_body(to.input.emplace(), value);
            } else if (key == "output") {
                read_body(to.output.emplace(), value);
            } else if (key == "errors") {
                for (const json::value& error : array(value, key)) {
                    errors.push_back(text(member(error, "shape"), "shape"));
                }
            } else if (!read_rare_trait(to, key, value)) {
                unknown("operation", key);
            }
        }
    }

    bool read_rare_trait(Operation& to, std::string_view key, const json::value& value) {
        if (key == "endpoint") {
            if (const json::value* prefix = object(value, key).if_contains("hostPrefix")) {
                to.host_prefix = text(*prefix, "hostPrefix");
            }
        } else if (key == "httpChecksum") {
            read_traits(checksum_traits, to.http_checksum.emplace(), key, value);
        } else if (key == "requestcompression") {
            assign(to.compression_encodings, member(value, "encodings"), "encodings");
        } else if (key == "endpointdiscovery") {
            to.endpoint_discovery = true;
            const json::value* required = object(value, key).if_contains("required");
            to.endpoint_discovery_required = required && flag(*required, "required");
        } else if (key == "staticContextParams") {
            for (const auto& [name, param] : object(value, key)) {
                to.static_context_params.push_back(
                    {std::string(name), json::value(member(param, "value"), json::storage_ptr())});
            }
        } else if (key == "operationContextParams") {
            for (const auto& [name, param] : object(value, key)) {
                to.operation_context_params.push_back({std::string(name), text(member(param, "path"), "path")});
            }
        } else {
            return false;
        }
        return true;
    }

    void read_body(Body& to, const json::value& facts) {
        for (const auto& [key, value] : object(facts, "input or output")) {
            if (is_prose(key) || assign_trait(reference_traits, static_cast<Reference&>(to), key, value)) continue;
            if (!assign_trait(body_traits, to, key, value)) unknown("body", key);
        }
        if (to.target.empty()) fail("has an input or output without a `shape`");
    }

    void read_paginators(const json::value& value) {
        for (const auto& [operation, facts] : object(value, "paginators")) {
            enter("paginators", operation);
            Paginator to;
            to.operation = operation;
            read_traits(paginator_traits, to, "paginator", facts);
            if (to.input_tokens.empty() || to.input_tokens.size() != to.output_tokens.size()) {
                fail("has not one output token for each input token");
            }
            api_.paginator_index_.emplace(operation, static_cast<std::uint32_t>(api_.paginators.size()));
            api_.paginators.push_back(std::move(to));
        }
    }

    void read_waiters(const json::value& value) {
        for (const auto& [name, facts] : object(value, "waiters")) {
            enter("waiters", name);
            api_.waiter_index_.emplace(name, static_cast<std::uint32_t>(api_.waiters.size()));
            Waiter& to = api_.waiters.emplace_back();
            to.name = name;
            for (const auto& [key, trait] : object(facts, name)) {
                if (assign_trait(waiter_traits, to, key, trait)) continue;
                if (key == "acceptors") {
                    for (const json::value& each : array(trait, key)) to.acceptors.push_back(read_acceptor(each));
                } else {
                    unknown("waiter", key);
                }
            }
        }
    }

    Acceptor read_acceptor(const json::value& facts) {
        Acceptor to;
        to.matcher = one_of<Matcher>(matchers, member(facts, "matcher"), "matcher");
        to.state = one_of<WaiterState>(waiter_states, member(facts, "state"), "state");
        to.expected = json::value(member(facts, "expected"), json::storage_ptr());
        for (const auto& [key, value] : object(facts, "acceptor")) {
            if (key == "argument") {
                to.argument = text(value, key);
            } else if (key != "matcher" && key != "state" && key != "expected") {
                unknown("acceptor", key);
            }
        }
        return to;
    }

    // --- names to shapes, once all of them are known -----------------------------------------------------------------

    ShapeIndex index_of(const std::string& name) const {
        const auto found = api_.shape_index_.find(name);
        if (found != api_.shape_index_.end()) return found->second;
        std::vector<std::string_view> names;
        for (const Shape& shape : api_.shapes) names.push_back(shape.name);
        fail("no shape `" + name + "`" + did_you_mean(name, names));
    }

    void resolve(std::optional<Body>& body) const {
        if (body) body->shape = index_of(body->target);
    }

    void resolve(std::optional<Reference>& reference) const {
        if (reference) reference->shape = index_of(reference->target);
    }

    void resolve() {
        for (Shape& shape : api_.shapes) {
            enter("shapes", shape.name);
            for (Member& one : shape.members) one.shape = index_of(one.target);
            resolve(shape.element);
            resolve(shape.key);
            resolve(shape.value);
        }
        for (std::size_t i = 0; i < api_.operations.size(); ++i) {
            Operation& operation = api_.operations[i];
            enter("operations", operation.name);
            resolve(operation.input);
            resolve(operation.output);
            for (const std::string& error : errors_[i]) operation.errors.push_back(index_of(error));
        }
        for (const Paginator& paginator : api_.paginators) {
            check_operation("paginators", paginator.operation, paginator.operation);
        }
        for (const Waiter& waiter : api_.waiters) check_operation("waiters", waiter.name, waiter.operation);
    }

    void check_operation(std::string_view section, std::string_view entry, const std::string& operation) {
        enter(section, entry);
        if (api_.find_operation(operation)) return;
        std::vector<std::string_view> names;
        for (const Operation& known : api_.operations) names.push_back(known.name);
        fail("no operation `" + operation + "`" + did_you_mean(operation, names));
    }

    Api& api_;
    Lines lines_;
    std::string section_;
    std::string entry_;
    std::vector<std::vector<std::string>> errors_;  // of each operation, by name
};

Api Api::from_json(const json::value& facts, std::string file, std::string_view text) {
    Api api;
    api.file = std::move(file);
    ApiReader(api, text).read(facts);
    return api;
}

}  // namespace botocraft::gen
