#include "auth/problem.hpp"

#include "config/wipe.hpp"

#include <utility>

namespace botocraft::auth {

void fail(std::string_view code, std::string explanation, std::string_view message) {
    ErrorDetails details;
    details.kind = ErrorKind::credentials;
    details.code = code;
    details.explanation = std::move(explanation);
    details.message = message;
    throw_error(std::move(details));
}

void not_found(std::string explanation) { fail(credentials_not_found, std::move(explanation)); }

std::string passed_over(const std::string& causes) {
    return causes.empty() ? std::string() : ". Passed over before: " + causes;
}

void stop(const Error& error, const std::string& causes) {
    ErrorDetails details = error.details();
    details.explanation += passed_over(causes);
    throw_error(std::move(details));
}

void fail_call(const Error& error, const std::string& purpose, std::string_view advice) {
    ErrorDetails details = error.details();
    details.explanation = purpose + " failed" + (details.explanation.empty() ? "" : ": " + details.explanation);
    if (!advice.empty()) details.explanation.append(". ").append(advice);
    details.kind = ErrorKind::credentials;
    throw_error(std::move(details));
}

std::string variable(const Environment& environment, std::string_view name) {
    auto value = environment.variable(name).value_or(std::string());
    if (value.find_first_not_of(" \t\r\n") == value.npos) value.clear();
    return value;
}

Secret secret_variable(const Environment& environment, std::string_view name) {
    std::string value = variable(environment, name);
    Secret secret(value);
    config::wipe(value);
    return secret;
}

}  // namespace botocraft::auth
