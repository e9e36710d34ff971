#pragma once
// The tables that describe a service: its operations, and what the overlay (specs/models) makes of them. Generated code
// holds them as constants; src/runtime and src/orm walk them. Not for users' code, which meets the typed shells.

#include <botocraft/protocol.hpp>
#include <botocraft/schema.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace botocraft {

struct ErrorDetails;

namespace endpoint {
struct RuleSet;
}

namespace api {

// No row.
inline constexpr std::uint16_t none = 0xffff;

using schema::Text;

using botocraft::Protocol;

// How a request proves who sent it.
enum class AuthScheme : std::uint8_t { no_auth, sigv4, sigv4a, s3_express, bearer };

enum class HttpMethod : std::uint8_t { get, post, put, delete_, head, patch };

// Bits of Operation::flags
namespace operation_flag {
inline constexpr std::uint16_t read_only = 1 << 0;
inline constexpr std::uint16_t idempotent = 1 << 1;
inline constexpr std::uint16_t no_auth = 1 << 2;
inline constexpr std::uint16_t unsigned_payload = 1 << 3;
inline constexpr std::uint16_t checksum_required = 1 << 4;  // Content-MD5
inline constexpr std::uint16_t compressible = 1 << 5;       // the body may be sent gzipped
inline constexpr std::uint16_t checksum = 1 << 6;           // takes a checksum of the body, in one of several ways
inline constexpr std::uint16_t needs_checksum = 1 << 7;     // likewise, and is refused without
inline constexpr std::uint16_t bucket_in_endpoint = 1 << 8;  // the endpoint names what the first label of the URI does
inline constexpr std::uint16_t discovers_endpoint = 1 << 9;  // may go to an endpoint that the service names when asked
inline constexpr std::uint16_t needs_discovery = 1 << 10;    // goes to no other
inline constexpr std::uint16_t names_endpoints = 1 << 11;    // is what the service is asked
inline constexpr std::uint16_t starts_at_home = 1 << 12;     // is sent to no region in which its resource once was
inline constexpr std::uint16_t poll = 1 << 13;               // waits for something to come, and is called in a loop
inline constexpr std::uint16_t retry_safe = read_only | idempotent;
}  // namespace operation_flag

struct Operation {
    Text name;
    Text uri;                     // with {labels}
    Text host_prefix;             // with {labels}; empty for most
    std::uint16_t input = none;   // row of Schema::shapes
    std::uint16_t output = none;
    std::uint16_t first_error = 0;  // in Service::errors: rows of Schema::shapes
    std::uint16_t error_count = 0;
    std::uint16_t first_token = 0;  // in Service::tokens; the operation is paged where there are any
    std::uint16_t token_count = 0;
    std::uint16_t limit_member = none;  // member of the input, counted from its first, that bounds a page
    std::uint16_t flags = 0;
    HttpMethod method = HttpMethod::post;
    std::uint8_t endpoint_parameter_count = 0;
    std::uint16_t first_endpoint_parameter = 0;  // in Service::endpoint_parameters
    std::uint16_t checksum_member = none;        // of the input, counted from its first, that names the way of the checksum
    std::uint16_t validation_member = none;      // likewise, that asks for a checksum of the reply
    std::uint16_t event_member = none;           // of the output, counted from its first: the union of the events that it streams
};

// A parameter of the endpoint rules that an operation sets: only those are here that the rules look at.
struct EndpointParameter {
    enum class Source : std::uint8_t { member, text, no, yes, path };
    Text text;                    // the constant, or the path in the input (endpoint/input_path.hpp)
    std::uint16_t member = none;  // of the input, counted from its first
    std::uint8_t index = 0;       // in RuleSet::parameters
    Source source = Source::member;
};

// How one page leads to the next.
struct Token {
    std::uint16_t input_member = none;  // of the input, counted from its first
    Text output_path;                   // in the output
    Text more_path;                     // a boolean of the output: false ends the list. Empty where there is none
};

}  // namespace api

namespace orm {

using api::Text;

// How the value of an argument is handed over. A positional argument is the type itself; a named one is a member of the
// method's aggregate, and optional.
enum class ArgumentType : std::uint8_t {
    text,        // std::string_view
    texts,       // Texts
    boolean,     // bool
    integer,     // std::int32_t
    long_,       // std::int64_t
    float_,      // float
    double_,     // double
    timestamp,   // botocraft::timestamp
    structure,   // View<T>
    structures,  // Views<T>
    map,         // MapView<T>
    blob,        // std::span<const std::byte>
    lists,       // any other list: View of botocraft::list<...>
    source,      // Source: where the body comes from
    sink,        // Sink: where the reply's body goes
};

namespace argument_flag {
inline constexpr std::uint8_t positional = 1 << 0;
inline constexpr std::uint8_t required = 1 << 1;
inline constexpr std::uint8_t wrap = 1 << 2;  // the one value becomes a list of one
}  // namespace argument_flag

struct Argument {
    Text name;
    std::uint16_t member = api::none;  // of the operation's input, counted from its first; none: the keys that are given
    std::uint16_t offset = 0;          // positional: its index; named: in the method's aggregate
    ArgumentType type = ArgumentType::text;
    std::uint8_t flags = 0;
    std::uint16_t inner = api::none;  // of the structure `member`, or of that in the list `member`, counted from its first
};

enum class ExpressionKind : std::uint8_t {
    path,      // text: a path into the model: a.b, a[].b, a[0].b, a['key']
    literal,   // text: JSON
    format,    // text: a template, `service/{cluster_name}/{serviceName}`; absent where one of its paths is
    match,     // text: a path, extra: a regular expression; its value is the first group, or absent
    argument,  // text: the name of an argument of the call
    relation,  // text: the name of a relation of the model, extra: a path into what it awaits
    // One structure in a list, made of a path into the model: {name `extra`, values}, as the filters of EC2, or
    // {type `extra`, tags}, as its specifications of tags.
    filter,
    tag_specification,
    query_string,  // text: a path to a list of tags, which are written one behind the other: `a=b&c=d`; absent without any
    // text: a path, extra: another one and the texts, separated by spaces, at which the value is absent; empty: it is where it is
    // a list without elements
    unless,
};

struct Expression {
    Text text;
    Text extra;
    ExpressionKind kind = ExpressionKind::path;
};

// `member` of a request, `name` of a key, or the field of a model, and where its value comes from.
struct Binding {
    Text name;
    std::uint16_t member = api::none;      // counted from the first of the structure that is filled
    std::uint16_t expression = api::none;  // row of Service::expressions; none: the member is left out
    bool wrap = false;                     // the one value becomes a list of one
    std::uint16_t inner = api::none;       // a member of the structure `member`, counted from its first
};

enum class MethodKind : std::uint8_t { get, get_many, list, create, update, partial_update, remove, call };

// What a method returns.
enum class ResultKind : std::uint8_t {
    nothing,
    model,    // one primary model
    value,    // a member of the response (a string, a number, a structure, a list), or the whole response
    models,   // a list of primary models
    values,   // a list of strings or other structures
};

struct Method {
    Text name;
    std::uint16_t operation = api::none;
    std::uint16_t model = 0;            // row of Service::models
    MethodKind kind = MethodKind::call;
    ResultKind result_kind = ResultKind::nothing;
    bool paged = false;                 // a list that follows its operation's tokens
    std::uint16_t first_argument = 0;
    std::uint16_t argument_count = 0;
    // create and update: what the model is not copied to by member name. All kinds: arguments from a key.
    std::uint16_t first_binding = 0;
    std::uint16_t binding_count = 0;
    Text defaults;                      // JSON object in wire names: constants and defaults of the request
    Text result;                        // path into the response; empty: all of it
    std::uint16_t result_shape = api::none;  // row of Schema::shapes: what each thing returned is; none: the model's
    bool joined = false;                // all pages are read and their lists joined: the method has one response
    Text failures;                      // path to a list of failures {arn, reason, detail}; reason MISSING is no such resource
    Text missing_codes;                 // error codes, separated by spaces, that mean that there is no such resource
    // Members of the response or arguments of the call that are copied into each model returned.
    std::uint16_t first_merge = 0;
    std::uint16_t merge_count = 0;
    // Operations called besides, whose answers complete each model returned.
    std::uint16_t first_addition = 0;
    std::uint16_t addition_count = 0;
    // create and update: operations called one after the other when this one is done, each where the model has what it needs.
    std::uint16_t first_step = 0;  // additions without merges
    std::uint16_t step_count = 0;
    Text url_encoded{};            // a member of the response, its value, and paths to what is percent-encoded then
    Text nothing_codes{};          // error codes, separated by spaces, that mean that there is nothing to return
    // list: what the operation returns are keys. They are handed, `batch` at a time, to `hydrate` of the same model.
    std::uint16_t hydrate = api::none;           // row of Service::methods
    std::uint16_t hydrate_batch = 0;             // 0: one call each
    std::uint16_t hydrate_argument = api::none;  // counted from the first of the method `hydrate`
    Text hydrate_path;                           // from one element of the result to its key; empty: the element
    bool keys_given = false;                     // there is no list to ask for: the caller's first argument has the keys
    // list: all results of another list, once for each of the models that a list of `each_model` returns.
    std::uint16_t each_model = api::none;      // row of Service::models
    std::uint16_t each_method = api::none;     // row of Service::methods: the list that is called for each
    std::uint16_t first_each = 0;              // bindings: arguments of each_method from the model
    std::uint16_t each_count = 0;
    // A change whose answer is not the model: afterwards the model is read again by `refresh`.
    std::uint16_t refresh = api::none;  // row of Service::methods
    std::uint16_t first_refresh = 0;    // bindings: its arguments, from the response first, then from the model
    std::uint16_t refresh_count = 0;
    bool refresh_before = false;        // read it before the change (a delete returns what was there)
    // An argument that takes at most `chunk_size` elements a call: more are sent in several calls, the results joined.
    std::uint16_t chunk_argument = api::none;
    std::uint16_t chunk_size = 0;
    std::uint32_t chunk_bytes = 0;  // what the elements of one call may come to, written as JSON or CBOR; 0: as many as there are
    // get: all results of a list are looked through for the one whose member has the value that the caller gave.
    std::uint16_t scan = api::none;  // row of Service::methods: the list
    Text scan_path{};                // of that member
    // A text of a structure in the request, by which the session's region is said where that structure is absent; not this
    // one region, which is what its absence says.
    std::uint16_t region_member = api::none;
    std::uint16_t region_inner = api::none;
    Text silent_region{};
};

// A call for each model that a method returns, whose answer has more of that model. What the service says is not there is no
// error: then there is no more.
struct Addition {
    std::uint16_t method = api::none;  // row of Service::methods: one that no manager shows
    std::uint16_t first_binding = 0;   // its arguments, from the model
    std::uint16_t binding_count = 0;
    std::uint16_t first_merge = 0;     // members of the model, from its response
    std::uint16_t merge_count = 0;
    std::uint16_t emptied = api::none;  // of a step: the method, with the same arguments, in its place for a list without elements
};

// The tables of the target are not named here but where the relation is followed: a program that does not follow it links
// nothing of the other service.
struct Relation {
    Text name;
    std::uint16_t method = api::none;  // row of the target's Service::methods: get, get_many or a list
    std::uint16_t first_binding = 0;   // arguments of the method, by name, from this model
    std::uint16_t binding_count = 0;
    bool many = false;
    bool cached = true;
};

struct Property {
    Text name;
    std::uint16_t expression = api::none;
};

// A primary model, or a secondary one that has properties or relations.
struct Model {
    std::uint16_t shape = api::none;
    std::uint16_t first_key = 0;  // bindings: arguments of get, from the model
    std::uint16_t key_count = 0;
    std::uint16_t arn = api::none;   // expression
    std::uint16_t name = api::none;  // expression
    std::uint16_t get = api::none, list = api::none, create = api::none, update = api::none, remove = api::none;
    std::uint16_t first_remove = 0;  // bindings: arguments of remove, from the model
    std::uint16_t remove_count = 0;
    std::uint16_t first_property = 0, property_count = 0;
    std::uint16_t first_relation = 0, relation_count = 0;
    std::uint16_t tags_member = api::none;  // counted from the shape's first
    std::uint32_t state_offset = 0;         // of the ModelState
    bool read_only = false;
    // Methods that no manager shows: their first argument has what is tagged, bound from the model, the second one the tags
    // that are new or changed, or the keys of those that shall go. None: the tags are saved with the rest, or not at all.
    std::uint16_t tag = api::none, untag = api::none;
    std::uint16_t tag_binding = 0, untag_binding = 0;
};

// What a model says of sending the request again after an error.
enum class ErrorRetry : std::uint8_t { unsaid, transient, throttling };

// An error that the service's model declares, its members, and the function that throws it as its own type.
struct ErrorType {
    Text code;
    std::uint16_t shape = api::none;  // row of Schema::shapes
    void (*raise)(ErrorDetails&& details);
    ErrorRetry retry = ErrorRetry::unsaid;
};

// What the service's own code does with each answer of an operation before anybody sees it: check it, and throw.
struct AnswerCheck {
    std::uint16_t operation = api::none;
    void (*check)(const void* request, const void* response);
};

// What the retry rules of AWS's SDKs say of one service alone. Zero, or empty: what they say of all.
struct ServiceRetries {
    std::uint16_t first_wait = 0;  // the longest, in milliseconds, before the first retry of what need not fail again
    std::uint16_t max_attempts = 0;
    std::string_view transient{};  // codes of errors that need not come again, with spaces between
};

// All tables of one service.
struct ServiceTables {
    const schema::Schema* schema;
    const endpoint::RuleSet* endpoint_rules;
    std::string_view name;           // `ecs`: its name in specs/, in endpoint settings and in errors
    std::string_view service_id;     // `ECS`
    std::string_view signing_name;
    std::array<api::AuthScheme, 2> auth = {api::AuthScheme::sigv4};  // in order of preference; the rest is no_auth
    std::string_view target_prefix;  // of X-Amz-Target, and of CBOR's path
    std::string_view api_version;
    const api::Protocol* protocols;  // that the service offers, in its own order of preference
    std::uint16_t protocol_count;
    std::uint16_t operation_count;
    const api::Operation* operations;
    const std::uint16_t* errors;
    const api::Token* tokens;
    const api::EndpointParameter* endpoint_parameters;
    const Model* models;
    std::uint16_t model_count;
    std::uint16_t method_count;
    const Method* methods;
    const Argument* arguments;
    const Addition* additions;
    const Binding* bindings;
    const Expression* expressions;
    const Relation* relations;
    const Property* properties;
    const ErrorType* error_types;
    std::uint16_t error_type_count;
    const AnswerCheck* checks = nullptr;
    std::uint16_t check_count = 0;
    bool query_compatible = false;   // came from the protocol query, whose error codes still count
    // The header of an error by which the service tells in which region a resource is, or else the element of its body, and
    // the member of requests that names it. Empty: there is none.
    std::string_view region_header{};
    std::string_view region_element{};
    std::string_view region_member{};
    ServiceRetries retries{};
    std::string_view crc32_header{};  // of replies, with the CRC-32 of the body, which nobody asks for; empty: there is none

    [[nodiscard]] constexpr std::string_view text(Text t) const noexcept {
        return schema->text(t);
    }
};

// What the typed client of a service has beside these: the arguments of every operation. Apart from the rest, so that only
// a program that has a client links them.
struct ClientTables {
    const ServiceTables* service;
    const std::uint16_t* first_argument;  // of each operation, in its order, and one more: where the last one's end
    const Argument* arguments;            // named ones: members of the operation's aggregate
};

// One of AWS's waiters.
struct Waiter {
    std::string_view name;
    std::string_view acceptors;  // JSON, as in specs/aws: the first one that matches an answer says what it means
    std::uint16_t delay;         // seconds
    std::uint16_t max_attempts;
};

}  // namespace orm
}  // namespace botocraft
