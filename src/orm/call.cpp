#include "orm/call.hpp"

#include "protocol/json.hpp"

#include <botocraft/error.hpp>

#include <utility>

namespace botocraft::detail {

Call::Call(std::unique_ptr<CallState> state) noexcept : state_(std::move(state)) {}
Call::Call(Call&&) noexcept = default;
Call& Call::operator=(Call&&) noexcept = default;
Call::~Call() = default;
std::unique_ptr<CallState> Call::release() noexcept { return std::move(state_); }

namespace {

CallState empty_call(const orm::ServiceTables& service, const orm::Method& method,
                     std::shared_ptr<const SessionState> session) {
    CallState call;
    call.session = std::move(session);
    call.service = &service;
    call.row = &method;
    const std::uint16_t input = call.operation().input;
    if (input != api::none) call.request = Structure(schema::ShapeRef{service.schema, input});
    return call;
}

}  // namespace

CallState make_operation_call(const orm::ServiceTables& service, std::uint16_t operation,
                              std::shared_ptr<const SessionState> session) {
    auto method = std::make_shared<orm::Method>();
    method->operation = operation;
    method->paged = service.operations[operation].token_count != 0;
    const bool answered = service.operations[operation].output != api::none;
    method->result_kind = answered ? orm::ResultKind::value : orm::ResultKind::nothing;
    CallState call = empty_call(service, *method, std::move(session));
    call.own = std::move(method);
    return call;
}

CallState make_call(const orm::ServiceTables& service, std::uint16_t method,
                    std::shared_ptr<const SessionState> session) {
    CallState call = empty_call(service, service.methods[method], std::move(session));
    if (!call.request) return call;
    const std::string_view defaults = service.text(call.method().defaults);
    if (!defaults.empty()) protocol::json::decode(call.request.shape(), defaults, call.request.get());
    return call;
}

schema::Place request_place(CallState& call, std::uint16_t member) noexcept {
    const schema::ShapeRef shape = call.request.shape();
    return schema::member_place(shape, shape.begin()[member], call.request.get());
}

// A member of the request, or of a structure in it, which is made for it.
schema::Place nested_place(CallState& call, std::uint16_t member, std::uint16_t inner) {
    const schema::Place place = request_place(call, member);
    if (inner == api::none) return place;
    void* const structure = schema::make_structure(place);
    return schema::member_place(place.target(), place.target().begin()[inner], structure);
}

void check_filled(const CallState& call) {
    if (!call.request) return;
    const schema::ShapeRef shape = call.request.shape();
    for (const schema::Member& member : shape) {
        if ((member.flags & schema::member_flag::required) == 0) continue;
        if ((member.flags & schema::member_flag::idempotency_token) != 0) continue;
        const auto place = schema::member_place(shape, member, std::as_const(call.request).get());
        if (schema::presence(place) != Presence::absent) continue;
        ErrorDetails details;
        details.kind = ErrorKind::usage;
        details.code = "MissingMember";
        details.service = call.service->name;
        details.operation = call.service->text(call.operation().name);
        details.explanation.append("`").append(shape.schema->name(member)).append("` is required and has no value");
        throw_error(std::move(details));
    }
}

void check_required(CallState& call) {
    for (std::uint16_t i = 0; i < call.method().argument_count; ++i) {
        const orm::Argument& argument = call.service->arguments[call.method().first_argument + i];
        if ((argument.flags & orm::argument_flag::required) == 0 || argument.member == api::none) continue;
        if (schema::presence(request_place(call, argument.member)) != Presence::absent) continue;
        ErrorDetails details;
        details.kind = ErrorKind::usage;
        details.code = "MissingMember";
        details.service = call.service->name;
        details.operation = call.service->text(call.operation().name);
        details.explanation.append("`").append(call.service->text(argument.name)).append(
            "` is required and has no value: AWS did not tell it, and would take nothing for it");
        throw_error(std::move(details));
    }
}

}  // namespace botocraft::detail
