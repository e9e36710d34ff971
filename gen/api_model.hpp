#pragma once
// The typed model of a service's API, as specs/aws/<service>.json describes it.

#include <boost/json/value.hpp>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::gen {

enum class ShapeType : unsigned char {
    structure,
    list,
    map,
    string,
    boolean,
    integer,  // 32 bits
    long_integer,
    float_number,
    double_number,
    timestamp,
    blob,
};

// AWS's word for it: `long` for `long_integer`.
[[nodiscard]] std::string_view to_string(ShapeType type) noexcept;

enum class TimestampFormat : unsigned char { unspecified, iso8601, rfc822, unix_timestamp };

// Where in an HTTP message a member is.
enum class Location : unsigned char { body, header, headers, uri, querystring, status_code };

struct XmlNamespace {
    std::string uri;
    std::string prefix;
};

// An index in Api::shapes. It stays valid when the Api is copied or moved.
using ShapeIndex = std::uint32_t;

// A use of a shape: by a member, a list, a map or an operation.
struct Reference {
    std::string target;      // name of the shape
    ShapeIndex shape = 0;    // and where it is
    std::string location_name;
    std::optional<XmlNamespace> xml_namespace;
    std::vector<std::string> enum_values;  // where a member narrows its shape
    TimestampFormat timestamp_format = TimestampFormat::unspecified;
    bool flattened = false;
    bool json_value = false;  // JSON text in a string, base64 in a header
    bool box = false;
};

struct Member : Reference {
    std::string name;
    Location location = Location::body;
    std::string query_name;     // EC2's own name of the member in a request
    std::string context_param;  // the parameter of the endpoint rules that the member sets
    std::string deprecated_since;
    bool required = false;
    bool idempotency_token = false;
    bool host_label = false;  // the member fills `{Name}` in the operation's host prefix
    bool streaming = false;
    bool xml_attribute = false;
    bool event_payload = false;
    bool event_header = false;
    bool deprecated = false;

    // Its name in a message, without the rules of particular protocols.
    [[nodiscard]] const std::string& wire_name() const noexcept { return location_name.empty() ? name : location_name; }
};

// How an exception travels.
struct ErrorTraits {
    std::string code;  // empty: the name of the shape
    int http_status_code = 0;
    bool sender_fault = false;
};

struct Shape {
    std::string name;
    ShapeType type = ShapeType::structure;
    std::size_t line = 0;  // in the file that it came from, 0 if it came from memory

    std::vector<Member> members;       // structure, in AWS's order
    std::optional<Reference> element;  // list
    std::optional<Reference> key;      // map
    std::optional<Reference> value;    // map
    std::vector<std::string> enum_values;

    std::string payload;  // the member that is the whole body
    std::string location_name;
    std::optional<XmlNamespace> xml_namespace;
    std::vector<std::string> xml_order;
    TimestampFormat timestamp_format = TimestampFormat::unspecified;
    std::string pattern;
    std::optional<double> min, max;
    std::string deprecated_since;
    std::optional<ErrorTraits> error;
    std::optional<bool> retryable;  // present: retryable; true: as throttling
    bool exception = false;
    bool fault = false;
    bool synthetic = false;  // an exception that only the protocol query knows
    bool document = false;
    bool is_union = false;
    bool event = false;
    bool event_stream = false;
    bool streaming = false;
    bool requires_length = false;
    bool sensitive = false;
    bool sparse = false;
    bool flattened = false;
    bool wrapper = false;
    bool box = false;
    bool deprecated = false;

    // Null if there is none. Structures have few members, so this looks at each.
    [[nodiscard]] const Member* find_member(std::string_view member) const noexcept;

    // The code that stands for this exception in a reply.
    [[nodiscard]] const std::string& error_code() const noexcept {
        return error && !error->code.empty() ? error->code : name;
    }
};

// The input or output of an operation.
struct Body : Reference {
    std::string result_wrapper;  // protocol query: the element around the output
};

struct HttpChecksum {
    std::string request_algorithm_member;
    std::string request_validation_mode_member;
    std::vector<std::string> response_algorithms;
    bool request_checksum_required = false;
};

struct StaticContextParam {
    std::string name;
    boost::json::value value;
};

struct OperationContextParam {
    std::string name;
    std::string path;  // JMESPath over the input
};

struct Operation {
    std::string name;
    std::size_t line = 0;
    std::string method;
    std::string request_uri;
    int response_code = 200;
    std::optional<Body> input;
    std::optional<Body> output;
    std::vector<ShapeIndex> errors;

    std::string host_prefix;
    std::vector<std::string> auth;  // schemes in order of preference; empty: those of the service
    std::string auth_type;          // `none`, `v4-unsigned-body`; empty: as usual
    std::optional<HttpChecksum> http_checksum;
    std::vector<std::string> compression_encodings;
    std::vector<StaticContextParam> static_context_params;
    std::vector<OperationContextParam> operation_context_params;
    std::string deprecated_since;
    bool http_checksum_required = false;
    bool read_only = false;
    bool idempotent = false;
    bool unsigned_payload = false;
    bool endpoint_discovery = false;
    bool endpoint_discovery_required = false;
    bool endpoint_operation = false;
    bool deprecated = false;
};

// Names in it are expressions over the output, but for `input_tokens` and `limit_key`, which are members of the input.
struct Paginator {
    std::string operation;
    std::vector<std::string> input_tokens;
    std::vector<std::string> output_tokens;  // one for each input token
    std::string more_results;                // empty: go on while there is a token
    std::string limit_key;                   // empty: the size of a page cannot be chosen
    std::vector<std::string> result_keys;
    std::vector<std::string> non_aggregate_keys;
};

enum class Matcher : unsigned char { status, error, path, path_all, path_any };
enum class WaiterState : unsigned char { success, failure, retry };

struct Acceptor {
    Matcher matcher = Matcher::path;
    WaiterState state = WaiterState::retry;
    std::string argument;          // an expression over the output, for the path matchers
    boost::json::value expected;   // text, number or truth value
};

struct Waiter {
    std::string name;
    std::string operation;
    int delay_seconds = 0;
    int max_attempts = 0;
    std::vector<Acceptor> acceptors;
};

struct ClientContextParam {
    std::string name;
    std::string type;
};

// As botocore calls them: those that the library speaks.
inline constexpr std::array<std::string_view, 6> known_protocols{"json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"};

struct Metadata {
    std::string api_version;
    std::string endpoint_prefix;
    std::string global_endpoint;
    std::string protocol;                // botocore's choice
    std::vector<std::string> protocols;  // that the service speaks and we know, `protocol` too
    std::string json_version;
    std::string target_prefix;
    std::string xml_namespace;
    std::string service_id;
    std::string service_full_name;
    std::string service_abbreviation;
    std::string signature_version;
    std::string signing_name;  // filled from the endpoint prefix where AWS leaves it out
    std::vector<std::string> auth;
    std::string checksum_format;
    std::string http2;  // `eventstream`: streams of events need HTTP/2; `optional`: it may be used
    std::string uid;
    std::string rip_service_name;
    bool aws_query_compatible = false;
};

class Api {
  public:
    // Reads specs/aws/<service>.json. Throws SpecError with file and line.
    [[nodiscard]] static Api load(const std::filesystem::path& file);

    // The same from a value in memory; a suite of tests may leave out what it does not need, and `operations` may be an
    // object or an array of operations with names. `file` and `text` only serve messages.
    [[nodiscard]] static Api from_json(const boost::json::value& facts, std::string file = {},
                                       std::string_view text = {});

    std::string file;
    std::string service;   // botocore's name: `ecs`
    std::string botocore;  // the version of botocore that the facts are from
    bool deprecated = false;
    Metadata metadata;
    std::vector<Shape> shapes;          // in AWS's order, as are all of these
    std::vector<Operation> operations;
    std::vector<Paginator> paginators;
    std::vector<Waiter> waiters;
    std::vector<ClientContextParam> client_context_params;
    boost::json::value endpoint_rules;  // version, parameters, rules; null if there are none
    std::vector<std::string> unknown_traits;  // keys in the file that this model has no place for: `shape.color`

    // Null if there is none.
    [[nodiscard]] const Shape* find_shape(std::string_view name) const noexcept;
    [[nodiscard]] const Operation* find_operation(std::string_view name) const noexcept;
    [[nodiscard]] const Paginator* find_paginator(std::string_view operation) const noexcept;
    [[nodiscard]] const Waiter* find_waiter(std::string_view name) const noexcept;

    // Throws SpecError with the nearest name if there is none.
    [[nodiscard]] const Shape& shape(std::string_view name) const;
    [[nodiscard]] const Operation& operation(std::string_view name) const;

    [[nodiscard]] const Shape& target(const Reference& reference) const { return shapes[reference.shape]; }

  private:
    friend class ApiReader;
    using Index = std::map<std::string, std::uint32_t, std::less<>>;

    Index shape_index_;
    Index operation_index_;
    Index paginator_index_;
    Index waiter_index_;
};

}  // namespace botocraft::gen
