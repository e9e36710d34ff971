#pragma once
// From an operation's input to the parts of an HTTP request, and from a reply to its output, for every protocol. No I/O.

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
    std::string path;  // begins with a slash, percent-encoded; without the endpoint's own
    std::string query; // without the question mark
    std::string body;
    std::string_view content_type;               // empty where there is no body
    std::vector<std::pair<std::string, std::string>> headers;  // lower-case name, value: those that the input names
    std::string target;                          // value of x-amz-target; empty for protocols without it

    void clear() noexcept {
        path.clear();
        query.clear();
        body.clear();
        content_type = {};
        headers.clear();
        target.clear();
    }
};

// A reply, as views.
struct Reply {
    int status = 0;
    std::string_view body;
    // The first header of that lower-case name; empty if there is none.
    virtual std::string_view header(std::string_view lower_case_name) const = 0;

  protected:
    ~Reply() = default;
};

[[nodiscard]] bool supported(api::Protocol protocol) noexcept;

// Fills `request`, which is clear. Throws UsageError where the input cannot be sent as it is.
void encode(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
            const void* input, Request& request);

// Fills `output`, a structure with all members absent. Throws ProtocolError; then `output` is to be discarded.
void decode(api::Protocol protocol, const orm::ServiceTables& service, const api::Operation& operation,
            const Reply& reply, void* output);

// Code, message and request id of a reply that is an error. Never throws for what the reply holds: a reply that is not of
// the protocol has no code, and its first bytes are in `body`.
void decode_error(api::Protocol protocol, const Reply& reply, ErrorDetails& details);

}  // namespace botocraft::protocol
