#include <algorithm>
#include <boost/json/serialize.hpp>
#include <regex>

#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

using schema::Kind;

namespace {

std::string_view word(Kind kind) noexcept {
    switch (kind) {
        case Kind::boolean: return "boolean";
        case Kind::integer: return "integer";
        case Kind::long_: return "long";
        case Kind::float_: return "float";
        case Kind::double_: return "double";
        case Kind::string: return "string";
        case Kind::timestamp: return "timestamp";
        case Kind::blob: return "blob";
        case Kind::document: return "document";
        case Kind::structure: return "structure";
        case Kind::list: return "list";
        case Kind::map: return "map";
        case Kind::state: return "state";
    }
    return "";
}

bool is_number(Kind kind) noexcept {
    return kind == Kind::integer || kind == Kind::long_ || kind == Kind::float_ || kind == Kind::double_;
}

// One step of a path: a name, or what stands in brackets.
struct Step {
    enum class Kind : unsigned char { name, each, index, key, wrong };
    Kind kind = Kind::wrong;
    std::string_view text;
};

Step next_step(std::string_view& rest) {
    if (rest.front() == '[') {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos) return {};
        const std::string_view inside = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (inside.empty()) return {Step::Kind::each, inside};
        if (inside.size() > 2 && inside.front() == '\'' && inside.back() == '\'') {
            return {Step::Kind::key, inside.substr(1, inside.size() - 2)};
        }
        const bool digits = std::ranges::all_of(inside, [](char c) { return c >= '0' && c <= '9'; });
        return {digits ? Step::Kind::index : Step::Kind::wrong, inside};
    }
    const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
    const Step step{end == 0 ? Step::Kind::wrong : Step::Kind::name, rest.substr(0, end)};
    rest.remove_prefix(end);
    return step;
}

}  // namespace

// What a key leads to in a map, or in a list of tags; null in anything else.
const plan::Member* Resolver::keyed(const plan::Shape& shape) const {
    if (shape.kind == Kind::map) return &shape.members[1];
    const plan::Member* element = shape.kind == Kind::list ? &shape.members[0] : nullptr;
    if (!element || element->kind != Kind::structure || !is_tag(plan_.shapes[element->target])) return nullptr;
    return &plan_.shapes[element->target].members[1];
}

// What is at `text` in `shape`; else nothing, and why.
std::optional<Value> Resolver::path(std::string_view text, const plan::Shape& shape, std::string& problem) const {
    const auto wrong = [&](const std::string& why) {
        problem = "the path `" + std::string(text) + "`: " + why;
        return std::nullopt;
    };
    if (text.empty()) return wrong("is empty");
    const plan::Shape* here = &shape;
    Value value{Kind::structure, plan::none, false};
    std::string_view rest = text;
    while (!rest.empty()) {
        if (rest.front() == '.' && rest.size() != text.size()) rest.remove_prefix(1);
        if (rest.empty()) return wrong("ends with a dot");
        const Step step = next_step(rest);
        const plan::Member* member = nullptr;
        switch (step.kind) {
            case Step::Kind::name:
                if (!here || here->kind != Kind::structure) {
                    return wrong("before `" + std::string(step.text) + "` is no structure but a " +
                                 std::string(word(value.kind)) + (value.kind == Kind::list ? " (write [] after it)" : ""));
                }
                member = here->find(step.text);
                if (!member) {
                    return wrong('`' + here->name + "` has no member `" + std::string(step.text) + '`' +
                                 did_you_mean(step.text, names_of(*here)));
                }
                break;
            case Step::Kind::each:
            case Step::Kind::index:
                if (!here || here->kind != Kind::list) return wrong("only a list may have [] after it");
                member = &here->members[0];
                if (step.kind == Step::Kind::each) value.many = true;
                break;
            case Step::Kind::key:
                member = here ? keyed(*here) : nullptr;
                if (!member) return wrong("only a map or a list of tags may have ['key'] after it");
                break;
            case Step::Kind::wrong: return wrong("is not of the form a.b, a[].b, a[0].b or a['key']");
        }
        value.kind = member->kind;
        value.target = member->target;
        here = member->target == plan::none ? nullptr : &plan_.shapes[member->target];
    }
    return value;
}

std::optional<Value> Resolver::path_in(std::string_view text, const Scope& scope, std::size_t line) {
    if (scope.model) {
        const auto& properties = scope.model->properties;
        if (std::ranges::any_of(properties, [&](const plan::Property& p) { return p.name == text; })) return Value{};
    }
    std::string problem = "a path is not possible here";
    std::optional<Value> value;
    if (scope.shape) value = path(text, *scope.shape, problem);
    if (!value && scope.second) {
        std::string second_problem;
        value = path(text, *scope.second, second_problem);
        if (!value) problem += "; " + second_problem;
    }
    if (!value) problems_.add(line, problem);
    return value;
}

std::optional<Value> Resolver::value_of_json(const boost::json::value& value) const {
    if (value.is_bool()) return Value{Kind::boolean, plan::none, false};
    if (value.is_int64()) return Value{Kind::integer, plan::none, false};
    if (value.is_double()) return Value{Kind::double_, plan::none, false};
    if (value.is_array() && !value.get_array().empty()) {
        std::optional<Value> element = value_of_json(value.get_array().front());
        if (element) element->many = true;
        return element;
    }
    if (value.is_object()) return Value{Kind::structure, plan::none, false};
    return Value{};
}

std::optional<Value> Resolver::value_of_argument(const overlay::Expression& from, const Scope& scope) {
    if (!scope.method) {
        problems_.add(from.line, "there is no call here whose argument `" + from.text + "` could be taken");
        return std::nullopt;
    }
    const plan::Argument* argument = scope.method->find(from.text);
    if (argument) return wanted_by(*argument, scope.request);
    if (const plan::Member* given = scope.request ? scope.request->find(from.text) : nullptr) return of(*given);
    std::vector<std::string_view> names;
    for (const plan::Argument& candidate : scope.method->arguments) names.push_back(candidate.name);
    problems_.add(from.line, '`' + scope.method->name + "` has no argument `" + from.text + '`' +
                                 did_you_mean(from.text, names));
    return std::nullopt;
}

std::optional<Value> Resolver::value_of_relation(const overlay::Expression& from, const Scope& scope) {
    const auto overlay_model = std::ranges::find_if(overlay_.models, [&](const overlay::Model& candidate) {
        return scope.model && candidate.name == scope.model->name;
    });
    if (overlay_model == overlay_.models.end()) {
        problems_.add(from.line, "there is no model here whose relation `" + from.text + "` could be awaited");
        return std::nullopt;
    }
    const auto relation = std::ranges::find(overlay_model->relations, from.text, &overlay::Relation::name);
    if (relation == overlay_model->relations.end()) {
        std::vector<std::string_view> names;
        for (const overlay::Relation& candidate : overlay_model->relations) names.push_back(candidate.name);
        problems_.add(from.line, '`' + overlay_model->name + "` has no relation `" + from.text + '`' +
                                     did_you_mean(from.text, names));
        return std::nullopt;
    }
    const plan::Model* target = relation->service.empty() ? plan_.find_model(relation->model) : nullptr;
    if (!target || relation->many) {
        problems_.add(from.line, "the relation `" + from.text + "` must lead to one model of this service");
        return std::nullopt;
    }
    return path_in(from.extra, scope_of(*target), from.line);
}

// A structure of two members in a list: fills it in place of a value, so that only the path can be checked here.
std::optional<Value> Resolver::value_of_pair(const overlay::Expression& from, const Scope& scope) {
    const bool filter = from.kind == overlay::Expression::Kind::filter;
    const std::optional<Value> value = path_in(from.text, scope, from.line);
    if (!value) return std::nullopt;
    const bool list_of_structures = value->kind == Kind::list && !value->many &&
                                    plan_.shapes[value->target].members[0].kind == Kind::structure;
    if (filter && (value->kind == Kind::structure || value->kind == Kind::map || list_of_structures)) {
        problems_.add(from.line, '`' + from.text + "` is " + describe(*value) + ": a filter takes texts");
    }
    if (!filter && !list_of_structures) problems_.add(from.line, '`' + from.text + "` is " + describe(*value) + ", not a list of tags");
    return Value{Kind::structure, plan::none, true};
}

// One text of a list of tags.
std::optional<Value> Resolver::value_of_tags(const overlay::Expression& from, const Scope& scope) {
    const std::optional<Value> value = path_in(from.text, scope, from.line);
    if (!value) return std::nullopt;
    const bool tags = value->kind == Kind::list && !value->many && plan_.shapes[value->target].members[0].kind == Kind::structure &&
                      is_tag(plan_.shapes[plan_.shapes[value->target].members[0].target]);
    if (!tags) problems_.add(from.line, '`' + from.text + "` is " + describe(*value) + ", not a list of tags");
    return Value{Kind::string, plan::none, false};
}

// What the path leads to, and whether what it depends on can be.
std::optional<Value> Resolver::value_unless(const overlay::Expression& from, const Scope& scope) {
    const std::optional<Value> value = path_in(from.text, scope, from.line);
    if (from.extra.empty()) {
        if (value && (value->kind != Kind::list || value->many)) {
            problems_.add(from.line, '`' + from.text + "` is " + describe(*value) + ": only a list can be empty");
        }
        return value;
    }
    const auto space = from.extra.find(' ');
    const std::string path_text = from.extra.substr(0, space);
    const std::optional<Value> decides = path_in(path_text, scope, from.line);
    if (decides && (decides->kind != Kind::string || decides->many)) {
        problems_.add(from.line, '`' + path_text + "` is " + describe(*decides) + ": only one text can decide");
    } else if (decides && scope.shape) {
        check_texts(member_at(path_text, *scope.shape), std::string_view(from.extra).substr(space + 1), from.line);
    }
    return value;
}

// The member that a path of names leads to; null where it is none.
const plan::Member* Resolver::member_at(std::string_view path, const plan::Shape& shape) const {
    const auto dot = path.find('.');
    const plan::Member* const member = shape.find(path.substr(0, dot));
    if (!member || dot == std::string_view::npos) return member;
    return member->kind == Kind::structure ? member_at(path.substr(dot + 1), plan_.shapes[member->target]) : nullptr;
}

// Texts, separated by spaces, that are to be values of a member.
void Resolver::check_texts(const plan::Member* member, std::string_view texts, std::size_t line) {
    while (member && !texts.empty()) {
        const auto space = texts.find(' ');
        check_json(boost::json::string(texts.substr(0, space)), *member, line);
        texts = space == std::string_view::npos ? std::string_view() : texts.substr(space + 1);
    }
}

void Resolver::check_format(const overlay::Expression& from, const Scope& scope) {
    std::string_view rest = from.text;
    for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        const std::size_t close = rest.find('}', open);
        if (close == std::string_view::npos) {
            problems_.add(from.line, "a brace is not closed in `" + from.text + '`');
            return;
        }
        const std::string_view inside = rest.substr(open + 1, close - open - 1);
        const std::optional<Value> value = path_in(inside, scope, from.line);
        if (value && (value->many || value->kind == Kind::structure || value->kind == Kind::list ||
                      value->kind == Kind::map || value->kind == Kind::blob)) {
            problems_.add(from.line, '`' + std::string(inside) + "` is " + describe(*value) + ": it cannot be part of a text");
        }
        rest.remove_prefix(close + 1);
    }
}

void Resolver::check_pattern(const overlay::Expression& from) {
    try {
        if (std::regex(from.extra).mark_count() != 1) {
            problems_.add(from.line, "the pattern `" + from.extra + "` must have exactly one group");
        }
    } catch (const std::regex_error&) {
        problems_.add(from.line, "the pattern `" + from.extra + "` is not a regular expression");
    }
}

std::optional<Value> Resolver::expression(const overlay::Expression& from, const Scope& scope) {
    using From = overlay::Expression::Kind;
    std::optional<Value> value;
    switch (from.kind) {
        case From::path: value = path_in(from.text, scope, from.line); break;
        case From::literal: value = value_of_json(from.value); break;
        case From::format:
            check_format(from, scope);
            value = Value{};
            break;
        case From::match:
            check_pattern(from);
            value = path_in(from.text, scope, from.line);
            if (value && (value->kind != Kind::string || value->many)) {
                problems_.add(from.line, '`' + from.text + "` is " + describe(*value) + ": only one string can be matched");
            }
            break;
        case From::argument: value = value_of_argument(from, scope); break;
        case From::relation: value = value_of_relation(from, scope); break;
        case From::filter:
        case From::tag_specification: value = value_of_pair(from, scope); break;
        case From::query_string: value = value_of_tags(from, scope); break;
        case From::unless: value = value_unless(from, scope); break;
        case From::omit: break;
    }
    if (!value || !from.wrap) return value;
    if (value->many || value->kind == Kind::list) {
        problems_.add(from.line, describe(*value) + " cannot be wrapped into a list again");
    }
    value->many = true;
    return value;
}

Resolver::Row Resolver::expression_row(const overlay::Expression& from) {
    using From = overlay::Expression::Kind;
    if (from.kind == From::omit) return plan::none;
    plan::Expression row{orm::ExpressionKind::path, from.text, from.extra};
    if (from.kind == From::literal) row = {orm::ExpressionKind::literal, boost::json::serialize(from.value), {}};
    if (from.kind == From::format) row.kind = orm::ExpressionKind::format;
    if (from.kind == From::match) row.kind = orm::ExpressionKind::match;
    if (from.kind == From::argument) row.kind = orm::ExpressionKind::argument;
    if (from.kind == From::relation) row.kind = orm::ExpressionKind::relation;
    if (from.kind == From::filter) row.kind = orm::ExpressionKind::filter;
    if (from.kind == From::tag_specification) row.kind = orm::ExpressionKind::tag_specification;
    if (from.kind == From::query_string) row.kind = orm::ExpressionKind::query_string;
    if (from.kind == From::unless) row.kind = orm::ExpressionKind::unless;
    const auto found = std::ranges::find(plan_.expressions, row);
    if (found != plan_.expressions.end()) return static_cast<Row>(found - plan_.expressions.begin());
    plan_.expressions.push_back(std::move(row));
    return static_cast<Row>(plan_.expressions.size() - 1);
}

Resolver::Row Resolver::expression_row(const overlay::Expression& from, const Scope& scope) {
    if (from.kind != overlay::Expression::Kind::argument || !scope.method || !scope.request) return expression_row(from);
    const plan::Argument* argument = scope.method->find(from.text);
    if (!argument || argument->member == plan::none) return expression_row(from);
    const plan::Member& member = scope.request->members[argument->member];
    overlay::Expression in_request = from;
    in_request.text = member.name;
    if (argument->wrap || argument->inner != plan::none) in_request.text += "[0]";
    if (argument->inner != plan::none) {
        const plan::Shape& element = plan_.shapes[plan_.shapes[member.target].members[0].target];
        in_request.text += '.' + element.members[argument->inner].name;
    }
    return expression_row(in_request);
}

// --- whether one fits the other ------------------------------------------------------------------------------------------

std::string Resolver::describe(const Value& value) const {
    std::string name(word(value.kind));
    if (value.kind == Kind::structure && value.target != plan::none) name = plan_.shapes[value.target].name;
    if (value.kind == Kind::list) {
        const plan::Member& element = plan_.shapes[value.target].members[0];
        return "a list of " + describe({element.kind, element.target, false}).substr(2);
    }
    return value.many ? "a list of " + name : (name == "integer" ? "an " : "a ") + name;
}

bool Resolver::fits(const Value& value, const Value& wanted) const {
    Value have = value;
    Value want = wanted;
    const auto unpack = [&](Value& list) {
        if (list.kind != Kind::list || list.target == plan::none || list.many) return;
        const plan::Member& element = plan_.shapes[list.target].members[0];
        list = {element.kind, element.target, true};
    };
    unpack(have);
    unpack(want);
    if (have.many != want.many) return false;
    if (is_number(have.kind) && is_number(want.kind)) return true;
    return have.kind == want.kind;
}

// An argument takes what the member of the request takes; a wrapped one its element.
Value Resolver::wanted_by(const plan::Argument& argument, const plan::Shape* request) const {
    if (argument.member == plan::none) return {Kind::string, plan::none, argument.kind == orm::ArgumentType::texts};
    if (!request) return {};
    const plan::Member& member = request->members[argument.member];
    if (argument.inner != plan::none) {
        return member.kind == Kind::structure ? of(plan_.shapes[member.target].members[argument.inner]) : Value{};
    }
    if (!argument.wrap) return of(member);
    const plan::Member& element = plan_.shapes[member.target].members[0];
    return of(element);
}

void Resolver::check_json(const boost::json::value& value, const plan::Member& member, std::size_t line) {
    if (member.kind == Kind::list) {
        const plan::Member& element = plan_.shapes[member.target].members[0];
        if (!value.is_array()) {
            problems_.add(line, '`' + member.name + "` is " + describe(of(member)) + ": write [...]");
        } else {
            for (const auto& one : value.get_array()) check_json(one, element, line);
        }
        return;
    }
    const bool right = (member.kind == Kind::boolean && value.is_bool()) || (is_number(member.kind) && value.is_number()) ||
                       (member.kind == Kind::string && value.is_string()) ||
                       ((member.kind == Kind::structure || member.kind == Kind::map) && value.is_object()) ||
                       member.kind == Kind::document;
    if (!right) {
        problems_.add(line, '`' + member.name + "` is " + describe(of(member)) + ", which " +
                                boost::json::serialize(value) + " is not");
        return;
    }
    if (value.is_string()) check_enumeration(value, member, facts_, line);
}

// A text, or a list of them, of a service that need not be this one.
void Resolver::check_enumeration(const boost::json::value& value, const plan::Member& member, const Api& facts, std::size_t line) {
    if (value.is_array()) {
        for (const auto& one : value.get_array()) check_enumeration(one, member, facts, line);
        return;
    }
    const Shape* shape = member.enumeration.empty() || !value.is_string() ? nullptr : facts.find_shape(member.enumeration);
    if (!shape || std::ranges::find(shape->enum_values, std::string(value.get_string())) != shape->enum_values.end()) return;
    const std::string text(value.get_string());
    problems_.add(line, '`' + shape->name + "` has no value `" + text + '`' + did_you_mean(text, shape->enum_values));
}

}  // namespace botocraft::gen
