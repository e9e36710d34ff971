#pragma once
// What specs/models/<service>.yaml says, as it says it: names are not yet looked up in the API facts.

#include <boost/json/value.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "problems.hpp"

namespace botocraft::gen::overlay {

// Where a value comes from. The meaning of the texts is that of orm::ExpressionKind.
struct Expression {
    enum class Kind : unsigned char { path, literal, format, match, argument, relation, filter, tag_specification, query_string, unless, omit };
    Kind kind = Kind::path;
    std::string text;
    std::string extra;
    boost::json::value value;  // literal
    bool wrap = false;
    std::size_t line = 0;
};

// `name: expression`
struct Binding {
    std::string name;
    Expression from;
    std::size_t line = 0;
};

struct Argument {
    std::string name;
    std::string to;  // the member of the request; empty: of the same name
    bool wrap = false;
    std::optional<bool> required;
    std::optional<boost::json::value> default_value;  // sent unless the caller says something else
    std::optional<boost::json::value> value;          // always sent
    bool hidden = false;
    std::size_t line = 0;
};

struct Hydrate {
    std::string model;  // empty: the method's own
    std::string method = "get_many";
    std::string argument;
    std::size_t batch = 0;
    std::string key;
    std::size_t line = 0;
};

struct ForEach {
    std::string model;
    std::string method = "list";
    std::vector<Binding> arguments;
    std::size_t line = 0;
};

struct Each {
    std::string argument;
    std::string method = "get";
    std::string to;
    std::size_t line = 0;
};

struct Then {
    std::string method = "get";
    std::vector<Binding> arguments;
    bool before = false;
    std::size_t line = 0;
};

struct Chunk {
    std::string argument;
    std::size_t size = 0;
    std::size_t bytes = 0;
    std::size_t line = 0;
};

struct Scan {
    std::string method = "list";
    std::string argument;
    std::string path;  // empty: as the argument
    std::size_t line = 0;
};

// A call besides, for each model that is returned; or one that follows a change, and has no `merge`.
struct Also {
    std::string operation;
    std::vector<Binding> arguments;
    std::vector<Binding> merge;
    std::vector<std::string> missing;
    std::string emptied;  // of what follows a change: the operation in its place where a list has no elements
    std::size_t line = 0;
};

struct SaysRegion {
    std::string path;
    std::string silent;
    std::size_t line = 0;
};

// Paths to texts that are percent-encoded where a member of the response has this value.
struct UrlEncoded {
    std::vector<std::string> paths;
    std::string member;
    std::string value;
    std::size_t line = 0;
};

struct Method {
    std::string name;
    std::string operation;  // empty where `for_each`, `each` or `scan` says what is called
    std::vector<Argument> arguments;
    std::optional<std::string> result;  // none: nothing is returned; empty: all of the response
    bool result_given = false;
    std::string model;  // that is returned; empty: the structure of the response is one, or none
    bool join = false;
    std::string failures;  // the path of the list
    std::vector<std::string> failure_paths;  // in each: of code, message, and what it is about; empty: AWS's usual names
    std::vector<std::string> missing;
    std::vector<Binding> from;
    std::vector<Binding> merge;
    std::vector<Also> also;
    std::vector<Also> and_then;
    std::optional<SaysRegion> says_region;
    std::optional<UrlEncoded> url_encoded;
    std::vector<std::string> nothing;
    bool stream = false;
    std::optional<Hydrate> hydrate;
    std::optional<ForEach> for_each;
    std::optional<Each> each;
    std::optional<Then> then;
    std::optional<Chunk> chunk;
    std::optional<Scan> scan;
    std::size_t line = 0;
};

struct Relation {
    std::string name;
    std::string model;
    std::string service;  // empty: the same
    std::string method;   // empty: `get`, or `list` where there are many
    std::vector<Binding> arguments;
    bool many = false;
    bool cached = true;
    std::size_t line = 0;
};

struct Proxy {
    std::string name;
    std::string method;  // empty: the same name
    std::vector<Binding> arguments;
    std::size_t line = 0;
};

struct Property {
    std::string name;
    Expression value;
    std::size_t line = 0;
};

struct Field {
    std::string name;
    std::string rename;
    std::string type;  // of an extra field
    std::optional<bool> required;
    std::optional<bool> read_only;
    std::optional<boost::json::value> default_value;
    std::size_t line = 0;
};

// A function that is written by hand. Its types are names, `service.Name`, or `[...]` of one: a list.
struct ByHand {
    enum class Gives : unsigned char { value, awaitable, query };
    std::string name;
    std::string says;
    Gives gives = Gives::awaitable;
    std::string type;  // empty: nothing
    std::vector<std::pair<std::string, std::string>> takes;
    std::string arguments;  // a method of the manager, whose named arguments it takes as well; empty: none
    std::string header;
    bool manager = false;
    std::size_t line = 0;

    // It takes the place of the one that every model has.
    [[nodiscard]] bool replaces() const noexcept { return !manager && (name == "save" || name == "remove"); }
};

// How tags of what is there are changed.
struct TagCall {
    std::string operation;
    std::vector<Binding> arguments;
    std::string tags;
    std::size_t line = 0;
};
struct Tagging {
    TagCall tag;
    TagCall untag;
};

// A function that waits as one of AWS's waiters does.
struct Wait {
    std::string name;
    std::string waiter;
    std::size_t line = 0;
};

// A primary model, or a structure that gets more than AWS gives it.
struct Model {
    std::string name;
    std::string shape;   // empty: of the same name
    std::string rename;  // of a structure
    bool primary = true;
    bool read_only = false;
    std::vector<Binding> key;  // one with an empty name: the first argument of get
    std::vector<Binding> delete_arguments;
    std::optional<Expression> arn;
    std::optional<Expression> display_name;
    std::string tags;
    std::vector<Field> fields;
    std::vector<Field> extra_fields;
    std::vector<Property> properties;
    std::vector<Relation> relations;
    std::vector<Proxy> proxies;
    std::vector<Wait> waits;
    std::vector<ByHand> by_hand;
    std::optional<Tagging> tagging;
    std::vector<Method> methods;
    std::size_t line = 0;
};

// How an operation pages that botocore does not know to.
struct Paging {
    std::string operation;
    std::string token;
    std::string output_token;  // empty: as `token`
    std::string limit;
    std::string more;
    std::size_t line = 0;
};

// An operation whose answers are checked by a function that is written by hand.
struct Check {
    std::string operation;
    std::string function;
    std::size_t line = 0;
};

struct Overlay {
    std::string file;
    std::vector<Paging> paging;
    std::string region_header;
    std::string region_element;
    std::string region_member;
    std::vector<std::string> starts_at_home;  // operations
    std::vector<std::string> repeatable;      // methods of HTTP, operations
    std::size_t repeatable_line = 0;
    std::size_t first_wait = 0;               // of retries, in milliseconds
    std::size_t max_attempts = 0;
    std::vector<std::string> transient;       // codes of errors
    std::vector<std::string> polls;           // operations
    std::size_t retries_line = 0;
    std::string crc32_header;
    std::size_t regions_line = 0;
    std::vector<std::string> errors;  // codes that AWS's own description does not have
    std::vector<Check> checks;
    std::vector<Binding> percent_encoded;  // names of shapes
    std::vector<Model> structures;
    std::vector<Model> models;
};

// Reads the text of an overlay; unknown keys and values of the wrong form go to `problems`. Throws SpecError for text that is
// not YAML.
[[nodiscard]] Overlay read(std::string_view text, const std::string& file, Problems& problems);

}  // namespace botocraft::gen::overlay
