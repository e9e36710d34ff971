#pragma once
// What will be generated for a service: the rows of include/botocraft/service.hpp with names in place of offsets, and the
// C++ names that go with them. Everything in it has been checked.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api_model.hpp"
#include "botocraft/schema.hpp"
#include "botocraft/service.hpp"
#include "endpoint_rules.hpp"

namespace botocraft::gen::plan {

using Row = std::uint16_t;
inline constexpr Row none = api::none;

struct Member {
    std::string name;        // in the model, in filters and paths
    std::string wire_name;
    std::string identifier;  // in C++
    std::string type;        // in C++
    schema::Kind kind = schema::Kind::string;
    schema::Location location = schema::Location::body;
    Row target = none;
    std::uint16_t flags = 0;
    std::string enumeration;  // the shape that lists its values
    std::string query_name;   // in requests of ec2, where that is not the wire name with a capital
    XmlNamespace xml_namespace;

    [[nodiscard]] bool required() const noexcept { return (flags & schema::member_flag::required) != 0; }
    [[nodiscard]] bool has(std::uint16_t flag) const noexcept { return (flags & flag) != 0; }
};

// Behind the name of an error: the structure of its members. The bare name is the error's class.
inline constexpr std::string_view error_details = "Details";

enum class Header : std::uint8_t { unused, types, requests };

struct Shape {
    std::string name;    // AWS's, but that of a model is the model's
    std::string type;    // in C++; empty for lists and maps
    schema::Kind kind = schema::Kind::structure;
    std::uint8_t flags = 0;
    std::vector<Member> members;
    Header header = Header::unused;
    Row model = none;
    std::vector<std::string> read_only;
    std::string xml_name;  // of its root element, where that is not the name
    XmlNamespace xml_namespace;

    [[nodiscard]] bool primary() const noexcept { return (flags & schema::shape_flag::primary) != 0; }
    [[nodiscard]] const Member* find(std::string_view member) const noexcept;
    [[nodiscard]] Row index_of(std::string_view member) const noexcept;
};

struct Enumeration {
    std::string name;
    std::vector<std::string> values;
};

struct Expression {
    orm::ExpressionKind kind = orm::ExpressionKind::path;
    std::string text;
    std::string extra;
    friend bool operator==(const Expression&, const Expression&) = default;
};

struct Binding {
    std::string name;
    Row member = none;
    Row expression = none;
    bool wrap = false;
    Row inner = none;  // a member of the structure `member`
};

struct Argument {
    std::string name;
    std::string identifier;
    std::string type;  // in C++, without std::optional
    Row member = none;
    orm::ArgumentType kind = orm::ArgumentType::text;
    bool positional = false;
    bool required = false;
    bool wrap = false;
    Row position = 0;  // positional: its index
    Row inner = none;  // a member of the structure in the list

    [[nodiscard]] bool optional_by_itself() const noexcept;  // a view that can be absent
};

struct Addition {
    Row method = none;
    std::vector<Binding> bindings;
    std::vector<Binding> merge;
    Row emptied = none;
};

struct Method {
    std::string name;        // in the overlay
    std::string identifier;  // in C++
    std::string model_name;
    Row operation = none;
    Row model = none;
    orm::MethodKind kind = orm::MethodKind::call;
    orm::ResultKind result_kind = orm::ResultKind::nothing;
    std::string result_type;  // in C++: one element of it
    Row result_shape = none;  // where that is a structure
    bool paged = false;
    bool query = false;  // returns a Query
    std::vector<Argument> arguments;
    std::vector<Binding> bindings;
    bool hidden = false;  // no manager shows it: it is called besides others
    boost::json::object defaults;
    std::string result;
    std::string failures;
    std::string missing;
    bool joined = false;
    std::vector<Binding> merge;
    std::vector<Addition> additions;
    std::vector<Addition> steps;
    std::string url_encoded;
    std::string nothing;
    bool streams_events = false;  // returns them, one by one
    bool streams_in = false;   // its body comes from a Source
    bool streams_out = false;  // its reply's body goes into a Sink
    Row hydrate = none;
    std::uint16_t hydrate_batch = 0;
    Row hydrate_argument = none;
    std::string hydrate_path;
    bool keys_given = false;
    Row each_model = none;
    Row each_method = none;
    std::vector<Binding> each_bindings;
    Row refresh = none;
    std::vector<Binding> refresh_bindings;
    bool refresh_before = false;
    Row chunk_argument = none;
    std::uint16_t chunk_size = 0;
    std::uint32_t chunk_bytes = 0;
    Row scan = none;
    std::string scan_path;
    Row region_member = none;
    Row region_inner = none;
    std::string silent_region;
    std::size_t line = 0;

    [[nodiscard]] std::string arguments_type() const;  // of its named arguments; empty if it has none
    [[nodiscard]] const Argument* find(std::string_view argument) const noexcept;
};

struct Relation {
    std::string name;
    std::string identifier;
    std::string service;  // empty: the same
    std::string target;   // C++ type
    std::string header;   // of the target: botocraft/ecs/cluster.hpp
    Row method = none;
    std::vector<Binding> bindings;
    bool many = false;
    bool cached = true;
};

struct Property {
    std::string name;
    std::string identifier;
    Row expression = none;
};

struct Proxy {
    std::string identifier;
    Row method = none;
    std::vector<Binding> bindings;
};

// A function of a model that waits as one of AWS's waiters does, for what `get` reads by the model's key.
struct Wait {
    std::string identifier;
    std::size_t waiter = 0;  // of the facts
};

// A function that is written by hand.
struct ByHand {
    struct Parameter {
        std::string type;  // in C++
        std::string name;
        std::string otherwise;  // its type, where it may be left out
    };
    std::string identifier;
    std::string says;
    std::string returns;  // in C++
    std::vector<Parameter> parameters;
    Row arguments = none;  // the method whose named arguments are the last of the parameters
    std::set<std::string> headers;
    bool manager = false;

    // It takes the place of the one that every model has.
    [[nodiscard]] bool replaces() const noexcept { return !manager && (identifier == "save" || identifier == "remove"); }
};

struct Model {
    std::string name;
    Row shape = none;
    bool primary = true;
    bool read_only = false;
    std::vector<Binding> key;
    Row arn = none;
    Row display_name = none;
    Row get = none, list = none, create = none, update = none, remove = none;
    std::vector<Binding> remove_bindings;
    std::vector<Property> properties;
    std::vector<Relation> relations;
    std::vector<Proxy> proxies;
    std::vector<Wait> waits;
    std::vector<ByHand> by_hand;
    Row tags_member = none;
    Row tag = none, untag = none;
    std::vector<Binding> tag_binding, untag_binding;
    std::size_t line = 0;

    [[nodiscard]] bool has_by_hand(std::string_view function) const noexcept;
};

struct Token {
    Row input_member = none;
    std::string output_path;
    std::string more_path;
};

// A parameter of the endpoint rules that an operation sets.
struct EndpointParameter {
    std::size_t index = 0;  // in the rules
    Row member = none;      // of the input; none: a constant
    boost::json::value constant;
    std::string path;       // in the input; empty: a member or a constant
};

struct Operation {
    std::string name;
    std::string uri;
    std::string host_prefix;
    api::HttpMethod method = api::HttpMethod::post;
    Row input = none;
    Row output = none;
    std::vector<Row> errors;
    std::vector<Token> tokens;
    Row limit_member = none;
    std::uint16_t flags = 0;
    std::vector<EndpointParameter> endpoint_parameters;
    Row checksum_member = none;
    Row validation_member = none;
    Row event_member = none;    // of the output: the union of the events that it streams
    bool takes_events = false;  // the input streams events
};

// An operation as the service's client has it.
struct ClientOperation {
    Row operation = none;
    std::string identifier;      // in C++
    std::string arguments_type;  // in C++
    std::string result_type;     // in C++; empty: nothing
    std::string event_type;      // in C++; empty: it streams no events
    std::vector<Argument> arguments;
    bool paged = false;
};

// A relation to a service that has no models yet.
struct LeftOut {
    std::string model;
    std::string relation;
    std::string service;
    std::size_t line = 0;
};

struct Check {
    Row operation = none;
    std::string function;
};

struct Service {
    std::string name;       // `application-autoscaling`
    std::string namespace_; // `application_autoscaling`
    const Api* facts = nullptr;
    std::vector<Shape> shapes;
    std::vector<Enumeration> enumerations;
    std::vector<Operation> operations;
    std::optional<CompiledRules> endpoint_rules;
    std::vector<Model> models;
    std::vector<Method> methods;
    std::vector<ClientOperation> client;  // one for each operation, in their order
    std::vector<Expression> expressions;
    std::vector<Check> checks;
    std::vector<LeftOut> left_out;
    std::string region_header;
    std::string region_element;
    std::string region_member;
    std::string transient;  // codes of errors, as the tables have them
    std::size_t first_wait = 0;  // of retries
    std::size_t max_attempts = 0;
    std::string crc32_header;
    // What functions that are written by hand need: declarations of types, by namespace.
    std::map<std::string, std::set<std::string>> by_hand_types;

    [[nodiscard]] const Model* find_model(std::string_view model) const noexcept;
    [[nodiscard]] Row find_method(Row model, std::string_view method) const noexcept;
    // The structure of the error's members; none where no operation has the error.
    [[nodiscard]] Row find_error(std::string_view error) const noexcept;
    [[nodiscard]] Row find_operation(std::string_view operation) const noexcept;
    [[nodiscard]] std::size_t primary_count() const noexcept;
    [[nodiscard]] std::size_t relation_count() const noexcept;
};

}  // namespace botocraft::gen::plan
