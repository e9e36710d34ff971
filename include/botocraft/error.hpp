#pragma once
// Every error that this library reports, and all that is known about it.

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft {

// In which part of a call an error arose; says where to look and whether AWS may have seen the request.
enum class ErrorKind : unsigned char {
    configuration,  // the session cannot be used as it is: region, profile file, endpoint
    credentials,    // no credentials, or unusable ones
    usage,          // the caller's arguments: an unknown field in a filter, a missing key
    connection,     // name lookup, connect, TLS, reset: no whole reply was received
    timeout,        // a deadline passed
    cancelled,      // the caller cancelled the operation
    protocol,       // the reply is not what the protocol says
    service,        // AWS answered with an error
};

[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

// One attempt of a call, as the error of the whole call lists it.
struct Attempt {
    int status = 0;       // HTTP status, 0 where no reply came
    std::string error;    // error code of the service, or what went wrong on the way
    long delay_ms = 0;    // the wait that followed
    long took_ms = 0;
    std::string request_id{};
};

// What is known about a failed call. Members that do not apply are empty.
// `message` is the text of the server and may hold anything; all other members are this library's own words.
struct ErrorDetails {
    ErrorKind kind = ErrorKind::service;
    std::string code;        // `ClusterNotFoundException`, or one of this library's own codes: `ConnectTimeout`
    std::string message;     // the server's text, as it came
    std::string explanation; // our own text: what happened and what to do about it
    int status = 0;          // HTTP status, 0 where no reply came
    std::string request_id;
    std::string service;
    std::string operation;
    std::string region;
    std::string endpoint;
    std::vector<Attempt> attempts;
    std::string body;        // of an error that nobody declared 64 KiB; of what is no reply of the protocol 200 bytes. Nothing
                             // where what was sent or answered may hold secrets
    std::shared_ptr<const void> members{};  // of an error that the service declares: its class's members() has the type
};

// The base of everything that this library throws. Cheap to copy; safe to pass between threads.
class Error : public std::exception {
  public:
    explicit Error(ErrorDetails details);

    // Service, operation, region, endpoint, code, explanation, attempts and request id in one line, and the server's
    // text, if any, quoted at the end with control characters escaped. Never contains credentials.
    [[nodiscard]] const char* what() const noexcept override;

    [[nodiscard]] const ErrorDetails& details() const noexcept;
    [[nodiscard]] ErrorKind kind() const noexcept { return details().kind; }
    [[nodiscard]] const std::string& code() const noexcept { return details().code; }
    [[nodiscard]] const std::string& message() const noexcept { return details().message; }
    [[nodiscard]] int status() const noexcept { return details().status; }
    [[nodiscard]] const std::string& request_id() const noexcept { return details().request_id; }

  private:
    struct State;
    std::shared_ptr<const State> state_;
};

// The session cannot be used as it is configured; nothing was sent.
class ConfigurationError : public Error {
  public:
    using Error::Error;
};

// There are no usable credentials; `explanation` names every place that was looked at.
class CredentialsError : public Error {
  public:
    using Error::Error;
};

// The call cannot be made as it was written: an unknown field, a missing key. Nothing was sent.
class UsageError : public Error {
  public:
    using Error::Error;
};

// No whole reply was received. The request may or may not have been carried out.
class ConnectionError : public Error {
  public:
    using Error::Error;
};

// A deadline passed. The request may or may not have been carried out.
class TimeoutError : public ConnectionError {
  public:
    using ConnectionError::ConnectionError;
};

// The reply is not what the protocol of the service says: an HTML page of a proxy, a truncated document.
class ProtocolError : public Error {
  public:
    using Error::Error;
};

// AWS answered with an error. Modelled errors of a service derive from this.
class ServiceError : public Error {
  public:
    using Error::Error;
};

// The resource that a call is about is not there.
class DoesNotExist : public ServiceError {
  public:
    using ServiceError::ServiceError;
};

// `get` found more than one.
class MultipleObjectsReturned : public ServiceError {
  public:
    using ServiceError::ServiceError;
};

// `save` or `remove` of a model that has no method `create`, `update` or `delete` for it, or of members that AWS cannot change.
class NotUpdatable : public UsageError {
  public:
    using UsageError::UsageError;
};

// Throws the class that belongs to `details.kind`.
[[noreturn]] void throw_error(ErrorDetails details);

}  // namespace botocraft
