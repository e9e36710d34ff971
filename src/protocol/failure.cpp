#include "protocol/failure.hpp"

#include <botocraft/error.hpp>

#include <utility>

namespace botocraft::protocol {

void invalid_reply(std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::protocol;
    details.code = "InvalidReply";
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

void missing_body(std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::protocol;
    details.code = missing_body_code;
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

void error_in_success(std::string code, std::string message, std::string request_id) {
    ErrorDetails details;
    details.kind = ErrorKind::service;
    details.code = std::move(code);
    cut_code(details.code);
    details.message = std::move(message);
    details.request_id = std::move(request_id);
    details.explanation = "the reply has the status of a success, and an error in it";
    throw_error(std::move(details));
}

void cut_code(std::string& code) {
    constexpr std::size_t longest = 200;
    if (code.size() > longest) code.resize(longest);
}

void invalid_input(std::string code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = std::move(code);
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

}  // namespace botocraft::protocol
