#include <algorithm>
#include <array>
#include <set>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"
#include "spec_error.hpp"

#include <endpoint/input_path.hpp>

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

// AWS's facts mark what reads for few of its services. Of the others the names tell: what AWS calls so changes nothing that
// matters when it is done twice.
bool only_reads(const Operation& from) {
    if (from.read_only) return true;
    constexpr std::array<std::string_view, 6> beginnings{"BatchGet", "Describe", "Get", "Head", "List", "Search"};
    return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return from.name.starts_with(beginning); });
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

// --- operations ----------------------------------------------------------------------------------------------------------

void Resolver::operations() {
    for (const overlay::Paging& paging : overlay_.paging) {
        if (facts_.find_operation(paging.operation)) continue;
        std::vector<std::string_view> names;
        for (const Operation& candidate : facts_.operations) names.push_back(candidate.name);
        problems_.add(paging.line,
                      "no operation `" + paging.operation + '`' + did_you_mean(paging.operation, names));
    }
    if (facts_.endpoint_rules.is_object()) {
        plan_.endpoint_rules = compile_endpoint_rules(facts_.endpoint_rules.get_object());
    }
    for (const Operation& from : facts_.operations) plan_.operations.push_back(operation(from));
    bind_outputs();
}

bool Resolver::speaks(std::string_view protocol) const noexcept {
    const Metadata& metadata = facts_.metadata;
    return metadata.protocol == protocol || std::ranges::find(metadata.protocols, protocol) != metadata.protocols.end();
}

// What a structure says of its root element counts more than what an operation says of its input.
void Resolver::xml_root(const Shape& from, plan::Shape& to) const {
    if (!speaks("rest-xml")) return;
    to.xml_name = from.location_name;
    if (to.xml_name.empty() && to.name != from.name) to.xml_name = from.name;
    if (from.xml_namespace) to.xml_namespace = *from.xml_namespace;
}
void Resolver::xml_root(const Body& from, plan::Shape& to) const {
    if (!speaks("rest-xml")) return;
    if (to.xml_name.empty()) to.xml_name = from.location_name;
    if (to.xml_namespace.uri.empty() && from.xml_namespace) to.xml_namespace = *from.xml_namespace;
}

// A reply has no query and no path: what is bound there travels in its body.
void Resolver::bind_outputs() {
    std::set<Row> inputs;
    for (const plan::Operation& operation : plan_.operations) inputs.insert(operation.input);
    for (const plan::Operation& operation : plan_.operations) {
        if (operation.output == plan::none || inputs.contains(operation.output)) continue;
        for (plan::Member& member : plan_.shapes[operation.output].members) {
            using schema::Location;
            if (member.location == Location::query || member.location == Location::query_map ||
                member.location == Location::path) {
                member.location = Location::body;
            }
        }
    }
}

plan::Operation Resolver::operation(const Operation& from) {
    using api::HttpMethod;
    plan::Operation to;
    to.name = from.name;
    to.uri = from.request_uri;
    to.host_prefix = from.host_prefix;
    if (from.method == "GET") to.method = HttpMethod::get;
    if (from.method == "PUT") to.method = HttpMethod::put;
    if (from.method == "DELETE") to.method = HttpMethod::delete_;
    if (from.method == "HEAD") to.method = HttpMethod::head;
    if (from.method == "PATCH") to.method = HttpMethod::patch;
    if (from.input) {
        to.input = rows_.at(from.input->shape);
        xml_root(*from.input, plan_.shapes[to.input]);
    }
    if (from.output) to.output = rows_.at(from.output->shape);
    for (const ShapeIndex error : from.errors) to.errors.push_back(rows_.at(error));
    if (only_reads(from)) to.flags |= api::operation_flag::read_only;
    const bool repeatable = std::ranges::find(overlay_.repeatable, from.method) != overlay_.repeatable.end();
    if (from.idempotent || repeatable) to.flags |= api::operation_flag::idempotent;
    if (std::ranges::find(overlay_.starts_at_home, from.name) != overlay_.starts_at_home.end()) {
        to.flags |= api::operation_flag::starts_at_home;
    }
    if (from.auth_type == "none" || (from.auth.size() == 1 && from.auth[0] == "smithy.api#noAuth")) {
        to.flags |= api::operation_flag::no_auth;
    }
    if (from.unsigned_payload || from.auth_type == "v4-unsigned-body") to.flags |= api::operation_flag::unsigned_payload;
    if (from.http_checksum_required) to.flags |= api::operation_flag::checksum_required;
    if (std::ranges::find(from.compression_encodings, "gzip") != from.compression_encodings.end()) {
        to.flags |= api::operation_flag::compressible;
    }
    if (from.endpoint_discovery) to.flags |= api::operation_flag::discovers_endpoint;
    if (from.endpoint_discovery_required) to.flags |= api::operation_flag::needs_discovery;
    if (from.endpoint_operation) to.flags |= api::operation_flag::names_endpoints;
    checksum(from, to);
    if (from.output) to.event_member = event_member(*from.output);
    to.takes_events = from.input && event_member(*from.input) != plan::none;
    endpoint_parameters(from, to);
    const auto paging = std::ranges::find(overlay_.paging, from.name, &overlay::Paging::operation);
    page(to, facts_.find_paginator(from.name), paging == overlay_.paging.end() ? nullptr : &*paging);
    return to;
}

// What AWS streams event by event is no one value that could be handed over or awaited.
plan::Row Resolver::event_member(const Body& body) const {
    const std::vector<Member>& members = facts_.shapes[body.shape].members;
    const auto found = std::ranges::find_if(members, [&](const Member& m) { return facts_.shapes[m.shape].event_stream; });
    return found == members.end() ? plan::none : static_cast<plan::Row>(found - members.begin());
}

// Checksums that the service lets its callers choose.
void Resolver::checksum(const Operation& from, plan::Operation& to) const {
    if (!from.http_checksum || !from.input) return;
    const HttpChecksum& said = *from.http_checksum;
    if (said.request_checksum_required) to.flags |= api::operation_flag::needs_checksum;
    const std::vector<Member>& members = facts_.shapes[from.input->shape].members;
    const auto row_of = [&](const std::string& name) {
        const auto found = std::ranges::find(members, name, &Member::name);
        if (found == members.end()) {
            throw SpecError({facts_.file, from.line}, "the input of " + from.name + " has no member `" + name + '`');
        }
        return static_cast<plan::Row>(found - members.begin());
    };
    if (!said.request_validation_mode_member.empty()) to.validation_member = row_of(said.request_validation_mode_member);
    if (said.request_algorithm_member.empty()) return;
    to.flags |= api::operation_flag::checksum;
    to.checksum_member = row_of(said.request_algorithm_member);
}

// Whether the path can be read, and its first names are members of the input.
void Resolver::check_input_path(const Operation& from, const std::string& text) const {
    const auto refuse = [&](const std::string& why) {
        throw SpecError({facts_.file, from.line}, "the endpoint of " + from.name + " depends on `" + text + "`: " + why);
    };
    const auto path = endpoint::InputPath::parse(text);
    if (!path) refuse("that is no path that Smithy allows there");
    if (!from.input) refuse("the operation has no input");
    const Shape* shape = &facts_.shapes[from.input->shape];
    for (const endpoint::InputPath::Step& step : path->steps) {
        if (step.kind != endpoint::InputPath::Step::Kind::member || shape->type != ShapeType::structure) break;
        const auto member = std::ranges::find(shape->members, step.name, &Member::name);
        if (member == shape->members.end()) refuse("there is no member `" + std::string(step.name) + '`');
        shape = &facts_.shapes[member->shape];
    }
}

// What the endpoint rules ask of an operation. A parameter that they do not look at would only make endpoints that are
// the same look different.
void Resolver::endpoint_parameters(const Operation& from, plan::Operation& to) {
    if (!plan_.endpoint_rules) return;
    const CompiledRules& rules = *plan_.endpoint_rules;
    const auto looked_at = [&](const std::string& name) {
        const std::optional<std::size_t> index = rules.parameter_index(name);
        return index && rules.reads(*index) ? index : std::nullopt;
    };
    for (const OperationContextParam& param : from.operation_context_params) {
        const auto index = looked_at(param.name);
        if (!index) continue;
        check_input_path(from, param.path);
        to.endpoint_parameters.push_back({*index, plan::none, nullptr, param.path});
    }
    for (const StaticContextParam& param : from.static_context_params) {
        if (const auto index = looked_at(param.name)) to.endpoint_parameters.push_back({*index, plan::none, param.value, {}});
    }
    if (!from.input) return;
    const std::vector<Member>& members = facts_.shapes[from.input->shape].members;
    for (Row i = 0; i < members.size(); ++i) {
        const std::string& name = members[i].context_param;
        const auto index = name.empty() ? std::nullopt : looked_at(name);
        if (!index) continue;
        const auto& known = to.endpoint_parameters;  // a constant counts more than a member
        if (std::ranges::find(known, *index, &plan::EndpointParameter::index) != known.end()) continue;
        to.endpoint_parameters.push_back({*index, i, nullptr, {}});
        if (name == "Bucket" && to.uri.starts_with("/{" + members[i].wire_name() + '}')) {
            to.flags |= api::operation_flag::bucket_in_endpoint;
        }
    }
}

void Resolver::page(plan::Operation& to, const Paginator* paginator, const overlay::Paging* paging) {
    if ((!paginator && !paging) || to.input == plan::none) return;
    const plan::Shape& input = plan_.shapes[to.input];
    const auto index = [&](const std::string& name) {
        const Row found = input.index_of(name);
        if (paging && found == plan::none && !name.empty()) {
            problems_.add(paging->line, "the request of " + to.name + " has no member `" + name + '`' +
                                            did_you_mean(name, names_of(input)));
        }
        return found;
    };
    if (paging) {
        const std::string& output_token = paging->output_token.empty() ? paging->token : paging->output_token;
        to.tokens.push_back({index(paging->token), output_token, paging->more});
        to.limit_member = index(paging->limit);
        std::string problem;
        if (to.output != plan::none && !path(output_token, plan_.shapes[to.output], problem)) {
            problems_.add(paging->line, "the response of " + to.name + ": " + problem);
        }
        return;
    }
    for (std::size_t i = 0; i < paginator->input_tokens.size(); ++i) {
        to.tokens.push_back({index(paginator->input_tokens[i]), paginator->output_tokens[i], paginator->more_results});
    }
    to.limit_member = index(paginator->limit_key);
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
