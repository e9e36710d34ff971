#pragma once
// From an operation's input to the parts of an HTTP request, and from a reply to its output, for every protocol; and
// the other way round for those who answer. No I/O.

#include "protocol/limits.hpp"

#include <botocraft/containers.hpp>
#include <botocraft/error.hpp>
#include <botocraft/service.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::protocol {

// A request before it has a host, a date and a signature. Meant to be kept and filled again: nothing shrinks.
struct Request {
    std::string_view method;
    std::string path;          // begins with a slash, percent-encoded; without the endpoint's own
    std::string query;         // without the question mark, percent-encoded
    std::string body;
    std::string content_type;  // empty where there is no body
    std::string target;        // value of x-amz-target; empty for protocols without it
    std::string host_prefix;   // what goes before the endpoint's host: `data.`
    std::vector<std::pair<std::string, std::string>> headers;  // lower-case name, value: all others of the protocol

    void clear() noexcept {
        path.clear();
        query.clear();
        body.clear();
        content_type.clear();
        target.clear();
        host_prefix.clear();
        headers.clear();
    }
};

// Whether the request says how long its body is: one that could have a body does, even if it has none.
[[nodiscard]] bool has_length(const Request& request) noexcept;

// The headers of a message, as views.
struct Headers {
    // The first header of that lower-case name; empty if there is none.
    virtual std::string_view header(std::string_view lower_case_name) const = 0;
    virtual bool has_header(std::string_view lower_case_name) const = 0;
    virtual std::size_t header_count() const = 0;
    virtual std::pair<std::string_view, std::string_view> header_at(std::size_t i) const = 0;  // name, value

  protected:
    ~Headers() = default;
};

// A reply, as views.
struct Reply : Headers {
    int status = 0;
    std::string_view body;

  protected:
    ~Reply() = default;
};

// --- the client's side -----------------------------------------------------------------------------------------------

// Fills `request`, which is clear. Throws UsageError where the input cannot be sent as it is.
void encode(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
            const void* input, Request& request);

// Fills `output`, a structure with all members absent. Throws ProtocolError where the reply is not what the protocol
// says, and ServiceError where it is an error in spite of its status; then all members are absent again.
void decode(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
            const Reply& reply, void* output, const Limits& limits = {});

// The part of that which the head of the reply holds, where events follow it: status and headers, in protocols that bind
// members to these.
void decode_head(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                 const Reply& reply, void* output, const Limits& limits = {});

// Code, message and request id of a reply that is an error. Never throws for what the reply holds: a reply that is not
// of the protocol, or beyond a limit, has no code. Returns what the service's model calls the error: not its code, where
// the service once spoke query and still sends the codes of that time.
std::string decode_error(api::Protocol protocol, const orm::ServiceTables& service, const Reply& reply,
                         ErrorDetails& details, const Limits& limits = {});

// The members of an error that the service declares, from a reply that has its code. `error` has all members absent,
// and has so again where this throws ProtocolError.
void decode_error_members(api::Protocol protocol, schema::ShapeRef shape, const Reply& reply, void* error,
                          const Limits& limits = {});

// Sends the body gzipped.
void compress(Request& request);

// By which AWS finds the call again; empty where the headers do not say.
[[nodiscard]] std::string_view request_id(const Headers& headers) noexcept;

inline constexpr std::size_t shown_bytes = 200;        // of a reply that is not understood
inline constexpr std::size_t kept_bytes = 64 * 1024;   // of an error that is, but was declared by nobody; of any message

// By which JSON and CBOR name an error in the head of a reply.
inline constexpr std::string_view error_type_header = "x-amzn-errortype";

// --- the server's side: for doubles of AWS ---------------------------------------------------------------------------

// A request as it came, as views.
struct RequestView : Headers {
    std::string_view method;
    std::string_view path;   // percent-encoded
    std::string_view query;  // without the question mark
    std::string_view body;

  protected:
    ~RequestView() = default;
};

// A reply to be sent. Meant to be kept and filled again.
struct ReplyMessage {
    int status = 200;
    std::string body;
    std::string content_type;
    std::vector<std::pair<std::string, std::string>> headers;  // lower-case name, value

    void clear() noexcept {
        status = 200;
        body.clear();
        content_type.clear();
        headers.clear();
    }
};

// An error to be sent.
struct ErrorToSend {
    std::string_view code;
    std::string_view message;
    std::string_view request_id;
    int status = 400;
    bool fault_of_sender = true;
    schema::ShapeRef shape = {};    // of its members; without a schema it has none
    const void* members = nullptr;
};

// The operation that a request of that protocol asks for, or null.
[[nodiscard]] const api::Operation* find_operation(api::Protocol protocol, const orm::ServiceTables& service,
                                                   const RequestView& request) noexcept;

// Fills `input`, a structure with all members absent. Throws ProtocolError, and leaves them absent then.
void decode_request(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                    const RequestView& request, void* input, const Limits& limits = {});

// Fill `reply`, which is clear.
void encode_reply(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                  const void* output, std::string_view request_id, ReplyMessage& reply);
void encode_error(api::Protocol protocol, const orm::ServiceTables& service, const ErrorToSend& error,
                  ReplyMessage& reply);
// Of an operation that streams events: a list of those behind the rest of the output. Throws UsageError where one cannot be sent.
void encode_event_reply(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
                        const void* output, const detail::RawList& events, std::string_view request_id, ReplyMessage& reply);

}  // namespace botocraft::protocol
