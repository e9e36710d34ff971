#pragma once
// The constants that the generator makes of endpoint rules and partitions: rows of integers and one pool of text.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace botocraft::endpoint {

// A piece of the pool of text of a table.
struct Text {
    std::uint16_t offset = 0;
    std::uint16_t size = 0;
};

// Some consecutive rows of another array.
struct Range {
    std::uint16_t first = 0;
    std::uint16_t count = 0;
};

// What an expression does. Variables of the rules are gone: the generator replaces each by the expression it stands
// for.
enum class Op : std::uint8_t {
    parameter,           // a: index of the parameter
    literal,             // a: offset, b: size of the text
    boolean,             // detail: the value
    render,              // a: first piece, b: number of pieces; all of them joined
    partition,           // a: region;  detail: place in the memo, as for the next two
    parse_url,           // a: text
    parse_arn,           // a: text
    attribute,           // a: one of the three above, detail: Attribute
    resource_id,         // a: a parsed ARN, b: index; a part of its resource
    element,             // a: a list of texts, b: index
    split_part,          // a: text, b: delimiter, c: index, detail: limit
    substring,           // a: text, b: start, c: stop, detail: counted from the end
    uri_encode,          // a: text
    is_set,              // a
    negate,              // a
    string_equals,       // a, b
    boolean_equals,      // a, b
    is_host_label,       // a: text, detail: dots allowed
    is_hostable_bucket,  // a: text, detail: dots allowed
    coalesce,            // a, or b where a is not set
    if_else,             // a ? b : c
};

enum class Attribute : std::uint8_t {
    url_scheme,
    url_authority,
    url_path,
    url_normalized_path,
    url_is_ip,
    arn_partition,
    arn_service,
    arn_region,
    arn_account_id,
    name,
    dns_suffix,
    dual_stack_dns_suffix,
    implicit_global_region,
    supports_fips,
    supports_dual_stack,
};

// Op and three operands: other expressions, or what Op says.
struct Expression {
    std::uint8_t op;
    std::uint8_t detail;
    std::uint16_t a;
    std::uint16_t b;
    std::uint16_t c;
};

// One question of the decision graph. A target with `is_result` set is a row of `results`, else of `nodes`.
struct Node {
    static constexpr std::uint16_t is_result = 0x8000;
    std::uint16_t condition;
    std::uint16_t yes;
    std::uint16_t no;
};

// Where a decision ends. Texts are ranges of `pieces`, which are expressions to be joined.
struct Result {
    enum Kind : std::uint8_t {
        error,     // authority: the message
        address,   // scheme, authority and path were told apart by the generator
        whole,     // authority: a complete URL, known only when it is resolved
        no_match,  // the rules say nothing about these parameters
    };
    std::uint8_t kind = error;
    Range scheme = {};
    Range authority = {};
    Range path = {};
    Range auth = {};
    Range headers = {};
    Range properties = {};
};

enum class AuthScheme : std::uint8_t { none, sigv4, sigv4a, sigv4_s3express, bearer };

struct AuthRow {
    std::uint8_t scheme;
    std::uint8_t disable_double_encoding;
    Range signing_name;    // empty: the service's own
    Range signing_region;  // for sigv4a the set of regions, comma-separated
};

// A header, or a property other than the authentication schemes; a nested property is `outer.inner`.
struct NamedRow {
    Text name;
    Range value;
};

// Parameters that come from the session instead of the operation.
enum class BuiltIn : std::uint8_t {
    none,
    region,                     // AWS::Region
    use_fips,                   // AWS::UseFIPS
    use_dual_stack,             // AWS::UseDualStack
    endpoint,                   // SDK::Endpoint
    account_id,                 // AWS::Auth::AccountId
    account_id_endpoint_mode,   // AWS::Auth::AccountIdEndpointMode
    credential_scope,           // AWS::Auth::CredentialScope
    sts_use_global_endpoint,    // AWS::STS::UseGlobalEndpoint
    s3_accelerate,              // AWS::S3::Accelerate
    s3_force_path_style,        // AWS::S3::ForcePathStyle
    s3_use_global_endpoint,     // AWS::S3::UseGlobalEndpoint
    s3_use_arn_region,          // AWS::S3::UseArnRegion
    s3_disable_multi_region,    // AWS::S3::DisableMultiRegionAccessPoints
    s3_control_use_arn_region,  // AWS::S3Control::UseArnRegion
};
inline constexpr std::size_t built_in_count = 15;

enum class ParameterKind : std::uint8_t { text, boolean, list };

struct ParameterRow {
    Text name;
    std::uint8_t kind;
    std::uint8_t built_in;
    std::uint8_t required;
    std::uint8_t has_default;
    std::uint8_t default_flag;  // of a boolean
    Range default_pieces;       // of a text, and of a list one piece an element
};

inline constexpr std::size_t most_parameters = 32;
inline constexpr std::size_t most_memos = 16;

// The endpoint rules of one service.
struct RuleSet {
    std::span<const ParameterRow> parameters;
    std::span<const Expression> expressions;
    std::span<const std::uint16_t> pieces;
    std::span<const Node> nodes;
    std::span<const Result> results;
    std::span<const AuthRow> auth;
    std::span<const NamedRow> named;
    std::string_view pool;
    std::uint16_t start = 0;  // a target, as in Node

    [[nodiscard]] constexpr std::string_view text(Text where) const noexcept {
        return {pool.data() + where.offset, where.size};
    }
};

// A group of regions with its own DNS suffix. Regions that are not listed belong to it if they are a prefix followed by
// `word-number`: `us-` + `east-9`.
struct PartitionRow {
    Text name;
    Text dns_suffix;
    Text dual_stack_dns_suffix;
    Text implicit_global_region;
    std::uint8_t supports_fips;
    std::uint8_t supports_dual_stack;
    Range prefixes;           // rows of `texts`
    Range regions;            // rows of `texts`, sorted but for the next
    std::uint16_t irregular;  // so many of them, at the beginning, are not of the form above: `aws-global`
};

struct Partitions {
    std::span<const PartitionRow> rows;
    std::span<const Text> texts;
    std::string_view pool;

    [[nodiscard]] constexpr std::string_view text(Text where) const noexcept {
        return {pool.data() + where.offset, where.size};
    }
};

}  // namespace botocraft::endpoint
