#include "orm/pager.hpp"

#include "orm/expression.hpp"
#include "orm/run.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <utility>

namespace botocraft::detail {

using schema::Place;

Pager::Pager(CallState call) : call_(std::move(call)) {
    const api::Operation& operation = call_.operation();
    if (call_.method().paged) tokens_ = {call_.service->tokens + operation.first_token, operation.token_count};
}

awaitable<Structure> Pager::fetch() { return send(call_, call_.session); }

void Pager::advance(const Structure& response) {
    ended_ = true;
    std::vector<Value> next;
    const schema::ShapeRef shape = call_.request.shape();
    for (const api::Token& token : tokens_) {
        Value value = is_false(response, token.more_path) ? Value() : read(response, token.output_path);
        if (value.as_string() && value.as_string()->empty()) value = Value();
        const Place place = schema::member_place(shape, shape.begin()[token.input_member], call_.request.get());
        schema::reset(place);
        put(place, value, false);
        if (!value.is_nothing()) ended_ = false;
        next.push_back(std::move(value));
    }
    if (!ended_ && next == last_) throw_stuck();
    last_ = std::move(next);
}

Value Pager::read(const Structure& response, api::Text path) const {
    Scope scope;
    scope.service = call_.service;
    scope.shape = response.shape();
    scope.structure = response.get();
    return evaluate_path(scope, call_.service->text(path));
}

bool Pager::is_false(const Structure& response, api::Text path) const {
    if (path.length == 0) return false;
    const Value more = read(response, path);
    return more.as_bool() && !*more.as_bool();
}

// A server that leads to where it came from would be asked for ever.
void Pager::throw_stuck() const {
    ErrorDetails details;
    details.kind = ErrorKind::protocol;
    details.code = "RepeatedToken";
    details.service = call_.service->name;
    details.operation = call_.service->text(call_.operation().name);
    details.region = call_.session->region();
    details.explanation = "the service answered with the same page token twice: the list would never end";
    throw_error(std::move(details));
}

void join_lists(Structure& to, Structure& from) {
    const schema::ShapeRef shape = to.shape();
    for (const schema::Member& member : shape) {
        if (member.kind != schema::Kind::list) continue;
        const Place more = schema::member_place(shape, member, from.get());
        if (schema::presence(more) != Presence::present) continue;
        auto& list = schema::as<RawList>(schema::member_place(shape, member, to.get()).at);
        schema::take_all(list, schema::as<RawList>(more.at), schema::element_type(*shape.schema, member));
        list.presence = Presence::present;
    }
}

namespace {

awaitable<Structure> all_pages(CallState call) {
    Pager pager(std::move(call));
    Structure all;
    while (!pager.ended()) {
        Structure page = co_await pager.fetch();
        pager.advance(page);
        if (all) {
            join_lists(all, page);
        } else {
            all = std::move(page);
        }
    }
    co_return all;
}

}  // namespace

awaitable<Structure> whole_response(CallState& call) {
    return call.method().joined ? all_pages(call) : send(call, call.session);
}

}  // namespace botocraft::detail
