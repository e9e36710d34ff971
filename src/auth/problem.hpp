#pragma once
// How providers say that they found nothing, or that what they found cannot be used.

#include <botocraft/credentials.hpp>
#include <botocraft/environment.hpp>
#include <botocraft/error.hpp>

#include <string>
#include <string_view>

namespace botocraft::auth {

// Throws CredentialsError. `message` is text that is not ours, such as a server's.
[[noreturn]] void fail(std::string_view code, std::string explanation, std::string_view message = {});

// The provider has nothing to say: a chain asks the next one.
[[noreturn]] void not_found(std::string explanation);

// What a chain adds to the error that stops it, of whom it asked before; empty where it asked nobody.
[[nodiscard]] std::string passed_over(const std::string& causes);
// Throws that error, with this, as the class that it is.
[[noreturn]] void stop(const Error& error, const std::string& causes);

// Throws what a call to AWS on behalf of a provider threw, as a CredentialsError with the code and text of the service.
[[noreturn]] void fail_call(const Error& error, const std::string& purpose, std::string_view advice = {});

// A variable that is set to nothing but blanks counts as one that is not set: empty.
[[nodiscard]] std::string variable(const Environment& environment, std::string_view name);
[[nodiscard]] Secret secret_variable(const Environment& environment, std::string_view name);

}  // namespace botocraft::auth
