#include "runtime/reply_errors.hpp"

#include "protocol/scalar_text.hpp"
#include "runtime/secrets.hpp"
#include "schema/walk.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <span>

namespace botocraft::detail {

namespace {

// Whether the body begins as a web page, which somebody on the way sent.
bool is_page(std::string_view body) {
    const std::string_view text = protocol::trimmed(body);
    const auto begins = [text](std::string_view word) { return equal_ignoring_case(text.substr(0, word.size()), word); };
    return begins("<html") || begins("<!doctype html");
}

}  // namespace

const orm::ErrorType* find_error_type(const orm::ServiceTables& service, std::string_view code) noexcept {
    const std::span types(service.error_types, service.error_type_count);
    auto found = std::ranges::find_if(types, [&](const auto& type) { return service.text(type.code) == code; });
    if (found == types.end()) {
        // Errors whose code is not their name are sent under either.
        found = std::ranges::find_if(types, [&](const auto& type) {
            return type.shape != api::none && schema::ShapeRef{service.schema, type.shape}.name() == code;
        });
    }
    return found == types.end() ? nullptr : &*found;
}

void throw_declared(const orm::ServiceTables& service, ErrorDetails details, std::string_view declared) {
    if (details.kind == ErrorKind::service) {
        const orm::ErrorType* const type = find_error_type(service, declared);
        if (type != nullptr) type->raise(std::move(details));
    }
    throw_error(std::move(details));
}

retry::Failure modelled_failure(const orm::ServiceTables& service, std::string_view code) noexcept {
    const orm::ErrorType* const type = find_error_type(service, code);
    const orm::ErrorRetry said = type == nullptr ? orm::ErrorRetry::unsaid : type->retry;
    switch (said) {
        case orm::ErrorRetry::transient: return retry::Failure::transient;
        case orm::ErrorRetry::throttling: return retry::Failure::throttling;
        case orm::ErrorRetry::unsaid: break;
    }
    return retry::Failure::final;
}

std::shared_ptr<const void> error_members(Protocol protocol, const orm::ServiceTables& service,
                                          const protocol::Reply& reply, std::string_view code,
                                          const protocol::Limits& limits) {
    const orm::ErrorType* const type = find_error_type(service, code);
    if (!type || type->shape == api::none) return nullptr;
    const schema::ShapeRef shape{service.schema, type->shape};
    const std::shared_ptr<void> members(structure_new(shape), [shape](void* at) { structure_delete(at, shape); });
    try {
        protocol::decode_error_members(protocol, shape, reply, members.get(), limits);
    } catch (const ProtocolError&) {
        // All of them are absent.
    }
    return members;
}

std::string shown_beginning(const orm::ServiceTables& service, const api::Operation& operation, std::string_view body,
                            const Mask& mask, std::size_t most) {
    const bool secret = holds_secrets(service, operation.output) || holds_secrets(service, operation.input);
    if (secret && !is_page(body)) return {};
    return mask.shown(body, most);
}

}  // namespace botocraft::detail
