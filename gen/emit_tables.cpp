#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <sstream>

#include "emit.hpp"
#include "endpoint_rules.hpp"
#include "name_pool.hpp"
#include "names.hpp"
#include "table_rows.hpp"

namespace botocraft::gen {

using schema::Kind;

namespace {

constexpr std::array<std::string_view, 13> kind_names = {"boolean", "integer",  "long_",     "float_", "double_", "string", "timestamp",
                                                         "blob",    "document", "structure", "list",   "map",     "state"};
constexpr std::array<std::string_view, 9> location_names = {"body", "header", "header_prefix", "query", "query_map",
                                                            "path", "status", "payload",       "none"};
constexpr std::array<std::string_view, 8> method_kinds = {"get",    "get_many",       "list",   "create",
                                                          "update", "partial_update", "remove", "call"};
constexpr std::array<std::string_view, 5> result_kinds = {"nothing", "model", "value", "models", "values"};
constexpr std::array<std::string_view, 10> expression_kinds = {"path",   "literal",           "format",       "match",  "argument", "relation",
                                                                "filter", "tag_specification", "query_string", "unless"};
constexpr std::array<std::string_view, 6> http_methods = {"get", "post", "put", "delete_", "head", "patch"};

std::string row_text(plan::Row row) { return row == plan::none ? "none" : std::to_string(row); }

std::string_view protocol_of(std::string_view protocol, std::string_view json_version) {
    if (protocol == "json") return json_version == "1.0" ? "json_1_0" : "json_1_1";
    if (protocol == "query") return "query";
    if (protocol == "ec2") return "ec2";
    if (protocol == "rest-json") return "rest_json";
    if (protocol == "rest-xml") return "rest_xml";
    return "cbor";  // whoever reads the facts leaves out all others
}

class TableWriter {
  public:
    explicit TableWriter(const plan::Service& service) : service_(service) {}

    std::string write();

  private:
    std::string text(std::string_view of) {
        const api::Text found = pool_.text(of);
        return '{' + std::to_string(found.offset) + ", " + std::to_string(found.length) + '}';
    }

    void shapes();
    void slots(const plan::Shape& shape, std::size_t first_row, std::size_t rows);
    void xml_detail(Rows& rows, std::size_t row, const std::string& name, const XmlNamespace& space);
    std::string xml_details() const;
    std::string member(const plan::Member& from, const std::string& offset);
    std::string offset(const plan::Shape& shape, const std::string& identifier) const;
    void operations();
    void endpoint_parameter(const plan::EndpointParameter& from);
    void expressions();
    void methods();
    void arguments(const plan::Method& method);
    void models();
    std::string range(const std::vector<plan::Binding>& from);  // `first, count` of bindings that are added
    std::string checks() const;
    std::string check_rows() const;
    std::string service_row();

    const plan::Service& service_;
    NamePool pool_;
    Rows shapes_{"Shape", "shape_rows"};
    Rows members_{"Member", "member_rows"};
    std::vector<std::uint8_t> slots_;
    Rows xml_shapes_{"::botocraft::schema::XmlDetail", "xml_shape_rows"};
    Rows xml_members_{"::botocraft::schema::XmlDetail", "xml_member_rows"};
    Rows operations_{"Operation", "operation_rows"};
    std::string errors_;
    std::size_t error_count_ = 0;
    Rows tokens_{"Token", "token_rows"};
    Rows endpoint_parameters_{"EndpointParameter", "endpoint_parameter_rows"};
    Rows methods_{"Method", "method_rows"};
    Rows arguments_{"Argument", "argument_rows"};
    Rows additions_{"Addition", "addition_rows"};
    Rows bindings_{"Binding", "binding_rows"};
    Rows expressions_{"Expression", "expression_rows"};
    Rows models_{"Model", "model_rows"};
    Rows relations_{"Relation", "relation_rows"};
    Rows properties_{"Property", "property_rows"};
    Rows error_types_{"ErrorType", "error_type_rows"};
};

std::string TableWriter::offset(const plan::Shape& shape, const std::string& identifier) const {
    return "offsetof(s::" + shape.type + ", " + identifier + ')';
}

// What follows the function that throws an error, where the model says something of sending the request again.
std::string retry_text(const Shape& shape) {
    if (!shape.retryable) return {};
    return ", ::botocraft::orm::ErrorRetry::" + std::string(*shape.retryable ? "throttling" : "transient");
}

// Of letters, digits and what else needs no encoding in a URI.
bool is_plain(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    });
}

std::string TableWriter::member(const plan::Member& from, const std::string& at) {
    const unsigned flags = from.flags | (is_plain(from.wire_name) ? schema::member_flag::plain_name : 0u);
    const std::uint32_t wire = pool_.entry(from.wire_name);
    const std::uint32_t own = pool_.entry(from.name);
    return std::to_string(wire) + ", " + std::to_string(own) + ", " + at + ", " + row_text(from.target) + ", " +
           std::to_string(flags) + ", " + std::to_string(from.wire_name.size()) + ", " +
           std::to_string(from.name.size()) + ", " + enumerator("Kind", from.kind, kind_names) + ", " +
           enumerator("Location", from.location, location_names);
}

// As schema::slot_of says. The ModelState, which is the last of the rows, has no name.
void TableWriter::slots(const plan::Shape& shape, std::size_t first_row, std::size_t rows) {
    slots_.resize((first_row + rows) * 4);
    const std::size_t count = schema::slot_count(rows);
    if (shape.kind != Kind::structure || count == 0) return;
    std::uint8_t* const own = slots_.data() + first_row * 4;
    for (std::size_t i = 0; i < shape.members.size(); ++i) {
        std::size_t at = schema::slot_of(shape.members[i].wire_name, count);
        while (own[at] != 0) at = (at + 1) & (count - 1);
        own[at] = static_cast<std::uint8_t>(i + 1);
    }
}

std::string slots_text(const std::vector<std::uint8_t>& slots) {
    std::string out = "constexpr std::uint8_t slots[] = {";
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (i % 32 == 0) out += "\n    ";
        out += std::to_string(slots[i]) + ',';
    }
    if (slots.empty()) out += '0';
    return out + "};\n\n";
}

// Of each shape, whether a model is in it. They may lead to each other in circles.
std::vector<bool> shapes_with_models(const plan::Service& service) {
    std::vector<bool> found(service.shapes.size());
    for (bool more = true; more;) {
        more = false;
        for (std::size_t row = 0; row < found.size(); ++row) {
            if (found[row]) continue;
            const plan::Shape& shape = service.shapes[row];
            found[row] = shape.primary() || std::ranges::any_of(shape.members, [&](const plan::Member& member) {
                return member.target != plan::none && found[member.target];
            });
            more = more || found[row];
        }
    }
    return found;
}

void TableWriter::shapes() {
    const std::vector<bool> with_models = shapes_with_models(service_);
    for (std::size_t row = 0; row < service_.shapes.size(); ++row) {
        const plan::Shape& shape = service_.shapes[row];
        const bool is_structure = shape.kind == Kind::structure;
        const plan::Row first = members_.count();
        members_.comment(std::to_string(row) + ' ' + (is_structure ? shape.name : std::string(kind_names.at(static_cast<std::size_t>(shape.kind)))));
        xml_detail(xml_shapes_, row, shape.xml_name, shape.xml_namespace);
        for (const plan::Member& from : shape.members) {
            xml_detail(xml_members_, members_.count(), from.query_name, from.xml_namespace);
            members_.add(member(from, is_structure ? offset(shape, from.identifier) : "0"));
        }
        std::size_t count = shape.members.size();
        if (shape.primary()) {
            plan::Member state;
            state.kind = Kind::state;
            state.location = schema::Location::none;
            members_.add(member(state, offset(shape, "state_")));
            ++count;
        }
        slots(shape, first, count);
        const std::string size = is_structure ? "sizeof(s::" + shape.type + ')' : "0";
        shapes_.add(std::to_string(first) + ", " + size + ", " + (is_structure ? std::to_string(pool_.entry(shape.name)) : "0") + ", " +
                    std::to_string(count) + ", " + std::to_string(is_structure ? shape.name.size() : 0) + ", " +
                    enumerator("Kind", shape.kind, kind_names) + ", " +
                    std::to_string(shape.flags | (with_models[row] ? schema::shape_flag::models : 0)));
    }
}

void TableWriter::xml_detail(Rows& rows, std::size_t row, const std::string& name, const XmlNamespace& space) {
    if (name.empty() && space.uri.empty()) return;
    const auto text_or_none = [&](const std::string& of) { return of.empty() ? std::string("{}") : text(of); };
    rows.add(std::to_string(row) + ", " + text_or_none(name) + ", " + text_or_none(space.prefix) + ", " +
             text_or_none(space.uri));
}

// Empty where no row has anything to say.
std::string TableWriter::xml_details() const {
    if (xml_shapes_.count() == 0 && xml_members_.count() == 0) return {};
    return xml_shapes_.str() + xml_members_.str() +
           "constexpr ::botocraft::schema::XmlDetails xml_details{xml_shape_rows, xml_member_rows, " +
           std::to_string(xml_shapes_.count()) + ", " + std::to_string(xml_members_.count()) + "};\n\n";
}

// Nearly all operations have neither.
std::string last_members(const plan::Operation& from) {
    const bool events = from.event_member != plan::none;
    const bool validation = events || from.validation_member != plan::none;
    return (validation ? ", " + row_text(from.validation_member) : "") + (events ? ", " + row_text(from.event_member) : "");
}

void TableWriter::operations() {
    for (const plan::Operation& from : service_.operations) {
        const plan::Row first_token = tokens_.count();
        for (const plan::Token& token : from.tokens) {
            tokens_.add(row_text(token.input_member) + ", " + text(token.output_path) + ", " + text(token.more_path));
        }
        const std::size_t first_error = error_count_;
        for (const plan::Row error : from.errors) {
            errors_ += (error_count_ % 16 == 0 ? "\n    " : " ") + std::to_string(error) + ',';
            ++error_count_;
        }
        operations_.add(text(from.name) + ", " + text(from.uri) + ", " + text(from.host_prefix) + ", " + row_text(from.input) +
                        ", " + row_text(from.output) + ", " + std::to_string(first_error) + ", " +
                        std::to_string(from.errors.size()) + ", " + std::to_string(first_token) + ", " +
                        std::to_string(from.tokens.size()) + ", " + row_text(from.limit_member) + ", " +
                        std::to_string(from.flags) + ", " + enumerator("HttpMethod", from.method, http_methods) + ", " +
                        std::to_string(from.endpoint_parameters.size()) + ", " +
                        std::to_string(endpoint_parameters_.count()) + ", " + row_text(from.checksum_member) + last_members(from));
        for (const plan::EndpointParameter& parameter : from.endpoint_parameters) endpoint_parameter(parameter);
    }
    for (const Shape& shape : service_.facts->shapes) {
        if (!shape.exception) continue;
        const plan::Row row = service_.find_error(identifier(shape.name));
        error_types_.add(text(shape.error_code()) + ", " + row_text(row) + ", raise<s::" + identifier(shape.name) + '>' +
                         retry_text(shape));
    }
}

void TableWriter::endpoint_parameter(const plan::EndpointParameter& from) {
    const boost::json::value& constant = from.constant;
    std::string_view source = "member";
    if (constant.is_bool()) source = constant.get_bool() ? "yes" : "no";
    if (constant.is_string()) source = "text";
    std::string value = constant.is_string() ? text(std::string_view(constant.get_string())) : std::string("{}");
    if (!from.path.empty()) {
        source = "path";
        value = text(from.path);
    }
    endpoint_parameters_.add(value + ", " + row_text(from.member) + ", " + std::to_string(from.index) +
                             ", EndpointParameter::Source::" + std::string(source));
}

void TableWriter::expressions() {
    for (const plan::Expression& from : service_.expressions) {
        expressions_.add(text(from.text) + ", " + text(from.extra) + ", " +
                         enumerator("ExpressionKind", from.kind, expression_kinds));
    }
}

std::string TableWriter::range(const std::vector<plan::Binding>& from) {
    const std::string out = std::to_string(bindings_.count()) + ", " + std::to_string(from.size());
    for (const plan::Binding& one : from) {
        bindings_.add(text(one.name) + ", " + row_text(one.member) + ", " + row_text(one.expression) +
                      (one.wrap ? ", true" : ", false") + (one.inner == plan::none ? "" : ", " + std::to_string(one.inner)));
    }
    return out;
}

void TableWriter::arguments(const plan::Method& method) {
    for (const plan::Argument& from : method.arguments) {
        const std::string at = from.positional ? std::to_string(from.position)
                                               : "offsetof(s::arguments::" + method.arguments_type() + ", " + from.identifier + ')';
        std::uint8_t flags = 0;
        if (from.positional) flags |= orm::argument_flag::positional;
        if (from.required) flags |= orm::argument_flag::required;
        if (from.wrap) flags |= orm::argument_flag::wrap;
        arguments_.add(text(from.name) + ", " + row_text(from.member) + ", " + at + ", " +
                       enumerator("ArgumentType", from.kind, argument_types) + ", " + std::to_string(flags) +
                       (from.inner == plan::none ? "" : ", " + std::to_string(from.inner)));
    }
}

// Designated initialisers, in the order of orm::Method; what is not there keeps its default.
void TableWriter::methods() {
    for (const plan::Method& from : service_.methods) {
        const plan::Row first_argument = arguments_.count();
        arguments(from);
        methods_.comment(from.model_name + '.' + from.identifier);
        std::string row = ".name = " + text(from.identifier) + ", .operation = " + row_text(from.operation) +
                          ", .model = " + row_text(from.model) + ", .kind = " + enumerator("MethodKind", from.kind, method_kinds) +
                          ", .result_kind = " + enumerator("ResultKind", from.result_kind, result_kinds);
        const auto put = [&](const std::string& field, const std::string& value) { row += ", ." + field + " = " + value; };
        const auto put_text = [&](const std::string& field, const std::string& value) {
            put(field, value.empty() ? "{}" : text(value));
        };
        const auto put_row = [&](const std::string& field, plan::Row value) {
            if (value != plan::none) put(field, std::to_string(value));
        };
        const auto put_range = [&](const std::string& name, const std::vector<plan::Binding>& bindings) {
            if (bindings.empty()) return;
            put("first_" + name, std::to_string(bindings_.count()));
            put(name + "_count", std::to_string(bindings.size()));
            range(bindings);
        };
        if (from.paged) put("paged", "true");
        put("first_argument", std::to_string(first_argument));
        put("argument_count", std::to_string(from.arguments.size()));
        put_range("binding", from.bindings);
        put_text("defaults", from.defaults.empty() ? std::string() : boost::json::serialize(from.defaults));
        put_text("result", from.result);
        const bool own = service_.models[from.model].shape == from.result_shape;
        const bool structure = from.result_shape != plan::none &&
                               service_.shapes[from.result_shape].kind == schema::Kind::structure;
        if (structure && !own) put_row("result_shape", from.result_shape);
        if (from.joined) put("joined", "true");
        put_text("failures", from.failures);
        put_text("missing_codes", from.missing);
        put_range("merge", from.merge);
        if (!from.additions.empty()) {
            put("first_addition", std::to_string(additions_.count()));
            put("addition_count", std::to_string(from.additions.size()));
            for (const plan::Addition& addition : from.additions) {
                additions_.add(row_text(addition.method) + ", " + range(addition.bindings) + ", " + range(addition.merge));
            }
        }
        if (!from.steps.empty()) {
            put("first_step", std::to_string(additions_.count()));
            put("step_count", std::to_string(from.steps.size()));
            for (const plan::Addition& step : from.steps) {
                const std::string emptied = step.emptied == plan::none ? "" : ", " + row_text(step.emptied);
                additions_.add(row_text(step.method) + ", " + range(step.bindings) + ", 0, 0" + emptied);
            }
        }
        if (!from.url_encoded.empty()) put_text("url_encoded", from.url_encoded);
        if (!from.nothing.empty()) put_text("nothing_codes", from.nothing);
        put_row("hydrate", from.hydrate);
        if (from.hydrate_batch) put("hydrate_batch", std::to_string(from.hydrate_batch));
        put_row("hydrate_argument", from.hydrate_argument);
        put_text("hydrate_path", from.hydrate_path);
        if (from.keys_given) put("keys_given", "true");
        put_row("each_model", from.each_model);
        put_row("each_method", from.each_method);
        put_range("each", from.each_bindings);
        put_row("refresh", from.refresh);
        put_range("refresh", from.refresh_bindings);
        if (from.refresh_before) put("refresh_before", "true");
        put_row("chunk_argument", from.chunk_argument);
        if (from.chunk_size) put("chunk_size", std::to_string(from.chunk_size));
        if (from.chunk_bytes) put("chunk_bytes", std::to_string(from.chunk_bytes));
        put_row("scan", from.scan);
        if (from.scan != plan::none) put_text("scan_path", from.scan_path);
        put_row("region_member", from.region_member);
        put_row("region_inner", from.region_inner);
        if (!from.silent_region.empty()) put_text("silent_region", from.silent_region);
        methods_.add(row);
    }
}

void TableWriter::models() {
    for (const plan::Model& from : service_.models) {
        const plan::Shape& shape = service_.shapes[from.shape];
        const std::string key = range(from.key);
        const std::string remove = range(from.remove_bindings);
        const plan::Row tag_binding = bindings_.count();
        range(from.tag_binding);
        const plan::Row untag_binding = bindings_.count();
        range(from.untag_binding);
        const plan::Row first_property = properties_.count();
        for (const plan::Property& property : from.properties) {
            properties_.add(text(property.name) + ", " + row_text(property.expression));
        }
        const plan::Row first_relation = relations_.count();
        for (const plan::Relation& relation : from.relations) {
            relations_.add(text(relation.name) + ", " + row_text(relation.method) + ", " + range(relation.bindings) +
                           (relation.many ? ", true" : ", false") + (relation.cached ? ", true" : ", false"));
        }
        for (const plan::Proxy& proxy : from.proxies) range(proxy.bindings);
        models_.comment(from.name);
        models_.add(row_text(from.shape) + ", " + key + ", " + row_text(from.arn) + ", " + row_text(from.display_name) + ", " +
                    row_text(from.get) + ", " + row_text(from.list) + ", " + row_text(from.create) + ", " +
                    row_text(from.update) + ", " + row_text(from.remove) + ", " + remove + ", " +
                    std::to_string(first_property) + ", " + std::to_string(from.properties.size()) + ", " +
                    std::to_string(first_relation) + ", " + std::to_string(from.relations.size()) + ", " +
                    row_text(from.tags_member) + ", " + (from.primary ? offset(shape, "state_") : "0") +
                    (from.read_only ? ", true" : ", false") +
                    (from.tag == plan::none ? std::string()
                                            : ", " + row_text(from.tag) + ", " + row_text(from.untag) + ", " +
                                                  row_text(tag_binding) + ", " + row_text(untag_binding)));
    }
}

// What is written by hand is declared here, with the types that it looks at, and called through what knows no types.
std::string TableWriter::checks() const {
    if (service_.checks.empty()) return {};
    std::string out;
    for (const plan::Check& check : service_.checks) {
        const plan::Operation& operation = service_.operations[check.operation];
        const std::string& request = service_.shapes[operation.input].type;
        const std::string& response = service_.shapes[operation.output].type;
        out += "void " + check.function + "(const " + request + "& request, const " + response + "& response);\n";
    }
    return out;
}

std::string TableWriter::check_rows() const {
    if (service_.checks.empty()) return {};
    std::string out = "constexpr ::botocraft::orm::AnswerCheck check_rows[] = {\n";
    for (const plan::Check& check : service_.checks) {
        const plan::Operation& operation = service_.operations[check.operation];
        out += "    {" + row_text(check.operation) + ", call<s::" + service_.shapes[operation.input].type + ", s::" +
               service_.shapes[operation.output].type + ", s::" + check.function + ">},\n";
    }
    return "template <class Request, class Response, void (*Check)(const Request&, const Response&)>\n"
           "void call(const void* request, const void* response) {\n"
           "    Check(*static_cast<const Request*>(request), *static_cast<const Response*>(response));\n}\n\n" +
           out + "};\n\n";
}

namespace {

// Nothing for nearly all services, which take signatures of Version 4 and no more.
std::string auth_schemes(const Metadata& metadata) {
    if (metadata.auth.empty() || metadata.auth == std::vector<std::string>{"aws.auth#sigv4"}) return {};
    std::string out = "{";
    for (const std::string& name : metadata.auth) {
        const std::string_view known = name == "aws.auth#sigv4"             ? "sigv4"
                                       : name == "aws.auth#sigv4a"          ? "sigv4a"
                                       : name == "smithy.api#httpBearerAuth" ? "bearer"
                                                                             : "no_auth";
        out += (out.size() > 1 ? ", " : "") + std::string("::botocraft::api::AuthScheme::") + std::string(known);
    }
    return out + "}";
}

}  // namespace

std::string TableWriter::service_row() {
    const Metadata& metadata = service_.facts->metadata;
    std::vector<std::string> protocols = metadata.protocols;
    if (protocols.empty()) protocols.push_back(metadata.protocol);
    std::string out = "constexpr ::botocraft::api::Protocol protocols[] = {";
    for (std::size_t i = 0; i < protocols.size(); ++i) {
        out += (i ? ", " : "") + std::string("::botocraft::api::Protocol::") +
               std::string(protocol_of(protocols[i], metadata.json_version));
    }
    out += "};\n\n}  // namespace\n\n";
    out += "constexpr ::botocraft::schema::Schema schema{shape_rows, member_rows, names, " +
           std::to_string(shapes_.count()) + (xml_details().empty() ? ", nullptr" : ", &xml_details") + ", slots};\n\n";
    out += "constexpr ::botocraft::orm::ServiceTables service{\n    .schema = &schema,\n    .endpoint_rules = &endpoint_rules,\n";
    const auto put = [&](const std::string& field, const std::string& value) { out += "    ." + field + " = " + value + ",\n"; };
    put("name", cpp_literal(service_.name));
    put("service_id", cpp_literal(metadata.service_id));
    put("signing_name", cpp_literal(metadata.signing_name));
    if (const std::string auth = auth_schemes(metadata); !auth.empty()) put("auth", auth);
    put("target_prefix", cpp_literal(metadata.target_prefix));
    put("api_version", cpp_literal(metadata.api_version));
    put("protocols", "protocols");
    put("protocol_count", std::to_string(protocols.size()));
    put("operation_count", std::to_string(operations_.count()));
    put("operations", "operation_rows");
    put("errors", "error_rows");
    put("tokens", "token_rows");
    put("endpoint_parameters", "endpoint_parameter_rows");
    put("models", "model_rows");
    put("model_count", std::to_string(models_.count()));
    put("method_count", std::to_string(methods_.count()));
    put("methods", "method_rows");
    put("arguments", "argument_rows");
    put("additions", "addition_rows");
    put("bindings", "binding_rows");
    put("expressions", "expression_rows");
    put("relations", "relation_rows");
    put("properties", "property_rows");
    put("error_types", "error_type_rows");
    put("error_type_count", std::to_string(error_types_.count()));
    if (!service_.checks.empty()) {
        put("checks", "check_rows");
        put("check_count", std::to_string(service_.checks.size()));
    }
    if (metadata.aws_query_compatible) put("query_compatible", "true");
    if (!service_.region_header.empty()) {
        put("region_header", cpp_literal(service_.region_header));
        if (!service_.region_element.empty()) put("region_element", cpp_literal(service_.region_element));
        put("region_member", cpp_literal(service_.region_member));
    }
    if (service_.first_wait != 0 || service_.max_attempts != 0 || !service_.transient.empty()) {
        put("retries", '{' + std::to_string(service_.first_wait) + ", " + std::to_string(service_.max_attempts) + ", " +
                           cpp_literal(service_.transient) + '}');
    }
    if (!service_.crc32_header.empty()) put("crc32_header", cpp_literal(service_.crc32_header));
    return out + "};\n";
}

std::string TableWriter::write() {
    shapes();
    operations();
    expressions();
    methods();
    models();
    std::string out = emit_banner(service_, "The tables of " + service_.facts->metadata.service_id + ": constants, and nothing else.");
    const std::string folder = "#include <botocraft/" + service_.namespace_;
    out += folder + "/arguments.hpp>\n" + folder + "/errors.hpp>\n" + folder + "/requests.hpp>\n" + folder + "/types.hpp>\n";
    out += "#include <botocraft/service.hpp>\n\n#include <cstddef>\n#include <utility>\n\n#include \"endpoint/tables.hpp\"\n\n"
           "#pragma GCC diagnostic ignored \"-Winvalid-offsetof\"\n\n";
    if (const std::string declared = checks(); !declared.empty()) {
        out += "namespace botocraft::" + service_.namespace_ + " {\n\n// In src/services/" + service_.namespace_ + ".cpp\n" +
               declared + "\n}  // namespace botocraft::" + service_.namespace_ + "\n\n";
    }
    out += "namespace botocraft::" + service_.namespace_ + "::tables {\n\nnamespace {\n\n";
    for (const std::string_view name :
         {"api::EndpointParameter", "api::HttpMethod", "api::Operation", "api::Token", "api::none", "orm::Addition", "orm::Argument", "orm::ArgumentType",
          "orm::Binding", "orm::ErrorType", "orm::Expression", "orm::ExpressionKind", "orm::Method", "orm::MethodKind",
          "orm::Model", "orm::Property", "orm::Relation", "orm::ResultKind", "schema::Kind", "schema::Location",
          "schema::Member", "schema::Shape"}) {
        out += "using ::botocraft::" + std::string(name) + ";\n";
    }
    out += "namespace s = ::botocraft::" + service_.namespace_ + ";\n\n"
           "template <class E>\n[[noreturn]] void raise(::botocraft::ErrorDetails&& details) {\n    throw E(std::move(details));\n}\n\n";
    const std::string tail = service_row();
    out += "constexpr char names[] =\n" + pool_.emit();
    out.replace(out.size() - 1, 1, ";\n\n");
    out += shapes_.str() + members_.str() + slots_text(slots_) + xml_details();
    out += "constexpr std::uint16_t error_rows[] = {" + (errors_.empty() ? "0" : errors_) + "\n};\n\n";
    out += tokens_.str() + endpoint_parameters_.str() + operations_.str() + error_types_.str() + arguments_.str() + expressions_.str() + additions_.str() + bindings_.str() +
           methods_.str() + relations_.str() + properties_.str() + models_.str() + check_rows();
    if (service_.endpoint_rules) {
        out += emit_endpoint_rules(*service_.endpoint_rules, "endpoint_rules");
    } else {
        out += "constexpr ::botocraft::endpoint::RuleSet endpoint_rules{};\n";
    }
    return out + '\n' + tail + "\n}  // namespace botocraft::" + service_.namespace_ + "::tables\n";
}

std::size_t binding_count(const plan::Method& method) {
    std::size_t count = method.bindings.size() + method.merge.size() + method.each_bindings.size() +
                        method.refresh_bindings.size();
    for (const plan::Addition& addition : method.additions) count += addition.bindings.size() + addition.merge.size();
    for (const plan::Addition& step : method.steps) count += step.bindings.size();
    return count;
}

}  // namespace

std::string emit_tables(const plan::Service& service) { return TableWriter(service).write(); }

// In the order in which the tables are written: the bindings of methods, then model by model key, remove, relations, proxies.
ModelRows rows_of(const plan::Service& service, plan::Row row) {
    ModelRows rows;
    std::size_t binding = 0;
    for (const plan::Method& method : service.methods) binding += binding_count(method);
    for (plan::Row i = 0; i <= row; ++i) {
        const plan::Model& model = service.models[i];
        binding += model.key.size() + model.remove_bindings.size() + model.tag_binding.size() + model.untag_binding.size();
        for (const plan::Relation& relation : model.relations) binding += relation.bindings.size();
        if (i == row) break;
        rows.first_relation = static_cast<plan::Row>(rows.first_relation + model.relations.size());
        rows.first_property = static_cast<plan::Row>(rows.first_property + model.properties.size());
        for (const plan::Proxy& proxy : model.proxies) binding += proxy.bindings.size();
    }
    rows.first_proxy_binding = static_cast<plan::Row>(binding);
    return rows;
}

}  // namespace botocraft::gen
