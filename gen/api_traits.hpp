#pragma once
// Which key of the JSON fills which member of the model of the API, and what the words in it mean.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api_model.hpp"

namespace botocraft::gen {

// A key of the JSON and the member of `T` that holds its value.
template <class T>
struct Trait {
    std::string_view key;
    std::variant<bool T::*, int T::*, std::string T::*, std::vector<std::string> T::*, std::optional<double> T::*,
                 std::optional<XmlNamespace> T::*, TimestampFormat T::*>
        member;
};

inline constexpr Trait<Reference> reference_traits[] = {
    {"shape", &Reference::target},
    {"locationName", &Reference::location_name},
    {"xmlNamespace", &Reference::xml_namespace},
    {"enum", &Reference::enum_values},
    {"timestampFormat", &Reference::timestamp_format},
    {"flattened", &Reference::flattened},
    {"jsonvalue", &Reference::json_value},
    {"box", &Reference::box},
};

inline constexpr Trait<Member> member_traits[] = {
    {"queryName", &Member::query_name},
    {"deprecatedSince", &Member::deprecated_since},
    {"idempotencyToken", &Member::idempotency_token},
    {"hostLabel", &Member::host_label},
    {"streaming", &Member::streaming},
    {"xmlAttribute", &Member::xml_attribute},
    {"eventpayload", &Member::event_payload},
    {"eventheader", &Member::event_header},
    {"deprecated", &Member::deprecated},
};

inline constexpr Trait<Shape> shape_traits[] = {
    {"enum", &Shape::enum_values},
    {"payload", &Shape::payload},
    {"locationName", &Shape::location_name},
    {"xmlNamespace", &Shape::xml_namespace},
    {"xmlOrder", &Shape::xml_order},
    {"timestampFormat", &Shape::timestamp_format},
    {"pattern", &Shape::pattern},
    {"min", &Shape::min},
    {"max", &Shape::max},
    {"deprecatedSince", &Shape::deprecated_since},
    {"exception", &Shape::exception},
    {"fault", &Shape::fault},
    {"synthetic", &Shape::synthetic},
    {"document", &Shape::document},
    {"union", &Shape::is_union},
    {"event", &Shape::event},
    {"eventstream", &Shape::event_stream},
    {"streaming", &Shape::streaming},
    {"requiresLength", &Shape::requires_length},
    {"sensitive", &Shape::sensitive},
    {"sparse", &Shape::sparse},
    {"flattened", &Shape::flattened},
    {"wrapper", &Shape::wrapper},
    {"box", &Shape::box},
    {"deprecated", &Shape::deprecated},
};

inline constexpr Trait<ErrorTraits> error_traits[] = {
    {"code", &ErrorTraits::code},
    {"httpStatusCode", &ErrorTraits::http_status_code},
    {"senderFault", &ErrorTraits::sender_fault},
};

inline constexpr Trait<Body> body_traits[] = {{"resultWrapper", &Body::result_wrapper}};

inline constexpr Trait<HttpChecksum> checksum_traits[] = {
    {"requestAlgorithmMember", &HttpChecksum::request_algorithm_member},
    {"requestValidationModeMember", &HttpChecksum::request_validation_mode_member},
    {"responseAlgorithms", &HttpChecksum::response_algorithms},
    {"requestChecksumRequired", &HttpChecksum::request_checksum_required},
};

inline constexpr Trait<Operation> http_traits[] = {
    {"method", &Operation::method},
    {"requestUri", &Operation::request_uri},
    {"responseCode", &Operation::response_code},
};

inline constexpr Trait<Operation> operation_traits[] = {
    {"name", &Operation::name},
    {"auth", &Operation::auth},
    {"authtype", &Operation::auth_type},
    {"deprecatedSince", &Operation::deprecated_since},
    {"httpChecksumRequired", &Operation::http_checksum_required},
    {"readonly", &Operation::read_only},
    {"idempotent", &Operation::idempotent},
    {"unsignedPayload", &Operation::unsigned_payload},
    {"endpointoperation", &Operation::endpoint_operation},
    {"deprecated", &Operation::deprecated},
};

inline constexpr Trait<Paginator> paginator_traits[] = {
    {"input_token", &Paginator::input_tokens},
    {"output_token", &Paginator::output_tokens},
    {"more_results", &Paginator::more_results},
    {"limit_key", &Paginator::limit_key},
    {"result_key", &Paginator::result_keys},
    {"non_aggregate_keys", &Paginator::non_aggregate_keys},
};

inline constexpr Trait<Waiter> waiter_traits[] = {
    {"operation", &Waiter::operation},
    {"delay", &Waiter::delay_seconds},
    {"maxAttempts", &Waiter::max_attempts},
};

inline constexpr Trait<Metadata> metadata_traits[] = {
    {"apiVersion", &Metadata::api_version},
    {"endpointPrefix", &Metadata::endpoint_prefix},
    {"globalEndpoint", &Metadata::global_endpoint},
    {"protocol", &Metadata::protocol},
    {"protocols", &Metadata::protocols},
    {"jsonVersion", &Metadata::json_version},
    {"targetPrefix", &Metadata::target_prefix},
    {"xmlNamespace", &Metadata::xml_namespace},
    {"serviceId", &Metadata::service_id},
    {"serviceFullName", &Metadata::service_full_name},
    {"serviceAbbreviation", &Metadata::service_abbreviation},
    {"signatureVersion", &Metadata::signature_version},
    {"signingName", &Metadata::signing_name},
    {"auth", &Metadata::auth},
    {"checksumFormat", &Metadata::checksum_format},
    {"uid", &Metadata::uid},
    {"ripServiceName", &Metadata::rip_service_name},
};

inline constexpr std::pair<std::string_view, ShapeType> shape_types[] = {
    {"structure", ShapeType::structure}, {"list", ShapeType::list},
    {"map", ShapeType::map},             {"string", ShapeType::string},
    {"boolean", ShapeType::boolean},     {"integer", ShapeType::integer},
    {"long", ShapeType::long_integer},   {"float", ShapeType::float_number},
    {"double", ShapeType::double_number}, {"timestamp", ShapeType::timestamp},
    {"blob", ShapeType::blob},
};

inline constexpr std::pair<std::string_view, TimestampFormat> timestamp_formats[] = {
    {"iso8601", TimestampFormat::iso8601},
    {"rfc822", TimestampFormat::rfc822},
    {"unixTimestamp", TimestampFormat::unix_timestamp},
};

inline constexpr std::pair<std::string_view, Location> locations[] = {
    {"header", Location::header},           {"headers", Location::headers},        {"uri", Location::uri},
    {"querystring", Location::querystring}, {"statusCode", Location::status_code},
};

inline constexpr std::pair<std::string_view, Matcher> matchers[] = {
    {"status", Matcher::status},    {"error", Matcher::error},      {"path", Matcher::path},
    {"pathAll", Matcher::path_all}, {"pathAny", Matcher::path_any},
};

inline constexpr std::pair<std::string_view, WaiterState> waiter_states[] = {
    {"success", WaiterState::success},
    {"failure", WaiterState::failure},
    {"retry", WaiterState::retry},
};

}  // namespace botocraft::gen
