#include "orm/operation.hpp"

#include "orm/model_state.hpp"
#include "orm/tag_print.hpp"
#include "runtime/invoke.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <botocraft/client.hpp>

#include <boost/asio/this_coro.hpp>

#include <utility>

namespace botocraft::detail {

using schema::Kind;
using schema::Place;

Structure empty_response(const CallState& call) {
    const api::Operation& operation = call.operation();
    if (operation.output == api::none) return {};
    return Structure(schema::ShapeRef{call.service->schema, operation.output});
}

void check_answer(const CallState& call, const Structure& response) {
    const orm::ServiceTables& service = *call.service;
    for (std::uint16_t i = 0; i < service.check_count; ++i) {
        if (service.checks[i].operation != call.method().operation) continue;
        service.checks[i].check(call.request.get(), response.get());
    }
}

void attach(const orm::ServiceTables& service, schema::ShapeRef shape, void* structure,
            const std::shared_ptr<const SessionState>& session) {
    if ((shape.shape().flags & schema::shape_flag::models) == 0) return;
    for (const schema::Member& member : shape) {
        if (member.kind == Kind::state) {
            ModelAccess::came_from_aws(schema::as<ModelState>(schema::offset(structure, member.offset)), session,
                                       print_of_tags(service, shape, structure));
            continue;
        }
        if (member.kind != Kind::structure && member.kind != Kind::list) continue;
        if ((shape.target(member).shape().flags & schema::shape_flag::models) == 0) continue;
        const Place place = schema::member_place(shape, member, structure);
        if (member.kind == Kind::structure) {
            if (schema::presence(place) == Presence::present) {
                attach(service, place.target(), schema::structure(place), session);
            }
        } else {
            const schema::Member& element = schema::element_row(*shape.schema, member);
            if (element.kind != Kind::structure || !schema::stored_bare(element)) continue;
            const schema::Range range = schema::elements(place);
            for (std::size_t i = 0; i < range.size(); ++i) {
                attach(service, range[i].target(), schema::structure(range[i]), session);
            }
        }
    }
}

awaitable<std::shared_ptr<const SessionState>> session_of(std::shared_ptr<const SessionState> session) {
    if (session) co_return session;
    const auto executor = co_await boost::asio::this_coro::executor;
    auto& context = boost::asio::query(executor, boost::asio::execution::context);
    co_return default_session(context);
}

namespace {

awaitable<void> answer(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    Structure response = empty_response(call);
    co_await invoke(session, *call.service, call.method().operation, call.request.get(), response.get(), call.bodies.get());
    check_answer(call, response);
    if (!result) co_return;
    schema::take_structure(response.shape(), result, response.get());
    attach(*call.service, response.shape(), result, session);
}

awaitable<void> answer_in_default_session(CallState& call, void* result) {
    call.session = co_await session_of(nullptr);
    co_await answer(call, call.session, result);
}

awaitable<void> answer_and_drop(Call call) { co_await run_operation(call, nullptr); }

}  // namespace

awaitable<void> run_operation(Call& call, void* result) {
    CallState& state = call.state();
    return state.session ? answer(state, state.session, result) : answer_in_default_session(state, result);
}

awaitable<void> run_operation(Call call) { return answer_and_drop(std::move(call)); }

}  // namespace botocraft::detail
