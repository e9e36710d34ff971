#include <algorithm>
#include <set>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace flag = schema::member_flag;
using schema::Kind;

namespace {

Kind kind_of(const Shape& shape) noexcept {
    switch (shape.type) {
        case ShapeType::structure: return shape.document ? Kind::document : Kind::structure;
        case ShapeType::list: return Kind::list;
        case ShapeType::map: return Kind::map;
        case ShapeType::string: return Kind::string;
        case ShapeType::boolean: return Kind::boolean;
        case ShapeType::integer: return Kind::integer;
        case ShapeType::long_integer: return Kind::long_;
        case ShapeType::float_number: return Kind::float_;
        case ShapeType::double_number: return Kind::double_;
        case ShapeType::timestamp: return Kind::timestamp;
        case ShapeType::blob: return Kind::blob;
    }
    return Kind::string;
}

std::string_view scalar_type(Kind kind) noexcept {
    switch (kind) {
        case Kind::boolean: return "bool";
        case Kind::integer: return "std::int32_t";
        case Kind::long_: return "std::int64_t";
        case Kind::float_: return "float";
        case Kind::double_: return "double";
        case Kind::string: return "std::string";
        case Kind::timestamp: return "::botocraft::timestamp";
        case Kind::blob: return "::botocraft::blob";
        case Kind::document: return "::botocraft::document";
        default: return {};
    }
}

schema::Location location_of(const Member& member, const Shape& parent, Kind kind) noexcept {
    using To = schema::Location;
    if (!parent.payload.empty() && parent.payload == member.name) return To::payload;
    // In the messages of event streams.
    if (member.event_payload) return To::payload;
    if (member.event_header) return To::header;
    switch (member.location) {
        case Location::body: return To::body;
        case Location::header: return To::header;
        case Location::headers: return To::header_prefix;
        case Location::uri: return To::path;
        case Location::querystring: return kind == Kind::map ? To::query_map : To::query;
        case Location::status_code: return To::status;
    }
    return To::body;
}

std::uint16_t timestamp_flag(TimestampFormat format) noexcept {
    using To = schema::TimestampFormat;
    To to = To::protocol_default;
    if (format == TimestampFormat::iso8601) to = To::date_time;
    if (format == TimestampFormat::rfc822) to = To::http_date;
    if (format == TimestampFormat::unix_timestamp) to = To::epoch_seconds;
    return static_cast<std::uint16_t>(static_cast<unsigned>(to) << flag::timestamp_shift);
}

}  // namespace

bool is_tag(const plan::Shape& shape) {
    return shape.members.size() == 2 && shape.members[0].kind == Kind::string &&
           shape.members[1].kind == Kind::string && equal_ignoring_case(shape.members[0].name, "key") &&
           equal_ignoring_case(shape.members[1].name, "value");
}

std::vector<std::string_view> names_of(const plan::Shape& shape) {
    std::vector<std::string_view> names;
    for (const plan::Member& member : shape.members) names.push_back(member.name);
    return names;
}

Resolver::Resolver(const Api& facts, const overlay::Overlay& overlay, Problems& problems)
    : facts_(facts), overlay_(overlay), problems_(problems) {
    plan_.name = facts.service;
    plan_.region_header = overlay.region_header;
    plan_.region_element = overlay.region_element;
    plan_.region_member = overlay.region_member;
    plan_.first_wait = overlay.first_wait;
    plan_.max_attempts = overlay.max_attempts;
    for (const std::string& code : overlay.transient) plan_.transient += (plan_.transient.empty() ? "" : " ") + code;
    plan_.crc32_header = overlay.crc32_header;
    plan_.namespace_ = facts.service;
    std::ranges::replace(plan_.namespace_, '-', '_');
    plan_.facts = &facts;
}

// Structures first, so that their rows are known when members refer to them; lists and maps follow as they are met.
void Resolver::shapes() {
    name_structures();
    for (ShapeIndex i = 0; i < facts_.shapes.size(); ++i) {
        const Shape& shape = facts_.shapes[i];
        if (kind_of(shape) != Kind::structure) continue;
        rows_[i] = static_cast<Row>(plan_.shapes.size());
        plan::Shape& row = plan_.shapes.emplace_back();
        const auto renamed = renames_.find(shape.name);
        row.name = renamed == renames_.end() ? shape.name : renamed->second;
        row.type = identifier(row.name) + std::string(shape.exception ? plan::error_details : std::string_view());
        if (shape.is_union) row.flags |= schema::shape_flag::union_;
        if (shape.exception) row.flags |= schema::shape_flag::exception;
        if (shape.sensitive) row.flags |= schema::shape_flag::sensitive;
        xml_root(shape, row);
    }
    for (const overlay::Model& model : overlay_.models) {
        const std::string& name = model.shape.empty() ? model.name : model.shape;
        if (facts_.find_shape(name) || model.extra_fields.empty() || !model.shape.empty()) continue;
        plan::Shape& row = plan_.shapes.emplace_back();  // AWS has no structure for it
        row.name = model.name;
        row.type = identifier(model.name);
    }
    enumerations();
    const std::map<ShapeIndex, Row> structures = rows_;
    for (const auto& [shape, row] : structures) structure(shape);
}

void Resolver::percent_encoded() {
    for (const overlay::Binding& one : overlay_.percent_encoded) {
        const Shape* const shape = facts_.find_shape(one.name);
        if (shape && shape->type == ShapeType::string) continue;
        std::vector<std::string> names;
        for (const Shape& candidate : facts_.shapes) {
            if (candidate.type == ShapeType::string) names.push_back(candidate.name);
        }
        problems_.add(one.line, "no text `" + one.name + '`' + did_you_mean(one.name, names));
    }
}

void Resolver::name_structures() {
    for (const overlay::Model& model : overlay_.structures) {
        const Shape* shape = facts_.find_shape(model.name);
        if (!shape || shape->type != ShapeType::structure) {
            problems_.add(model.line, "no structure `" + model.name + '`' +
                                          did_you_mean(model.name, model_names()));
        } else if (!model.rename.empty()) {
            renames_[model.name] = model.rename;
        }
    }
    for (const overlay::Model& model : overlay_.models) {
        if (!model.shape.empty() && model.shape != model.name) renames_[model.shape] = model.name;
    }
}

std::vector<std::string> Resolver::model_names() const {
    std::vector<std::string> names;
    for (const Shape& shape : facts_.shapes) {
        if (shape.type == ShapeType::structure) names.push_back(shape.name);
    }
    return names;
}

void Resolver::enumerations() {
    for (const Shape& shape : facts_.shapes) {
        if (shape.type == ShapeType::string && !shape.enum_values.empty()) {
            plan_.enumerations.push_back({identifier(shape.name), shape.enum_values});
        }
    }
}

void Resolver::structure(ShapeIndex index) {
    const Shape& shape = facts_.shapes[index];
    const Row row = rows_.at(index);
    const std::string class_name = plan_.shapes[row].type;
    std::vector<plan::Member> members;  // apart, because lists and maps that they bring add rows
    for (const Member& from : shape.members) members.push_back(member(from, shape, class_name));
    plan_.shapes[row].members = std::move(members);
}

plan::Member Resolver::member(const Member& from, const Shape& parent, const std::string& class_name) {
    plan::Member to;
    to.name = from.name;
    to.wire_name = from.wire_name();
    to.identifier = member_identifier(from.name, class_name);
    set_type(to, from, false);
    to.location = location_of(from, parent, to.kind);
    if (from.required) to.flags |= flag::required;
    if (from.idempotency_token) to.flags |= flag::idempotency_token;
    if (from.xml_attribute) to.flags |= flag::xml_attribute;
    if (from.streaming) to.flags |= flag::streaming;
    if (from.host_label) to.flags |= flag::host_label;
    to.query_name = from.query_name;
    if (from.xml_namespace) to.xml_namespace = *from.xml_namespace;
    if (from.timestamp_format != TimestampFormat::unspecified) {
        to.flags = static_cast<std::uint16_t>((to.flags & ~(3U << flag::timestamp_shift)) |
                                              timestamp_flag(from.timestamp_format));
    }
    return to;
}

// Kind, target and C++ type. A member holds field<T>, box<T>, list<T> or map<T>; an element T itself.
void Resolver::set_type(plan::Member& to, const Reference& from, bool nullable) {
    const Shape& target = facts_.target(from);
    to.kind = kind_of(target);
    to.target = row_of_reference(from);
    if (target.sensitive) to.flags |= flag::sensitive;
    if (target.flattened || from.flattened) to.flags |= flag::flattened;
    if (from.json_value) to.flags |= flag::json_value;
    if (target.type == ShapeType::string && !target.enum_values.empty()) {
        to.flags |= flag::enumeration;
        to.enumeration = target.name;
    }
    if (to.kind == Kind::timestamp) to.flags |= timestamp_flag(target.timestamp_format);
    const bool encoded = std::ranges::any_of(overlay_.percent_encoded, [&](const auto& one) { return one.name == target.name; });
    if (encoded && to.kind == Kind::string) to.flags |= flag::percent_encoded;
    if (nullable) to.flags |= flag::nullable;
    switch (to.kind) {
        case Kind::structure: to.type = "::botocraft::" + plan_.namespace_ + "::" + plan_.shapes[to.target].type; break;
        case Kind::list: to.type = "::botocraft::list<" + plan_.shapes[to.target].members[0].type + '>'; break;
        case Kind::map: to.type = "::botocraft::map<" + plan_.shapes[to.target].members[1].type + '>'; break;
        default: to.type = scalar_type(to.kind);
    }
    if (nullable && to.kind == Kind::structure) {
        to.type = "::botocraft::box<" + to.type + '>';
    } else if (nullable && to.kind != Kind::list && to.kind != Kind::map) {
        to.type = "::botocraft::field<" + to.type + '>';
    }
}

Resolver::Row Resolver::row_of_reference(const Reference& reference) {
    const Shape& target = facts_.target(reference);
    switch (kind_of(target)) {
        case Kind::structure: return rows_.at(reference.shape);
        case Kind::list:
        case Kind::map: return container(target);
        default: return plan::none;
    }
}

// Lists and maps of the same elements share one row.
Resolver::Row Resolver::container(const Shape& shape) {
    const bool is_map = shape.type == ShapeType::map;
    plan::Shape row;
    row.kind = is_map ? Kind::map : Kind::list;
    if (shape.sensitive) row.flags |= schema::shape_flag::sensitive;
    const auto element = [&](const Reference& from, std::string_view default_name, bool nullable) {
        plan::Member to;
        to.name = to.wire_name = from.location_name.empty() ? std::string(default_name) : from.location_name;
        set_type(to, from, nullable);
        row.members.push_back(std::move(to));
    };
    if (is_map) {
        element(*shape.key, "key", false);
        element(*shape.value, "value", shape.sparse);
    } else {
        element(*shape.element, "member", shape.sparse);
    }
    std::string content = std::to_string(row.flags);
    for (const plan::Member& member : row.members) {
        content += ' ' + member.wire_name + ' ' + member.type + ' ' + std::to_string(static_cast<int>(member.kind)) + ' ' +
                   std::to_string(member.target) + ' ' + std::to_string(member.flags) + ' ' + member.enumeration;
    }
    const auto [found, is_new] = containers_.try_emplace(content, static_cast<Row>(plan_.shapes.size()));
    if (is_new) plan_.shapes.push_back(std::move(row));
    return found->second;
}

// --- what the overlay adds -----------------------------------------------------------------------------------------------

void Resolver::extend(const overlay::Model& from, Row row) {
    plan::Shape& shape = plan_.shapes[row];
    for (const overlay::Field& field : from.fields) {
        const Row index = shape.index_of(field.name);
        if (index == plan::none) {
            problems_.add(field.line, '`' + shape.name + "` has no member `" + field.name + '`' +
                                          did_you_mean(field.name, names_of(shape)));
            continue;
        }
        plan::Member& member = shape.members[index];
        if (!field.rename.empty()) {
            member.name = field.rename;
            member.identifier = member_identifier(field.rename, shape.type);
        }
        if (field.read_only.value_or(false)) member.flags |= flag::read_only;
        if (field.required) {
            member.flags = static_cast<std::uint16_t>(*field.required ? member.flags | flag::required
                                                                      : member.flags & ~flag::required);
        }
    }
    for (const overlay::Field& field : from.extra_fields) extra_field(field, plan_.shapes[row]);
}

void Resolver::extra_field(const overlay::Field& field, plan::Shape& shape) {
    static constexpr std::array<std::pair<std::string_view, Kind>, 7> leaves = {{{"string", Kind::string},
                                                                                {"boolean", Kind::boolean},
                                                                                {"integer", Kind::integer},
                                                                                {"long", Kind::long_},
                                                                                {"float", Kind::float_},
                                                                                {"double", Kind::double_},
                                                                                {"timestamp", Kind::timestamp}}};
    if (shape.find(field.name)) {
        problems_.add(field.line, '`' + shape.name + "` has a member `" + field.name + "` already");
        return;
    }
    plan::Member member;
    member.name = member.wire_name = field.name;
    member.identifier = member_identifier(field.name, shape.type);
    member.location = schema::Location::none;
    const auto leaf = std::ranges::find(leaves, field.type, [](const auto& pair) { return pair.first; });
    if (leaf != leaves.end()) {
        member.kind = leaf->second;
        member.type = scalar_type(member.kind);
    } else if (const Shape* type = facts_.find_shape(field.type)) {
        Reference reference;
        reference.target = type->name;
        reference.shape = static_cast<ShapeIndex>(type - facts_.shapes.data());
        const std::size_t row = static_cast<std::size_t>(&shape - plan_.shapes.data());
        set_type(member, reference, false);  // may add a row
        if (field.required.value_or(false)) member.flags |= flag::required;
        if (field.read_only.value_or(false)) member.flags |= flag::read_only;
        plan_.shapes[row].members.push_back(std::move(member));
        return;
    } else {
        std::vector<std::string_view> names;
        for (const Shape& candidate : facts_.shapes) names.push_back(candidate.name);
        problems_.add(field.line, "no type `" + field.type + '`' + did_you_mean(field.type, names));
        return;
    }
    if (field.required.value_or(false)) member.flags |= flag::required;
    if (field.read_only.value_or(false)) member.flags |= flag::read_only;
    shape.members.push_back(std::move(member));
}

// Members that hold tags get a list that can be used as a dictionary.
void Resolver::find_tags() {
    std::vector<std::pair<Row, std::string>> named;
    for (const overlay::Model& model : overlay_.models) {
        if (!model.tags.empty()) named.emplace_back(model_row(model.name), model.tags);
    }
    for (std::size_t row = 0; row < plan_.shapes.size(); ++row) {
        for (plan::Member& member : plan_.shapes[row].members) {
            if (plan_.shapes[row].kind != Kind::structure || member.kind != Kind::list) continue;
            const plan::Member& element = plan_.shapes[member.target].members[0];
            if (element.kind != Kind::structure || !is_tag(plan_.shapes[element.target])) continue;
            const bool by_name = equal_ignoring_case(member.name, "tags") || equal_ignoring_case(member.name, "taglist");
            const bool by_overlay = std::ranges::any_of(named, [&](const auto& pair) {
                return pair.first != plan::none && plan_.models[pair.first].shape == row && pair.second == member.name;
            });
            if (!by_name && !by_overlay) continue;
            plan_.shapes[element.target].flags |= schema::shape_flag::tag;
            member.type = "::botocraft::tag_list<" + element.type + '>';
        }
    }
}

// --- names and headers ---------------------------------------------------------------------------------------------------

// Structures, enumerations and managers share the service's namespace.
void Resolver::check_names() {
    std::set<std::string> seen = {"tables", "arguments"};
    const auto add = [&](const std::string& name, std::size_t line) {
        if (!seen.insert(name).second) {
            problems_.add(line, "two types would be called `" + name + "`: give one another name (`rename` under structures)");
        }
    };
    for (const plan::Shape& shape : plan_.shapes) {
        if (shape.kind != Kind::structure) continue;
        add(shape.type, shape.model == plan::none ? 0 : plan_.models[shape.model].line);
    }
    for (const plan::Enumeration& enumeration : plan_.enumerations) add(enumeration.name, 0);
    for (const Shape& shape : facts_.shapes) {
        if (shape.exception) add(identifier(shape.name), 0);
    }
    for (const plan::Model& model : plan_.models) {
        if (model.primary) add(model.name + "Manager", model.line);
    }
}

void Resolver::mark(Row row, plan::Header header) {
    if (row == plan::none || plan_.shapes[row].header != plan::Header::unused) return;
    plan_.shapes[row].header = header;
    for (const plan::Member& member : plan_.shapes[row].members) mark(member.target, header);
}

// types.hpp has what models and arguments are made of; the rest of what operations use is in requests.hpp.
void Resolver::choose_headers() {
    for (const plan::Model& model : plan_.models) mark(model.shape, plan::Header::types);
    std::set<Row> bodies;
    for (const plan::Operation& operation : plan_.operations) bodies.insert({operation.input, operation.output});
    for (const plan::Method& method : plan_.methods) {
        mark(method.result_shape, plan::Header::types);
        if (method.operation == plan::none) continue;
        for (const Row body : {plan_.operations[method.operation].input, plan_.operations[method.operation].output}) {
            if (body == plan::none) continue;
            for (const plan::Member& member : plan_.shapes[body].members) mark(member.target, plan::Header::types);
        }
    }
    for (const Row body : bodies) mark(body, plan::Header::requests);
    for (const plan::Operation& operation : plan_.operations) {
        for (const Row error : operation.errors) mark(error, plan::Header::requests);
    }
    for (Row row = 0; row < plan_.shapes.size(); ++row) mark(row, plan::Header::requests);
}

}  // namespace botocraft::gen
