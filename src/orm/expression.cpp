#include "orm/expression.hpp"

#include "protocol/query_string.hpp"
#include "schema/lifetime.hpp"
#include "schema/path.hpp"
#include "text/words.hpp"

#include <botocraft/error.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/regex.hpp>

#include <limits>
#include <utility>

namespace botocraft::detail {

Value owned(const schema::Value& value) {
    if (const bool* flag = std::get_if<bool>(&value)) return Value(*flag);
    if (const std::int64_t* number = std::get_if<std::int64_t>(&value)) return Value(*number);
    if (const double* number = std::get_if<double>(&value)) return Value(*number);
    if (const std::string_view* text = std::get_if<std::string_view>(&value)) return Value(*text);
    if (const timestamp* time = std::get_if<timestamp>(&value)) return Value(*time);
    if (const schema::ConstPlace* place = std::get_if<schema::ConstPlace>(&value);
        place && place->kind() == schema::Kind::list) {
        Value::List values;
        const schema::ConstRange range = schema::elements(*place);
        for (std::size_t i = 0; i < range.size(); ++i) values.push_back(owned(schema::value_of(range[i])));
        return Value(std::move(values));
    }
    return {};
}

namespace {

using orm::Expression;
using orm::ExpressionKind;

// The generator has checked every path, so that one that does not parse belongs to a structure without that member.
Value read_path(schema::ShapeRef shape, const void* structure, std::string_view text) {
    const auto path = schema::Path::parse(shape, text);
    if (!path) return {};
    if (!path->has_several()) return owned(path->read(structure));
    std::vector<schema::Value> found;
    path->read_all(structure, found);
    Value::List values;
    for (const schema::Value& value : found) {
        Value one = owned(value);
        if (!one.is_nothing()) values.push_back(std::move(one));
    }
    return Value(std::move(values));
}

Value from_json(const boost::json::value& json) {
    switch (json.kind()) {
        case boost::json::kind::bool_: return Value(json.get_bool());
        case boost::json::kind::int64: return Value(json.get_int64());
        case boost::json::kind::double_: return Value(json.get_double());
        case boost::json::kind::string: return Value(std::string_view(json.get_string()));
        case boost::json::kind::array: {
            Value::List values;
            for (const auto& element : json.get_array()) values.push_back(from_json(element));
            return Value(std::move(values));
        }
        default: return {};
    }
}

// A property is an expression with a name; anything else is a path.
Value read_name(const Scope& scope, std::string_view text) {
    if (!scope.shape.schema) return {};  // the response of an operation that has none
    for (const orm::Model* model = scope.service->models; model != scope.service->models + scope.service->model_count;
         ++model) {
        if (model->shape != scope.shape.index) continue;
        for (std::uint16_t i = 0; i < model->property_count; ++i) {
            const orm::Property& property = scope.service->properties[model->first_property + i];
            if (scope.service->text(property.name) == text) return evaluate(scope, property.expression);
        }
    }
    return read_path(scope.shape, scope.structure, text);
}

// `service/{cluster_name}/{serviceName}`; nothing where one of its parts is nothing.
Value fill_format(const Scope& scope, std::string_view format) {
    std::string text;
    while (!format.empty()) {
        const auto open = format.find('{');
        text.append(format.substr(0, open));
        if (open == std::string_view::npos) break;
        const auto close = format.find('}', open);
        const Value part = read_name(scope, format.substr(open + 1, close - open - 1));
        if (part.is_nothing()) return {};
        text.append(part.as_string() ? *part.as_string() : to_string(part));
        format.remove_prefix(close + 1);
    }
    return Value(std::move(text));
}

Value match(const Scope& scope, std::string_view path, std::string_view pattern) {
    const Value subject = read_name(scope, path);
    if (!subject.as_string()) return {};
    const boost::regex regex(pattern.begin(), pattern.end());
    boost::smatch found;
    if (!boost::regex_search(*subject.as_string(), found, regex) || found.size() < 2 || !found[1].matched) return {};
    return Value(found[1].str());
}

// Of a list of structures with two texts each.
Value query_string(const Scope& scope, std::string_view path) {
    const auto tags = find_place(scope.shape, const_cast<void*>(scope.structure), path);  // it is only read
    if (!tags) return {};
    std::string text;
    const schema::Range range = schema::elements(*tags);
    for (std::size_t i = 0; i < range.size(); ++i) {
        const schema::ShapeRef shape = range[i].target();
        const auto part = [&](std::size_t member) {
            const schema::Place place = schema::member_place(shape, shape.begin()[member], schema::structure(range[i]));
            const bool has = schema::presence(place) == Presence::present;
            return has ? schema::scalar<std::string>(place) : std::string();
        };
        protocol::append_query_pair(text, part(0), part(1));
    }
    return text.empty() ? Value() : Value(std::move(text));
}

bool is_withheld(const Scope& scope, std::string_view path, std::string_view unless) {
    if (unless.empty()) {
        const auto place = find_place(scope.shape, const_cast<void*>(scope.structure), path);  // it is only read
        return place && place->kind() == schema::Kind::list && schema::elements(*place).size() == 0;
    }
    const auto space = unless.find(' ');
    const Value value = read_name(scope, unless.substr(0, space));
    return value.as_string() && is_one_of(unless.substr(space + 1), *value.as_string());
}

[[noreturn]] void does_not_fit(const schema::Place& place) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "WrongKind";
    details.explanation.append("`").append(place.schema->name(*place.row)).append("` holds another kind of value");
    throw_error(std::move(details));
}

template <class Wide, class Narrow>
void put_number(schema::Place place, Wide value) {
    if (value < static_cast<Wide>(std::numeric_limits<Narrow>::lowest()) ||
        value > static_cast<Wide>(std::numeric_limits<Narrow>::max())) {
        does_not_fit(place);
    }
    schema::make_scalar<Narrow>(place) = static_cast<Narrow>(value);
}

void put_scalar(schema::Place place, const Value& value) {
    using schema::Kind;
    const Kind kind = place.kind();
    if (kind == Kind::string && value.as_string()) {
        schema::make_scalar<std::string>(place) = *value.as_string();
    } else if (kind == Kind::boolean && value.as_bool()) {
        schema::make_scalar<bool>(place) = *value.as_bool();
    } else if (kind == Kind::integer && value.as_integer()) {
        put_number<std::int64_t, std::int32_t>(place, *value.as_integer());
    } else if (kind == Kind::long_ && value.as_integer()) {
        schema::make_scalar<std::int64_t>(place) = *value.as_integer();
    } else if (kind == Kind::double_ && (value.as_double() || value.as_integer())) {
        schema::make_scalar<double>(place) =
            value.as_double() ? *value.as_double() : static_cast<double>(*value.as_integer());
    } else if (kind == Kind::float_ && value.as_double()) {
        schema::make_scalar<float>(place) = static_cast<float>(*value.as_double());
    } else if (kind == Kind::timestamp && value.as_timestamp()) {
        schema::make_scalar<timestamp>(place) = *value.as_timestamp();
    } else if (kind == Kind::string && value.as_integer()) {
        schema::make_scalar<std::string>(place) = std::to_string(*value.as_integer());
    } else {
        does_not_fit(place);
    }
}

}  // namespace

Value evaluate(const Scope& scope, std::uint16_t row) {
    const Expression& expression = scope.service->expressions[row];
    const std::string_view text = scope.service->text(expression.text);
    switch (expression.kind) {
        case ExpressionKind::path: return read_name(scope, text);
        case ExpressionKind::literal: return from_json(boost::json::parse({text.data(), text.size()}));
        case ExpressionKind::format: return fill_format(scope, text);
        case ExpressionKind::match: return match(scope, text, scope.service->text(expression.extra));
        case ExpressionKind::argument:
            return scope.request ? read_path(scope.request_shape, scope.request, text) : Value();
        case ExpressionKind::relation:
        case ExpressionKind::filter:
        case ExpressionKind::tag_specification: return {};
        case ExpressionKind::query_string: return query_string(scope, text);
        case ExpressionKind::unless:
            return is_withheld(scope, text, scope.service->text(expression.extra)) ? Value() : read_name(scope, text);
    }
    return {};
}

bool copy(const Scope& scope, std::uint16_t row, schema::Place to) {
    const Expression& expression = scope.service->expressions[row];
    const bool request = expression.kind == ExpressionKind::argument;
    if (!request && expression.kind != ExpressionKind::path && expression.kind != ExpressionKind::unless) return false;
    if (is_withheld(scope, row)) return false;
    const schema::ShapeRef shape = request ? scope.request_shape : scope.shape;
    const void* const structure = request ? scope.request : scope.structure;
    const bool container = to.kind() == schema::Kind::structure || to.kind() == schema::Kind::list || to.kind() == schema::Kind::map;
    if (!structure || !container || shape.schema != to.schema) return false;
    // It is only read.
    const auto from = find_place(shape, const_cast<void*>(structure), scope.service->text(expression.text));
    if (!from || schema::presence(*from) == Presence::absent) return false;
    if (from->kind() != to.kind() || from->row->target != to.row->target) return false;
    schema::assign_member(*to.schema, *to.row, to.at, from->at);
    return true;
}

bool is_withheld(const Scope& scope, std::uint16_t row) {
    const Expression& expression = scope.service->expressions[row];
    if (expression.kind != ExpressionKind::unless) return false;
    return is_withheld(scope, scope.service->text(expression.text), scope.service->text(expression.extra));
}

bool is_pair(const Expression& expression) noexcept {
    return expression.kind == ExpressionKind::filter || expression.kind == ExpressionKind::tag_specification;
}

bool put_pair(const Scope& scope, std::uint16_t row, schema::Place to) {
    const Expression& expression = scope.service->expressions[row];
    if (!is_pair(expression) || to.kind() != schema::Kind::list) return false;
    const bool filter = expression.kind == ExpressionKind::filter;
    const std::string_view path = scope.service->text(expression.text);
    Value values;
    std::optional<schema::Place> tags;
    if (filter) {
        values = read_name(scope, path);
        if (values.is_nothing() || (values.as_list() && values.as_list()->empty())) return false;
    } else {
        tags = find_place(scope.shape, const_cast<void*>(scope.structure), path);  // it is only read
        if (!tags || schema::elements(*tags).size() == 0) return false;
    }
    schema::make_container(to);
    const schema::Place pair = schema::Appender(to).append();
    const schema::ShapeRef shape = pair.target();
    void* const structure = schema::structure(pair);
    schema::make_scalar<std::string>(schema::member_place(shape, shape.begin()[0], structure)) = scope.service->text(expression.extra);
    const schema::Place second = schema::member_place(shape, shape.begin()[1], structure);
    if (filter) {
        put(second, values, true);
    } else {
        schema::assign_member(*second.schema, *second.row, second.at, tags->at);
    }
    return true;
}

Value evaluate_path(const Scope& scope, std::string_view path) { return read_name(scope, path); }

void put(schema::Place place, const Value& value, bool wrap) {
    if (value.is_nothing()) return;
    if (place.kind() != schema::Kind::list) return put_scalar(place, value);
    const Value::List one{value};
    const Value::List* const values = wrap && !value.as_list() ? &one : value.as_list();
    if (!values) does_not_fit(place);
    schema::make_container(place);
    const schema::Appender elements(place);
    for (const Value& element : *values) put_scalar(elements.append(), element);
}

std::optional<schema::Place> find_place(schema::ShapeRef shape, void* structure, std::string_view path) {
    while (true) {
        const auto dot = path.find('.');
        const schema::Member* const member = schema::find_member(shape, path.substr(0, dot));
        if (!member) return std::nullopt;
        const schema::Place place = schema::member_place(shape, *member, structure);
        if (dot == std::string_view::npos) return place;
        if (member->kind != schema::Kind::structure || schema::presence(place) != Presence::present) return std::nullopt;
        structure = schema::structure(place);
        shape = place.target();
        path.remove_prefix(dot + 1);
    }
}

}  // namespace botocraft::detail
