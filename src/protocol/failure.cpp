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

void invalid_input(std::string code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = std::move(code);
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

}  // namespace botocraft::protocol
