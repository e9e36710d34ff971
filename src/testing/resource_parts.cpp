// What has operations of its own: tags, and other parts that managers read and write besides.
#include "testing/resources.hpp"

#include "orm/expression.hpp"
#include "testing/resource_values.hpp"

#include <algorithm>

namespace botocraft::testing {

using schema::Kind;
using schema::Place;

namespace {

enum class Tagging { none, add, remove, tell };

// By what AWS calls such operations: TagResource, UntagRole, CreateTags, ListQueueTags.
Tagging tagging_of(std::string_view name) noexcept {
    const auto begins = [name](auto... words) { return (name.starts_with(words) || ...); };
    if (begins("Untag", "DeleteTags", "RemoveTags")) return Tagging::remove;
    if (begins("Tag", "CreateTags", "AddTags")) return Tagging::add;
    return begins("List") && name.find("Tags") != std::string_view::npos ? Tagging::tell : Tagging::none;
}

const schema::Member* find_tags(schema::ShapeRef shape) {
    if (!shape.schema) return nullptr;
    const auto found = std::ranges::find_if(
        shape, [&](const schema::Member& member) { return holds_tags(*shape.schema, member); });
    return found == shape.end() ? nullptr : found;
}

// Keys of tags: alone, or with values, which must be those that there are.
bool is_taken(const std::pair<std::string, std::string>& tag, const Value& keys, const Tags& given) {
    const auto same_key = [&](const auto& other) {
        return other.first == tag.first && (other.second.empty() || other.second == tag.second);
    };
    if (std::ranges::any_of(given, same_key)) return true;
    return keys.as_list() && std::ranges::find(*keys.as_list(), Value(tag.first)) != keys.as_list()->end();
}

}  // namespace

// --- tags ------------------------------------------------------------------------------------------------------------

// Those that the request names, by an ARN, or by a key in a member that has the key's name or says that it is of any kind
// of resource: its keys, and what it is deleted by.
std::vector<Resources::Record*> Resources::find_tagged(schema::ShapeRef shape, const void* in) {
    std::vector<Record*> found;
    const auto is_called = [&](const Record& record, std::string_view member, const Value& name) {
        const orm::Model& model = tables_.models[record.model];
        const Value arn = value_of(record, model.arn);
        if (is_given(arn) && arn == name) return true;
        for (std::uint16_t i = 0; i < model.key_count + model.remove_count; ++i) {
            const bool of_key = i < model.key_count;
            const orm::Binding& key = tables_.bindings[of_key ? model.first_key + i : model.first_remove + i - model.key_count];
            const std::string_view path = tables_.text(tables_.expressions[key.expression].text);
            const bool its_own = path == member || tables_.text(key.name) == member;
            if ((its_own || lower(member).starts_with("resource")) && value_of(record, key.expression) == name) return true;
        }
        return false;
    };
    for (const schema::Member& member : shape) {
        const Value said = read_member(shape, member, in);
        const Value::List one{said};
        for (const Value& name : said.as_list() ? *said.as_list() : one) {
            if (!name.as_string()) continue;
            for (const auto& record : records_) {
                if (tables_.models[record->model].tags_member == api::none) continue;
                if (is_called(*record, tables_.schema->name(member), name)) found.push_back(record.get());
            }
        }
    }
    return found;
}

bool Resources::carry_out_tagging(const api::Operation& operation, const void* in, void* out) {
    const Tagging what = tagging_of(tables_.text(operation.name));
    if (what == Tagging::none || operation.input == api::none) return false;
    const schema::ShapeRef in_shape{tables_.schema, operation.input};
    const std::vector<Record*> records = find_tagged(in_shape, in);
    if (records.empty()) return false;
    const schema::Member* const member = find_tags(in_shape);
    const Tags given = member ? read_tags(schema::member_place(in_shape, *member, in)) : Tags();
    Value keys;
    for (const schema::Member& each : in_shape) {
        if (lower(tables_.schema->name(each)).ends_with("keys")) keys = read_member(in_shape, each, in);
    }
    for (Record* const record : records) {
        const schema::ShapeRef shape = record->structure.shape();
        const schema::Member& own = shape.begin()[tables_.models[record->model].tags_member];
        const Place place = schema::member_place(shape, own, record->structure.get());
        if (!holds_tags(*tables_.schema, own)) return false;
        Tags tags = read_tags(place);
        if (what == Tagging::tell) {
            const schema::ShapeRef out_shape{tables_.schema, operation.output};
            const schema::Member* const told = operation.output == api::none ? nullptr : find_tags(out_shape);
            if (told) write_tags(schema::member_place(out_shape, *told, out), tags);
            return told != nullptr;
        }
        std::erase_if(tags, [&](const auto& tag) {
            if (what == Tagging::remove) return is_taken(tag, keys, given);
            return std::ranges::any_of(given, [&](const auto& other) { return other.first == tag.first; });
        });
        if (what == Tagging::add) tags.insert(tags.end(), given.begin(), given.end());
        write_tags(place, tags);
    }
    return true;
}

// --- other parts -----------------------------------------------------------------------------------------------------

// Which part an operation reads or writes is said where the managers complete a model with it, or save it.
bool Resources::carry_out_part(const api::Operation& operation, const void* in, void* out) {
    const auto row = static_cast<std::uint16_t>(&operation - tables_.operations);
    const auto calls = [&](std::uint16_t method) {
        return method != api::none && tables_.methods[method].operation == row;
    };
    const auto whole = [&](const orm::Method& method, const orm::Addition& part, std::uint16_t called) -> Record& {
        Record* const record = find_whole(method.model, part, called, in);
        if (!record) does_not_exist(request(tables_.methods[tables_.models[method.model].get], in, out), {});
        return *record;
    };
    for (const orm::Method& method : std::span(tables_.methods, tables_.method_count)) {
        if (tables_.models[method.model].get == api::none) continue;
        for (std::uint16_t i = 0; i < method.addition_count; ++i) {
            const orm::Addition& part = tables_.additions[method.first_addition + i];
            if (!calls(part.method)) continue;
            tell_part(whole(method, part, part.method), part, out);
            return true;
        }
        for (std::uint16_t i = 0; i < method.step_count; ++i) {
            const orm::Addition& part = tables_.additions[method.first_step + i];
            if (calls(part.method)) {
                set_part(whole(method, part, part.method), part, part.method, in);
                return true;
            }
            if (calls(part.emptied)) {
                clear_part(whole(method, part, part.emptied), part);
                return true;
            }
        }
    }
    return false;
}

Resources::Record* Resources::find_whole(std::uint16_t row, const orm::Addition& part, std::uint16_t method_row,
                                         const void* in) {
    const orm::Method& method = tables_.methods[method_row];
    const schema::ShapeRef shape = methods_.input_of(method);
    const auto found = std::ranges::find_if(records_, [&](const auto& record) {
        if (record->model != row) return false;
        for (std::uint16_t i = 0; i < part.binding_count; ++i) {
            const orm::Binding& binding = tables_.bindings[part.first_binding + i];
            const orm::Argument* const argument = methods_.find_argument(method, tables_.text(binding.name));
            if (!argument || argument->member == api::none || !methods_.is_key(tables_.models[row], binding.expression)) continue;
            const Value said = read_member(shape, shape.begin()[argument->member], in);
            if (!same_name(value_of(*record, binding.expression), said)) return false;
        }
        return true;
    });
    return found == records_.end() ? nullptr : found->get();
}

void Resources::tell_part(const Record& record, const orm::Addition& part, void* out) const {
    const orm::Method& method = tables_.methods[part.method];
    const std::uint16_t output = tables_.operations[method.operation].output;
    if (output == api::none) return;
    const schema::ShapeRef shape = record.structure.shape();
    bool told = false;
    for (std::uint16_t i = 0; i < part.merge_count; ++i) {
        const orm::Binding& binding = tables_.bindings[part.first_merge + i];
        const auto place = schema::member_place(shape, shape.begin()[binding.member], record.structure.get());
        if (schema::presence(place) != schema::Presence::present) continue;
        store({tables_.schema, output}, out, tables_.text(tables_.expressions[binding.expression].text), place);
        told = true;
    }
    const std::string_view codes = tables_.text(method.missing_codes);
    if (told || codes.empty()) return;
    throw ModelledError(std::string(codes.substr(0, codes.find(' '))), "There is none.", methods_.missing_status());
}

void Resources::set_part(Record& record, const orm::Addition& part, std::uint16_t method_row, const void* in) const {
    const orm::Method& method = tables_.methods[method_row];
    const schema::ShapeRef shape = methods_.input_of(method);
    for (std::uint16_t i = 0; i < part.binding_count; ++i) {
        const orm::Binding& binding = tables_.bindings[part.first_binding + i];
        const orm::Argument* const argument = methods_.find_argument(method, tables_.text(binding.name));
        if (!argument || argument->member == api::none) continue;
        if (methods_.is_key(tables_.models[record.model], binding.expression)) continue;
        schema::ConstPlace from = schema::member_place(shape, shape.begin()[argument->member], in);
        if (schema::presence(from) != schema::Presence::present) continue;
        if (argument->inner != api::none) {
            if (from.kind() != Kind::structure) continue;
            from = schema::member_place(from.target(), from.target().begin()[argument->inner], schema::structure(from));
        }
        store(record.structure.shape(), record.structure.get(),
              tables_.text(tables_.expressions[binding.expression].text), from);
    }
}

void Resources::clear_part(Record& record, const orm::Addition& part) const {
    for (std::uint16_t i = 0; i < part.binding_count; ++i) {
        const orm::Binding& binding = tables_.bindings[part.first_binding + i];
        if (methods_.is_key(tables_.models[record.model], binding.expression)) continue;
        const std::string_view path = tables_.text(tables_.expressions[binding.expression].text);
        if (const auto place = make_place(record.structure.shape(), record.structure.get(), path)) schema::reset(*place);
    }
}

}  // namespace botocraft::testing
