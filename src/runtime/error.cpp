#include "runtime/escaped.hpp"

#include <botocraft/error.hpp>

#include <utility>

namespace botocraft {

namespace {

constexpr std::size_t longest_text = 2000;  // of the server's
constexpr std::size_t longest_word = 200;   // of what is a code or an id, if it is one

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    detail::append_escaped(out, text, longest_text, "\"\\");
    out += '"';
}

std::string word(std::string_view text) {
    std::string escaped;
    detail::append_escaped(escaped, text, longest_word);
    return escaped;
}

std::string describe(const ErrorDetails& details) {
    std::string text;
    const auto part = [&text](std::string_view before, std::string_view what) {
        if (what.empty()) return;
        if (!text.empty()) text += before;
        text += what;
    };
    part("", details.service);
    part(".", details.operation);
    if (!details.region.empty()) part(" in ", details.region);
    part(" at ", details.endpoint);
    part(": ", details.code.empty() ? std::string(to_string(details.kind)) : word(details.code));
    if (details.status != 0) part(" ", "(HTTP " + std::to_string(details.status) + ")");
    part(": ", details.explanation);
    // One attempt is what everybody expects, but not where a connection fails, or no proper reply comes over it.
    const std::size_t attempts = details.attempts.size();
    const bool on_the_way = details.kind == ErrorKind::connection || details.kind == ErrorKind::timeout ||
                            details.kind == ErrorKind::protocol;
    if (attempts > 1) part(" ", "[after " + std::to_string(attempts) + " attempts]");
    if (attempts == 1 && on_the_way) part(" ", "[after 1 attempt]");
    if (!details.request_id.empty()) part(" ", "[request id " + word(details.request_id) + "]");
    if (!details.message.empty()) {
        text += text.empty() ? "" : ": ";
        append_quoted(text, details.message);
    }
    if (!details.body.empty() && details.message.empty()) {
        text += ", the reply begins ";
        append_quoted(text, details.body);
    }
    return text;
}

}  // namespace

struct Error::State {
    ErrorDetails details;
    std::string what;
};

Error::Error(ErrorDetails details) {
    std::string text = describe(details);
    state_ = std::make_shared<const State>(State{std::move(details), std::move(text)});
}

const char* Error::what() const noexcept { return state_->what.c_str(); }

const ErrorDetails& Error::details() const noexcept { return state_->details; }

std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::configuration: return "configuration error";
        case ErrorKind::credentials: return "credentials error";
        case ErrorKind::usage: return "usage error";
        case ErrorKind::connection: return "connection error";
        case ErrorKind::timeout: return "timeout";
        case ErrorKind::cancelled: return "cancelled";
        case ErrorKind::protocol: return "protocol error";
        case ErrorKind::service: return "service error";
    }
    return "error";
}

void throw_error(ErrorDetails details) {
    switch (details.kind) {
        case ErrorKind::configuration: throw ConfigurationError(std::move(details));
        case ErrorKind::credentials: throw CredentialsError(std::move(details));
        case ErrorKind::usage: throw UsageError(std::move(details));
        case ErrorKind::connection: throw ConnectionError(std::move(details));
        case ErrorKind::timeout: throw TimeoutError(std::move(details));
        case ErrorKind::protocol: throw ProtocolError(std::move(details));
        case ErrorKind::cancelled:
        case ErrorKind::service: break;
    }
    throw ServiceError(std::move(details));
}

}  // namespace botocraft
