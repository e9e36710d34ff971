#include "facts.hpp"

#include <algorithm>
#include <initializer_list>

#include "json_text.hpp"

namespace botocraft::gen::facts {

namespace json = boost::json;

namespace {

bool one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Keys whose value is text for people.
bool is_prose(std::string_view key) {
    return one_of(key, {"documentation", "documentationUrl", "deprecatedMessage", "description", "examples",
                        "externalDocumentation"});
}

// Keys whose value maps names of the API, which may be any word, to things.
bool holds_names(std::string_view key) {
    return one_of(key, {"members", "shapes", "operations", "pagination", "waiters", "parameters", "clientContextParams",
                        "staticContextParams", "operationContextParams", "headers", "properties", "modes", "base"});
}

json::value copy(const json::value& value, bool names) {
    if (const json::array* array = value.if_array()) {
        json::array kept;
        kept.reserve(array->size());
        for (const json::value& element : *array) kept.push_back(copy(element, false));
        return kept;
    }
    if (const json::object* object = value.if_object()) {
        json::object kept;
        kept.reserve(object->size());
        for (const auto& [key, entry] : *object) {
            if (!names && is_prose(key)) continue;
            // What a region is called (`Europe (Ireland)`) is its name for people, not documentation.
            const bool verbatim = !names && key == "regions";
            kept.emplace(key, verbatim ? json::value(entry, json::storage_ptr())
                                       : copy(entry, !names && holds_names(key)));
        }
        return kept;
    }
    return json::value(value, json::storage_ptr());
}

// A file of botocore with its extras, without prose; null if there is no such file.
json::value distil(const json::value& content, const json::value& extras) {
    if (!content.is_object()) return nullptr;
    json::value facts = without_prose(content);
    const json::object* file = extras.if_object();
    const json::value* merged = file ? file->if_contains("merge") : nullptr;
    if (merged && merged->is_object()) merge(facts.get_object(), without_prose(*merged).get_object());
    return facts;
}

// Adds what `files` holds under `key`, as `name`: botocore wraps these in an object with a format version.
void add_section(json::object& facts, std::string_view name, const json::value& content, std::string_view key) {
    const json::object* file = content.if_object();
    const json::value* section = file ? file->if_contains(key) : nullptr;
    facts.emplace(name, section ? *section : json::value(json::object()));
}

std::string text_of(const json::object& facts, std::initializer_list<std::string_view> deeper, int levels) {
    std::string text;
    char before = '{';
    for (const auto& [key, value] : facts) {
        text += before;
        before = ',';
        text += '\n';
        write_json(text, json::value(json::string(key)), 0);
        text += ':';
        write_json(text, value, one_of(key, deeper) ? levels : 1);
    }
    text += "\n}\n";
    return text;
}

}  // namespace

json::value without_prose(const json::value& value) { return copy(value, false); }

void merge(json::object& base, const json::object& extra) {
    for (const auto& [key, value] : extra) {
        json::value* present = base.if_contains(key);
        if (present && present->is_object() && value.is_object()) {
            merge(present->get_object(), value.get_object());
        } else {
            base.insert_or_assign(key, value);
        }
    }
}

json::object service(std::string_view name, std::string_view version, const ServiceFiles& files) {
    json::object facts;
    facts.emplace("botocore", version);
    facts.emplace("service", name);
    const json::value model = distil(files.service, files.service_extras);
    if (model.is_object()) {
        for (const auto& [key, value] : model.get_object()) facts.emplace(key, value);
    }
    add_section(facts, "paginators", distil(files.paginators, files.paginators_extras), "pagination");
    add_section(facts, "waiters", distil(files.waiters, files.waiters_extras), "waiters");
    json::value rules = distil(files.endpoint_rules, files.endpoint_rules_extras);
    facts.emplace("endpoints", std::move(rules));
    return facts;
}

json::object shared(std::string_view version, const json::value& content) {
    json::object facts;
    facts.emplace("botocore", version);
    const json::value kept = without_prose(content);
    if (kept.is_object()) {
        for (const auto& [key, value] : kept.get_object()) facts.emplace(key, value);
    }
    return facts;
}

std::string service_text(const json::object& facts) { return text_of(facts, {"endpoints"}, 2); }

std::string shared_text(const json::object& facts) { return text_of(facts, {"partitions"}, 3); }

}  // namespace botocraft::gen::facts
