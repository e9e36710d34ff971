#include "endpoint/evaluation.hpp"

#include <memory>
#include <optional>

#include "endpoint/partitions.hpp"

namespace botocraft::endpoint {

namespace {

Op op_of(const Expression& expression) noexcept {
    return static_cast<Op>(expression.op);
}

std::string_view or_null(std::optional<std::string_view> text) noexcept {
    return text.value_or(std::string_view());
}

}  // namespace

bool Evaluation::holds(std::uint16_t index) {
    const Expression& expression = at(index);
    switch (op_of(expression)) {
        case Op::boolean: return expression.detail != 0;
        case Op::parameter: {
            const bool boolean =
                rules_.parameters[expression.a].kind == static_cast<std::uint8_t>(ParameterKind::boolean);
            return boolean ? parameters_.flag(expression.a) : parameters_.is_set(expression.a);
        }
        case Op::is_set: return is_set(expression.a);
        case Op::negate: return !holds(expression.a);
        case Op::string_equals: return equal(expression);
        case Op::boolean_equals:
            return is_set(expression.a) && is_set(expression.b) && holds(expression.a) == holds(expression.b);
        case Op::is_host_label: return is_host_label(text(expression.a), expression.detail != 0);
        case Op::is_hostable_bucket: return is_hostable_bucket(text(expression.a), expression.detail != 0);
        case Op::coalesce: return holds(is_set(expression.a) ? expression.a : expression.b);
        case Op::if_else: return holds(holds(expression.a) ? expression.b : expression.c);
        case Op::attribute: {
            const auto what = static_cast<Attribute>(expression.detail);
            if (what == Attribute::url_is_ip || what == Attribute::supports_fips ||
                what == Attribute::supports_dual_stack)
                return attribute_flag(expression);
            break;
        }
        default: break;
    }
    return is_set(index);
}

bool Evaluation::is_set(std::uint16_t index) {
    const Expression& expression = at(index);
    switch (op_of(expression)) {
        case Op::parameter: return parameters_.is_set(expression.a);
        case Op::partition:
        case Op::parse_url:
        case Op::parse_arn: return structure(expression) != nullptr;
        case Op::attribute: return structure(at(expression.a)) != nullptr;
        case Op::uri_encode: return is_set(expression.a);
        case Op::resource_id:
        case Op::element:
        case Op::split_part:
        case Op::substring: return text(index).data() != nullptr;
        case Op::coalesce: return is_set(expression.a) || is_set(expression.b);
        case Op::if_else: return is_set(holds(expression.a) ? expression.b : expression.c);
        default: return true;
    }
}

bool Evaluation::equal(const Expression& expression) {
    const auto left = text(expression.a);
    const auto right = text(expression.b);
    return left.data() != nullptr && right.data() != nullptr && left == right;
}

std::string_view Evaluation::text(std::uint16_t index) {
    const Expression& expression = at(index);
    switch (op_of(expression)) {
        case Op::parameter: return parameters_.text(expression.a);
        case Op::literal: return rules_.text({expression.a, expression.b});
        case Op::attribute: return attribute(expression);
        case Op::resource_id: {
            const Memo* memo = structure(at(expression.a));
            if (memo == nullptr) return {};
            return or_null(resource_part(memo->arn.resource, expression.b));
        }
        case Op::element: return parameters_.element(at(expression.a).a, expression.b);
        case Op::split_part: {
            const auto whole = text(expression.a);
            if (whole.data() == nullptr) return {};
            return or_null(split_part(whole, text(expression.b), expression.detail, expression.c));
        }
        case Op::substring: {
            const auto whole = text(expression.a);
            if (whole.data() == nullptr) return {};
            return or_null(substring(whole, expression.b, expression.c, expression.detail != 0));
        }
        case Op::uri_encode: return is_set(expression.a) ? kept(index) : std::string_view();
        case Op::render: return kept(index);
        case Op::coalesce: return text(is_set(expression.a) ? expression.a : expression.b);
        case Op::if_else: return text(holds(expression.a) ? expression.b : expression.c);
        default: return {};
    }
}

// Only where a made-up text is compared or cut; in addresses it is written where it belongs.
std::string_view Evaluation::kept(std::uint16_t index) {
    append_piece(made_.emplace_front(), index);
    return made_.front();
}

const Evaluation::Memo* Evaluation::structure(const Expression& expression) {
    Known& known = known_[expression.detail];
    Memo& memo = memos_[expression.detail];
    if (known != Known::no) return known == Known::yes ? &memo : nullptr;
    known = Known::unset;
    const auto argument = text(expression.a);
    if (argument.data() == nullptr) return nullptr;
    const auto keep = [&known](auto& member, const auto& value) {
        if (!value) return;
        std::construct_at(&member, *value);
        known = Known::yes;
    };
    switch (op_of(expression)) {
        case Op::partition: keep(memo.partition, std::optional(&find_partition(partitions_, argument))); break;
        case Op::parse_url: keep(memo.url, parse_url(argument)); break;
        case Op::parse_arn: keep(memo.arn, parse_arn(argument)); break;
        default: break;
    }
    return known == Known::yes ? &memo : nullptr;
}

std::string_view Evaluation::attribute(const Expression& expression) {
    const Memo* memo = structure(at(expression.a));
    if (memo == nullptr) return {};
    switch (static_cast<Attribute>(expression.detail)) {
        case Attribute::url_scheme: return memo->url.scheme;
        case Attribute::url_authority: return memo->url.authority;
        case Attribute::url_path: return memo->url.path;
        case Attribute::url_normalized_path: {
            if (memo->url.path.ends_with('/')) return memo->url.path;
            std::string& path = made_.emplace_front(memo->url.path);
            return path += '/';
        }
        case Attribute::arn_partition: return memo->arn.partition;
        case Attribute::arn_service: return memo->arn.service;
        case Attribute::arn_region: return memo->arn.region;
        case Attribute::arn_account_id: return memo->arn.account_id;
        case Attribute::name: return partitions_.text(memo->partition->name);
        case Attribute::dns_suffix: return partitions_.text(memo->partition->dns_suffix);
        case Attribute::dual_stack_dns_suffix: return partitions_.text(memo->partition->dual_stack_dns_suffix);
        case Attribute::implicit_global_region: return partitions_.text(memo->partition->implicit_global_region);
        case Attribute::url_is_ip:
        case Attribute::supports_fips:
        case Attribute::supports_dual_stack: break;
    }
    return {};
}

bool Evaluation::attribute_flag(const Expression& expression) {
    const Memo* memo = structure(at(expression.a));
    if (memo == nullptr) return false;
    switch (static_cast<Attribute>(expression.detail)) {
        case Attribute::url_is_ip: return memo->url.is_ip;
        case Attribute::supports_fips: return memo->partition->supports_fips != 0;
        case Attribute::supports_dual_stack: return memo->partition->supports_dual_stack != 0;
        default: return false;
    }
}

void Evaluation::append(std::string& out, Range pieces) {
    for (const std::uint16_t piece : rules_.pieces.subspan(pieces.first, pieces.count)) append_piece(out, piece);
}

void Evaluation::append_piece(std::string& out, std::uint16_t index) {
    const Expression& expression = at(index);
    switch (op_of(expression)) {
        case Op::render: append(out, {expression.a, expression.b}); break;
        case Op::uri_encode: append_uri_encoded(out, text(expression.a)); break;
        default: out += text(index);
    }
}

}  // namespace botocraft::endpoint
