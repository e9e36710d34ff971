#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"
#include "spec_error.hpp"

#include <endpoint/input_path.hpp>

namespace botocraft::gen {

namespace flag = schema::member_flag;
using schema::Kind;

namespace {

// AWS's facts mark what reads for few of its services. Of the others the names tell: what AWS calls so changes nothing that
// matters when it is done twice.
bool only_reads(const Operation& from) {
    if (from.read_only) return true;
    constexpr std::array<std::string_view, 6> beginnings{"BatchGet", "Describe", "Get", "Head", "List", "Search"};
    return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return from.name.starts_with(beginning); });
}

constexpr std::array<std::string_view, 3> page_tokens{"NextToken", "Marker", "ContinuationToken"};
constexpr std::array<std::string_view, 5> page_sizes{"MaxResults", "MaxItems", "MaxRecords", "PageSize", "Limit"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::any_of(names, [name](std::string_view one) { return equal_ignoring_case(name, one); });
}

// How an operation pages that AWS's list of paginators leaves out, although it takes a token and gives one: by names that all of
// AWS uses so. What changes something may mean another thing by them.
std::optional<Paginator> pages_by_names(const Api& facts, const Operation& operation) {
    if (!operation.input || !operation.output || !only_reads(operation)) return std::nullopt;
    const std::vector<Member>& response = facts.target(*operation.output).members;
    const auto of_response = [&](const std::string& name, ShapeType type) {
        const auto found = std::ranges::find_if(response, [&](const Member& member) {
            return equal_ignoring_case(member.name, name) && facts.target(member).type == type;
        });
        return found == response.end() ? std::string() : found->name;
    };
    Paginator paginator;
    paginator.operation = operation.name;
    paginator.more_results = of_response("IsTruncated", ShapeType::boolean);
    for (const Member& member : facts.target(*operation.input).members) {
        const ShapeType type = facts.target(member).type;
        if (type == ShapeType::integer && is_one_of(member.name, page_sizes)) paginator.limit_key = member.name;
        if (type != ShapeType::string || member.required || !is_one_of(member.name, page_tokens)) continue;
        // Where there is a `NextMarker`, `Marker` says which page this is.
        std::string next = of_response("Next" + member.name, ShapeType::string);
        if (next.empty()) next = of_response(member.name, ShapeType::string);
        if (next.empty()) continue;
        paginator.input_tokens = {member.name};
        paginator.output_tokens = {next};
    }
    return paginator.input_tokens.empty() ? std::nullopt : std::optional(std::move(paginator));
}

}  // namespace

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
    const bool repeatable = std::ranges::any_of(
        overlay_.repeatable, [&](const std::string& listed) { return listed == from.method || listed == from.name; });
    if (from.idempotent || repeatable) to.flags |= api::operation_flag::idempotent;
    if (std::ranges::find(overlay_.starts_at_home, from.name) != overlay_.starts_at_home.end()) {
        to.flags |= api::operation_flag::starts_at_home;
    }
    if (std::ranges::find(overlay_.polls, from.name) != overlay_.polls.end()) to.flags |= api::operation_flag::poll;
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
    const Paginator* const listed = facts_.find_paginator(from.name);
    const std::optional<Paginator> inferred = listed ? std::nullopt : pages_by_names(facts_, from);
    page(to, listed ? listed : inferred ? &*inferred : nullptr, paging == overlay_.paging.end() ? nullptr : &*paging);
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

}  // namespace botocraft::gen
