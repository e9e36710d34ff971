#include "endpoint_rules.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <stdexcept>

#include "endpoint_expressions.hpp"
#include "endpoint_graph.hpp"

namespace botocraft::gen {

namespace {

namespace json = boost::json;
using namespace endpoint;

[[noreturn]] void fail(std::string_view what, std::string_view name) {
    throw std::runtime_error("endpoint rules: " + std::string(what) + " `" + std::string(name) + "`");
}

std::string_view view_of(const json::string& text) {
    return {text.data(), text.size()};
}

std::string_view text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_string() ? view_of(value->get_string()) : std::string_view();
}

BuiltIn built_in(std::string_view name) {
    static constexpr std::pair<std::string_view, BuiltIn> known[] = {
        {"", BuiltIn::none},
        {"AWS::Region", BuiltIn::region},
        {"AWS::UseFIPS", BuiltIn::use_fips},
        {"AWS::UseDualStack", BuiltIn::use_dual_stack},
        {"SDK::Endpoint", BuiltIn::endpoint},
        {"AWS::Auth::AccountId", BuiltIn::account_id},
        {"AWS::Auth::AccountIdEndpointMode", BuiltIn::account_id_endpoint_mode},
        {"AWS::Auth::CredentialScope", BuiltIn::credential_scope},
        {"AWS::STS::UseGlobalEndpoint", BuiltIn::sts_use_global_endpoint},
        {"AWS::S3::Accelerate", BuiltIn::s3_accelerate},
        {"AWS::S3::ForcePathStyle", BuiltIn::s3_force_path_style},
        {"AWS::S3::UseGlobalEndpoint", BuiltIn::s3_use_global_endpoint},
        {"AWS::S3::UseArnRegion", BuiltIn::s3_use_arn_region},
        {"AWS::S3::DisableMultiRegionAccessPoints", BuiltIn::s3_disable_multi_region},
        {"AWS::S3Control::UseArnRegion", BuiltIn::s3_control_use_arn_region},
    };
    for (const auto& [text, value] : known) {
        if (text == name) return value;
    }
    fail("unknown built-in parameter", name);
}

ParameterKind parameter_kind(std::string_view type) {
    if (type == "string" || type == "String") return ParameterKind::text;
    if (type == "boolean" || type == "Boolean") return ParameterKind::boolean;
    if (type == "stringArray") return ParameterKind::list;
    fail("unknown type of a parameter", type);
}

AuthScheme auth_scheme(std::string_view name) {
    if (name == "sigv4") return AuthScheme::sigv4;
    if (name == "sigv4a") return AuthScheme::sigv4a;
    if (name == "sigv4-s3express") return AuthScheme::sigv4_s3express;
    if (name == "bearer") return AuthScheme::bearer;
    if (name == "none") return AuthScheme::none;
    fail("unknown authentication scheme", name);
}

class Compiler {
  public:
    CompiledRules compile(const json::object& rule_set) {
        const json::object& parameters = rule_set.at("parameters").as_object();
        for (const auto& [name, what] : parameters) add_parameter(name, what.as_object());
        const std::uint16_t no_match = add_result(Result{.kind = Result::no_match});
        const auto rules = lower_rules(rule_set.at("rules").as_array());
        EndpointGraph graph(out_.expressions, no_match);
        out_.start = graph.build(rules);
        out_.nodes = graph.nodes();
        return std::move(out_);
    }

  private:
    void add_parameter(std::string_view name, const json::object& what) {
        ParameterRow row{};
        row.name = expressions_.keep(name);
        row.kind = static_cast<std::uint8_t>(parameter_kind(text_of(what, "type")));
        row.built_in = static_cast<std::uint8_t>(built_in(text_of(what, "builtIn")));
        const json::value* required = what.if_contains("required");
        row.required = required && required->as_bool();
        if (const json::value* value = what.if_contains("default")) {
            row.has_default = 1;
            if (value->is_bool()) row.default_flag = value->get_bool();
            if (value->is_string())
                row.default_pieces = add_pieces({expressions_.literal(view_of(value->get_string()))});
            if (value->is_array()) {
                std::vector<std::uint16_t> elements;
                for (const json::value& element : value->get_array())
                    elements.push_back(expressions_.literal(view_of(element.as_string())));
                row.default_pieces = add_pieces(elements);
            }
        }
        out_.parameters.push_back(row);
        if (out_.parameters.size() > most_parameters) fail("too many parameters, at", name);
    }

    // Names are seen by the rules inside the one that gives them, and by nothing else.
    std::vector<Rule> lower_rules(const json::array& rules) {
        std::vector<Rule> lowered;
        for (const json::value& value : rules) {
            const auto outer = expressions_.names();
            lowered.push_back(lower_rule(value.as_object()));
            expressions_.names() = outer;
        }
        return lowered;
    }

    Rule lower_rule(const json::object& rule) {
        Rule lowered;
        if (const json::value* conditions = rule.if_contains("conditions")) {
            for (const json::value& condition : conditions->as_array())
                lowered.conditions.push_back(lower_condition(condition.as_object()));
        }
        const auto type = text_of(rule, "type");
        if (type == "tree") {
            lowered.is_tree = true;
            lowered.rules = lower_rules(rule.at("rules").as_array());
        } else if (type == "error") {
            lowered.result = add_result(
                Result{.kind = Result::error, .authority = add_pieces(expressions_.template_of(rule.at("error")))});
        } else if (type == "endpoint") {
            lowered.result = add_endpoint(rule.at("endpoint").as_object());
        } else {
            fail("unknown type of a rule", type);
        }
        return lowered;
    }

    RuleCondition lower_condition(const json::object& condition) {
        const auto value = expressions_.lower(condition);
        if (const auto name = text_of(condition, "assign"); !name.empty())
            expressions_.names()[std::string(name)] = value;
        RuleCondition lowered{expressions_.as_condition(value), true};
        while (out_.expressions[lowered.expression].op == static_cast<std::uint8_t>(Op::negate)) {
            lowered.expression = expressions_.as_condition(out_.expressions[lowered.expression].a);
            lowered.wanted = !lowered.wanted;
        }
        return lowered;
    }

    std::uint16_t add_endpoint(const json::object& what) {
        Result result{};
        split_url(expressions_.template_of(what.at("url")), result);
        if (const json::value* headers = what.if_contains("headers")) {
            std::vector<NamedRow> rows;
            for (const auto& [name, values] : headers->as_object()) {
                for (const json::value& value : values.as_array())
                    rows.push_back({expressions_.keep(name), add_pieces(expressions_.template_of(value))});
            }
            result.headers = add_rows(out_.named, rows);
        }
        if (const json::value* properties = what.if_contains("properties")) {
            std::vector<NamedRow> rows;
            for (const auto& [name, value] : properties->as_object()) {
                if (name == "authSchemes") {
                    result.auth = add_auth(value.as_array());
                } else {
                    add_property(rows, std::string(name), value);
                }
            }
            result.properties = add_rows(out_.named, rows);
        }
        return add_result(result);
    }

    // The pieces of a URL that begins with a scheme are told apart here, so that nothing is parsed later.
    void split_url(const std::vector<std::uint16_t>& url, Result& result) {
        using namespace std::string_view_literals;
        std::vector<std::uint16_t> parts[3];  // scheme, authority, path
        int part = 0;
        for (const std::uint16_t piece : url) {
            const Expression& expression = out_.expressions[piece];
            if (static_cast<Op>(expression.op) != Op::literal) {
                const bool is_path = static_cast<Op>(expression.op) == Op::attribute &&
                                     (expression.detail == static_cast<std::uint8_t>(Attribute::url_path) ||
                                      expression.detail == static_cast<std::uint8_t>(Attribute::url_normalized_path));
                if (part == 1 && is_path) part = 2;
                parts[part].push_back(piece);
                continue;
            }
            std::string text(expressions_.text(expression));
            for (const auto& [end, skipped] : {std::pair("://"sv, 3U), std::pair("/"sv, 0U)}) {
                if (part != (skipped ? 0 : 1)) continue;
                const auto at = text.find(end);
                if (at == std::string::npos) continue;
                if (at != 0) parts[part].push_back(expressions_.literal(std::string_view(text).substr(0, at)));
                text.erase(0, at + skipped);
                ++part;
            }
            if (!text.empty()) parts[part].push_back(expressions_.literal(text));
        }
        if (part == 0 || parts[0].size() != 1) {
            result.kind = Result::whole;
            result.authority = add_pieces(url);
            return;
        }
        result.kind = Result::address;
        result.scheme = add_pieces(parts[0]);
        result.authority = add_pieces(parts[1]);
        result.path = add_pieces(parts[2]);
    }

    Range add_auth(const json::array& schemes) {
        std::vector<AuthRow> rows;
        for (const json::value& value : schemes) {
            const json::object& scheme = value.as_object();
            AuthRow row{};
            for (const auto& [key, setting] : scheme) {
                if (key == "name") {
                    row.scheme = static_cast<std::uint8_t>(auth_scheme(view_of(setting.as_string())));
                } else if (key == "signingName") {
                    row.signing_name = add_pieces(expressions_.template_of(setting));
                } else if (key == "signingRegion") {
                    row.signing_region = add_pieces(expressions_.template_of(setting));
                } else if (key == "signingRegionSet") {
                    row.signing_region = add_pieces(joined(setting.as_array()));
                } else if (key == "disableDoubleEncoding") {
                    row.disable_double_encoding = setting.as_bool();
                } else {
                    fail("unknown setting of an authentication scheme", key);
                }
            }
            rows.push_back(row);
        }
        return add_rows(out_.auth, rows);
    }

    std::vector<std::uint16_t> joined(const json::array& values) {
        std::vector<std::uint16_t> pieces;
        for (const json::value& value : values) {
            if (!pieces.empty()) pieces.push_back(expressions_.literal(","));
            const auto more = expressions_.template_of(value);
            pieces.insert(pieces.end(), more.begin(), more.end());
        }
        return pieces;
    }

    void add_property(std::vector<NamedRow>& rows, const std::string& name, const json::value& value) {
        if (const json::object* object = value.if_object()) {
            for (const auto& [inner, nested] : *object) add_property(rows, name + '.' + std::string(inner), nested);
            return;
        }
        if (!value.is_string() && !value.is_array()) fail("a property that is neither a text nor a list", name);
        const auto pieces = value.is_array() ? joined(value.get_array()) : expressions_.template_of(value);
        rows.push_back({expressions_.keep(name), add_pieces(pieces)});
    }

    // --- rows that are already there are used again ---

    Range add_pieces(const std::vector<std::uint16_t>& pieces) {
        if (pieces.empty()) return {};
        const auto found = std::search(out_.pieces.begin(), out_.pieces.end(), pieces.begin(), pieces.end());
        const auto first = static_cast<std::size_t>(found - out_.pieces.begin());
        if (found == out_.pieces.end()) out_.pieces.insert(out_.pieces.end(), pieces.begin(), pieces.end());
        return range(first, pieces.size(), out_.pieces.size());
    }

    template <class Row>
    Range add_rows(std::vector<Row>& table, const std::vector<Row>& rows) {
        if (rows.empty()) return {};
        const auto found = std::search(table.begin(), table.end(), rows.begin(), rows.end(), same<Row>);
        const auto first = static_cast<std::size_t>(found - table.begin());
        if (found == table.end()) table.insert(table.end(), rows.begin(), rows.end());
        return range(first, rows.size(), table.size());
    }

    std::uint16_t add_result(const Result& result) {
        const auto range_of = add_rows(out_.results, {result});
        if (out_.results.size() >= Node::is_result) fail("too many results", "");
        return range_of.first;
    }

    static Range range(std::size_t first, std::size_t count, std::size_t size) {
        if (size > 0xffff) fail("a table has more rows than it can hold", "");
        return {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(count)};
    }

    static auto key(Text text) { return std::tuple(text.offset, text.size); }
    static auto key(Range range) { return std::tuple(range.first, range.count); }
    static auto key(const NamedRow& row) { return std::tuple_cat(key(row.name), key(row.value)); }
    static auto key(const AuthRow& row) {
        return std::tuple_cat(std::tuple(row.scheme, row.disable_double_encoding), key(row.signing_name),
                              key(row.signing_region));
    }
    static auto key(const Result& row) {
        return std::tuple_cat(std::tuple(row.kind), key(row.scheme), key(row.authority), key(row.path), key(row.auth),
                              key(row.headers), key(row.properties));
    }
    template <class Row>
    static bool same(const Row& left, const Row& right) {
        return key(left) == key(right);
    }

    CompiledRules out_;
    EndpointExpressions expressions_{out_};
};

}  // namespace

RuleSet CompiledRules::view() const noexcept {
    return {parameters, expressions, pieces, nodes, results, auth, named, pool, start};
}

std::optional<std::size_t> CompiledRules::parameter_index(std::string_view name) const noexcept {
    const RuleSet rules = view();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (rules.text(parameters[i].name) == name) return i;
    }
    return std::nullopt;
}

bool CompiledRules::reads(std::size_t parameter) const noexcept {
    return std::ranges::any_of(expressions, [parameter](const endpoint::Expression& expression) {
        return expression.op == static_cast<std::uint8_t>(endpoint::Op::parameter) && expression.a == parameter;
    });
}

CompiledRules compile_endpoint_rules(const json::object& rule_set) {
    return Compiler().compile(rule_set);
}

}  // namespace botocraft::gen
