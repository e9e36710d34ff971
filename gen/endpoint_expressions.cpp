#include "endpoint_expressions.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace botocraft::gen {

namespace {

namespace json = boost::json;
using endpoint::Attribute;
using endpoint::Expression;
using endpoint::Op;
using endpoint::ParameterKind;

[[noreturn]] void fail(std::string_view what, std::string_view name) {
    throw std::runtime_error("endpoint rules: " + std::string(what) + " `" + std::string(name) + "`");
}

Op op_of(const Expression& expression) {
    return static_cast<Op>(expression.op);
}

std::string_view view_of(const json::string& text) {
    return {text.data(), text.size()};
}

std::uint16_t number(const json::value& value) {
    return json::value_to<std::uint16_t>(value);
}

std::uint8_t flag(const json::value& value) {
    return value.as_bool() ? 1 : 0;
}

Attribute attribute_of(Op of, std::string_view name) {
    struct Known {
        Op of;
        std::string_view name;
        Attribute attribute;
    };
    static constexpr Known known[] = {
        {Op::parse_url, "scheme", Attribute::url_scheme},
        {Op::parse_url, "authority", Attribute::url_authority},
        {Op::parse_url, "path", Attribute::url_path},
        {Op::parse_url, "normalizedPath", Attribute::url_normalized_path},
        {Op::parse_url, "isIp", Attribute::url_is_ip},
        {Op::parse_arn, "partition", Attribute::arn_partition},
        {Op::parse_arn, "service", Attribute::arn_service},
        {Op::parse_arn, "region", Attribute::arn_region},
        {Op::parse_arn, "accountId", Attribute::arn_account_id},
        {Op::partition, "name", Attribute::name},
        {Op::partition, "dnsSuffix", Attribute::dns_suffix},
        {Op::partition, "dualStackDnsSuffix", Attribute::dual_stack_dns_suffix},
        {Op::partition, "implicitGlobalRegion", Attribute::implicit_global_region},
        {Op::partition, "supportsFIPS", Attribute::supports_fips},
        {Op::partition, "supportsDualStack", Attribute::supports_dual_stack},
    };
    for (const Known& entry : known) {
        if (entry.of == of && entry.name == name) return entry.attribute;
    }
    fail("unknown attribute", name);
}

// The number in `name[number]`, which it takes off `path`.
std::optional<std::uint16_t> take_index(std::string_view& path) {
    const auto bracket = path.find('[');
    if (bracket == std::string_view::npos) return std::nullopt;
    std::uint16_t index = 0;
    const auto [end, error] = std::from_chars(path.data() + bracket + 1, path.data() + path.size(), index);
    if (error != std::errc() || end + 1 != path.data() + path.size() || *end != ']') fail("unknown index", path);
    path = path.substr(0, bracket);
    return index;
}

}  // namespace

std::uint16_t EndpointExpressions::lower(const json::value& value) {
    if (const json::object* object = value.if_object()) return lower(*object);
    if (const bool* constant = value.if_bool()) return add(Op::boolean, *constant ? 1 : 0);
    if (const json::string* text = value.if_string()) return render(parse_template(view_of(*text)));
    fail("unexpected value", json::serialize(value));
}

std::uint16_t EndpointExpressions::lower(const json::object& what) {
    if (const json::value* name = what.if_contains("ref")) return reference(view_of(name->as_string()));
    const std::string_view function = view_of(what.at("fn").as_string());
    const json::array& arguments = what.at("argv").as_array();
    const auto argument = [&](std::size_t index) { return lower(arguments.at(index)); };
    if (function == "isSet") return is_set(argument(0));
    if (function == "not") return add(Op::negate, 0, argument(0));
    if (function == "stringEquals") return equals(argument(0), argument(1));
    if (function == "booleanEquals") return equal_flags(argument(0), argument(1));
    if (function == "getAttr") return attribute(argument(0), view_of(arguments.at(1).as_string()));
    if (function == "aws.partition") return add_memoized(Op::partition, argument(0));
    if (function == "parseURL") return add_memoized(Op::parse_url, argument(0));
    if (function == "aws.parseArn") return add_memoized(Op::parse_arn, argument(0));
    if (function == "uriEncode") return add(Op::uri_encode, 0, argument(0));
    if (function == "isValidHostLabel") return add(Op::is_host_label, flag(arguments.at(1)), argument(0));
    if (function == "aws.isVirtualHostableS3Bucket")
        return add(Op::is_hostable_bucket, flag(arguments.at(1)), argument(0));
    if (function == "substring")
        return add(Op::substring, flag(arguments.at(3)), argument(0), number(arguments.at(1)), number(arguments.at(2)));
    if (function == "ite") return add(Op::if_else, 0, as_condition(argument(0)), argument(1), argument(2));
    if (function == "split") return split(arguments);
    if (function == "coalesce") {
        std::uint16_t value = argument(arguments.size() - 1);
        for (std::size_t i = arguments.size() - 1; i-- > 0;) value = add(Op::coalesce, 0, argument(i), value);
        return value;
    }
    fail("unknown function", function);
}

// A list of parts is never seen as a whole, only through an index: this stands for its first part.
std::uint16_t EndpointExpressions::split(const json::array& arguments) {
    const auto limit = arguments.size() > 2 ? json::value_to<std::uint8_t>(arguments.at(2)) : std::uint8_t{0};
    return add(Op::split_part, limit, lower(arguments.at(0)), lower(arguments.at(1)));
}

std::uint16_t EndpointExpressions::reference(std::string_view name) {
    if (const auto found = names_.find(std::string(name)); found != names_.end()) return found->second;
    const auto index = out_.parameter_index(name);
    if (!index) fail("reference to unknown name", name);
    return add(Op::parameter, 0, static_cast<std::uint16_t>(*index));
}

std::uint16_t EndpointExpressions::attribute(std::uint16_t of, std::string_view path) {
    const Expression expression = out_.expressions[of];
    const auto index = take_index(path);
    switch (op_of(expression)) {
        case Op::parse_arn:
            if (path == "resourceId" && index) return add(Op::resource_id, 0, of, *index);
            break;
        case Op::split_part:
            if (path.empty() && index)
                return add(Op::split_part, expression.detail, expression.a, expression.b, *index);
            break;
        case Op::parameter:
            if (path.empty() && index) return add(Op::element, 0, of, *index);
            break;
        default: break;
    }
    if (index) fail("an index where there is no list, after", path);
    return add(Op::attribute, static_cast<std::uint8_t>(attribute_of(op_of(expression), path)), of);
}

std::uint16_t EndpointExpressions::equals(std::uint16_t left, std::uint16_t right) {
    if (op_of(out_.expressions[left]) == Op::literal) std::swap(left, right);  // the constant comes second
    return add(Op::string_equals, 0, left, right);
}

std::uint16_t EndpointExpressions::equal_flags(std::uint16_t left, std::uint16_t right) {
    if (op_of(out_.expressions[left]) == Op::boolean) std::swap(left, right);
    const Expression constant = out_.expressions[right];
    if (op_of(constant) == Op::boolean && is_flag(left)) {
        if (constant.detail != 0) return left;
        if (!may_be_unset(left)) return add(Op::negate, 0, left);
    }
    return add(Op::boolean_equals, 0, left, right);
}

std::uint16_t EndpointExpressions::is_set(std::uint16_t index) {
    const Expression expression = out_.expressions[index];
    if (!may_be_unset(index)) return add(Op::boolean, 1);
    switch (op_of(expression)) {
        case Op::partition:
        case Op::uri_encode: return is_set(expression.a);
        case Op::attribute: return is_set(expression.a);
        default: return add(Op::is_set, 0, index);
    }
}

std::uint16_t EndpointExpressions::as_condition(std::uint16_t index) {
    return is_flag(index) ? index : is_set(index);
}

bool EndpointExpressions::is_flag(std::uint16_t index) const {
    const Expression& expression = out_.expressions[index];
    switch (op_of(expression)) {
        case Op::parameter:
            return out_.parameters[expression.a].kind == static_cast<std::uint8_t>(ParameterKind::boolean);
        case Op::attribute:
            switch (static_cast<Attribute>(expression.detail)) {
                case Attribute::url_is_ip:
                case Attribute::supports_fips:
                case Attribute::supports_dual_stack: return true;
                default: return false;
            }
        case Op::boolean:
        case Op::is_set:
        case Op::negate:
        case Op::string_equals:
        case Op::boolean_equals:
        case Op::is_host_label:
        case Op::is_hostable_bucket: return true;
        case Op::coalesce:
        case Op::if_else: return is_flag(expression.b);
        default: return false;
    }
}

bool EndpointExpressions::may_be_unset(std::uint16_t index) const {
    const Expression& expression = out_.expressions[index];
    switch (op_of(expression)) {
        case Op::parameter: return !out_.parameters[expression.a].has_default;
        case Op::partition:
        case Op::attribute:
        case Op::uri_encode: return may_be_unset(expression.a);
        case Op::coalesce: return may_be_unset(expression.a) && may_be_unset(expression.b);
        case Op::if_else: return may_be_unset(expression.b) || may_be_unset(expression.c);
        case Op::parse_url:
        case Op::parse_arn:
        case Op::resource_id:
        case Op::element:
        case Op::split_part:
        case Op::substring: return true;
        default: return false;
    }
}

// --- texts -----------------------------------------------------------------------------------------------------------

std::vector<std::uint16_t> EndpointExpressions::template_of(const json::value& value) {
    if (const json::string* text = value.if_string()) return parse_template(view_of(*text));
    return {lower(value)};
}

std::vector<std::uint16_t> EndpointExpressions::parse_template(std::string_view text) {
    std::vector<std::uint16_t> pieces;
    std::string plain;
    const auto end_plain = [&] {
        if (!plain.empty()) pieces.push_back(literal(plain));
        plain.clear();
    };
    while (!text.empty()) {
        const bool doubled = text.size() > 1 && text[0] == text[1] && (text[0] == '{' || text[0] == '}');
        if (doubled || text[0] != '{') {
            plain += text[0];
            text.remove_prefix(doubled ? 2 : 1);
            continue;
        }
        const auto end = text.find('}');
        if (end == std::string_view::npos) fail("unclosed variable in", text);
        const auto inside = text.substr(1, end - 1);
        const auto hash = inside.find('#');
        end_plain();
        std::uint16_t value = reference(inside.substr(0, hash));
        if (hash != std::string_view::npos) value = attribute(value, inside.substr(hash + 1));
        pieces.push_back(value);
        text.remove_prefix(end + 1);
    }
    end_plain();
    if (pieces.empty()) pieces.push_back(literal(""));
    return pieces;
}

std::uint16_t EndpointExpressions::render(const std::vector<std::uint16_t>& pieces) {
    if (pieces.size() == 1) return pieces.front();
    const auto [place, is_new] = rendered_.try_emplace(pieces);
    if (is_new) {
        place->second = {static_cast<std::uint16_t>(out_.pieces.size()), static_cast<std::uint16_t>(pieces.size())};
        out_.pieces.insert(out_.pieces.end(), pieces.begin(), pieces.end());
    }
    return add(Op::render, 0, place->second.first, place->second.count);
}

std::uint16_t EndpointExpressions::literal(std::string_view text) {
    const auto where = keep(text);
    return add(Op::literal, 0, where.offset, where.size);
}

endpoint::Text EndpointExpressions::keep(std::string_view text) {
    auto at = out_.pool.find(text);
    if (at == std::string::npos) {
        at = out_.pool.size();
        out_.pool += text;
    }
    if (out_.pool.size() > 0xffff) fail("more text than a table can hold, at", text);
    return {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(text.size())};
}

std::string_view EndpointExpressions::text(const Expression& literal) const {
    return std::string_view(out_.pool).substr(literal.a, literal.b);
}

// --- expressions -----------------------------------------------------------------------------------------------------

std::uint16_t EndpointExpressions::add(Op op, std::uint8_t detail, std::uint16_t a, std::uint16_t b, std::uint16_t c) {
    const auto [place, is_new] = known_.try_emplace({static_cast<int>(op), detail, a, b, c},
                                                    static_cast<std::uint16_t>(out_.expressions.size()));
    if (is_new) {
        if (out_.expressions.size() > 0xffff) fail("more expressions than a table can hold", "");
        out_.expressions.push_back(Expression{static_cast<std::uint8_t>(op), detail, a, b, c});
    }
    return place->second;
}

std::uint16_t EndpointExpressions::add_memoized(Op op, std::uint16_t argument) {
    const auto count = out_.expressions.size();
    const auto index = add(op, 0, argument);
    if (out_.expressions.size() != count) {
        if (memos_ == endpoint::most_memos) fail("more different calls than can be remembered, at", "aws.partition");
        out_.expressions[index].detail = memos_++;
    }
    return index;
}

}  // namespace botocraft::gen
