#include "orm/half_done.hpp"

#include "orm/expression.hpp"
#include "orm/operation.hpp"
#include "orm/run.hpp"
#include "orm/taking.hpp"
#include "runtime/reply_errors.hpp"
#include "schema/project.hpp"
#include "schema/walk.hpp"

#include <botocraft/clock.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::detail {

namespace {

constexpr std::chrono::milliseconds first_pause(250);
constexpr int reads = 6;  // in some eight seconds

}  // namespace

bool has_key(const CallState& call, schema::ShapeRef shape, const void* model) {
    Scope filled;
    filled.service = call.service;
    filled.shape = shape;
    filled.structure = model;
    const orm::Model& row = call.model();
    for (std::uint16_t i = 0; i < row.key_count; ++i) {
        if (evaluate(filled, call.service->bindings[row.first_key + i].expression).is_nothing()) return false;
    }
    return true;
}

bool fill_from(const CallState& call, const Structure& response, void* model) {
    const schema::ShapeRef shape = call.result_shape();
    schema::project(call.request.shape(), call.request.get(), shape, model);
    if (response) schema::project(response.shape(), response.get(), shape, model);
    Scope said;
    said.service = call.service;
    said.shape = response.shape();
    said.structure = response.get();
    said.request_shape = call.request.shape();
    said.request = call.request.get();
    const orm::Method& method = call.method();
    for (std::uint16_t i = 0; i < method.refresh_count; ++i) {
        const orm::Binding& binding = call.service->bindings[method.first_refresh + i];
        const schema::Member* const member = schema::find_member(shape, call.service->text(binding.name));
        if (!member || member->kind != schema::Kind::string) continue;
        Value value = evaluate(said, binding.expression);
        if (value.is_nothing() && i < call.keys.size()) value = call.keys[i];
        if (value.as_string()) put(schema::member_place(shape, *member, model), value, false);
    }
    return has_key(call, shape, model);
}

awaitable<void> read_created(CallState& call, std::shared_ptr<const SessionState> session, const Structure& response,
                             void* result, ReadAgain read) {
    std::exception_ptr failure;
    auto pause = first_pause;
    for (int i = 0; i < reads; ++i) {
        if (failure) {
            co_await session->core()->sleeper().sleep(pause);
            pause *= 2;
        }
        try {
            co_await read(call, session, response.shape(), response.get(), result);
            co_return;
        } catch (const DoesNotExist&) {
            failure = std::current_exception();
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::cancelled) throw;
            failure = std::current_exception();
            break;
        }
    }
    if (!fill_from(call, response, result)) {
        try {
            std::rethrow_exception(failure);
        } catch (const Error& error) {
            throw_saying(*call.service, error, "it was created, and cannot be read");
        }
    }
    attach(*call.service, call.result_shape(), result, session);
}

void throw_saying(const orm::ServiceTables& service, const Error& error, std::string_view more) {
    ErrorDetails details = error.details();
    if (!details.explanation.empty()) details.explanation.append("; ");
    details.explanation.append(more);
    if (dynamic_cast<const DoesNotExist*>(&error)) throw DoesNotExist(std::move(details));
    if (details.kind == ErrorKind::service) {
        const orm::ErrorType* const type = find_error_type(service, details.code);
        if (type) type->raise(std::move(details));
    }
    throw_error(std::move(details));
}

void throw_half_done(const CallState& call, const Error& error, std::size_t sent, std::size_t all, Structure& answers) {
    std::string more = "of " + std::to_string(all) + " elements the first " + std::to_string(sent);
    more.append(" had been sent: do not send those again");
    const std::vector<std::string> refused = answers ? refused_ones(call, answers) : std::vector<std::string>();
    if (!refused.empty()) more.append(", but for the " + std::to_string(refused.size()) + " that were refused");
    for (const std::string& one : refused) more.append(&one == &refused.front() ? ": " : ", ").append(one);
    throw_saying(*call.service, error, more);
}

}  // namespace botocraft::detail
