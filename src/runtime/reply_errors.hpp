#pragma once
// What is told of replies that are errors, or none of the protocol.

#include "protocol/codec.hpp"
#include "retry/classify.hpp"
#include "runtime/mask.hpp"

#include <botocraft/error.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace botocraft::detail {

// The error of that code that the service declares, or null.
[[nodiscard]] const orm::ErrorType* find_error_type(const orm::ServiceTables& service, std::string_view code) noexcept;

// Throws the error as the type that the service's model gives it, where it has one. `declared`: what the model calls it.
[[noreturn]] void throw_declared(const orm::ServiceTables& service, ErrorDetails details, std::string_view declared);

// What the model says of a declared error; `final` where it says nothing.
[[nodiscard]] retry::Failure modelled_failure(const orm::ServiceTables& service, std::string_view code) noexcept;

// The members of a declared error, as its class has them; null for any other. What cannot be read of them is absent: the
// error itself counts more.
[[nodiscard]] std::shared_ptr<const void> error_members(Protocol protocol, const orm::ServiceTables& service,
                                                        const protocol::Reply& reply, std::string_view code,
                                                        const protocol::Limits& limits);

// The first `most` bytes of a reply that cannot be read, or is an error that nobody declared. Empty where they may be those of
// a secret: of anything but a web page, in whatever format, if input or output have a member that is sensitive.
[[nodiscard]] std::string shown_beginning(const orm::ServiceTables& service, const api::Operation& operation,
                                          std::string_view body, const Mask& mask, std::size_t most = protocol::shown_bytes);

}  // namespace botocraft::detail
